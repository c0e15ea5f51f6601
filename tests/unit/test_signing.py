"""The answer to a security question lies in the vault under a name made of the question."""

from __future__ import annotations

import pytest

from clerkwork.adapters.vault import check_name
from clerkwork.core.signing import answer_name

QUESTIONS = [
    ("What is your mother's maiden name?", "answer.what_is_your_mothers_maiden_name"),
    ("  Wat is de naam van uw\n eerste huisdier? ", "answer.wat_is_de_naam_van_uw_eerste_huisdier"),
    ("Où êtes-vous né ?", "answer.ou_etes_vous_ne"),
    ("1. Geboorteplaats", "answer.q_1_geboorteplaats"),
]


@pytest.mark.parametrize(("question", "name"), QUESTIONS)
def test_a_question_names_its_answer(question: str, name: str) -> None:
    assert answer_name(question) == name


def test_long_questions_and_other_alphabets_never_share_an_answer() -> None:
    questions = ["Как зовут вашу маму?", "Как зовут вашего отца?", "x" * 80, "x" * 81]
    names = {answer_name(question) for question in questions}
    assert len(names) == len(questions)
    assert all(len(name) < 70 for name in names)


@pytest.mark.parametrize("question", ["??", "Vul 3e letter in", "Как?", "a" * 500, "12 34", "É"])
def test_every_question_gives_a_name_that_the_vault_takes(question: str) -> None:
    assert check_name(f"acme_erp.{answer_name(question)}")
