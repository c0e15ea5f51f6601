"""A telephone exchange that answers as Twilio's documented API does, for tests on this machine.

It keeps its own word: accounts and tokens are checked, numbers looked at, pages turned, and its
requests to our pages signed by the published recipe, without Twilio's library.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import threading
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import phonenumbers

__all__ = ["ACCOUNT", "TOKEN", "Answer", "Exchange", "open_exchange", "signature"]

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "f" * 32
_ROOT = f"/2010-04-01/Accounts/{ACCOUNT}/"

Fields = dict[str, str]
Post = Callable[[str, Mapping[str, str], str], tuple[int, str]]
"""Address, fields and signature of a request to our pages → status and body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody who is called hears, and what he pressed."""

    said: tuple[str, ...]
    pressed: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Exchange:
    """The state of it; a test sets what goes wrong, and looks at what came."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Fields] = field(default_factory=list)
    """The fields of each creation, whatever became of it."""
    faults: list[str] = field(default_factory=list)
    """What happens to the next creations: '429', '500', '503' as answers; 'silent' takes it and
    says nothing; 'lost' says nothing and takes nothing; '' does as usual."""
    refuse: dict[str, int] = field(default_factory=dict)
    """Number → error with which it is refused."""
    page_size: int = 50
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ending: threading.Event = field(default_factory=threading.Event)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def report(self, sid: str, status: str, error: int = 0, *, post: Post | None = None) -> int:
        """Report on a message as its status callback asks; the status of the page's answer."""
        message = next(one for one in self.messages if one["sid"] == sid)
        message["status"] = status
        fields = {
            "MessageSid": sid,
            "SmsSid": sid,
            "AccountSid": ACCOUNT,
            "From": message["from"] or "",
            "To": message["to"],
            "MessageStatus": status,
            "SmsStatus": status,
            "ApiVersion": "2010-04-01",
        }
        if error:
            fields["ErrorCode"] = str(error)
        back = str(message["callback"])
        return (post or _posted)(back, fields, signature(back, fields))[0]

    def ring(
        self, sid: str, answered_by: str = "human", keys: str = "", *, post: Post | None = None
    ) -> Answer:
        """Let somebody, or a machine, take a call, who presses these keys one after the other."""
        call = next(one for one in self.calls if one["sid"] == sid)
        left, said, pressed, tongues = list(keys), list[str](), list[str](), list[str]()
        address, fields = str(call["url"]), {"AnsweredBy": answered_by}
        for _ in range(40):
            sent = {
                "CallSid": sid, "AccountSid": ACCOUNT, "From": call["from"], "To": call["to"],
                "CallStatus": "in-progress", "Direction": "outbound-api", **fields,
            }  # fmt: skip
            status, body = (post or _posted)(address, sent, signature(address, sent))
            assert status == 200, (status, body)
            following, fields = None, {}
            for verb in ET.fromstring(body):
                if verb.tag == "Say":
                    said.append(verb.text or "")
                    tongues.append(verb.get("language", ""))
                elif verb.tag == "Gather":
                    for inner in verb:
                        said.append(inner.text or "")
                        tongues.append(inner.get("language", ""))
                    wanted = int(verb.get("numDigits", "1"))
                    digits = _until_pause(left, wanted)
                    empty = verb.get("actionOnEmptyResult") == "true"
                    if digits or empty:
                        pressed += [digits] if digits else []
                        following, fields = verb.get("action", ""), {"Digits": digits}
                        break
                elif verb.tag == "Redirect":
                    following = verb.text or ""
                    break
                elif verb.tag == "Hangup":
                    break
            if following is None:
                break
            address = urljoin(address, following)
        call["status"] = "completed"
        self.end(sid, "completed", answered_by, post=post)
        return Answer(said=tuple(said), pressed=tuple(pressed), languages=tuple(tongues))

    def end(
        self, sid: str, status: str, answered_by: str = "", *, post: Post | None = None
    ) -> int | None:
        """Report how a call ended, if its status callback asks for that."""
        call = next(one for one in self.calls if one["sid"] == sid)
        call["status"] = status
        back = str(call["callback"])
        if not back:
            return None
        fields = {"CallSid": sid, "AccountSid": ACCOUNT, "CallStatus": status, "To": call["to"]}
        if answered_by:
            fields["AnsweredBy"] = answered_by
        return (post or _posted)(back, fields, signature(back, fields))[0]


def signature(
    address: str, fields: Mapping[str, str], token: str = TOKEN, algorithm: str = "sha1"
) -> str:
    """As Twilio publishes it: HMAC-SHA1 of the address and the fields in order, in base64.

    Under a shared key it is HMAC-SHA256.
    """
    text = address + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), algorithm).digest()).decode()


def _until_pause(left: list[str], wanted: int) -> str:
    """The keys that are pressed now; '-' stands for nothing pressed in time."""
    digits = ""
    while left and len(digits) < wanted:
        key = left.pop(0)
        if key == "-":
            break
        digits += key
    return digits


