"""Lines that pay one item: by its number, by the payer's name, short by this or that."""

from datetime import timedelta
from decimal import Decimal

from benchmarks.statements.banks import Text
from benchmarks.statements.noise import furniture, reference
from benchmarks.statements.parties import Party
from benchmarks.statements.world import LAST, World

_VAGUE = (
    "payment", "", "Thank you", "Überweisung", "monthly payment", "goods", "Zahlung", "Virement", "as agreed",
    "trade payment", "invoice", "Danke", "pagamento", "NOTPROVIDED", "services Sept",
)  # fmt: skip


def _party(world: World, *, vendor: bool = False) -> Party:
    return world.rng.choice(world.vendors if vendor else world.customers)


def _after(world: World, item: dict, low: int = 3, high: int = 45):
    """Return a day on which an item is paid."""
    at = max(item["date"], LAST - timedelta(days=58)) + timedelta(days=world.rng.randrange(low, high))
    return min(at, LAST)


def _said(world: World, item: dict, hard: float = 1.0) -> str:
    number = item["ref"] if item["kind"] == "payable" and item["ref"] else item["move_name"]
    return furniture(world.rng, reference(world.rng, number, hard))


def by_reference(world: World) -> None:
    """Pay an invoice or a bill by its number."""
    vendor = world.rng.random() < 0.4
    party = _party(world, vendor=vendor)
    item = world.item(
        party, (world.price(party) if world.rng.random() < 0.15 else world.amount()) * (-1 if vendor else 1)
    )
    amount = item["amount_residual"]
    line = world.paid(party, amount, _said(world, item), _after(world, item))
    world.answer("one item by its number", [line], [item])


def one_of_a_series(world: World) -> None:
    """Pay one of several months of one price by its number, cleanly written."""
    party, rng = _party(world), world.rng
    price = world.price(party)
    months = [world.item(party, price, day=LAST - timedelta(days=30 * back + 25)) for back in range(1, 4)]
    item = rng.choice(months)
    line = world.paid(
        party,
        price,
        furniture(rng, item["move_name"]),
        LAST - timedelta(days=rng.randrange(20)),
        style="camt",
    )
    world.answer("one of several months of one price, named", [line], [item])


def by_structured_reference(world: World) -> None:
    """Pay by the payment reference that the invoice asks for: creditor, Belgian, Swiss or Nordic."""
    party, rng = _party(world), world.rng
    body = f"{rng.randrange(10**9, 10**10)}"
    kind = rng.randrange(4)
    if kind == 0:
        check = 98 - int(body + "271500") % 97
        ref = written = f"RF{check:02d}{body}"
        if rng.random() < 0.5:
            written = " ".join(ref[at : at + 4] for at in range(0, len(ref), 4))
    elif kind == 1:
        tail = f"{int(body) % 97 or 97:02d}"
        whole = body + tail
        ref = written = f"+++{whole[:3]}/{whole[3:7]}/{whole[7:]}+++"
        if rng.random() < 0.5:
            written = whole
    elif kind == 2:
        ref = written = f"{rng.randrange(10**5):06d}{rng.randrange(10**10):010d}{body}1"
        if rng.random() < 0.5:
            written = f"{ref[:2]} " + " ".join(ref[at : at + 5] for at in range(2, 27, 5))
    else:
        ref = written = f"{body}{int(body) % 10}"
    item = world.item(party, world.amount(), ref=ref)
    line = world.paid(party, item["amount_residual"], written, _after(world, item))
    world.answer("one item by its payment reference", [line], [item])


def by_name(world: World) -> None:
    """Pay without a number: the name, or the account, and an amount that only this item has."""
    vendor = world.rng.random() < 0.3
    party = _party(world, vendor=vendor)
    amount = world.price(party) if world.rng.random() < 0.1 else world.amount()
    item = world.item(party, -amount if vendor else amount)
    line = world.paid(party, item["amount_residual"], world.rng.choice(_VAGUE), _after(world, item))
    world.answer("one item by name and amount", [line], [item])


