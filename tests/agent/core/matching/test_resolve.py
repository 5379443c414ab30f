"""Deciding explanations together: what is kept between two questions never changes what is decided."""

import random
from datetime import date, timedelta

import pytest

from agent_service.core.matching import engine
from agent_service.core.matching.engine import match
from agent_service.core.matching.model import Item, Line, Settings
from agent_service.core.matching.resolve import Resolver

DAY = date(2026, 10, 1)


class Forgetful(Resolver):
    """Counts everything anew each time."""

    def probability(self, number):
        self._row_odds = [None] * len(self.all)
        self._claims = [None] * len(self.all)
        return super().probability(number)


def contested(seed: int) -> tuple[list[Line], list[Item]]:
    """Return lines and items of few amounts and payers: most items are wanted by several lines."""
    chance = random.Random(seed)
    amounts = [10_000 + 500 * chance.randrange(12) for _ in range(60)]
    items = [
        Item(
            n, DAY + timedelta(days=chance.randrange(28)), amount, "EUR", amount,
            move_name=f"INV/2026/{n:05d}", partner_id=chance.randrange(9),
        )
        for n, amount in enumerate(amounts)
    ]  # fmt: skip
    lines = [
        Line(
            n, DAY + timedelta(days=chance.randrange(40)), chance.choice(amounts), "EUR",
            chance.choice(("PAYMENT", f"PAYMENT INV/2026/{chance.randrange(60):05d}")),
            partner_id=chance.choice((None, chance.randrange(9))),
        )
        for n in range(70)
    ]  # fmt: skip
    return lines, items


@pytest.mark.parametrize("seed", range(4))
def test_what_is_kept_between_two_questions_changes_no_proposal(seed, monkeypatch):
    lines, items = contested(seed)
    made = match(lines, items, Settings("EUR"))
    monkeypatch.setattr(engine, "Resolver", Forgetful)
    assert match(lines, items, Settings("EUR")) == made
    assert sum(any(reason.code == "contested" for reason in one.reasons) for one in made) > 3, "a weak test"
