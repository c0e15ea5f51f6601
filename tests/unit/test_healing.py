"""Fields, buttons and columns known again: by words, values, attributes and place together."""

from __future__ import annotations

from dataclasses import replace

from clerkwork.core.healing import Fingerprint, Thing, judge, judge_columns

REFERENCE = Thing(
    sort="field", type="text", words="Kenmerk", hints={"size": "36", "maxlength": "35"}
)
FORM = (
    Thing(sort="field", type="text", words="Debiteur", hints={"size": "10"}),
    Thing(sort="field", type="text", words="Bedrag", hints={"size": "14"}),
    REFERENCE,
    Thing(sort="field", type="text", words="Omschrijving", hints={"size": "50"}),
    Thing(sort="press", type="button", words="Boeken"),
)
WAS = Fingerprint(sort="control", page="/ontvangst.asp", things=FORM, at=2)


def column(heading: str, kind: str, *values: int) -> Thing:
    return Thing(sort="cell", words=heading, shape={kind: 10}, values=frozenset(values))


LIST = (
    column("Stuknr", "number 8", 1, 2, 3, 4),
    column("Datum", "date", 11, 12, 13),
    column("Totaal", "amount", 21, 22, 23),
    column("Openstaand", "amount", 31, 32, 33),
)
OPEN = Fingerprint(sort="cell", page="/posten.asp", things=LIST, at=3)


def named(words: str, at: int = 2) -> tuple[Thing, ...]:
    """The form with one thing called otherwise."""
    return tuple(replace(each, words=words) if i == at else each for i, each in enumerate(FORM))


def without(at: int) -> tuple[Thing, ...]:
    return tuple(each for i, each in enumerate(FORM) if i != at)


def test_a_field_with_another_label_is_found_in_its_place() -> None:
    verdict = judge(WAS, named("Referentie"), page="/ontvangst.asp")

    assert (verdict.outcome, verdict.best) == ("healed", 2)
    assert any("'Referentie', was 'Kenmerk'" in reason for reason in verdict.reasons)


def test_a_translated_form_is_found_by_order_and_by_what_its_fields_are_like() -> None:
    words = ("Customer", "Amount", "Reference", "Description", "Post receipt")
    english = tuple(replace(each, words=said) for each, said in zip(FORM, words, strict=True))

    verdict = judge(WAS, english, page="/ontvangst.asp")

    assert (verdict.outcome, verdict.best) == ("healed", 2)


def test_a_field_that_is_gone_is_not_found() -> None:
    assert judge(WAS, without(2), page="/ontvangst.asp").outcome == "lost"
    assert judge(WAS, (), page="/ontvangst.asp").outcome == "lost"


def test_a_field_of_another_page_is_not_taken_for_it() -> None:
    one = (Thing(sort="field", type="text", words="Ordernr", hints={"size": "12"}),)

    assert judge(WAS, one, page="/orderzoek.asp").outcome == "lost"


def test_what_the_selector_still_finds_in_a_changed_form_is_still_it() -> None:
    moved = (FORM[2], FORM[0], FORM[1], replace(FORM[3], words="Memo"), FORM[4])

    assert judge(WAS, moved, page="/ontvangst.asp", hits=(0,), writing=True).outcome == "same"


def test_a_twin_that_took_the_label_is_not_it() -> None:
    twin = Thing(sort="field", type="text", words="Kenmerk", hints={"size": "20"})
    form = (*FORM[:2], twin, replace(REFERENCE, words="Betalingskenmerk"), *FORM[3:])

    verdict = judge(WAS, form, page="/ontvangst.asp", hits=(2,), writing=True)

    assert (verdict.outcome, verdict.best) == ("healed", 3)


def test_two_that_are_alike_in_all_are_a_persons_to_tell_apart() -> None:
    form = (*FORM[:3], REFERENCE, *FORM[3:])

    verdict = judge(WAS, form, page="/ontvangst.asp", hits=(2, 3))

    assert verdict.outcome == "ambiguous"
    assert {number for number, _ in verdict.ranked[:2]} == {2, 3}


def test_a_field_is_never_a_button() -> None:
    form = (*FORM[:2], Thing(sort="press", type="button", words="Kenmerk"), *FORM[3:])

    assert judge(WAS, form, page="/ontvangst.asp").outcome != "healed"


def test_moved_and_renamed_columns_are_known_by_their_values() -> None:
    changed = (
        column("Saldo", "amount", 31, 32, 39),
        column("Documentnr", "number 8", 1, 2, 9),
        column("Bruto", "amount", 21, 22, 29),
        column("Datum", "date", 11, 12),
    )

    found = judge_columns(OPEN, changed, {"number": 0, "total": 2, "open": 3}, {})

    assert {key: (one.outcome, one.best) for key, one in found.items()} == {
        "number": ("healed", 1),
        "total": ("healed", 2),
        "open": ("healed", 0),
    }


def test_a_column_that_took_anothers_heading_shows_by_its_values() -> None:
    changed = (*LIST[:3], column("Openstaand", "amount", 91, 92), replace(LIST[3], words="Saldo"))

    found = judge_columns(OPEN, changed, {"open": 3}, {"open": (3,)})["open"]

    assert (found.outcome, found.best) == ("healed", 4)


def test_a_look_alike_column_without_known_values_is_asked_about() -> None:
    fresh = [replace(each, values=frozenset()) for each in LIST]
    changed = (*fresh, replace(fresh[3], words="Openstaand EUR"))

    found = judge_columns(OPEN, changed, {"open": 3}, {"open": (3,)})["open"]

    assert found.outcome == "ambiguous"
