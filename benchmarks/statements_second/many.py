"""Several items or lines: lists of numbers, balances, sums without a word, instalments, payouts, batches."""

from datetime import timedelta
from itertools import combinations

from . import places


def _docs(world, partner, day, count, *, sell, credits=0):
    items = [
        world.item(partner, world.before(day, 4, 75), (1 if sell else -1) * world.odd(), sell=sell)
        for _ in range(count)
    ]
    total = sum(item["residual_currency"] for item in items)
    for _ in range(credits):
        share = abs(total) // world.rng.randint(6, 30) // max(1, credits) + world.rng.randint(1, 99)
        items.append(world.item(partner, world.before(day, 2, 40), (-1 if sell else 1) * share, sell=sell))
    return items


def _total(items):
    return sum(item["residual_currency"] for item in items)


def _list(world, items, sell):
    """Return a list of numbers as people write it: full, tails after the first, or a range with its ends."""
    rng = world.rng
    found = [item["move_name"] if sell else item["ref"] for item in items]
    roll = rng.random()
    joint = rng.choice([", ", " ", "+", "; ", " / ", " & ", "\n"])
    if roll < 0.25 and sell:
        head = found[0][:-4]
        tails = [name[-4:] if name.startswith(head) and name[-4:].isdigit() else name for name in found[1:]]
        return joint.join([found[0], *tails])
    return joint.join(found)


def listed(world, count):
    """Two to twelve items with their numbers, credit notes among them."""
    rng = world.rng
    for number in range(count):
        sell, day, partner = rng.random() < 0.65, world.day(), world.partner()
        credits = rng.choice([0, 0, 1]) if number % 3 else rng.choice([1, 2])
        items = _docs(
            world, partner, day, rng.choice([2, 2, 3, 3, 4, 5, 6, 8, 10]), sell=sell, credits=credits
        )
        line = world.line(
            day, _total(items), world.dress(partner, _list(world, items, sell), day, sell), partner=partner
        )
        world.says("many, listed with credit notes" if credits else "many, listed", [line], items)


def partly_listed(world, count):
    """The list is cut: only the first numbers stand there; the rest of the sum is found with the payer."""
    rng = world.rng
    for _ in range(count):
        sell, day, partner = True, world.day(), world.fresh()
        items = _docs(world, partner, day, rng.choice([8, 10, 14, 18]), sell=sell)
        _docs(world, partner, day, rng.choice([0, 1]), sell=sell)
        found = ",".join(item["move_name"] for item in items)
        line = world.line(
            day,
            _total(items),
            f"{places.spoken(rng, partner)} {found}"[: rng.choice([70, 105, 140])],
            partner=partner,
            name=partner["name"],
        )
        world.says("many, list cut", [line], items)


