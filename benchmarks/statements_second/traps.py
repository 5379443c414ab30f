"""Lines that tempt: what looks like an answer and isn't, or has several that are equally good."""

from datetime import timedelta

from . import places


def traps(world, count):
    """Ten traps, `count` of each. None has an answer that may be taken without a person."""
    for maker in (
        same_amount,
        other_partner,
        tenfold,
        underscore,
        too_short,
        doubled,
        already_paid,
        unknown,
        same_series,
        equal_sums,
    ):
        for _ in range(count):
            maker(world)


def same_amount(world):
    """Three customers owe the same; the line says nothing of whom."""
    rng, minor, day = world.rng, world.odd() // 100 * 100 + 100, world.day(20)
    for _ in range(3):
        world.item(world.partner(), world.before(day), minor)
    world.says(
        "trap: same amount, no evidence",
        [world.line(day, minor, rng.choice(["DEPOSIT", "CREDIT", "GUTSCHRIFT", "MOBILE DEPOSIT", "VIR"]))],
        [],
        "none",
        answerable=False,
    )


def other_partner(world):
    """The amount is another customer's; the payer is known and owes something else."""
    rng, day, minor = world.rng, world.day(20), world.odd()
    payer, other = world.fresh(), world.fresh()
    world.item(other, world.before(day), minor)
    world.item(payer, world.before(day), minor * 2 + 1311)
    line = world.line(
        day,
        minor,
        world.dress(payer, rng.choice(["payment", "Zahlung", ""]), day, True),
        name=payer["name"],
        account=payer["account"],
    )
    world.says("trap: another partner's amount", [line], [], "none", answerable=False)


def tenfold(world):
    """Ten times or a hundredth of what the named invoice says."""
    rng, day, minor = world.rng, world.day(20), world.odd() + 5000
    partner = world.fresh()
    item = world.item(partner, world.before(day), minor)
    paid = minor * 10 if rng.random() < 0.5 else max(1, minor // 100)
    line = world.line(day, paid, world.dress(partner, item["move_name"], day, True), partner=partner)
    world.says("trap: ten times or a hundredth", [line], [], "none", answerable=False)


def underscore(world):
    """The label is `_`; the payer's only item has another amount."""
    rng, day = world.rng, world.day(20)
    partner = world.fresh()
    minor = world.odd()
    world.item(partner, world.before(day), minor)
    line = world.line(
        day, minor + rng.randint(9000, 99000), rng.choice(["_", "%", "_ _", "*"]), name=partner["name"]
    )
    world.says("trap: a wildcard label", [line], [], "none", answerable=False)


def too_short(world):
    """'Less bank charges', but half of the invoice is missing."""
    rng, day, minor = world.rng, world.day(20), world.odd() + 40000
    partner = world.fresh()
    item = world.item(partner, world.before(day), minor)
    line = world.line(
        day,
        minor * rng.choice([48, 55, 61]) // 100,
        world.dress(partner, f"{item['move_name']} less bank charges", day, True),
        partner=partner,
    )
    world.says("trap: 'less bank charges' far too short", [line], [item], "items", answerable=False)


def doubled(world):
    """The same invoice is paid twice; the second payment has no item."""
    rng, day, minor = world.rng, world.day(5, 70), world.odd()
    partner = world.fresh()
    item = world.item(partner, world.before(day), minor)
    label = world.dress(partner, item["move_name"], day, True)
    first = world.line(day, minor, label, partner=partner)
    second = world.line(
        day + timedelta(days=rng.randint(3, 9)),
        minor,
        rng.choice([label, world.dress(partner, item["move_name"], day, True)]),
        partner=partner,
    )
    world.says("paid twice, first", [first], [item])
    world.says("paid twice, second", [second], [], "none")


def already_paid(world):
    """The named invoice is no longer open; the payer owes the same price for a much later one."""
    day, minor, partner = world.day(20), world.rng.choice([29900, 75000, 149000, 64000]), world.fresh()
    gone = world.series[0](world.year, world.counter - world.rng.randint(123, 187))
    world.item(partner, world.before(day), minor, move=world.series[0](world.year, world.number_after()))
    line = world.line(
        day, minor, world.dress(partner, gone, day, True), partner=partner, name=partner["name"]
    )
    world.says("trap: names a paid invoice", [line], [], "none", answerable=False)


def unknown(world):
    """Money that no document explains."""
    rng, day = world.rng, world.day()
    text = rng.choice(
        [
            "INSURANCE CLAIM SETTLEMENT {n}",
            "LOAN DRAWDOWN {n}",
            "Darlehensauszahlung {n}",
            "CARD PURCHASE STAPLES {n}",
            "GRANT INNOVATE {n}",
            "SHARE CAPITAL CONTRIBUTION",
            "POS 4471 SHELL TANKSTELLE {n}",
            "PRLV ASSURANCES {n}",
            "Leasingrate KFZ {n}",
            "CASH WITHDRAWAL ATM {n}",
            "LOAN REPAYMENT PRINCIPAL {n}",
            "MISC CREDIT {n}",
            "DIVIDEND RECEIVED {n}",
        ]
    ).format(n=rng.randint(1000, 10**8))
    into = any(
        word in text for word in ("CLAIM", "DRAWDOWN", "auszahlung", "GRANT", "CAPITAL", "CREDIT", "DIVIDEND")
    )
    minor = world.odd()
    world.says("unknown", [world.line(day, minor if into else -minor, text)], [], "none")


def same_series(world):
    """A monthly customer owes three equal amounts and doesn't say which he pays."""
    day, minor, partner = world.day(40), world.odd() // 1000 * 1000 + 4900, world.fresh()
    for back in (70, 40, 10):
        world.item(partner, day - timedelta(days=back), minor)
    line = world.line(day, minor, world.dress(partner, "", day, True), name=partner["name"])
    world.says("trap: three equal items", [line], [], "none", answerable=False)


def equal_sums(world):
    """Two different choices of the payer's items add up to the amount."""
    rng, day, partner = world.rng, world.day(20), world.fresh()
    a, b, shift = world.odd(), world.odd(), rng.randint(100, 900)
    for minor in (a, b, a + shift, b - shift if b > shift else b + 5 * shift):
        world.item(partner, world.before(day), minor)
    if b <= shift:
        return
    line = world.line(day, a + b, world.dress(partner, "", day, True), name=places.spoken(rng, partner))
    world.says("trap: two sums fit", [line], [], "none", answerable=False)
