"""Copies of tree heads: in a folder, in a bucket, by mail; and what becomes of one that fails."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from clerkwork.adapters.channels.head_mail import HeadMail
from clerkwork.adapters.evidence import kept_heads, open_evidence
from clerkwork.adapters.evidence.bucket import BucketCopies, signed_headers
from clerkwork.adapters.evidence.copies import Copier, FolderCopies, HeadCopies
from clerkwork.adapters.evidence.plan import Bucket
from clerkwork.adapters.http import ask
from clerkwork.core.alerts import AlertRules, look
from clerkwork.core.messages import Message
from clerkwork.errors import EvidenceError
from clerkwork.testing import FixedClock, MemoryVault

NOW = dt.datetime(2026, 3, 3, 8, tzinfo=dt.UTC)
USER, PASSWORD = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


def test_a_request_is_signed_as_in_the_example_that_aws_publishes() -> None:
    """'GET Bucket (List Objects)' of 'Signature Calculations for the Authorization Header'."""
    headers = signed_headers(
        "GET",
        "examplebucket.s3.amazonaws.com",
        "/",
        {"max-keys": "2", "prefix": "J"},
        b"",
        user=USER,
        password=PASSWORD,
        region="us-east-1",
        at=dt.datetime(2013, 5, 24, tzinfo=dt.UTC),
    )
    assert headers["authorization"].endswith(
        "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    )


class Storage(BaseHTTPRequestHandler):
    """Behaves as S3 does: refuses what is not signed, keeps objects, lists them page by page."""

    objects: dict[str, bytes]

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _signed(self, body: bytes) -> bool:
        parts = urlsplit(self.path)
        expected = signed_headers(
            self.command,
            self.headers["host"],
            unquote(parts.path),
            {name: values[0] for name, values in parse_qs(parts.query).items()},
            body,
            user=USER,
            password=PASSWORD,
            region="eu-central-1",
            at=dt.datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%S%z"),
        )
        right = self.headers["authorization"] == expected["authorization"]
        if not right or self.headers["x-amz-content-sha256"] != hashlib.sha256(body).hexdigest():
            self._answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
            return False
        return True

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self._signed(body):
            self.objects[unquote(urlsplit(self.path).path)] = body
            self._answer(200)

    def do_GET(self) -> None:
        if not self._signed(b""):
            return
        parts = urlsplit(self.path)
        if not parts.query:
            found = self.objects.get(unquote(parts.path))
            self._answer(404 if found is None else 200, found or b"<Error/>")
            return
        query = parse_qs(parts.query)
        bucket, start = unquote(parts.path), int(query.get("continuation-token", ["0"])[0])
        keys = sorted(name.removeprefix(f"{bucket}/") for name in self.objects)
        keys = [key for key in keys if key.startswith(query["prefix"][0])]
        page = "".join(f"<Contents><Key>{escape(key)}</Key></Contents>" for key in keys[start:][:2])
        more = f"<NextContinuationToken>{start + 2}</NextContinuationToken>"
        answer = f"<ListBucketResult>{page}{more if keys[start + 2 :] else ''}</ListBucketResult>"
        self._answer(200, answer.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test's output is its own."""


