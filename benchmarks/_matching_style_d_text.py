"""What payers' programs and the banks on the way make of a text of style d."""

from __future__ import annotations

import re
import unicodedata
from random import Random

from benchmarks._matching_book import Account
from benchmarks._matching_draft import Draft, Scene
from benchmarks._matching_style_d_words import CASH_DISCOUNT, DATED, WORTH

__all__ = ["WAYS", "check_digit", "finish", "order_number"]

MOST_SIGNS = 140
"""Of a SEPA remittance (EPC rulebook: 140 characters of unstructured information)."""
_FULL = ("number", "list", "part", "discount", "over")
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "AE", "Ö": "OE", "Ü": "UE", "€": "EUR"}
)
_AROUND = (
    "/REMI/{}",
    "/REMI/USTD//{}/",
    "/TRTP/SEPA OVERBOEKING/REMI/{}/EREF/NOTPROVIDED",
    "/NAME/{payer}/REMI/{}",
    "EREF+NOTPROVIDED SVWZ+{}",
    "SVWZ+{} ABWA+{payer}",
    "KREF+ZV########## SVWZ+{}",
    "SVWZ: {}",
    "COMMUNICATION: {}",
    "COMMUNICATION : {} EXECUTE LE {today}",
    "MOTIF: {}",
    "DE: {payer} MOTIF: {} REF: NOTPROVIDED",
    "Remittance info: {}",
    "VERW.ZWECK: {}",
    "Omschrijving: {} Valutadatum: {today}",
    "{} EREF: ZA########## ",
)
_DATES = ("%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d", "%d/%m/%y")
_GROUP = ("", "", "Shared Service Center", "Centrale Kas", "Konzernkasse", "TRESORERIE GROUPE")
"""Who holds an account that serves two debtors: neither of them."""
_BANK = ("Monatsabschluss Entgelte", "TARIFS ET COMMISSIONS", "pakketkosten", "account charges")


def finish(scene: Scene, draft: Draft) -> None:
    """Add what the payer's ledger prints beside a number, then what the banks put around it.

    Nothing that is added says more of what was paid than the number itself does, and no digits of
    it are a number of the book or end one of the payer's.
    """
    rng, account = scene.rng, scene.book.accounts[max(0, draft.customer)]
    if draft.case == "bank costs":
        draft.text = rng.choice(_BANK)
    if draft.case == "two debtors on one account":
        draft.payer = rng.choice(_GROUP)
    # Of a shared account that bears one debtor's name, a month or a sum may still decide.
    draft.arguable |= len(draft.payers) > 1 and draft.check in ("month", "no month", "sum")
    # Of two debtors with the very same name, what is open may show which of them it was.
    draft.arguable |= not draft.payers and draft.check in ("bad", "name")
    if draft.check in _FULL and draft.typed and draft.follows is None:
        _ledger(scene, draft, account)
    if not draft.end_to_end and rng.random() < 0.3:
        draft.end_to_end = rng.choice(("NOTPROVIDED", "NOTPROVIDED", _quiet(scene, account, "ZA-")))
    if draft.text and rng.random() < 0.3:
        around = rng.choice(_AROUND).replace("{payer}", draft.payer.upper())
        around = around.replace("{today}", draft.booked.strftime(rng.choice(_DATES)))
        if (filled := _digits(scene, account, around)) is not None:
            draft.text = filled.replace("{}", draft.text)
    shape = rng.random()
    if shape < 0.3 and draft.variant != "lower case":
        draft.text = draft.text.upper()
    elif shape < 0.45:
        plain = unicodedata.normalize("NFKD", draft.text.translate(_SPELT).replace("°", "o"))
        draft.text = "".join(sign for sign in plain if not unicodedata.combining(sign))
    _shorten(draft)


def _ledger(scene: Scene, draft: Draft, account: Account) -> None:
    """Date and amount after a number, the payer's number with us, a discount's reason."""
    rng, book = scene.rng, scene.book
    fragile = draft.variant in ("blanks", "line break", "broken", "letters apart")
    if len(draft.typed) > 1 and rng.random() < 0.25:
        for (_, minor, _), typed in zip(draft.items, draft.typed, strict=True):
            _after(scene, draft, account, typed, _money(rng, minor))
    elif not fragile and len(draft.items) == 1 and rng.random() < 0.3:
        item = book.items[draft.items[0][0]]
        words = rng.choice(DATED[account.language])
        said = words.format(item.issued.strftime(rng.choice(_DATES)))
        if rng.random() < 0.4:
            worth = rng.choice(WORTH[account.language])
            said += " " + worth.format(_money(rng, draft.amount))
        _after(scene, draft, account, draft.typed[0], said)
    if draft.case.startswith("discount") and rng.random() < 0.5:
        item = book.items[draft.items[0][0]]
        rate = round(100 * item.discount / item.open)
        draft.text += " " + rng.choice(CASH_DISCOUNT[account.language]).format(rate)
    if draft.case != "third party, other amount" and rng.random() < 0.12:
        number = f"{rng.choice(scene.words(account).customer)} {account.number}"
        if scene.means_nothing(account, number):
            draft.text = f"{number}, {draft.text}"


