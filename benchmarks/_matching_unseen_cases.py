"""What payers of the unseen style do beside the common cases, and what of it is decidable."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from benchmarks._matching_book import Book, Item
from benchmarks._matching_cases_named import write
from benchmarks._matching_damage import ogm, rf
from benchmarks._matching_draft import Draft, Scene, joined, line_over
from benchmarks._matching_labels import (
    MOST,
    chance_says,
    items_of,
    names_one,
    one_edit,
    readings,
)
from benchmarks._matching_names import folded
from benchmarks._matching_unseen_text import WAYS, money, quiet
from benchmarks._matching_unseen_words import CHARGES

__all__ = ["CHECKS", "PLAYS", "qr_reference"]

_CARRIES = (0, 9, 4, 6, 8, 2, 7, 1, 3, 5)
Left = Mapping[int, int]


def qr_reference(digits: str) -> str:
    """A Swiss QR reference: 26 digits and their check digit (SIX: modulus 10, recursive)."""
    body, carry = digits[-26:].zfill(26), 0
    for sign in body:
        carry = _CARRIES[(carry + int(sign)) % 10]
    return f"{body}{(10 - carry) % 10}"


def _in(scene: Scene, countries: str) -> Callable[[Item], bool]:
    accounts = scene.book.accounts
    return lambda one: one.open > 0 and accounts[one.customer].country in countries.split()


def _qr(scene: Scene) -> list[Draft]:
    if (item := scene.take(_in(scene, "CH"))) is None:
        return []
    rng, real, account = scene.rng, scene.book.items[item], scene.account(item)
    draft = scene.from_own(line_over(scene, "qr reference", "structured", [item]))
    digits = real.digits
    if rng.random() < 0.5:
        digits = re.sub(r"[^0-9]", "", account.number) + digits.zfill(14)
    made = qr_reference(digits)
    draft.variant, draft.typed = "qr", (real.number,)
    if rng.random() < 0.75:
        draft.structured = made
        return [draft]
    fives = [made[at : at + 5] for at in range(2, 27, 5)]
    draft.text = scene.text(account, " ".join((made[:2], *fives)), fragile=True)
    return [draft]


def _reference_mistyped(scene: Scene) -> list[Draft]:
    """Copied by hand, with one digit wrong: its check digits tell that, and not which."""
    if (item := scene.take()) is None:
        return []
    real, account = scene.book.items[item], scene.account(item)
    draft = scene.from_own(line_over(scene, "reference mistyped", "bad", [item]))
    wrong = WAYS["mistyped"](scene.rng, real.number) or real.number
    if scene.book.alike(re.sub(r"[^0-9]", "", wrong)):
        # Whether its check digits speak against somebody else's number, people differ.
        return []
    if account.country == "BE" and len(real.digits) <= 10:
        digits = re.sub(r"[^0-9]", "", wrong)
        right = ogm(real.digits)
        body = digits.zfill(10)
        made = f"+++{body[:3]}/{body[3:7]}/{body[7:]}{right[-5:]}"
        draft.variant, draft.typed = "ogm", (digits,)
    else:
        body = re.sub(r"[^0-9A-Z]", "", wrong)
        right = rf(re.sub(r"[^0-9A-Z]", "", real.number))
        made = right[:4] + body
        if len(body) > 21:
            return []
        draft.variant, draft.typed = "rf", (body,)
    draft.text = scene.text(account, made, fragile=True)
    return [draft]


def _cut_number(scene: Scene) -> list[Draft]:
    """The field was too short for the end of the number."""
    if (item := scene.take()) is None:
        return []
    real, account = scene.book.items[item], scene.account(item)
    draft = scene.from_own(line_over(scene, "cut number", "cut", [item]))
    typed = real.number[: -scene.rng.randint(2, 5)].rstrip("/-.")
    kept = len(re.sub(r"[^0-9]", "", typed))
    if kept < 5 or kept == len(real.digits):
        return []
    draft.variant, draft.typed = "cut off", (typed,)
    draft.text = f"{scene.filler(account)} {scene.named(account, typed)}".strip()
    return [draft]


def _cut_list(scene: Scene) -> list[Draft]:
    """A list that is longer than the bank's field: its end is lost, the amount is of all."""
    rng, book = scene.rng, scene.book
    customer = rng.choice(scene.unit)
    items = scene.several(customer, rng.choice((3, 4, 5, 6)))
    if len(items) < 3:
        return []
    draft = scene.from_own(line_over(scene, "list cut off", "cut list", items))
    account = book.accounts[customer]
    numbers = [book.items[i].number for i in items]
    whole = rng.randint(2, len(items) - 1)
    between = rng.choice((", ", " + ", " ", "; "))
    fragment = numbers[whole][: rng.randrange(len(numbers[whole]) - 2)]
    core = between.join((*numbers[:whole], fragment)).rstrip(" ,+;")
    draft.variant, draft.typed = "cut off", tuple(numbers[:whole])
    draft.text = scene.named(account, core)
    return [draft]


