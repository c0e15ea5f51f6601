"""Whatever is wrong ends with one clear message and a status not 0; nothing is half-written."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from back_office import BackOffice, open_world, settle_in

from clerkwork.demo.start import credentials


def refused(office: BackOffice, *words: str, status: int, stdin: str | None = None) -> str:
    """What a command says that must fail: one message, and no traceback."""
    ended = office.run(*words, stdin=stdin)
    return told(ended, status)


def told(ended: subprocess.CompletedProcess[str], status: int) -> str:
    everything = f"{ended.stdout}\n{ended.stderr}"
    assert ended.returncode == status, everything
    assert "Traceback" not in everything
    errors = [line for line in ended.stderr.splitlines() if line.lower().startswith("error:")]
    assert len(errors) == 1, everything
    return errors[0].removeprefix("error: ")


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with what is in it; locks and logs of a command left out."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def books(office: BackOffice) -> list[list[tuple[object, ...]]]:
    """What our store, the ERP's own database and the mailboxes hold.

    Left out are the journal of runs, what they held, and the work items that say why one stopped.
    """
    known = office.store("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = sorted({name for (name,) in known} - {"runs", "leases", "work_items"})
    assert {"open_items", "bank_lines", "postings", "messages"} <= {*tables}
    return [
        *(office.store(f"SELECT * FROM {table}") for table in tables),  # noqa: S608 - our own
        office.erp("SELECT * FROM receipts"),
        office.erp("SELECT * FROM orders"),
        [(box, str(message)) for box, message in office.mail()],
    ]


def change(office: BackOffice, file: str, old: str, new: str) -> None:
    text = (office.folder / file).read_text()
    assert old in text, f"{file} does not hold {old!r}"
    (office.folder / file).write_text(text.replace(old, new, 1))


@pytest.fixture
def settled(tmp_path: Path) -> BackOffice:
    """A workspace whose portals are not running."""
    return settle_in(tmp_path)


class TestBeforeAnythingStarts:
    """Nothing is even begun: no store is made, no browser started."""

    @pytest.mark.parametrize(
        ("file", "old", "new", "said"),
        [
            ("config/portals.toml", "writes =", "wirtes =", "Did you mean 'writes'?"),
            ("selectors/kantoor_erp.toml", "receipt = ", "recipt = ", "has no 'menu.receipt'"),
        ],
    )
    def test_a_wrong_file(
        self, settled: BackOffice, file: str, old: str, new: str, said: str
    ) -> None:
        change(settled, file, old, new)
        before = files(settled.folder)
        message = refused(settled, "run", "daily_round", status=2)
        assert message.startswith(file)
        assert said in message
        assert files(settled.folder) == before

    def test_a_folder_of_selectors_that_python_would_import(self, settled: BackOffice) -> None:
        (settled.folder / "selectors" / "__init__.py").write_text("")
        # The command as it is installed: `python -m` would import from this folder itself.
        command = [str(Path(sys.executable).with_name("clerkwork")), "list"]
        ended = subprocess.run(
            command,
            cwd=settled.folder,
            env=settled.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert told(ended, 2).startswith("selectors/__init__.py must not be there")

    def test_a_folder_that_is_no_workspace(self, settled: BackOffice, tmp_path: Path) -> None:
        message = refused(settled, "list", "--workspace", str(tmp_path), status=2)
        assert message.startswith(f"{tmp_path} is no workspace")
        assert "clerkwork init DIR" in message

    def test_an_unknown_task(self, settled: BackOffice) -> None:
        message = refused(settled, "run", "daily_roud", status=2)
        assert "Did you mean 'daily_round'?" in message

    def test_an_unknown_command(self, settled: BackOffice) -> None:
        assert "Did you mean 'list'" in refused(settled, "lits", status=2)

    def test_a_file_in_place_of_the_output_folder(self, settled: BackOffice) -> None:
        shutil.rmtree(settled.output)
        settled.output.write_text("mine")
        message = refused(settled, "run", "daily_round", status=1)
        assert str(settled.output) in message
        assert settled.output.read_text() == "mine"


class TestNothingOfThatName:
    def test_no_run_item_or_decision_of_that_name(self, settled: BackOffice) -> None:
        assert "nothing was run here yet" in refused(settled, "verify", "last", status=1)
        message = refused(settled, "review", "decide", "nonsuch", "1", status=1)
        assert "no work item 'nonsuch'" in message

    def test_a_folder_that_is_not_empty_becomes_no_workspace(
        self, settled: BackOffice, tmp_path: Path
    ) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letter.txt").write_text("mine")
        before = files(tmp_path / "mine")
        assert "is not empty" in refused(settled, "init", str(tmp_path / "mine"), status=2)
        assert files(tmp_path / "mine") == before

    def test_an_empty_secret_is_no_secret(self, settled: BackOffice) -> None:
        words = ("vault", "set", "polder_bank.pin")
        assert "polder_bank.pin is empty" in refused(settled, *words, status=2, stdin="\n")


class TestThisMachine:
    def test_no_browser(self, settled: BackOffice, tmp_path: Path) -> None:
        bare = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
        office = replace(settled, env={**settled.env, **bare})
        message = refused(office, "run", "fetch_ledger", status=2)
        assert "There is no Chrome, Edge or Chromium on this machine" in message
        assert "playwright install chromium" in message

    def test_portals_that_are_not_running(self, settled: BackOffice) -> None:
        message = refused(settled, "run", "fetch_ledger", status=1)
        assert (
            f"kantoor_erp cannot be reached at http://127.0.0.1:{settled.places.kantoor}/"
            in message
        )
        assert "The demo's portals are not running: `clerkwork demo`" in message
        assert settled.store("SELECT count(*) FROM open_items") == [(0,)]

    def test_no_room_for_the_store(self, settled: BackOffice) -> None:
        """A limit on the size of files is what a full disk is, and can be had without root."""
        message = told(_cramped(settled, 40, "run", "reconcile_payments"), 1)
        assert str(settled.output) in message
        # With room again it starts as if nothing had been.
        settled.done("run", "reconcile_payments")


class TestTheDemo:
    def test_a_port_that_is_taken(self, settled: BackOffice) -> None:
        with socket.create_server(("127.0.0.1", settled.places.polder)):
            message = refused(settled, "demo", "--small", status=2)
        assert f"port {settled.places.polder} of this machine is taken" in message
        assert not settled.world_folder.exists()

    def test_it_does_not_delete_a_store_that_is_not_its_own(self, settled: BackOffice) -> None:
        settled.done("run", "reconcile_payments")
        before = files(settled.output)
        message = refused(settled, "demo", "--small", status=2)
        assert "is not a demo's: the demo would delete it" in message
        assert {name: files(settled.output)[name] for name in before} == before

    def test_it_does_not_replace_the_secrets_of_real_portals(self, settled: BackOffice) -> None:
        settled.keep({"kantoor_erp.password": "the real one"})
        address = f"http://127.0.0.1:{settled.places.kantoor}/"
        change(settled, "config/portals.toml", address, "https://erp.example/")
        before = files(settled.folder)
        message = refused(settled, "demo", "--small", status=2)
        assert "kantoor_erp is at https://erp.example/, which is not the demo's" in message
        assert files(settled.folder) == before

    def test_it_plays_only_where_it_is_declared(self, settled: BackOffice) -> None:
        place = settled.folder / "config" / "workspace.toml"
        place.write_text(place.read_text().partition("[demo]")[0])
        assert "has no [demo] table" in refused(settled, "demo", status=2)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BackOffice]:
    """A back office whose portals run, and which has read the ledger once."""
    office = settle_in(tmp_path_factory.mktemp("opened"))
    with open_world(office, approver=False, hiccups=False):
        office.done("run", "fetch_ledger")
        yield office


@contextmanager
def secrets(office: BackOffice, **wrong: str) -> Iterator[None]:
    """Other secrets in the vault, as `polder_bank__pin="12345"`, and then the right ones again."""
    office.keep({name.replace("__", "."): value for name, value in wrong.items()})
    try:
        yield
    finally:
        office.keep(credentials(office.world_folder))


@contextmanager
def fault(office: BackOffice, portal: str, kind: str, match: str = "") -> Iterator[None]:
    office.control("POST", "/faults", portal=portal, kind=kind, match=match)
    try:
        yield
    finally:
        office.control("DELETE", "/faults")


def requests(office: BackOffice, portal: str, path: str) -> int:
    seen: Mapping[str, Mapping[str, int]] = office.control("GET", "/requests").get(portal, {})
    return seen.get("requests", {}).get(path, 0)


class TestSignIn:
    def test_a_wrong_password_is_tried_once(self, opened: BackOffice) -> None:
        before, tried = books(opened), requests(opened, "kantoor", "/aanmelden.asp")
        with secrets(opened, kantoor_erp__password="wrong"):
            message = refused(opened, "run", "fetch_ledger", status=1)
        assert "clerkwork vault set kantoor_erp.password" in message
        assert requests(opened, "kantoor", "/aanmelden.asp") == tried + 1
        assert books(opened) == before

    def test_a_wrong_pin_is_tried_once(self, opened: BackOffice) -> None:
        right = credentials(opened.world_folder)["polder_bank.pin"]
        wrong = "".join(str((int(digit) + 1) % 10) for digit in right)
        before, tried = books(opened), requests(opened, "polder", "/code")
        with secrets(opened, polder_bank__pin=wrong):
            message = refused(opened, "run", "fetch_statements", status=1)
        assert "clerkwork vault set polder_bank.pin" in message
        assert _wrong_pins(opened) == 1
        assert requests(opened, "polder", "/code") == tried
        assert books(opened) == before

    def test_a_wrong_one_time_code_is_tried_once(self, opened: BackOffice) -> None:
        before, tried = books(opened), requests(opened, "polder", "/code")
        with secrets(opened, polder_bank__totp="JBSWY3DPEHPK3PXP"):
            message = refused(opened, "run", "fetch_statements", status=1)
        assert "De code klopt niet." in message
        # The page that asks for it, and the answer that was given.
        assert requests(opened, "polder", "/code") == tried + 2
        assert books(opened) == before

    def test_a_secret_that_is_missing(self, opened: BackOffice) -> None:
        vault = opened.folder / "config" / "secrets.vault"
        kept = vault.read_bytes()
        vault.unlink()
        try:
            message = refused(opened, "run", "fetch_statements", status=2)
        finally:
            vault.write_bytes(kept)
        assert message.startswith("The secret polder_bank.user is missing")
        assert "clerkwork vault set polder_bank.user" in message


class TestPortals:
    def test_a_portal_under_maintenance(self, opened: BackOffice) -> None:
        before = books(opened)
        with fault(opened, "kantoor", "maintenance"):
            message = refused(opened, "run", "fetch_ledger", status=1)
        assert "maintenance" in message
        assert books(opened) == before

    def test_a_download_that_breaks_off(self, opened: BackOffice) -> None:
        before = books(opened)
        with fault(opened, "polder", "cut", "/export"):
            refused(opened, "run", "fetch_statements", status=1)
        assert books(opened) == before

    def test_a_statement_that_does_not_add_up(self, opened: BackOffice) -> None:
        """Somebody between the bank and us has made one entry larger."""
        robot = opened.folder / "robots" / "polder_bank.py"
        honest = robot.read_text()
        got = 'self.screen.download("download.start")'
        assert got in honest
        robot.write_text(honest.replace(got, f"_tampered({got})") + TAMPER)
        before = books(opened)
        try:
            message = refused(opened, "run", "fetch_statements", status=1)
        finally:
            robot.write_text(honest)
        assert "opening" in message
        assert books(opened) == before

    def test_a_second_run_at_once_names_the_first(self, opened: BackOffice) -> None:
        opened.control("POST", "/hold", portal="kantoor", match="aanmelden", when="before")
        first = opened.start("run", "fetch_ledger")
        try:
            assert opened.control("GET", "/held?seconds=60")["held"]
            message = refused(opened, "run", "fetch_ledger", status=2)
            assert message.startswith("Task fetch_ledger is in use by run ")
            assert f"process {first.pid}" in message
        finally:
            opened.control("POST", "/release")
            ended = first.wait(timeout=120)
        assert ended == 0

    def test_a_disk_that_has_become_full(self, opened: BackOffice) -> None:
        before = books(opened)
        message = told(_cramped(opened, 24, "run", "fetch_ledger"), 1)
        assert str(opened.output) in message
        assert books(opened) == before
        opened.done("run", "fetch_ledger")

    def test_a_robot_that_stumbles_is_named_with_its_line(self, opened: BackOffice) -> None:
        robot = opened.folder / "robots" / "kantoor_erp.py"
        honest = robot.read_text()
        broken = honest.replace('int(row.text("terms"))', 'int(row.text("name"))')
        assert broken != honest
        robot.write_text(broken)
        before = books(opened)
        try:
            message = refused(opened, "run", "fetch_ledger", status=1)
        finally:
            robot.write_text(honest)
        assert message.startswith("robots/kantoor_erp.py, line ")
        assert books(opened) == before


TAMPER = """

def _tampered(file: Path) -> Path:
    text = file.read_text()
    at = text.index("<Ntry>")
    file.write_text(text[:at] + text[at:].replace('">', '">9', 1))
    return file
"""


def _wrong_pins(office: BackOffice) -> int:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(office.world_folder / "polder.sqlite")) as bank:
        return int(bank.execute("SELECT sum(times) FROM wrong_pin").fetchone()[0])


def _cramped(office: BackOffice, kilobytes: int, *words: str) -> subprocess.CompletedProcess[str]:
    limit = kilobytes * 1024
    return subprocess.run(
        office.command(*words),
        cwd=office.folder,
        env=office.env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
