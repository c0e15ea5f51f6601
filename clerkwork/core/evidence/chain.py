"""Follows records of which each names the one before: which are missing, moved or not genuine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clerkwork.core.evidence.finding import Finding, Kind

__all__ = ["Followed", "Link", "follow", "span"]


@dataclass(frozen=True, slots=True)
class Link:
    """A line of a file as a part of its chain."""

    place: int
    """Its line, from 1."""
    number: int
    """What it calls itself, from 1; 0 if it cannot be read."""
    previous: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Followed:
    """A chain as far as it holds."""

    findings: tuple[Finding, ...]
    heads: Mapping[int, str]
    """Hash of each record that is there, by its number, genuine or not."""
    genesis: str
    """What the first record names as the one before it; empty if it is not there to say so."""
    genuine: Mapping[int, int]
    """Lines of those that are genuine, by their number."""


def follow(
    file: str,
    what: str,
    links: Sequence[Link],
    signed: Mapping[int, str],
    why: Mapping[int, str],
    count: int = 0,
) -> Followed:
    """Hold a file's lines against each other, and against hashes that were `signed`, by number.

    What the record behind names is what was there, so it is told exactly which one is not genuine.
    `why` says in words by what a number was signed; `what` a record is, e.g. 'step'; `count`
    is how many there were at least, as far as that is known otherwise.
    """
    if len(links) >= count and _plain(links, signed):
        heads = {link.number: link.sha256 for link in links}
        places = {link.number: link.place for link in links}
        return Followed((), heads, links[0].previous if links else "", places)
    return _Chain(file, what, links, signed, why, count).followed()


def span(what: str, first: int, last: int) -> str:
    """E.g. 'step 3' or 'steps 3 to 5'."""
    return f"{what} {first}" if first >= last else f"{what}s {first} to {last}"


def _plain(links: Sequence[Link], signed: Mapping[int, str]) -> bool:
    """Whether nothing is wrong, which is the rule."""
    before = links[0].previous if links else ""
    for number, link in enumerate(links, start=1):
        if link.number != number or link.previous != before:
            return False
        before = link.sha256
    count = len(links)
    return all(
        number <= count and (number == 0 or links[number - 1].sha256 == sha256)
        for number, sha256 in signed.items()
    )


class _Chain:
    def __init__(
        self,
        file: str,
        what: str,
        links: Sequence[Link],
        signed: Mapping[int, str],
        why: Mapping[int, str],
        count: int,
    ) -> None:
        self.count = count
        self.file, self.what, self.links, self.why = file, what, links, why
        self.signed = {number: sha256 for number, sha256 in signed.items() if number}
        self.by_hash: dict[str, list[int]] = {}
        self.by_number: dict[int, list[int]] = {}
        for index, link in enumerate(links):
            self.by_hash.setdefault(link.sha256, []).append(index)
            self.by_number.setdefault(link.number, []).append(index)
        self.named = {link.previous for link in links} | set(self.signed.values())
        self.there: dict[int, int] = {}
        """Number → index of the line that is it."""
        self.holes: dict[int, str] = {}
        """Number that has no such line → the hash that it had, if known."""
        self.findings: list[Finding] = []

    def followed(self) -> Followed:
        self._descend()
        self._fill()
        self._rewritten()
        self._order()
        heads = {number: self.links[index].sha256 for number, index in sorted(self.there.items())}
        first = self.there.get(1)
        genesis = self.links[first].previous if first is not None and 1 not in self.holes else ""
        genuine = {
            number: self.links[index].place
            for number, index in sorted(self.there.items())
            if number not in self.holes
        }
        return Followed(tuple(self.findings), heads, genesis, genuine)

    def _descend(self) -> None:
        """From the last down: what is there of what was signed, or what the next one names."""
        least = max([self.count, *self.signed])
        top = max(least, len(self.links))
        while top > least and not self._candidates(top):
            top -= 1
        wanted = ""
        for number in range(top, 0, -1):
            wanted = self.signed.get(number, wanted)
            found = self._named_by(wanted, number) if wanted else self._likeliest(number)
            if found is None:
                self.holes[number] = wanted
                wanted = ""
            else:
                self.there[number] = found
                wanted = self.links[found].previous

    def _candidates(self, number: int) -> list[int]:
        return self.by_number.get(number, [])

    def _named_by(self, wanted: str, number: int) -> int | None:
        """The line of that hash; of several the one that stands where it belongs."""
        found = self.by_hash.get(wanted, [])
        right = (i for i in found if i and self.links[i - 1].number == number - 1)
        return next(right, found[0] if found else None)

    def _likeliest(self, number: int) -> int | None:
        """Where nothing says which one it was: one that another names, or in its place."""
        found = self._candidates(number)
        likely = sorted(
            found,
            key=lambda i: (self.links[i].sha256 not in self.named, self.links[i].place != number),
        )
        return likely[0] if likely else None

    def _fill(self) -> None:
        """Tell what became of each number that is not there, and of each line that is not one."""
        used = set(self.there.values())
        loose = [index for index in range(len(self.links)) if index not in used]
        genuine = {self.links[index].sha256 for index in used}
        strange = [index for index in loose if self.links[index].sha256 not in genuine]
        for index in (index for index in loose if self.links[index].sha256 in genuine):
            link = self.links[index]
            self._tell(Kind.REPEATED, link.number, "is there twice", line=link.place)
        for number in sorted(self.holes):
            own = self._in_place(number, strange)
            if own is not None:
                strange.remove(own)
                self.there[number] = own
        for index in strange:
            link = self.links[index]
            kind = Kind.ADDED if link.number else Kind.ALTERED
            words = f"{self.file}, line {link.place}: no such record was written"
            self._tell(kind, link.number or link.place, words=words, line=link.place)
        self._missing()

    def _in_place(self, number: int, strange: Sequence[int]) -> int | None:
        before, after = self.there.get(number - 1), self.there.get(number + 1)
        for index in strange:
            follows = index - 1 == before if before is not None else index == number - 1
            if follows or (after is not None and index + 1 == after):
                return index
        return next((index for index in strange if self.links[index].number == number), None)

    def _missing(self) -> None:
        last = max(self.there, default=0)
        for first, end in _runs_of(number for number in self.holes if number not in self.there):
            named = span(self.what, first, end)
            if first > last:
                why = self.why.get(end, "")
                words = (
                    f"{self.file} was cut: it ends at {self.what} {first - 1}, "
                    f"but {why or f'there was a {self.what} {end}'}"
                )
                self._tell(Kind.TRUNCATED, first, words=words, last=end)
            else:
                be = "is" if first == end else "are"
                words = f"{self.file}: {named} {be} missing"
                self._tell(Kind.LEFT_OUT, first, words=words, last=end)

    def _rewritten(self) -> None:
        """Lines in the place of others: altered one by one, or written anew so that they fit."""
        altered = sorted(number for number in self.holes if number in self.there)
        good, since = 0, 0
        for number in sorted({*self.signed, *altered}):
            if number not in self.there:
                continue
            if number not in self.holes:
                if number in self.signed:
                    good, since = number, 0
                continue
            fits_next = self._fits(number, number + 1)
            anew = number in self.signed and (
                fits_next or (number - 1 in self.holes and self._fits(number - 1, number))
            )
            if since:
                continue
            if anew:
                since = good + 1
                why = self.why.get(number, "what was signed")
                words = (
                    f"{self.file}: {span(self.what, since, number)} were written anew: "
                    f"they fit each other, but not {why}"
                )
                self._tell(Kind.REWRITTEN, since, words=words, last=number)
            elif self._part_of_rewriting(number, altered):
                continue
            else:
                self._altered(number, good)

    def _altered(self, number: int, good: int) -> None:
        link = self.links[self.there[number]]
        words = f"{self.file}, line {link.place}: {self.what} {number} was altered"
        unsure = (
            number in self.signed
            and link.number == number
            and number - 1 > good
            and number - 1 not in self.signed
            and number + 1 not in self.there
        )
        if unsure:
            why = self.why.get(number, "what was signed")
            words = (
                f"{self.file}: {self.what} {number} does not fit {why}: it was altered, or "
                f"{span(self.what, good + 1, number)} were written anew"
            )
        first = good + 1 if unsure else number
        self._tell(Kind.ALTERED, first, words=words, last=number, line=link.place)

    def _part_of_rewriting(self, number: int, altered: Sequence[int]) -> bool:
        """Whether the one behind it is signed, altered too, and fits it: told with that one."""
        behind = number + 1
        return (
            behind in altered
            and behind in self.signed
            and number in self.signed
            and self._fits(number, behind)
        )

    def _fits(self, number: int, behind: int) -> bool:
        one, next_one = self.there.get(number), self.there.get(behind)
        return (
            one is not None
            and next_one is not None
            and self.links[next_one].previous == self.links[one].sha256
        )

    def _order(self) -> None:
        stands = [number for number, _ in sorted(self.there.items(), key=lambda pair: pair[1])]
        moved = [n for n, wanted in zip(stands, sorted(stands), strict=True) if n != wanted]
        if moved:
            words = (
                f"{self.file}: {span(self.what, min(moved), max(moved))} are out of order: "
                f"{self.what} {moved[0]} stands where {self.what} {min(moved)} belongs"
            )
            self._tell(Kind.REORDERED, min(moved), words=words, last=max(moved))

    def _tell(
        self,
        kind: Kind,
        first: int,
        said: str = "",
        *,
        words: str = "",
        last: int = 0,
        line: int = 0,
    ) -> None:
        where = f"{self.file}, line {line}" if line else self.file
        self.findings.append(
            Finding(
                kind=kind,
                words=words or f"{where}: {self.what} {first} {said}",
                file=self.file,
                line=line,
                first=first,
                last=last or first,
            )
        )


def _runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each stretch of numbers without a gap."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
