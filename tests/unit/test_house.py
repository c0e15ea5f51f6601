"""The house stands as it was drawn: layout, public surface, layers' small print, dependencies."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ENGINE = ("clerkwork", "robots", "tasks")
SIDE = ("tests", "benchmarks", "scripts")

# An auditor takes it along as one file.
CARRIED_ALONE = "clerkwork/adapters/evidence/standalone.py"
OWN = {*ENGINE, *SIDE}
# Declared, and imported by name nowhere: another library needs it to do what we ask of it.
WANTED_BY_OTHERS = {
    "python-multipart": "Starlette reads the portals' forms with it",
    "tzdata": "zoneinfo has no time zones of its own on Windows",
}
TOOLS = {
    "editables": "hatchling installs a checkout with it",
    "hatchling": "builds the wheel",
    "import-linter": "checks the layers",
    "mypy": "checks the types",
    "pymap": "is the IMAP server of a test, in a process of its own",
    "pandas-stubs": "pandas as mypy sees it",
    "pytest-timeout": "ends a test that hangs",
    "pytest-xdist": "runs tests on several cores",
    "ruff": "checks format and lint",
    "types-paramiko": "paramiko as mypy sees it",
}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> set[str]:
    """The modules that a file imports, at its top or later."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def third_party(*folders: str) -> set[str]:
    """Top-level modules that are neither ours nor the standard library's."""
    # Tests import what lies beside them by its bare name.
    siblings = {path.stem for path in sources("tests")} if "tests" in folders else set()
    tops = {name.partition(".")[0] for path in sources(*folders) for name in imported(path)}
    return tops - set(sys.stdlib_module_names) - OWN - siblings


def test_pytest_is_known_to_what_it_loads_itself_alone() -> None:
    knowing = [path for path in sources(*ENGINE) if "pytest" in imported(path)]
    assert knowing == [ROOT / "clerkwork" / "pytest_plugin.py"]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=!~\[; ]", line)[0]) for line in requirements}


def distributions(modules: set[str]) -> dict[str, set[str]]:
    known = packages_distributions()
    return {module: {canonical(name) for name in known.get(module, [])} for module in modules}


PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRA = declared(
    [
        *PROJECT["optional-dependencies"]["otel"],
        *PROJECT["optional-dependencies"]["print-house"],
    ]
)
RUNTIME = declared(PROJECT["dependencies"]) | EXTRA
DEVELOPMENT = declared(
    PROJECT["optional-dependencies"]["dev"] + PROJECT["optional-dependencies"]["bench"]
)


class TestLayout:
    def test_a_workspace_stands_beside_the_engine(self) -> None:
        for folder in ("robots", "tasks", "selectors", "config", "output", "clerkwork"):
            assert (ROOT / folder).is_dir(), folder

    def test_selectors_never_become_a_package(self) -> None:
        """As a package it shadows the standard library's `selectors`; subprocess dies of it."""
        assert not list((ROOT / "selectors").rglob("*.py"))

    @pytest.mark.parametrize("folder", ["robots", "tasks"])
    def test_robots_and_tasks_are_packages_with_nothing_in_their_init(self, folder: str) -> None:
        """Without one, any installed package of that name would win."""
        assert (ROOT / folder / "__init__.py").read_text(encoding="utf-8") == ""

    def test_every_folder_of_the_engine_is_a_package(self) -> None:
        for folder in {path.parent for path in sources("clerkwork")}:
            if "migrations" in folder.parts:
                continue  # Alembic reads these as files.
            assert (folder / "__init__.py").exists(), folder

    def test_no_module_is_asking_to_be_two(self) -> None:
        long = {
            str(path.relative_to(ROOT)): count
            for path in sources(*ENGINE, "benchmarks", "scripts")
            if str(path.relative_to(ROOT)) != CARRIED_ALONE
            and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
        }
        assert not long

    def test_every_module_says_what_it_is_for(self) -> None:
        silent = [
            str(path.relative_to(ROOT))
            for path in [
                *sources(*ENGINE, "benchmarks", "scripts"),
                *(ROOT / "tests").rglob("test_*.py"),
            ]
            if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(tree(path))
        ]
        assert not silent

    def test_names_of_test_files_are_unique(self) -> None:
        names = [path.name for path in sources("tests") if path.name.startswith("test_")]
        assert sorted(names) == sorted(set(names))

    def test_no_test_is_skipped_or_expected_to_fail(self) -> None:
        for path in sources("tests"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Attribute):
                    assert node.attr not in {"skip", "skipif", "xfail", "importorskip"}, path


