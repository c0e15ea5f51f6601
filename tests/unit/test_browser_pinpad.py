"""The PIN pad where Tesseract, which reads it, is not there or does not work."""

from __future__ import annotations

import os
from pathlib import Path

from warm import run

PROGRAM = """
from clerkwork.adapters.browser.pinpad import read_digits
from clerkwork.demo.polder.pinpad import make_pinpad
from clerkwork.errors import ProgramMissing
pad = make_pinpad()
try:
    print(read_digits(list(pad.pictures.values()), "the pad") == tuple(pad.digits.values()))
except ProgramMissing as error:
    print(error)
"""


def read(folder: Path, *programs: Path) -> str:
    """What became of reading a pad where these folders alone hold programs."""
    env = {**os.environ, "PATH": os.pathsep.join(map(str, programs))}
    done = run((), folder, env, patience=120, program=PROGRAM)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_without_tesseract_it_is_said_how_to_install_it(tmp_path: Path) -> None:
    assert read(tmp_path, tmp_path).endswith("apt-get install tesseract-ocr")


def test_a_tesseract_that_fails_is_told_with_what_it_says(tmp_path: Path) -> None:
    broken = tmp_path / "tesseract"
    broken.write_text("#!/bin/sh\necho 'Error opening data file eng.traineddata' >&2\nexit 1\n")
    broken.chmod(0o755)
    said = read(tmp_path, tmp_path)
    assert "failed with status 1: Error opening data file eng.traineddata" in said
