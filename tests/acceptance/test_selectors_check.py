"""A portal walked through, reading only: which selectors stand, which broke, and pictures of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from acme_bench import Bench, acme_bench
from PIL import Image

from clerkwork.testing_portal import Portals
from clerkwork.workspace.new_robot import UNKNOWN, make_robot

SELECTORS = "selectors/acme_erp.toml"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with acme_bench(tmp_path) as opened:
        yield opened


def checked(bench: Bench, *words: str, status: int) -> dict[str, Any]:
    done = bench.office.run("selectors", "check", "acme_erp", "--json", *words)
    assert done.returncode == status, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def standing(told: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["status"] for each in told["selectors"]}


def test_what_the_reading_verbs_use_is_found_and_shown_in_pictures(bench: Bench) -> None:
    told = checked(bench, "--method", "open_items", "--method", "find_receipt CW-OLD", status=0)
    found = standing(told)
    for name in ("login.password", "open_items.menu", "open_items.columns", "open_items.total"):
        assert found[name] == "found"
    assert found["find.rows"] == "found"
    assert told["reached"] == sum(each != "not reached" for each in found.values())
    assert found["receipt.paid"] == "not reached"
    assert set(told["verbs"].values()) == {"ok"}
    assert [Path(picture).stem for picture in told["pictures"]] == ["login", "open_items", "find"]
    for picture in told["pictures"]:
        with Image.open(picture) as opened:
            assert opened.width > 1100
            assert opened.height == 800
    assert bench.acme.ask("SELECT count(*) FROM receipts") == [(1,)]
    assert not (bench.office.output / "clerkwork.db").exists()


def test_by_itself_it_looks_up_a_receipt_and_tells_what_it_left_out(bench: Bench) -> None:
    robot = "robots/acme_erp.py"
    bench.write(
        robot,
        "    def find_receipt(",
        "    def one_item(self, number):\n        return number\n\n    def find_receipt(",
    )
    told = checked(bench, status=0)
    assert told["verbs"] == {"sign_in": "ok", "open_items": "ok", "find_receipt CW-0": "ok"}
    assert standing(told)["find.menu"] == "found"
    assert told["skipped"] == ["one_item NUMBER"]
    said = " ".join(bench.office.done("selectors", "check", "acme_erp").split())
    assert f"{told['reached']} of {len(told['selectors'])} selectors were reached" in said
    assert '--method "one_item NUMBER"' in said
    assert "clerkwork try acme_erp fill_receipt" in said


def test_what_is_lost_and_what_is_there_twice_are_told_apart(bench: Bench) -> None:
    bench.write(SELECTORS, "text=Open items", "css=nav a")
    told = checked(bench, status=1)
    assert standing(told)["open_items.menu"] == "ambiguous"
    bench.write(SELECTORS, "css=nav a", "text=Open posts")
    told = checked(bench, status=1)
    assert standing(told)["open_items.menu"] == "lost"
    assert standing(told)["open_items.rows"] == "not reached"
    assert "open_items.menu (text=Open posts)" in told["verbs"]["open_items"]
    said = bench.office.run("selectors", "check", "acme_erp")
    assert said.returncode == 1
    assert "1 lost" in said.stdout


def test_a_heading_that_is_gone_is_told_of_its_table(bench: Bench) -> None:
    bench.write(SELECTORS, 'due = "Due"', 'due = "Due date"')
    found = standing(checked(bench, status=1))
    assert found["open_items.columns"] == "lost"
    assert found["open_items.rows"] == "found"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The robot that `clerkwork new robot` writes, and the pages that it reads."""

    bench: Bench
    pages: Path

    def change(self, page: str, old: str, new: str) -> None:
        """Change a page of the portal."""
        file = self.pages / f"{page}.html"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")

    def check(self, *, status: int = 0) -> dict[str, Any]:
        done = self.bench.office.run("selectors", "check", "vreeland", "--json")
        assert done.returncode == status, done.stderr
        told: dict[str, Any] = json.loads(done.stdout)
        return told


@pytest.fixture
def skeleton(bench: Bench, portal: Portals) -> Skeleton:
    root = bench.office.folder
    make_robot(root, "vreeland")
    pages = root / "tests" / "pages" / "vreeland"
    address = portal(pages, after={"/login": "home"}).address
    bench.write("config/portals.toml", UNKNOWN, address)
    bench.office.keep({"vreeland.user": "clerk", "vreeland.password": "geheim"})
    made = Skeleton(bench, pages)
    made.check()
    return made


