"""Canaries in the vault through the whole round, with failures and dumps: none leaks anywhere.

Looked through are the workspace, what was printed, exported and reported (also inside archives,
workbooks and PDFs), command lines and environments of processes, the letters that pictures show,
and the temporary folder, in which a browser that was killed leaves its profile.
"""

from __future__ import annotations

import base64
import gzip
import hmac
import html
import io
import json
import os
import re
import threading
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, quote_plus

import pytest
from back_office import BackOffice, approval_pages, open_world, settle_in
from killing import kill, started, wait
from PIL import Image
from pypdf import PdfReader

from clerkwork import bootstrap
from clerkwork.adapters.browser.ocr import picture_text
from clerkwork.app.audits import AUDITS
from clerkwork.demo.world import create_world

pytestmark = pytest.mark.timeout(900)

TROUBLE = '''"""Tasks that let the password out wherever a task can."""

from loguru import logger

from clerkwork import BusinessError, Run, task
from robots.kantoor_erp import KantoorErp


def say(run: Run) -> str:
    """The password, once it is in the log and in the evidence."""
    word = run.worker(KantoorErp).secret("password").value
    logger.debug("the word is {}", word)
    screen = run.worker(KantoorErp).screen
    try:
        with run.step("kantoor_erp", screen, f"say {word}", subject=word) as details:
            details[word] = f"it is {word}"
            raise ValueError(f"what is {word}?")
    except ValueError as error:
        logger.opt(exception=error).debug("it failed: {}", error)
    return word


@task(portals=("kantoor_erp",))
def blabs(run: Run) -> None:
    """Say the password, also in an error."""
    with run.open(KantoorErp):
        raise BusinessError(f"The word {say(run)} is wrong. Mend it.")


@task(portals=("kantoor_erp",))
def bursts(run: Run) -> None:
    """Say it, and end with an error that nobody foresaw."""
    with run.open(KantoorErp):
        raise RuntimeError("it was " + say(run))
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


@pytest.fixture
def temporary() -> Iterator[Path]:
    """The temporary folder of all that runs; of a short name, for a browser's sockets lie in it."""
    with TemporaryDirectory(prefix="cw-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def settled(folder: Path, password: str, temporary: Path) -> BackOffice:
    """A back office whose portals know these canaries."""
    office = settle_in(folder)
    office = replace(office, env={**office.env, "TMPDIR": str(temporary)})
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
    return [
        form
        for form in forms(secret)
        if form in content and re.search(standing(form, secret), content)
    ]


def standing(form: bytes, secret: str) -> bytes:
    """A pattern of it; a browser's own numbers may hold the digits of one."""
    around = (rb"(?<![\w.])", rb"(?![\w.])") if secret.isdigit() else (b"", b"")
    return around[0] + re.escape(form) + around[1]


def contents(path: Path) -> Iterator[bytes]:
    """A file as it lies there, and as it unpacks."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from (packed.read(name) for name in packed.namelist())
    if data.startswith(b"%PDF"):
        # What is printed has its letters by number; lines of it end anywhere.
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
        yield from (text.encode(), text.replace("\n", "").encode())
    for start in (0, data.find(b"\n") + 1):
        for unpack in (gzip.decompress, zlib.decompress):
            with suppress(OSError, EOFError, zlib.error):
                yield unpack(data[start:])


def found_in(office: BackOffice, canaries: Mapping[str, str], *folders: Path) -> list[str]:
    """Files of these folders in which a canary stands, but for what the portals keep."""
    found = []
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if not path.is_file() or office.world_folder in path.parents or path.suffix == ".jpg":
            continue
        for content in contents(path):
            found += [f"{path}: {name}" for name in canaries if leaks(content, canaries[name])]
    return sorted(set(found))


def one_time_codes(office: BackOffice) -> dict[str, str]:
    """Those that were typed at the bank, or might have been: each is good for half a minute."""
    codes = []
    for path in (office.output / "evidence").glob("*/steps.jsonl"):
        for step in map(json.loads, path.read_text().splitlines()):
            if (step["robot"], step["action"]) == ("polder_bank", "sign in"):
                at = int(datetime.fromisoformat(step["at"]).timestamp()) // 30
                codes += [one_time_code(at), one_time_code(at - 1)]
    return {f"code {code}": code for code in codes}


def one_time_code(counter: int, secret: bytes = base64.b32decode(TOTP)) -> str:
    """RFC 4226, six digits; written apart from what the clerks use."""
    made = hmac.digest(secret, counter.to_bytes(8, "big"), "sha1")
    place = made[-1] & 15
    return f"{(int.from_bytes(made[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


@contextmanager
def processes_watched(canaries: Mapping[str, str], found: set[str]) -> Iterator[None]:
    """Inside the block the command lines and environments of all processes are looked through."""
    ended = threading.Event()
    sought = [(name, re.compile(standing(one.encode(), one))) for name, one in canaries.items()]

    def watch() -> None:
        while not ended.wait(0.05):
            for process in Path("/proc").glob("[0-9]*"):
                for kind in ("cmdline", "environ"):
                    with suppress(OSError):
                        content = (process / kind).read_bytes()
                        found.update(
                            f"{kind}: {name}" for name, one in sought if one.search(content)
                        )

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def read_in_pictures(
    office: BackOffice, canaries: Mapping[str, str], codes: Collection[str]
) -> list[str]:
    """Pictures in which the letters of a canary, or a one-time code, can be read."""
    found = []
    paths = [
        path
        for path in sorted(office.output.rglob("*.jpg"))
        if office.world_folder not in path.parents
    ]
    # What looks the same, run after run, is read once; each reading is a process of its own.
    shown = {path: path.read_bytes() for path in paths}
    pictures = dict.fromkeys(shown.values())
    with ThreadPoolExecutor(os.cpu_count()) as readers:
        read = dict(zip(pictures, readers.map(picture_text, pictures), strict=True))
    for path, picture in shown.items():
        standing = set(re.findall(r"(?<!\d)\d{6}(?!\d)", read[picture]))
        found += [f"{path.name}: code {code}" for code in standing.intersection(codes)]
        words = re.sub(r"[^a-z0-9]", "", read[picture].lower())
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


def test_no_canary_leaks_through_the_round_its_failures_and_its_dumps(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = settled(tmp_path, PASSWORDS["every sign"], temporary)
    exported = office.output / "exports" / "all.zip"
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
        before = {*(office.output / "evidence").glob("*/pictures/*")}
        with started(office, "daily_round") as clerk:
            wait(
                clerk,
                lambda: {*(office.output / "evidence").glob("*/pictures/*")} > before,
            )
            kill(clerk)
        assert any(path.is_file() for path in temporary.rglob("*")), "its browser left a profile"
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
            ("audit", "writes", "--json"),
            ("audit", "report", "last", "--pdf"),
            ("export", "--all", "--to", str(exported)),
        ):
            run(*words)
        # As the command does, without a process for each.
        for name, value in office.env.items():
            monkeypatch.setenv(name, value)
        for name in AUDITS:
            place, listing = bootstrap.audit(office.folder, name, None, None)
            bootstrap.write_audit(place, listing, page=False)

    assert [each for each in canaries if leaks("".join(printed).encode(), canaries[each])] == []
    assert found_in(office, canaries, office.folder, temporary) == []
    assert seen == set()
    codes = one_time_codes(office)
    assert codes
    kept = [office.output / name for name in ("evidence", "log", "reports", "exports")]
    assert found_in(office, codes, *kept, temporary) == []
    assert [each for each in codes if leaks("".join(printed).encode(), codes[each])] == []
    assert read_in_pictures(office, canaries, codes.values()) == []
    made = [*(office.output / "reports" / "audit").glob("*.xlsx"), exported]
    assert len(made) == len(AUDITS) + 1
    assert list((office.output / "reports" / "audit").glob("*.pdf"))
    # The pictures of the refused sign-in show the form with what was typed: a flat grey box.
    refused = [each for each in office.output.rglob("pictures/*.jpg") if "sign-in" in each.name]
    assert refused
    assert max(widest_grey(path) for path in refused) >= 60
    assert "***" in (office.output / "log" / "clerkwork.log").read_text()


@pytest.mark.parametrize(
    ("shape", "task"),
    [("short", "blabs"), ("long", "bursts"), ("like base64", "blabs"), ("digits", "bursts")],
)
def test_a_secret_of_any_shape_leaks_nowhere(
    tmp_path: Path, temporary: Path, shape: str, task: str
) -> None:
    office = settled(tmp_path, PASSWORDS[shape], temporary)
    canaries = {"password": PASSWORDS[shape]}
    with open_world(office):
        ended = office.run("run", task)
    (steps,) = (office.output / "evidence").glob("*/steps.jsonl")
    told = [json.loads(line) for line in steps.read_text().splitlines()]
    assert [(step["action"].partition(" ")[0], step["outcome"]) for step in told] == [
        ("sign", "ok"),
        ("say", "ValueError"),
    ]
    assert leaks((ended.stdout + ended.stderr).encode(), PASSWORDS[shape]) == []
    assert found_in(office, canaries, office.folder, temporary) == []


def test_the_search_finds_what_leaks(tmp_path: Path) -> None:
    office = BackOffice(
        folder=tmp_path, places=settle_in(tmp_path / "x").places, env={**os.environ}
    )
    secret = PASSWORDS["every sign"]
    for number, form in enumerate(sorted(forms(secret))):
        (tmp_path / f"{number}.log").write_bytes(b"so: " + form + b".")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(secret.encode()))
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/sharedStrings.xml", f"<t>{html.escape(secret)}</t>")
    told = found_in(office, {"password": secret}, tmp_path)
    assert len([each for each in told if "/x/" not in each]) == len(forms(secret)) + 2


def test_the_search_finds_what_is_printed(tmp_path: Path) -> None:
    """Its letters stand in a stream that is packed."""
    office = BackOffice(folder=tmp_path, places=settle_in(tmp_path / "x").places, env={})
    shown = zlib.compress(b"BT /F 12 Tf 50 50 Td (was kanarie-een) Tj 0 -14 Td (de) Tj ET")
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(shown), shown),
    ]
    written, places = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, start=1):
        places += b"%010d 00000 n \n" % len(written)
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    end = b"xref\n0 5\n%strailer<</Root 1 0 R/Size 5>>\nstartxref\n%d\n%%%%EOF\n"
    (tmp_path / "report.pdf").write_bytes(written + end % (places, len(written)))
    told = found_in(office, {"password": "kanarie-eende"}, tmp_path)
    assert [each for each in told if "/x/" not in each] == [f"{tmp_path}/report.pdf: password"]


def test_a_one_time_code_is_that_of_the_standard() -> None:
    """RFC 4226, appendix D: count 1 of its secret."""
    assert one_time_code(1, b"12345678901234567890") == "287082"
