"""A private PostgreSQL for tests and benchmarks: nothing to prepare, nothing left behind.

`with postgres() as server: open_store(server.store(), clock)`. All processes that name the same
`key` share one server; it ends within a second of the last of them, however that ended: each holds
a lock on a file, which the system drops with the process, and a keeper waits for that.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from clerkwork.errors import ProgramMissing, StoreError

if sys.platform != "win32":
    import fcntl
    import pwd

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Postgres", "postgres"]

_PREFIX = "clerkwork-pg-"
_PLACES = (
    *("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin"),
    *("/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin"),
)
_SERVANTS = ("postgres", "nobody")
"""Whom the server runs as where the tests are root: PostgreSQL refuses root."""
_PATIENCE = 60.0
"""Seconds that the server may take to start, or to end."""
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "lc_messages": "C",
    # Nothing of it outlives the tests.
    "fsync": "off",
    "full_page_writes": "off",
}
_HBA = "local all clerk trust\nlocal all all scram-sha-256\n"


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server, reached through a socket that only this account can open."""

    folder: Path

    def url(self, database: str, user: str = "clerk") -> str:
        """An address for `config/workspace.toml`; `clerk` may do anything and needs no password."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def database(self, name: str = "", *, template: str = "template0") -> str:
        """Make a database, by default empty and of any name; its address."""
        name = name or f"store_{secrets.token_hex(6)}"
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def store(self, name: str = "") -> str:
        """Make a database with an empty store of this release in it; its address."""
        from clerkwork.adapters.store import open_store
        from clerkwork.testing import FixedClock

        # Copying takes a tenth of the time that making its tables does.
        with self._alone("empty_store"):
            if not self.has("empty_store"):
                made = self.database("empty_store.begun")
                open_store(made, FixedClock()).close()
                self.run('ALTER DATABASE "empty_store.begun" RENAME TO empty_store')
        return self.database(name, template="empty_store")

    def has(self, database: str) -> bool:
        return bool(self.run("SELECT 1 FROM pg_database WHERE datname = %s", database))

    def drop(self, database: str) -> None:
        """Also where somebody is connected to it."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def run(
        self, statement: str, *values: object, database: str = "postgres"
    ) -> list[tuple[object, ...]]:
        """Run one statement as the database's owner; its rows."""
        with closing(self._connect(database)) as connection:
            done = connection.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else []

    def _connect(self, database: str) -> Connection:
        import psycopg

        return psycopg.connect(
            host=str(self.folder), user="clerk", dbname=database, autocommit=True
        )

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        """One process at a time."""
        with (self.folder / f"{what}.lock").open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


@contextmanager
def postgres(key: str = "") -> Iterator[Postgres]:
    """A server for the block, shared with whoever names the same key, by default with nobody.

    Raises `ProgramMissing` where PostgreSQL is not installed, and `StoreError` where it does not
    start.
    """
    if sys.platform == "win32":
        raise ProgramMissing(
            "A private PostgreSQL is started on Linux and macOS only; on Windows run these tests "
            "in a container or in WSL."
        )
    programs = programs_of_postgres()
    named = hashlib.sha256((key or secrets.token_hex(16)).encode()).hexdigest()[:12]
    place = _place() / f"{_PREFIX}{os.geteuid()}-{named}"
    _sweep(place.parent)
    with ExitStack() as stack:
        with _locked(place):
            user = stack.enter_context(_beside(place, "users").open("a"))
            # Never waited for: whoever looks whether there are users holds the first lock.
            fcntl.flock(user, fcntl.LOCK_SH)
            if not _runs(place):
                _start(programs, place)
        yield Postgres(place)


