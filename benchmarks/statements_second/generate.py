"""Write one labelled statement: `lines.jsonl`, `items.jsonl`, `rates.csv`, `truth.jsonl` and `cases.json`."""

import json
import random
from pathlib import Path

from . import many, plain, short, single
from .traps import traps
from .world import World, text_of

COUNTS = (
    (single.clean, 760),
    (single.dirty, 320),
    (single.cut, 60),
    (single.named, 260),
    (single.by_account, 70),
    (single.month, 20),
    (short.part, 60),
    (short.fee, 80),
    (short.discount, 90),
    (short.discount_late, 10),
    (short.rounding, 50),
    (short.withholding, 50),
    (short.foreign, 160),
    (single.refund, 50),
    (single.outstanding, 120),
    (many.listed, 170),
    (many.partly_listed, 20),
    (many.balance, 60),
    (many.summed, 50),
    (many.due, 20),
    (many.with_discount, 25),
    (many.with_fee, 15),
    (many.instalments, 60),
    (many.two_payers, 15),
    (many.contra, 12),
    (many.payouts, 54),
    (many.batches, 15),
    (plain.transfers, 54),
    (plain.cancelling, 20),
)
BARE = (("bank_fee", 130), ("interest", 45), ("payroll", 60), ("tax", 70))


def build(seed, share=1.0):
    """Return a filled World. `share` scales every count."""
    world = World(random.Random(f"second {seed}"))
    for maker, count in COUNTS:
        maker(world, max(1, int(count * share)))
    for kind, count in BARE:
        plain.bare(world, kind, max(1, int(count * share)))
    traps(world, max(1, int(12 * share)))
    for _ in range(int(450 * share)):
        world.item(
            world.partner(),
            world.before(world.day(), 0, 80),
            world.odd() * world.rng.choice([1, 1, 1, -1]),
            sell=world.rng.random() < 0.6,
        )
    return world


def _rows(world, seed):
    """Return lines, items and truth as the files have them: new ids, shuffled, optional keys now and then."""
    rng = random.Random(f"order {seed}")
    text_ids = rng.random() < 0.5
    order_l, order_i = list(world.lines), list(world.items)
    rng.shuffle(order_l)
    rng.shuffle(order_i)
    line_id = {row["id"]: f"stm-{n:05d}" if text_ids else n for n, row in enumerate(order_l, 1)}
    item_id = {row["id"]: f"aml-{n:05d}" if text_ids else n + 50000 for n, row in enumerate(order_i, 1)}
    lines, items = [], []
    for row in order_l:
        out = {
            "id": line_id[row["id"]],
            "date": row["date"].isoformat(),
            "amount": text_of(row["amount"], row["currency"]),
            "currency": row["currency"],
            "label": row["label"],
            "journal": row["journal"],
        }
        out.update({key: row[key] for key in ("partner_name", "account_number", "ref") if row[key]})
        if "foreign_currency" in row:
            out["foreign_currency"] = row["foreign_currency"]
            out["amount_currency"] = text_of(row["amount_currency"], row["foreign_currency"])
        lines.append(out)
    for row in order_i:
        out = {
            "id": item_id[row["id"]],
            "date": row["date"].isoformat(),
            "amount_residual": text_of(row["amount_residual"], world.currency),
            "currency": row["currency"],
            "move_name": row["move_name"],
            "kind": row["kind"],
            "due_date": row["due_date"].isoformat(),
            "bank_accounts": row["bank_accounts"],
        }
        out.update({key: row[key] for key in ("ref", "label", "partner_id", "partner_name") if row[key]})
        if row["currency"] != world.currency or rng.random() < 0.5:
            out["amount_residual_currency"] = text_of(row["residual_currency"], row["currency"])
        if "discount_date" in row:
            out["discount_date"] = row["discount_date"].isoformat()
            out["discount_amount"] = text_of(row["discount_minor"], row["currency"])
        items.append(out)
    truth = [
        {
            "line_ids": [line_id[i] for i in row["lines"]],
            "item_ids": [item_id[i] for i in row["items"]],
            "kind": row["kind"],
            "write_offs": [{"kind": kind, "amount": text_of(amount)} for kind, amount in row["write_offs"]],
            "case": row["case"],
            "answerable": row["answerable"],
        }
        for row in world.truth
    ]
    return lines, items, truth


def write(folder, seed, share=1.0):
    """Write the files of one seed and return the world they were made from."""
    world = build(seed, share)
    lines, items, truth = _rows(world, seed)
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("lines", lines), ("items", items), ("truth", truth)):
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    rates = ["date,currency,rate"] + [
        f"{day},{code},{rate}"
        for code, table in sorted(world.rates.items())
        for day, rate in sorted(table.items())
    ]
    (folder / "rates.csv").write_text("\n".join(rates) + "\n", encoding="utf-8")
    policy = {"own_accounts": [acct for _, acct in world.journals.values()], "own_names": [world.own_name]}
    (folder / "policy.json").write_text(json.dumps(policy), encoding="utf-8")
    (folder / "company.txt").write_text(world.currency, encoding="utf-8")
    return world