def _list_discount(scene: Scene) -> list[Draft]:
    """A payment run that takes the discount on every invoice that still allows it."""
    rng, book = scene.rng, scene.book
    first = scene.take(lambda one: one.discount > 0 and one.until is not None)
    if first is None:
        return []
    items = [first, *scene.several(book.items[first].customer, rng.choice((1, 2, 3)))]
    if len(items) < 2:
        return []
    draft = scene.from_own(line_over(scene, "list with discount", "discount", items))
    untils = [until for i in items if (until := book.items[i].until)]
    draft.booked = scene.day(max((book.items[i] for i in items), key=_issued), min(untils))
    if draft.booked > min(untils) or any(book.items[i].issued > draft.booked for i in items):
        return []
    draft.items = [
        (i, book.items[i].open - book.items[i].discount, book.items[i].discount) for i in items
    ]
    draft.amount = sum(minor for _, minor, _ in draft.items)
    account = book.accounts[draft.customer]
    draft.typed = tuple(book.items[i].number for i in items)
    between = rng.choice(scene.words(account).both)
    draft.text = scene.text(account, scene.named(account, joined(draft.typed, between)))
    return [draft]


def _issued(item: Item) -> str:
    return item.issued.isoformat()


def _charges(scene: Scene) -> list[Draft]:
    """A bank on the way kept its charges."""
    if (item := scene.take(lambda one: one.open > 30_000 and not one.discount)) is None:
        return []
    rng, account = scene.rng, scene.account(item)
    draft = line_over(scene, "charges withheld", "part", [item])
    scene.from_own(draft) if rng.random() < 0.8 else scene.from_new(draft)
    if not draft.payers:
        return []
    fee = rng.choice((250, 500, 750, 890, 1000, 1250, 1500, 2500))
    draft.amount -= fee
    draft.items = [(item, draft.amount, 0)]
    write(scene, draft, item)
    said = quiet(scene, account, rng.choice(CHARGES).format(money(rng, fee)))
    if said and rng.random() < 0.65:
        draft.text += f", {said}"
    return [draft]


def _amount_mistyped(scene: Scene) -> list[Draft]:
    """Two digits of the amount were swapped: less or more than is open, by chance."""
    if (item := scene.take(lambda one: one.open > 2000 and not one.discount)) is None:
        return []
    draft = scene.from_own(line_over(scene, "amount mistyped", "part", [item]))
    whole = str(draft.amount)
    at = scene.rng.randrange(len(whole) - 1)
    amount = int(whole[:at] + whole[at + 1] + whole[at] + whole[at + 2 :])
    if amount == draft.amount or whole[at + 1] == "0":
        return []
    if amount > draft.amount:
        draft.case, draft.check = "overpaid", "over"
    else:
        draft.items = [(item, amount, 0)]
    draft.amount = amount
    return [write(scene, draft, item)]


def _credit_bare(scene: Scene) -> list[Draft]:
    """Invoices by number, and 'less the credit note' without its own."""
    rng, book = scene.rng, scene.book
    if (credit := scene.take(lambda one: one.open < 0)) is None:
        return []
    items = scene.several(book.items[credit].customer, rng.choice((1, 1, 2)))
    if not items or sum(book.items[i].open for i in (*items, credit)) <= 0:
        return []
    both = [*items, credit]
    draft = scene.from_own(line_over(scene, "credit note unnamed", "credit unnamed", both))
    account = book.accounts[draft.customer]
    words = scene.words(account)
    draft.typed = tuple(book.items[i].number for i in items)
    core = scene.named(account, joined(draft.typed, rng.choice(words.both)))
    less = re.sub(r"[ ,.]*(n[ro°º.]*|nummer|nº)$", "", rng.choice(words.credit))
    said = quiet(scene, account, money(rng, -book.items[credit].open))
    core += f" {less} {said}" if said and rng.random() < 0.5 else f" {less}"
    draft.text = scene.text(account, core, fragile=True)
    return [draft]


def _another(scene: Scene) -> list[Draft]:
    """The amount is what he owes, the number is somebody else's invoice of another amount."""
    if (item := scene.take()) is None:
        return []
    rng, book, real = scene.rng, scene.book, scene.book.items[item]
    other = book.items[rng.randrange(len(book.items))]
    near = one_edit(other.digits, real.digits) or other.digits == real.digits
    if other.customer in scene.unit or other.open < 0 or other.open == real.open or near:
        return []
    draft = line_over(scene, "amount of one, number of another", "review", [item])
    scene.from_own(draft)
    draft.items = []
    account = scene.account(item)
    draft.text = scene.text(account, scene.named(account, other.number), fragile=True)
    return [draft]


