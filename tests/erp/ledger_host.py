"""The real SQL-Ledger for a test: Debian's package with a database and a web server of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from clerkwork.demo.places import free_ports

PACKAGE = Path("/usr/share/sql-ledger")
DATABASE_PROGRAMS = Path("/usr/lib/postgresql")
SERVANT = "postgres"
"""Whom the servers run as where the tests are root: PostgreSQL refuses root."""
PATIENCE = 60.0
"""Seconds that a server may take to answer."""

_WEB = """
server.document-root = "{folder}"
server.bind = "127.0.0.1"
server.port = {web}
server.errorlog = "{folder}/web.log"
server.modules = ("mod_setenv", "mod_cgi")
# Without a PATH the redirects, which start perl anew, answer 500.
setenv.add-environment = ("PATH" => "/usr/bin:/bin")
index-file.names = ("login.pl")
cgi.assign = (".pl" => "/usr/bin/perl")
mimetype.assign = (".css" => "text/css", ".gif" => "image/gif", ".png" => "image/png")
"""
_DATABASE = """
listen_addresses = '127.0.0.1'
port = {database}
unix_socket_directories = ''
# Nothing of it outlives the tests.
fsync = off
synchronous_commit = off
full_page_writes = off
"""
_HOME = 'my $dir = "/usr/share/sql-ledger";'


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """A running SQL-Ledger, without data as yet."""

    address: str
    database_port: int
    people: Path
    """Folder of the logins: a file of members, and one for each who is there."""
    log: Path
    """What the web server and the scripts complained of."""

    def ask(self, database: str, query: str, **values: str) -> list[tuple[str, ...]]:
        """Rows of a query, as text, NULL as ''; several statements are one transaction.

        `values` are filled in for `:'name'`.
        """
        field, row = "\x1f", "\x1e"
        layout = ["--tuples-only", "--no-align", f"--field-separator={field}"]
        layout += ["--single-transaction", f"--record-separator={row}"]
        printed = self._psql(
            database, query, *layout, *(f"--set={name}={value}" for name, value in values.items())
        )
        return [tuple(each.split(field)) for each in printed.rstrip("\n").split(row) if each]

    def copy(self, database: str, of: str) -> None:
        """Make a database anew as a copy of another; takes a fraction of a second."""
        self._psql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self._psql("postgres", f'CREATE DATABASE "{database}" TEMPLATE "{of}"')

    def remember(self) -> Mapping[Path, bytes]:
        """Who may log in, and how each wants to see numbers: files, not in the database."""
        return {file: file.read_bytes() for file in self.people.iterdir()}

    def forget(self, kept: Mapping[Path, bytes]) -> None:
        """Put them back as they were; sessions begun since are over."""
        for file in self.people.iterdir():
            if file not in kept:
                file.unlink()
        for file, content in kept.items():
            file.write_bytes(content)

    def _psql(self, database: str, query: str, *more: str) -> str:
        command = ["psql", "--host=127.0.0.1", f"--port={self.database_port}"]
        command += ["--username=postgres", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
        done = subprocess.run(
            [*command, *more, database], input=query, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{query}\n{done.stderr}"
        return done.stdout


@contextmanager
def running() -> Iterator[Host]:
    """Start the database and the web server on free ports; stopped and removed at the end.

    They have a folder of their own with the package's programs and their own members file: any
    number of them run side by side, and none touches /var/lib/sql-ledger.
    """
    servant = SERVANT if os.geteuid() == 0 else None
    web, database = free_ports(2)
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="sql-ledger-"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _furnish(folder, web)
        if servant is not None:
            _give(folder, servant)
        programs = _newest_programs()
        stack.enter_context(_database(programs, folder, database, servant))
        stack.enter_context(
            _started(["lighttpd", "-D", "-f", f"{folder}/web.conf"], folder, servant)
        )
        host = Host(
            address=f"http://127.0.0.1:{web}/",
            database_port=database,
            people=folder / "users",
            log=folder / "web.log",
        )
        _wait_for(host.address + "login.pl")
        host.ask("postgres", 'CREATE ROLE "sql-ledger" SUPERUSER LOGIN')
        yield host


def _furnish(folder: Path, web: int) -> None:
    """The package's programs, whose folder is written into them, in a folder of our own."""
    for entry in sorted(PACKAGE.iterdir()):
        if entry.suffix == ".pl":
            text = entry.read_text(encoding="utf-8")
            (folder / entry.name).write_text(
                text.replace(_HOME, f'my $dir = "{folder}";'), encoding="utf-8"
            )
            (folder / entry.name).chmod(0o755)
        elif entry.name not in ("users", "templates", "spool", "sql-ledger.conf"):
            (folder / entry.name).symlink_to(entry)
    for name in ("users", "templates", "spool"):
        (folder / name).mkdir()
    settings = (PACKAGE / "sql-ledger.conf").read_text(encoding="utf-8")
    settings = settings.replace("/var/lib/sql-ledger", str(folder))
    (folder / "sql-ledger.conf").write_text(settings, encoding="utf-8")
    (folder / "web.conf").write_text(_WEB.format(folder=folder, web=web), encoding="utf-8")


def _give(folder: Path, to: str) -> None:
    owner = pwd.getpwnam(to)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _newest_programs() -> Path:
    found = sorted(DATABASE_PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
    assert found, f"no PostgreSQL in {DATABASE_PROGRAMS}: apt-get install postgresql"
    return found[-1]


@contextmanager
def _database(programs: Path, folder: Path, port: int, servant: str | None) -> Iterator[None]:
    data = folder / "data"
    making = [f"{programs}/initdb", "--pgdata", str(data), "--encoding=UTF8", "--locale=C.UTF-8"]
    making += ["--auth=trust", "--username=postgres", "--no-sync"]
    subprocess.run(making, user=servant, cwd=folder, check=True, capture_output=True, timeout=120)
    with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(_DATABASE.format(database=port))
    with _started([f"{programs}/postgres", "-D", str(data)], folder, servant) as server:
        until = time.monotonic() + PATIENCE
        ready = [f"{programs}/pg_isready", "--quiet", "--host=127.0.0.1", f"--port={port}"]
        while subprocess.run(ready, check=False).returncode != 0:
            assert server.poll() is None, (folder / "postgres.log").read_text()
            assert time.monotonic() < until, "PostgreSQL does not answer"
        yield


@contextmanager
def _started(
    command: Sequence[str], folder: Path, servant: str | None
) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            user=servant,
            cwd=folder,
            env=_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        # To both servers this is: finish now, do not wait for those who are connected.
        process.send_signal(2)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=20)


def _environment(folder: Path) -> Mapping[str, str]:
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}


def _wait_for(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10):  # noqa: S310 - loopback
                return
        except urllib.error.HTTPError:
            raise
        except OSError:
            assert time.monotonic() < until, f"{address} does not answer"
            time.sleep(0.05)
