"""A wrong config file is told with file, line and key, what was expected and what to do."""

from __future__ import annotations

import shutil
from dataclasses import fields
from pathlib import Path

import pytest
from workspaces import change, fresh

from clerkwork.errors import ConfigError
from clerkwork.workspace.config import read_config


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return fresh(tmp_path)


def refusal(root: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_config(root)
    return str(caught.value)


def line_with(root: Path, file: str, text: str) -> int:
    lines = (root / "config" / file).read_text().splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_the_config_that_comes_along_is_sound(root: Path) -> None:
    config = read_config(root)
    assert str(config.credit.release_up_to) == "5000.00 EUR"
    assert set(config.portals) == {"kantoor_erp", "polder_bank"}


def test_what_was_read_once_is_read_anew_only_where_it_changed(root: Path) -> None:
    before = read_config(root)
    again = read_config(root)
    assert again.texts["nl"] is before.texts["nl"]
    # What is no frozen data is nobody else's.
    assert again.portals == before.portals
    assert again.portals is not before.portals
    change(root, "config/approvals.toml", "5000.00 EUR", "6000.00 EUR")
    assert str(read_config(root).credit.release_up_to) == "6000.00 EUR"
    change(root, "config/approvals.toml", "6000.00 EUR", "6000.00 EURO")
    for _ in range(2):
        assert "approvals.toml" in refusal(root)


@pytest.mark.parametrize(
    "file",
    ["accounts", "approvals", "channels", "creditor", "journeys", "matching", "workspace"],
)
def test_an_unknown_key_is_named_with_its_file_and_line(root: Path, file: str) -> None:
    place = root / "config" / f"{file}.toml"
    place.write_text(f'colour = "red"\n{place.read_text()}')
    said = refusal(root)
    assert said.startswith(f"config/{file}.toml, line 1: unknown key 'colour'.")
    assert said.endswith("Correct or remove it")


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "suggested"),
    [
        ("portals.toml", "writes =", "wirtes =", "kantoor_erp.wirtes", "writes"),
        ("approvals.toml", 'email = "directie', 'emial = "directie', "approvers 2.emial", "email"),
        ("journeys.toml", "gap = 8", "gaap = 8", "journeys 1.steps 3.gaap", "gap"),
        ("workspace.toml", "[demo]", "[dmeo]", "dmeo", "demo"),
        ("channels.toml", "timeout =", "time_out =", "mail.time_out", "timeout"),
        ("texts/nl.toml", "greeting =", "greting =", "words.greting", "greeting"),
    ],
)
def test_a_typing_error_in_a_key_is_met_with_the_key_that_was_meant(
    root: Path, file: str, old: str, new: str, key: str, suggested: str
) -> None:
    change(root, f"config/{file}", old, new)
    line = line_with(root, file, new)
    said = refusal(root)
    assert said.startswith(f"config/{file}, line {line}: unknown key {key!r}.")
    assert f"Did you mean {suggested!r}?" in said


