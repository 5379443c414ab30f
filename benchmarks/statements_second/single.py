"""One line for one item: clean and damaged references, names only, refunds, payments already in the books."""

# ruff: noqa: E501 (a bank's label is one line)

from datetime import timedelta

from . import numbers, places
from .documents import document, quoted


def clean(world, count):
    """The reference is there, written in one of the usual ways."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world)
        roll = rng.random()
        if sell and roll < 0.18:
            item["ref"] = rng.choice([numbers.rf, numbers.qrr, numbers.ogm])(rng)
            remi = numbers.spaced(rng, item["ref"]) if rng.random() < 0.6 else item["ref"]
        elif sell and roll < 0.26 and item["ref"]:
            remi = f"{rng.choice(['Your order', 'Bestellung', 'cde', 'ordine'])} {item['ref']}"
        else:
            remi = numbers.restyled(rng, quoted(world, item, sell))
            if rng.random() < 0.2:
                remi += rng.choice(
                    [
                        f" dtd {item['date']:%d.%m.%Y}",
                        f" vom {item['date']:%d.%m.%y}",
                        " thank you",
                        " full payment",
                        f" Kd-Nr. {rng.randint(10000, 99999)}",
                        f" cust {rng.randint(100, 9999)}",
                        " zahlung",
                        " ACCT",
                    ]
                )
        as_ref = rng.random() < 0.10
        label = (
            world.dress(partner, "" if as_ref else remi, day, sell) if rng.random() < 0.97 or as_ref else remi
        )
        line = world.line(day, item["residual_currency"], label, partner=partner, ref=remi if as_ref else "")
        # a purchase order number names the order; the amount decides
        world.says("one, reference", [line], [item])


def dirty(world, count):
    """The reference has a typing or scanning error, is shortened or broken; the payer is known or the amount is odd."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world, minor=world.odd())
        number = quoted(world, item, sell)
        remi = numbers.mistyped(rng, number) if rng.random() < 0.6 else numbers.clipped(rng, number)
        if rng.random() < 0.3:
            remi = f"{rng.choice(['Inv', 'Rechnung', 'fact', 'Re.'])} {remi}"
        line = world.line(
            day,
            item["residual_currency"],
            world.dress(partner, remi, day, sell),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says("one, damaged reference", [line], [item])


def cut(world, count):
    """The label ends at 35 or 140 characters, sometimes inside the reference; the payer's own columns remain."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world, minor=world.odd())
        label = f"{rng.choice(['PAYMENT', 'ÜBERWEISUNG', 'VIREMENT', 'TRANSFER IN'])} {places.spoken(rng, partner)} {quoted(world, item, sell)}"
        if rng.random() < 0.4:
            filler = rng.choice(
                [
                    "REMITTANCE ADVICE SENT BY MAIL TO ACCOUNTS DEPARTMENT CONCERNING DELIVERIES AND SERVICES RENDERED IN THE PERIOD",
                    "Zahlung gemaess unserem Schreiben an Ihre Buchhaltung betreffend Lieferungen und Leistungen des Vormonats Kundennummer",
                ]
            )
            label = f"{filler} {label}"
        limit = 35 if len(label) < 120 else 140
        line = world.line(
            day, item["residual_currency"], label[:limit], partner=partner, name=places.spoken(rng, partner)
        )
        world.says("one, label cut", [line], [item])


def named(world, count):
    """No reference; the payer's name and an amount that only one of his items has."""
    rng = world.rng
    for _ in range(count):
        partner, day, item, sell = document(world, minor=world.odd())
        word = rng.choice(
            [
                "",
                "",
                "payment",
                "Zahlung",
                "invoice",
                "paiement facture",
                "acct settlement",
                "betaling",
                "vielen Dank",
                "pago",
            ]
        )
        line = world.line(
            day, item["residual_currency"], world.dress(partner, word, day, sell), partner=partner
        )
        if (
            partner["name"].split()[0].upper() not in line["label"].upper().replace("-", " ")
            and not line["partner_name"]
        ):
            line["partner_name"] = places.spoken(rng, partner)
        world.says("one, name and amount", [line], [item])


def by_account(world, count):
    """No name, no reference: the payer's account is the item's, and the amount is right."""
    for _ in range(count):
        partner = world.partner()
        partner["known"] = True
        partner, day, item, _ = document(world, partner=partner, minor=world.odd())
        item["bank_accounts"] = [partner["account"]]
        line = world.line(
            day,
            item["residual_currency"],
            world.rng.choice(["CREDIT TRANSFER", "Überweisung", "TRF", "/", "VIREMENT"]),
            account=partner["account"],
        )
        world.says("one, account and amount", [line], [item])


def month(world, count):
    """A tenant pays each month the same amount; the label says which month, the item's own label too."""
    rng = world.rng
    names = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    for _ in range(count):
        partner, minor = world.fresh(), rng.choice([85000, 120000, 47500, 99000])
        items = []
        for back in range(3):
            at = (world.first + timedelta(days=62)).replace(day=1) - timedelta(days=1)
            at = world.first + timedelta(days=31 * back)
            at = at.replace(day=1)
            items.append(world.item(partner, at, minor, label=f"Rent {names[at.month - 1]} {at.year}"))
        picked = rng.choice(items)
        word = rng.choice(
            [
                f"Rent {names[picked['date'].month - 1]}",
                f"RENT {names[picked['date'].month - 1][:3].upper()} {picked['date'].year}",
            ]
        )
        day = world.day(62)
        line = world.line(
            day, minor, world.dress(partner, word, day, True), partner=partner, name=partner["name"]
        )
        world.says("one, month named", [line], [picked])


def refund(world, count):
    """A credit note paid out to a customer; a vendor's refund that comes in."""
    rng = world.rng
    for _ in range(count):
        sell, partner, day = rng.random() < 0.6, world.partner(), world.day()
        minor = world.odd()
        item = world.item(partner, world.before(day), -minor if sell else minor, sell=sell)
        number = item["move_name"] if sell else item["ref"]
        word = rng.choice(
            [
                "Refund",
                "Gutschrift",
                "Erstattung",
                "remboursement",
                "credit note",
                "abono",
                "rimborso",
                "terugbetaling",
            ]
        )
        remi = f"{word} {number}" if rng.random() < 0.7 else word
        line = world.line(
            day,
            item["residual_currency"],
            world.dress(partner, remi, day, not sell),
            partner=partner,
            name=places.spoken(rng, partner),
        )
        world.says("refund", [line], [item])


def outstanding(world, count):
    """Payments in the books that wait for their bank line: transfers, cheques, cash brought to the bank."""
    rng = world.rng
    cheque = rng.randint(10200, 90000)
    for number in range(count):
        day, partner = world.day(), world.partner()
        way = number % 5
        if way in (0, 1):
            cheque += rng.randint(1, 4)
            item = world.item(
                partner,
                world.before(day, 2, 30),
                -world.odd(),
                sell=False,
                kind="outstanding",
                ref=rng.choice([f"{cheque}", f"Check {cheque}", f"CHK{cheque}"]),
                move=f"PCHK/{world.year}/{cheque % 9000:05d}",
            )
            label = rng.choice(
                [
                    f"CHECK PAID {cheque}",
                    f"CHECK # {cheque}",
                    f"CHQ {cheque:08d} CLEARED",
                    f"Scheck Nr. {cheque}",
                    f"CHEQUE {cheque}",
                ]
            )
            line, case = world.line(day, item["residual_currency"], label), "outstanding cheque"
        elif way in (2, 3):
            world.pay_counter += 1
            sell = rng.random() < 0.5
            move = f"PBNK{rng.choice('12')}/{world.year}/{world.pay_counter:05d}"
            item = world.item(
                partner,
                world.before(day, 0, 5),
                (1 if sell else -1) * world.odd(),
                sell=sell,
                kind="outstanding",
                move=move,
                ref=rng.choice([world.number(), rng.choice(numbers.FOREIGN)(rng, world.year)]),
                label=f"Payment {partner['name']}",
            )
            remi = rng.choice([move, item["ref"], item["ref"], ""])
            line = world.line(
                day,
                item["residual_currency"],
                world.dress(partner, remi, day, sell),
                partner=partner,
                name=places.spoken(rng, partner),
            )
            case = "outstanding payment"
        else:
            bag = rng.randint(300000, 999999)
            item = world.item(
                None,
                world.before(day, 1, 3),
                rng.randint(20, 900) * 1000 + rng.choice([0, 500, 250]),
                kind="cash",
                ref=f"Bag {bag}",
                move=f"CSH1/{world.year}/{world.pay_counter:05d}",
                label="Cash to bank",
            )
            world.pay_counter += 1
            label = rng.choice(
                [
                    f"CASH DEPOSIT BAG {bag}",
                    f"BAREINZAHLUNG SAFEBAG {bag}",
                    f"NIGHT SAFE {bag}",
                    f"Versement espèces sac {bag}",
                ]
            )
            line, case = world.line(day, item["residual_currency"], label), "cash deposit"
        world.says(case, [line], [item])
