"""Time stamps of tree heads by an authority: made, kept, told, tried again, not to be forged."""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stamp_authority import Authority, served
from warm import run

from clerkwork.adapters.evidence import FileEvidence, open_evidence, standalone
from clerkwork.adapters.evidence.copies import HeadCopies
from clerkwork.adapters.evidence.der import in_order
from clerkwork.adapters.evidence.keys import Signer, open_signer
from clerkwork.adapters.evidence.plan import TimeStamps
from clerkwork.adapters.evidence.stamping import HeadStamps
from clerkwork.adapters.http import ask
from clerkwork.adapters.store import open_store
from clerkwork.bootstrap.proving import copies_of, evidence_of
from clerkwork.core.evidence import Kind, canonical, digest
from clerkwork.core.evidence.log import LogRead
from clerkwork.core.evidence.stamps import signed_stamp
from clerkwork.errors import EvidenceError
from clerkwork.testing import FixedClock, MemoryVault
from clerkwork.workspace import make_workspace, open_workspace

Fields = dict[str, Any]


@pytest.fixture
def notary(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "notary")


def stamps(tmp_path: Path, address: str, notary: Authority, hours: float = 0.0) -> HeadStamps:
    return HeadStamps(
        plan=TimeStamps(address=address, root=str(notary.root), hours=hours),
        evidence=tmp_path / "evidence",
        roots=notary.root,
        signer=lambda: open_signer(tmp_path / "keys"),
        ask=ask,
    )


def copies(
    tmp_path: Path, place: HeadStamps, clock: FixedClock | None = None, *, required: bool = False
) -> HeadCopies:
    memory = tmp_path / "evidence-copies.json"
    evidence = tmp_path / "evidence"
    return HeadCopies(evidence, memory, [place], clock or FixedClock(), required=required)


def a_run(tmp_path: Path, name: str, to: HeadCopies | None = None) -> None:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock(), copies=to)
    store.begin(name, "daily_round").close("done", {})


def checked(tmp_path: Path, roots: Path | None) -> LogRead:
    store = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock(), roots=roots)
    return store.examine_log()


def alone(tmp_path: Path) -> tuple[list[str], str]:
    """Kinds that the verifier that stands alone finds of time stamps, and what it prints."""
    program = [sys.executable, str(Path(standalone.__file__)), str(tmp_path / "evidence"), "--json"]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)["findings"]
    said = subprocess.run(program[:-1], capture_output=True, text=True, check=False).stdout
    return [one["kind"] for one in found], said


@pytest.fixture
def stamped(tmp_path: Path, notary: Authority) -> Path:
    """Two runs, each with its time stamp."""
    with served(notary) as address:
        to = copies(tmp_path, stamps(tmp_path, address, notary))
        a_run(tmp_path, "run-a", to)
        a_run(tmp_path, "run-b", to)
    return tmp_path / "evidence" / "stamps.jsonl"


