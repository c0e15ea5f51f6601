"""The :86: of an MT940: who, why and with which reference, as Dutch and German banks tag it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clerkwork.adapters.statements.checks import clean

__all__ = ["Details", "read_details"]

_TAGS = (
    "TRTP", "IBAN", "BIC", "NAME", "REMI", "EREF", "MARF", "CSID", "ORDP", "BENM", "ISDT", "RTRN",
    "ADDR", "CNTP", "PURP", "ULTD", "ULTC", "SVCL", "PREF", "NRTX", "EXCH", "CHGS", "TRCD",
)  # fmt: skip
_TAG = re.compile(rf"/({'|'.join(_TAGS)})/")
# What a payer writes comes in REMI: a tag in it that says who he is would be his own invention.
_AFTER_TEXT = frozenset({"EREF", "ISDT", "MARF", "CSID", "PURP", "RTRN", "ULTC", "TRCD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    name: str = ""
    iban: str = ""
    text: str = ""
    structured: str = ""
    end_to_end: str = ""


def read_details(data: dict[str, Any]) -> Details:
    """What the :86: of one entry says; untagged text is all remittance. Line breaks are kept."""
    if data.get("purpose"):
        return _german(data)
    whole = data.get("transaction_details") or ""
    flat = whole.replace("\n", "")
    if not _TAG.match(flat):
        return Details(text=clean(whole))
    return _dutch(_fields(whole, flat))


def _german(data: dict[str, Any]) -> Details:
    return Details(
        name=clean(data.get("applicant_name") or ""),
        iban=clean(data.get("applicant_iban") or data.get("gvc_applicant_iban") or ""),
        text=clean(data["purpose"]),
        end_to_end=clean(data.get("end_to_end_reference") or ""),
    )


def _fields(whole: str, flat: str) -> dict[str, str]:
    """Value of each tag, with the line breaks it had; tags themselves may be broken too."""
    places = [place for place, sign in enumerate(whole) if sign != "\n"]
    places.append(len(whole))
    found: list[tuple[str, int, int]] = []
    seen: set[str] = set()
    for tag in _TAG.finditer(flat):
        if "REMI" in seen and tag[1] not in _AFTER_TEXT:
            continue
        seen.add(tag[1])
        found.append((tag[1], tag.start(), tag.end()))
    found = _last_after_text(found)
    result: dict[str, str] = {}
    for number, (name, _, start) in enumerate(found):
        stop = found[number + 1][1] if number + 1 < len(found) else len(flat)
        result.setdefault(name, whole[places[start] : places[stop]].strip("\n"))
    return result


def _last_after_text(found: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Of a tag that comes more than once behind REMI only the last is the bank's."""
    names = [name for name, _, _ in found]
    if "REMI" not in names:
        return found
    text = names.index("REMI")
    return [
        one for place, one in enumerate(found) if place <= text or one[0] not in names[place + 1 :]
    ]


def _dutch(fields: dict[str, str]) -> Details:
    def flat(name: str) -> str:
        return clean(fields.get(name, "").replace("\n", ""))

    iban, name = flat("IBAN"), flat("NAME")
    if party := flat("CNTP"):
        iban, _, rest = party.partition("/")
        name = name or rest.split("/")[1] if "/" in rest else name
    text, structured = _remittance(fields.get("REMI", ""))
    return Details(
        name=name, iban=iban, text=text, structured=structured, end_to_end=flat("EREF").strip("/")
    )


def _remittance(value: str) -> tuple[str, str]:
    """Free text and structured reference: '/REMI/STRD/CUR/5000...' or '/REMI/USTD//text/'."""
    joined = value.replace("\n", "")
    if structured := re.match(r"STRD/[A-Z]{2,5}/([^/]+)", joined):
        return "", clean(structured[1])
    if value.startswith("USTD//"):
        return clean(value.removeprefix("USTD//").removesuffix("/")), ""
    return clean(value), ""
