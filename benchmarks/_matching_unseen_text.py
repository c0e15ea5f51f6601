"""What payers' programs, banks and scanners make of a text of the unseen style."""

from __future__ import annotations

import re
import unicodedata
from random import Random

from benchmarks._matching_book import Account
from benchmarks._matching_draft import Draft, Scene
from benchmarks._matching_unseen_words import CASH_DISCOUNT, DATED, FOR_ANOTHER, WORTH

__all__ = ["WAYS", "check_of", "finish", "money", "order_number", "quiet"]

_WHOLE = ("number", "list", "part", "discount", "over")
"""Checks of lines whose numbers stand in full: there a ledger may print something beside them."""
_FRAGILE = ("blanks", "line break", "broken", "other separators", "gaps")
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "AE", "Ö": "OE", "Ü": "UE", "€": "EUR"}
    | {"ł": "l", "Ł": "L", "°": "o", "º": "o"}
)
_DATES = ("%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%y", "%Y%m%d", "%d %m %Y", "%d/%m/%y")
_AROUND = {
    "NL": (
        "SEPA OVERBOEKING IBAN: {iban} BIC: INGBNL2A NAAM: {payer} OMSCHRIJVING: {}",
        "/BENM//NAME/{payer}/REMI/{}/ISDT/{iso}",
        "GIRO ###### {payer} BETREFT {}",
        "{} TRANSACTIEDATUM: {today}",
    ),
    "BE": (
        "EUROPESE OVERSCHRIJVING VAN {payer} MEDEDELING: {} REFERTE BANK: ############",
        "VIREMENT EN EUROS {payer} {} DATE VALEUR: {today}",
        "INSTANTOVERSCHRIJVING {iban} MED. {}",
    ),
    "DE": (
        "EREF+######## SVWZ+{}",
        "GUTSCHR. UEBERWEISUNG {payer} VWZ: {} DATUM {today} UHR",
        "SVWZ+{} BIC+COBADEFFXXX IBAN+{iban}",
        "DAUERAUFTRAG {}",
    ),
    "FR": (
        "VIR SEPA RECU /DE {payer} /MOTIF {} /REF ##########",
        "VIR INST {payer} LIB: {}",
        "VIREMENT EN VOTRE FAVEUR {} /EREF/NOTPROVIDED",
    ),
    "ES": (
        "TRANSFERENCIA DE {payer}, CONCEPTO {}.",
        "ABONO TRANSF. ORD: {payer} CONCEPTO: {} REF. ##########",
        "TRANSF. INMEDIATA {}",
    ),
    "IT": (
        "BONIFICO A VOSTRO FAVORE DISPOSTO DA {payer} CAUSALE: {}",
        "BON. DA {payer} CRO ########### CAUS. {} DATA ORDINE {today}",
        "/RI1/{}",
    ),
    "PL": (
        "PRZELEW PRZYCHODZĄCY {payer} TYTUŁ: {}",
        "/VAT/{worth}/IDC/##########/INV/{}",
        "TYTUŁEM: {} DATA WALUTY {today}",
    ),
    "CH": (
        "GUTSCHRIFT AUFTRAGGEBER: {payer} MITTEILUNGEN: {}",
        "E-BANKING SAMMELAUFTRAG {} REFERENZEN: ########TI#######",
        "VERSEMENT {payer} COMMUNICATIONS: {}",
    ),
}
"""By the payer's country; '#' is a digit."""
_STRUCTURED = ("/REMI/STRD/SCOR/{}", "Ref. {}", "STRUKT. REF {}", "REFERENCE: {}")
_SHARED = ("", "Holding", "Groupement d'achats", "Zentralregulierung", "Gestione Incassi")
"""Who holds an account that serves two debtors: neither of them."""
_COSTS = ("Abschlussposten Entgelte", "FRAIS TENUE DE COMPTE", "spese tenuta conto", "comisión")


def finish(scene: Scene, draft: Draft) -> None:
    """Add what the payer's ledger prints beside a number, then what the banks put around it.

    Nothing of that says more of what was paid than the number does, and no digits of it are a
    number of the book or end one of the payer's.
    """
    rng, account = scene.rng, scene.book.accounts[max(0, draft.customer)]
    if draft.case == "bank costs":
        draft.text = rng.choice(_COSTS)
    if draft.case == "two debtors on one account":
        draft.payer = rng.choice(_SHARED)
    # Of a shared account with one debtor's name a month or a sum may still decide; of two debtors
    # with the very same name, what is open may show which of them it was.
    draft.arguable |= len(draft.payers) > 1 and draft.check in ("month", "no month", "sum")
    draft.arguable |= not draft.payers and draft.check in ("bad", "cut", "name")
    if draft.variant == "cut off":
        draft.text = _spelt(rng, draft)
        return
    if draft.check in _WHOLE and draft.typed and draft.follows is None:
        _ledger(scene, draft, account)
    if draft.case == "structured" and draft.text and draft.variant != "ogm" and rng.random() < 0.4:
        draft.text = rng.choice(_STRUCTURED).replace("{}", draft.text)
    if not draft.end_to_end and rng.random() < 0.35:
        made = rng.choice(("NOTPROVIDED", "NOTPROVIDED", "ZV##########", "PO##-########"))
        draft.end_to_end = quiet(scene, account, made) or ""
    if draft.text and rng.random() < 0.3:
        _around(scene, draft, account)
    draft.text = _spelt(rng, draft)
    _shorten(rng, draft)


