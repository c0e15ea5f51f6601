"""What this machine lacks to run Clerkwork, and how to get it."""

from __future__ import annotations

import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from clerkwork.errors import SetupError
from clerkwork.ports import Vault

__all__ = ["Finding", "examine"]

LANGUAGES = ("nld", "eng")
OLDEST = (3, 11)
ROOM = 1 << 30
"""Bytes that have to be free: a month of evidence of one robot, roughly."""
ENOUGH_TIME = 10.0
"""Seconds that a program gets to say its version."""

BROWSER = {
    "Linux": "sudo apt-get install chromium, or: playwright install chromium",
    "Darwin": "playwright install chromium, or install Google Chrome",
    "Windows": "playwright install chromium; Microsoft Edge, where it is installed, does as well",
}
TESSERACT = {
    "Linux": "sudo apt-get install tesseract-ocr tesseract-ocr-nld tesseract-ocr-eng",
    "Darwin": "brew install tesseract tesseract-lang",
    "Windows": "install Tesseract with 'Dutch' ticked, and add its folder to PATH",
}
PYTHON = {
    "Linux": "sudo apt-get install python3 python3-venv (Debian 12 and later)",
    "Darwin": "brew install python@3.13",
    "Windows": "install Python 3.11 or later from the Microsoft Store",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that Clerkwork needs, and whether it is there."""

    what: str
    ok: bool
    found: str
    """What was found, or what is wrong."""
    remedy: str = ""
    """What to do about it on this system; empty when it is fine."""


def examine(
    *,
    output: Path,
    browser: str | None,
    tesseract: str | None = None,
    vault: Vault | None = None,
    secrets: Sequence[str] = (),
    addresses: Mapping[str, str] | None = None,
    system: str = "",
    version: tuple[int, int] = (sys.version_info[0], sys.version_info[1]),
    room: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
) -> tuple[Finding, ...]:
    """Look at everything once; what is not configured is not looked at.

    `browser` and `tesseract` are paths (Tesseract is looked for on PATH if there
    is none), `secrets` the names that robots ask the vault for, `addresses` names
    with their URL: portals as http(s), the mail server as smtp://host:port.
    `system` is Linux, Darwin or Windows, this machine's if empty; `room` gives the
    bytes that are free. Nothing raises: what cannot be asked is a finding.
    """
    here = system or platform.system()
    return (
        _python(version, here),
        _browser(browser, here),
        _tesseract(tesseract or shutil.which("tesseract"), here),
        *_output(output, room),
        *_vault(vault, secrets),
        *(_address(name, url) for name, url in (addresses or {}).items()),
    )


def _remedy(table: Mapping[str, str], system: str) -> str:
    return table.get(system, table["Linux"])


def _python(version: tuple[int, int], system: str) -> Finding:
    ok = version >= OLDEST
    found = f"{version[0]}.{version[1]}"
    if ok:
        return Finding(what="Python", ok=True, found=found)
    return Finding(
        what="Python",
        ok=False,
        found=f"{found}; {OLDEST[0]}.{OLDEST[1]} or later is needed",
        remedy=_remedy(PYTHON, system),
    )


def _browser(path: str | None, system: str) -> Finding:
    remedy = _remedy(BROWSER, system)
    if path is None:
        found = "no Chrome, Edge or Chromium found"
        return Finding(what="Browser", ok=False, found=found, remedy=remedy)
    if system == "Windows":
        # There, --version opens a window instead of answering.
        ok, said = Path(path).exists(), ""
    else:
        ok, said = _say([path, "--version"])
    if ok:
        return Finding(what="Browser", ok=True, found=f"{said} ({path})".strip())
    return Finding(what="Browser", ok=False, found=f"{path} does not start: {said}", remedy=remedy)


def _tesseract(path: str | None, system: str) -> Finding:
    remedy = _remedy(TESSERACT, system)
    if path is None:
        return Finding(what="Tesseract", ok=False, found="not installed", remedy=remedy)
    ok, said = _say([path, "--list-langs"])
    lacking = [language for language in LANGUAGES if language not in said.split()]
    if ok and not lacking:
        found = f"{path}, reads {' and '.join(LANGUAGES)}"
        return Finding(what="Tesseract", ok=True, found=found)
    wrong = f"cannot read {' and '.join(lacking)}" if ok else f"does not start: {said}"
    return Finding(what="Tesseract", ok=False, found=f"{path} {wrong}", remedy=remedy)


def _say(command: Sequence[str]) -> tuple[bool, str]:
    try:
        done = subprocess.run(  # noqa: S603  a program found on this machine, no shell
            list(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=ENOUGH_TIME,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    # What a wrapper script complains of besides is no answer; older Tesseracts answer there.
    said = (
        done.stdout if done.returncode == 0 and done.stdout.strip() else done.stdout + done.stderr
    )
    return done.returncode == 0, " ".join(said.decode(errors="replace").split())


def _output(folder: Path, room: Callable[[Path], int]) -> Iterator[Finding]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as proof:
            proof.write(b"clerkwork")
        free = room(folder)
    except OSError as error:
        yield Finding(
            what="Output folder",
            ok=False,
            found=f"{folder} cannot be written: {error.strerror or error}",
            remedy="give this account the right to write there, or use another workspace",
        )
        return
    yield Finding(what="Output folder", ok=True, found=str(folder))
    enough = free >= ROOM
    yield Finding(
        what="Disk",
        ok=enough,
        found=f"{free / ROOM:.1f} GiB free" + ("" if enough else ", 1 GiB is the least"),
        remedy="" if enough else f"make room on the disk of {folder}",
    )


def _vault(vault: Vault | None, secrets: Sequence[str]) -> Iterator[Finding]:
    if vault is None:
        return
    lacking = []
    for name in secrets:
        try:
            vault.get(name)
        except SetupError:
            lacking.append(name)
    if lacking:
        yield Finding(
            what="Vault",
            ok=False,
            found=f"does not hold {', '.join(lacking)}",
            remedy="; ".join(f"clerkwork vault set {name}" for name in lacking),
        )
    else:
        yield Finding(what="Vault", ok=True, found=f"holds all {len(secrets)} secrets asked for")


def _address(name: str, url: str) -> Finding:
    parts = urlsplit(url)
    try:
        port = parts.port or {"https": 443, "http": 80, "smtps": 465, "smtp": 25}[parts.scheme]
        host = parts.hostname or ""
        if not host:
            raise ValueError("the address names no host")
        socket.create_connection((host, port), timeout=3).close()
    except (OSError, ValueError, KeyError) as error:
        why = f"unknown scheme {error}" if isinstance(error, KeyError) else str(error)
        return Finding(
            what=name,
            ok=False,
            found=f"{url} does not answer: {why}",
            remedy="check the address in config/, the network and the proxy",
        )
    return Finding(what=name, ok=True, found=f"{url} answers")
