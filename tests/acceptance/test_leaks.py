"""Canaries in the vault through the whole round, with failures and dumps: none leaks anywhere."""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import os
import re
import threading
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from back_office import BackOffice, approval_pages, open_world, settle_in
from killing import kill, started, wait
from PIL import Image

from clerkwork.adapters.browser.ocr import picture_text
from clerkwork.demo.world import create_world

pytestmark = pytest.mark.timeout(900)

TROUBLE = '''"""A task that lets the password out wherever a task can."""

from loguru import logger

from clerkwork import BusinessError, Run, task
from robots.kantoor_erp import KantoorErp


@task(portals=("kantoor_erp",))
def blabs(run: Run) -> None:
    """Say the password in an error, in the log, and in the evidence."""
    with run.open(KantoorErp) as erp:
        word = run.worker(KantoorErp).secret("password").value
        logger.debug("the word is {}", word)
        screen = run.worker(KantoorErp).screen
        try:
            with run.step("kantoor_erp", screen, f"say {word}", subject=word) as details:
                details[word] = f"it is {word}"
                raise ValueError(f"what is {word}?")
        except ValueError as error:
            logger.opt(exception=error).debug("it failed: {}", error)
        raise BusinessError(f"The word {word} is wrong. Mend it.")


@task(portals=("kantoor_erp",))
def bursts(run: Run) -> None:
    """End with an error that nobody foresaw."""
    with run.open(KantoorErp) as erp:
        raise RuntimeError("it was " + run.worker(KantoorErp).secret("password").value)
'''
PIN, TOTP = "90761", "KANARIEKANARIEKANARIEKANARIE2345"
PASSWORDS = {
    "every sign": "Kánarie \"q'x<b>&amp;100%41\\n\\u0041/+=€",
    "short": "k7#Q",
    "long": "kanarie-" * 12 + "einde",
    "like base64": "S2FuYXJpZTpnZWhlaW0vK3g9PQ==",
    "digits": "8306719254",
}


BY_HAND = {
    PASSWORDS["every sign"]: (
        # A browser's encodeURIComponent; PHP; XML; JSON in large letters, and in JSON once more.
        "K%C3%A1narie%20%22q'x%3Cb%3E%26amp%3B100%2541%5Cn%5Cu0041%2F%2B%3D%E2%82%AC",
        "K&aacute;narie &quot;q&#039;x&lt;b&gt;&amp;amp;100%41\\n\\u0041/+=&euro;",
        "Kánarie &quot;q&apos;x&lt;b&gt;&amp;amp;100%41\\n\\u0041/+=€",
        "K\\u00E1narie \\\"q'x<b>&amp;100%41\\\\n\\\\u0041/+=\\u20AC",
        "K\\\\u00e1narie \\\\\\\"q'x<b>&amp;100%41\\\\\\\\n\\\\\\\\u0041/+=\\\\u20ac",
    ),
}
"""Dresses of a canary that no function of ours or of Python's made."""


def settled(folder: Path, password: str) -> BackOffice:
    """A back office whose portals know these canaries."""
    office = settle_in(folder)
    create_world(office.world_folder, size="small", seed=2026)
    credentials = office.world_folder / "credentials.json"
    known = json.loads(credentials.read_text())
    known |= {
        "kantoor_erp.password": password,
        "polder_bank.pin": PIN,
        "polder_bank.totp": TOTP,
    }
    credentials.write_text(json.dumps(known))
    (office.folder / "tasks" / "blabs.py").write_text(TROUBLE)
    settings = office.folder / "config" / "workspace.toml"
    settings.write_text(re.sub(r'(?m)^log = "text"', 'log = "json"', settings.read_text()))
    return office


