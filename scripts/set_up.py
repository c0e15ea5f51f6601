"""Make this machine ready: virtual environment, packages, a browser, Tesseract.

Runs on a bare Python, with the standard library alone. A second call finds its stamp and installs
nothing. What cannot be installed from here ends in one message with what to type.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OLDEST = (3, 11)
LANGUAGES = ("nld", "eng")
BROWSER_NAMES = (
    *("chrome-headless-shell", "chromium-headless-shell", "google-chrome", "google-chrome-stable"),
    *("microsoft-edge", "microsoft-edge-stable", "chromium", "chromium-browser"),
)
BROWSER_PLACES = {
    "Darwin": tuple(
        f"/Applications/{name}.app/Contents/MacOS/{name}"
        for name in ("Google Chrome", "Microsoft Edge", "Chromium")
    ),
    "Windows": (
        "C:/Program Files/Google/Chrome/Application/chrome.exe",
        "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
        "C:/Program Files/Microsoft/Edge/Application/msedge.exe",
    ),
}
PLAYWRIGHT_CACHE = {
    "Linux": ".cache/ms-playwright",
    "Darwin": "Library/Caches/ms-playwright",
    "Windows": "AppData/Local/ms-playwright",
}
PLAYWRIGHT_BINARIES = [
    *("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-win*/chrome.exe"),
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
]
SHELL_PACKAGES = ("chromium-headless-shell",)
OPTIONS = {
    "--packages-only": "leave the browser and Tesseract out",
    "--tests": "also install PostgreSQL, which tests start",
    "--erp": "also install SQL-Ledger, for the tests against it",
}
STAMPED = ("requirements.lock", "pyproject.toml", "scripts/set_up.py")

Execute = Callable[[Sequence[str], float], "tuple[int, str]"]
"""A command and its time limit in seconds → exit status and what it printed."""


class NotReady(Exception):
    """Set-up cannot go on; the message says what to type."""


@dataclass(frozen=True)
class Missing:
    """Something that the system's own packages bring."""

    what: str
    packages: tuple[str, ...]
    """What Debian and Ubuntu call it."""
    elsewhere: Mapping[str, str]
    """How to get it on macOS and Windows, by `platform.system()`."""


