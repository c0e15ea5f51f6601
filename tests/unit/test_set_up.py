"""Set-up makes a bare machine ready, and says what to type where it may not."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from scripts import set_up


@dataclass
class Bench:
    """A machine on the bench: what is on it, what may be done on it, and what was done."""

    root: Path
    programs: set[str] = field(default_factory=set)
    languages: str = "eng nld osd"
    superuser: bool = False
    sudo_asks: bool = True
    apt_fails: bool = False
    pip_fails: bool = False
    ensurepip: bool = True
    libatomic: bool = True
    done: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def execute(self, command: Sequence[str], seconds: float) -> tuple[int, str]:
        line = " ".join(command).replace(str(self.root), "ROOT")
        self.done.append(line)
        if "apt-get install" in line:
            return self.apt(line)
        if line == "sudo -n true":
            return (1 if self.sudo_asks else 0), ""
        if "-m venv" in line:
            return self.venv()
        if "pip" in line and " install " in line and self.pip_fails:
            return 1, "no route to host"
        if line.endswith("-m pip --version"):
            return (0 if (self.root / ".venv/bin/python").exists() else 127), ""
        if line.endswith("playwright install chromium"):
            return 1, "ENOTFOUND"
        if line.endswith("driver/node --version"):
            return (0, "v24") if self.libatomic else (127, "libatomic.so.1: cannot open")
        if line == "tesseract --list-langs":
            return 0, self.languages
        if line.startswith("sh -c ls /usr/lib/postgresql"):
            return (0 if "postgresql" in self.programs else 2), ""
        if line.startswith("dpkg-query"):
            return (0, "installed " * 3) if "sql-ledger" in self.programs else (1, "")
        return 0, ""

    def apt(self, line: str) -> tuple[int, str]:
        if self.apt_fails:
            return 100, "E: Unable to locate package"
        if "chromium" in line:
            self.programs.add("chromium")
        if "tesseract" in line:
            self.programs.add("tesseract")
            self.languages = "eng nld osd"
        if line.endswith(" postgresql"):
            self.programs.add("postgresql")
        if "sql-ledger" in line:
            self.programs.add("sql-ledger")
        self.ensurepip = True
        self.libatomic = True
        return 0, ""

    def venv(self) -> tuple[int, str]:
        if not self.ensurepip:
            return 1, "ensurepip is not available"
        python = self.root / ".venv/bin/python"
        node = self.root / ".venv/lib/python3.11/site-packages/playwright/driver/node"
        for program in (python, node):
            program.parent.mkdir(parents=True, exist_ok=True)
            program.touch()
        return 0, ""

    def machine(self, **environ: str) -> set_up.Machine:
        return set_up.Machine(
            root=self.root,
            home=self.root / "home",
            system="Linux",
            environ=environ,
            which=lambda name: f"/usr/bin/{name}" if name in self.programs else None,
            execute=self.execute,
            superuser=self.superuser,
            say=self.said.append,
        )

    def run(self, **environ: str) -> list[str]:
        """Set up everything; the commands that it took."""
        self.done.clear()
        set_up.set_up(self.machine(**environ), programs=True)
        return list(self.done)


@pytest.fixture
def bench(tmp_path: Path) -> Callable[..., Bench]:
    def make(*programs: str, **facts: bool | str) -> Bench:
        (tmp_path / "scripts").mkdir(exist_ok=True)
        for name in set_up.STAMPED:
            (tmp_path / name).write_text(name)
        return Bench(root=tmp_path, programs=set(programs), **facts)  # type: ignore[arg-type]

    return make


def test_a_bare_machine_is_made_ready_by_root(bench: Callable[..., Bench]) -> None:
    bare = bench("apt-get", superuser=True, ensurepip=False)
    done = "\n".join(bare.run())
    assert (
        f"apt-get install -y -q --no-install-recommends python3.{sys.version_info[1]}-venv" in done
    )
    assert (
        "pip --disable-pip-version-check --no-input install -q --no-deps --require-hashes" in done
    )
    assert "playwright install chromium" in done
    assert "--no-install-recommends chromium fonts-liberation" in done
    assert "tesseract-ocr-nld" in done
    assert "sudo" not in done


def test_a_second_call_installs_nothing(bench: Callable[..., Bench]) -> None:
    ready = bench("google-chrome", "tesseract")
    ready.run()
    again = [line.rpartition("/")[2] for line in ready.run()]
    assert again == ["node --version", "tesseract --list-langs"]


@pytest.mark.parametrize("name", set_up.STAMPED)
def test_a_change_of_what_was_installed_installs_again(
    bench: Callable[..., Bench], name: str
) -> None:
    ready = bench("google-chrome", "tesseract")
    ready.run()
    (ready.root / name).write_text("changed")
    assert any("--require-hashes" in line for line in ready.run())


def test_an_installation_that_failed_is_not_taken_for_done(bench: Callable[..., Bench]) -> None:
    unlucky = bench("google-chrome", "tesseract", pip_fails=True)
    with pytest.raises(set_up.NotReady, match="no route to host"):
        unlucky.run()
    unlucky.pip_fails = False
    assert any("--require-hashes" in line for line in unlucky.run())


def test_an_installed_browser_is_used_and_none_is_fetched(bench: Callable[..., Bench]) -> None:
    done = bench("microsoft-edge", "tesseract").run()
    assert not any("playwright install" in line for line in done)


def test_playwrights_own_browser_is_found_newest_first(bench: Callable[..., Bench]) -> None:
    ready = bench()
    for build in ("chromium-1200", "chromium-1255"):
        chrome = ready.root / "kept" / build / "chrome-linux64" / "chrome"
        chrome.parent.mkdir(parents=True)
        chrome.touch()
    machine = ready.machine(PLAYWRIGHT_BROWSERS_PATH=str(ready.root / "kept"))
    assert [Path(path).parts[-3] for path in set_up.browsers(machine)] == [
        "chromium-1255",
        "chromium-1200",
    ]


def test_without_root_one_message_says_all_there_is_to_type(bench: Callable[..., Bench]) -> None:
    plain = bench("apt-get", "sudo")
    with pytest.raises(set_up.NotReady) as refused:
        plain.run()
    assert (
        "sudo apt-get install chromium fonts-liberation "
        "tesseract-ocr tesseract-ocr-nld tesseract-ocr-eng" in str(refused.value)
    )
    assert not any("apt-get install" in line for line in plain.done)


def test_without_root_the_missing_venv_package_is_named(bench: Callable[..., Bench]) -> None:
    with pytest.raises(set_up.NotReady) as refused:
        bench("apt-get", ensurepip=False).run()
    assert re.search(
        r"sudo apt-get install python3\.\d+-venv chromium fonts-liberation tesseract-ocr",
        str(refused.value),
    )


def test_the_library_that_playwrights_driver_lacks_is_installed(
    bench: Callable[..., Bench],
) -> None:
    minimal = bench("apt-get", "chromium", "tesseract", superuser=True, libatomic=False)
    assert any(line.endswith(" libatomic1") for line in minimal.run())
    plain = bench("apt-get", "chromium", "tesseract", libatomic=False)
    with pytest.raises(set_up.NotReady, match="sudo apt-get install libatomic1"):
        plain.run()


@pytest.mark.parametrize(
    ("system", "hint"), [("Darwin", "brew install tesseract"), ("Windows", "docs/windows-macos.md")]
)
def test_other_systems_are_told_in_their_own_words(
    bench: Callable[..., Bench], system: str, hint: str
) -> None:
    machine = dataclasses.replace(bench().machine(), system=system)
    said = set_up.explain(machine, list(set_up.not_there(machine)))
    assert hint in said
    assert "apt-get" not in said


def test_sudo_that_asks_nothing_is_used(bench: Callable[..., Bench]) -> None:
    done = bench("apt-get", "sudo", "google-chrome", sudo_asks=False).run()
    assert any(line.startswith("sudo -n apt-get install") for line in done)


def test_tesseract_without_dutch_is_completed(bench: Callable[..., Bench]) -> None:
    done = bench("apt-get", "chromium", "tesseract", superuser=True, languages="eng").run()
    assert any("tesseract-ocr-nld" in line for line in done)


def test_apt_that_fails_ends_in_the_message(bench: Callable[..., Bench]) -> None:
    broken = bench("apt-get", superuser=True, apt_fails=True)
    with pytest.raises(set_up.NotReady, match="Clerkwork needs a browser"):
        broken.run()
    assert any("Unable to locate package" in line for line in broken.said)


def test_the_database_of_the_tests_is_installed_only_for_tests(bench: Callable[..., Bench]) -> None:
    bare = bench("apt-get", "chromium", "tesseract", superuser=True)
    assert not any("postgresql" in line for line in bare.run())
    for _ in range(2):
        set_up.set_up(bare.machine(), programs=True, tests=True)
    assert sum("apt-get install" in line for line in bare.done) == 1
    named = bench("apt-get", "chromium", "tesseract").machine()
    with pytest.raises(set_up.NotReady, match="sudo apt-get install postgresql"):
        set_up.set_up(named, programs=True, tests=True)


def test_the_real_erp_is_installed_only_when_it_is_asked_for(bench: Callable[..., Bench]) -> None:
    bare = bench("apt-get", superuser=True)
    assert "sql-ledger" not in "\n".join(bare.run())
    set_up.set_up(bare.machine(), programs=True, erp=True)
    assert bare.done[-2].endswith("--no-install-recommends sql-ledger lighttpd postgresql")
    bare.done.clear()
    set_up.set_up(bare.machine(), programs=True, erp=True)
    assert "apt-get" not in "\n".join(bare.done)


def test_without_root_the_real_erp_is_named(bench: Callable[..., Bench]) -> None:
    machine = bench("apt-get", "chromium", "tesseract").machine()
    with pytest.raises(set_up.NotReady, match="apt-get install sql-ledger lighttpd postgresql"):
        set_up.set_up(machine, programs=True, erp=True)


def test_an_old_python_gives_way_to_a_newer_one_or_says_what_is_needed() -> None:
    newer = {"python3.12": "/usr/bin/python3.12"}
    assert set_up.newer_python((3, 9), newer.get) == ("/usr/bin/python3.12", "")
    found, message = set_up.newer_python((3, 9), lambda name: None)
    assert found is None
    assert message.startswith("Clerkwork needs Python 3.11 or newer; this is Python 3.9.")


def test_a_command_that_hangs_counts_as_failed() -> None:
    status, printed = set_up.execute([sys.executable, "-c", "import time; time.sleep(60)"], 0.5)
    assert (status, printed) == (124, "no answer within 0.5 seconds")


def test_a_program_that_is_not_there_counts_as_failed(tmp_path: Path) -> None:
    assert set_up.execute([str(tmp_path / "no-such-program")], 5)[0] == 127