WRONG = [
    ("approvals.toml", "overdue_days = 14", 'overdue_days = "14"', "a whole number"),
    ("approvals.toml", "overdue_days = 14", "overdue_days = -14", "0 or more"),
    ("approvals.toml", '"5000.00 EUR"', "5000", "an amount such as"),
    ("approvals.toml", '"5000.00 EUR"', '"5.000,00 EUR"', "an amount such as"),
    ("approvals.toml", '"5000.00 EUR"', '"-1.00 EUR"', "zero or more"),
    ("approvals.toml", '"5000.00 EUR"', '"5000.001 EUR"', "not a whole number of minor units"),
    ("approvals.toml", '"5000.00 EUR"', '"5000.00 XQX"', "no currency"),
    ("approvals.toml", '"inge.visser@waterland.example"', '"inge.visser"', "a mail address"),
    ("approvals.toml", "email = ", "email = 1 #", "text in quotes"),
    ("portals.toml", 'writes = "auto"', 'writes = "atuo"', "Did you mean 'auto'?"),
    ("portals.toml", '"http://127.0.0.1:8471/"', '"127.0.0.1:8471"', "an address such as"),
    ("portals.toml", "in_flight = 3.0", "answer_within = 0.0", "0.0; expected more than zero"),
    ("portals.toml", "in_flight = 3.0", 'certificate = "a.p12"', "there is no such file in the"),
    (
        "portals.toml",
        "in_flight = 3.0",
        'hosts = ["https://cdn.example/"]',
        "expected a host such as",
    ),
    ("portals.toml", "in_flight = 3.0", 'authority = "config/portals.toml"', "without 'certif"),
    ("accounts.toml", "NL71PLDR5375207869", "NL71PLDR5375207868", "check digits"),
    ("accounts.toml", "NL71PLDR5375207869", "NL71 PLDR 5375 2078 69", "without spaces"),
    ("creditor.toml", '"NL22PLDR3507963310"', '"NL71PLDR5375207860"', "none of config/accounts"),
    ("creditor.toml", 'language = "nl"', 'language = "fy"', "config/texts has no file"),
    ("creditor.toml", "/p/{token}", "/p/{bedrag}", "{bedrag}, which nothing fills in"),
    ("creditor.toml", 'country = "NL"', 'country = "Holland"', "two letters"),
    ("creditor.toml", 'mail_domain = "', 'mail_domain = "@', "a domain of yours"),
    ("channels.toml", 'security = "none"', 'security = "nnoe"', "Did you mean 'none'?"),
    ("channels.toml", "port = 8474", "port = 84740", "from 1 to 65535"),
    ("channels.toml", '# user = "mail.user"', 'user = "mail.user"', "half a sign-in"),
    ("channels.toml", "timeout = 30.0", "timeout = 0.0", "more than 0"),
    ("journeys.toml", '"Europe/Amsterdam"', '"Europe/Amsterdm"', "a time zone such as"),
    ("journeys.toml", 'country = "NL"', 'country = "NX"', "two letters"),
    ("journeys.toml", "start = 07:00:00", 'start = "7 uur"', "a time such as"),
    ("journeys.toml", "start = 07:00:00", "start = 21:00:00", "before the end"),
    ("journeys.toml", "start = 07:00:00", "start = 06:59:00", "nobody is contacted before 07:00"),
    ("journeys.toml", "end = 20:00:00", "end = 20:30:00", "by the law of nl (config/law.toml)"),
    ("journeys.toml", "end = 20:00:00", "sundays = true", "nobody is contacted on Sundays"),
    ("journeys.toml", "end = 20:00:00", "holidays = true", "contacted on public holidays"),
    ("journeys.toml", 'tone = "friendly"', 'tone = "frendly"', "Did you mean 'friendly'?"),
    ("journeys.toml", "cap = 250", "cap = -1", "0 or more"),
    ("journeys.toml", 'kinds = ["business"]', 'kinds = ["busines"]', "Did you mean 'business'?"),
    ("journeys.toml", 'kinds = ["business"]', 'kinds = ["biz"]', "Known are consumer, business."),
    ("texts/nl.toml", 'locale = "', 'locale = "xx', "a locale such as"),
    ("workspace.toml", "sqlite:///", "sqlte:///", "one such as sqlite:///"),
    (
        "workspace.toml",
        '"sqlite:///output/clerkwork.db"',
        '"postgresql://clerk:geheim@db.example/clerkwork"',
        "'store' is an address whose password stands in clear",
    ),
    (
        "workspace.toml",
        '"sqlite:///output/clerkwork.db"',
        '"postgresql:///clerkwork?host=db&password=geheim"',
        "'store' is an address whose password stands in clear",
    ),
    ("workspace.toml", '"sqlite:///output', '"postgresql+psycopg2://db/', "or postgresql://"),
    ("workspace.toml", "# proxies = [", 'proxies = ["*"] # ', "an address or a network"),
    ("workspace.toml", '"http://127.0.0.1:8475"', '"127.0.0.1:8475"', "an address such as"),
    ("workspace.toml", "# [retention]", "[retention]\nlog_days = 0", "expected 1 or more"),
    ("workspace.toml", "# traces = ", 'traces = "localhost:4318" # ', "v1/traces"),
    ("workspace.toml", 'log = "text"', 'log = "jsn"', "Did you mean 'json'?"),
    ("workspace.toml", "polder = 8472", "polder = 8471", "each has its own"),
    ("creditor.toml", 'country = "NL"', "country = NL", "no valid TOML"),
    ("creditor.toml", 'country = "NL"', 'name = "twice"', "each key stands once"),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), WRONG)
