"""Experiments as the back office sets them: what comes along, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspaces import change, fresh

from clerkwork.core.experiments import Arm
from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config

EXAMPLE = """
[[experiments]]
name = "plain words first"
question = "Do plain words bring more households to pay?"
segment = "everybody else"
steps = ["friendly reminder"]
days = 7
expected = 0.40
difference = 0.05

[[experiments.arms]]
name = "as it is"

[[experiments.arms]]
name = "other"
tone = "plain"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def declare(root: Path, old: str = "", new: str = "") -> None:
    assert old in EXAMPLE
    (root / "config" / "experiments.toml").write_text(EXAMPLE.replace(old, new, 1))


def refusal(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    return str(caught.value)


def test_nothing_is_tried_out_as_it_comes_and_without_the_file(root: Path) -> None:
    assert read_config(root).experiments.experiments == ()
    (root / "config" / "experiments.toml").unlink()
    assert read_config(root).experiments.experiments == ()


def test_the_example_that_comes_along_can_be_had(root: Path) -> None:
    """Every line of it that is one, without its mark."""
    file = root / "config" / "experiments.toml"
    lines = file.read_text().split("#\n", 1)[1].splitlines()
    begins = next(n for n, line in enumerate(lines) if line == "# [[experiments]]")
    file.write_text("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines[begins:]))
    (found,) = read_config(root).experiments.experiments
    assert (found.segment, found.steps, found.looks) == (
        "everybody else",
        ("friendly reminder",),
        3,
    )
    assert found.arms == (Arm(name="as it is"), Arm(name="plain words", tone="plain"))


def test_it_says_how_many_it_takes(root: Path) -> None:
    declare(root)
    (found,) = read_config(root).experiments.experiments
    assert found.sizes[-1] > 1500


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            '"everybody else"',
            '"everybody"',
            "config/segments.toml lacks. Did you mean 'everybody e",
        ),
        ('"friendly reminder"', '"freindly reminder"', "Did you mean 'friendly reminder'?"),
        ('tone = "plain"', 'tone = "plian"', "tone is 'plian', which config/texts/"),
        ('tone = "plain"', 'channels = ["sms"]', "of which config/channels.toml sets up none"),
        ('tone = "plain"', 'channels = ["fax"]', "channels must be of"),
        ('tone = "plain"', "after = 12", "stand in the order of `after`"),
        ('tone = "plain"', "gap = 0", "nobody is contacted twice a day"),
        ('tone = "plain"', 'offers = ["cash"]', "offers must be of code, link, or none"),
        ('tone = "plain"', "notice = false", "notice"),
        ('tone = "plain"', "", "'other' changes nothing"),
        ("difference = 0.05", "difference = 0.05\npower = 0.2", "expected 0.8 to 0.99"),
        ("days = 7", 'days = "7"', "expected a whole number"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    root: Path, old: str, new: str, said: str
) -> None:
    declare(root, old, new)
    told = refusal(root)
    assert said in told
    assert told.startswith("config/experiments.toml")


def test_an_arm_leads_to_collection_no_sooner_than_its_journey(root: Path) -> None:
    """All contacts over one channel are too few ways, for an arm as for a journey."""
    steps = (
        'steps = ["friendly reminder", "second reminder", "third reminder", "formal notice", '
        '"last notice"]'
    )
    declare(root, 'steps = ["friendly reminder"]', steps)
    change(root, "config/experiments.toml", 'tone = "plain"', 'channels = ["mail"]')
    assert "whose journey 'consumer' would not hold" in refusal(root)
    assert "over more than one channel" in refusal(root)


def test_an_arm_by_channels_of_which_one_is_not_set_up_goes_by_one_alone(root: Path) -> None:
    steps = (
        'steps = ["friendly reminder", "second reminder", "third reminder", "formal notice", '
        '"last notice"]'
    )
    declare(root, 'steps = ["friendly reminder"]', steps)
    change(root, "config/experiments.toml", 'tone = "plain"', 'channels = ["mail", "whatsapp"]')
    assert "whose contacts all go by mail" in refusal(root)
