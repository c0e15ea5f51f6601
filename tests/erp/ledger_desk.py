"""People at SQL-Ledger: what they do in its forms, done with plain requests."""

from __future__ import annotations

import http.cookiejar
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import html

_PATH = "bin/mozilla"


def _opener() -> urllib.request.OpenerDirector:
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    opener = urllib.request.build_opener(cookies)
    # To what is no browser it shows no forms.
    opener.addheaders = [("User-Agent", "Mozilla/5.0")]
    return opener


@dataclass(slots=True)
class Person:
    """Somebody with a browser; each request brings a page, whose form can be sent on."""

    address: str
    login: str = ""
    page: html.HtmlElement = field(default_factory=lambda: html.fromstring("<html/>"))
    _opener: urllib.request.OpenerDirector = field(default_factory=_opener)

    def sign_in(self, login: str, password: str) -> None:
        self.go("login.pl")
        self.send("Login", login=login, password=password)
        if "Upgrading" in self.text:
            # Once, after the dataset was made; its link is the same as the sign-in's own.
            self.go("menu.pl", login=login, action="display", password=password)
        assert self.page.xpath("//frameset"), self.text
        self.login = login

    def go(self, script: str, **query: str) -> None:
        who = {"login": self.login} if self.login else {}
        self._ask(f"{script}?{urllib.parse.urlencode({'path': _PATH, **who, **query})}", None)

    def send(self, button: str, **typed: str) -> None:
        """Fill the page's form and press one of its buttons."""
        held = list(self._held())
        known = {name for name, _ in held} | set(self.page.xpath("//input/@name"))
        assert set(typed) <= known, f"no fields {set(typed) - known} among {sorted(known)}"
        # Of the many fields called 'action' the last one counts, which is the button.
        kept = [(name, value) for name, value in held if name not in typed and name != "action"]
        script = self.page.xpath("//form/@action")[0]
        self._ask(script, urllib.parse.urlencode([*kept, *typed.items(), ("action", button)]))

    def prefer(self, who: tuple[str, str], **wishes: str) -> None:
        """Log in and change preferences: `numbers`, `dates`, `signs`, `most` in a list."""
        fields = {"numbers": "numberformat", "dates": "dateformat"}
        fields |= {"signs": "encoding", "most": "vclimit"}
        self.sign_in(*who)
        self.go("am.pl", action="config")
        self.send("Save", **{fields[wish]: value for wish, value in wishes.items()})

    @property
    def text(self) -> str:
        """What the page says, white space folded."""
        return " ".join(self.page.text_content().split())

    def _held(self) -> Iterator[tuple[str, str]]:
        """All fields of the page: its forms are closed before their fields come."""
        for one in self.page.xpath("//input | //select | //textarea"):
            kind = one.get("type", "")
            if not one.name or kind in ("submit", "button"):
                continue
            if kind not in ("checkbox", "radio"):
                yield one.name, one.value or ""
            elif one.checked:
                yield one.name, one.get("value", "on")

    def _ask(self, place: str, sent: str | None) -> None:
        data = sent.encode() if sent is not None else None
        with self._opener.open(urllib.parse.urljoin(self.address, place), data, 60) as answer:
            self.page = html.fromstring(answer.read().decode("utf-8", "replace") or "<html/>")
