"""A dossier as files: what is bound, what is only packed, and no file from outside its folder."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader, PdfWriter

from clerkwork.adapters.dossier import ClaimFiles, CollectionPlan, DossierFolder
from clerkwork.adapters.dossier.words import LANGUAGES, words_of
from clerkwork.core.dossier import Document, Dossier, Letter, Missing, Passage
from clerkwork.core.law.allocation import AfterPrincipal
from clerkwork.core.law.left import left_of
from clerkwork.core.law.nl import NL
from clerkwork.core.law.statement import statement_of
from clerkwork.core.ledger import Debtor, OpenItem, PaidItem
from clerkwork.core.messages import EVENTS, Message, MessageState
from clerkwork.core.money import Money
from clerkwork.core.promises import PromiseState
from clerkwork.errors import BusinessError
from clerkwork.testing import MORNING

HOSTILE = "<script>alert(1)</script>"


def pdf(pages: int = 1, password: str = "") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def dossier(*documents: Document, letters: tuple[Letter, ...] = ()) -> Dossier:
    item = OpenItem(
        number="F1", customer="10001", open=Money(100_000, "EUR"), due=dt.date(2024, 2, 1)
    )
    return Dossier(
        creditor="Waterland",
        handover=None,
        made=MORNING,
        today=dt.date(2024, 4, 1),
        debtor=Debtor(number="10001", name=HOSTILE, address=("Kade 1", HOSTILE)),
        statement=statement_of(NL, "business", [(item, None)], {}, dt.date(2024, 4, 1)),
        documents=documents,
        letters=letters,
        missing=(Missing("proof of delivery"),),
        sources=NL.sources,
    )


@pytest.fixture
def pages() -> list[str]:
    """The pages that were printed."""
    return []


@pytest.fixture
def folder(tmp_path: Path, pages: list[str]) -> DossierFolder:
    def printed(html: str, to: Path) -> None:
        pages.append(html)
        to.write_bytes(pdf(2))

    return DossierFolder(
        folder=tmp_path / "dossiers", print_pdf=printed, zone=ZoneInfo("Europe/Amsterdam")
    )


def letter(text: str = "Pay.") -> Letter:
    message = Message(
        key="k", channel="letter", to="Kade 1\nStad", subject=HOSTILE, text=text, html="",
        debtor="10001", step="formal notice", items=("F1",), on=dt.date(2024, 3, 1),
        proof="2024-03-01-10001.pdf",
    )  # fmt: skip
    sent = Passage(at=MORNING, what="sent", proof="run-1")
    return Letter(message=message, passages=(sent,), is_notice=True, printed=pdf(3))


def test_the_papers_are_bound_behind_the_pages_and_each_is_in_the_zip(
    folder: DossierFolder, tmp_path: Path
) -> None:
    agreement = Document(kind="agreement", name="agreement.pdf", content=pdf(4))
    filed = folder.write(dossier(agreement, letters=(letter(),)))
    assert (filed.name, filed.pages, filed.unbound) == ("10001-20260303-090000.zip", 9, ())
    packed = (tmp_path / "dossiers" / filed.name).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == filed.sha256
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == [
            "dossier.pdf", "agreement/agreement.pdf", "letters/2024-03-01-10001.pdf",
            "manifest.json",
        ]  # fmt: skip
        manifest = json.loads(archive.read("manifest.json"))
        for one in manifest["files"]:
            assert hashlib.sha256(archive.read(one["name"])).hexdigest() == one["sha256"]
        bound = archive.read("dossier.pdf")
    assert bound == (tmp_path / "dossiers" / "10001-20260303-090000.pdf").read_bytes()
    reader = PdfReader(io.BytesIO(bound))
    assert [str(mark.title) for mark in reader.outline if not isinstance(mark, list)] == [
        "Collection dossier", "agreement: agreement.pdf",
        "letter of 2024-03-01: formal notice (the notice that comes before costs)",
    ]  # fmt: skip


def test_the_same_dossier_gives_the_same_zip(folder: DossierFolder) -> None:
    one = dossier(Document(kind="invoice", name="F1.jpg", content=b"\xff\xd8"))
    first = folder.write(one)
    with zipfile.ZipFile(folder.folder / first.name) as archive:
        names = archive.namelist()
    assert folder.write(one).name == first.name
    assert "invoice/F1.jpg" in names


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xd8\xff", "it is no PDF"),
        (b"%PDF-1.7 and then nothing of the kind", "it cannot be bound in"),
        (pdf(1, "geheim"), "it is encrypted"),
        (pdf(401), "more than 400 pages"),
    ],
    ids=("picture", "broken", "encrypted", "too long"),
)
def test_what_cannot_be_bound_is_in_the_zip_and_told(
    folder: DossierFolder, content: bytes, why: str
) -> None:
    filed = folder.write(dossier(Document(kind="invoice", name="F1.pdf", content=content)))
    assert filed.pages == 2
    (told,) = filed.unbound
    assert told.startswith("invoice/F1.pdf is in the zip only: ")
    assert why in told


def test_what_comes_from_outside_is_escaped(folder: DossierFolder, pages: list[str]) -> None:
    folder.write(dossier(letters=(letter(HOSTILE),)))
    (page,) = pages
    assert HOSTILE not in page
    assert page.count("&lt;script&gt;") == 4
    assert "Content-Security-Policy" in page


def test_the_page_says_what_is_owed_what_went_and_what_is_missing(
    folder: DossierFolder, pages: list[str]
) -> None:
    folder.write(dossier(letters=(letter(),)))
    (page,) = pages
    # Trade interest in 2024: 12.5 % until 1 July; 59 of 366 days from 2 February.
    for words in ("€1,000.00", "€20.15", "€150.00", "€1,170.15", "proof of delivery", "run-1"):
        assert words in page, words


def test_a_draft_says_so_and_why_on_its_first_page_and_in_its_name(
    folder: DossierFolder, pages: list[str]
) -> None:
    filed = folder.write(replace(dossier(), unmet=("his journey is not at its end", HOSTILE)))
    assert filed.name == "10001-20260303-090000-draft.zip"
    (page,) = pages
    before = page.partition("<h2>")[0]
    for words in (">DRAFT<", "his journey is not at its end", "&lt;script&gt;"):
        assert words in before, words
    folder.write(dossier())
    assert "DRAFT" not in pages[1]


@pytest.mark.parametrize(
    ("language", "title", "told"),
    [
        ("nl", "Incassodossier", "bewijs van levering"),
        ("en", "Collection dossier", "proof of delivery"),
        ("de", "Inkassoakte", "Liefernachweis"),
        ("fr", "Dossier de recouvrement", "preuve de livraison"),
        ("pl", "Collection dossier", "proof of delivery"),
    ],
)
def test_it_speaks_the_creditors_language(
    folder: DossierFolder, pages: list[str], language: str, title: str, told: str
) -> None:
    replace(folder, language=language).write(dossier(letters=(letter(),)))
    (page,) = pages
    assert f"<h1>{title}</h1>" in page
    assert f"<li>{told}</li>" in page


def test_every_language_says_the_same_and_fills_in_the_same() -> None:
    def said(language: str) -> dict[str, set[str]]:
        found = {}
        for name, words in words_of(language).items():
            for key, text in words.items() if isinstance(words, dict) else [("", words)]:
                found[f"{name}/{key}"] = set(re.findall(r"{(\w+)}", text))
        return found

    for language in LANGUAGES:
        assert said(language) == said("en"), language
    # Whatever became of a message is said in his language.
    assert {*MessageState, *EVENTS} == set(words_of("en")["passages"])
    assert {*PromiseState} == set(words_of("en")["promises"])


def test_what_is_left_of_the_interest_of_a_paid_invoice_is_told(
    folder: DossierFolder, pages: list[str]
) -> None:
    paid = PaidItem(
        source="erp", number="F0", customer="10001", due=dt.date(2024, 2, 1),
        on=dt.date(2024, 3, 28), amount=Money(100_000, "EUR"),
    )  # fmt: skip
    item = OpenItem(number="F1", customer="10001", open=Money(100, "EUR"), due=dt.date(2024, 2, 1))
    for policy, told in (("ask", "claimed: €18.78"), ("waive", "given up: €18.78")):
        left = left_of(NL, "business", [paid], AfterPrincipal(policy=policy))
        day = dt.date(2024, 4, 1)
        statement = statement_of(NL, "business", [(item, None)], {}, day, left=left)
        folder.write(replace(dossier(), statement=statement))
        assert f"Invoice F0: {told}" in pages[-1]


def test_names_in_the_zip_stay_in_it(folder: DossierFolder) -> None:
    documents = [
        Document(kind="invoice", name="../../F1.pdf", content=pdf()),
        Document(kind="invoice", name="..-..-F1.pdf", content=pdf()),
        Document(kind="invoice", name="F 1?.pdf", content=pdf()),
        Document(kind="invoice", name="F/1*.pdf", content=pdf()),
    ]
    filed = folder.write(dossier(*documents))
    with zipfile.ZipFile(folder.folder / filed.name) as archive:
        names = archive.namelist()
    assert len(set(names)) == len(names) == 6
    assert not any(".." in name.split("/") or name.startswith("/") for name in names)


class TestPapers:
    @pytest.fixture
    def files(self, tmp_path: Path) -> ClaimFiles:
        for folder in ("documents/10001", "documents/10002", "letters"):
            (tmp_path / folder).mkdir(parents=True)
        return ClaimFiles(
            folder=tmp_path / "documents", letters=tmp_path / "letters", plan=CollectionPlan()
        )

    def test_each_is_told_by_its_name(self, files: ClaimFiles) -> None:
        for name in (
            "Agreement 2024.pdf", "2026-101.pdf", "delivery-2026-101.pdf", "2026-1012.pdf",
            "notes.txt",
        ):  # fmt: skip
            (files.folder / "10001" / name).write_bytes(b"%PDF-")
        found = files.of("10001", ["2026-101"])
        assert [(one.kind, one.name, one.items) for one in found] == [
            ("invoice", "2026-101.pdf", ("2026-101",)),
            ("agreement", "Agreement 2024.pdf", ()),
            ("proof of delivery", "delivery-2026-101.pdf", ("2026-101",)),
        ]

    @pytest.mark.parametrize("number", ["../10002", "..", "", "10001/../10002", "/etc", "a b"])
    def test_a_number_that_is_no_folder_of_his_finds_nothing(
        self, files: ClaimFiles, number: str
    ) -> None:
        (files.folder / "10002" / "agreement.pdf").write_bytes(b"%PDF-")
        assert files.of(number, ["1"]) == ()

    def test_a_link_out_of_the_folder_is_not_followed(
        self, files: ClaimFiles, tmp_path: Path
    ) -> None:
        secret = tmp_path / "secret.pdf"
        secret.write_bytes(b"%PDF-")
        (files.folder / "10001" / "agreement.pdf").symlink_to(secret)
        (files.folder / "10003").symlink_to(files.folder / "10002")
        (files.folder / "10002" / "agreement.pdf").write_bytes(b"%PDF-")
        assert files.of("10001", ["1"]) == ()
        assert files.of("10003", ["1"]) == ()

    def test_one_that_is_too_large_is_refused_with_its_name(self, files: ClaimFiles) -> None:
        with (files.folder / "10001" / "agreement.pdf").open("wb") as file:
            file.truncate(25_000_001)
        with pytest.raises(BusinessError, match=r"agreement\.pdf has more than 25 MB"):
            files.of("10001", [])

    def test_a_letter_is_found_by_the_name_that_its_channel_gave(self, files: ClaimFiles) -> None:
        (files.letters / "2024-03-01-10001.pdf").write_bytes(b"%PDF-1")
        (files.letters.parent / "outside.pdf").write_bytes(b"%PDF-2")
        assert files.printed(letter().message) == b"%PDF-1"
        for proof in ("../outside.pdf", "SM123", "", "gone.pdf"):
            assert files.printed(replace(letter().message, proof=proof)) == b""


def test_a_word_with_which_any_name_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="empty word"):
        CollectionPlan(agreement=("",))
