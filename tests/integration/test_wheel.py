"""The wheel carries the engine and a workspace to copy from, never what is its owner's."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PACKED = ("clerkwork", "robots", "tasks", "selectors", "config")
SECRET = "hunter2-of-the-bank"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the checkout in which a secret and a run's output lie about."""
    root = Path(__file__).resolve().parents[2]
    copy = tmp_path_factory.mktemp("checkout")
    for folder in PACKED:
        litter = shutil.ignore_patterns("__pycache__", "secrets*")
        shutil.copytree(root / folder, copy / folder, ignore=litter)
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(root / file, copy / file)
    (copy / "config" / "secrets.toml").write_text(f'pin = "{SECRET}"\n')
    (copy / "output" / "evidence").mkdir(parents=True)
    (copy / "output" / "evidence" / "record.json").write_text(SECRET)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "built"],
        cwd=copy,
        check=True,
        capture_output=True,
    )
    (built,) = (copy / "built").glob("*.whl")
    return built


def test_the_wheel_holds_the_engine_and_a_workspace_to_start_from(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "clerkwork/errors.py" in names
    assert "clerkwork/starter/robots/__init__.py" in names
    assert "clerkwork/starter/selectors/kantoor_erp.toml" in names
    assert "clerkwork/workspace/templates/robot.py.tmpl" in names
    assert "clerkwork/adapters/browser/recorder.js" in names
    assert "clerkwork/pytest_plugin.py" in names
    assert any(name.startswith("clerkwork/starter/config/") for name in names)
    tops = {name.partition("/")[0] for name in names}
    assert tops == {"clerkwork", "clerkwork-0.1.0.dist-info"}


def test_no_secret_and_no_output_is_packed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        assert not [name for name in packed.namelist() if "config/secret" in name]
        assert not [name for name in packed.namelist() if SECRET.encode() in packed.read(name)]


def test_a_fresh_workspace_comes_out_of_the_wheel(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(installed)
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.argv = ['clerkwork', 'init', 'office']\n"
        "import clerkwork; assert clerkwork.__file__.startswith(sys.path[0])\n"
        "from clerkwork.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(installed)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = {path.name for path in (tmp_path / "office").iterdir()}
    assert {"robots", "tasks", "selectors", "config", "output"} <= made
    assert (tmp_path / "office" / "selectors" / "kantoor_erp.toml").is_file()
