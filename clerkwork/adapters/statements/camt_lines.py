"""One entry of a CAMT as bank lines: itself, or each transaction of a batch."""

from __future__ import annotations

from datetime import date

from clerkwork.adapters.statements.camt_values import day, minor_units
from clerkwork.adapters.statements.checks import account_of, clean, reference
from clerkwork.adapters.statements.nodes import Found
from clerkwork.core.money import Money
from clerkwork.core.payments import BankLine, Identities

__all__ = ["Wrong", "is_booked", "lines_of", "signed"]

_NOTHING: Found = {}


class Wrong(ValueError):
    """What was found in an entry, and what was expected there."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(found)
        self.found, self.expected = found, expected


def is_booked(entry: Found) -> bool:
    """Whether it is; raises `Wrong` if it does not say."""
    status = entry.get("status")
    if not status:
        raise Wrong("an entry without a status", "Sts, BOOK for a booked one")
    return bool(status == "BOOK")


def signed(found: Found, what: str) -> Money:
    """The amount of an entry or a balance, money out below zero."""
    amount, direction = found.get("amount"), found.get("direction")
    if amount is None or direction not in ("CRDT", "DBIT"):
        raise Wrong(f"<{what}> without amount or direction", "Amt and CdtDbtInd")
    minor = _minor(*amount)
    return Money(minor if direction == "CRDT" else -minor, amount[1])


def _minor(text: str, currency: str) -> int:
    try:
        return minor_units(text, currency)
    except ValueError as error:
        raise Wrong(str(error), "digits, a point, and a currency") from None


def lines_of(
    entry: Found, amount: Money, account: str, ids: Identities
) -> tuple[tuple[BankLine, ...], BankLine | None]:
    """The lines of a booked entry over that amount; raises `Wrong`.

    An entry of several transactions is split into these, each with its own amount, which have to
    add up to the entry's. Beside them comes the line that it is where nobody splits it.
    """
    details = entry.get("transactions") or ()
    if len(details) < 2:
        one = details[0] if details else _NOTHING
        return (_line(entry, one, amount, account, ids, entry["raw"]),), None
    amounts = [_own_amount(entry, detail, amount) for detail in details]
    _check_batch(entry, amounts, amount)
    lines = tuple(
        _line(entry, detail, one, account, ids, detail["raw"])
        for detail, one in zip(details, amounts, strict=True)
    )
    return lines, _line(entry, _NOTHING, amount, account, Identities(), "")


def _own_amount(entry: Found, detail: Found, whole: Money) -> Money:
    """The amount of one transaction of a batch, in the entry's direction unless it says so."""
    for name in ("amount", "amount of the transaction", "counter-value"):
        text, currency = detail.get(name, ("", ""))
        if currency == whole.currency:
            minor = _minor(text, currency)
            direction = detail.get("direction") or entry["direction"]
            if direction not in ("CRDT", "DBIT"):
                raise Wrong(f"direction {direction[:20]!r}", "CRDT or DBIT")
            return Money(minor if direction == "CRDT" else -minor, currency)
    expected = f"an amount in {whole.currency} for each transaction of a batch"
    raise Wrong("a transaction without its own amount", expected)


def _check_batch(entry: Found, amounts: list[Money], whole: Money) -> None:
    moved = Money(sum(one.minor for one in amounts), whole.currency)
    if moved != whole:
        raise Wrong(f"{len(amounts)} transactions of {moved} in all", f"the entry's {whole}")
    counts = entry.get("batched", ())
    if counts and all(one.isdecimal() and len(one) < 10 for one in counts):
        said = sum(map(int, counts))
        if said != len(amounts):
            raise Wrong(f"{len(amounts)} transactions", f"the {said} that the batch says it has")


def _line(
    entry: Found, one: Found, amount: Money, account: str, ids: Identities, raw: str
) -> BankLine:
    booked = _date(entry, "booked", "BookgDt")
    reversed_ = "returned" in one or entry.get("reversal") in ("true", "1")
    payer, payer_iban = _other_party(one, account, incoming=amount.minor >= 0, back=reversed_)
    structured = _structured(one)
    text = _text(entry, one, structured)
    bank_ref = _reference(one, "reference") or _reference(entry, "reference")
    return BankLine(
        account=account,
        booked=booked,
        valued=_date(entry, "valued", "ValDt") if "valued" in entry else booked,
        amount=amount,
        payer=payer,
        payer_iban=payer_iban,
        text=text,
        structured=structured,
        end_to_end=_reference(one, "end to end"),
        bank_ref=bank_ref,
        code=_code(entry, one, back=reversed_),
        raw=raw,
        id=ids.of(account, bank_ref, booked, structured + text, amount.minor, amount.currency),
    )


def _date(entry: Found, key: str, name: str) -> date:
    try:
        return day(entry.get(key, ""))
    except ValueError as error:
        raise Wrong(f"{name}: {error}", "year-month-day") from None


def _said(found: Found, key: str) -> str:
    text: str = found.get(key, "")
    return text if text.isprintable() else clean(text)


def _reference(found: Found, key: str) -> str:
    text = found.get(key)
    return reference(text) if text else ""


def _other_party(one: Found, account: str, *, incoming: bool, back: bool) -> tuple[str, str]:
    """Name and IBAN of the other side; a return names the parties of what it returns."""
    ours, theirs = ("Cdtr", "Dbtr") if incoming else ("Dbtr", "Cdtr")
    if not back:
        return _party(one, theirs, account)
    found = _party(one, ours, account)
    return found if any(found) else _party(one, theirs, account)


def _party(one: Found, side: str, account: str) -> tuple[str, str]:
    number = one.get(_ACCOUNT[side], "")
    if number and (number := account_of(number)) == account:
        return "", ""
    return _said(one, _NAME[side]) or _said(one, _OTHER_NAME[side]), number


_ACCOUNT, _NAME, _OTHER_NAME = (
    {side: f"{what} of {side}" for side in ("Dbtr", "Cdtr")}
    for what in ("account", "name", "other name")
)


def _structured(one: Found) -> str:
    texts = one.get("structured")
    return ", ".join(said for text in texts if (said := clean(text))) if texts else ""


def _text(entry: Found, one: Found, structured: str) -> str:
    texts = one.get("text")
    if texts and len(texts) == 1 and "document" not in one and "addition" not in one:
        text: str = texts[0]
        return text if text.isprintable() else clean(text)
    parts = [clean(text) for key in ("text", "document", "addition") for text in one.get(key, ())]
    told = "\n".join(part for part in parts if part)
    if told or structured:
        return told
    return _said(one, "further") or _said(entry, "further")


def _code(entry: Found, one: Found, *, back: bool) -> str:
    """The bank's code, with 'return' and its reason or 'reversal' behind it where it is one."""
    code = _bank_code(one) or _bank_code(entry)
    if "returned" in one:
        return f"{code} return {_said(one, 'reason')}".strip()
    return f"{code} reversal".strip() if back else code


def _bank_code(found: Found) -> str:
    if own := found.get("own code"):
        return clean(own)
    domain = found.get("domain")
    if not domain:
        return ""
    levels = (domain, found.get("family"), found.get("sub-family"))
    return clean("-".join(level for level in levels if level))