class TestPublicSurface:
    def test_everything_exported_is_there_and_explained(self) -> None:
        clerkwork = importlib.import_module("clerkwork")
        assert list(clerkwork.__all__) == sorted(clerkwork.__all__)
        for name in clerkwork.__all__:
            thing = getattr(clerkwork, name)
            if inspect.isclass(thing) or inspect.isroutine(thing):
                assert thing.__doc__, f"{name} has no docstring"

    def test_a_workspace_imports_nothing_but_what_is_exported(self) -> None:
        exported = set(importlib.import_module("clerkwork").__all__)
        for path in sources("robots", "tasks"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ImportFrom) and node.module == "clerkwork":
                    assert {alias.name for alias in node.names} <= exported, path

    def test_help_answers_without_the_heavy_libraries(self) -> None:
        program = (
            "import sys\n"
            "from clerkwork.cli.app import app\n"
            "try:\n    app(['--help'])\nexcept SystemExit:\n    pass\n"
            "print(sorted({'pandas', 'playwright', 'RPA', 'altair', 'sqlalchemy', 'PIL', 'fastapi'}"
            " & set(sys.modules)))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "[]"


class TestCore:
    def test_core_asks_no_clock(self) -> None:
        for path in sources("clerkwork/core"):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    assert node.func.attr not in {"now", "utcnow", "today", "monotonic"}, path

    def test_core_opens_no_address(self) -> None:
        """Of urllib, `parse` is pure; import-linter cannot tell it from `request`."""
        for path in sources("clerkwork/core", "clerkwork/app"):
            assert not imported(path) & {"urllib.request", "http.client", "urllib"}, path

    def test_core_knows_few_strangers(self) -> None:
        allowed = {
            "babel",
            "cryptography",
            "holidays",
            "orjson",
            "phonenumbers",
            "rapidfuzz",
            "rfc8785",
            "schwifty",
            "stdnum",
        }
        # Where a million rows are looked at, columns pay.
        columns = {"numpy", "polars"}
        assert third_party("clerkwork/core") - columns <= allowed
        for path in sources("clerkwork/core"):
            if {name.partition(".")[0] for name in imported(path)} & columns:
                assert path.parent.name in {"matching", "references"}, path

    def test_the_engine_never_turns_an_exception_into_silence(self) -> None:
        """`except: pass` hides what somebody has to know; `contextlib.suppress` names it."""
        for path in sources(*ENGINE):
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.ExceptHandler):
                    silent = all(isinstance(line, ast.Pass) for line in node.body)
                    everything = isinstance(node.type, ast.Name) and node.type.id in (
                        "Exception",
                        "BaseException",
                    )
                    broad = node.type is None or everything
                    assert not (silent and broad), f"{path}:{node.lineno}"


class TestDependencies:
    def test_what_the_engine_imports_is_declared(self) -> None:
        # Whoever loads the plugin for pytest has pytest.
        for module, names in distributions(third_party(*ENGINE) - {"pytest"}).items():
            assert names & RUNTIME, f"{module} is imported but not declared in pyproject.toml"

    def test_what_is_declared_is_imported(self) -> None:
        used = set().union(*distributions(third_party(*ENGINE)).values())
        assert RUNTIME - used == set(WANTED_BY_OTHERS) & RUNTIME
        assert set(WANTED_BY_OTHERS) <= RUNTIME

    def test_what_tests_and_tools_import_is_declared(self) -> None:
        for module, names in distributions(third_party(*SIDE)).items():
            assert names & (RUNTIME | DEVELOPMENT), f"{module} is imported but not declared"

    def test_what_is_declared_for_development_is_used(self) -> None:
        used = set().union(*distributions(third_party(*SIDE)).values())
        assert DEVELOPMENT - used == set(TOOLS)

    def test_the_lock_holds_every_dependency_with_its_hashes(self) -> None:
        lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[a-z0-9])", lock)
        names = {canonical(entry.partition("==")[0]) for entry in entries}
        assert names >= RUNTIME | DEVELOPMENT
        assert all("--hash=sha256:" in entry for entry in entries)

    def test_the_lock_names_no_address_and_no_machine(self) -> None:
        lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
        for word in ("://", "--index-url", "--extra-index-url", "--find-links", "file:", " /"):
            assert word not in lock
