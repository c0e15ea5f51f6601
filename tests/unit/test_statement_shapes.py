"""Entries read by their shape are what they are tag by tag, however a file was damaged."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from camt_writer import Entry, write_camt
from hypothesis import given, settings
from hypothesis import strategies as st
from test_statement_camt_written import entries, made

from clerkwork.adapters.statements.camt_fields import camt_tree
from clerkwork.adapters.statements.scan import Scan
from clerkwork.core.payments import Kind
from clerkwork.errors import StatementError

Told = list[dict[str, Any]]


def scanned(content: bytes, *, simply: bool) -> Told | None:
    """What is found of each entry and statement; None if the file is refused."""
    found: Told = []
    top = camt_tree(entry=lambda one, _: found.append(one), statement=lambda _, x: found.append(x))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xml"
        path.write_bytes(content)
        try:
            Scan(path, top, simply=simply).read()
        except StatementError:
            return None
    for one in found:
        for part in one.get("transactions", ()):
            # The bytes of an only transaction are nobody's business.
            if not isinstance(part.get("raw"), str):
                part.pop("raw", None)
    return found


def both(content: bytes) -> Told | None:
    simple, careful = (scanned(content, simply=simply) for simply in (True, False))
    assert simple == careful
    return simple


@given(
    st.lists(entries(), min_size=2, max_size=4),
    st.integers(2, 13),
    st.sampled_from(["", "c"]),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_a_shape_reads_what_the_tags_say(
    written: list[Entry], version: int, prefix: str, data: st.DataObject
) -> None:
    many = [*written, *written, *written]
    whole = write_camt([(made(Kind.STATEMENT, 1, 0, many), many)], version=version, prefix=prefix)
    assert both(whole) is not None
    start = data.draw(st.integers(0, len(whole) - 1))
    instead = data.draw(
        st.sampled_from([b"", b"<", b">", b"&", b"/", b" ", b"x", b"\xff", b"\r\n"])
    )
    length = data.draw(st.integers(0, 30))
    both(whole[:start] + instead + whole[start + length :])


ENTRY = b'<Ntry><Amt Ccy="EUR">1.00</Amt><Sts>BOOK</Sts><AddtlNtryInf>@</AddtlNtryInf></Ntry>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"a &lt;b&gt; &amp;amp; &#65;&#x42;", "a <b> &amp; AB"),
        (b"a > b", "a > b"),
        (b"<![CDATA[<Ntry>]]>", "<Ntry>"),
        (b"a<!-- </Ntry> -->b", "ab"),
        (b"a\r\nb", "a\nb"),
        (b"&#32;&#10;", None),
        (b"  ", None),
    ],
)
def test_texts_are_read_as_xml_has_them(text: bytes, told: str | None) -> None:
    many = ENTRY.replace(b"@", b"plain") * 3 + ENTRY.replace(b"@", text) * 2
    found = both(b"<Document><BkToCstmrStmt><Stmt>" + many + b"</Stmt></BkToCstmrStmt></Document>")
    assert found is not None
    assert [one.get("further") for one in found] == ["plain"] * 3 + [told] * 2 + [None]


@pytest.mark.parametrize(
    "text", [b"&nbsp;", b"&#0;", b"&#99999999999999999999;", b"&", b"<a", b"]]>", b"\x01", b"\xff"]
)
def test_what_is_not_xml_is_refused_in_any_entry(text: bytes) -> None:
    many = ENTRY.replace(b"@", b"plain") * 3 + ENTRY.replace(b"@", text) * 2
    content = b"<Document><BkToCstmrStmt><Stmt>" + many + b"</Stmt></BkToCstmrStmt></Document>"
    assert both(content) is None


def test_entries_within_others_count_as_what_they_are() -> None:
    odd = b"<Foo>" + ENTRY + b"</Foo>" + ENTRY + b"<Ntry><X>" + ENTRY + b"</X></Ntry>"
    content = b"<Document><BkToCstmrStmt><Stmt>" + ENTRY + odd + ENTRY + b"</Stmt></BkToCstmrStmt>"
    found = both(content + b"</Document>")
    assert found is not None
    assert [one.get("status", "") for one in found] == ["BOOK", "BOOK", "", "BOOK", ""]
