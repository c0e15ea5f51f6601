"""What the writer of a mail says himself: without quotes, signatures, banners and disclaimers."""

from __future__ import annotations

import re

__all__ = ["LONGEST", "own_subject", "own_words"]

LONGEST = 20_000
"""Characters of a mail that are looked at; whoever writes more says it before that."""
_LONGEST_LINE = 2_000

_QUOTE = re.compile(r"^\s*(?:>|\|(?=\s))")
_ORIGINAL = re.compile(
    r"^\W*(?:-{2,}|_{5,}|\*{2,})?\s*(?:original message|oorspronkelijk bericht"
    r"|oorspronkelijke mail|doorgestuurd bericht|forwarded message|begin forwarded message"
    r"|begin doorgestuurd bericht|the header of the original message.{0,40})"
    r"\s*(?:-{2,}|:|\*{2,})?\s*$",
    re.IGNORECASE,
)
_WROTE = re.compile(
    r"^(?:op|on|le|am)\b.{4,200}\b(?:schreef|wrote|heeft .{0,80} geschreven)\b.{0,120}:?\s*$"
    r"|^.{3,120}<[^<>\s]{3,80}@[^<>\s]{3,80}>\s*(?:schreef|wrote).{0,60}:\s*$",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^\W{0,3}(?:van|from|afzender)\W{0,3}:\W{0,3}\S", re.IGNORECASE)
_HEAD_MORE = re.compile(
    r"^\W{0,3}(?:verzonden|datum|aan|onderwerp|cc|sent|date|to|subject)\W{0,3}:", re.IGNORECASE
)
_SIGN_OFF = re.compile(
    r"^\W*(?:(?:met\s+)?(?:vriendelijke|hartelijke|warme|beste)\s+groet(?:en)?"
    r"|m\.?\s?v\.?\s?g\.?|mvrgr|hoogachtend|hoogachting|met hoogachting|groet(?:jes|en)?|gr\.?"
    r"|(?:met|in)\s+(?:dank|afwachting)(?:\s+(?:en|van)\b.{0,60})?"
    r"|(?:with\s+)?(?:kind(?:est)?|best|warm|kindest)\s+(?:regards|wishes)|regards|cheers"
    r"|yours\s+(?:faithfully|sincerely|truly)|sincerely|many thanks|thanks|thank you)"
    r"(?:\s+(?:uit|from|van)\b.{0,40})?\s*[,.!]?(?:\s+[^\W\d]\S*){0,4}\s*$",
    re.IGNORECASE,
)
_DEVICE = re.compile(
    r"^\W*(?:sent from|verzonden (?:vanaf|met|via|van)|verstuurd (?:vanaf|met|via)|get outlook"
    r"|download outlook|outlook voor)\b.{0,80}$",
    re.IGNORECASE,
)
_SMALL_PRINT = re.compile(
    r"^\W*(?:disclaimer\b|proclaimer\b|vertrouwelijk(?:heid)?\b"
    r"|(?:dit|deze|de informatie in dit|de inhoud van (?:dit|deze))\s+(?:e-?mail|bericht"
    r"|e-?mailbericht|mail)\b.{0,80}\b(?:bestemd|vertrouwelijk|geadresseerde)"
    r"|aan (?:dit|deze|de inhoud van) .{0,40}\bgeen rechten"
    r"|denk aan het milieu|please consider the environment|think before you print"
    r"|this (?:e-?mail|message|communication)\b.{0,120}\b(?:confidential|intended|privileged)"
    r"|the information (?:contained )?in this\b.{0,80}|if you are not the intended recipient"
    r"|confidentiality notice|registered in england|op al onze .{0,60}voorwaarden"
    r"|onze algemene voorwaarden)",
    re.IGNORECASE,
)
_BANNER = re.compile(
    r"^\W*(?:\[?extern(?:al)?\]?\s*(?:e-?mail|bericht|message)?\W*$"
    r"|(?:caution|let op|waarschuwing|warning)\b\W{0,3}.{0,60}\b(?:originated|external|outside"
    r"|buiten|extern)\b.*$|you don'?t often get email from\b.*$"
    r"|u ontvangt niet vaak e-?mail van\b.*$)",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^\W*p\.?\s?s\.?\b", re.IGNORECASE)
_ANSWERS = re.compile(r"^\s*(?:(?:re|aw|antw|antwoord|sv|betr)\s*(?:\[\d+\])?\s*:\s*)+", re.I)
_FORWARDS = re.compile(r"^\s*(?:(?:fw|fwd|doorst|tr|wg)\s*:\s*)+", re.IGNORECASE)


def own_words(text: str) -> str:
    """The text without what is quoted, signed or printed under every mail of a company.

    At most `LONGEST` characters are looked at. A text that is nothing but a quotation gives an
    empty string. What stands between or below lines quoted with '>' is the writer's own.
    """
    lines = [line[:_LONGEST_LINE].strip() for line in _plain(text[:LONGEST]).split("\n")]
    kept: list[str] = []
    index = 0
    while index < len(lines):
        line = lines[index]
        if _QUOTE.match(line) or _BANNER.match(line) or _DEVICE.match(line):
            index += 1
            continue
        wrote = _attribution(lines, index)
        if wrote:
            index += wrote
            if _next_said(lines, index).startswith(">"):
                continue
            break
        if _is_original(lines, index) or _SMALL_PRINT.match(line) or line in ("--", "—"):
            break
        if _SIGN_OFF.match(line) and any(kept):
            kept += _after_sign_off(lines[index + 1 :])
            break
        kept.append(line)
        index += 1
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def own_subject(subject: str) -> str:
    """The subject, if the writer chose it: an answer's ('Re: ...') is ours, and says nothing."""
    line = " ".join(subject[:500].split())
    if _ANSWERS.match(line):
        return ""
    return _FORWARDS.sub("", line)


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return "".join(c for c in text if c in "\n\t" or c.isprintable())


def _attribution(lines: list[str], index: int) -> int:
    """How many lines say who wrote the quotation that follows: none, one, or two broken ones."""
    if _WROTE.match(lines[index]):
        return 1
    if index + 1 < len(lines) and re.match(r"(?:op|on)\b.*\d", lines[index], re.IGNORECASE):
        both = f"{lines[index]} {lines[index + 1]}"
        if lines[index + 1].endswith(":") and _WROTE.match(both):
            return 2
    return 0


def _is_original(lines: list[str], index: int) -> bool:
    if _ORIGINAL.match(lines[index]):
        return True
    following = [line for line in lines[index + 1 : index + 5] if line]
    return bool(_HEAD.match(lines[index])) and any(_HEAD_MORE.match(line) for line in following)


def _next_said(lines: list[str], index: int) -> str:
    return next((line for line in lines[index:] if line), "")


def _after_sign_off(lines: list[str]) -> list[str]:
    """A postscript is said too; name, function and address are not."""
    for index, line in enumerate(lines[:30]):
        if _is_original(lines, index) or _QUOTE.match(line) or _attribution(lines, index):
            break
        if _POSTSCRIPT.match(line):
            end = next((i for i, said in enumerate(lines[index:], index) if not said), len(lines))
            return lines[index:end]
    return []
