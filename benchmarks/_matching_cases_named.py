"""What payers do who name one item, in full or badly, and with what amount."""

from __future__ import annotations

from benchmarks._matching_book import Account, Item
from benchmarks._matching_damage import kenmerk, ogm, rf, short_kenmerk
from benchmarks._matching_draft import Draft, Scene, drawn, line_over

__all__ = ["NAMED", "write"]


def write(scene: Scene, draft: Draft, item: int, before: str = "") -> Draft:
    """Name the item in full, somehow."""
    account = scene.book.accounts[draft.customer]
    draft.variant, typed = scene.written(item, scene.style.full)
    draft.typed = (typed,)
    fragile = draft.variant in ("blanks", "line break", "other separators")
    core = " ".join(filter(None, (before, scene.named(account, typed))))
    draft.text = scene.text(account, core, fragile=fragile)
    return draft


def _number(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    return [write(scene, scene.from_own(line_over(scene, "number", "number", [item])), item)]


def _new_account(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = line_over(scene, "number, new account", "number", [item])
    return [write(scene, scene.from_new(draft), item)]


def _third(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    draft = scene.from_third(line_over(scene, "third party", "number", [item]))
    if scene.rng.random() < 0.25:
        # A parent company, a spouse: himself a debtor, with items of his own.
        place = scene.rng.randrange(len(scene.book.accounts))
        payer = scene.book.accounts[place]
        if place not in scene.unit and not _household(scene, payer) and payer.ibans:
            draft.payer, draft.payer_iban, draft.payers = payer.name, payer.ibans[0], (place,)
    return [write(scene, draft, item)]


def _household(scene: Scene, account: Account) -> bool:
    """Whether he shares his account with another debtor."""
    return not account.known and len(account.ibans) == 1


def _third_other(scene: Scene) -> list[Draft]:
    if (item := scene.take(lambda one: one.open > 2000)) is None:
        return []
    draft = scene.from_third(line_over(scene, "third party, other amount", "review", [item]))
    open_now = scene.book.items[item].open
    draft.amount = scene.rng.choice((open_now // 2, open_now - 700, open_now + 1300))
    draft.items = [(item, min(open_now, draft.amount), 0)]
    return [write(scene, draft, item)]


def _structured(scene: Scene) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    rng, real = scene.rng, scene.book.items[item]
    account = scene.account(item)
    draft = scene.from_own(line_over(scene, "structured", "structured", [item]))
    kind = drawn(rng, scene.style.structured)
    if scene.style.structured_in.get(kind, account.country) != account.country:
        return []
    digits = real.digits
    if rng.random() < 0.3 and kind != "rf" and (room := len(account.number) + len(digits)) <= 15:
        prefix = "".join(sign for sign in account.number if sign.isdigit())
        digits = prefix + digits if room <= (10 if kind == "ogm" else 15) else digits
    if kind == "ogm" and len(digits) > 10:
        kind = "rf"
    body = "".join(sign for sign in real.number if sign.isalnum())
    if kind == "short kenmerk" and len(digits) > 12:
        kind = "kenmerk"
    ways = {"ogm": ogm, "kenmerk": kenmerk, "short kenmerk": short_kenmerk}
    made = ways[kind](digits) if kind != "rf" else rf(body)
    draft.variant, draft.typed = kind, (real.number,)
    if rng.random() < 0.7:
        draft.structured = "".join(sign for sign in made if sign.isalnum())
        draft.text = scene.text(account, "") if rng.random() < 0.3 else ""
    else:
        if kind != "ogm":
            made = " ".join(made[i : i + 4] for i in range(0, len(made), 4))
        draft.text = scene.text(account, made, fragile=True)
    return [draft]


def _badly(scene: Scene, case: str, short: bool) -> list[Draft]:
    if (item := scene.take()) is None:
        return []
    account = scene.account(item)
    draft = line_over(scene, case, "bad", [item])
    scene.from_own(draft) if scene.rng.random() < 0.9 else scene.from_new(draft)
    kind = drawn(scene.rng, scene.style.short if short else scene.style.bad)
    typed = scene.damaged(kind, scene.book.items[item].number)
    if typed is None or typed == scene.book.items[item].number:
        scene.free.append(item)
        return []
    draft.variant, draft.typed = kind, (typed,)
    if kind == "cut off":
        before = scene.filler(account)
        draft.text = f"{before} {scene.named(account, typed)}".strip()
    else:
        draft.text = scene.text(account, scene.named(account, typed), fragile=True)
    return [draft]


def _short(scene: Scene) -> list[Draft]:
    return _badly(scene, "short number", short=True)


def _mistyped(scene: Scene) -> list[Draft]:
    return _badly(scene, "mistyped number", short=False)


def _part(scene: Scene) -> list[Draft]:
    if (item := scene.take(lambda one: one.open > 5000 and not one.discount)) is None:
        return []
    draft = scene.from_own(line_over(scene, "part payment", "part", [item]))
    draft.amount = _less(scene, scene.book.items[item])
    draft.items = [(item, draft.amount, 0)]
    word = scene.rng.choice(scene.words(scene.account(item)).part)
    return [write(scene, draft, item, word)]


def _less(scene: Scene, item: Item) -> int:
    rough = int(item.open * scene.rng.uniform(0.15, 0.85))
    return max(100, rough // 1000 * 1000) if scene.rng.random() < 0.6 else rough


def _instalments(scene: Scene) -> list[Draft]:
    """Several part payments of one item, the last of which may close it."""
    if (item := scene.take(lambda one: one.open > 20_000 and not one.discount)) is None:
        return []
    real = scene.book.items[item]
    each = real.open // scene.rng.choice((3, 4))
    drafts: list[Draft] = []
    day, paid = scene.day(real), 0
    for nth in range(scene.rng.choice((2, 2, 3, 4))):
        minor = min(each, real.open - paid)
        if real.open - paid - each < each // 2:
            minor = real.open - paid
        if minor <= 0:
            break
        draft = scene.from_own(line_over(scene, "instalments", "part", [item]))
        draft.booked, draft.amount, draft.items = day, minor, [(item, minor, 0)]
        word = scene.rng.choice(scene.words(scene.account(item)).part)
        drafts.append(write(scene, draft, item, f"{word} {nth + 1}" if word else ""))
        paid += minor
        if (after := scene.later(day)) is None:
            break
        day = after
    return drafts


def _discount(scene: Scene) -> list[Draft]:
    item = scene.take(lambda one: one.discount > 0 and one.until is not None)
    if item is None:
        return []
    real = scene.book.items[item]
    draft = scene.from_own(line_over(scene, "discount", "discount", [item]))
    draft.booked = scene.day(real, latest=real.until)
    if real.until is None or draft.booked > real.until:
        return []
    draft.amount = real.open - real.discount
    draft.items = [(item, draft.amount, real.discount)]
    return [write(scene, draft, item)]


def _discount_late(scene: Scene) -> list[Draft]:
    item = scene.take(lambda one: one.discount > 0 and one.until is not None)
    if item is None:
        return []
    real = scene.book.items[item]
    if real.until is None or (day := scene.later(real.until)) is None:
        return []
    draft = scene.from_own(line_over(scene, "discount too late", "part", [item]))
    draft.booked, draft.amount = day, real.open - real.discount
    draft.items = [(item, draft.amount, 0)]
    return [write(scene, draft, item)]


def _over(scene: Scene) -> list[Draft]:
    if (item := scene.take(lambda one: one.open > 1000 and not one.discount)) is None:
        return []
    draft = scene.from_own(line_over(scene, "overpaid", "over", [item]))
    real = scene.book.items[item].open
    draft.amount = scene.rng.choice(
        (real + scene.rng.randint(1, 99), -(-real // 1000) * 1000 + 1000, real + 500, real + 2150)
    )
    return [write(scene, draft, item)]


def _twice(scene: Scene) -> list[Draft]:
    drafts = _number(scene)
    if not drafts:
        return []
    first = drafts[0]
    first.case = "paid twice"
    if (day := scene.later(first.booked)) is None:
        return []
    item = first.items[0][0]
    again = line_over(scene, "paid twice, again", "unapplied", [item])
    again.booked, again.variant, again.typed = day, first.variant, first.typed
    again.payers, again.payer, again.payer_iban = first.payers, first.payer, first.payer_iban
    again.text, again.items, again.follows = first.text, [], first
    if scene.rng.random() < 0.5:
        again.text = scene.text(
            scene.account(item), scene.named(scene.account(item), scene.book.items[item].number)
        )
    return [first, again]


def _alike(scene: Scene) -> list[Draft]:
    """Digits that are an invoice's and a credit note's of the same debtor."""
    book = scene.book

    def twin(one: Item) -> bool:
        return one.open > 0 and any(
            book.items[i].open < 0 and book.items[i].customer == one.customer
            for i in book.alike(one.digits)
        )

    if (item := scene.take(twin)) is None:
        return []
    draft = scene.from_own(line_over(scene, "invoice and credit note alike", "review", [item]))
    account: Account = scene.account(item)
    typed = "".join(sign for sign in book.items[item].number if not sign.isalpha()).strip("-/. ")
    draft.text = scene.text(account, scene.named(account, typed), fragile=True)
    if typed == book.items[item].number:
        # Without a prefix of its own the invoice's number is written in full.
        draft.check, draft.typed = "number", (typed,)
    return [draft]


def _not_open(scene: Scene) -> list[Draft]:
    """A number of the right kind that is not open, and an item of the very amount that is."""
    if (item := scene.take()) is None:
        return []
    book, real = scene.book, scene.book.items[item]
    scheme = scene.style.schemes[real.scheme]
    for _ in range(20):
        number = scheme.invoice(max(1, real.serial - scene.rng.randint(200, 4000)), real.issued)
        digits = "".join(sign for sign in number if sign.isdigit())
        own = [book.items[i].digits for i in scene.account(item).items]
        if not book.alike(digits) and not any(_close(digits, one) for one in own):
            break
    else:
        return []
    draft = scene.from_own(line_over(scene, "number not open", "review", [item]))
    draft.items = []
    account = scene.account(item)
    draft.text = scene.text(account, scene.named(account, number), fragile=True)
    return [draft]


def _close(a: str, b: str) -> bool:
    return sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b)) < 3


NAMED = {
    "number": _number,
    "number, new account": _new_account,
    "third party": _third,
    "third party, other amount": _third_other,
    "structured": _structured,
    "short number": _short,
    "mistyped number": _mistyped,
    "part payment": _part,
    "instalments": _instalments,
    "discount": _discount,
    "discount too late": _discount_late,
    "overpaid": _over,
    "paid twice": _twice,
    "invoice and credit note alike": _alike,
    "number not open": _not_open,
}
