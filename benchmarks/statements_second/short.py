"""One line for one item with another amount: parts, fees, discounts, rounding, tax, foreign money."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from . import numbers, places
from .documents import document, quoted


def part(world, count):
    """A part payment that says so: the rest stays open."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world, minor=world.odd() + 20000)
        paid = item["residual_currency"] * rng.choice([20, 30, 40, 50, 60, 75]) // 100
        word = rng.choice(
            [
                "part payment",
                "Teilzahlung",
                "acompte",
                "on account of",
                "Abschlag",
                "deposit",
                "1st instalment",
                "pago parcial",
                "aanbetaling",
                "acconto",
            ]
        )
        line = world.line(
            day,
            paid,
            world.dress(partner, f"{word} {quoted(world, item, sell)}", day, sell),
            partner=partner,
        )
        world.says("partial", [line], [item])


def fee(world, count):
    """A wire arrives short by its charges: the label names them, or shows that charges were shared."""
    rng = world.rng
    for number in range(count):
        partner, day, item, _ = document(world, sell=True, minor=world.odd() + 60000)
        charge = rng.choice([1000, 1500, 1250, 2000, 2500, 3000, 1800, 800])
        paid = item["residual_currency"] - charge
        code = world.currency
        said = number % 2 == 0
        words = [
            f"LESS CHARGES {code} {charge / 100:.2f}",
            f"/CHGS/{code}{charge // 100},{charge % 100:02d}",
            f"abzgl. Bankspesen {charge / 100:.2f}",
            f"frais bancaires {charge / 100:.2f} déduits",
            f"less bank charges {charge / 100:.2f}",
        ]
        remi = f"{item['move_name']} {rng.choice(words)}" if said else item["move_name"]
        line = world.line(
            day,
            paid,
            world.dress(partner, remi, day, True, wire=True),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says(
            "short by a fee, named" if said else "short by a fee, shared charges",
            [line],
            [item],
            write_offs=[("bank_fee", charge)],
        )


def discount(world, count):
    """Early-payment discount, taken in time."""
    rng = world.rng
    for _ in range(count):
        sell = rng.random() < 0.6
        partner, minor, day = world.partner(), world.odd() + 3000, world.day()
        day_of = day - timedelta(days=rng.randint(1, 8))
        paid = minor - int(
            (Decimal(minor) * rng.choice([2, 3, 1, 5]) / 100).quantize(Decimal(1), ROUND_HALF_UP)
        )
        sign = 1 if sell else -1
        item = world.item(
            partner,
            day_of,
            sign * minor,
            sell=sell,
            discount_date=day_of + timedelta(days=rng.choice([8, 10, 14])),
            discount_minor=sign * paid,
        )
        word = rng.choice(["", "", " abzgl. Skonto", " less 2% disc", " escompte déduit", " with discount"])
        line = world.line(
            day,
            sign * paid,
            world.dress(partner, quoted(world, item, sell) + word, day, sell),
            partner=partner,
        )
        world.says("discount in time", [line], [item], write_offs=[("discount", sign * (minor - paid))])


def discount_late(world, count):
    """The discount, taken some days too late: a person decides, but what it is, is plain."""
    rng = world.rng
    for _ in range(count):
        partner, minor, day = world.partner(), world.odd() + 3000, world.day()
        day_of = day - timedelta(days=rng.randint(14, 18))
        paid = minor - int((Decimal(minor) * 2 / 100).quantize(Decimal(1), ROUND_HALF_UP))
        item = world.item(
            partner, day_of, minor, discount_date=day_of + timedelta(days=10), discount_minor=paid
        )
        line = world.line(
            day, paid, world.dress(partner, item["move_name"] + " Skonto", day, True), partner=partner
        )
        world.says("discount late", [line], [item], write_offs=[("discount", minor - paid)], answerable=False)


def rounding(world, count):
    """Off by a few minor units."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world, minor=world.odd())
        off = rng.choice([1, -1, 2, -2, 3, 4, -3])
        line = world.line(
            day,
            item["residual_currency"] - off,
            world.dress(partner, quoted(world, item, sell), day, sell),
            partner=partner,
        )
        world.says("rounding", [line], [item], write_offs=[("rounding", off)])


def withholding(world, count):
    """The payer keeps tax back: the share is said, or is one of the shares that his country knows."""
    rng = world.rng
    for number in range(count):
        country = rng.choice(["IN", "IN", "IT", "ES", "BR", "US"])
        partner = rng.choice([p for p in world.partners if p["country"] == country])
        share = {"IN": [1, 2, 10], "IT": [20], "ES": [15, 19], "BR": [15], "US": [30]}[country]
        share = rng.choice(share)
        partner, day, item, _ = document(world, sell=True, partner=partner, minor=world.odd() + 20000)
        kept = int((Decimal(item["residual_currency"]) * share / 100).quantize(Decimal(1), ROUND_HALF_UP))
        word = {
            "IN": f"net of TDS {share}%",
            "IT": f"ritenuta d'acconto {share}%",
            "ES": f"retención IRPF {share}%",
            "BR": f"IRRF {share}%",
            "US": f"less withholding tax {share} pct",
        }[country]
        remi = f"{item['move_name']} {word}" if number % 5 else f"{item['move_name']} TDS"
        line = world.line(
            day, item["residual_currency"] - kept, world.dress(partner, remi, day, True), partner=partner
        )
        world.says("withholding", [line], [item], write_offs=[("withholding", kept)], answerable=True)


def foreign(world, count):
    """Foreign money four ways: their journal, ours with and without the foreign amount, the reverse."""
    rng = world.rng
    for number in range(count):
        way = number % 8
        sell, partner, day = rng.random() < 0.6, world.partner(), world.day()
        sign = 1 if sell else -1
        if way in (0, 1, 2):
            _, _, item, _ = document(
                world, sell=sell, partner=partner, currency=world.second, minor=world.odd(), day=day
            )
            remi = numbers.restyled(rng, quoted(world, item, sell))
            line = world.line(
                day,
                item["residual_currency"],
                world.dress(partner, remi, day, sell),
                partner=partner,
                journal="FXA",
            )
            moved = world.company(line["amount"], world.second, day)
            case = "fx, journal in the item's currency"
        elif way in (3, 4, 5):
            code = rng.choice(["GBP", "CHF", "JPY", "SEK", "AUD", world.second])
            minor = world.odd() * (100 if code == "JPY" and rng.random() < 0.5 else 1)
            _, _, item, _ = document(world, sell=sell, partner=partner, currency=code, minor=minor, day=day)
            moved = (
                int(
                    world.company(minor, code, day)
                    * Decimal(10000 + rng.choice([0, -45, 25, -110, 90]))
                    / 10000
                )
                * sign
            )
            line = world.line(
                day,
                moved,
                world.dress(partner, quoted(world, item, sell), day, sell, wire=rng.random() < 0.5),
                partner=partner,
                foreign=(code, item["residual_currency"]),
            )
            case = "fx, foreign amount on the line"
        elif way == 6:
            code = rng.choice(["GBP", "CHF", "SEK", world.second])
            _, _, item, _ = document(
                world, sell=sell, partner=partner, currency=code, minor=world.odd(), day=day
            )
            moved = (
                int(
                    world.company(abs(item["residual_currency"]), code, day)
                    * Decimal(10000 - rng.choice([0, 20, 50, 100]))
                    / 10000
                )
                * sign
            )
            line = world.line(
                day,
                moved,
                world.dress(partner, quoted(world, item, sell), day, sell),
                partner=partner,
                name=places.spoken(rng, partner),
            )
            case = "fx, day's rate within a spread"
        else:
            _, _, item, _ = document(world, sell=sell, partner=partner, minor=world.odd(), day=day)
            paid = world.foreign(item["residual_currency"], world.second, day)
            line = world.line(
                day,
                paid,
                world.dress(partner, quoted(world, item, sell), day, sell),
                partner=partner,
                journal="FXA",
                foreign=(world.currency, item["residual_currency"]),
            )
            moved = item[
                "residual_currency"
            ]  # the bank names the amount in company currency: no rate is needed
            case = "fx, our currency through a foreign journal"
        world.says(case, [line], [item], write_offs=[("fx", item["amount_residual"] - moved)])