def _around(scene: Scene, draft: Draft, account: Account) -> None:
    words = scene.rng.choice(_AROUND[account.country])
    words = words.replace("{payer}", draft.payer).replace("{iban}", draft.payer_iban)
    words = words.replace("{iso}", draft.booked.isoformat())
    words = words.replace("{worth}", f"{draft.amount / 6:.0f},{draft.amount % 100:02d}")
    words = words.replace("{today}", draft.booked.strftime(scene.rng.choice(_DATES)))
    if (made := quiet(scene, account, words)) is not None:
        draft.text = made.replace("{}", draft.text)


def _ledger(scene: Scene, draft: Draft, account: Account) -> None:
    """Dates and amounts after numbers, the payer's number with us, whom a third party pays for."""
    rng, book, language = scene.rng, scene.book, account.language
    fragile = draft.variant in _FRAGILE
    if len(draft.typed) > 1 and rng.random() < 0.3:
        for (_, minor, _), typed in zip(draft.items, draft.typed, strict=False):
            _after(scene, draft, account, typed, f"({money(rng, minor)})")
    elif not fragile and len(draft.items) == 1 and rng.random() < 0.25:
        issued = book.items[draft.items[0][0]].issued
        said = rng.choice(DATED[language]).format(issued.strftime(rng.choice(_DATES)))
        if rng.random() < 0.3:
            said += " " + rng.choice(WORTH[language]).format(money(rng, draft.amount))
        _after(scene, draft, account, draft.typed[0], said)
    if draft.check == "discount" and rng.random() < 0.6:
        item = next(book.items[i] for i, _, discount in draft.items if discount)
        rate = round(100 * item.discount / item.open)
        draft.text += ", " + rng.choice(CASH_DISCOUNT[language]).format(rate)
    if draft.case == "third party" and rng.random() < 0.4:
        draft.text += " " + rng.choice(FOR_ANOTHER[language]).format(account.name)
    own = draft.case not in ("third party, other amount", "amount of one, number of another")
    if own and rng.random() < 0.1 and quiet(scene, account, account.number):
        word = rng.choice(scene.words(account).customer)
        mark = rng.choice((", ", " / ", " - ", "\n"))
        draft.text = f"{word} {account.number}{mark}{draft.text}"


def _after(scene: Scene, draft: Draft, account: Account, typed: str, said: str) -> None:
    """Put it behind the number, where the number stands whole and once."""
    at = draft.text.find(typed)
    end = at + len(typed)
    beside = draft.text[max(0, at - 1) : max(0, at)] + draft.text[end : end + 1]
    whole = draft.text.count(typed) == 1 and not any(sign.isalnum() for sign in beside)
    if whole and (made := quiet(scene, account, said)) is not None:
        draft.text = f"{draft.text[:end]} {made}{draft.text[end:]}"


def money(rng: Random, minor: int) -> str:
    """As the countries write it; a credit note's amount keeps its sign."""
    whole, cents = divmod(abs(minor), 100)
    thousands = rng.choice((".", " ", "'", "", ""))
    grouped = f"{whole:,}".replace(",", thousands)
    decimal = "." if thousands == "'" else rng.choice((",", ",", ".")) if not thousands else ","
    return f"{'-' if minor < 0 else ''}{grouped}{decimal}{cents:02d}"


def quiet(scene: Scene, account: Account, pattern: str) -> str | None:
    """The pattern with digits for its signs; None where they could be a number of the book.

    A year is no number: the house's own end in one.
    """
    made = re.sub("#", lambda _: str(scene.rng.randrange(10)), pattern)
    bare = re.sub(r"(?<![0-9])20(25|26)(?![0-9])", "", made)
    return made if scene.means_nothing(account, bare) else None


def _spelt(rng: Random, draft: Draft) -> str:
    """In capitals or without accents, as some banks hand it on."""
    shape = rng.random()
    if shape < 0.35 and draft.variant != "lower case":
        return draft.text.translate(_SPELT).upper() if shape < 0.15 else draft.text.upper()
    if shape < 0.5:
        plain = unicodedata.normalize("NFKD", draft.text.translate(_SPELT))
        return "".join(sign for sign in plain if not unicodedata.combining(sign))
    return draft.text


