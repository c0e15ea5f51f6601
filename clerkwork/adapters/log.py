"""The log: one sink, through which no secret passes, to the console and to a bounded file."""

from __future__ import annotations

import datetime as dt
import json
import logging
import os
import re
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from loguru import logger

from clerkwork.core.redaction import MASK, SHORTEST, Redactor
from clerkwork.ports import Clock

if TYPE_CHECKING:
    from loguru import Message, Record, RecordException

__all__ = ["ABOUT", "MASK", "SHORTEST", "STYLES", "Redactor", "set_up_log"]

STYLES = ("text", "json")
ABOUT = ("run", "task", "robot", "worker", "errand")
"""What a line may say it belongs to, by `logger.contextualize`; nothing else of it is written."""


def set_up_log(
    folder: Path,
    clock: Clock,
    console_level: str = "INFO",
    *,
    style: str = "text",
    largest: int = 5_000_000,
    kept: int = 9,
) -> Redactor:
    """Log to standard error from that level on, and all but traces to `folder`/clerkwork.log.

    Lines carry the clock's time in UTC. With the style 'json' each is one object: `time`,
    `level`, `message`, `module`, and of `ABOUT` what is known that it belongs to; of an exception
    also `exception`. A file that passes `largest` bytes is
    put aside, and `kept` of those are kept. Other libraries' warnings come in
    too. Returns what blots secrets out: give its `hide` every secret read.
    """
    redactor = Redactor()
    file = _LogFile(folder / "clerkwork.log", largest, kept)
    threshold = logger.level(console_level.upper()).no
    logger.remove()
    # With `diagnose` the values of variables would be in it; with `catch`, loguru would print
    # the record as it is if the sink failed.
    logger.add(
        _Sink(redactor, clock, file, threshold, style == "json"),
        level="DEBUG",
        format=lambda record: "",
        backtrace=False,
        diagnose=False,
        catch=False,
    )
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Bridge)]:
        root.removeHandler(handler)
    root.addHandler(_Bridge(level=logging.WARNING))
    return redactor


@dataclass(slots=True)
class _Sink:
    redactor: Redactor
    clock: Clock
    file: _LogFile
    threshold: int
    as_json: bool = False
    told: bool = False

    def __call__(self, message: Message) -> None:
        record = message.record
        at = self._now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        level = record["level"].name
        if self.as_json:
            line = shown = self._object(record, at)
        else:
            text = _plain(self.redactor(_text(record)))
            shown = self.redactor(text if level == "INFO" else f"{level.lower()}: {text}")
            line = self.redactor(f"{at} {level:<8} {record['name']}: {text}")
        if record["level"].no >= self.threshold:
            self._to_console(shown)
        try:
            self.file.write(line, at)
        except OSError as error:
            # A full disk must not end a run for its log's sake; the store and the evidence do.
            if not self.told:
                self.told = True
                self._to_console(f"warning: {self.file.path} cannot be written: {error.strerror}")

    def _object(self, record: Record, at: str) -> str:
        """One line; each value is blotted out by itself, so that no secret breaks the object."""
        told = {"message": record["message"], "module": record["name"] or ""}
        told |= {name: str(record["extra"][name]) for name in ABOUT if record["extra"].get(name)}
        caught = record["exception"]
        if caught is not None and caught.type is not None:
            told["exception"] = _traceback(caught)
        blotted = {name: self.redactor(text) for name, text in told.items()}
        # ASCII alone: no text of a page forges a line of its own or steers a terminal.
        return json.dumps({"time": at, "level": record["level"].name, **blotted})

    def _now(self) -> dt.datetime:
        try:
            return self.clock.now()
        except Exception:
            # The log must not fail where it is to tell of the failure.
            return dt.datetime.now(dt.UTC)

    def _to_console(self, text: str) -> None:
        with suppress(OSError, ValueError):
            line = text + "\n"
            encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
            sys.stderr.write(line.encode(encoding, "replace").decode(encoding))


def _text(record: Record) -> str:
    """The message, and of an exception its traceback, which holds lines of code but no values."""
    caught = record["exception"]
    if caught is None or caught.type is None:
        return record["message"]
    return f"{record['message']}\n{_traceback(caught)}"


def _traceback(caught: RecordException) -> str:
    lines = traceback.format_exception(caught.type, caught.value, caught.traceback)
    return "".join(lines).rstrip()


_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _plain(text: str) -> str:
    """Text from outside can neither forge a line of its own nor steer the terminal."""
    visible = _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
    return visible.replace("\n", "\n    ")


@dataclass(frozen=True, slots=True)
class _LogFile:
    """Opened for each line, so that several processes can share it and put it aside."""

    path: Path
    largest: int
    kept: int

    def write(self, line: str, at: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(handle, (line + "\n").encode("utf-8", "backslashreplace"))
            size = os.fstat(handle).st_size
        finally:
            os.close(handle)
        if size > self.largest:
            self._put_aside(at)

    def _put_aside(self, at: str) -> None:
        stamp = re.sub(r"\D", "", at)
        # Another process may be doing the same: whoever comes second finds nothing to do.
        with suppress(OSError):
            self.path.rename(self.path.with_name(f"clerkwork-{stamp}-{os.getpid()}.log"))
        old = sorted(self.path.parent.glob("clerkwork-*.log"))
        for path in old[: max(0, len(old) - self.kept)]:
            path.unlink(missing_ok=True)


class _Bridge(logging.Handler):
    """Hands the standard library's log records on, so that they pass through the one sink."""

    def emit(self, record: logging.LogRecord) -> None:
        level = record.levelname if record.levelname in _LEVELS else "WARNING"
        text = f"{record.name}: {record.getMessage()}"
        logger.opt(exception=record.exc_info).log(level, "{}", text)


_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