@contextmanager
def storage() -> Iterator[tuple[str, dict[str, bytes]]]:
    kept: dict[str, bytes] = {}
    handler = type("Own", (Storage,), {"objects": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def bucket(address: str, password: str = PASSWORD) -> BucketCopies:
    vault = MemoryVault({"evidence.bucket_user": USER, "evidence.bucket_password": password})
    plan = Bucket(address=address, name="heads", region="eu-central-1")
    return BucketCopies(bucket=plan, vault=vault, clock=FixedClock(), ask=ask)


def copies_to(
    tmp_path: Path, *copiers: Copier, clock: FixedClock | None = None, required: bool = False
) -> HeadCopies:
    return HeadCopies(
        tmp_path / "evidence",
        tmp_path / "evidence-copies.json",
        copiers,
        clock or FixedClock(),
        required=required,
    )


def a_run(tmp_path: Path, name: str, copies: HeadCopies | None = None) -> None:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock(), copies=copies)
    store.begin(name, "daily_round").close("done", {})


def test_of_each_run_that_ends_a_copy_lies_in_the_folder(tmp_path: Path) -> None:
    copies = copies_to(tmp_path, FolderCopies(tmp_path / "auditor"))
    a_run(tmp_path, "run-a", copies)
    a_run(tmp_path, "run-b", copies)
    kept = [json.loads(content) for _, content in kept_heads(tmp_path / "auditor")]
    assert [head["count"] for head in kept] == [3, 5]
    assert copies.copy() == {"folder": ""}
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    assert store.examine_log(kept_heads(tmp_path / "auditor")).findings == ()


def test_a_copy_is_never_written_over(tmp_path: Path) -> None:
    folder = FolderCopies(tmp_path / "auditor")
    folder.put("log/000000003.json", b"one")
    folder.put("log/000000003.json", b"one")
    with pytest.raises(EvidenceError, match="another tree head"):
        folder.put("log/000000003.json", b"other")
    assert [path.name for path in (tmp_path / "auditor" / "log").iterdir()] == ["000000003.json"]


def test_a_bucket_keeps_copies_and_lists_them(tmp_path: Path) -> None:
    with storage() as (address, objects):
        place = bucket(address)
        copies = copies_to(tmp_path, place)
        for name in ("run-a", "run-b", "run-c"):
            a_run(tmp_path, name, copies)
        assert copies.copy() == {"bucket": ""}
        assert len(objects) == 3
        log = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
        name = log.examine_log().name
        kept = list(place.kept(name))
        assert [json.loads(content)["count"] for _, content in kept] == [3, 5, 7]
        assert log.examine_log(kept).findings == ()
        place.put(f"{name}/000000003.json", kept[0][1])
        with pytest.raises(EvidenceError, match="another tree head"):
            place.put(f"{name}/000000003.json", b"{}")


def test_a_bucket_that_refuses_is_told_and_tried_again(tmp_path: Path) -> None:
    with storage() as (address, objects):
        refused = copies_to(tmp_path, bucket(address, "another"))
        a_run(tmp_path, "run-a", refused)
        said = refused.copy()["bucket"]
        assert "403 SignatureDoesNotMatch" in said
        assert "there is none yet" in said
        assert "another" not in said
        (cause,) = look(NOW, AlertRules(), copies={"bucket": said}).wrong
        assert (cause.cause, cause.kind) == ("copy/bucket", "copy")
        mended = copies_to(tmp_path, bucket(address))
        assert mended.copy() == {"bucket": ""}
        assert len(objects) == 1
    assert look(NOW, AlertRules(), copies={"bucket": ""}).right == {"copy/bucket"}


def test_a_server_that_is_gone_stops_no_run_unless_a_copy_is_required(tmp_path: Path) -> None:
    with storage() as (address, _):
        gone = bucket(address)
    a_run(tmp_path, "run-a", copies_to(tmp_path, gone))
    a_run(tmp_path, "run-b", copies_to(tmp_path, gone))
    with pytest.raises(EvidenceError, match="requires copies"):
        a_run(tmp_path, "run-c", copies_to(tmp_path, gone, required=True))
    assert not (tmp_path / "evidence" / "run-c").exists()


class Mailbox:
    """A mail channel that keeps what it is given."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> str:
        self.sent.append(message)
        return ""


def test_the_auditor_gets_at_most_one_mail_a_day(tmp_path: Path) -> None:
    box, clock = Mailbox(), FixedClock()
    mail = HeadMail(to=("auditor@example.com",), channel=box, domain="example.com")  # type: ignore[arg-type]
    copies = copies_to(tmp_path, mail, clock=clock)
    a_run(tmp_path, "run-a", copies)
    a_run(tmp_path, "run-b", copies)
    (first,) = box.sent
    (kept,) = first.attachments
    assert json.loads(kept.content)["count"] == 3
    assert "3 leaves" in first.subject
    clock.advance(dt.timedelta(days=1))
    assert copies.copy() == {"mail": ""}
    assert len(box.sent) == 2
