"""The store of a workspace: where it is, its backups, and its way to another database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from clerkwork.adapters.clock import SystemClock
from clerkwork.adapters.locks import alone_in
from clerkwork.adapters.store import Store, is_on_server, open_store
from clerkwork.adapters.store.backup import Backup, opened_backup, write_backup
from clerkwork.adapters.store.copying import carry_over, exists, is_sound, rows_in
from clerkwork.adapters.store.schema import KNOWN
from clerkwork.app.muster import AT_WORK, SILENT, states
from clerkwork.bootstrap.opening import Want, address_to_open, in_workspace, store_url
from clerkwork.bootstrap.pulse import lives
from clerkwork.bootstrap.secrets import vault_of
from clerkwork.errors import SecretMissing, StoreError
from clerkwork.ports import Clock, Vault
from clerkwork.workspace import Workspace

__all__ = [
    "STORE_PASSWORD",
    "back_up",
    "begin_anew",
    "move_store",
    "restore",
    "show_store",
    "store_of",
    "store_password",
    "store_url",
]

STORE_PASSWORD = "clerkwork.store"  # noqa: S105 - its name, not its value


def store_password(url: str, vault: Vault) -> str:
    """What the vault keeps for a store on a server; else empty, and the rest is libpq's affair."""
    if not is_on_server(url):
        return ""
    try:
        return vault.get(STORE_PASSWORD).value
    except SecretMissing:
        return ""


def store_of(
    place: Workspace, clock: Clock, vault: Vault | None = None, want: Want = "there"
) -> Store:
    """The store of a workspace, open; what is done where there is none. Raises `StoreError`."""
    url = address_to_open(place, want)
    return open_store(url, clock, store_password(url, vault or vault_of(place, lambda _: None)))


@contextmanager
def _opened(place: Workspace, url: str = "", want: Want = "there") -> Iterator[Store]:
    url = address_to_open(place, want, url)
    password = store_password(url, vault_of(place, lambda _: None))
    clock = SystemClock(ZoneInfo(place.config.calendar.zone))
    with closing(open_store(url, clock, password)) as store:
        yield store


def show_store(place: Workspace) -> tuple[str, str, Mapping[str, int]]:
    """Where the store is, its schema, and how many rows each of its tables holds."""
    with _opened(place) as store, store.database.read() as connection:
        return store.database.at, KNOWN[-1], rows_in(connection)


def begin_anew(place: Workspace) -> str:
    """Make an empty store where there is none, whatever lies beside it; where it is.

    Raises `StoreError` if there is one.
    """
    url = store_url(place)
    with alone_in(place.output, "a new store"):
        if is_on_server(url) or exists(url):
            raise StoreError(
                f"There is a store already, so nothing was made: {url}. `clerkwork store show` "
                "tells what it holds."
            )
        with _opened(place, want="anew") as store:
            return store.database.at


def back_up(place: Workspace, file: Path) -> Backup:
    """Write the store into a file, as it stands at one moment. Raises `StoreError`."""
    with _opened(place) as store:
        return _back_up(store, file)


def _back_up(store: Store, file: Path) -> Backup:
    now = dt.datetime.now(dt.UTC)
    return write_backup(store.database, file, at=now, release=version("clerkwork"))


def restore(place: Workspace, file: Path, *, replace: bool) -> tuple[Backup, Path | None]:
    """Put a backup in the place of the store; what that held is kept in the file returned.

    A store that holds something goes only if it may be replaced. Raises `StoreError` and leaves
    everything as it was: while something runs, and for what is no sound backup of this release or
    an older one.
    """
    with opened_backup(file) as (header, backup), alone_in(place.output, "a restore"):
        kept = _put_aside(place, replace=replace)
        with _opened(place, want="anew") as store:
            _check_at_rest(place, store, "restored")
            with store.database.read() as connection:
                holds = any(rows_in(connection).values())
            if holds and not replace:
                raise StoreError(
                    f"The store {store.database.at} holds something; nothing was changed. Give "
                    "--replace if the backup is to take its place: what is there is then kept in "
                    "output/backups."
                )
            if holds:
                kept = _kept(place, "backup")
                _back_up(store, kept)
            carry_over(backup, store.database, replace=holds)
        return header, kept


def _put_aside(place: Workspace, *, replace: bool) -> Path | None:
    """Move a damaged file of SQLite out of the way; where it is now."""
    url = store_url(place)
    file = Path(url.removeprefix("sqlite:///"))
    if is_on_server(url) or is_sound(file):
        return None
    if not replace:
        raise StoreError(
            f"The store {file} is damaged; nothing was changed. Give --replace if the backup is to "
            "take its place: the damaged file is then kept in output/backups."
        )
    kept = _kept(place, "damaged")
    for end in ("-shm", "-wal", ""):
        part = file.with_name(file.name + end)
        if part.exists():
            part.rename(kept.with_name(kept.name + end))
    return kept


def _kept(place: Workspace, kind: str) -> Path:
    folder = place.output / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"before-restore-{dt.datetime.now(dt.UTC):%Y%m%d-%H%M%S-%f}.{kind}"


def move_store(place: Workspace, url: str) -> Mapping[str, int]:
    """Carry every row over to another, empty store; how many, by table. Raises `StoreError`.

    The old one stays as it is; which one counts is for config/workspace.toml to say.
    """
    url = in_workspace(place, url)
    if url == store_url(place):
        raise StoreError("That is the store already; name the address of another one.")
    with (
        alone_in(place.output, "a move of the store"),
        _opened(place) as old,
        _opened(place, url, "anew") as new,
    ):
        _check_at_rest(place, old, "moved")
        return carry_over(old.database, new.database)


def _check_at_rest(place: Workspace, store: Store, what: str) -> None:
    """Nothing may write meanwhile; a run at this machine's desk is kept off by its lock."""
    silence = place.config.settings.engine.dead_after
    judged = states(store.workers, silence=silence, lives=lives)
    for worker in store.workers.at_work():
        state = judged.get(worker.id, AT_WORK)
        if state == AT_WORK:
            raise StoreError(
                f"{worker.kind} {worker.id} is at work on {worker.host}, so the store cannot be "
                f"{what}; nothing was changed. End it first: `clerkwork drain {worker.id}`"
            )
        if state == SILENT and lives(worker):
            raise StoreError(
                f"{worker.kind} {worker.id} is silent, but its process {worker.process} lives on "
                f"this machine, so the store cannot be {what}; nothing was changed. End it first."
            )
    if is_on_server(store.database.engine.url.render_as_string()):
        for run in store.runs.all():
            if run.outcome == "running" and not run.worker:
                raise StoreError(
                    f"Run {run.run} is under way at somebody's desk, so the store cannot be "
                    f"{what}; nothing was changed. Let it end; if it died, give its task again."
                )
