"""The commands of `docs/operations.md` on secrets, watching and retention, typed as it has them."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from back_office import BackOffice, settle_in

from clerkwork.demo.places import free_ports

PARTS = ("Secrets", "Watching", "Retention")


def typed(page: str, part: str) -> list[list[str]]:
    section = re.search(rf"^## {part}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    assert section, part
    return [shlex.split(line[2:]) for line in section[1].splitlines() if line.startswith("$ ")]


@pytest.fixture
def office(tmp_path: Path) -> BackOffice:
    office = settle_in(tmp_path)
    # A keyring that takes everything and keeps nothing: this machine may have none.
    office.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    return office


@contextmanager
def hook(got: list[Any]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def tell(office: BackOffice, address: str) -> None:
    """Declare a way to tell people of trouble."""
    alerts = office.folder / "config" / "alerts.toml"
    alerts.write_text(
        f'[[webhooks]]\nname = "pager"\naddress = "{address}"\nkey = "alerts.pager_key"\n'
    )
    office.run("vault", "set", "alerts.pager_key", stdin="k3y-of-the-pager\n")


@pytest.mark.parametrize("part", PARTS)
def test_each_command_of_the_page_does_its_work(
    office: BackOffice, checkout: Path, part: str
) -> None:
    commands = typed((checkout / "docs" / "operations.md").read_text(encoding="utf-8"), part)
    assert commands
    with hook([]) as address:
        tell(office, address)
        for program, *words in commands:
            assert program == "clerkwork"
            done = office.run(*words, stdin="a-secret-of-the-page\n")
            assert done.returncode == 0, done.stderr
            assert "a-secret-of-the-page" not in done.stdout + done.stderr


def test_a_run_that_fails_is_told_once_and_shows_in_the_status(
    office: BackOffice,
) -> None:
    """Nothing listens at the portals' addresses, so the browser shows that."""
    got: list[Any] = []
    with hook(got) as address:
        tell(office, address)
        assert office.run("run", "daily_round").returncode == 1
        told = office.run("alerts", "look")
        assert told.returncode == 0, told.stderr
        assert office.run("alerts", "look").returncode == 0
    (said,) = got
    assert (said["kind"], said["state"]) == ("failed", "open")
    assert said["text"].startswith("daily_round failed: kantoor_erp cannot be reached")
    status = office.run("status", "--json")
    assert status.returncode == 1
    found = json.loads(status.stdout)
    assert [one["cause"] for one in found["alerts"]] == ["failed/daily_round"]
    (daily,) = (one for one in found["tasks"] if one["task"] == "daily_round")
    assert daily["last"]["outcome"] == "failed"


WATCHING = """
import select, sys
from clerkwork.bootstrap.lookout import watching
from clerkwork.bootstrap.office import open_office
with open_office(None) as (place, office), watching(place, office, "a scheduler", every=0.02):
    select.select([sys.stdin], [], [], 60)
"""


def test_a_scheduler_looks_beside_its_other_work(office: BackOffice) -> None:
    """It looks until it is told to end; what it found is told once, however often it looked."""
    got: list[Any] = []
    assert office.run("run", "daily_round").returncode == 1
    with hook(got) as address:
        alerts = office.folder / "config" / "alerts.toml"
        alerts.write_text(
            f'[[webhooks]]\nname = "pager"\naddress = "{address}"\nkey = "alerts.pager_key"\n'
        )
        office.run("vault", "set", "alerts.pager_key", stdin="k3y-of-the-pager\n")
        watching = subprocess.Popen(
            [sys.executable, "-c", WATCHING],
            cwd=office.folder,
            env=office.env,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        told = threading.Event()
        for _ in range(3000):
            if got or watching.poll() is not None:
                break
            told.wait(0.02)
        _, complained = watching.communicate(timeout=60)
    assert (watching.returncode, complained) == (0, b"")
    assert [one["cause"] for one in got] == ["failed/daily_round"]


def test_the_console_tells_prometheus(office: BackOffice) -> None:
    (port,) = free_ports(1)
    assert office.run("run", "daily_round").returncode == 1
    command = [sys.executable, "-m", "clerkwork.cli", "console", "--port", str(port)]
    console = subprocess.Popen(
        [*command, "--workspace", str(office.folder)],
        env=office.env,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert console.stderr is not None
        assert "pages at" in console.stderr.readline()
        found = scraped(f"http://127.0.0.1:{port}/metrics", console)
    finally:
        console.terminate()
        console.communicate(timeout=20)
    assert 'clerkwork_runs_total{outcome="failed",task="daily_round"} 1.0' in found
    assert "clerkwork_alerts_open" in found


def scraped(address: str, console: subprocess.Popen[str]) -> str:
    """The answer, as soon as it listens: it says so just before it does."""
    ended = threading.Event()
    for _ in range(1000):
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:  # noqa: S310 - ours
                text: str = answer.read().decode()
                return text
        except OSError:
            assert console.poll() is None
            ended.wait(0.02)
    raise AssertionError("the console never answered")
