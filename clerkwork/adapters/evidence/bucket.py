"""Copies in a bucket of an S3-compatible storage, with requests signed as AWS Signature 4 asks."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from clerkwork.adapters.evidence.plan import Bucket
from clerkwork.errors import EvidenceError
from clerkwork.ports import Ask, Clock, Vault

__all__ = ["BucketCopies", "signed_headers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketCopies:
    """An object for each head; one that is there already is never written over."""

    bucket: Bucket
    vault: Vault
    clock: Clock
    ask: Ask
    authority: str = ""
    name: str = "bucket"
    every: timedelta = timedelta(0)

    def put(self, name: str, content: bytes) -> None:
        status, there = self._ask("GET", self._path(name))
        if status == 200 and there == content:
            return
        if status == 200:
            raise EvidenceError(
                f"{name} in the bucket {self.bucket.name} is another tree head; somebody altered "
                "it, or the log was rolled back. Look with `clerkwork verify --all`"
            )
        status, answer = self._ask("PUT", self._path(name), body=content)
        if status not in (200, 201, 204):
            raise EvidenceError(
                f"the bucket {self.bucket.name} did not take a tree head: {status} {_why(answer)}"
            )

    def kept(self, log: str) -> Iterator[tuple[str, bytes]]:
        """The copies of a log's heads, each with where it is; raises `EvidenceError`."""
        prefix, after = f"{self.bucket.folder}/{log}/", ""
        while True:
            query = {"list-type": "2", "prefix": prefix}
            query |= {"continuation-token": after} if after else {}
            status, answer = self._ask("GET", f"/{self.bucket.name}", query)
            if status != 200:
                raise EvidenceError(
                    f"the bucket {self.bucket.name} does not list its objects: "
                    f"{status} {_why(answer)}"
                )
            found = _elements(answer)
            for key in (text for name, text in found if name == "Key"):
                status, content = self._ask("GET", f"/{self.bucket.name}/{key}")
                if status != 200:
                    raise EvidenceError(f"{key} cannot be read from the bucket: {status}")
                yield f"{self.bucket.name}/{key}", content
            after = dict(found).get("NextContinuationToken", "")
            if not after:
                return

    def _path(self, name: str) -> str:
        return f"/{self.bucket.name}/{self.bucket.folder}/{name}"

    def _ask(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, bytes]:
        address = self.bucket.address.rstrip("/")
        headers = signed_headers(
            method,
            urlsplit(address).netloc,
            path,
            query or {},
            body,
            user=self.vault.get(self.bucket.user).value,
            password=self.vault.get(self.bucket.password).value,
            region=self.bucket.region,
            at=self.clock.now(),
        )
        asked = "&".join(
            f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in (query or {}).items()
        )
        return self.ask(
            method,
            f"{address}{quote(path)}{'?' if asked else ''}{asked}",
            headers,
            body if method == "PUT" else None,
            authority=self.authority,
            timeout=self.bucket.timeout,
        )


def signed_headers(
    method: str,
    host: str,
    path: str,
    query: Mapping[str, str],
    body: bytes,
    *,
    user: str,
    password: str,
    region: str,
    at: datetime,
) -> dict[str, str]:
    """The headers of a request to S3 (AWS Signature Version 4, whole body signed)."""
    stamp = at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    hashed = hashlib.sha256(body).hexdigest()
    headers = {"host": host, "x-amz-content-sha256": hashed, "x-amz-date": stamp}
    names = ";".join(sorted(headers))
    asked = sorted((quote(name, safe=""), quote(text, safe="")) for name, text in query.items())
    request = "\n".join(
        [
            method,
            quote(path),
            "&".join(f"{name}={text}" for name, text in asked),
            *(f"{name}:{headers[name]}" for name in sorted(headers)),
            "",
            names,
            hashed,
        ]
    )
    scope = f"{stamp[:8]}/{region}/s3/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    key = f"AWS4{password}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={user}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _elements(answer: bytes) -> list[tuple[str, str]]:
    """Names and texts of all elements, without their namespace; nothing for what is no XML."""
    if b"<!" in answer:
        # No storage sends a document type; entities in one could grow without end.
        return []
    try:
        tree = ElementTree.fromstring(answer)  # noqa: S314 - no document type, see above
    except ElementTree.ParseError:
        return []
    return [(one.tag.rpartition("}")[2], one.text or "") for one in tree.iter()]


def _why(answer: bytes) -> str:
    found = dict(_elements(answer))
    return f"{found.get('Code', '')} {found.get('Message', '')}".strip()[:200]
