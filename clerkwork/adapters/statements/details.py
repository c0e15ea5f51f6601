"""The :86: of MT940 and MT942: who, why and with which reference, in each bank's own manner."""

from __future__ import annotations

import re
from typing import NamedTuple

from stdnum import iban

from clerkwork.adapters.statements.checks import clean

__all__ = ["Details", "read_details"]

_TAGS = (
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "ORDP", "BENM", "ISDT", "RTRN",
    "ADDR", "CNTP", "PURP", "ULTD", "ULTC", "SVCL", "PREF", "NRTX", "EXCH", "CHGS", "TRCD",
)  # fmt: skip
_TAG = re.compile(rf"/({'|'.join(_TAGS)})/")
# What a payer writes comes in REMI: a tag in it that says who he is would be his own invention.
_AFTER_TEXT = frozenset({"EREF", "ISDT", "MARF", "CSID", "PURP", "RTRN", "ULTC", "TRCD"})
_STRUCTURED = re.compile(r"(?:USTD//)?STRD/[A-Z]{2,5}/([^/]+)")
_NUMBERED = re.compile(r"[0-9]{3}([?>~])(?=[0-9]{2})")
_WORDS = re.compile(
    r"(?:^|\s)(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|BETALINGSKENM\.|MACHTIGING|INCASSANT):"
)
_KNAB = re.compile(r"(.*)\bREK: ?(\S+?) */NAAM: ?(.*)")
_PURPOSE = re.compile(
    r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|COAM|OAMT|MDAT|SQTP|DDAT|ORCR|ORMR)[+]"
)
_RETURNED = frozenset({"108", "109", "159", "181", "182", "183", "184", "185"})
"""Transaction codes of the German banks that take back an earlier payment."""


class Details(NamedTuple):
    """What the :86: of one entry says; a text keeps the line breaks that may part a number."""

    name: str = ""
    iban: str = ""
    text: str = ""
    structured: str = ""
    end_to_end: str = ""
    returned: str = ""
    """'return' with its reason, if it is one."""


def read_details(whole: str, reference: str, extra: str) -> Details:
    """The details in a :86:, of which untagged text is all remittance.

    `reference` and `extra` are the account owner's reference and the supplementary details of the
    entry's :61:, where some banks name the other party.
    """
    flat = whole.replace("\n", "")
    if whole.startswith("/") or flat.startswith("/"):
        if _TAG.match(flat):
            return _tagged(whole, flat)
    elif (numbered := _NUMBERED.match(flat)) is not None:
        return _numbered(flat, numbered[1])
    elif flat.startswith("SEPA ") and "IBAN:" in flat:
        return _worded(whole)
    elif "/NAAM:" in flat and (knab := _KNAB.fullmatch(flat)) is not None:
        text = clean(_broken(whole, 0, knab.end(1)))
        return Details(name=clean(knab[3]), iban=clean(knab[2]), text=text)
    return _plain(whole, reference, extra)


def _joined(value: str) -> str:
    return clean(value.replace("\n", ""))


def _plain(whole: str, reference: str, extra: str) -> Details:
    """A text; where it begins with the account and the name of the :61:, as SNS writes it."""
    lines = [line for line in whole.split("\n") if line.strip()]
    if extra and reference and lines and lines[0].strip() == f"{reference} {extra}":
        return Details(name=clean(extra), iban=reference, text=clean("\n".join(lines[1:])))
    return Details(text=clean("\n".join(line.rstrip() for line in lines)))


def _tagged(whole: str, flat: str) -> Details:
    """Tags between slashes: ABN AMRO, ING, Rabobank, Knab."""
    fields = _fields(whole, flat)
    account, name = clean(fields.get("IBAN", "")), clean(fields.get("NAME", ""))
    if party := fields.get("CNTP", ""):
        account, _, rest = party.partition("/")
        name = name or clean(rest.split("/")[1] if "/" in rest else "")
    remittance = fields.get("REMI", "")
    text, structured = "", ""
    if (found := _STRUCTURED.match(remittance.replace("\n", ""))) is not None:
        structured = clean(found[1])
    elif remittance.startswith("USTD//"):
        text = clean(remittance.removeprefix("USTD//").rstrip("\n").removesuffix("/"))
    else:
        text = clean(remittance)
    returned = fields.get("RTRN")
    return Details(
        name=name,
        iban=clean(account),
        text=text,
        structured=structured,
        end_to_end=clean(fields.get("EREF", "")).strip("/"),
        returned="" if returned is None else f"return {clean(returned).strip('/')}".strip(),
    )


def _fields(whole: str, flat: str) -> dict[str, str]:
    """Value of each tag, that of REMI with its line breaks; tags may be broken themselves."""
    # What stands between the tags of a split is their values, in turn.
    parts = _TAG.split(flat)
    names = parts[1::2]
    if len(set(names)) == len(names) and _bank_only(names):
        result = dict(zip(names, parts[2::2], strict=True))
        if "REMI" in result and len(whole) != len(flat):
            place = names.index("REMI")
            start = sum(map(len, parts[: 2 * place + 2])) + 2 * (place + 1)
            result["REMI"] = _broken(whole, start, start + len(result["REMI"]))
        return result
    found = _own([(tag[1], tag.start(), tag.end()) for tag in _TAG.finditer(flat)])
    result = {}
    for number, (name, _, start) in enumerate(found):
        stop = found[number + 1][1] if number + 1 < len(found) else len(flat)
        if name not in result:
            result[name] = _broken(whole, start, stop) if name == "REMI" else flat[start:stop]
    return result