def _posted(address: str, fields: Mapping[str, str], signed: str) -> tuple[int, str]:
    request = urllib.request.Request(  # noqa: S310 - ours
        address,
        data=urlencode(fields).encode(),
        headers={"X-Twilio-Signature": signed},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - ours
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def open_exchange() -> Iterator[Exchange]:
    """An exchange that listens inside the block."""
    exchange = Exchange()

    class Desk(_Desk):
        there = exchange

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = False
    exchange.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield exchange
    finally:
        exchange.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Desk(BaseHTTPRequestHandler):
    there: Exchange

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length).decode()
        fields = {name: values[-1] for name, values in parse_qs(body).items()}
        if not self._is_known():
            return
        kind = urlsplit(self.path).path.removeprefix(_ROOT)
        there = self.there
        there.asked.append(fields)
        fault = there.faults.pop(0) if there.faults else ""
        if fault == "429":
            self._refused(429, 20429, "Too Many Requests")
        elif fault in ("500", "503"):
            self._refused(int(fault), 20500, "Internal Server Error")
        elif fault == "lost":
            self._hang()
        elif kind == "Messages.json":
            self._message(fields, silent=fault == "silent")
        elif kind == "Calls.json":
            self._call(fields, silent=fault == "silent")
        else:
            self._refused(404, 20404, f"The requested resource {self.path} was not found")

    def do_GET(self) -> None:
        if not self._is_known():
            return
        parts = urlsplit(self.path)
        kind = parts.path.removeprefix(_ROOT)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        rows = {"Messages.json": self.there.messages, "Calls.json": self.there.calls}.get(kind)
        if rows is None:
            self._refused(404, 20404, f"The requested resource {self.path} was not found")
            return
        name = kind.partition(".")[0].lower()
        found = [row for row in reversed(rows) if asked.get("To", row["to"]) == row["to"]]
        size = min(int(asked.get("PageSize", self.there.page_size)), self.there.page_size)
        page = int(asked.get("Page", 0))
        shown = found[page * size : (page + 1) * size]
        following = f"{parts.path}?To={asked.get('To', '').replace('+', '%2B')}"
        following += f"&PageSize={size}&Page={page + 1}&PageToken=PA{page + 1}"
        self._answer(
            200,
            {
                name: [_public(row) for row in shown],
                "page": page,
                "page_size": size,
                "uri": self.path,
                "first_page_uri": self.path,
                "next_page_uri": following if (page + 1) * size < len(found) else None,
                "previous_page_uri": None,
                "start": page * size,
                "end": page * size + len(shown) - 1,
            },
        )

    def _message(self, fields: Fields, *, silent: bool) -> None:
        to = fields.get("To", "")
        number = to.removeprefix("whatsapp:")
        wrong = self._wrong_number(number)
        if wrong:
            self._refused(400, wrong, f"Invalid 'To' Phone Number: {to}")
        elif not (fields.get("From") or fields.get("MessagingServiceSid")):
            self._refused(400, 21603, "A 'From' phone number is required")
        elif not (fields.get("Body") or fields.get("ContentSid")):
            self._refused(400, 21602, "Message body is required")
        elif len(fields.get("Body", "")) > 1600:
            self._refused(400, 21617, "The concatenated message body exceeds the 1600 limit")
        else:
            row = self._row("SM", fields, to)
            row |= {
                "body": fields.get("Body") or self._filled(fields),
                "num_segments": "1",
                "num_media": "0",
                "messaging_service_sid": fields.get("MessagingServiceSid"),
                "date_sent": None,
                "error_code": None,
                "error_message": None,
                "subresource_uris": {},
            }
            self.there.messages.append(row)
            self._hang() if silent else self._answer(201, _public(row))

    def _call(self, fields: Fields, *, silent: bool) -> None:
        to = fields.get("To", "")
        if wrong := self._wrong_number(to):
            self._refused(400, wrong, f"The phone number you are attempting to call, {to}, is not")
        elif not fields.get("Url"):
            self._refused(400, 21205, "Url parameter is required")
        else:
            row = self._row("CA", fields, to)
            row |= {
                "url": fields["Url"],
                "start_time": None,
                "end_time": None,
                "answered_by": None,
                "machine_detection": fields.get("MachineDetection", ""),
                "subresource_uris": {},
            }
            self.there.calls.append(row)
            self._hang() if silent else self._answer(201, _public(row))

    def _row(self, kind: str, fields: Fields, to: str) -> dict[str, Any]:
        stamp = format_datetime(self.there.now())
        sid = f"{kind}{next(self.there.numbers):032x}"
        return {
            "sid": sid,
            "account_sid": ACCOUNT,
            "to": to,
            "from": fields.get("From"),
            "status": "queued",
            "direction": "outbound-api",
            "date_created": stamp,
            "date_updated": stamp,
            "price": None,
            "price_unit": "USD",
            "api_version": "2010-04-01",
            "uri": f"{_ROOT}{sid}.json",
            "callback": fields.get("StatusCallback", ""),
        }

    def _filled(self, fields: Fields) -> str:
        return f"{fields['ContentSid']} {fields.get('ContentVariables', '')}"

    def _wrong_number(self, number: str) -> int:
        if number in self.there.refuse:
            return self.there.refuse[number]
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return 21211
        return 0 if phonenumbers.is_possible_number(parsed) else 21211

    def _is_known(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        if base64.b64decode(given).decode() == f"{ACCOUNT}:{TOKEN}":
            return True
        self._refused(401, 20003, "Authenticate")
        return False

    def _hang(self) -> None:
        """Say nothing until whoever asked has gone, or the exchange closes."""
        self.connection.settimeout(0.02)
        while not self.there.ending.is_set():
            try:
                if not self.connection.recv(1):
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        self.close_connection = True

    def _refused(self, status: int, code: int, message: str) -> None:
        self._answer(
            status,
            {
                "code": code,
                "message": message,
                "more_info": f"https://www.twilio.com/docs/errors/{code}",
                "status": status,
            },
        )

    def _answer(self, status: int, content: Mapping[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: tests have a log of their own."""


def _public(row: Mapping[str, Any]) -> dict[str, Any]:
    """As the API shows it: what a callback's address was, it never tells."""
    return {name: value for name, value in row.items() if name not in ("callback", "url")}
