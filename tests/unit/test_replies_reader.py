"""Replies are read by a model; what is certain needs none, and what is doubtful is a person's."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from clerkwork.adapters.replies import ReplyReader, shipped
from clerkwork.core.replies.reply import Label, Reason, Reply
from clerkwork.core.replies.two_things import also_says


@pytest.fixture(scope="module")
def reader() -> ReplyReader:
    return ReplyReader()


def reply(text: str, subject: str = "Re: Betalingsherinnering") -> Reply:
    return Reply(
        message_id="<1@debtor.example>",
        sender="jan@debtor.example",
        subject=subject,
        text=text,
        on=date(2026, 11, 25),
    )


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ik heb de factuur gisteren al betaald, zie het betaalbewijs in de bijlage.", Label.PAID),
        ("We already paid this invoice last week, proof of payment attached.", Label.PAID),
        ("Ik zal het bedrag vrijdag overmaken, dat beloof ik.", Label.PROMISE),
        ("Sorry, I forgot. I will pay on Friday when my wages come in.", Label.PROMISE),
        ("Wij zijn het niet eens met deze factuur, het aantal klopt niet.", Label.DISPUTE),
        ("We dispute this invoice: the goods were never delivered.", Label.DISPUTE),
        ("Kunt u mij een kopie van de factuur toesturen?", Label.QUESTION),
        ("Could you please send me a copy of the invoice?", Label.QUESTION),
        ("Wij zijn verhuisd. Ons nieuwe adres is Kade 5, Oosterdam.", Label.ADDRESS_CHANGE),
        ("We have moved. Our new address is 5 Quay Road, Eastham.", Label.ADDRESS_CHANGE),
        ("Wat een schande! Laat me met rust met die dreigbrieven!!", Label.ANGRY),
        ("This is an outrage, leave me alone with your threats!!", Label.ANGRY),
    ],
)
def test_a_plain_reply_is_read(reader: ReplyReader, text: str, label: Label) -> None:
    reading = reader.read(reply(text))
    assert (reading.label, reading.sure) == (label, True)
    assert reading.why


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("Ik ben afwezig tot en met 4 december 2026.", date(2026, 12, 4)),
        ("I am out of the office and back on Monday 7 December.", date(2026, 12, 7)),
        ("Ik ben met vakantie en lees geen mail.", None),
        ("Away from 1 December 2026 until 11 December 2026.", None),
    ],
)
def test_who_is_away_says_when_he_is_back(
    reader: ReplyReader, text: str, back: date | None
) -> None:
    reading = reader.read(replace(reply(text), automatic=True))
    assert (reading.label, reading.back, reading.promised) == (Label.OUT_OF_OFFICE, back, None)


def test_a_promise_has_its_day_and_a_dispute_its_reason(reader: ReplyReader) -> None:
    promise = reader.read(reply("Ik zal het bedrag volgende week dinsdag overmaken, beloofd."))
    dispute = reader.read(reply("Niet akkoord, de zending is nooit geleverd en ik betaal niet."))
    assert (promise.promised, promise.reason) == (date(2026, 12, 1), None)
    assert (dispute.promised, dispute.reason) == (None, Reason.NOT_RECEIVED)


def test_our_own_words_in_the_quotation_say_nothing(reader: ReplyReader) -> None:
    reading = reader.read(reply("> U heeft nog niet betaald.\n> Betaal vandaag nog."))
    assert not reading.sure


def test_what_says_two_things_is_a_persons(reader: ReplyReader) -> None:
    text = "Factuur 1 is betaald, factuur 2 klopt niet en factuur 3 betaal ik vrijdag."
    assert not reader.read(reply(text)).sure


@pytest.mark.parametrize(
    "text",
    [
        "Een deel is betaald, het restant volgt op de 15e.",
        "The invoice was paid, but you billed it twice: it's a duplicate.",
    ],
)
def test_a_second_intent_makes_it_a_persons(reader: ReplyReader, text: str) -> None:
    assert not reader.read(reply(text)).sure


def test_what_else_it_says_is_told() -> None:
    assert also_says(Label.PAID, ("paid: already", "promise: parts")) == ("promise: parts",)
    assert also_says(Label.BOUNCE, ("paid: already",)) == ()


def test_a_mail_that_was_cut_is_a_persons(reader: ReplyReader) -> None:
    plain = reply("Ik heb de factuur gisteren al betaald, zie het betaalbewijs in de bijlage.")
    assert reader.read(plain).sure
    assert not reader.read(replace(plain, cut=True)).sure


PAID = reply("Ik heb al betaald.")


@pytest.mark.parametrize(
    ("mail", "label"),
    [
        (replace(PAID, failed_to=("jan@debtor.example",)), Label.BOUNCE),
        (replace(PAID, delayed_to=("jan@debtor.example",)), Label.OUT_OF_OFFICE),
        (replace(PAID, automatic=True), Label.OUT_OF_OFFICE),
    ],
)
def test_headers_that_are_certain_come_before_the_model(mail: Reply, label: Label) -> None:
    reading = ReplyReader([]).read(mail)
    assert (reading.label, reading.sure, reading.confidence) == (label, True, 1.0)


def test_the_same_examples_give_the_same_reading(reader: ReplyReader) -> None:
    one = reply("Ik denk dat dit niet klopt, of heb ik het al betaald?")
    assert reader.read(one) == ReplyReader().read(one)


def test_the_examples_are_enough_even_and_never_twice() -> None:
    examples = list(shipped())
    counts = Counter((e.language, e.label) for e in examples)
    assert len(examples) >= 1200
    assert len(counts) == 16
    assert max(counts.values()) <= 1.5 * min(counts.values())
    assert len({(e.language, e.subject, e.text) for e in examples}) == len(examples)


def test_no_example_names_a_real_address() -> None:
    words = [word for e in shipped() for word in f"{e.subject} {e.text}".split() if "@" in word]
    # Bare 'info@' is how people tell of one; what follows an @ is a domain that nobody can have.
    named = [w.strip(".,;:()<>'") for w in words]
    assert all(w.endswith("@") or ".example" in w or w.startswith("@") for w in named)