def test_the_tree_head_of_each_run_that_ends_is_stamped(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    log = checked(tmp_path, notary.root)
    assert log.findings == ()
    assert [(one.count, one.checked) for one in log.stamps] == [(3, True), (5, True)]
    late = dt.datetime.now(dt.UTC) - log.stamps[-1].at
    assert abs(late) < dt.timedelta(minutes=10)
    kinds, said = alone(tmp_path)
    assert kinds == []
    assert "2 time stamps, the last one of tree head 5 on 20" in said
    assert "by whom is not checked here" in said


@pytest.mark.parametrize("number", range(4))
def test_an_authority_may_send_its_chain_in_any_order(tmp_path: Path, number: int) -> None:
    """Which of two certificates comes first in DER is chance: a few tries have both."""
    chained = Authority(tmp_path / "chained", f"Notary {number}", chained=True)
    with served(chained) as address:
        a_run(tmp_path, "run-a", copies(tmp_path, stamps(tmp_path, address, chained)))
    log = checked(tmp_path, chained.root)
    assert (log.findings, [one.checked for one in log.stamps]) == ((), [True])
    assert alone(tmp_path)[0] == []


@given(st.binary(max_size=60))
def test_what_is_no_answer_is_left_as_it_is(content: bytes) -> None:
    assert in_order(content) == content


def test_anybody_can_check_a_kept_answer_with_openssl(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    kept = json.loads(stamped.read_bytes().splitlines()[0])
    (tmp_path / "answer.tsr").write_bytes(base64.b64decode(kept["token"]))
    head = (tmp_path / "evidence" / "heads.jsonl").read_bytes().splitlines()[kept["head"] - 1]
    (tmp_path / "head.json").write_bytes(head)
    command = ["openssl", "ts", "-verify", "-data", str(tmp_path / "head.json")]
    command += ["-in", str(tmp_path / "answer.tsr"), "-CAfile", str(notary.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr


def test_without_the_authority_s_certificate_it_is_said_that_nobody_checked_whose_it_is(
    tmp_path: Path, stamped: Path
) -> None:
    log = checked(tmp_path, None)
    assert log.findings == ()
    assert [one.checked for one in log.stamps] == [False, False]


def test_an_authority_that_fails_is_told_stops_nothing_and_is_tried_again(
    tmp_path: Path, notary: Authority
) -> None:
    with served(notary, [b""]) as address:
        to = copies(tmp_path, stamps(tmp_path, address, notary))
        a_run(tmp_path, "run-a", to)
        assert not (tmp_path / "evidence" / "stamps.jsonl").exists()
        told = json.loads((tmp_path / "evidence-copies.json").read_bytes())["places"]
        assert "status 500" in told["time stamp"]["why"]
        assert to.copy() == {"time stamp": ""}
    assert [one.count for one in checked(tmp_path, notary.root).stamps] == [3]


def test_one_that_is_gone_stops_runs_only_if_it_is_required(
    tmp_path: Path, notary: Authority
) -> None:
    with served(notary) as address:
        gone = stamps(tmp_path, address, notary)
    a_run(tmp_path, "run-a", copies(tmp_path, gone))
    assert "there is none yet" in copies(tmp_path, gone).copy()["time stamp"]
    with pytest.raises(EvidenceError, match="requires copies"):
        a_run(tmp_path, "run-b", copies(tmp_path, gone, required=True))


@pytest.mark.parametrize("whose", ["junk", "another head's", "a stranger's"])
def test_an_answer_that_does_not_hold_is_not_kept(
    tmp_path: Path, notary: Authority, stamped: Path, whose: str
) -> None:
    """An earlier answer lacks what was asked this time; a stranger's is certified by nobody."""
    other = Authority(tmp_path / "other", "Stranger")
    earlier = base64.b64decode(json.loads(stamped.read_bytes().splitlines()[0])["token"])
    first = {"junk": [b"no time stamp"], "another head's": [earlier], "a stranger's": []}[whose]
    with served(other if whose == "a stranger's" else notary, [*first]) as address:
        to = copies(tmp_path, stamps(tmp_path, address, notary))
        a_run(tmp_path, "run-c", to)
        told = json.loads((tmp_path / "evidence-copies.json").read_bytes())["places"]
    assert "time stamp" in told["time stamp"]["why"]
    assert len(stamped.read_bytes().splitlines()) == 2


def test_at_most_one_in_so_many_hours(tmp_path: Path, notary: Authority) -> None:
    clock = FixedClock()
    with served(notary) as address:
        to = copies(tmp_path, stamps(tmp_path, address, notary, hours=1.0), clock)
        a_run(tmp_path, "run-a", to)
        a_run(tmp_path, "run-b", to)
        assert len(checked(tmp_path, notary.root).stamps) == 1
        clock.advance(dt.timedelta(hours=1))
        to.copy()
    assert [one.count for one in checked(tmp_path, notary.root).stamps] == [3, 5]


def test_what_a_crash_left_half_written_is_taken_back_by_the_next_one(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    stamped.write_bytes(stamped.read_bytes()[:-40])
    assert [one.kind for one in checked(tmp_path, notary.root).findings] == [Kind.TORN]
    assert alone(tmp_path)[0] == ["torn"]
    with served(notary) as address:
        copies(tmp_path, stamps(tmp_path, address, notary)).copy()
        a_run(tmp_path, "run-c", copies(tmp_path, stamps(tmp_path, address, notary)))
    log = checked(tmp_path, notary.root)
    assert log.findings == ()
    assert [one.count for one in log.stamps] == [3, 7]


def of_line(path: Path, number: int, change: Callable[[Fields], Fields], signer: Signer) -> None:
    """Change a kept time stamp and sign it anew."""
    lines = path.read_bytes().splitlines()
    fields = change(json.loads(lines[number - 1])) | {"key": signer.id}
    fields["signature"] = signer.sign(signed_stamp(fields))
    lines[number - 1] = canonical(fields)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


def other_token(path: Path) -> str:
    return str(json.loads(path.read_bytes().splitlines()[0])["token"])


def a_stranger_s(tmp_path: Path, fields: Mapping[str, Any]) -> str:
    """Over the same tree head, by an authority that nobody certified."""
    other = Authority(tmp_path / "other", "Stranger")
    heads = (tmp_path / "evidence" / "heads.jsonl").read_bytes().splitlines()
    (tmp_path / "head").write_bytes(heads[fields["head"] - 1])
    command = ["openssl", "ts", "-query", "-data", str(tmp_path / "head"), "-sha256", "-cert"]
    query = subprocess.run(command, capture_output=True, check=True).stdout
    return base64.b64encode(other.stamp(query)).decode()


def kinds(tmp_path: Path, notary: Authority) -> list[tuple[str, str, int]]:
    return [(str(one.kind), one.file, one.first) for one in checked(tmp_path, notary.root).findings]


def test_a_token_that_somebody_altered_is_named(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    lines = stamped.read_bytes().splitlines()
    place = lines[1].index(b'"token":"') + 400
    swapped = b"A" if lines[1][place : place + 1] != b"A" else b"B"
    lines[1] = lines[1][:place] + swapped + lines[1][place + 1 :]
    stamped.write_bytes(b"".join(line + b"\n" for line in lines))
    assert kinds(tmp_path, notary) == [("altered", "stamps.jsonl", 2)]
    assert alone(tmp_path)[0] == ["altered"]


def test_the_holder_of_our_key_cannot_alter_one_either(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    def change(fields: Fields) -> Fields:
        token = bytearray(base64.b64decode(fields["token"]))
        token[-3] ^= 1
        return fields | {"token": base64.b64encode(bytes(token)).decode()}

    of_line(stamped, 2, change, open_signer(tmp_path / "keys"))
    (one,) = checked(tmp_path, notary.root).findings
    assert (one.kind, one.first) == (Kind.ALTERED, 2)
    assert "the authority's signature is not valid" in one.words
    kinds_alone, said = alone(tmp_path)
    assert kinds_alone == []
    assert "by whom is not checked here" in said


def test_a_token_of_another_tree_head_is_named(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    token = other_token(stamped)
    signer = open_signer(tmp_path / "keys")
    of_line(stamped, 2, lambda fields: fields | {"token": token}, signer)
    assert kinds(tmp_path, notary) == [("contradicting checkpoint", "stamps.jsonl", 2)]
    (one,) = checked(tmp_path, notary.root).findings
    assert "its token is of tree head 3, not of tree head 5" in one.words
    assert alone(tmp_path)[0] == ["contradicting checkpoint"]


def test_a_stranger_s_token_is_named_forged(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    signer = open_signer(tmp_path / "keys")
    of_line(stamped, 2, lambda one: one | {"token": a_stranger_s(tmp_path, one)}, signer)
    assert kinds(tmp_path, notary) == [("forged", "stamps.jsonl", 2)]


def test_one_that_another_key_keeps_is_named_forged(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    of_line(stamped, 2, lambda one: one, open_signer(tmp_path / "elsewhere"))
    assert kinds(tmp_path, notary) == [("forged", "stamps.jsonl", 2)]


def test_who_writes_the_log_anew_with_our_key_is_found_out_by_the_stamp(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    """The same two runs again, all of it signed with the real key, beside the old time stamps."""
    kept = stamped.read_bytes()
    for path in sorted((tmp_path / "evidence").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    a_run(tmp_path, "run-a")
    a_run(tmp_path, "run-b")
    assert checked(tmp_path, notary.root).findings == ()
    stamped.write_bytes(kept)
    assert [kind for kind, _, _ in kinds(tmp_path, notary)] == ["rolled back"] * 2
    assert alone(tmp_path)[0] == ["rolled back"] * 2


def test_the_log_cut_with_its_heads_is_found_out_by_the_stamp(
    tmp_path: Path, notary: Authority, stamped: Path
) -> None:
    for name in ("log.jsonl", "heads.jsonl"):
        path = tmp_path / "evidence" / name
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]))
    assert kinds(tmp_path, notary) == [("rolled back", "stamps.jsonl", 2)]
    assert "rolled back" in alone(tmp_path)[0]


def test_stamps_name_their_heads_by_hash(tmp_path: Path, stamped: Path) -> None:
    heads = (tmp_path / "evidence" / "heads.jsonl").read_bytes().splitlines()
    for line in stamped.read_bytes().splitlines():
        fields = json.loads(line)
        assert fields["sha256"] == digest(heads[fields["head"] - 1])


def test_a_certificate_that_is_not_there_is_one_clear_error(tmp_path: Path, stamped: Path) -> None:
    with pytest.raises(EvidenceError, match="put there, as PEM, the one that the authority"):
        checked(tmp_path, tmp_path / "gone.pem")
    store: FileEvidence = open_evidence(tmp_path / "evidence", tmp_path / "keys", FixedClock())
    assert store.examine("run-a").state == "sound"


class TestCommand:
    """`clerkwork verify` in a workspace whose config declares the authority."""

    def test_it_says_until_when_the_log_and_a_run_are_stamped(
        self, tmp_path: Path, notary: Authority, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLERKWORK_VAULT_KEY", str(tmp_path / "home" / "vault.key"))
        root = tmp_path / "workspace"
        make_workspace(root)
        (root / "config" / "time-stamps.pem").write_bytes(notary.root.read_bytes())
        settings = root / "config" / "workspace.toml"
        with served(notary) as address:
            declared = f'[evidence.stamps]\naddress = "{address}"\n'
            declared += 'root = "config/time-stamps.pem"\n\n[demo]'
            settings.write_text(settings.read_text().replace("[demo]", declared))
            place, clock = open_workspace(root), FixedClock()
            copied = copies_of(place, MemoryVault({}), clock, lambda end: None)
            evidence_of(place, clock, str, copied).begin("run-a", "daily_round").close("done", {})
        runs = open_store(f"sqlite:///{root / 'output' / 'clerkwork.db'}", clock)
        runs.runs.begin("run-a", "daily_round", clock.now())
        runs.runs.end("run-a", clock.now(), "done", {}, "")
        runs.close()
        done = run(("verify", "--all"), root, os.environ, patience=60)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "1 time stamp; the last one is over 3 leaves, on 20" in done.stdout
        assert "by the authority's clock" in done.stdout
        told = json.loads(run(("verify", "--all", "--json"), root, os.environ, patience=60).stdout)
        (stamp,) = told["log"]["stamps"]
        assert (stamp["head"], stamp["leaves"], stamp["authority_checked"]) == (3, 3, True)
        said = run(("verify", "run-a"), root, os.environ, patience=60).stdout
        assert "leaf 3 of 3, signed on 2026-03-03 08:00 UTC, stamped on 20" in said
