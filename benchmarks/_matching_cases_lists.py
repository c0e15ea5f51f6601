"""What payers do who name several items: lists, ranges, credit notes netted."""

from __future__ import annotations

from benchmarks._matching_damage import damaged, year_last
from benchmarks._matching_draft import Draft, Scene, drawn, joined, line_over

__all__ = ["LISTED"]

_PLAIN = {"exact": 6.0, "no separators": 1.0, "lower case": 1.0}


def _picked(scene: Scene, most: int) -> list[int]:
    """Some invoices of one debtor of the household, at least two."""
    for customer in scene.unit:
        if len(picked := scene.several(customer, most)) > 1:
            return picked
        scene.free.extend(picked)
    return []


def _list(scene: Scene) -> list[Draft]:
    if not (items := _picked(scene, scene.rng.choice((2, 2, 3, 3, 4, 6, 9)))):
        return []
    return [_listed(scene, scene.from_own(line_over(scene, "list", "list", items)), items)]


def _listed(scene: Scene, draft: Draft, items: list[int]) -> Draft:
    """All numbers one after the other, credit notes last."""
    account = scene.book.accounts[draft.customer]
    words = scene.words(account)
    kind = drawn(scene.rng, _PLAIN)
    made = {}
    for item in items:
        number = scene.book.items[item].number
        made[item] = damaged(scene.rng, kind, number, ()) or number
    invoices = [made[i] for i in items if scene.book.items[i].open > 0]
    credits = [made[i] for i in items if scene.book.items[i].open < 0]
    core = scene.named(account, joined(invoices, scene.rng.choice(words.both)))
    if credits:
        core += f" {scene.rng.choice(words.credit)} {joined(credits, scene.rng.choice(words.both))}"
    draft.variant, draft.typed = kind, tuple(made[i] for i in items)
    draft.text = scene.text(account, core)
    return draft


def _credit_netted(scene: Scene) -> list[Draft]:
    book = scene.book
    if (credit := scene.take(lambda one: one.open < 0)) is None:
        return []
    customer, lacking = book.items[credit].customer, -book.items[credit].open
    own = [i for i in scene.free if book.items[i].customer == customer and book.items[i].open > 0]
    items = own[: scene.rng.choice((1, 1, 2, 3))]
    while items and sum(book.items[i].open for i in items) <= lacking and len(items) < len(own):
        items.append(own[len(items)])
    if sum(book.items[i].open for i in items) <= lacking:
        return []
    scene.free = [i for i in scene.free if i not in items]
    both = [*items, credit]
    return [_listed(scene, scene.from_own(line_over(scene, "credit netted", "list", both)), both)]


def _list_wrong(scene: Scene) -> list[Draft]:
    if not (items := _picked(scene, 2)):
        return []
    draft = scene.from_own(line_over(scene, "list that does not fit", "review", items))
    draft.amount = max(1, draft.amount - scene.rng.randrange(1, min(9000, draft.amount)))
    opens = [scene.book.items[i].open for i in items]
    if draft.amount in opens:
        draft.amount += 1
    return [_listed(scene, draft, items)]


def _in_a_row(scene: Scene) -> list[int]:
    """All items of one block, where nobody has touched any of them."""
    book = scene.book
    for first in scene.free:
        block = [
            i
            for i in scene.book.accounts[book.items[first].customer].items
            if book.items[i].block == book.items[first].block
        ]
        free = [i for i in block if i in scene.free and book.items[i].open > 0]
        serials = sorted(book.items[i].serial for i in free)
        row = serials == list(range(serials[0], serials[0] + len(serials))) if serials else False
        if len(free) > 1 and len(free) == len(block) and row:
            scene.free = [i for i in scene.free if i not in free]
            return sorted(free, key=lambda i: book.items[i].serial)
    return []


def _range(scene: Scene) -> list[Draft]:
    items = _in_a_row(scene)
    if len(items) < 2:
        scene.free.extend(items)
        return []
    draft = scene.from_own(line_over(scene, "range", "range", items))
    account = scene.book.accounts[draft.customer]
    first, last = (scene.book.items[i].number for i in (items[0], items[-1]))
    end = scene.book.items[items[-1]].digits[-3:]
    if scene.rng.random() < 0.4 and not year_last(last) and last.endswith(end):
        last = end
        draft.variant = "shortened"
    between = scene.rng.choice(scene.words(account).until)
    draft.typed = ()
    draft.text = scene.text(account, scene.named(account, f"{first}{between}{last}"), fragile=True)
    return [draft]


def _shortened(scene: Scene) -> list[Draft]:
    if not (items := _picked(scene, scene.rng.choice((2, 3, 3, 4)))):
        return []
    book = scene.book
    draft = scene.from_own(line_over(scene, "shortened list", "short list", items))
    account = book.accounts[draft.customer]
    if any(year_last(book.items[i].number) for i in items):
        return []
    keep = scene.rng.choice((3, 4, 4))
    ends = [book.items[i].digits[-keep:] for i in items[1:]]
    if any(not book.items[i].number.endswith(end) for i, end in zip(items[1:], ends, strict=True)):
        return []
    draft.typed = (book.items[items[0]].number, *ends)
    sign = scene.rng.choice(("/", ", ", " + ", " / "))
    core = scene.named(account, sign.join(draft.typed))
    draft.text = scene.text(account, core, fragile=True)
    return [draft]


LISTED = {
    "list": _list,
    "range": _range,
    "shortened list": _shortened,
    "credit netted": _credit_netted,
    "list that does not fit": _list_wrong,
}