def forms(secret: str) -> set[bytes]:
    """How a secret may stand in a file; written apart from the redaction."""
    data = secret.encode()
    escaped = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    escaped |= {re.sub("%..", lambda found: found[0].lower(), each) for each in escaped}
    escaped |= {"".join(f"%{byte:02X}" for byte in data), html.escape(secret)}
    escaped |= {html.escape(secret, quote=False), repr(secret)[1:-1]}
    escaped |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    escaped |= set(BY_HAND.get(secret, ()))
    found = {secret.encode(), secret.encode("utf-16-le"), *(each.encode() for each in escaped)}
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode()
        own = text[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        found |= {own.encode(), own.replace("+", "-").replace("/", "_").encode()}
    return found


def leaks(content: bytes, secret: str) -> list[bytes]:
    """In which forms a secret stands there; one of digits alone only where it stands alone."""
    around = (rb"(?<![\w.])", rb"(?![\w.])") if secret.isdigit() else (b"", b"")
    return [
        form
        for form in forms(secret)
        if form in content and re.search(around[0] + re.escape(form) + around[1], content)
    ]


def contents(path: Path) -> Iterator[bytes]:
    """A file as it lies there, and as it unpacks."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    for start in (0, data.find(b"\n") + 1):
        for unpack in (gzip.decompress, zlib.decompress):
            with suppress(OSError, EOFError, zlib.error):
                yield unpack(data[start:])


def found_in(office: BackOffice, canaries: Mapping[str, str]) -> list[str]:
    """The files of the workspace in which a canary stands, but for what the portals keep."""
    found = []
    for path in sorted(office.folder.rglob("*")):
        if not path.is_file() or office.world_folder in path.parents or path.suffix == ".jpg":
            continue
        for content in contents(path):
            for name, secret in canaries.items():
                if leaks(content, secret):
                    found.append(f"{path.relative_to(office.folder)}: {name}")
    return sorted(set(found))


@contextmanager
def processes_watched(canaries: Mapping[str, str], found: set[str]) -> Iterator[None]:
    """Inside the block the command lines and environments of all processes are looked through."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.05):
            for process in Path("/proc").glob("[0-9]*"):
                for kind in ("cmdline", "environ"):
                    with suppress(OSError):
                        content = (process / kind).read_bytes()
                        for name, secret in canaries.items():
                            if secret.encode() in content:
                                found.add(f"{kind}: {name}")

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def read_in_pictures(office: BackOffice, canaries: Mapping[str, str]) -> list[str]:
    """Pictures in which the letters of a canary can be read."""
    found = []
    for path in sorted(office.output.rglob("*.jpg")):
        if office.world_folder in path.parents:
            continue
        words = re.sub(r"[^a-z0-9]", "", picture_text(path.read_bytes()).lower())
        for name, secret in canaries.items():
            letters = re.sub(r"[^a-z0-9]", "", secret.lower())
            part = letters[:12]
            if len(part) >= 5 and part in words:
                found.append(f"{path.name}: {name}")
    return found


def widest_grey(path: Path) -> int:
    """Pixels of the longest unbroken row of the grey with which things are covered."""
    longest = 0
    image = Image.open(path).convert("L")
    width, height = image.size
    data = image.tobytes()
    for top in range(0, height, 4):
        for run in re.findall(rb"[\x87-\x91]{60,}", data[top * width : (top + 1) * width]):
            longest = max(longest, len(run))
    return longest


def test_no_canary_leaks_through_the_round_its_failures_and_its_dumps(tmp_path: Path) -> None:
    office = settled(tmp_path, PASSWORDS["every sign"])
    canaries = {"password": PASSWORDS["every sign"], "pin": PIN, "totp": TOTP}
    printed: list[str] = []
    seen: set[str] = set()

    def run(*words: str) -> None:
        ended = office.run(*words)
        printed.extend((ended.stdout, ended.stderr))

    with open_world(office), processes_watched(canaries, seen):
        with approval_pages(office):
            run("run", "daily_round")
        assert office.figures()["keyed"] == 6
        with started(office, "daily_round") as clerk:
            wait(clerk, lambda: any((office.output / "evidence").glob("*/steps.jsonl")))
            kill(clerk)
        run("run", "blabs")
        run("run", "bursts")
        office.control("POST", "/faults", portal="kantoor", kind="layout", match="^/")
        run("run", "fetch_ledger")
        office.keep({"kantoor_erp.password": PASSWORDS["every sign"][:-1] + "x"})
        run("run", "fetch_ledger")
        office.keep({"kantoor_erp.password": PASSWORDS["every sign"]})
        for words in (
            ("store", "backup", str(office.output / "backup.clerkwork")),
            ("doctor",),
            ("vault", "list"),
            ("review", "list"),
            ("status", "--json"),
            ("verify", "last"),
            ("audit", "search", "kanarie"),
        ):
            run(*words)

    assert [each for each in canaries if leaks("".join(printed).encode(), canaries[each])] == []
    assert found_in(office, canaries) == []
    assert seen == set()
    assert read_in_pictures(office, canaries) == []
    # The pictures of the refused sign-in show the form with what was typed: a flat grey box.
    refused = [each for each in office.output.rglob("pictures/*.jpg") if "sign-in" in each.name]
    assert refused
    assert max(widest_grey(path) for path in refused) >= 60
    assert "***" in (office.output / "log" / "clerkwork.log").read_text()


@pytest.mark.parametrize("shape", [each for each in PASSWORDS if each != "every sign"])
def test_a_secret_of_any_shape_leaks_nowhere(tmp_path: Path, shape: str) -> None:
    office = settled(tmp_path, PASSWORDS[shape])
    canaries = {"password": PASSWORDS[shape]}
    with open_world(office):
        ended = [office.run("run", task) for task in ("fetch_ledger", "blabs", "bursts")]
    assert ended[0].returncode == 0
    printed = "".join(each.stdout + each.stderr for each in ended)
    assert leaks(printed.encode(), PASSWORDS[shape]) == []
    assert found_in(office, canaries) == []


def test_the_search_finds_what_leaks(tmp_path: Path) -> None:
    office = BackOffice(
        folder=tmp_path, places=settle_in(tmp_path / "x").places, env={**os.environ}
    )
    secret = PASSWORDS["every sign"]
    for number, form in enumerate(sorted(forms(secret))):
        (tmp_path / f"{number}.log").write_bytes(b"so: " + form + b".")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(secret.encode()))
    told = [each for each in found_in(office, {"password": secret}) if "x/" not in each]
    assert len(told) == len(forms(secret)) + 1
