"""What `clerkwork reconcile` prints for a controller: each outcome, the sums, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clerkwork.app.trial import Trial
from clerkwork.cli import show
from clerkwork.core.matching.model import Candidate, Match, Outcome
from clerkwork.core.money import Money, total
from clerkwork.core.payments import BankLine
from clerkwork.core.posting import Allocation
from clerkwork.core.reckoning import AccountTie
from clerkwork.errors import BusinessError

__all__ = ["explained", "say_why", "tables"]

_SHORTEST = 6
"""Signs of an id that are shown, more where these are not enough."""
_TITLES = {
    Outcome.SETTLED: "Settled",
    Outcome.UNAPPLIED: "Unapplied: pays no open item",
    Outcome.REOPENS: "Reopens what an earlier line paid",
    Outcome.REVIEW: "For review",
    Outcome.NOT_OURS: "Not ours",
}


def tables(trial: Trial) -> None:
    """A section for each outcome, then what the lines of each account add up to."""
    columns = _Columns.of(trial)
    numbered = list(enumerate(trial.matches, start=1))
    if numbered or trial.previews:
        show.say(columns.headings())
    for outcome in Outcome:
        rows = [(n, found) for n, found in numbered if found.outcome is outcome]
        if not rows:
            continue
        sums = _sums(found.line.amount for _, found in rows)
        show.heading(f"{_TITLES[outcome]}: {_lines(len(rows))}, {sums}")
        for number, found in rows:
            show.say(columns.row(number, found.line, _sure(found.confidence)))
            for label, words in _words(trial, found):
                show.paragraph(f"{label:<7}", words, columns.number + 2, columns.width)
        show.say()
    _previews(trial, columns)
    for tie in trial.accounts:
        _account(tie)
    for note in trial.notes:
        show.paragraph("note: ", note, 0, columns.width)
    if not trial.matches and not trial.previews:
        show.say("There is no line to reconcile.")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Widths that hold for every section, so that amounts stand below each other."""

    number: int
    amount: int
    id: int
    width: int

    @classmethod
    def of(cls, trial: Trial) -> _Columns:
        lines = [found.line for found in trial.matches] + list(trial.previews)
        ids = {line.id for line in lines}
        longest = max(map(len, ids), default=_SHORTEST)
        told = (n for n in range(_SHORTEST, longest) if len({id[:n] for id in ids}) == len(ids))
        return cls(
            number=max(len("line"), len(str(len(lines)))),
            amount=max((len(str(line.amount)) for line in lines), default=0),
            id=next(told, longest),
            width=show.width(),
        )

    def headings(self) -> str:
        begin = f"{'line':>{self.number}}  {'booked':<10}  {'amount':>{self.amount}}  payer"
        end = f"{'id':<{self.id}}  {'sure':>7}"
        return f"{begin:<{self.width - len(end)}}{end}"

    def row(self, number: int, line: BankLine, sure: str) -> str:
        begin = f"{number:>{self.number}}  {line.booked}  {line.amount!s:>{self.amount}}  "
        end = f"  {line.id[: self.id]}  {sure:>7}"
        left = self.width - len(begin) - len(end)
        payer = line.payer or line.payer_iban or "-"
        short = payer if len(payer) <= left else f"{payer[: left - 2]}.."
        return f"{begin}{short:<{left}}{end}".rstrip()


def _previews(trial: Trial, columns: _Columns) -> None:
    if not trial.previews:
        return
    sums = _sums(line.amount for line in trial.previews)
    lines = _lines(len(trial.previews))
    show.heading(f"Preview, counted nowhere: {lines}, {sums}")
    for number, line in enumerate(trial.previews, start=len(trial.matches) + 1):
        show.say(columns.row(number, line, ""))
        if text := line.text or line.structured:
            show.paragraph("says   ", text, columns.number + 2, columns.width)
    show.say()


def _account(tie: AccountTie) -> None:
    rows: list[tuple[object, ...]] = [("opening balance", "", tie.opening)]
    rows += [
        (str(outcome), tie.count[outcome] or "", tie.by_outcome[outcome]) for outcome in Outcome
    ]
    if tie.missing:
        rows.append(("missing between statements", "", tie.missing))
    rows.append(("closing balance", "", tie.closing))
    show.table(("", "lines", "amount"), rows, title=f"Account {tie.account}", right=(1, 2))
    if tie.difference:
        show.say(f"DIFFERENCE {tie.difference}")
    else:
        show.say("ties out: opening + what became of the lines = closing")
    show.say()


