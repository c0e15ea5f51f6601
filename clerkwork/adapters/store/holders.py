"""Who holds a SQLite store's write lock, for the message to the one who waits."""

from __future__ import annotations

from pathlib import Path

__all__ = ["lock_holders"]


def lock_holders(database: str) -> str:
    """The processes that lock a store, in words; only Linux tells which."""
    try:
        inode = Path(f"{database}-shm").stat().st_ino
        table = Path("/proc/locks").read_text()
    except OSError:
        return "another program"
    named = sorted({_name(pid) for pid in _writers(table, inode)})
    return " and ".join(named) or "another program"


def _writers(table: str, inode: int) -> list[str]:
    """Process ids with a write lock on that inode, in the format of proc_locks(5)."""
    found = []
    for line in table.splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[3] == "WRITE" and fields[5].endswith(f":{inode}"):
            found.append(fields[4])
    return found


def _name(pid: str) -> str:
    try:
        return f"{Path(f'/proc/{pid}/comm').read_text().strip()} (process {pid})"
    except OSError:
        return f"process {pid}"
