"""Robots, tasks and selectors of a workspace are checked before anything starts."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from workspaces import change, fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace import make_workspace, open_workspace


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A workspace that leaves nothing behind in this process."""
    path, modules = list(sys.path), dict(sys.modules)
    yield fresh(tmp_path)
    sys.path[:] = path
    for name in [n for n in sys.modules if n.partition(".")[0] in ("robots", "tasks")]:
        del sys.modules[name]
    sys.modules.update({n: m for n, m in modules.items() if n not in sys.modules})


def refusal(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        open_workspace(root)
    return str(caught.value)


def test_a_workspace_is_found_from_a_folder_inside_it(root: Path) -> None:
    place = open_workspace(root / "config" / "texts")
    assert place.root == root
    assert "daily_round" in place.tasks
    assert set(place.robots) == {"kantoor_erp", "polder_bank", "sql_ledger"}


def test_a_folder_that_is_no_workspace_is_told(tmp_path: Path) -> None:
    said = refusal(tmp_path)
    assert said.startswith(f"{tmp_path} is no workspace")
    assert "clerkwork init DIR" in said


def test_an_unknown_task_is_met_with_the_one_that_was_meant(root: Path) -> None:
    with pytest.raises(ConfigError, match=r"no task 'daily_roud'\. Did you mean 'daily_round'\?"):
        open_workspace(root).task("daily_roud")


class TestPictures:
    def add(self, root: Path, image: bytes) -> None:
        change(root, "selectors/polder_bank.toml", "[accounts]", "[accounts]\nx = 'image=x.png'")
        folder = root / "selectors" / "polder_bank"
        folder.mkdir()
        (folder / "x.png").write_bytes(image)

    def test_one_lies_in_the_folder_of_its_portal(self, root: Path) -> None:
        image = b"\x89PNG\r\n\x1a\n..."
        self.add(root, image)
        assert open_workspace(root).selectors["polder_bank"].images == {"x.png": image}

    @pytest.mark.parametrize(
        ("image", "words"), [(b"GIF89a", "no PNG"), (b"x" * 300_000, "larger than 256 kB")]
    )
    def test_one_that_is_none_is_told(self, root: Path, image: bytes, words: str) -> None:
        self.add(root, image)
        said = refusal(root)
        assert said.startswith("selectors/polder_bank/x.png is")
        assert words in said


class TestSelectors:
    def test_one_that_a_robot_uses_is_there(self, root: Path) -> None:
        change(root, "selectors/polder_bank.toml", "first =", "frist =")
        said = refusal(root)
        assert said.startswith("selectors/polder_bank.toml has no 'download.first', which")
        assert "robots/polder_bank.py, line " in said
        assert "Did you mean 'frist'?" in said

    def test_one_that_is_handed_on_by_a_method_of_the_robot_is_there(self, root: Path) -> None:
        change(root, "selectors/kantoor_erp.toml", "receipt = ", "recipt = ")
        assert "has no 'menu.receipt'" in refusal(root)

    def test_one_that_every_robot_uses_to_sign_in_is_there(self, root: Path) -> None:
        change(root, "selectors/kantoor_erp.toml", "password = ", "pasword = ")
        assert "has no 'login.password', which clerkwork's robot.py" in refusal(root)

    def test_one_that_is_overridden_is_not_asked_for(self, root: Path) -> None:
        """The bank signs in otherwise, and has no `login.password`."""
        assert "password" not in (root / "selectors" / "polder_bank.toml").read_text()
        open_workspace(root)

    def test_one_whose_name_is_made_while_it_runs_has_a_section(self, root: Path) -> None:
        change(root, "robots/polder_bank.py", 'f"download.{', 'f"downlod.{')
        assert "has no section [downlod]" in refusal(root)

    def test_a_column_that_a_robot_reads_is_there(self, root: Path) -> None:
        change(root, "selectors/kantoor_erp.toml", "terms = ", "trms = ")
        assert "has no column 'terms' in section [debtors]" in refusal(root)

    def test_a_column_that_fills_a_field_is_there(self, root: Path) -> None:
        change(root, "selectors/kantoor_erp.toml", "placed = ", "plced = ")
        said = refusal(root)
        assert "has no column 'placed' in section [orders]" in said
        assert "Did you mean 'plced'?" in said

    def test_a_table_has_rows(self, root: Path) -> None:
        change(root, "robots/kantoor_erp.py", 'rows("find_order")', 'rows("decision")')
        assert "has no 'rows' in section [decision]" in refusal(root)

    def test_a_file_for_each_robot(self, root: Path) -> None:
        (root / "selectors" / "polder_bank.toml").unlink()
        assert refusal(root).startswith("selectors/polder_bank.toml is missing: ")

    def test_a_broken_file_is_told_with_its_line(self, root: Path) -> None:
        file = root / "selectors" / "polder_bank.toml"
        lines = len(file.read_text().splitlines())
        file.write_text(file.read_text() + "[login\n")
        assert refusal(root).startswith(f"selectors/polder_bank.toml, line {lines + 1}: this is")

    def test_a_selector_of_no_sense_is_told_with_its_key(self, root: Path) -> None:
        file = root / "selectors" / "polder_bank.toml"
        file.write_text(file.read_text() + "\n[extra]\nsave = 5\n")
        assert "section [extra], key 'save': expected a selector" in refusal(root)

    def test_the_folder_never_becomes_a_package(self, root: Path) -> None:
        (root / "selectors" / "__init__.py").write_text("")
        assert refusal(root).startswith("selectors/__init__.py must not be there")


class TestRobots:
    def test_a_syntax_error_is_told_with_its_line(self, root: Path) -> None:
        file = root / "robots" / "polder_bank.py"
        lines = len(file.read_text().splitlines())
        file.write_text(file.read_text() + "def broken(:\n")
        assert refusal(root).startswith(f"robots/polder_bank.py, line {lines + 1} cannot be")

    @pytest.mark.parametrize(
        ("line", "told"),
        [("import nonsuch", "No module named 'nonsuch'"), ("raise SystemExit(0)", "SystemExit")],
    )
    def test_one_that_cannot_be_imported_is_told(self, root: Path, line: str, told: str) -> None:
        change(root, "robots/polder_bank.py", "_FORMATS", f"{line}\n_FORMATS")
        said = refusal(root)
        assert said.startswith("robots/polder_bank.py, line ")
        assert told in said

    def test_two_of_one_name(self, root: Path) -> None:
        shutil.copy(root / "robots" / "polder_bank.py", root / "robots" / "other.py")
        wanted = "robot 'polder_bank' stands in robots/other.py and in robots/polder_bank.py"
        assert refusal(root).startswith(wanted)

    @pytest.mark.parametrize("part", ["robots", "tasks"])
    def test_the_folder_is_a_package(self, root: Path, part: str) -> None:
        (root / part / "__init__.py").unlink()
        assert refusal(root).startswith(f"{part}/__init__.py is missing: ")

    def test_a_portal_that_no_robot_drives(self, root: Path) -> None:
        change(root, "config/portals.toml", "[polder_bank]", "[polder_bnk]")
        said = refusal(root)
        assert "there is no robot 'polder_bnk'" in said
        assert "Did you mean 'polder_bank'?" in said


class TestTasks:
    @pytest.mark.parametrize(
        ("schedule", "told"),
        [
            ("0 6 * * 1-5", "the weekday is '1-5'; expected a name such as mon"),
            ("61 6 * * mon-fri", "the minute is '61'; expected a number from 0 to 59"),
            ("0 24 * * *", "the hour is '24'"),
            ("0 6 9-3 * *", "the day is '9-3'"),
            ("0 6 * Foo *", "the month is 'foo'"),
            ("0 6 *", "minute hour day month weekday"),
        ],
    )
    def test_a_schedule_that_no_clock_keeps(self, root: Path, schedule: str, told: str) -> None:
        change(root, "tasks/daily_round.py", "0 6 * * mon-fri", schedule)
        said = refusal(root)
        assert said.startswith("tasks/daily_round.py")
        assert told in said

    @pytest.mark.parametrize("schedule", ["*/15 6-18 1,15 jan-mar,oct mon-fri", "5/10 0 31 12 *"])
    def test_a_schedule_that_a_clock_keeps(self, root: Path, schedule: str) -> None:
        change(root, "tasks/daily_round.py", "0 6 * * mon-fri", schedule)
        assert open_workspace(root).task("daily_round").schedule == schedule

    def test_a_calendar_of_no_country(self, root: Path) -> None:
        change(root, "tasks/daily_round.py", 'calendar="NL"', 'calendar="Holland"')
        assert "calendar is 'Holland'" in refusal(root)

    def test_two_of_one_name(self, root: Path) -> None:
        shutil.copy(root / "tasks" / "remind_debtors.py", root / "tasks" / "zz.py")
        assert refusal(root).startswith("task 'remind_debtors' stands in tasks/remind_debtors.py")


class TestStarter:
    def test_a_folder_that_holds_something_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine.txt").write_text("mine")
        with pytest.raises(ConfigError, match="is not empty"):
            make_workspace(tmp_path)
        assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]

    def test_a_file_of_that_name_is_left_alone(self, tmp_path: Path) -> None:
        (tmp_path / "mine").write_text("mine")
        with pytest.raises(ConfigError, match="is not empty"):
            make_workspace(tmp_path / "mine")
        assert (tmp_path / "mine").read_text() == "mine"

    def test_it_carries_no_secret_and_nothing_compiled(self, root: Path) -> None:
        assert not [*root.rglob("secrets*"), *root.rglob("__pycache__"), *root.rglob("*.pyc")]
        assert "output/" in (root / ".gitignore").read_text()
