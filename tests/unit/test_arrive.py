"""Seeing a sign-in through: questions out of the vault, pictures and strange pages to a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from clerkwork.app.robot import Robot
from clerkwork.errors import (
    ApplicationError,
    ConfigError,
    PageTimeout,
    PersonNeeded,
    SecretMissing,
    SignInRefused,
)
from clerkwork.testing import FakeScreen, MemoryVault

QUESTION = "What was your first school?"
ANSWER = {"acme_erp.answer.what_was_your_first_school": "De Vlinder"}


class AcmeErp(Robot):
    """A portal that asks things."""

    name = "acme_erp"


@dataclass
class Someone:
    """A person who reads pictures, and sees to pages."""

    answers: list[str] = field(default_factory=list)
    sees_to: Callable[[], None] = lambda: None
    troubles: list[ApplicationError] = field(default_factory=list)

    def read(self, what: str) -> str:
        return self.answers.pop(0)

    def see_to(self, trouble: ApplicationError, arrived: Callable[[], bool]) -> None:
        self.troubles.append(trouble)
        self.sees_to()


def asking(page: str, text: str = "") -> FakeScreen:
    """A screen that asks one thing, and shows the menu once its button is pressed."""

    def on(screen: FakeScreen) -> None:
        del screen.shown[f"login.{page}"]
        screen.shown["menu.items"] = "Open items"

    shown = {f"login.{page}": text, f"login.{page}_answer": "", f"login.{page}_submit": "Go on"}
    return FakeScreen(shown=shown, reactions={f"login.{page}_submit": on})


def robot(screen: FakeScreen, person: Someone | None = None, **secrets: str) -> Robot:
    return AcmeErp(screen, MemoryVault({**ANSWER, **secrets}), {}, person)


def test_a_security_question_is_answered_out_of_the_vault() -> None:
    screen = asking("question", QUESTION)

    assert robot(screen).arrive("menu.items") == "menu.items"

    typed = "fill login.question_answer = <acme_erp.answer.what_was_your_first_school>"
    assert screen.acts == [typed, "click login.question_submit"]


def test_a_question_without_an_answer_says_under_which_name_to_set_it() -> None:
    worker = AcmeErp(asking("question", "Your first car?"), MemoryVault(), {})
    with pytest.raises(SecretMissing, match=r"acme_erp\.answer\.your_first_car"):
        worker.arrive("menu.items")


def test_what_a_person_reads_off_a_picture_is_typed() -> None:
    screen = asking("captcha")

    robot(screen, Someone(answers=["x7Kq"])).arrive("menu.items")

    assert screen.acts == ["fill login.captcha_answer = x7Kq", "click login.captcha_submit"]


def test_a_wrong_answer_brings_another_picture_and_asks_again() -> None:
    screen = asking("captcha")
    presses: list[int] = []
    right = screen.reactions["login.captcha_submit"]

    def pressed(shown: FakeScreen) -> None:
        presses.append(1)
        if shown.shown["login.captcha_answer"] == "right":
            right(shown)

    screen.reactions["login.captcha_submit"] = pressed

    robot(screen, Someone(answers=["wrong", "right"])).arrive("menu.items")

    assert len(presses) == 2


def test_a_portal_that_asks_on_and_on_is_left_to_a_person() -> None:
    screen = asking("captcha")
    screen.reactions.clear()
    with pytest.raises(PersonNeeded, match="asked 5 times in a row"):
        robot(screen, Someone(answers=["a", "b", "c", "d", "e"])).arrive("menu.items")


def test_a_picture_without_a_field_for_its_text_is_a_matter_of_the_selectors() -> None:
    screen = FakeScreen(shown={"login.captcha": ""})
    with pytest.raises(ConfigError, match=r"'captcha_answer' is missing, the field"):
        robot(screen, Someone(answers=["x7Kq"])).arrive("menu.items")


def test_a_refusal_is_told_and_nothing_is_tried_again() -> None:
    screen = FakeScreen(shown={"login.refused": "Wrong password", "menu.items": "stale"})
    with pytest.raises(SignInRefused, match="Wrong password"):
        robot(screen).arrive("menu.items")


def test_an_unknown_page_is_seen_to_by_a_person_and_the_robot_goes_on() -> None:
    screen = FakeScreen()
    person = Someone(sees_to=lambda: screen.shown.update({"menu.items": "Open items"}))

    assert robot(screen, person).arrive("menu.items") == "menu.items"
    assert len(person.troubles) == 1


def test_a_robot_by_itself_fails_at_an_unknown_page_and_at_a_picture() -> None:
    with pytest.raises(PageTimeout):
        robot(FakeScreen()).arrive("menu.items")
    with pytest.raises(PersonNeeded, match="nobody can be asked"):
        robot(asking("captcha")).arrive("menu.items")