def _shorten(rng: Random, draft: Draft) -> None:
    """Cut at what the bank carries, unless that would cut what the payer names."""
    most = rng.choice((140, 140, 140, 105))
    ends = [draft.text.casefold().rfind(typed.casefold()) for typed in draft.typed]
    core = max((at + len(typed) for at, typed in zip(ends, draft.typed, strict=True)), default=0)
    if draft.check in _WHOLE and draft.typed and min(ends) >= 0 and core < most:
        draft.text = draft.text[:most]


def order_number(rng: Random) -> str:
    """A payer's own: of a purchasing system, a site, or a sheet of paper."""
    return rng.choice(
        (
            f"45{rng.randrange(10**8):08d}",
            f"PO-{rng.randrange(10**5):05d}-{rng.randrange(1, 9)}",
            f"{rng.randrange(10, 100)}B{rng.randrange(1000, 10_000)}",
            f"ZAM/{rng.randrange(100, 5000)}/26",
        )
    )


def check_of(digits: str) -> str:
    """The check digit of trade items (GS1 General Specifications: weights 3 and 1, modulus 10)."""
    weighed = sum(int(sign) * (3 - 2 * (at % 2)) for at, sign in enumerate(reversed(digits)))
    return str(-weighed % 10)


def _running(number: str) -> re.Match[str]:
    """The running number: the longest group of digits that is no year."""
    groups = [g for g in re.finditer(r"[0-9]+", number) if g[0] not in ("2025", "2026")]
    return max(groups, key=lambda group: len(group[0]))


def _lookalike(rng: Random, number: str) -> str | None:
    """One digit as a scanner misreads it."""
    places = [at for at, sign in enumerate(number) if sign in "0158"]
    if not places:
        return None
    at = rng.choice(places)
    return number[:at] + {"0": "O", "1": "I", "5": "S", "8": "B"}[number[at]] + number[at + 1 :]


def _broken(rng: Random, number: str) -> str | None:
    """Over two fields of a statement."""
    at = rng.randrange(2, len(number) - 1)
    return number[:at] + rng.choice(("\r\n", " \n", "\n  ")) + number[at:]


def _gaps(rng: Random, number: str) -> str | None:
    """A blank before or after each sign that is no digit."""
    made = re.sub(r"([/.-])", rng.choice((r" \1", r"\1 ", r" \1 ")), number)
    return made if made != number else None


def _mistyped(rng: Random, number: str) -> str | None:
    run = _running(number)
    at = run.start() + rng.randrange(len(run[0]))
    other = str((int(number[at]) + rng.randrange(1, 10)) % 10)
    return number[:at] + other + number[at + 1 :]


def _swapped(rng: Random, number: str) -> str | None:
    run = _running(number)
    places = [at for at in range(run.start(), run.end() - 1) if number[at] != number[at + 1]]
    if not places:
        return None
    at = rng.choice(places)
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _dropped(rng: Random, number: str) -> str | None:
    run = _running(number)
    at = run.start() + rng.randrange(1, len(run[0]))
    return number[:at] + number[at + 1 :]


def _doubled(rng: Random, number: str) -> str | None:
    run = _running(number)
    at = run.start() + rng.randrange(len(run[0]))
    return number[:at] + number[at] + number[at:]


def _running_alone(rng: Random, number: str) -> str | None:
    run = _running(number)
    return run[0] if run[0] != number else None


def _check_missing(rng: Random, number: str) -> str | None:
    return number[:-2] if re.search(r"[0-9]-[0-9]$", number) else None


def _year_missing(rng: Random, number: str) -> str | None:
    """Of a number that begins with it."""
    made = re.sub(r"^2[56]/", "", number)
    return made if made != number else None


def _suffix_missing(rng: Random, number: str) -> str | None:
    """A branch or a series that stands last."""
    made = re.sub(r"/[A-Z]+[0-9]*$", "", number)
    return made if made != number else None


def _last_digits(rng: Random, number: str) -> str | None:
    end = re.search(r"[1-9][0-9]{3,4}$", number)
    return end[0][-rng.choice((4, 4, 5)) :] if end and end[0] != number else None


WAYS = {
    "lookalike": _lookalike,
    "broken": _broken,
    "gaps": _gaps,
    "mistyped": _mistyped,
    "swapped": _swapped,
    "dropped": _dropped,
    "doubled": _doubled,
    "running number alone": _running_alone,
    "check digit missing": _check_missing,
    "year missing": _year_missing,
    "suffix missing": _suffix_missing,
    "last digits": _last_digits,
}
