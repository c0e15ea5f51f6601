"""The line of a key is found wherever it may stand in a TOML file."""

from __future__ import annotations

import pytest

from clerkwork.workspace.lines import line_of

FILE = """\
# name = "not this one"
name = "House"
'quoted' = 1
owner.mail = "a@b.example"
[journeys.hours]
start = 1

[[steps]]
name = "one"
[steps.texts]
subject = "x"

[[steps]]
name = "two"
columns = { number = "Nr" }
  [[ steps.ways ]]
  name = "mail"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted",), 3),
        (("owner", "mail"), 4),
        (("journeys", "hours"), 5),
        (("journeys", "hours", "start"), 6),
        (("steps", 0, "name"), 9),
        (("steps", 0, "texts", "subject"), 11),
        (("steps", 1, "name"), 14),
        (("steps", 1, "columns", "number"), 15),
        (("steps", 1, "ways", 0, "name"), 17),
        (("steps", 1, "missing"), 13),
        (("steps",), 8),
        (("nothing", "of", "it"), 0),
        ((), 0),
    ],
)
def test_a_key_has_its_line_or_that_of_its_table(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(FILE, path) == line
