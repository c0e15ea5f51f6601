"""The page behind a reminder's payment link: whom to pay, how much, with which reference."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from clerkwork.adapters.letters import Texts, clean, data_uri, fill, payment_qr
from clerkwork.core.creditor import Creditor
from clerkwork.core.money import Money
from clerkwork.web.pages import render

__all__ = ["add_payment_page"]

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def add_payment_page(app: FastAPI, creditor: Creditor, texts: Mapping[str, Texts]) -> None:
    """Add `/pay?amount=12.50&reference=2026-0412&language=nl`, in euros, to an application.

    Payee and account are the creditor's own, never the address's: a changed
    link can ask for another amount, but not for money to another account.
    """

    @app.get("/pay")
    def pay(amount: str = "", reference: str = "", language: str = "") -> Response:
        said = clean(reference)[:140]
        if not _AMOUNT.fullmatch(amount) or not Money.of(amount, "EUR"):
            raise HTTPException(404)
        spoken = texts.get(language) or texts[creditor.language]
        return HTMLResponse(_page(creditor, spoken, Money.of(amount, "EUR"), said))


def _page(creditor: Creditor, texts: Texts, amount: Money, reference: str) -> str:
    words, iban = texts.words, creditor.iban.replace(" ", "")
    values = {
        "total": amount.for_people(texts.locale),
        "creditor": creditor.name,
        "iban": " ".join(iban[at : at + 4] for at in range(0, len(iban), 4)),
        "reference": reference,
    }
    return render(
        "pay.html",
        house=creditor.name,
        language=texts.locale.partition("_")[0],
        heading=fill(words.pay_heading, values),
        transfer=fill(words.pay_transfer, values),
        remark=fill(words.pay_reference, values) if reference else "",
        scan=fill(words.pay_scan, values),
        already_paid=fill(words.already_paid, values),
        qr=data_uri(payment_qr(creditor, amount, reference)),
    )
