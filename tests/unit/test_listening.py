"""What listens says so at once, or why it cannot."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from clerkwork.adapters.listening import listen
from clerkwork.errors import SetupError


@pytest.fixture
def taken() -> Iterator[int]:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        yield other.getsockname()[1]


def test_what_listens_can_be_spoken_to_before_anybody_answers() -> None:
    (one,) = listen("127.0.0.1", 0)
    with closing(one), socket.create_connection(one.getsockname(), timeout=20):
        pass


def test_an_address_that_is_taken_is_named_with_what_to_do(taken: int) -> None:
    with pytest.raises(SetupError) as told:
        listen("127.0.0.1", taken)
    assert f"127.0.0.1:{taken}: another process listens there" in str(told.value)
    assert "--port" in str(told.value)


def test_a_name_of_which_one_address_is_taken_is_taken(taken: int) -> None:
    with pytest.raises(SetupError, match="another process listens there"):
        listen("localhost", taken)


@pytest.mark.parametrize("host", ["203.0.113.9", "no such host", "a" * 300, "999.1.1.1"])
def test_what_is_no_address_of_this_machine_is_named_with_what_to_do(host: str) -> None:
    with pytest.raises(SetupError, match="cannot be served") as told:
        listen(host, 0)
    assert host in str(told.value)
    assert "--host" in str(told.value)
