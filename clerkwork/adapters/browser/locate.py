"""Elements by the names of the selectors file: waited for, strict, and noted as used."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from clerkwork.adapters.browser.healing import Healer, Named
from clerkwork.adapters.browser.noted import Noted
from clerkwork.adapters.browser.onetime import OneTime
from clerkwork.adapters.browser.session import Session, standing, wire
from clerkwork.adapters.browser.window import ACTS, Answer, Window
from clerkwork.core.finders import Entry, Section
from clerkwork.core.secrecy import may_show, must_hide
from clerkwork.errors import ConfigError, PageTimeout, SelectorLost, SelectorStopped
from clerkwork.ports import Secret

__all__ = ["Locator"]

_BY_ITS_WORDS = ("text", "contains")
"""What is found by the words that are then read cannot be another: a refusal, an empty list.

Such a hit is trusted wherever it stands; what says other words now is still found.
"""
_SLICE = 250
"""Milliseconds that the page looks for an element by itself."""
_PROPOSED = "`clerkwork selectors review` shows what may be it. "
_CHANGED = frozenset({"many", "no frame", "none", "strange"})
"""Answers after which it may stand elsewhere; else it is there, but cannot be used now."""


class Locator:
    """Puts requests about named elements to the page that they are on."""

    def __init__(self, session: Session, healer: Healer | None = None) -> None:
        self.session = session
        self.healer = healer
        self.noted = Noted(session.selectors)
        self._writing = 0
        self._signing = False
        """From the first secret that is typed to the click that sends it."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Inside, a lost selector stops, and so does one that hits what is not what it was.

        A fallback counts only where a fingerprint shows that it hits the same.
        """
        self._writing += 1
        try:
            yield
        finally:
            self._writing -= 1

    @property
    def is_writing(self) -> bool:
        return self._writing > 0

    @property
    def is_guarded(self) -> bool:
        """Whether nothing is used but what surely is what it was: in writing and signing in."""
        return self.is_writing or self._signing

    def sent(self) -> None:
        """What was typed is on its way."""
        self._signing = False

    def instead(self, name: str, values: Mapping[str, str]) -> dict[str, object]:
        """What is asked for in this session instead of what is written; empty if nothing."""
        healed = self.healer.healed(name) if self.healer else None
        table = self.healer.tables.get(name.partition(".")[0]) if self.healer else None
        if healed is not None:
            return {
                "frames": list(healed.frames),
                **self.wired(name, (healed.finder,), values),
            }
        if table is not None and name.endswith(".rows"):
            return {"frames": list(table.frames), **self.wired(name, table.rows, values)}
        return {}

    def request(
        self, name: str, values: Mapping[str, str]
    ) -> tuple[Section, Entry, dict[str, object]]:
        """What `acts.js` is asked for a name; raises `ConfigError` if a value is missing."""
        section, entry = self.session.selectors.entry(name)
        tried = self._tried(section, name, entry)
        return section, entry, {"frames": list(section.frame), **self.wired(name, tried, values)}

    def _tried(self, section: Section, name: str, entry: Entry) -> Entry:
        """A fallback counts in writing only where it can be seen whether it hits the same."""
        is_known = not self._writing or (self.healer and self.healer.knows(section, name, entry))
        return entry if is_known else entry[:1]

    def wired(self, name: str, entry: Entry, values: Mapping[str, str]) -> dict[str, object]:
        """The finders of an entry with their placeholders filled."""
        try:
            return {"finders": wire(entry, values)}
        except KeyError as missing:
            raise ConfigError(
                f"{self.session.selectors.source}: {name!r} has a placeholder {{{missing.args[0]}}}"
                f", and the robot gives no value for it. Pass {missing.args[0]}=... or remove it."
            ) from None

    def ask(
        self,
        op: str,
        name: str,
        values: Mapping[str, str],
        *,
        secret: Secret | None = None,
        **more: object,
    ) -> tuple[Window, Answer]:
        """Find exactly one element and do `op` with it, in one round trip where it is there.

        `secret` is what will be typed into it, if it is one.
        Raises `SelectorLost` (`SelectorStopped` while writing) if it is not
        there, there twice, disabled or covered once the page stands still,
        `SelectorStopped` if it would show a password, `PageTimeout` if the page does not
        come to stand still.
        """
        self._signing = self._signing or secret is not None
        named, request = self._asked(name, values, secret)
        more = {**more, "secret": secret is not None, "hidden": named.hidden}
        section, entry = named.section, named.entry
        request = self._guarded(named, request, trusted=op == "look" and _by_its_words(named))
        begun = stood = time.monotonic()
        wait = 0
        while True:
            window = self.session.window(section)
            if window is not self.session.main:
                self.session.mark(window)
            answer = window.ask(op, {**request, "wait": wait, **more})
            self.session.raise_problem()
            if answer["at"] == "one" or (answer["at"] == "gone" and op in ACTS):
                self._used_now(named, request, answer)
                return window, answer
            if answer["at"] in ("broken", "other"):
                raise self.unfit(name, entry, answer)
            if answer["at"] == "shown":
                raise self._exposed(window, named, answer)
            if answer["at"] == "strange":
                request = self._cleared(window, named, request, answer)
                continue
            if self.session.settle(window, everywhere=True).anew and wait:
                # What was seen was seen on the page before this one.
                self._still_patient(begun)
                stood = time.monotonic()
                continue
            patient = answer["at"] != "many" and time.monotonic() - stood <= self.grace
            if wait and not patient:
                request = self._found_elsewhere(window, named, request, answer)
                continue
            wait = min(_SLICE, int(self.grace * 1000))

    def _still_patient(self, begun: float) -> None:
        if time.monotonic() - begun > self.session.portal.patience:
            raise PageTimeout(
                f"{self.session.portal.name}: page after page came, and none stayed within "
                f"{self.session.portal.patience:g} s. Look at it in a browser; no robot can "
                f"read it."
            )

    def looking(self, name: str, values: Mapping[str, str]) -> tuple[str, dict[str, object]]:
        """What a look at it asks the page, to be asked along with something else."""
        named, request = self._asked(name, values)
        request = self._guarded(named, request, trusted=_by_its_words(named))
        return "look", {**request, "secret": False, "hidden": False}

    def glimpse(
        self, op: str, name: str, values: Mapping[str, str], **more: object
    ) -> tuple[Window, Answer] | None:
        """The same where it is there now, and is what it was; None where that has to be seen to."""
        named, request = self._asked(name, values)
        request = self._guarded(named, request, trusted=False)
        if "healed" in request:
            return None
        window = self.session.window(named.section)
        if window is not self.session.main:
            self.session.mark(window)
        answer = window.ask(op, {**request, **more})
        self.session.raise_problem()
        if answer["at"] != "one":
            return None
        self._used_now(named, request, answer)
        return window, answer

    def wait_for(self, names: tuple[str, ...], values: Mapping[str, str]) -> str:
        """Wait until one of these is there; the first that is."""
        begun = time.monotonic()
        while True:
            for window, group in self._by_window(names, values):
                requests = [request for _, request in group]
                answer = window.ask("any", {"groups": requests, "wait": _SLICE})
                self.session.raise_problem()
                if answer.get("at") == "broken":
                    raise self.unfit(" or ".join(names), (), answer)
                if answer.get("which", -1) >= 0:
                    self.noted.used(group[answer["which"]][0])
                    return group[answer["which"]][0]
                self.session.settle(window, everywhere=True)
            if time.monotonic() - begun > self.session.portal.patience:
                wanted = " or ".join(names)
                raise PageTimeout(
                    f"{self.session.portal.name}: {wanted} did not come within "
                    f"{self.session.portal.patience:g} s. Look at the last picture; if the page "
                    f"is there but looks otherwise, mend {self.session.selectors.source}."
                    f"{self.session.refused.words()}"
                )

    @property
    def grace(self) -> float:
        """Seconds an element may still take once its page stands still."""
        return min(self.session.portal.patience, max(1.0, self.session.portal.patience / 8))

    def lost(
        self, name: str, entry: Entry, answer: Answer, *, proposed: bool = False
    ) -> SelectorLost | SelectorStopped:
        """The error for an element that is not there, or not there alone."""
        source = self.session.selectors.source
        section = self.session.selectors.entry(name)[0] if "." in name else None
        where = f" in frame {'/'.join(section.frame)!r}" if section and section.frame else ""
        written = " or ".join(finder.written for finder in entry)
        if answer["at"] == "no frame":
            how = "the page has no such frame"
        elif answer["at"] == "strange":
            how = "what it finds is not what it was"
        else:
            how = f"it is {standing(answer)}"
        message = f"{self.session.portal.name}: {name} ({written}){where}: {how}. "
        if proposed:
            message += _PROPOSED
        if self._writing:
            return SelectorStopped(
                f"{message}Nothing was submitted. Look at the picture, mend {source}, run again.",
                name,
            )
        return SelectorLost(
            f"{message}Look at the last picture; mend {source} if the page changed."
            f"{self.session.refused.words()}",
            name,
        )

    def _exposed(self, window: Window, named: Named, answer: Answer) -> SelectorStopped:
        """The error for a field that would show a password."""
        proposed = bool(self.healer and self.healer.search(window, named)[1])
        source = self.session.selectors.source
        key = named.name.partition(".")[2]
        return SelectorStopped(
            f"{self.session.portal.name}: {named.name} ({named.entry[0].written}) is a field that "
            f"shows what is typed, and a password goes only where it is hidden. Nothing was "
            f"typed. {_PROPOSED if proposed else ''}Look at the picture and mend "
            f"{source}; if the portal is made so, say visible = ['{key}'] in "
            f"[{named.section.name}].",
            named.name,
        )

    def unfit(self, name: str, entry: Entry, answer: Answer) -> ConfigError:
        """The error for a selector that the browser, or the field, does not take."""
        source = self.session.selectors.source
        written = " or ".join(finder.written for finder in entry)
        if answer["at"] == "other":
            return ConfigError(
                f"{source}: {name} ({written}) is a <{answer['by']}>, with which this cannot be "
                f"done. Point it at the field itself, or use fill, choose or check as fits."
            )
        why = "" if answer["by"] == "SyntaxError" else f" ({answer['by'][:80]})"
        return ConfigError(
            f"{source}: {name} ({written}) is not understood by the browser{why}. See that each "
            f"bracket and quote in it is closed, and correct it."
        )

    def _guarded(
        self, named: Named, request: dict[str, object], *, trusted: bool
    ) -> dict[str, object]:
        """The request, for what was found in this session instead of what is written."""
        if self.healer is None:
            return request
        healed = None if named.writing else self.healer.healed(named.name)
        if healed is None:
            return {**request, "guard": self.healer.guard(named, trusted=trusted)}
        finders = self.wired(named.name, (healed.finder,), named.values)
        return {"frames": list(healed.frames), "healed": True, **finders}

    def _asked(
        self, name: str, values: Mapping[str, str], secret: Secret | None = None
    ) -> tuple[Named, dict[str, object]]:
        section, entry, request = self.request(name, values)
        named = Named(
            name=name,
            section=section,
            entry=entry,
            tried=self._tried(section, name, entry),
            values=values,
            writing=self.is_guarded,
            hidden=secret is not None and self._hides(section, name, entry, secret),
        )
        return named, request

    def _hides(self, section: Section, name: str, entry: Entry, secret: Secret) -> bool:
        """Whether the field has to hide this: as a password, or because it did before."""
        key = name.partition(".")[2]
        if must_hide(section, key, secret.name):
            return True
        hid = bool(self.healer and self.healer.hid(section, name, entry))
        return hid and not may_show(section, key) and not isinstance(secret, OneTime)

    def _used_now(self, named: Named, request: dict[str, object], answer: Answer) -> None:
        """Keep what it looked like, and note it as used."""
        if self.healer and "guard" in request:
            self.healer.learn(named, answer)
        self._note_used(named, answer, healed="guard" not in request)

    def _note_used(self, named: Named, answer: Answer, *, healed: bool) -> None:
        found = self.healer.healed(named.name) if healed and self.healer else None
        if found is None:
            self.noted.used(named.name, int(answer.get("which", 0)))
        else:
            self.noted.healed(named.name, found.told)

    def _cleared(
        self, window: Window, named: Named, request: dict[str, object], answer: Answer
    ) -> dict[str, object]:
        """The request by which to go on with a thing that changed; raises where it is a twin."""
        if self.healer and self.healer.doubt(named, answer).outcome == "same":
            self.healer.learn(named, answer)
            return {**request, "guard": self.healer.guard(named, trusted=True)}
        return self._found_elsewhere(window, named, request, answer)

    def _found_elsewhere(
        self, window: Window, named: Named, request: dict[str, object], answer: Answer
    ) -> dict[str, object]:
        """The request that finds it instead; raises where nothing may be used."""
        if self.healer is None or "guard" not in request or answer["at"] not in _CHANGED:
            raise self.lost(named.name, named.entry, answer)
        healed, proposed = self.healer.search(window, named)
        if healed is None:
            raise self.lost(named.name, named.entry, answer, proposed=proposed)
        finders = self.wired(named.name, (healed.finder,), named.values)
        return {"frames": list(healed.frames), "healed": True, **finders}

    def _by_window(
        self, names: tuple[str, ...], values: Mapping[str, str]
    ) -> list[tuple[Window, list[tuple[str, dict[str, object]]]]]:
        groups: dict[str, list[tuple[str, dict[str, object]]]] = {}
        for name in names:
            section, _, request = self.request(name, values)
            if not section.window or self.session.has_popup(section.window):
                groups.setdefault(section.window, []).append((name, request))
        if not groups:
            section = self.session.selectors.entry(names[0])[0]
            return [(self.session.window(section), [(names[0], self.request(names[0], values)[2])])]
        return [
            (self.session.window(self.session.selectors.entry(group[0][0])[0]), group)
            for group in groups.values()
        ]


def _by_its_words(named: Named) -> bool:
    return all(finder.kind in _BY_ITS_WORDS for finder in named.tried)
