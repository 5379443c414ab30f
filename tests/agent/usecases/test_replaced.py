"""Rows of a dataset that were read again take the place of what they were."""

import polars as pl
import pytest

from agent_service.usecases.follow import replaced

WHOLE = pl.DataFrame(
    {"id": [1, 3, 5, 8], "ref": ["a", None, "c", "d"], "amount": [10, 30, None, 80]},
    schema_overrides={"amount": pl.Int64},
)


def rows(**columns):
    return pl.DataFrame(columns, schema=WHOLE.schema)


@pytest.mark.parametrize(
    "now",
    [
        rows(id=[3, 8], ref=["b", "d"], amount=[30, None]),
        rows(id=[3, 8], ref=[None, "d"], amount=[30, 80]),
        rows(id=[8], ref=["d"], amount=[81]),
        rows(id=[3, 4, 8, 9], ref=["b", "new", "d", "last"], amount=[30, 40, 80, 90]),
        rows(id=[], ref=[], amount=[]),
    ],
)
def test_changed_come_and_gone(now):
    former = WHOLE.filter(pl.col("id").is_in([3, 8]))
    made = replaced(WHOLE, former, now)
    kept = WHOLE.filter(~pl.col("id").is_in([3, 8]))
    assert made.equals(pl.concat([kept, now]).sort("id"))
    assert WHOLE["ref"].to_list() == ["a", None, "c", "d"], "what was read before stays as it was"