def programs_of_postgres() -> Path:
    """The folder of the newest PostgreSQL's own programs. Raises `ProgramMissing`."""
    found = [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/initdb")]
    found.sort(key=lambda path: [int(part) for part in _numbers(str(path))])
    if called := shutil.which("initdb"):
        found.insert(0, Path(called).resolve())
    if not found:
        raise ProgramMissing(
            "PostgreSQL is not installed (there is no initdb). On Debian or Ubuntu: sudo apt-get "
            "install postgresql; on macOS: brew install postgresql. `make test` does it by itself "
            "where it may."
        )
    return found[-1].parent


def _numbers(path: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in path).split()


def _servant() -> pwd.struct_passwd | None:
    """Whom the server runs as, if not as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in _SERVANTS:
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ProgramMissing("PostgreSQL refuses to run as root, and there is no account 'nobody'.")


def _place() -> Path:
    """A folder for temporary files that the server may reach, with a path short enough for it."""
    found = [Path(name) for name in (tempfile.gettempdir(), "/tmp", "/var/tmp")]  # noqa: S108
    for place in found:
        way = (place, *place.parents)
        open_to_all = all(part.is_dir() and part.stat().st_mode & stat.S_IXOTH for part in way)
        if len(str(place)) < 50 and (os.geteuid() != 0 or open_to_all):
            return place
    raise StoreError("No folder for temporary files is open to PostgreSQL's account.")


def _beside(place: Path, what: str) -> Path:
    return place.parent / f"{place.name}.{what}"


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    """Alone with the server's beginning and end."""
    path = _beside(place, "start")
    while True:
        with path.open("a") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            # The file may have been removed while it was waited for: then that lock is nobody's.
            with suppress(FileNotFoundError):
                if path.stat().st_ino == os.fstat(handle.fileno()).st_ino:
                    yield
                    return


def _is_used(place: Path) -> bool:
    """Whether anybody holds it; asked under `_locked`."""
    with _beside(place, "users").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _runs(place: Path) -> bool:
    """Whether its keeper says that it is ready, and the server is alive."""
    return (place / "ready").exists() and _postmaster(place) is not None


def _postmaster(place: Path) -> int | None:
    with suppress(OSError, ValueError, IndexError):
        process = int((place / "data" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(process, 0)
        return process
    return None


def _sweep(folder: Path) -> None:
    """Remove what other sessions left whose keepers were killed together with them."""
    for users in folder.glob(f"{_PREFIX}{os.geteuid()}-*.users"):
        place = users.with_suffix("")
        with _locked(place):
            if not _is_used(place):
                _end(place)


def _end(place: Path) -> None:
    """Stop the server and remove all that is of it; the lock on 'start' is held."""
    if (process := _postmaster(place)) is not None:
        _signal(process, signal.SIGQUIT)
        until = time.monotonic() + _PATIENCE
        while _postmaster(place) is not None and time.monotonic() < until:
            time.sleep(0.02)
    shutil.rmtree(place, ignore_errors=True)
    for what in ("users", "start"):
        _beside(place, what).unlink(missing_ok=True)


def _signal(process: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, number)


def _start(programs: Path, place: Path) -> None:
    """Start the server with its keeper; the lock on 'start' is held until it is ready."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    servant = _servant()
    if servant is not None:
        os.chown(place, servant.pw_uid, servant.pw_gid)
    told = json.dumps([str(programs), str(place)])
    keeper = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "clerkwork.testing_postgres", told],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # Whoever ends our group must not end the keeper, which has to clean up.
        start_new_session=True,
        text=True,
    )
    with cast("IO[str]", keeper.stdout) as printed:
        said = printed.readline()
    if said != "ready\n":
        log = place / "log"
        more = log.read_text(errors="replace")[-2000:] if log.exists() else ""
        keeper.wait()
        raise StoreError(f"PostgreSQL did not start in {place}: {said}{more}")
    # It is not waited for: it outlives whoever of its users started it.
    keeper.returncode = 0


def keep(programs: Path, place: Path) -> None:
    """Be the keeper: make the server, tell that it is ready, and end it after its last user."""
    try:
        server = _serve(programs, place)
    except (OSError, StoreError, subprocess.SubprocessError) as error:
        shutil.rmtree(place, ignore_errors=True)
        print(error, flush=True)
        return
    (place / "ready").write_text(f"{os.getpid()}\n")
    print("ready", flush=True)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    while server.poll() is None:
        time.sleep(0.3)
        with _locked(place):
            if not _is_used(place):
                server.send_signal(signal.SIGQUIT)
                server.wait()
                _end(place)
                return


def _serve(programs: Path, place: Path) -> subprocess.Popen[bytes]:
    data = place / "data"
    made = [str(programs / "initdb"), "--pgdata", str(data), "--username=clerk", "--no-sync"]
    made += ["--encoding=UTF8", "--locale=C", "--auth=trust"]
    with (place / "log").open("wb") as log:
        as_servant = _as_servant(place) | {"stdout": log, "stderr": log}
        subprocess.run(made, check=True, **as_servant)  # noqa: S603 - what is installed
        (data / "pg_hba.conf").write_text(_HBA)
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(place)]
        for name, value in _SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        server: subprocess.Popen[bytes] = subprocess.Popen(command, **as_servant)  # noqa: S603
    until = time.monotonic() + _PATIENCE
    while "ready" not in _state(data):
        if server.poll() is not None or time.monotonic() > until:
            server.kill()
            told = (place / "log").read_text(errors="replace").strip()[-500:]
            raise StoreError(" ".join(told.split()))
        time.sleep(0.02)
    return server


def _state(data: Path) -> str:
    """What the server says of itself: 'starting', 'ready', 'standby' ..."""
    with suppress(OSError, IndexError):
        return (data / "postmaster.pid").read_text().splitlines()[7]
    return ""


def _as_servant(place: Path) -> dict[str, Any]:
    servant = _servant()
    environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    told: dict[str, Any] = {"cwd": place, "env": environ, "stdin": subprocess.DEVNULL}
    if servant is not None:
        told |= {"user": servant.pw_uid, "group": servant.pw_gid, "extra_groups": []}
    return told


def _main(arguments: Sequence[str]) -> None:
    programs, place = json.loads(arguments[0])
    keep(Path(programs), Path(place))


if __name__ == "__main__":
    _main(sys.argv[1:])