def partial(world: World) -> None:
    """Pay a part and say so, or only name the number."""
    party, rng = _party(world), world.rng
    item = world.item(party, world.amount(800, 40000))
    share = rng.choice((Decimal("0.3"), Decimal("0.5"), Decimal("0.4"), Decimal("0.25"), Decimal("0.6")))
    amount = int(item["amount_residual"] * share) + rng.randrange(0, 500)
    word = rng.choice(
        ("part payment {}", "1st instalment {}", "Teilzahlung {}", "acompte {}", "{} on account", "{}")
    )
    line = world.paid(party, amount, word.format(item["move_name"]), _after(world, item))
    world.answer("partial payment", [line], [item])


def short_by_fee(world: World) -> None:
    """Pay from abroad; the banks between keep their charges."""
    party, rng = _party(world), world.rng
    item = world.item(party, world.amount(900, 60000))
    fee = rng.choice(
        (1000, 1200, 1500, 1800, 2000, 2500, 3000, 3500, 1250, 750, 4000, rng.randrange(500, 4500))
    )
    word = rng.choice(("{} LESS CHARGES", "{} /SHA", "{} bank chgs deducted", "{}", "{} abzgl. Spesen", "{}"))
    said = word.format(reference(rng, item["move_name"], 0.6))
    style = "swift" if word == "{}" else rng.choice(("swift", "swift", "wire"))
    line = world.paid(party, item["amount_residual"] - fee, said, _after(world, item), style=style)
    world.answer("short by a bank fee", [line], [item], write_offs=[("bank_fee", fee)])


def discount(world: World) -> None:
    """Take the early-payment discount that the terms offer, in time or a few days late."""
    rng = world.rng
    vendor = rng.random() < 0.35
    party = _party(world, vendor=vendor)
    sign = -1 if vendor else 1
    amount = world.amount(200, 30000)
    percent = rng.choice((1, 2, 2, 2, 3, 3, 4, 5))
    paid = amount - (amount * percent + 50) // 100
    at = world.day(LAST - timedelta(days=55), LAST - timedelta(days=22))
    late = rng.random() < 0.08
    days = rng.choice((8, 10, 14))
    item = world.item(
        party, sign * amount, day=at, discount_date=at + timedelta(days=days), discount_amount=sign * paid
    )
    day = at + timedelta(days=days + rng.randrange(2, 5) if late else rng.randrange(2, days + 1))
    said = _said(world, item, 0.7)
    if rng.random() < 0.5:
        said = rng.choice(
            ("{} abzgl. {}% Skonto", "{} less {}% disc", "{} -{}% escompte", "{} {}% discount")
        ).format(said, percent)
    line = world.paid(party, sign * paid, said, day)
    case = "early-payment discount, late" if late else "early-payment discount"
    world.answer(case, [line], [item], write_offs=[("discount", sign * (amount - paid))])


def rounding(world: World) -> None:
    """Pay a few cents less or more."""
    vendor = world.rng.random() < 0.2
    party = _party(world, vendor=vendor)
    sign = -1 if vendor else 1
    item = world.item(party, world.amount(60, 9000) * sign)
    off = world.rng.choice((-5, -4, -3, -2, -1, 1, 1, 2, 3, 4, 5))
    line = world.paid(party, item["amount_residual"] - off, _said(world, item, 0.8), _after(world, item))
    world.answer("rounding", [line], [item], write_offs=[("rounding", off)])


