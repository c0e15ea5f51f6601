"""`clerkwork debtors link` and `revoke-links`, as docs/paying.md shows them, and its settings."""

from __future__ import annotations

import re
import shlex
import tomllib
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from typer.testing import CliRunner
from workspaces import change, fresh

from clerkwork import bootstrap
from clerkwork.app.pay import visit
from clerkwork.app.wishes import wishes
from clerkwork.bootstrap.paying import declining_for, till_of
from clerkwork.cli.app import app
from clerkwork.core.ledger import Debtor
from clerkwork.core.messages import Message
from clerkwork.core.paying import BadLink
from clerkwork.errors import ConfigError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "paying.md").read_text(encoding="utf-8")
TOKEN = re.compile(r"/p/[\w.-]+")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = fresh(tmp_path)
    with bootstrap.open_office(root) as (_, office):
        office.books.replace_debtors("erp", [Debtor(number="10002", name="Noor Jansen")])
    return root


def said(root: Path, *words: str) -> str:
    done = CliRunner().invoke(app, [*words, "--workspace", str(root)])
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def opens(root: Path, address: str) -> bool:
    token = urlsplit(address).path.removeprefix("/p/")
    with bootstrap.open_office(root) as (place, office):
        try:
            return visit(till_of(place, office), token).debtor.number == "10002"
        except BadLink:
            return False


def test_the_page_shows_what_is_said(root: Path) -> None:
    (console,) = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
    shown = re.split(r"(?m)^\$ clerkwork (.*)\n", console)[1:]
    for command, output in zip(shown[::2], shown[1::2], strict=True):
        # Keys and days are this workspace's own.
        answer = re.sub(r"\d{4}-\d{2}-\d{2}", "2026-03-03", said(root, *shlex.split(command)))
        assert TOKEN.sub("/p/", answer) == TOKEN.sub("/p/", output)


def test_a_link_opens_the_page_until_it_is_revoked(root: Path) -> None:
    address = said(root, "debtors", "link", "10002").splitlines()[0]
    assert opens(root, address)
    said(root, "debtors", "revoke-links", "10002", "--by", "anna")
    assert not opens(root, address)
    assert opens(root, said(root, "debtors", "link", "10002").splitlines()[0])


def contact(on: date, journey: str, step: str) -> Message:
    return Message(
        key="k", channel="mail", to="n@home.example", subject="", text="", html="",
        debtor="10002", journey=journey, step=step, on=on,
    )  # fmt: skip


def test_only_what_comes_before_the_due_date_can_be_declined(root: Path) -> None:
    change(root, "config/creditor.toml", "http://127.0.0.1:8475/p/", "https://pay.example.com/p/")
    with bootstrap.open_office(root) as (place, office):
        address = declining_for(place, office.vault, office.pay_links)
        seen = set()
        for journey in place.config.journeys:
            for step in journey.steps:
                found = address(contact(office.clock.today(), journey.name, step.name))
                assert bool(found) == (step.after < 0), (journey.name, step.name)
                seen.add(found)
        assert address(contact(office.clock.today(), "", "approval")) == ""
        (where,) = seen - {""}
        token = re.fullmatch(r"https://pay\.example\.com/p/([\w.-]+)/wishes", where)
        assert token
        assert wishes(till_of(place, office), token[1]).debtor.number == "10002"


@pytest.mark.parametrize("without", ["TLS", "words"])
def test_nothing_is_declined_where_no_page_can_take_it(root: Path, without: str) -> None:
    if without == "words":
        change(
            root, "config/creditor.toml", "http://127.0.0.1:8475/p/", "https://pay.example.com/p/"
        )
        text = (root / "config" / "texts" / "nl.toml").read_text(encoding="utf-8")
        cut = re.sub(r"(?s)\[wishes\].*?(?=\[tones)", "", text)
        (root / "config" / "texts" / "nl.toml").write_text(cut, encoding="utf-8")
    with bootstrap.open_office(root) as (place, office):
        address = declining_for(place, office.vault, office.pay_links)
        assert address(contact(office.clock.today(), "students", "notice")) == ""


def test_an_unknown_debtor_has_none(root: Path) -> None:
    for command in ("link", "revoke-links"):
        done = CliRunner().invoke(app, ["debtors", command, "9", "--workspace", str(root)])
        assert "there is no debtor '9'" in f"{done.output} {done.exception}"


def test_without_a_page_of_his_own_there_is_no_link(root: Path) -> None:
    change(root, "config/creditor.toml", "/p/{token}", "/pay?amount={amount}")
    done = CliRunner().invoke(app, ["debtors", "link", "10002", "--workspace", str(root)])
    assert "payment_link has no {token}" in f"{done.output} {done.exception}"


def test_the_page_names_the_settings_that_come_along(root: Path) -> None:
    bounds, provider = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    shipped = (root / "config" / "paying.toml").read_text(encoding="utf-8")
    assert tomllib.loads(bounds) == tomllib.loads(shipped)
    (root / "config" / "paying.toml").write_text(bounds + provider, encoding="utf-8")
    (one,) = bootstrap.open_workspace(root).config.paying.providers
    assert one.name == "iDEAL"


@pytest.mark.parametrize(
    ("file", "was", "becomes", "told"),
    [
        ("paying", "promise_days = 14", "promise_days = 140", "promise_days is 140; expected 0 to"),
        ("paying", "# [[providers]]\n# name = \"iDEAL\"\n# link = \"https://pay.example.com/ideal?",
         "[[providers]]\nname = \"iDEAL\"\nlink = \"https://pay.example.com/{amout}", "{amout}"),
        ("paying", "parts = 3", "part = 3", "part"),
        ("creditor", "/p/{token}", "/p/{tokn}", "{tokn}"),
        ("texts/nl", "[page]", "[pagina]", "pagina"),
        ("texts/nl", "heading = \"U moet", "kop = \"U moet", "kop"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_with_its_place(
    root: Path, file: str, was: str, becomes: str, told: str
) -> None:
    change(root, f"config/{file}.toml", was, becomes)
    with pytest.raises(ConfigError, match=re.escape(told)) as caught:
        bootstrap.open_workspace(root)
    assert f"config/{file}.toml" in str(caught.value)


def test_a_workspace_of_before_goes_on_without_pages(root: Path) -> None:
    """No paying.toml, no [page] in any text, and a payment link of another kind."""
    (root / "config" / "paying.toml").unlink()
    change(root, "config/creditor.toml", "/p/{token}", "/pay?amount={amount}")
    for file in (root / "config" / "texts").glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?s)\[page\].*?(?=\[tones)", "", text), encoding="utf-8")
    config = bootstrap.open_workspace(root).config
    assert (config.paying.promise_days, config.paying.parts) == (0, 0)
    assert config.texts["nl"].page is None
    change(root, "config/creditor.toml", "/pay?amount={amount}", "/p/{token}")
    with pytest.raises(ConfigError, match=r"the page needs a \[page\] in config/texts/nl\.toml"):
        bootstrap.open_workspace(root)
