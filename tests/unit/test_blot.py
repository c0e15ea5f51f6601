"""An error that says a secret says it no more, and neither does what led to it."""

from __future__ import annotations

import traceback

import pytest

from clerkwork.adapters.log import Redactor
from clerkwork.app.blot import blot
from clerkwork.errors import BusinessError

SECRET = 'geheim "woord"'


@pytest.fixture
def redact() -> Redactor:
    redactor = Redactor()
    redactor.hide(SECRET)
    return redactor


def test_no_part_of_an_error_says_a_secret(redact: Redactor) -> None:
    with pytest.raises(BusinessError) as raised:
        _fail()
    group = ExceptionGroup("two of them", [raised.value, KeyError(("a", SECRET))])
    blot(group, redact)
    told = "".join(traceback.format_exception(group))
    assert "geheim" not in told
    assert "order 12" in told
    assert "KeyError: '***'" in told


def test_what_says_no_secret_stays_as_it_is(redact: Redactor) -> None:
    error = OSError(28, "No space left on device", "output/x")
    blot(error, redact)
    assert error.args == (28, "No space left on device")
    assert error.filename == "output/x"


def _fail() -> None:
    try:
        raise ValueError(f"not {SECRET}")
    except ValueError as error:
        error.add_note(f"it was {SECRET}")
        raise BusinessError(f"order 12: {SECRET}") from error
