"""What payers do who name no item: an amount, a month, an order; and what is no payment."""

from __future__ import annotations

from benchmarks._matching_book import Item
from benchmarks._matching_cases_named import NAMED
from benchmarks._matching_draft import Draft, Scene, line_over
from benchmarks._matching_labels import MOST
from benchmarks._matching_names import iban

__all__ = ["UNNAMED", "stranger"]


def _few(scene: Scene, item: int) -> bool:
    """Whether the household has so few items that all sums can be tried."""
    return sum(len(scene.book.accounts[c].items) for c in scene.unit) <= MOST


def _amount(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None or not _few(scene, item):
        return []
    draft = scene.from_own(line_over(scene, "amount alone", "alone", [item]))
    draft.text = scene.text(scene.account(item), "") if scene.rng.random() < 0.7 else ""
    return [draft] if len(draft.payers) == 1 and _by_iban(scene, draft) else []


def _by_iban(scene: Scene, draft: Draft) -> bool:
    account = scene.book.accounts[draft.customer]
    return draft.payer_iban in account.ibans or account.known.get(draft.payer_iban, 0) > 1


def _sum(scene: Scene) -> list[Draft]:
    few = [c for c in scene.unit if len(scene.book.accounts[c].items) <= 9]
    for customer in few:
        items = scene.several(customer, scene.rng.choice((2, 2, 3, 4)))
        if len(items) > 1:
            draft = scene.from_own(line_over(scene, "sum", "sum", items))
            draft.text = scene.text(scene.account(items[0]), "") if scene.rng.random() < 0.7 else ""
            return [draft] if _by_iban(scene, draft) else []
        scene.free.extend(items)
    return []


def _sum_of_many(scene: Scene) -> list[Draft]:
    for customer in scene.unit:
        if len(scene.book.accounts[customer].items) >= 30:
            items = scene.several(customer, scene.rng.choice((3, 4, 5, 7)))
            if len(items) > 2:
                draft = scene.from_own(line_over(scene, "sum among many", "hopeless", items))
                draft.text = scene.text(scene.account(items[0]), "")
                return [draft]
            scene.free.extend(items)
    return []


def _month(scene: Scene) -> list[Draft]:
    if (item := scene.take(lambda one: one.monthly)) is None:
        return []
    real = scene.book.items[item]
    draft = scene.from_own(line_over(scene, "month named", "month", [item]))
    words = scene.words(scene.account(item))
    draft.period = (real.issued.year, real.issued.month)
    name = words.months[real.issued.month - 1]
    if "|" in name:
        name = scene.rng.choice(name.split("|"))
    written = scene.rng.choice(scene.style.periods).format(
        name=name,
        month=real.issued.month,
        year=real.issued.year,
        short=real.issued.year % 100,
    )
    word = scene.rng.choice((*words.subscription, ""))
    draft.variant = "in words" if written[0].isalpha() else "in digits"
    draft.text = scene.text(scene.account(item), f"{word} {written}".strip(), fragile=True)
    if any(sign in draft.text for sign in ("2026-0", "2025-1")) and "date" in draft.text:
        return []
    return [draft] if _by_iban(scene, draft) else []


def _no_month(scene: Scene) -> list[Draft]:
    if (item := scene.take(lambda one: one.monthly)) is None:
        return []
    draft = scene.from_own(line_over(scene, "subscription, no month", "no month", [item]))
    words = scene.words(scene.account(item))
    draft.text = scene.rng.choice((*words.subscription, ""))
    return [draft]


def _debtor(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None or not _few(scene, item):
        return []
    draft = line_over(scene, "debtor number", "debtor", [item])
    scene.from_own(draft) if scene.rng.random() < 0.6 else scene.from_third(draft)
    draft.payers = (draft.customer,)
    account = scene.account(item)
    word = scene.rng.choice(scene.words(account).customer)
    draft.text = scene.text(account, f"{word} {account.number}", fragile=True)
    return [draft]


def _order_number(scene: Scene) -> str:
    if scene.style.order_number:
        return scene.style.order_number(scene.rng)
    return f"{scene.rng.choice((4500, 88, 610))}{scene.rng.randrange(10**6):06d}"


def _order(scene: Scene) -> list[Draft]:
    drafts = _amount(scene)
    for draft in drafts:
        account = scene.book.accounts[draft.customer]
        number = _order_number(scene)
        if not scene.means_nothing(account, number):
            return []
        draft.case = "order number"
        word = scene.rng.choice(scene.words(account).order)
        draft.text = scene.text(account, f"{word} {number}", fragile=True)
    return drafts


def _order_alike(scene: Scene) -> list[Draft]:
    """Somebody's order has the number of an invoice of ours; the amount is another."""
    if (item := scene.take()) is None:
        return []
    draft = scene.from_third(
        line_over(scene, "order number that is an invoice's", "review", [item])
    )
    account, real = scene.account(item), scene.book.items[item]
    draft.amount = max(100, real.open + scene.rng.choice((-1, 1)) * scene.rng.randint(300, 900))
    draft.items, draft.customer = [], -1
    word = scene.rng.choice(scene.words(account).order)
    draft.text = scene.text(account, f"{word} {real.number}", fragile=True)
    return [draft]


def _prepayment(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = scene.from_own(line_over(scene, "prepayment", "unapplied", [item]))
    draft.items = []
    draft.amount = scene.rng.randint(3, 60) * 5000
    return [_advance(scene, draft)]


def _prepayment_fits(scene: Scene) -> list[Draft]:
    most = scene.rng.choice((1, 1, 2, 3))
    for customer in scene.unit:
        if items := scene.several(customer, most):
            draft = scene.from_own(line_over(scene, "prepayment that fits", "unapplied", items))
            draft.items = []
            return [_advance(scene, draft)]
    return []


def _advance(scene: Scene, draft: Draft) -> Draft:
    account = scene.book.accounts[draft.customer]
    words = scene.words(account)
    core = scene.rng.choice(words.prepayment)
    if scene.rng.random() < 0.6:
        core += f" {scene.rng.choice(words.order)} {_order_number(scene)}"
    draft.text = scene.text(account, core, fragile=True)
    return draft


def _name(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None or not _few(scene, item):
        return []
    draft = scene.from_new(line_over(scene, "name and amount", "name", [item]))
    draft.text = scene.text(scene.account(item), "") if scene.rng.random() < 0.5 else ""
    return [draft]


def _two_debtors(scene: Scene) -> list[Draft]:
    if len(scene.unit) < 2 or (item := scene.take()) is None:
        return []
    draft = scene.from_own(line_over(scene, "two debtors on one account", "review", [item]))
    # A household's account bears one name, and the bank gives it for both.
    draft.payer = scene.book.accounts[scene.unit[0]].name.split()[-1]
    draft.text = ""
    return [draft]


def _storno(scene: Scene) -> list[Draft]:
    drafts = NAMED["number"](scene)
    if not drafts or (day := scene.later(drafts[0].booked)) is None:
        return []
    first = drafts[0]
    account = scene.book.accounts[first.customer]
    first.case = "storno, the payment"
    first.end_to_end = f"E2E{scene.rng.randrange(10**12):012d}"
    back = Draft(
        case="storno",
        check="reopens",
        customer=first.customer,
        amount=-first.amount,
        booked=day,
        payers=first.payers,
        payer=first.payer,
        payer_iban=first.payer_iban,
        currency=first.currency,
        code=scene.rng.choice(("return", "NRTI", "RRTN", "")),
        items=list(first.items),
        follows=first,
    )
    word = scene.rng.choice(scene.words(account).storno)
    if scene.rng.random() < 0.5:
        back.end_to_end, back.variant, back.text = first.end_to_end, "end-to-end", word
    else:
        back.variant = "number"
        back.text = f"{word} {scene.book.items[first.items[0][0]].number}"
    return [first, back]


def _storno_bare(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = scene.from_third(line_over(scene, "storno without reference", "review", [item]))
    draft.amount, draft.items, draft.customer = -draft.amount, [], -1
    draft.code = scene.rng.choice(("return", "NRTI", ""))
    draft.text = scene.rng.choice(scene.words(scene.account(item)).storno)
    return [draft]


def _other_currency(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = scene.from_own(line_over(scene, "other currency", "review", [item]))
    draft.currency = "USD" if draft.currency == "EUR" else "EUR"
    account = scene.account(item)
    draft.text = scene.text(account, scene.named(account, scene.book.items[item].number))
    return [draft]


def _zero(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = scene.from_own(line_over(scene, "zero amount", "review", [item]))
    draft.amount, draft.items = 0, []
    account = scene.account(item)
    draft.text = scene.text(account, scene.named(account, scene.book.items[item].number))
    return [draft]


UNNAMED = {
    "amount alone": _amount,
    "sum": _sum,
    "sum among many": _sum_of_many,
    "month named": _month,
    "subscription, no month": _no_month,
    "debtor number": _debtor,
    "order number": _order,
    "order number that is an invoice's": _order_alike,
    "prepayment": _prepayment,
    "prepayment that fits": _prepayment_fits,
    "name and amount": _name,
    "two debtors on one account": _two_debtors,
    "storno": _storno,
    "storno without reference": _storno_bare,
    "other currency": _other_currency,
    "zero amount": _zero,
}


def stranger(scene: Scene, items: list[Item]) -> Draft:
    """A line that pays nothing of ours: somebody unknown, the bank, ourselves, a supplier."""
    rng, book = scene.rng, scene.book
    kind = rng.choice(("unknown payer", "unknown payer", "bank costs", "own transfer", "outgoing"))
    amount = rng.choice(items).open if rng.random() < 0.4 else rng.randrange(500, 900_000)
    draft = Draft(case=kind, check="not ours", customer=-1, amount=abs(amount), booked=scene.day())
    account = book.accounts[rng.randrange(len(book.accounts))]
    if kind == "bank costs":
        draft.amount, draft.code = -rng.randrange(200, 9000), rng.choice(("NCHG", "costs"))
        draft.text = rng.choice(("kosten betalingsverkeer", "Kontofuehrung", "frais", "fees"))
    elif kind == "own transfer":
        draft.amount *= rng.choice((1, -1))
        draft.payer_iban, draft.payer = rng.choice(book.own_ibans), "Clerkwork Trading"
    else:
        while True:
            draft.payer = scene.name(account.country, business=True) + " & Co"
            if draft.payer not in book.by_name:
                break
        draft.payer_iban = iban(rng, account.country)
        draft.text = scene.text(account, "")
        if kind == "outgoing":
            draft.amount = -draft.amount
        else:
            draft.check = "review"
    return draft