def _bank_only(names: list[str]) -> bool:
    """Whether no tag behind the text is one that a payer would invent."""
    return "REMI" not in names or _AFTER_TEXT.issuperset(names[names.index("REMI") + 1 :])


def _broken(whole: str, start: int, stop: int) -> str:
    """A part of the text without line breaks, with the breaks it had."""
    breaks, first = 0, -1
    at = whole.find("\n")
    while at >= 0 and at - breaks <= stop:
        if first < 0 and at - breaks > start:
            first = breaks
        breaks += 1
        at = whole.find("\n", at + 1)
    return whole[start + (breaks if first < 0 else first) : stop + breaks].strip("\n")


def _own(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The bank's own tags, without those that a payer wrote into his reference or text."""
    names = [name for name, _, _ in found]
    text = names.index("REMI") if "REMI" in names else len(names)
    kept: list[tuple[str, int, int]] = []
    in_reference = False
    for place, one in enumerate(found[: text + 1]):
        # A payer's reference may come first: what stands there again behind it is the bank's.
        if in_reference and one[0] in names[place + 1 : text + 1]:
            continue
        kept.append(one)
        in_reference = one[0] in ("EREF", "PREF")
    for place, one in enumerate(found[text + 1 :], text + 1):
        # Of a tag that comes more than once behind the text only the last is the bank's.
        if one[0] in _AFTER_TEXT and one[0] not in names[place + 1 :]:
            kept.append(one)
    return kept


def _numbered(flat: str, sign: str) -> Details:
    """Fields with numbers: the German banks' ?20 to ?63, Triodos' >20."""
    parts = re.split(rf"{re.escape(sign)}([0-9]{{2}})", flat)
    codes, values = parts[1::2], parts[2::2]
    more = next((n for n, code in enumerate(codes) if code[0] == "6"), len(codes))
    behind = max((n + 1 for n, code in enumerate(codes[:more]) if code[0] == "2"), default=0)
    first = next((n for n, code in enumerate(codes) if code[0] == "2"), behind)
    texts: list[str] = []
    fields: dict[str, str] = {}
    for place, (code, value) in enumerate(zip(codes, values, strict=True)):
        if (first <= place < behind and code[0] != "2") or (place > more and code[0] != "6"):
            # A number in what the payer wrote is part of his text.
            texts[-1] += sign + code + value
        elif code[0] in "26":
            texts.append(value)
        else:
            fields[code] = value
    # Triodos names the other account in field 10, and its own in 31.
    account = fields.get("10" if sign == ">" else "31", "")
    keys, text = _keyed(texts)
    return Details(
        name=clean(fields.get("32", "") + fields.get("33", "")),
        iban=clean(account) or keys.get("IBAN", ""),
        text=text,
        end_to_end=keys.get("EREF", ""),
        returned="return" if parts[0][:3] in _RETURNED else "",
    )


def _keyed(texts: list[str]) -> tuple[dict[str, str], str]:
    """The keys of a purpose, as EREF+, and its text; breaks between its fields stay."""
    whole = "\n".join(text for text in texts if text.strip())
    found = list(_PURPOSE.finditer(whole))
    named = [one[1] for one in found]
    if "SVWZ" in named:
        found = found[: named.index("SVWZ") + 1]
    keys: dict[str, str] = {}
    text = whole[: found[0].start()] if found else whole
    for place, one in enumerate(found):
        stop = found[place + 1].start() if place + 1 < len(found) else len(whole)
        value = whole[one.end() : stop]
        if one[1] == "SVWZ":
            text += value
        elif one[1] != "IBAN" or iban.is_valid(value.replace("\n", "")):
            keys.setdefault(one[1], _joined(value))
    return keys, clean(text)


def _worded(whole: str) -> Details:
    """Words with a colon, in columns: ABN AMRO's older manner."""
    found = list(_WORDS.finditer(whole))
    names = [one[1] for one in found]
    text = names.index("OMSCHRIJVING") if "OMSCHRIJVING" in names else len(names)
    kept = [
        one
        for place, one in enumerate(found)
        # What stands behind the text is the payer's own, but for the last KENMERK.
        if place <= text or (one[1] == "KENMERK" and "KENMERK" not in names[place + 1 :])
    ]
    fields: dict[str, str] = {}
    for place, one in enumerate(kept):
        stop = kept[place + 1].start() if place + 1 < len(kept) else len(whole)
        fields.setdefault(one[1], re.sub(" {2,}", " ", clean(whole[one.end() : stop])))
    return Details(
        name=_joined(fields.get("NAAM", "")),
        iban=_joined(fields.get("IBAN", "")),
        text=fields.get("OMSCHRIJVING", ""),
        structured=_joined(fields.get("BETALINGSKENM.", "")),
        end_to_end=_joined(fields.get("KENMERK", "")),
    )
