"""Of a mail, only what its writer says himself is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerkwork.core.replies.own_words import LONGEST, own_subject, own_words


@pytest.mark.parametrize(
    "mail",
    [
        "Ik betaal vrijdag.\n\n> U heeft nog niet betaald.\n> Betaal nu.",
        "Ik betaal vrijdag.\n\nOp ma 2 nov 2026 om 10:00 schreef Deb <d@firma.example>:\n> Ik",
        "Ik betaal vrijdag.\n\nOp ma 2 nov 2026 om 10:00 schreef Deb\n<d@firma.example>:\n> Nee",
        "Ik betaal vrijdag.\n\nVan: Deb\nVerzonden: ma\nAan: mij\nOnderwerp: x\n\nBetaal nu.",
        "Ik betaal vrijdag.\n\n-----Oorspronkelijk bericht-----\nBetaal nu.",
        "Ik betaal vrijdag.\n\nMet vriendelijke groet,\nJan Pot\nHoofd Inkoop\nPot BV",
        "Ik betaal vrijdag.\n-- \nJan Pot, 06 00000000",
        "Ik betaal vrijdag.\n\nVerzonden vanaf mijn telefoon",
        "Let op: deze e-mail komt van buiten de organisatie.\n\nIk betaal vrijdag.",
        "Ik betaal vrijdag.\n\nDit bericht is uitsluitend bestemd voor de geadresseerde.\nMeer.",
        "Ik betaal vrijdag.\r\n\r\n> Betaal nu.\r\n",
    ],
)
def test_a_dutch_mail_is_stripped_to_its_words(mail: str) -> None:
    assert own_words(mail) == "Ik betaal vrijdag."


@pytest.mark.parametrize(
    "mail",
    [
        "I pay on Friday.\n\nOn Mon, 2 Nov 2026 at 10:00, Jo <r@firm.example> wrote:\n> No",
        "I pay on Friday.\n\n-----Original Message-----\nFrom: x\nPay now.",
        "I pay on Friday.\n\nFrom: Receivables\nSent: Monday\nTo: me\nSubject: x\n\nPay now.",
        "I pay on Friday.\n\nKind regards,\nJane Pott\nPurchasing",
        "I pay on Friday.\n\nCheers Hank",
        "CAUTION: This email originated from outside the organisation.\nI pay on Friday.",
        "I pay on Friday.\n\nThis e-mail and any attachments are confidential.\nMore of it.",
    ],
)
def test_an_english_mail_is_stripped_to_its_words(mail: str) -> None:
    assert own_words(mail) == "I pay on Friday."


def test_what_is_said_below_and_between_quoted_lines_is_kept() -> None:
    mail = (
        "Op 2 nov 2026 schreef Debiteuren <d@firma.example>:\n> Factuur 12 staat open.\n"
        "Die is betaald.\n> Factuur 13 ook.\nDie betaal ik morgen."
    )
    assert own_words(mail).split("\n") == ["Die is betaald.", "Die betaal ik morgen."]


def test_a_postscript_below_the_name_is_said_too() -> None:
    mail = "Ik betaal vrijdag.\n\nGroet,\nJan\n\nPS ik ben verhuisd naar Kade 3.\n\nJan Pot BV"
    assert own_words(mail) == "Ik betaal vrijdag.\n\nPS ik ben verhuisd naar Kade 3."


def test_a_mail_of_nothing_but_a_quotation_says_nothing() -> None:
    assert own_words("> U heeft nog niet betaald.\n> Betaal nu.") == ""


def test_thanks_alone_are_what_somebody_says() -> None:
    assert own_words("Bedankt!") == "Bedankt!"


def test_the_subject_of_an_answer_is_ours_and_says_nothing() -> None:
    assert own_subject("Re: Uw factuur is betaald") == ""
    assert own_subject("ANTW: AW: Herinnering") == ""
    assert own_subject("Fwd: Nieuw adres") == "Nieuw adres"
    assert own_subject("Automatic reply: Reminder") == "Automatic reply: Reminder"


@given(st.text(max_size=3000))
def test_any_text_is_read_without_an_error_and_never_grows(text: str) -> None:
    assert len(own_words(text)) <= len(text)


def test_of_a_huge_mail_only_the_beginning_is_looked_at() -> None:
    assert len(own_words("betaald " * 1_000_000)) <= LONGEST