def test_a_wrong_value_is_told_with_its_line_and_what_was_expected(
    root: Path, file: str, old: str, new: str, expected: str
) -> None:
    line = line_with(root, file, old)
    change(root, f"config/{file}", old, new)
    said = refusal(root)
    assert said.startswith(f"config/{file}, line {line}: ")
    assert expected in said


def test_a_journey_opens_no_hours_that_the_law_closes_and_its_calls_neither(root: Path) -> None:
    file = root / "config" / "journeys.toml"
    calls = "[journeys.call_hours]\nstart = 09:00:00\nend = 21:00:00\n\n[[journeys.steps]]"
    file.write_text(file.read_text().replace("[[journeys.steps]]", calls, 1))
    line = line_with(root, "journeys.toml", "end = 21:00:00")
    said = refusal(root)
    assert said.startswith(f"config/journeys.toml, line {line}: 'journeys 1.call_hours.end' is 21:")
    assert said.endswith("nobody is contacted after 20:00")


def test_the_retention_that_stands_there_as_an_example_is_what_counts_without_it(
    root: Path,
) -> None:
    before = read_config(root).settings.retention
    place = root / "config" / "workspace.toml"
    head, _, rest = place.read_text().partition("# [retention]\n")
    table, _, demo = rest.partition("\n\n")
    lines = [line.removeprefix("# ") for line in table.splitlines()]
    place.write_text("\n".join([head, "[retention]", *lines, demo]))
    assert read_config(root).settings.retention == before
    assert len(lines) == len(fields(before))


def test_a_missing_key_is_told_with_the_table_it_belongs_to(root: Path) -> None:
    change(root, "config/channels.toml", 'host = "127.0.0.1"\n', "")
    line = line_with(root, "channels.toml", "[mail]")
    wanted = f"config/channels.toml, line {line}: key 'mail.host' is missing; add it"
    assert refusal(root) == wanted


def test_mail_in_clear_stays_on_this_machine(root: Path) -> None:
    change(root, "config/channels.toml", 'host = "127.0.0.1"', 'host = "mail.example"')
    line = line_with(root, "channels.toml", 'security = "none"')
    said = refusal(root)
    assert said.startswith(f"config/channels.toml, line {line}: 'mail.security' is 'none', but")


def test_a_rule_that_contradicts_itself_is_told_in_its_own_words(root: Path) -> None:
    change(root, "config/matching.toml", '"short number"', '"shrt number"')
    assert refusal(root).startswith("config/matching.toml: there is no rule shrt number")


def test_an_account_stands_there_once(root: Path) -> None:
    change(root, "config/accounts.toml", "NL71PLDR5375207869", "NL22PLDR3507963310")
    assert "NL22PLDR3507963310 stands there twice" in refusal(root)


def test_a_missing_file_is_named(root: Path) -> None:
    (root / "config" / "portals.toml").unlink()
    assert refusal(root).startswith("config/portals.toml is missing: ")


def test_a_folder_in_place_of_a_file_is_named(root: Path) -> None:
    (root / "config" / "portals.toml").unlink()
    (root / "config" / "portals.toml").mkdir()
    assert refusal(root).startswith("config/portals.toml cannot be read")


def test_a_file_under_a_wrong_name_is_not_passed_over(root: Path) -> None:
    (root / "config" / "portal.toml").write_text("")
    assert refusal(root).startswith("config/portal.toml: no such file is read. Did you mean")


def test_a_house_without_any_language_is_told(root: Path) -> None:
    shutil.rmtree(root / "config" / "texts")
    assert "add nl.toml" in refusal(root)


def test_a_file_in_another_encoding_is_told_with_the_line(root: Path) -> None:
    file = root / "config" / "creditor.toml"
    file.write_bytes(b'# one\nname = "Caf\xe9"\n')
    assert refusal(root).startswith("config/creditor.toml, line 2: there is a letter that is not")


def test_a_file_that_a_windows_editor_saved_is_read(root: Path) -> None:
    file = root / "config" / "portals.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_config(root).portals["kantoor_erp"].max_postings == 400