def _bare_advance(scene: Scene) -> list[Draft]:
    """Round money of a known payer, and not a word of what it is for."""
    if (item := scene.take()) is None:
        return []
    draft = scene.from_own(line_over(scene, "advance without a word", "fits nothing", [item]))
    draft.items, draft.amount = [], scene.rng.randint(2, 80) * 10_000
    draft.text = scene.text(scene.account(item), "") if scene.rng.random() < 0.5 else ""
    return [draft]


def _namesake(scene: Scene) -> list[Draft]:
    """From an account that nobody knows, in a name that two debtors bear."""
    book = scene.book

    def shared(one: Item) -> bool:
        return one.open > 0 and book.by_name[folded(book.accounts[one.customer].name)] > 1

    if (item := scene.take(shared)) is None:
        return []
    draft = scene.from_new(line_over(scene, "namesake", "number", [item]))
    return [write(scene, draft, item)]


PLAYS = {
    "qr reference": _qr,
    "reference mistyped": _reference_mistyped,
    "cut number": _cut_number,
    "list cut off": _cut_list,
    "list with discount": _list_discount,
    "charges withheld": _charges,
    "amount mistyped": _amount_mistyped,
    "credit note unnamed": _credit_bare,
    "amount of one, number of another": _another,
    "advance without a word": _bare_advance,
    "namesake": _namesake,
}


def _cut(book: Book, draft: Draft, left: Left) -> bool | None:
    """What is left of the number begins one of his items only, which has the very amount."""
    if not draft.payers:
        return False
    item = draft.items[0][0]
    typed = re.sub(r"[^0-9]", "", draft.typed[0])
    own = items_of(book, draft, left)
    equal = [i for i in own if left[i] == draft.amount]
    if [i for i in equal if book.items[i].digits.startswith(typed)] != [item]:
        return False
    begun = [i for i in own if book.items[i].digits.startswith(typed) or _ends(book, i, typed)]
    # Of several that begin so, whether the amount may decide, people differ.
    return None if len(begun) > 1 or book.alike(typed) else True


def _ends(book: Book, item: int, typed: str) -> bool:
    return book.items[item].digits.endswith(typed)


def _list_cut(book: Book, draft: Draft, left: Left) -> bool | None:
    """What the numbers that are left do not cover is one reading of his other items."""
    if not (sure := names_one(book, draft)) or draft.customer not in draft.payers:
        return sure and False
    named = [i for i, _, _ in draft.items[: len(draft.typed)]]
    others = [i for i in items_of(book, draft, left) if i not in named]
    if len(others) > MOST or any(not left.get(i) for i in named):
        return None
    rest = draft.amount - sum(left[i] for i in named)
    amounts = [left[i] for i in others]
    ways = readings(amounts, rest)
    if ways != 1:
        return False if ways else None
    if any(rest == left[i] - book.items[i].discount for i in others if book.items[i].discount):
        return None
    if len(draft.items) - len(named) == 1 or len(draft.items) - len(named) == len(others):
        return True
    return chance_says(amounts, rest)


def _credit_unnamed(book: Book, draft: Draft, left: Left) -> bool | None:
    """He has one credit note, or one only of the amount that is lacking."""
    if not (sure := names_one(book, draft)) or draft.customer not in draft.payers:
        return sure and False
    named = [i for i, _, _ in draft.items[:-1]]
    lacking = draft.amount - sum(left.get(i, 0) for i in named)
    own = items_of(book, draft, left)
    credits = [left[i] for i in own if left[i] < 0]
    if len(credits) > MOST:
        return None
    ways = readings(credits, lacking)
    if ways != 1:
        return False if ways else None
    discounts = [book.items[i].discount for i in named]
    return None if any(-lacking == discount for discount in discounts) else True


def _fits_nothing(book: Book, draft: Draft, left: Left) -> bool | None:
    """No item and no sum of his is that amount: a part, an advance or an error, nobody knows."""
    own = items_of(book, draft, left)
    if len(own) > MOST or readings([left[i] for i in own], draft.amount):
        return None
    lessened = [left[i] - book.items[i].discount for i in own if book.items[i].discount]
    return None if draft.amount in lessened else False


CHECKS = {
    "cut": _cut,
    "cut list": _list_cut,
    "credit unnamed": _credit_unnamed,
    "fits nothing": _fits_nothing,
}