def pictured(picture: object, colour: tuple[int, int, int]) -> bool:
    """Whether a picture has this colour on more than a few pixels."""
    with Image.open(str(picture)) as opened:
        near = [
            count
            for count, each in opened.convert("RGB").getcolors(opened.width * opened.height) or ()
            if isinstance(each, tuple)
            and max(abs(a - b) for a, b in zip(each, colour, strict=True)) < 30
        ]
    return sum(near) > 100


ORANGE, RED, LIME = (190, 110, 0), (200, 0, 0), (0, 255, 0)


def test_what_was_healed_is_told_and_proposed(skeleton: Skeleton) -> None:
    for page in ("home", "items"):
        skeleton.change(page, "Open items</a>", "Open posts</a>")
    skeleton.change("items", "<th>Balance", "<th>Outstanding")
    told = skeleton.check()
    assert standing(told)["open_items.menu"] == "healed"
    assert standing(told)["open_items.columns"] == "healed"
    assert standing(told)["open_items.rows"] == "found"
    (picture,) = (each for each in told["pictures"] if "open_items" in each)
    assert pictured(picture, ORANGE)
    assert "open_items.menu" in skeleton.bench.office.done("selectors", "review", "list")


def test_a_table_that_is_found_elsewhere_is_told_of_its_rows(skeleton: Skeleton) -> None:
    skeleton.change("items", 'table id="items"', 'table id="grid7"')
    told = skeleton.check()
    assert standing(told)["open_items.rows"] == "healed"
    assert standing(told)["open_items.columns"] == "found"
    assert "open_items.rows" in skeleton.bench.office.done("selectors", "review", "list")


def test_a_total_that_is_gone_is_told_of_the_total(skeleton: Skeleton) -> None:
    skeleton.change("items", "<p><span>Total</span> <b>1.245,06</b></p>", "")
    found = standing(skeleton.check(status=1))
    assert found["open_items.total"] == "lost"
    assert found["open_items.columns"] == "found"
    assert found["open_items.rows"] == "found"


def test_the_picture_of_then_shows_the_thing_on_its_own_page(skeleton: Skeleton) -> None:
    skeleton.change("items", "<b>1.245", '<b style="background:#0f0;padding:9px 60px">1.245')
    folder = skeleton.bench.office.output / "selectors"
    for file in folder.glob("vreeland*"):
        shutil.rmtree(file) if file.is_dir() else file.unlink()
    skeleton.check()
    skeleton.change("items", "<span>Total</span>", "<span>Sum</span>")
    skeleton.change("items", "background:#0f0;", "")
    skeleton.check()
    (proposal,) = (folder / "proposals").glob("*.json")
    assert json.loads(proposal.read_text())["name"] == "open_items.total"
    with Image.open(proposal.with_name(f"{proposal.stem}-then.jpg")) as then:
        rows = then.convert("RGB")
    then_at = [(x, y) for x in range(300) for y in range(300) if is_like(rows, x, y, LIME)]
    frame = [(x, y) for x in range(300) for y in range(300) if is_like(rows, x, y, RED)]
    assert then_at
    # The frame is drawn around it.
    for axis in (0, 1):
        assert min(p[axis] for p in frame) < min(p[axis] for p in then_at)
        assert max(p[axis] for p in frame) > max(p[axis] for p in then_at)


def is_like(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    there = image.getpixel((x, y))
    assert isinstance(there, tuple)
    return max(abs(a - b) for a, b in zip(there, colour, strict=True)) < 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["acme"], "there is no robot 'acme'"),
        (["acme_erp", "--method", "fill_receipt CW-1"], "fill_receipt types into the portal"),
        (["acme_erp", "--method", "submit_receipt"], "never tried alone"),
        (["acme_erp", "--method", "find_receipt"], "find_receipt wants REFERENCE"),
        (["acme_erp", "--method", ""], "has no verb ''"),
    ],
)
def test_a_check_that_cannot_be_made_is_told_before_it_starts(
    bench: Bench, words: list[str], said: str
) -> None:
    done = bench.office.run("selectors", "check", *words)
    assert done.returncode == 2
    assert said in " ".join(done.stderr.split())


def test_a_verb_that_writes_under_a_reading_name_is_refused(bench: Bench) -> None:
    robot = "robots/acme_erp.py"
    bench.write(
        robot,
        "    def find_receipt(",
        "    def tidy(self) -> None:\n        with self.screen.writing():\n"
        '            self.screen.click("receipt.submit")\n\n    def find_receipt(',
    )
    told = checked(bench, "--method", "tidy", status=1)
    assert "a check of selectors only reads" in told["verbs"]["tidy"]