def _after(scene: Scene, draft: Draft, account: Account, typed: str, said: str) -> None:
    """Put it behind the number, where the number stands whole and once."""
    text = draft.text
    at, end = text.find(typed), text.find(typed) + len(typed)
    beside = text[max(0, at - 1) : at] + text[end : end + 1]
    whole = text.count(typed) == 1 and not any(sign.isdigit() for sign in beside)
    if whole and scene.means_nothing(account, said):
        draft.text = f"{text[:end]} {said}{text[end:]}"


def _money(rng: Random, minor: int) -> str:
    """A credit note's amount keeps its sign."""
    shape = rng.random()
    if shape < 0.4:
        return f"{minor / 100:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")
    return f"{minor / 100:.2f}".replace(".", ",") if shape < 0.8 else f"{minor / 100:,.2f}"


def _digits(scene: Scene, account: Account, pattern: str) -> str | None:
    """The pattern with digits for its signs; None where they could be a number of the book."""
    made = re.sub("#", lambda _: str(scene.rng.randrange(10)), pattern)
    return made if scene.means_nothing(account, made) else None


def _quiet(scene: Scene, account: Account, prefix: str) -> str:
    return _digits(scene, account, f"{prefix}############") or ""


def _shorten(draft: Draft) -> None:
    """Cut at what SEPA carries, unless that would cut what the payer names."""
    ends = [draft.text.casefold().rfind(typed.casefold()) for typed in draft.typed]
    core = max((at + len(typed) for at, typed in zip(ends, draft.typed, strict=True)), default=0)
    if draft.check in _FULL and draft.typed and min(ends) >= 0 and core < MOST_SIGNS:
        draft.text = draft.text[:MOST_SIGNS]


def order_number(rng: Random) -> str:
    """A payer's own: with a plant, a year, or plain."""
    return rng.choice(
        (
            f"B{rng.randrange(26)}{rng.randrange(10**5):05d}",
            f"4700{rng.randrange(10**6):06d}",
            f"{rng.randrange(100, 1000)}.{rng.randrange(1000, 10_000)}",
            f"WO-{rng.randrange(10**6):06d}",
        )
    )


def check_digit(digits: str) -> str:
    """The Luhn digit (ISO/IEC 7812-1, annex B)."""
    doubled = (int(sign) * (2 - at % 2) for at, sign in enumerate(reversed(digits)))
    return str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


def _small_o(rng: Random, number: str) -> str | None:
    return number.replace("0", "o") if "0" in number else None


def _broken(rng: Random, number: str) -> str | None:
    """Over two fields of a statement, with what they were filled with."""
    at = rng.randrange(2, len(number) - 1)
    return number[:at] + rng.choice(("\r\n", "\n ", " \n")) + number[at:]


def _letters_apart(rng: Random, number: str) -> str | None:
    made = " ".join(re.findall(r"[A-Za-z]+|[^A-Za-z]+", number))
    return made if made != number else None


def _doubled(rng: Random, number: str) -> str | None:
    places = [at for at, sign in enumerate(number) if sign.isdigit()][-6:]
    at = rng.choice(places)
    return number[:at] + number[at] + number[at:]


def _branch_missing(rng: Random, number: str) -> str | None:
    """The letter between the year and the running number."""
    made = re.sub(r"(?<=[0-9])[A-Z]+(?=[0-9])", rng.choice(("", "-", " ", "/")), number)
    return made if made != number else None


def _last_digits(rng: Random, number: str) -> str | None:
    """As they stand at the end, not over a check digit's dash."""
    end = re.search(r"[1-9][0-9]{3,4}$", number)
    return end[0][-rng.choice((4, 4, 5)) :] if end and end[0] != number else None


WAYS = {
    "small o": _small_o,
    "broken": _broken,
    "letters apart": _letters_apart,
    "doubled": _doubled,
    "last digits": _last_digits,
    "branch missing": _branch_missing,
}
