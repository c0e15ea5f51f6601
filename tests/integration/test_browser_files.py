"""Files that a portal sends: of the kind that was declared, bounded, whole, under a safe name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hostile_portal import HostilePortal, Reply, Visit

from clerkwork.adapters.browser.filetypes import amiss
from clerkwork.core.portals import Portal
from clerkwork.errors import BusinessError, PageTimeout
from clerkwork.ports import Browser, Screen

pytest_plugins = ["hostile_fixtures"]
SELECTORS = """
[statements]
files = "xml"
get = "text=Haal"

[lists]
files = ["csv", "xlsx"]
get = "text=Haal"

[anything]
get = "text=Haal"

[framed]
frame = "werk"
get = "text=Haal"
booked = "text=Geboekt"
"""
GIGABYTE = 1024**3


@pytest.fixture
def site(site: HostilePortal) -> HostilePortal:
    site.routes["/"] = lambda _: Reply("<a href=/file>Haal</a>")
    return site


@pytest.fixture
def hostile(site: HostilePortal) -> Portal:
    return Portal(name="hostile", address=site.address, patience=5, largest_download=2_000_000)


def sending(site: HostilePortal, body: bytes, name: str, flood: int = 0) -> None:
    attached = {"Content-Disposition": f'attachment; filename="{name}"'}
    reply = Reply(body, headers=attached, type="application/octet-stream", flood=flood)
    site.routes["/file"] = lambda _: reply


def test_a_statement_of_the_kind_that_was_declared(screen: Screen, site: HostilePortal) -> None:
    camt = b"\xef\xbb\xbf<?xml version='1.0'?><Document/>"
    sending(site, camt, "statement.053")

    kept = screen.download("statements.get")
    assert (kept.name, kept.read_bytes()) == ("statement.053", camt)


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        (b"<!DOCTYPE html><p>Log in</p>", "statement.xml", "it is no xml, but a file of kind html"),
        (b"MZ\x90\x00\x03", "statement.xml", "it is no xml, but begins with"),
        (b"<?xml version='1.0'?><job/>", "statement.xml.hta", "no name for xml"),
        (b"<?xml version='1.0'?><a/>", "statement.pdf", "no name for xml"),
    ],
)
def test_a_file_of_another_kind_is_not_kept(
    screen: Screen, site: HostilePortal, downloads: Path, body: bytes, name: str, words: str
) -> None:
    before = set(downloads.rglob("*"))
    sending(site, body, name)
    with pytest.raises(BusinessError, match=f"statements.get was not kept: .*{words}"):
        screen.download("statements.get")
    assert set(downloads.rglob("*")) == before


@pytest.mark.parametrize("announced", [3 * GIGABYTE, -1], ids=["announced", "unannounced"])
def test_a_download_of_3_gb_is_given_up_at_once(
    screen: Screen, site: HostilePortal, downloads: Path, announced: int
) -> None:
    before = set(downloads.rglob("*"))
    sending(site, b"0;1;2\n" * 20_000, "all.csv", flood=announced)
    with pytest.raises(BusinessError, match="larger than the 2000000 bytes allowed"):
        screen.download("lists.get")
    screen.close()

    assert set(downloads.rglob("*")) == before
    assert site.flooded < GIGABYTE


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream"])
def test_a_download_that_drips_is_given_up_with_its_name_and_nothing_is_kept(
    browser: Browser, site: HostilePortal, downloads: Path, kind: str
) -> None:
    attached = {"Content-Disposition": "attachment; filename=drip.csv"}
    drops = Reply(b"a;b\n", headers=attached, type=kind, flood=-1, drip=0.2)
    site.routes["/file"] = lambda _: drops
    before = set(downloads.rglob("*"))
    screen = browser.open(Portal(name="hostile", address=site.address, patience=1))
    with pytest.raises(PageTimeout, match=r"the file of anything\.get did not come whole"):
        screen.download("anything.get")
    # The page is free again: its picture is taken, and it can be gone on with.
    screen.picture("after")
    assert [picture.gap for picture in screen.drain().pictures] == [""]
    sending(site, b"a;b\n", "whole.csv")
    kept = screen.download("anything.get")
    assert kept.read_bytes() == b"a;b\n"
    screen.close()

    assert set(downloads.rglob("*")) - before == {kept}


def packed(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "body", "name"),
    [
        ("csv", "naam;saldo\nBelgië;1,00\n".encode("cp1252"), "lijst.csv"),
        ("csv", "naam\tsaldo\n".encode("utf-16"), "lijst.txt"),
        ("gif", b"GIF89a", "a.gif"),
        ("html", b"<html><table>", "export.xls"),
        ("jpeg", b"\xff\xd8\xff\xe0", "a.JPG"),
        ("json", b' {"a": 1}', "a.json"),
        ("pdf", b"%PDF-1.7", "a.pdf"),
        ("png", b"\x89PNG\r\n\x1a\n", "a.png"),
        ("text", b"\x01{1:F01}:20:X\r\n-}\x03", "mt.940"),
        ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls"),
        ("xlsx", packed("xl/workbook.xml"), "a.xlsx"),
        ("xml", "\ufeff<?xml?>".encode("utf-16-le"), "camt.xml"),
        ("zip", packed("a.txt"), "a.zip"),
    ],
)
def test_each_kind_is_told_by_its_bytes(tmp_path: Path, kind: str, body: bytes, name: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(body)

    assert amiss(file, name, [kind]) == ""
    assert amiss(file, name, []) == ""
    other = "pdf" if kind != "pdf" else "xml"
    assert f"it is no {other}" in amiss(file, name, [other])
    assert "no name for" in amiss(file, "a.exe", [kind])


def test_a_packed_file_is_no_workbook_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"PK\x03\x04 broken off")
    assert "it is no xlsx" in amiss(file, "a.xlsx", ["xlsx"])
    file.write_bytes(packed("a.txt"))

    assert amiss(file, "a.xlsx", ["xlsx"]) == "it is no xlsx, but a file of kind zip"


def test_a_file_of_another_portal_is_no_answer_to_a_click(
    browser: Browser, screen: Screen, site: HostilePortal, hostile: Portal
) -> None:
    def slowly(_: Visit) -> Reply:
        site.over.wait(0.5)
        return Reply("<p>Geboekt</p>")

    sending(site, b"<?xml version='1.0'?><Document/>", "statement.xml")
    site.routes["/frames"] = lambda _: Reply("<iframe name=werk src=/book></iframe>")
    site.routes["/book"] = lambda _: Reply("<a href=/slow>Haal</a>")
    site.routes["/slow"] = slowly
    screen.open("frames")
    other = browser.open(hostile)
    try:
        other.download("statements.get")
    finally:
        other.close()
    screen.click("framed.get")
    assert screen.shows("framed.booked")


def test_a_file_that_comes_unasked_holds_nothing_up(screen: Screen, site: HostilePortal) -> None:
    sending(site, b"<?xml version='1.0'?><Document/>", "statement.xml")
    screen.click("anything.get")
    assert screen.shows("anything.get")
