"""Rows found by halving are those that a filter finds; sums up to an entry's last item are those by group."""

import random

import polars as pl
import pytest

from agent_service.core.by_id import in_order, rows_of
from agent_service.core.facts import _sums

RESULTS = pl.Series([3, 4], dtype=pl.Int64)


def _lines(seed: int, *, mixed: bool) -> pl.DataFrame:
    """Return items of entries that stand together, or `mixed`; some without entry, account or amount."""
    dice = random.Random(seed)
    moves = [one for one in range(1, 60) for _line in range(dice.randint(0, 5))]
    if mixed:
        dice.shuffle(moves)
        moves = [None if dice.random() < 0.1 else one for one in moves]
    large = 10 ** dice.choice((3, 12, 18))  # together far over what 64 bits hold
    return pl.DataFrame(
        {
            "move_id": pl.Series(moves, dtype=pl.Int64),
            "account_id": pl.Series([dice.choice((1, 2, 3, 4, None)) for _one in moves], dtype=pl.Int64),
            "balance": pl.Series([dice.choice((None, dice.randint(-large, large))) for _one in moves]),
        }
    )


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("seed", range(10))
def test_what_runs_up_is_what_groups_sum_to(seed, mixed):
    lines = _lines(seed, mixed=mixed)
    grouped = lines.drop_nulls("move_id").group_by("move_id").agg(
        size=pl.col("balance").clip(lower_bound=0).sum(),
        net=pl.col("balance").sum(),
        result_effect=pl.when(pl.col("account_id").is_in(RESULTS.implode())).then("balance").sum().abs(),
        line_count=pl.len(),
    )  # fmt: skip
    sums = _sums(lines, RESULTS)
    assert sums.equals(grouped.sort("move_id"))
    assert sums.schema == grouped.schema


def test_no_items_sum_to_nothing():
    assert _sums(_lines(1, mixed=False).clear(), RESULTS).height == 0


@pytest.mark.parametrize("parts", [1, 3])
def test_rows_found_by_halving(parts):
    ids = sorted(random.Random(parts).sample(range(1, 400), 90))
    frame = pl.DataFrame({"id": ids, "what": [str(one) for one in ids]})
    frame = pl.concat([frame[at::1][: 90 // parts] for at in range(0, 90, 90 // parts)], rechunk=False)
    for asked in ([], [ids[0]], [ids[-1], 10**6, 0], range(100, 300), ids):
        assert rows_of(frame, asked).equals(frame.filter(pl.col("id").is_in(list(asked)))), asked
    assert rows_of(frame.clear(), ids).height == 0


def test_only_what_is_in_order_says_so():
    ordered, mixed = pl.DataFrame({"id": [1, 2, 5]}), pl.DataFrame({"id": [2, 1, 5]})
    assert in_order(ordered)["id"].flags["SORTED_ASC"]
    assert not in_order(mixed)["id"].flags["SORTED_ASC"]
    assert in_order(pl.DataFrame({"code": ["a"]})).columns == ["code"]
