"""One payment for several items, several payments for one, and what card processors pay out."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any

from benchmarks.statements.banks import Text, digits
from benchmarks.statements.noise import listed, reference
from benchmarks.statements.parties import Party
from benchmarks.statements.world import LAST, World


def _open(
    world: World, party: Party, count: int, *, credits: int = 0, vendor: bool = False
) -> list[dict[str, Any]]:
    """Add a partner's open items, the last ones credit notes."""
    sign = -1 if vendor else 1
    made = [world.item(party, sign * world.amount(60, 9000)) for _ in range(count)]
    for _ in range(credits):
        amount = -sign * world.amount(20, 600)
        if vendor:
            made.append(
                world.item(
                    party, amount, kind="payable", number=f"RBILL/2026/{world.rng.randrange(1000, 9999)}"
                )
            )
        else:
            made.append(world.item(party, amount, kind="receivable", number=f"R{world.number()}"))
    return made


def _sum(items: list[dict[str, Any]]) -> int:
    return sum(one["amount_residual"] for one in items)


def _count(world: World) -> int:
    """Return how many items a payment has: mostly a few, sometimes many."""
    draw = world.rng.random()
    if draw < 0.55:
        return world.rng.randrange(2, 5)
    if draw < 0.85:
        return world.rng.randrange(5, 13)
    return world.rng.randrange(13, 60 if draw < 0.97 else 100)


def named(world: World) -> None:
    """Pay several items and name them all, or as many as fit."""
    rng = world.rng
    vendor = rng.random() < 0.3
    party = rng.choice(world.vendors if vendor else world.customers)
    items = _open(world, party, _count(world), credits=rng.choice((0, 0, 0, 1, 1, 2)), vendor=vendor)
    if _sum(items) * (-1 if vendor else 1) <= 0:
        return
    numbers = [one["ref"] if one["kind"] == "payable" and one["ref"] else one["move_name"] for one in items]
    said = listed(rng, [reference(rng, one, 0.35) if rng.random() < 0.3 else one for one in numbers])
    line = world.paid(party, _sum(items), said, world.day(LAST - timedelta(days=18)))
    case = (
        "one payment, items named, with credit notes"
        if any(one["amount_residual"] * items[0]["amount_residual"] < 0 for one in items)
        else "one payment, items named"
    )
    world.answer(case, [line], items)


def balance(world: World) -> None:
    """Pay whatever is open, without naming anything."""
    party, rng = world.party(), world.rng
    items = _open(world, party, rng.randrange(2, 9), credits=rng.choice((0, 0, 1)))
    if _sum(items) <= 0:
        return
    said = rng.choice(
        ("account balance", "Kontoausgleich", "solde de compte", "statement Sept", "all open invoices", "")
    )
    line = world.paid(party, _sum(items), said, world.day(LAST - timedelta(days=15)))
    world.answer("one payment, the whole balance", [line], items)


def due(world: World) -> None:
    """Pay all that is due up to a day, and leave the rest open."""
    party, rng = world.party(), world.rng
    cut = date(2026, 9, 30)
    early = [
        world.item(
            party, world.amount(80, 6000), day=world.day(cut - timedelta(days=60), cut - timedelta(days=31))
        )
        for _ in range(rng.randrange(2, 7))
    ]
    for _ in range(rng.randrange(1, 5)):
        world.item(party, world.amount(80, 6000), day=world.day(cut, LAST - timedelta(days=12)))
    said = rng.choice(
        (
            "all invoices due 30.09.2026",
            "due to 30 Sept",
            "fällige Rechnungen per 30.9.",
            "échéances septembre",
        )
    )
    line = world.paid(party, _sum(early), said, world.day(cut, cut + timedelta(days=12)))
    world.answer("one payment, all that is due", [line], early)


def subset(world: World) -> None:
    """Pay some of a partner's items without naming them; only one choice adds up."""
    party, rng = world.party(), world.rng
    items = _open(world, party, rng.randrange(4, 10))
    chosen = rng.sample(items, rng.randrange(2, len(items)))
    total = _sum(chosen)
    ways = sum(
        1
        for count in range(1, len(items) + 1)
        for some in combinations(items, count)
        if sum(one["amount_residual"] for one in some) == total
    )
    line = world.paid(
        party,
        total,
        rng.choice(("payment", "", "invoices", "Rechnungen")),
        world.day(LAST - timedelta(days=15)),
    )
    world.answer("one payment, some items unnamed", [line], chosen, answerable=ways == 1)


def instalments(world: World) -> None:
    """Pay one item in two to four parts that add up."""
    party, rng = rng_party(world), world.rng
    item = world.item(
        party, world.amount(900, 40000), day=world.day(LAST - timedelta(days=80), LAST - timedelta(days=50))
    )
    parts = rng.randrange(2, 5)
    total = item["amount_residual"]
    even = rng.random() < 0.5
    cuts = (
        [total // parts] * (parts - 1)
        if even
        else [total * rng.randrange(15, 30) // 100 for _ in range(parts - 1)]
    )
    amounts = [*cuts, total - sum(cuts)]
    day = max(item["date"], LAST - timedelta(days=58))
    lines = []
    for number, amount in enumerate(amounts, 1):
        day = min(day + timedelta(days=rng.randrange(5, 15)), LAST)
        word = rng.choice(("{} part {}/{}", "{} Rate {} von {}", "{} instalment {} of {}", "{}"))
        lines.append(world.paid(party, amount, word.format(item["move_name"], number, parts), day))
    world.answer("several payments for one item", lines, [item])


def rng_party(world: World) -> Party:
    """Return a customer."""
    return world.rng.choice(world.customers)


_PROCESSORS = (
    ("Stripe", "STRIPE TRANSFER ST-{} {}", 290, 30),
    ("Adyen", "ADYEN N.V. TX{}XT batch {}", 160, 11),
    ("PayPal", "PAYPAL TRANSFER {} {}", 249, 35),
    ("Mollie", "Mollie Payments t{} {} uitbetaling", 180, 25),
    ("Worldpay", "WORLDPAY SETTLEMENT {} MID {}", 140, 0),
    ("SumUp", "SUMUP PAYOUT {} PID{}", 169, 0),
)


def payouts(world: World) -> None:
    """Pay out a day's card receipts less the processor's fee; the batch is named, or only its day known."""
    rng = world.rng
    name, label, basis_points, fixed = rng.choice(_PROCESSORS)
    batch = f"po_{digits(rng, 8)}" if rng.random() < 0.6 else ""
    at = world.day(LAST - timedelta(days=50), LAST - timedelta(days=6))
    used = world.payout_days
    if (name, at) in used:
        return
    used.add((name, at))
    items = []
    for _ in range(rng.randrange(5, 45)):
        buyer = rng.choice(world.customers)
        items.append(
            world.item(
                buyer, world.amount(8, 400), kind="outstanding", day=at, days=0,
                number=f"PCC/2026/{digits(rng, 5)}", ref=batch,
                label=f"{name} card payment {digits(rng, 4)}", partner=rng.random() < 0.7,
            )
        )  # fmt: skip
    gross = _sum(items)
    fee = gross * basis_points // 10000 + fixed * len(items)
    text = Text(label.format(batch or digits(rng, 8), digits(rng, 6)), name if rng.random() < 0.5 else "")
    line = world.line(gross - fee, min(at + timedelta(days=rng.randrange(2, 5)), LAST), text)
    case = "processor payout, batch named" if batch else "processor payout, by its day"
    world.answer(case, [line], items, write_offs=[("bank_fee", fee)])