def balance(world, count):
    """A payer clears everything that is open: 2 to 100 items and one line without a number."""
    rng = world.rng
    for number in range(count):
        sell, day, partner = rng.random() < 0.7, world.day(20), world.fresh()
        size = rng.choice([2, 3, 4, 5, 7, 9, 12]) if number % 6 else rng.choice([25, 40, 64, 97])
        items = _docs(world, partner, day, size, sell=sell, credits=rng.choice([0, 0, 1, 2]))
        word = rng.choice(
            [
                "all open invoices",
                "STATEMENT OF ACCOUNT",
                "Kontoausgleich",
                "solde de votre compte",
                "saldo factura's",
                "per statement",
                "offene Posten",
                "",
                "settlement",
            ]
        )
        line = world.line(
            day,
            _total(items),
            world.dress(partner, word, day, sell),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says("many, whole balance", [line], items)


def _unique(items, chosen):
    target = _total(chosen)
    hits = 0
    for size in range(1, len(items) + 1):
        for group in combinations(items, size):
            if _total(group) == target:
                hits += 1
                if hits > 1:
                    return False
    return hits == 1


def summed(world, count):
    """No number: some of the payer's items add up to the amount, and no other choice of them does."""
    rng = world.rng
    done = 0
    while done < count:
        sell, day, partner = rng.random() < 0.7, world.day(), world.fresh()
        items = _docs(world, partner, day, rng.choice([4, 5, 6, 7, 8, 9]), sell=sell)
        chosen = rng.sample(items, rng.choice([2, 2, 3, 4]))
        if not _unique(items, chosen):
            continue
        line = world.line(
            day,
            _total(chosen),
            world.dress(partner, rng.choice(["", "invoices", "div. Rechnungen", "factures"]), day, sell),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says("many, sum only", [line], chosen)
        done += 1


def due(world, count):
    """Everything that was due by the day is paid, later items stay open."""
    rng = world.rng
    for _ in range(count):
        day, partner = world.day(30), world.fresh()
        old = _docs(world, partner, day, rng.choice([3, 4, 6, 8, 15]), sell=True)
        new = _docs(world, partner, day, rng.choice([2, 3, 5]), sell=True)
        limit = day - timedelta(days=rng.randint(0, 3))
        for item in old:
            item["date"] = day - timedelta(days=rng.randint(35, 80))
            item["amount_residual"] = item["residual_currency"]
            item["due_date"] = limit - timedelta(days=rng.randint(0, 20))
        for item in new:
            item["due_date"] = day + timedelta(days=rng.randint(8, 30))
        word = rng.choice(
            [
                f"invoices due by {limit:%d/%m/%Y}",
                f"fällige Rechnungen bis {limit:%d.%m.}",
                f"échéances au {limit:%d/%m/%y}",
                "overdue invoices",
            ]
        )
        line = world.line(
            day, _total(old), world.dress(partner, word, day, True), partner=partner, name=partner["name"]
        )
        world.says("many, due up to a day", [line], old)


def with_discount(world, count):
    """Two to five numbers, each paid with its discount."""
    rng = world.rng
    for _ in range(count):
        day, partner = world.day(), world.partner()
        items, paid = [], 0
        for _ in range(rng.randint(2, 5)):
            minor = world.odd() + 2000
            day_of = day - timedelta(days=rng.randint(1, 7))
            less = minor - (minor * 2 + 50) // 100
            items.append(
                world.item(
                    partner, day_of, minor, discount_date=day_of + timedelta(days=10), discount_minor=less
                )
            )
            paid += less
        line = world.line(
            day,
            paid,
            world.dress(partner, _list(world, items, True), day, True),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says(
            "many, each with its discount", [line], items, write_offs=[("discount", _total(items) - paid)]
        )


def with_fee(world, count):
    """Several numbers on one wire that arrives short by its charges."""
    rng = world.rng
    for _ in range(count):
        day, partner = world.day(), world.partner()
        items = _docs(world, partner, day, rng.randint(2, 4), sell=True)
        charge = rng.choice([1500, 2000, 2500, 1800])
        remi = _list(world, items, True) + f" charges {charge / 100:.2f} deducted"
        line = world.line(
            day,
            _total(items) - charge,
            world.dress(partner, remi, day, True, wire=True),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says("many, short by a fee", [line], items, write_offs=[("bank_fee", charge)])


def instalments(world, count):
    """One item paid by two to four lines that add up to it."""
    rng = world.rng
    for _ in range(count):
        partner, sell = world.partner(), rng.random() < 0.75
        size = rng.choice([2, 2, 3, 4])
        start = world.day(0, 30)
        minor = world.odd() + 40000
        item = world.item(partner, world.before(start), minor if sell else -minor, sell=sell)
        parts = (
            [minor // size] * (size - 1)
            if rng.random() < 0.5
            else [minor * rng.randint(10, 80 // size) // 100 for _ in range(size - 1)]
        )
        parts.append(minor - sum(parts))
        number = item["move_name"] if sell else item["ref"]
        word = rng.choice(
            [
                "Rate {n}/{of}",
                "instalment {n} of {of}",
                "{n}. Abschlag",
                "échéance {n}/{of}",
                "part {n}",
                "termijn {n}",
            ]
        )
        lines = []
        for n, value in enumerate(parts, 1):
            day = start + timedelta(days=n * rng.randint(5, 19) - 4)
            lines.append(
                world.line(
                    day,
                    value if sell else -value,
                    world.dress(partner, f"{number} {word.format(n=n, of=size)}", day, sell),
                    partner=partner,
                )
            )
        world.says("several lines, one item", lines, [item])


PROCESSORS = {
    "STRIPE": ("ST-{batch} STRIPE PAYMENTS UK LTD", 290, 30),
    "ADYEN": ("ADYEN N.V. BATCH {batch} MERCHANT HXINSTR", 180, 12),
    "SQUARE": ("SQUARE INC SQ{day:%y%m%d} PAYOUT {batch}", 260, 10),
    "PAYPAL": ("PAYPAL TRANSFER {batch} PPL", 349, 49),
    "WORLDPAY": ("WORLDPAY MERCH BKCD DEP {batch}", 150, 0),
    "AMEX": ("AMERICAN EXPRESS SETTLEMENT {batch}", 250, 0),
    "KLARNA": ("KLARNA BANK AB UTBETALNING {batch}", 329, 35),
    "SUMUP": ("SUMUP PID{batch} PAYOUT", 169, 0),
    "MOLLIE": ("STICHTING MOLLIE PAYMENTS REF {batch}", 180, 25),
    "CHECKOUT": ("CHECKOUT LTD PAYOUT {batch}", 190, 20),
    "WORLDLINE": ("WORLDLINE SETTLEMENT {batch}", 140, 5),
    "CLOVER": ("CLOVER DEPOSIT {batch} {day:%m%d}", 230, 10),
}


def payouts(world, count):
    """A card processor pays many charges in one sum less its fee; the batch is named, or the day tells."""
    rng = world.rng
    names = sorted(PROCESSORS)
    spans = {}
    for number in range(count):
        who = names[number % len(names)]
        shape, share, fixed = PROCESSORS[who]
        named = number % 2 == 0
        start = spans.get(who, 2)
        day = world.first + timedelta(days=start + 5)
        spans[who] = start + 9
        if start > 78:
            spans[who] = 2
        batch = rng.choice(
            [f"{rng.randint(10**5, 10**6)}", f"{rng.choice('KPXT')}{rng.randint(10**6, 10**7)}"]
        )
        items, fees = [], 0
        for _ in range(rng.choice([3, 5, 8, 12, 20, 35])):
            minor = rng.randint(900, 60000)
            at = day - timedelta(days=2 if not named else rng.randint(1, 4))
            buyer = world.partner() if rng.random() < 0.5 else None
            world.pay_counter += 1
            move = f"P{who[:3]}/{world.year}/{world.pay_counter:05d}"
            text = (
                f"{who.title()} {'batch ' + batch if named else 'card payment'} S{rng.randint(10000, 99999)}"
            )
            items.append(
                world.item(
                    buyer,
                    at,
                    minor,
                    kind="outstanding",
                    move=move,
                    ref=f"ch_{rng.randint(10**9, 10**10)}",
                    label=text,
                )
            )
            fees += (minor * share + 5000) // 10000 + fixed
        line = world.line(
            day, _total(items) - fees, shape.format(batch=batch, day=day), name=rng.choice(["", who])
        )
        world.says(
            "payout, batch named" if named else "payout, by processor and day",
            [line],
            items,
            write_offs=[("bank_fee", fees)],
        )


def batches(world, count):
    """A payment run: many outstanding payments leave as one line that names the run."""
    rng = world.rng
    for number in range(count):
        day = world.day()
        run = rng.choice(
            [
                f"BATCH/OUT/{world.year}/{number + 31:04d}",
                f"SCT{day:%y%m%d}{number:02d}",
                f"PAYRUN-{number + 811}",
            ]
        )
        items = []
        for _ in range(rng.choice([3, 6, 11, 19, 44])):
            world.pay_counter += 1
            partner = world.partner()
            items.append(
                world.item(
                    partner,
                    day - timedelta(days=rng.randint(0, 2)),
                    -world.odd(),
                    sell=False,
                    kind="outstanding",
                    move=f"PBNK1/{world.year}/{world.pay_counter:05d}",
                    ref=run,
                )
            )
        label = rng.choice(
            [
                f"SAMMLER {run} ANZAHL {len(items)}",
                f"BULK PAYMENT {run}",
                f"ACH SETTLEMENT {run} {len(items)} ITEMS",
                f"VIREMENTS GROUPES {run}",
            ]
        )
        line = world.line(day, _total(items), label)
        world.says("batch of outstanding payments", [line], items)


def two_payers(world, count):
    """A group's paying company settles documents of two of its members; all numbers are there."""
    for _ in range(count):
        day, sell = world.day(), True
        first, second = world.partner(), world.partner()
        items = _docs(world, first, day, world.rng.randint(1, 2), sell=sell)
        items += _docs(world, second, day, world.rng.randint(1, 2), sell=sell)
        remi = ", ".join(item["move_name"] for item in items)
        line = world.line(day, _total(items), world.dress(first, remi, day, sell), partner=first)
        world.says("many, two payers listed", [line], items)


def contra(world, count):
    """A partner who also sells to us pays the balance of both; both numbers are named."""
    for _ in range(count):
        day, partner = world.day(), world.partner()
        ours = world.item(partner, world.before(day), world.odd() + 90000)
        theirs = world.item(partner, world.before(day), -(ours["residual_currency"] // 5 + 77), sell=False)
        word = world.rng.choice(["less", "abzgl.", "./.", "moins", "minus", "netted with"])
        remi = f"{ours['move_name']} {word} {theirs['ref']}"
        line = world.line(day, _total([ours, theirs]), world.dress(partner, remi, day, True), partner=partner)
        world.says("many, set off against a bill", [line], [ours, theirs])
