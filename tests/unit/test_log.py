"""No secret passes through the log, in whatever dress it comes."""

from __future__ import annotations

import base64
import html
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loguru import logger

from clerkwork.adapters.log import MASK, Redactor, set_up_log
from clerkwork.testing import FixedClock

SECRETS = st.lists(st.text(min_size=4, max_size=30), min_size=1, max_size=5)


@pytest.fixture(autouse=True)
def _quiet_afterwards() -> Iterator[None]:
    before = list(logging.getLogger().handlers)
    yield
    logger.remove()
    logging.getLogger().handlers = before


def redactor_of(*secrets: str) -> Redactor:
    redactor = Redactor()
    for secret in secrets:
        redactor.hide(secret)
    return redactor


@settings(deadline=None)
@given(SECRETS, st.data())
def test_no_secret_is_ever_in_the_output(secrets: list[str], data: st.DataObject) -> None:
    secrets += [secret[:-1] for secret in secrets if len(secret) > 4]
    pieces = st.one_of(st.sampled_from([*secrets, MASK]), st.text(max_size=5))
    text = "".join(data.draw(st.lists(pieces, max_size=12)))
    shown = redactor_of(*secrets)(text)
    assert [secret for secret in secrets if secret in shown] == []


@settings(deadline=None)
@given(st.text(min_size=4, max_size=30), st.text(max_size=9), st.text(max_size=9))
def test_a_secret_is_hidden_in_every_dress(secret: str, before: str, after: str) -> None:
    data = secret.encode()
    dresses = [
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        html.escape(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode(),
    ]
    redactor = redactor_of(secret)
    for dress in dresses:
        bare = dress.rstrip("=")
        assert bare not in redactor(f"{before}{dress}{after}")


SIGNS = "Zómer! ('24)*\"<&>/+"
DRESSES = {
    "a browser's encodeURIComponent": "Z%C3%B3mer!%20('24)*%22%3C%26%3E%2F%2B",
    "a browser's form": "Z%C3%B3mer%21+%28%2724%29*%22%3C%26%3E%2F%2B",
    "an address in an address": "Z%25C3%25B3mer%2521%2520(%252724)*%2522%253C%2526%253E%252F%252B",
    "PHP": "Z&oacute;mer! (&#039;24)*&quot;&lt;&amp;&gt;/+",
    "XML": "Z\u00f3mer! (&apos;24)*&quot;&lt;&amp;&gt;/+",
    "by numbers": "Z&#xF3;mer&#33; (&#x27;24)*&#34;&#60;&#38;&#62;&#47;&#x2b;",
    "HTML in HTML": "Z&amp;oacute;mer! (&amp;#39;24)*&amp;quot;&amp;lt;&amp;amp;&amp;gt;/+",
    "of every kind": "Z&oacute;mer&#33;%20('24)*\\u0022&lt;%26>\\/&plus;",
    "JSON in large letters": 'Z\\u00F3mer! (\\u002724)*\\"\\u003C\\u0026\\u003E\\/+',
    "JSON in JSON": "Z\\\\u00f3mer! ('24)*\\\\\\\"<&>/+",
    "JavaScript": "Z\\u{f3}mer! (\\x2724)*\\x22\\x3C&\\x3e\\/+",
    "Python's bytes": "Z\\xc3\\xb3mer! (\\'24)*\"<&>/+",
    "a mail": "Z=C3=B3mer! ('24)*=22<&>/+",
    "an older address": "Z%F3mer%21%20%28%2724%29%2A%22%3C%26%3E%2F%2B",
    "JavaScript's escape": "Z%u00F3mer%21%20%28%2724%29*%22%3C%26%3E/+",
    "an older mail": "Z=F3mer! ('24)*=22<&>/+",
    "apart": "Zo\u0301mer! ('24)*\"<&>/+",
}


@pytest.mark.parametrize("dress", DRESSES)
def test_a_secret_is_hidden_sign_by_sign_whoever_wrote_it_down(dress: str) -> None:
    """Each was written by hand: what the redaction makes itself would only agree with it."""
    assert redactor_of(SIGNS)(f"was {DRESSES[dress]}, and") == f"was {MASK}, and"


def test_a_secret_is_hidden_in_base64_that_goes_on_over_lines() -> None:
    wrapped = "wachtwoord: Z2VoZWltLXdvb3JkLWRhdC1sYW5n\r\n  ZXItaXMtZGFuLWVlbi1yZWdlbA==\n"
    shown = redactor_of("geheim-woord-dat-langer-is-dan-een-regel")(wrapped)
    # Of the last letter a part would belong to what comes behind.
    assert shown == f"wachtwoord: {MASK}A==\n"
    told = json.dumps({"body": wrapped})
    assert "ZXIt" not in redactor_of("geheim-woord-dat-langer-is-dan-een-regel")(told)


@pytest.mark.parametrize("text", ["\\" * 5_000, "%25" * 5_000, "&amp;" * 5_000])
def test_a_text_full_of_escapes_takes_no_time(text: str) -> None:
    redactor = redactor_of("\\\\\\x", "%%%%x", "&&&&x")
    begun = time.process_time()
    assert redactor(text) == text
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("secret", ["ж" * 40, "wachtwoord" * 4, "\U0001f511" * 40, "é" * 40])
@pytest.mark.parametrize("how", ["json", "python", "bytes"])
def test_a_secret_that_breaks_off_in_its_escapes_takes_no_time(secret: str, how: str) -> None:
    """Could a sign be read in two ways, they would be tried for each: 2 to the power of 40."""
    written = {
        "json": "".join(f"\\u{ord(sign):04x}" for sign in secret),
        "python": "".join(f"\\x{ord(sign):02x}" for sign in secret),
        "bytes": "".join(f"\\x{byte:02x}" for byte in secret.encode()),
    }[how]
    begun = time.process_time()
    assert MASK not in redactor_of(secret)(f"{written[:-2]}-")
    assert time.process_time() - begun < 2


@pytest.mark.parametrize("user", ["a", "ab", "abc", "j.jansen"])
def test_a_password_is_hidden_in_a_basic_authorization_header(user: str) -> None:
    password = "Zomer!2026-geheim"
    header = base64.b64encode(f"{user}:{password}".encode()).decode()
    shown = redactor_of(password)(f"Authorization: Basic {header}")
    kept = shown.removeprefix("Authorization: Basic ").split(MASK)[0]
    assert MASK in shown
    assert "Zom" not in base64.b64decode(kept + "=" * (-len(kept) % 4)).decode()


def test_the_longest_of_overlapping_secrets_leaves_no_rest() -> None:
    assert redactor_of("hunter", "hunter2024")("is hunter2024!") == f"is {MASK}!"
    assert redactor_of("abcd", "cdef")("abcdef") == MASK


def test_a_text_that_was_written_before_is_blotted_once_it_is_a_secret() -> None:
    redactor = Redactor()
    assert redactor("acme.password") == redactor("acme.password") == "acme.password"
    redactor.hide("acme.password")
    assert redactor("acme.password") == MASK


def test_text_without_a_secret_stays_as_it_is() -> None:
    text = "statement 42 of NL91ABNA0417164300: 12 lines"
    assert redactor_of("geheim123")(text) == text


def test_short_values_are_not_hidden() -> None:
    assert redactor_of("abc")("abc") == "abc"


def read_log(folder: Path) -> str:
    return (folder / "clerkwork.log").read_text(encoding="utf-8")


def test_messages_go_to_the_file_and_from_the_level_on_to_the_console(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_log(tmp_path, FixedClock(), "INFO")
    logger.debug("looked for the menu")
    logger.info("read {} open items", 600)
    logger.warning("the bank is slow")
    assert capsys.readouterr().err == "read 600 open items\nwarning: the bank is slow\n"
    lines = read_log(tmp_path).splitlines()
    assert lines[0].startswith("2026-03-03T08:00:00.000Z DEBUG")
    assert [line.rpartition(": ")[2] for line in lines] == [
        "looked for the menu",
        "read 600 open items",
        "the bank is slow",
    ]


def test_a_secret_in_an_exception_is_hidden_and_no_variable_shows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redactor = set_up_log(tmp_path, FixedClock())
    pin, unknown = "48151", "not-registered-value"
    redactor.hide(pin)

    def type_in(value: str, other: str) -> None:
        raise RuntimeError(f"the field holds {value}")

    try:
        type_in(pin, unknown)
    except RuntimeError:
        logger.exception("typing {} failed", pin)
    everything = read_log(tmp_path) + capsys.readouterr().err
    assert "RuntimeError: the field holds ***" in everything
    assert pin not in everything
    assert unknown not in everything


def test_other_libraries_warnings_pass_through_the_same_sink(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    redactor = set_up_log(tmp_path, FixedClock())
    redactor.hide("token-of-the-bank")
    logging.getLogger("urllib3").warning("GET /?t=%s failed", "token-of-the-bank")
    assert "urllib3: GET /?t=*** failed" in read_log(tmp_path)
    assert "token-of-the-bank" not in capsys.readouterr().err


def test_text_of_a_hostile_page_forges_no_line_and_steers_no_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_log(tmp_path, FixedClock())
    logger.info("payer {}", "x\n2026-03-03T08:00:00.000Z ERROR robot: all keyed\x1b[2J\u202e")
    assert [line[:4] for line in read_log(tmp_path).splitlines()] == ["2026", "    "]
    assert "\x1b" not in capsys.readouterr().err


def test_the_file_is_bounded(tmp_path: Path) -> None:
    clock = FixedClock()
    set_up_log(tmp_path, clock, "CRITICAL", largest=2_000, kept=2)
    for number in range(200):
        clock.advance(clock.instant.resolution * 1000)
        logger.info("line {:04} {}", number, "x" * 80)
    files = sorted(tmp_path.glob("*.log"))
    assert len(files) <= 4
    assert all(file.stat().st_size < 2_300 for file in files)
    assert "line 0199" in read_log(tmp_path) + files[-2].read_text() + files[-1].read_text()


def test_a_log_that_cannot_be_written_is_told_once_and_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    set_up_log(tmp_path / "logs", FixedClock(), "WARNING")
    logger.info("one")
    logger.info("two")
    assert capsys.readouterr().err.count("cannot be written") == 1


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    set_up_log(tmp_path, FixedClock(), "CRITICAL")
    logger.info("a line")
    assert (tmp_path / "clerkwork.log").stat().st_mode & 0o077 == 0


class TestJson:
    """One object a line, for whoever gathers logs of many machines."""

    def test_each_line_says_when_what_and_what_it_belongs_to(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        set_up_log(tmp_path, FixedClock(), "INFO", style="json")
        with logger.contextualize(run="r-1", task="daily_round", worker="w-1", other="x"):
            logger.info("read {} open items", 600)
        logger.warning("the bank is slow")
        first, second = (json.loads(line) for line in read_log(tmp_path).splitlines())
        assert first == {
            "time": "2026-03-03T08:00:00.000Z",
            "level": "INFO",
            "message": "read 600 open items",
            "module": __name__,
            "run": "r-1",
            "task": "daily_round",
            "worker": "w-1",
        }
        assert (second["level"], second.get("run")) == ("WARNING", None)
        assert [json.loads(line) for line in capsys.readouterr().err.splitlines()] == [
            first,
            second,
        ]

    def test_an_exception_stands_in_its_line_without_a_secret(self, tmp_path: Path) -> None:
        set_up_log(tmp_path, FixedClock(), "CRITICAL", style="json").hide("48151")
        try:
            raise RuntimeError("the field holds 48151")
        except RuntimeError:
            logger.exception("typing failed")
        (line,) = read_log(tmp_path).splitlines()
        assert "RuntimeError: the field holds ***" in json.loads(line)["exception"]

    @given(SECRETS, st.text(max_size=30), st.data())
    def test_no_secret_is_ever_in_it_and_each_line_stays_an_object(
        self, secrets: list[str], text: str, data: st.DataObject
    ) -> None:
        inner = data.draw(st.sampled_from([*secrets, '", "', '": "', "}", "\n"]))
        with TemporaryDirectory() as folder:
            redactor = set_up_log(Path(folder), FixedClock(), "CRITICAL", style="json")
            for secret in secrets:
                redactor.hide(secret)
            with logger.contextualize(task=f"{inner}{text}"):
                logger.info("{}", f"{text}{inner}")
            (line,) = read_log(Path(folder)).splitlines()
        said = json.loads(line)
        told = [said["message"], said["task"]] if "task" in said else [said["message"]]
        assert not any(secret in one for secret in secrets for one in told)