VENV = Missing(
    "Python's venv module", (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",), {}
)
DRIVER = Missing("the library libatomic, for Playwright", ("libatomic1",), {})
BROWSER = Missing(
    "a browser (Chrome, Edge or Chromium)",
    ("chromium", "fonts-liberation"),
    {"Darwin": "install Google Chrome", "Windows": "install Google Chrome or Microsoft Edge"},
)
TESSERACT = Missing(
    "Tesseract with Dutch and English (nld, eng)",
    ("tesseract-ocr", "tesseract-ocr-nld", "tesseract-ocr-eng"),
    {
        "Darwin": "brew install tesseract tesseract-lang",
        "Windows": "the installer that docs/windows-macos.md names, with Dutch ticked",
    },
)
POSTGRES = Missing(
    "PostgreSQL, which the tests start for themselves",
    ("postgresql",),
    {"Darwin": "brew install postgresql", "Windows": "run the tests in a container of Debian"},
)
ERP = Missing(
    "SQL-Ledger, for the tests against it, with a web server and a database",
    ("sql-ledger", "lighttpd", "postgresql"),
    dict.fromkeys(("Darwin", "Windows"), "run these tests in a container of Debian 12"),
)


@dataclass(frozen=True)
class Machine:
    """What set-up asks of the machine."""

    root: Path
    """The checkout."""
    home: Path
    system: str
    """As `platform.system()` says it: Linux, Darwin, Windows."""
    environ: Mapping[str, str]
    which: Callable[[str], str | None]
    execute: Execute
    superuser: bool
    say: Callable[[str], None]

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The virtual environment's Python."""
        return self.venv / ("Scripts/python.exe" if self.system == "Windows" else "bin/python")


def execute(command: Sequence[str], seconds: float) -> tuple[int, str]:
    """Run without a terminal to ask on; a command that hangs counts as failed."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            env=environ,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 124, f"no answer within {seconds:g} seconds"
    except OSError as error:
        return 127, str(error)
    return done.returncode, done.stdout.decode(errors="replace")


def this_machine(root: Path) -> Machine:
    return Machine(
        root=root,
        home=Path.home(),
        system=platform.system(),
        environ=os.environ,
        which=shutil.which,
        execute=execute,
        superuser=hasattr(os, "geteuid") and os.geteuid() == 0,
        say=lambda line: print(line, flush=True),
    )


def digest(root: Path) -> str:
    """What the installed packages follow from; it changes when they have to be installed anew."""
    state = hashlib.sha256()
    for name in STAMPED:
        state.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return state.hexdigest()


def administrator(machine: Machine) -> list[str] | None:
    """How apt is called: as root, by sudo that asks nothing, or not at all (None)."""
    if machine.which("apt-get") is None:
        return None
    if machine.superuser:
        return []
    if machine.which("sudo") and machine.execute(["sudo", "-n", "true"], 10)[0] == 0:
        return ["sudo", "-n"]
    return None


def apt_install(machine: Machine, packages: Sequence[str]) -> bool:
    """Install the system's packages; False where this account may not, or apt fails."""
    if (prefix := administrator(machine)) is None:
        return False
    machine.say(f"Set-up: apt installs {', '.join(packages)} ...")
    machine.execute([*prefix, "apt-get", "update", "-q"], 300)
    status, printed = machine.execute(
        [*prefix, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages], 1200
    )
    if status != 0:
        machine.say(tail(printed))
    return status == 0


def tail(printed: str, lines: int = 12) -> str:
    return "\n".join(f"    {line}" for line in printed.strip().splitlines()[-lines:])


def ensure_packages(machine: Machine, *, programs: bool) -> None:
    """The virtual environment with every package of the lock.

    Raises `NotReady`; if that is for want of a system's package, and `programs` are wanted too,
    the message names all that is missing.
    """
    stamp = machine.venv / "set-up.stamp"
    wanted = digest(machine.root)
    if machine.python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if machine.execute([str(machine.python), "-m", "pip", "--version"], 60)[0] != 0:
        make_venv(machine, programs=programs)
    machine.say("Set-up: the packages of requirements.lock (a minute or two) ...")
    pip = [str(machine.python), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    lock = ["--require-hashes", "-r", str(machine.root / "requirements.lock")]
    house = ["--no-build-isolation", "-e", str(machine.root)]
    for arguments in (lock, house):
        status, printed = machine.execute([*pip, "install", "-q", "--no-deps", *arguments], 1800)
        if status != 0:
            raise NotReady(
                f"pip could not install the packages:\n{tail(printed)}\n"
                "Is this machine connected, or does pip know its proxy? Then try again."
            )
    stamp.write_text(wanted)


def make_venv(machine: Machine, *, programs: bool) -> None:
    """A fresh virtual environment; Debian has the module in a package of its own."""
    machine.say("Set-up: a virtual environment in .venv ...")
    command = [sys.executable, "-m", "venv", "--clear", str(machine.venv)]
    status, printed = machine.execute(command, 300)
    if status != 0 and ("ensurepip" in printed or "No module named venv" in printed):
        if not apt_install(machine, VENV.packages):
            besides = not_there(machine) if programs else ()
            raise NotReady(explain(machine, [VENV, *besides]))
        status, printed = machine.execute(command, 300)
    if status != 0:
        raise NotReady(f"The virtual environment could not be made:\n{tail(printed)}")


def browsers(machine: Machine) -> Iterator[str]:
    """Every browser that may do, best first: installed ones, then Playwright's own."""
    for name in BROWSER_NAMES:
        if path := machine.which(name):
            yield path
    for place in BROWSER_PLACES.get(machine.system, ()):
        if Path(place).exists():
            yield place
    yield from playwright_browsers(machine)


def playwright_browsers(machine: Machine) -> Iterator[str]:
    """What `playwright install chromium` left behind, newest first."""
    kept = machine.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    cache = Path(kept) if kept else machine.home / PLAYWRIGHT_CACHE.get(machine.system, ".cache")
    for pattern in PLAYWRIGHT_BINARIES:
        yield from map(str, sorted(cache.glob(pattern), reverse=True))


def driver_works(machine: Machine) -> bool:
    """Whether Playwright's own program, which talks to the browser, starts on this system."""
    windows = machine.system == "Windows"
    pattern = "Lib/site-packages" if windows else "lib/python*/site-packages"
    found = machine.venv.glob(f"{pattern}/playwright/driver/node{'.exe' if windows else ''}")
    return all(machine.execute([str(node), "--version"], 30)[0] == 0 for node in found)


def ensured(machine: Machine, wanted: Missing, works: Callable[[Machine], bool]) -> Missing | None:
    """None once it works, installed from the system's own packages if need be."""
    if works(machine) or (apt_install(machine, wanted.packages) and works(machine)):
        return None
    return wanted


def ensure_browser(machine: Machine) -> Missing | None:
    """An installed Chrome, Edge or Chromium; else Playwright's own; else the system's package."""
    if next(browsers(machine), None):
        return None
    machine.say("Set-up: no browser is installed; asking for Playwright's own Chromium ...")
    machine.execute([str(machine.python), "-m", "playwright", "install", "chromium"], 900)
    for path in playwright_browsers(machine):
        if machine.execute([path, "--version"], 60)[0] == 0:
            return None
        machine.say(f"Set-up: {path} does not start here (libraries are missing).")
    if apt_install(machine, BROWSER.packages) and next(browsers(machine), None):
        # The same without windows, which is lighter; not every release has it.
        apt_install(machine, SHELL_PACKAGES)
        return None
    return BROWSER


def can_read(machine: Machine) -> bool:
    """Whether there is a Tesseract that knows every language we need."""
    if machine.which("tesseract") is None:
        return False
    return set(LANGUAGES) <= set(machine.execute(["tesseract", "--list-langs"], 30)[1].split())


def has_postgres(machine: Machine) -> bool:
    # Debian keeps the server's programs out of the PATH.
    places = ["sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb"]
    return machine.which("initdb") is not None or machine.execute(places, 30)[0] == 0


def has_erp(machine: Machine) -> bool:
    """Whether Debian's SQL-Ledger is installed, and what it runs on."""
    ask = ["dpkg-query", "--show", "--showformat=${db:Status-Status} ", *ERP.packages]
    status, printed = machine.execute(ask, 30)
    return status == 0 and set(printed.split()) == {"installed"}


def not_there(machine: Machine) -> Iterator[Missing]:
    """The programs that are missing now, before anything is tried."""
    if next(browsers(machine), None) is None:
        yield BROWSER
    if not can_read(machine):
        yield TESSERACT


def explain(machine: Machine, missing: Sequence[Missing]) -> str:
    """One message for all that is missing, with what to type on this system."""
    lines = [f"Clerkwork needs {one.what}." for one in missing]
    if machine.system == "Linux":
        lines += ["This account cannot install that by itself. On Debian or Ubuntu, type:"]
        packages = " ".join(package for one in missing for package in one.packages)
        lines += [f"    sudo apt-get update && sudo apt-get install {packages}"]
        if machine.which("apt-get") is None:
            lines += ["Other systems have packages of much the same names."]
    else:
        lines += [f"    {one.elsewhere.get(machine.system, one.what)}" for one in missing]
    lines += ["Then give the same command again."]
    return "\n".join(lines)


def set_up(machine: Machine, *, programs: bool, tests: bool = False, erp: bool = False) -> None:
    """Everything, or with `programs` off the Python packages alone; raises `NotReady`.

    With `tests` also the database that tests start for themselves, with `erp` the real ERP that
    some tests run against.
    """
    ensure_packages(machine, programs=programs)
    if programs:
        tried = [ensured(machine, DRIVER, driver_works), ensure_browser(machine)]
        tried.append(ensured(machine, TESSERACT, can_read))
        if tests:
            tried.append(ensured(machine, POSTGRES, has_postgres))
        if erp:
            tried.append(ensured(machine, ERP, has_erp))
        if missing := [one for one in tried if one is not None]:
            raise NotReady(explain(machine, missing))


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """One set-up at a time in a checkout, as two `make` may be started at once."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError):
            import fcntl

            (root / ".cache").mkdir(exist_ok=True)
            handle = stack.enter_context((root / ".cache" / "set-up.lock").open("w"))
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def newer_python(
    version: tuple[int, int], which: Callable[[str], str | None]
) -> tuple[str | None, str]:
    """Where the running Python is too old: another to use, or (None) what to say."""
    for minor in range(20, OLDEST[1] - 1, -1):
        if found := which(f"python3.{minor}"):
            return found, ""
    return None, (
        f"Clerkwork needs Python {OLDEST[0]}.{OLDEST[1]} or newer; "
        f"this is Python {version[0]}.{version[1]}.\n"
        "Debian 12 and Ubuntu 24.04 have it: sudo apt-get install python3 python3-venv"
    )


def main(arguments: Sequence[str]) -> int:
    if (version := sys.version_info[:2]) < OLDEST:
        found, message = newer_python(version, shutil.which)
        if found:
            return subprocess.call([found, __file__, *arguments])
        print(message, file=sys.stderr)
        return 1
    parser = argparse.ArgumentParser(description="Make this machine ready to run Clerkwork.")
    for name, told in OPTIONS.items():
        parser.add_argument(name, action="store_true", help=told)
    options = parser.parse_args(arguments)
    try:
        with alone(root := Path(__file__).resolve().parent.parent):
            wanted = {"tests": options.tests, "erp": options.erp}
            set_up(this_machine(root), programs=not options.packages_only, **wanted)
    except NotReady as why:
        print(why, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
