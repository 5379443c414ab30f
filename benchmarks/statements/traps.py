"""Lines that look like something and are not, and lines that nobody could decide."""

from datetime import timedelta

from benchmarks.statements.banks import Text, digits
from benchmarks.statements.noise import reference
from benchmarks.statements.world import LAST, World


def stranger(world: World) -> None:
    """Somebody whom the books don't know pays, or is paid, for nothing that is open."""
    rng = world.rng
    party = world.party(vendor=rng.random() < 0.5)
    amount = world.amount(20, 6000) * (-1 if party.vendor else 1)
    line = world.paid(
        party,
        amount,
        rng.choice(("order {}", "ref {}", "contract {}", "{}")).format(digits(rng, 6)),
        world.day(),
    )
    world.answer("nothing open for it", [line], kind="none")


def card(world: World) -> None:
    """The company's card pays in a shop."""
    rng = world.rng
    shop = rng.choice(
        ("AMZN MKTP {}", "SHELL OIL {}", "UBER TRIP {}", "DB BAHN A {}", "HOTEL IBIS {}", "NOTION LABS {}")
    )
    line = world.line(
        -world.amount(8, 600), world.day(), Text(f"CARD PURCHASE {shop.format(digits(rng, 8))}")
    )
    world.answer("nothing open for it", [line], kind="none")


def other_partners_amount(world: World) -> None:
    """A known customer pays exactly what another one owes, and names an order that nobody knows."""
    rng = world.rng
    owing, paying = rng.sample(world.customers, 2)
    item = world.item(owing, world.amount(100, 5000))
    day = min(max(item["date"], LAST - timedelta(days=58)) + timedelta(days=9), LAST)
    line = world.paid(
        paying, item["amount_residual"], f"deposit for order {digits(rng, 5)}", day, style="camt"
    )
    world.answer("another partner's amount", [line], kind="none")


def twice(world: World) -> None:
    """Pay an invoice, and pay it again a week later."""
    rng = world.rng
    party = rng.choice(world.customers)
    item = world.item(
        party, world.amount(), day=world.day(LAST - timedelta(days=70), LAST - timedelta(days=40))
    )
    day = max(item["date"], LAST - timedelta(days=58)) + timedelta(days=5)
    for number, at in enumerate((day, day + timedelta(days=7))):
        line = world.paid(party, item["amount_residual"], reference(rng, item["move_name"], 0.3), at)
        if number:
            world.answer("paid a second time", [line], kind="none")
        else:
            world.answer("one item by its number", [line], [item])


def wrong_scale(world: World) -> None:
    """Pay ten times, or a hundredth, of what the named invoice asks for."""
    rng = world.rng
    party = rng.choice(world.customers)
    item = world.item(party, world.amount(500, 5000) // 100 * 100)
    amount = item["amount_residual"] * 10 if rng.random() < 0.5 else item["amount_residual"] // 100
    line = world.paid(party, amount, item["move_name"], LAST - timedelta(days=3))
    world.answer("ten times or a hundredth", [line], kind="none", answerable=False)


def short_by_much(world: World) -> None:
    """Pay a third less and call it bank charges."""
    rng = world.rng
    party = rng.choice(world.customers)
    item = world.item(party, world.amount(900, 5000))
    line = world.paid(
        party,
        item["amount_residual"] * 2 // 3,
        f"{item['move_name']} less bank charges",
        LAST - timedelta(days=2),
    )
    world.answer("short by much, 'less bank charges'", [line], kind="none", answerable=False)


def wildcard(world: World) -> None:
    """A label that says nothing: a wildcard, a dot, nothing at all."""
    rng = world.rng
    line = world.line(
        world.amount(30, 900), world.day(), Text(rng.choice(("_", "%", "", ".", "-", "*", "\u200f")))
    )
    world.answer("a label that says nothing", [line], kind="none")


def collision(world: World) -> None:
    """Several anonymous deposits of one amount, and as many items of different partners."""
    rng = world.rng
    amount = rng.choice((5000, 10000, 25000, 9900, 4999, 150000))
    count = rng.randrange(2, 5)
    for party in rng.sample(world.customers, count):
        world.item(party, amount)
    for _ in range(count):
        line = world.line(
            amount,
            world.day(LAST - timedelta(days=18)),
            Text(rng.choice(("DEPOSIT", "CASH DEPOSIT", "Einzahlung"))),
        )
        world.answer("same amounts without evidence", [line], kind="none", answerable=False)


def twins(world: World) -> None:
    """One partner has two items of one amount and pays one of them, unnamed."""
    rng = world.rng
    party = rng.choice(world.customers)
    amount = world.amount(80, 3000)
    for _ in range(2):
        world.item(party, amount)
    line = world.paid(party, amount, "payment", world.day(LAST - timedelta(days=15)))
    world.answer("one of two equal items, unnamed", [line], kind="none", answerable=False)


def bystander(world: World) -> None:
    """An item that nobody pays this time."""
    rng = world.rng
    vendor = rng.random() < 0.4
    party = rng.choice(world.vendors if vendor else world.customers)
    amount = world.price(party) if rng.random() < 0.1 else world.amount()
    currency = world.foreign if rng.random() < 0.15 else ""
    world.item(party, -amount if vendor else amount, currency=currency)
