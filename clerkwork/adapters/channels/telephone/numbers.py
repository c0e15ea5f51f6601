"""Whether a number can be texted or called at all, by the plans that countries number by."""

from __future__ import annotations

__all__ = ["not_called", "not_texted"]


def not_called(number: str) -> str:
    """Why nobody can be called there, in words; empty if one can. `number` is E.164."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return "is no telephone number with its country"
    if not phonenumbers.is_possible_number(parsed):
        return "is too short or too long for a number of its country"
    kind = phonenumbers.number_type(parsed)
    if kind == phonenumbers.PhoneNumberType.PREMIUM_RATE:
        return "costs whoever calls it"
    return ""


def not_texted(number: str) -> str:
    """Why no text reaches it, in words; empty if one may."""
    import phonenumbers

    if wrong := not_called(number):
        return wrong
    kind = phonenumbers.number_type(phonenumbers.parse(number, None))
    return "is a fixed line" if kind == phonenumbers.PhoneNumberType.FIXED_LINE else ""
