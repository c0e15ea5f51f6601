"""The money that comes in: one or more bank lines for each bundle, with the truth beside them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from clerkwork.demo.book import Allocation, Debtor, Item, Line, Truth
from clerkwork.demo.seeding import texts
from clerkwork.demo.seeding.people import consumer_name
from clerkwork.demo.seeding.references import betalingskenmerk, creditor_reference, iban, ogm

__all__ = ["Payer", "Scene", "lines_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a writer of lines may look at: chance, bank days, and the numbers that are taken."""

    rng: random.Random
    days: tuple[date, ...]
    numbers: frozenset[str]
    strangers: tuple[str, ...]
    """Open invoice numbers of debtors who pay nothing this week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    debtor: Debtor
    name: str
    iban: str


Writer = Callable[[Scene, Payer, tuple[Item, ...]], Iterator[Line]]


def lines_of(scene: Scene, case: str, debtor: Debtor, items: tuple[Item, ...]) -> list[Line]:
    """The lines of one bundle; account, reference of the bank and order are not settled yet."""
    payer = Payer(
        debtor=debtor,
        name=texts.as_written_by_bank(scene.rng, debtor.name),
        iban=debtor.iban or iban(scene.rng, debtor.country),
    )
    return [
        replace(line, truth=replace(line.truth, case=case))
        for line in _WRITERS[case](scene, payer, items)
    ]


def full(*items: Item) -> tuple[Allocation, ...]:
    """Everything that is open, of each."""
    return tuple(Allocation(item=item.number, cents=item.open) for item in items)


def decided(payer: Payer, *allocations: Allocation) -> Truth:
    return Truth(case="", debtor=payer.debtor.number, allocations=allocations, decidable=True)


def for_a_person(payer: Payer, *allocations: Allocation) -> Truth:
    """Nobody can tell from the line; `allocations` are what asking the payer would bring out."""
    return Truth(case="", debtor=payer.debtor.number, allocations=allocations)


def write(
    scene: Scene,
    payer: Payer,
    truth: Truth,
    text: str,
    *,
    cents: int | None = None,
    structured: str = "",
    end_to_end: str = "",
    on: int | None = None,
) -> Line:
    """A receipt from `payer` of what is settled; on a random bank day unless `on` says which."""
    booked = scene.days[on] if on is not None else scene.rng.choice(scene.days)
    if not end_to_end and scene.rng.random() < 0.4:
        end_to_end = f"{booked:%Y%m%d}{scene.rng.randrange(10**6):06d}"
    return Line(
        account="",
        booked=booked,
        valued=booked,
        cents=sum(one.cents for one in truth.allocations) if cents is None else cents,
        name=payer.name,
        iban=payer.iban,
        text=text,
        structured=structured,
        end_to_end=end_to_end or "NOTPROVIDED",
        bank_ref="",
        code="sepa-ct",
        truth=truth,
    )


def _named(scene: Scene, payer: Payer, item: Item) -> str:
    debtor = payer.debtor
    return texts.named(scene.rng, debtor.language, item.number, item.issued, debtor.number)


def _exact(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    yield write(scene, payer, decided(payer, *full(*items)), _named(scene, payer, items[0]))


def _end_to_end(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    yield write(scene, payer, decided(payer, *full(*items)), "", end_to_end=items[0].number)


def _structured(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    national = {"NL": betalingskenmerk, "BE": ogm}.get(payer.debtor.country, creditor_reference)
    make = creditor_reference if scene.rng.random() < 0.25 else national
    reference = make(items[0].number)
    yield write(scene, payer, decided(payer, *full(*items)), "", structured=reference)


def _part(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    cents = round(items[0].open * scene.rng.uniform(0.3, 0.7))
    part = Allocation(item=items[0].number, cents=cents)
    yield write(scene, payer, decided(payer, part), _named(scene, payer, items[0]))


def _instalment(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    third = items[0].open // 3
    for turn in range(3):
        cents = third if turn < 2 else items[0].open - 2 * third
        part = Allocation(item=items[0].number, cents=cents)
        text = f"{_named(scene, payer, items[0])} {turn + 1}/3"
        yield write(scene, payer, decided(payer, part), text, on=turn)


def _discount(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    item = items[0]
    paid = Allocation(item=item.number, cents=item.open - item.discount, discount=item.discount)
    yield write(scene, payer, decided(payer, paid), _named(scene, payer, item))


def _late_discount(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    part = Allocation(item=items[0].number, cents=items[0].open - items[0].discount)
    yield write(scene, payer, decided(payer, part), _named(scene, payer, items[0]))


def _spaced(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    text = texts.spaced(scene.rng, payer.debtor.language, items[0].number)
    yield write(scene, payer, decided(payer, *full(*items)), text)


def _split(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    text = texts.broken_by_wrap(scene.rng, payer.debtor.language, items[0].number)
    yield write(scene, payer, decided(payer, *full(*items)), text)


def _typo(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    wrong = replace(items[0], number=texts.mistyped(scene.rng, items[0].number, scene.numbers))
    yield write(scene, payer, decided(payer, *full(*items)), _named(scene, payer, wrong))


def _twice(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    text = _named(scene, payer, items[0])
    yield write(scene, payer, decided(payer, *full(*items)), text, on=0)
    again = scene.rng.choice((1, 2))
    yield write(scene, payer, for_a_person(payer), text, cents=items[0].open, on=again)


def _other(scene: Scene, debtor: Debtor) -> Payer:
    spoken = debtor.language if debtor.language != "en" else "nl"
    name = consumer_name(scene.rng, spoken)
    if debtor.kind == "business":
        name = scene.rng.choice((f"Administratiekantoor {name}", f"{name} Beheer B.V."))
    return Payer(debtor=debtor, name=name, iban=iban(scene.rng, debtor.country))


def _third_party(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    other = _other(scene, payer.debtor)
    text = f"{_named(scene, payer, items[0])} {payer.debtor.name}"[:140]
    yield write(scene, other, decided(payer, *full(*items)), text)


def _third_party_wrong(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    other = _other(scene, payer.debtor)
    cents = round(items[0].open * scene.rng.uniform(0.4, 0.9))
    part = Allocation(item=items[0].number, cents=cents)
    yield write(scene, other, for_a_person(payer, part), _named(scene, payer, items[0]))


def _over(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    cents = items[0].open + scene.rng.randrange(137, 9_000)
    truth = for_a_person(payer, *full(*items))
    yield write(scene, payer, truth, _named(scene, payer, items[0]), cents=cents)


def _foreign(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    cents = items[0].open - scene.rng.randrange(700, 1_190)
    currency, rate = scene.rng.choice((("USD", 1.0834), ("GBP", 0.8412), ("CHF", 0.9377)))
    sent = f"{items[0].open * rate / 100:,.2f}"
    text = f"{currency} {sent} RATE {rate} INV {items[0].number} CHARGES SHA"
    part = Allocation(item=items[0].number, cents=cents)
    yield write(scene, payer, for_a_person(payer, part), text)


def _unnamed(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    text = texts.unnamed(scene.rng, payer.debtor.language)
    yield write(scene, payer, decided(payer, *full(*items)), text)


def _ambiguous(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    cents = items[0].open + items[1].open
    text = texts.unnamed(scene.rng, payer.debtor.language)
    yield write(scene, payer, for_a_person(payer), text, cents=cents)


def _on_account(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    cents = max(5, round(items[0].open * scene.rng.uniform(0.2, 0.8) / 100)) * 100
    text = texts.unnamed(scene.rng, payer.debtor.language)
    yield write(scene, payer, for_a_person(payer), text, cents=cents)


def _order_number(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    number = scene.rng.choice(scene.strangers)
    digits = number if scene.rng.random() < 0.5 else number.replace("-", "")
    word = {"nl": "Bestelling", "fr": "Commande", "de": "Bestellung", "en": "Order"}
    cents = items[0].open + scene.rng.randrange(1_500, 60_000)
    text = f"{word[payer.debtor.language]} {digits}"
    yield write(scene, payer, for_a_person(payer), text, cents=cents)


def _equal(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    for day in range(3):
        yield write(scene, payer, for_a_person(payer), "Abonnement", cents=items[0].open, on=day)


def _listed(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    numbers = [item.number for item in items]
    text = texts.listed(scene.rng, payer.debtor.language, numbers)
    yield write(scene, payer, decided(payer, *full(*items)), text)


def _listed_wrong(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    numbers = [item.number for item in items]
    short = min(item.open for item in items) // 2
    cents = sum(item.open for item in items) - scene.rng.randrange(short // 4 + 1, short + 2)
    text = texts.listed(scene.rng, payer.debtor.language, numbers)
    yield write(scene, payer, for_a_person(payer), text, cents=cents)


def _range(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    numbers = sorted(item.number for item in items)
    text = texts.from_to(payer.debtor.language, numbers[0], numbers[-1])
    yield write(scene, payer, decided(payer, *full(*items)), text)


def _one_iban(scene: Scene, payer: Payer, items: tuple[Item, ...]) -> Iterator[Line]:
    if len(items) == 1:
        return _exact(scene, payer, items)
    truth = Truth(case="")
    text = texts.unnamed(scene.rng, payer.debtor.language)
    return iter([write(scene, payer, truth, text, cents=items[0].open)])


_WRITERS: dict[str, Writer] = {
    "exact": _exact,
    "end to end": _end_to_end,
    "structured": _structured,
    "part": _part,
    "instalment": _instalment,
    "discount": _discount,
    "late discount": _late_discount,
    "spaced": _spaced,
    "split": _split,
    "typo": _typo,
    "twice": _twice,
    "third party": _third_party,
    "third party wrong amount": _third_party_wrong,
    "over": _over,
    "foreign": _foreign,
    "amount": _unnamed,
    "sum": _unnamed,
    "ambiguous sum": _ambiguous,
    "on account": _on_account,
    "order number": _order_number,
    "equal": _equal,
    "listed": _listed,
    "listed wrong sum": _listed_wrong,
    "credit netted": _listed,
    "range": _range,
    "two on one IBAN": _one_iban,
}
