"""After a demo its commands go on working: the portals are opened for each that needs them."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from back_office import open_world, settle_in
from processes import command_of, offspring

from clerkwork.workspace import open_workspace

SERVING = """
import signal
from clerkwork import bootstrap
with bootstrap.serving(bootstrap.open_workspace(None)):
    print("begun", flush=True)
    signal.pause()
"""


def test_a_round_is_run_and_its_question_answered_with_the_portals_closed(tmp_path: Path) -> None:
    office = settle_in(tmp_path)
    with open_world(office):
        pass

    said = office.done("run", "daily_round")
    assert office.figures()["keyed"] == len(office.erp("SELECT 1 FROM receipts")) == 6
    assert "the approver has answered: `clerkwork run key_decisions` keys it" in said
    verdicts = office.store("SELECT verdict FROM approvals WHERE approver <> ''")
    assert verdicts == [("hold",)] or verdicts == [("release",)]

    office.done("run", "key_decisions")
    states = dict(office.erp("SELECT number, state FROM orders"))
    assert "wacht" not in states.values()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_of_the_pages_however_the_demo_ends(
    tmp_path: Path, number: signal.Signals
) -> None:
    office = settle_in(tmp_path)
    port = urlsplit(open_workspace(office.folder).config.settings.pages).port or 0
    with subprocess.Popen(
        [sys.executable, "-c", SERVING],
        cwd=office.folder,
        env=office.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as demo:
        assert demo.stdout is not None
        assert demo.stdout.readline() == b"begun\n"
        await_pages(port, there=True)
        (pages,) = offspring(demo.pid)
        demo.send_signal(number)
        demo.wait(timeout=60)
    await_pages(port, there=False)
    assert wait_for(lambda: not command_of(pages))


def await_pages(port: int, *, there: bool) -> None:
    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    assert wait_for(lambda: listens() is there)


def wait_for(came: Callable[[], bool]) -> bool:
    """Within a minute or two, on a slow machine."""
    pause = threading.Event()
    return any(came() or pause.wait(0.05) for _ in range(2000))