def explained(trial: Trial, word: str) -> int:
    """The place of the line that a number in the table, an id or its beginning means.

    Raises `BusinessError` if it means none, or several.
    """
    if word.isascii() and word.isdigit() and 1 <= int(word[:9]) <= len(trial.matches):
        return int(word[:9]) - 1
    found = [n for n, one in enumerate(trial.matches) if one.line.id.startswith(word)]
    exact = [n for n in found if trial.matches[n].line.id == word]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        some = ", ".join(trial.matches[n].line.id for n in found[:5])
        raise BusinessError(f"{word!r} is the beginning of several lines: {some}; give more of it")
    raise BusinessError(
        f"there is no line {word!r}: give its number in the table, 1 to {len(trial.matches)}, or "
        "the beginning of its id"
    )


def say_why(trial: Trial, at: int) -> None:
    """Everything that is known of one line: why this, and why not the others."""
    found, wide = trial.matches[at], show.width()
    line = found.line
    facts = {
        "Line": f"{at + 1}, id {line.id}",
        "Account": line.account,
        "Booked": line.booked,
        "Amount": line.amount,
        "Payer": line.payer,
        "Payer's IBAN": line.payer_iban,
        "Text": line.text,
        "Reference": line.structured,
        "End-to-end id": line.end_to_end,
        "Bank's code": line.code,
    }
    show.table(("", ""), ((name, fact) for name, fact in facts.items() if fact))
    sure = f", {_sure(found.confidence)} sure" if found.confidence else ""
    show.say(f"\n{_TITLES[found.outcome]}, by the rule '{found.rule}'{sure}")
    for label, words in _pays(trial, found):
        show.paragraph(f"{label} ", words, 2, wide)
    why = trial.why(line.id)
    _listed("Why", found.reasons, wide)
    _listed("What was read in it", why.read or ("nothing that names an item",), wide)
    _listed("Who pays", why.payer, wide)
    _listed("What else it may have paid", [_candidate(trial, c) for c in found.candidates], wide)
    _listed(
        "Why not these",
        [f"{one.item} of {_debtor(trial, one.customer)}: {one.why_not}" for one in why.others],
        wide,
    )
    _listed("What each rule said", [f"{one.rule}: {one.words}" for one in why.answers], wide)


def _listed(title: str, told: Sequence[str], wide: int) -> None:
    if told:
        show.say()
        show.heading(title)
    for words in told:
        show.paragraph("- ", words, 2, wide)


def _words(trial: Trial, found: Match) -> Iterator[tuple[str, str]]:
    """What it pays, by which rule and on what evidence, and what else it may have paid."""
    yield from _pays(trial, found)
    yield "why", f"{found.rule}: {'; '.join(found.reasons)}"
    for number, candidate in enumerate(found.candidates, start=1):
        yield f"or {number}", _candidate(trial, candidate)


def _pays(trial: Trial, found: Match) -> Iterator[tuple[str, str]]:
    debtor = _debtor(trial, found.customer) if found.customer else ""
    if found.outcome is Outcome.REOPENS:
        back = [n for n, one in enumerate(trial.matches, 1) if one.line.id == found.reverses]
        line = f"line {back[0]}" if back else f"the earlier line {found.reverses}"
        yield "undoes", f"{line}{', of ' if debtor else ''}{debtor}"
    elif found.allocations:
        applied = total((a.amount for a in found.allocations), found.line.amount.currency)
        rest = found.line.amount - applied
        yield "pays", f"{_parts(found.allocations)} of {debtor}"
        if rest:
            yield "goes", f"{rest} on his account"
    elif debtor and found.outcome is Outcome.REVIEW:
        yield "from", f"probably {debtor}"
    elif debtor:
        yield "goes", f"on account of {debtor}"
    if found.residual and found.residual != found.rule:
        yield "open", f"what is left is {found.residual}"


def _candidate(trial: Trial, one: Candidate) -> str:
    parts = _parts(one.allocations) if one.allocations else "on account"
    reasons = f": {'; '.join(one.reasons)}" if one.reasons else ""
    return f"{parts} of {_debtor(trial, one.customer)}{reasons}"


def _parts(allocations: Iterable[Allocation]) -> str:
    return ", ".join(map(_part, allocations))


def _part(one: Allocation) -> str:
    less = f" less discount {one.discount.decimal}" if one.discount else ""
    left = one.open_before - one.settles
    return f"{one.item} {one.amount.decimal}{less}" + (f" ({left} stays open)" if left else "")


def _debtor(trial: Trial, customer: str) -> str:
    return f"debtor {customer} {trial.names.get(customer, '')}".rstrip()


def _sure(confidence: float) -> str:
    # Rounded down: what is not quite certain is never shown as 100 %.
    return f"{int(confidence * 1000) / 10:.1f} %" if confidence else ""


def _lines(count: int) -> str:
    return f"{count} line{'' if count == 1 else 's'}"


def _sums(amounts: Iterable[Money]) -> str:
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(0, amount.currency)) + amount
    return ", ".join(str(one) for one in sums.values())
