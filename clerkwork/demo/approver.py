"""The demo's approver: a person who opens her mail, follows the link and answers on its page."""

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen

from clerkwork.demo.mailroom import letters_to

__all__ = ["ADDRESS", "Approver"]

ADDRESS = "inge.visser@waterland.example"

_LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


class Approver(threading.Thread):
    """Answers each mail once: she holds the order of whoever is more than 60 days late."""

    def __init__(self, mail: Path, *, glance: float = 0.3) -> None:
        super().__init__(name="approver", daemon=True)
        self._mail = mail
        self._glance = glance
        self._gone = threading.Event()
        self._answered: set[str] = set()

    def run(self) -> None:
        while not self._gone.wait(self._glance):
            for key, (_, text) in letters_to(self._mail, ADDRESS, known=self._answered).items():
                if self._answer(text):
                    self._answered.add(key)

    def stop(self) -> None:
        self._gone.set()

    def _answer(self, text: str) -> bool:
        """Whether she is through with it; a page that does not answer is tried again later."""
        link = _LINK.search(text)
        if link is None:
            return True
        try:
            with urlopen(link[0], timeout=10) as page:  # noqa: S310 - matched to be loopback http
                form = _Form(link[0], page.read().decode())
            if not form.verdicts:
                return True
            body = urlencode({**form.hidden, **_decision(form, text)}).encode()
            with urlopen(Request(form.action, data=body), timeout=10):  # noqa: S310
                return True
        except OSError:
            # Not there yet, too slow or cut off: all of them, URLError too, are of this kind.
            return False


def _decision(form: _Form, text: str) -> dict[str, str]:
    late = max((int(days) for days in re.findall(r"(\d+) days (?:late|overdue)", text)), default=0)
    wanted = "hold" if late > 60 else "release"
    reason = f"{late} days late: first the old invoices" if wanted == "hold" else "good customer"
    button, value = form.verdicts[wanted]
    return {button: value, "reason": reason}


class _Form(HTMLParser):
    """The first form of a page: where it goes, its hidden fields, its two buttons."""

    def __init__(self, base: str, page: str) -> None:
        super().__init__()
        self.action = base
        self.hidden: dict[str, str] = {}
        self.verdicts: dict[str, tuple[str, str]] = {}
        self._base = base
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.action = urljoin(self._base, given.get("action", ""))
        elif tag == "input" and given.get("type") == "hidden":
            self.hidden[given["name"]] = given.get("value", "")
        elif tag == "button" and given.get("value") in ("release", "hold"):
            self.verdicts[given["value"]] = (given["name"], given["value"])
