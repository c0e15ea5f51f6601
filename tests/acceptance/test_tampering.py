"""A few of the edits that `tampering.py` makes by the thousand are found, and named rightly."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def test_each_kind_of_edit_is_found_and_no_honest_history_is_blamed() -> None:
    script = Path(__file__).parent / "tampering.py"
    done = subprocess.run(
        [sys.executable, str(script), "--edits", "80", "--histories", "16", "--first", "800"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    counted = json.loads(done.stdout.splitlines()[-1])
    assert counted["found_and_named"] == counted["edits"] == 80
    assert counted["crashed_runs"] > 5
    assert counted["false_alarms"] == 0