def withholding(world: World) -> None:
    """Pay less the tax that the customer keeps and hands to the state."""
    party, rng = _party(world), world.rng
    item = world.item(party, world.amount(500, 40000))
    percent = rng.choice((1, 2, 2, 5, 10, 10, 15, 20))
    kept = (item["amount_residual"] * percent + 50) // 100
    word = rng.choice(
        (
            "{} less WHT {}%",
            "{} TDS {}%",
            "{} retencion {}%",
            "{} net of {}% withholding tax",
            "{} ritenuta {}%",
            "{}",
        )
    )
    said = word.format(reference(rng, item["move_name"], 0.5), percent)
    line = world.paid(party, item["amount_residual"] - kept, said, _after(world, item))
    told = word != "{}"  # a share that nobody names might be a part payment as well
    case = "short by withholding" if told else "short by a share, unsaid"
    world.answer(case, [line], [item], write_offs=[("withholding", kept)], answerable=told)


def foreign(world: World) -> None:
    """Pay a foreign invoice: by the currency on the line, at the day's rate, or in the foreign account."""
    rng = world.rng
    currency = rng.choice((world.foreign, world.foreign, "CHF", "JPY"))
    vendor = rng.random() < 0.3
    party = _party(world, vendor=vendor)
    sign = -1 if vendor else 1
    amount = sign * world.amount(300, 30000)
    item = world.item(party, amount, currency=currency)
    day, said = _after(world, item), _said(world, item, 0.7)
    company = world.company_amount(amount, currency, day)
    way = rng.randrange(3)
    if way == 0 and currency == world.foreign:
        line = world.paid(party, amount, said, day, journal="FCY")
        case = "foreign item in the foreign account"
    elif way == 1:
        spread = 1 + Decimal(rng.randrange(-60, 61)) / 10000
        company = int(company * spread)
        line = world.paid(party, company, said, day, foreign=(currency, amount))
        case = "foreign item, currency on the line"
    else:
        spread = 1 - sign * Decimal(rng.randrange(0, 120)) / 10000
        company = int(company * spread)
        line = world.paid(party, company, said, day)
        case = "foreign item at the day's rate"
    world.answer(case, [line], [item], write_offs=[("fx", item["amount_residual"] - company)])


def refund(world: World) -> None:
    """Pay a customer's credit note back, or get a vendor's refund."""
    vendor = world.rng.random() < 0.4
    party = _party(world, vendor=vendor)
    amount = world.amount(30, 4000)
    if vendor:
        number = f"RBILL/2026/{world.rng.randrange(1000):04d}"
        item = world.item(
            party, amount, kind="payable", number=number, ref=f"CN{world.rng.randrange(10**5):05d}"
        )
    else:
        number = f"R{world.number()}"
        item = world.item(party, -amount, kind="receivable", number=number)
    word = world.rng.choice(("refund {}", "credit note {}", "Gutschrift {}", "avoir {}", "{}"))
    said = word.format(item["ref"] if vendor else item["move_name"])
    line = world.paid(party, item["amount_residual"], said, _after(world, item))
    world.answer("refund", [line], [item])


def outstanding(world: World) -> None:
    """Clear a payment that was registered before: a check, a transfer file, a customer's receipt."""
    rng = world.rng
    vendor = rng.random() < 0.7
    party = _party(world, vendor=vendor)
    amount = world.amount(50, 20000)
    number = f"P{'BNK1'}/2026/{rng.randrange(10**5):05d}"
    check = str(rng.randrange(1000, 99999)) if vendor and rng.random() < 0.4 else ""
    at = world.day()
    item = world.item(
        party, -amount if vendor else amount, kind="outstanding", number=number, day=at,
        ref=f"CHECK {check}" if check else "", label=f"Payment {party.name}",
    )  # fmt: skip
    day = min(at + timedelta(days=rng.randrange(0, 6)), LAST)
    if check:
        line = world.line(
            item["amount_residual"],
            day,
            Text(rng.choice(("CHECK {}", "CHECK PAID #{}", "Scheck {}")).format(check)),
        )
    else:
        said = reference(rng, number, 0.3) if rng.random() < 0.6 else rng.choice(_VAGUE)
        line = world.paid(party, item["amount_residual"], said, day)
    world.answer("outstanding payment", [line], [item])
