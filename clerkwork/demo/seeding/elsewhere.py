"""Bank lines that no open item explains: strangers, returns, and the creditor's own business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from clerkwork.demo.book import Account, Debtor, Line, Truth
from clerkwork.demo.seeding.receipts import Payer, Scene, for_a_person, write
from clerkwork.demo.seeding.references import iban

__all__ = ["NOT_OURS", "closed_items", "costs", "household", "payouts", "returns", "strangers"]

NOT_OURS = frozenset({"costs", "transfer", "salary", "supplier", "card", "tax"})
"""Cases that are none of receivables' business; every other undecided one is a person's."""

_STRANGERS = (
    ("Kwekerij De Hof", "Betaling", 21_780),
    ("M. TERPSTRA", "dank", 4_950),
    ("Zonnepanelen Zuid BV", "aanbetaling 30%", 181_500),
    ("Comptoir de la Meuse SA", "acompte", 75_000),
    ("J. ÅSTRÖM", "thank you", 12_900),
    ("'); DROP TABLE lines;--", '<b>spoed</b> "aanmaning" & co', 33_275),
    ("Hofstra Familie", "", 9_680),
    ("Fahrradverleih Küste", "wie telefonisch besprochen", 60_500),
)
_SUPPLIERS = (
    ("Grootkeuken Import B.V.", "Factuur 88213", 412_330),
    ("Vattenveld Energie", "Termijnbedrag maart klant 5510233", 128_900),
    ("Koeriersdienst Noord", "F-2026-00417", 36_421),
    ("Kartonfabriek Zaan", "Uw klantnr 7001 nota 2026-0088", 215_072),
    ("Telecom Delta", "Abonnement februari", 18_755),
    ("Schoonmaak Plus", "2600391", 94_380),
    ("Leasemij Waterland", "Contract 33.120 mrt", 139_514),
)


def strangers(scene: Scene) -> Iterator[Line]:
    """Payers nobody knows, without a reference."""
    nobody = _unknown_debtor()
    for name, text, cents in _STRANGERS:
        payer = Payer(debtor=nobody, name=name, iban=iban(scene.rng, "NL"))
        yield write(scene, payer, Truth(case="unknown"), text, cents=cents)


def closed_items(scene: Scene, debtors: list[Debtor]) -> Iterator[Line]:
    """Payments for invoices that were settled long ago: their numbers are in no ledger."""
    for debtor in debtors:
        number = f"{scene.days[0].year - 1}-{scene.rng.randrange(101, 640):04d}"
        payer = Payer(debtor=debtor, name=debtor.name, iban=debtor.iban)
        truth = replace(for_a_person(payer), case="closed item")
        cents = scene.rng.randrange(2_000, 90_000)
        yield write(scene, payer, truth, f"Factuur {number}", cents=cents)


def payouts(scene: Scene) -> Iterator[Line]:
    """A payment provider's daily total, which says nothing of who paid."""
    account = iban(scene.rng, "NL")
    for day, booked in enumerate(scene.days):
        payer = Payer(debtor=_unknown_debtor(), name="Stg Derdengelden Betaalbrug", iban=account)
        batch = f"BB{scene.rng.randrange(10**7):07d}"
        text = f"Payout {booked:%Y%m%d} {scene.rng.randrange(4, 19)} trx {batch}"
        cents = scene.rng.randrange(15_000, 240_000)
        yield write(scene, payer, Truth(case="payout"), text, cents=cents, on=day)


def returns(scene: Scene, debtors: list[Debtor]) -> Iterator[Line]:
    """Collections that the debtor's bank sent back: money out again, for an item already closed."""
    for debtor in debtors:
        number = f"{scene.days[0].year - 1}-{scene.rng.randrange(640, 760):04d}"
        reason = scene.rng.choice(("MS03", "AM04", "MD06", "AC04"))
        payer = Payer(debtor=debtor, name=debtor.name, iban=debtor.iban)
        truth = replace(for_a_person(payer), case="storno")
        cents = -scene.rng.randrange(1_500, 40_000)
        text = f"Storno incasso factuur {number} reden {reason}"
        line = write(scene, payer, truth, text, cents=cents, end_to_end=f"INC{number}")
        yield replace(line, code="return")


def costs(account: Account, booked: date, cents: int, text: str) -> Line:
    """The bank's own charge; it names no counterparty."""
    return _own(account.iban, booked, -cents, "", "", text, "costs", "costs")


def household(scene: Scene, accounts: tuple[Account, ...]) -> Iterator[Line]:
    """What else moves on the own accounts: transfers, suppliers, wages, cards, tax, costs."""
    rng, days = scene.rng, scene.days
    main, second, third = accounts
    for day, (giver, taker, cents) in enumerate(
        ((main, second, 1_500_000), (second, main, 425_000), (main, third, 1_000_000))
    ):
        text = "Overboeking eigen rekening"
        for own, other, signed in ((giver, taker, -cents), (taker, giver, cents)):
            yield _own(
                own.iban, days[day], signed, other.name, other.iban, text, "transfer", "transfer"
            )
    for name, text, cents in _SUPPLIERS:
        booked, account = rng.choice(days), iban(rng, "NL")
        yield _own(main.iban, booked, -cents, name, account, text, "sepa-ct", "supplier")
    for name, cents in (("S. Veenstra", 287_415), ("P. de Graaf", 312_066)):
        account = iban(rng, "NL")
        yield _own(
            main.iban, days[0], -cents, name, account, "Salaris februari", "salary", "salary"
        )
    for shop, cents in (
        ("Tankstation A7 Purmerend", 8_214),
        ("Bouwmarkt", 5_699),
        ("NS Reizen", 2_340),
    ):
        text = f"Betaalpas 118 {shop}"
        yield _own(second.iban, rng.choice(days), -cents, shop, "", text, "card", "card")
    tax = iban(rng, "NL")
    yield _own(
        main.iban, days[1], -1_843_200, "Belastingdienst", tax, "OB 4e kwartaal", "sepa-ct", "tax"
    )
    yield costs(main, days[0], 1_295, "Kosten zakelijk pakket februari")
    yield costs(main, days[2], 412, "Kosten betaalverkeer")
    yield costs(second, days[0], 995, "Kosten zakelijk pakket februari")
    yield costs(second, days[2], 150, "Kosten betaalverkeer")
    yield costs(third, days[0], 250, "Kosten spaarrekening")


def _own(
    account: str, booked: date, cents: int, name: str, other: str, text: str, code: str, case: str
) -> Line:
    return Line(
        account=account,
        booked=booked,
        valued=booked,
        cents=cents,
        name=name,
        iban=other,
        text=text,
        structured="",
        end_to_end="NOTPROVIDED",
        bank_ref="",
        code=code,
        truth=Truth(case=case),
    )


def _unknown_debtor() -> Debtor:
    return Debtor(
        number="",
        name="",
        kind="business",
        country="NL",
        language="nl",
        street="",
        postcode="",
        city="",
        email="",
        iban="",
        credit_limit=0,
        terms=0,
        paper=False,
    )
