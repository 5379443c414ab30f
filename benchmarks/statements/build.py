"""Puts a seed's world together and writes it in the formats of `ai-close match`."""

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.statements import many_items, no_item, one_item, traps
from benchmarks.statements.world import World

MIX: tuple[tuple[Callable[[World], None], int], ...] = (
    (one_item.by_reference, 900),
    (one_item.one_of_a_series, 40),
    (one_item.by_structured_reference, 140),
    (one_item.by_name, 330),
    (one_item.partial, 70),
    (one_item.short_by_fee, 90),
    (one_item.discount, 130),
    (one_item.rounding, 60),
    (one_item.withholding, 70),
    (one_item.foreign, 200),
    (one_item.refund, 60),
    (one_item.outstanding, 180),
    (many_items.named, 220),
    (many_items.balance, 40),
    (many_items.due, 30),
    (many_items.subset, 40),
    (many_items.instalments, 60),
    (many_items.payouts, 50),
    (no_item.bank_fee, 70),
    (no_item.interest, 40),
    (no_item.payroll, 60),
    (no_item.tax, 40),
    (no_item.transfer, 70),
    (no_item.returned, 30),
    (no_item.voided, 15),
    (traps.stranger, 60),
    (traps.card, 50),
    (traps.other_partners_amount, 30),
    (traps.twice, 20),
    (traps.wrong_scale, 12),
    (traps.short_by_much, 12),
    (traps.wildcard, 12),
    (traps.collision, 12),
    (traps.twins, 12),
    (traps.bystander, 1100),
)
"""How often each case comes in a world of scale 1: about 3,200 lines against 8,500 items."""


def build(seed: int, scale: float = 1.0, *, tidy: bool = False) -> World:
    """Return the world of a seed; the same one each time."""
    rng = Random(seed)
    world = World(rng, scale, tidy)
    planned = [case for case, count in MIX for _ in range(max(1, round(count * scale)))]
    rng.shuffle(planned)
    for case in planned:
        case(world)
    return world


def write(world: World, folder: Path) -> None:
    """Write lines, items, truth, rates and policy of a world, in an order that tells nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = Random(len(world.lines))
    lines = [_line(world, one) for one in world.lines]
    lines.sort(key=lambda one: (one["date"], one["journal"]))
    items = [_item(world, one) for one in world.items]
    rng.shuffle(items)
    _rows(folder / "lines.jsonl", lines)
    _rows(folder / "items.jsonl", items)
    _rows(folder / "truth.jsonl", (_truth(world, one) for one in world.truth))
    rates = [f"{name},{day},{rate}" for (name, day), rate in sorted(world.rates.items())]
    (folder / "rates.csv").write_text("\n".join(["currency,date,rate", *rates]) + "\n")
    policy = {"own_accounts": [one for _currency, one in world.journals.values()], "own_names": [world.own]}
    (folder / "policy.json").write_text(json.dumps(policy))
    (folder / "currency").write_text(world.currency)


def _line(world: World, row: dict[str, Any]) -> dict[str, Any]:
    made = {**row, "date": str(row["date"]), "amount": world.money(row["amount"], row["currency"])}
    if "amount_currency" in row:
        made["amount_currency"] = world.money(row["amount_currency"], row["foreign_currency"])
    return {name: value for name, value in made.items() if value != "" or name == "label"}


def _item(world: World, row: dict[str, Any]) -> dict[str, Any]:
    made = {
        **row,
        "amount_residual": world.money(row["amount_residual"]),
        "amount_residual_currency": world.money(row["amount_residual_currency"], row["currency"]),
    }
    if "discount_amount" in row:
        made["discount_amount"] = world.money(row["discount_amount"], row["currency"])
    return {name: str(value) if isinstance(value, date) else value for name, value in made.items()}


def _truth(world: World, row: dict[str, Any]) -> dict[str, Any]:
    offs = [{**one, "amount": world.money(one["amount"])} for one in row["write_offs"]]
    return {**row, "write_offs": offs}


def _rows(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
