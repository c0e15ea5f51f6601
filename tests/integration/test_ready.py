"""What attempts are forked from has everything ready, and nothing open that a fork would share."""

from __future__ import annotations

import subprocess
import sys

LOOK = """
import sys, threading
import clerkwork.bootstrap.ready
assert threading.active_count() == 1, threading.enumerate()
had = set(sys.modules)
from clerkwork.bootstrap.attempt import attempt
import RPA.Excel.Files, pandas, holidays, playwright.sync_api, mt940
from clerkwork import *
assert set(sys.modules) == had, set(sys.modules) - had
assert not any(name.split(".")[0] in ("robots", "tasks") for name in sys.modules)
"""

REPORT = """
import sys
from clerkwork.adapters.report.ahead import make_ready
from clerkwork.adapters.report.charts import rules_chart
from clerkwork.core.money import Money
from clerkwork.core.report import RuleLine
make_ready(workbook=False)
rules_chart([RuleLine(rule="reference", outcome="settled", lines=1, amount=Money(1, "EUR"))])
heavy = {"RPA", "altair", "openpyxl", "pandas", "vl_convert"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def test_it_has_the_heavy_libraries_no_thread_and_no_workspace() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_report_without_a_workbook_needs_none_of_the_heavy_libraries() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REPORT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
