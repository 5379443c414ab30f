"""Packed columns: each form, the empty page, and what can't be read."""

import json

import polars as pl
import pytest

from agent_service.odoo_client.packed import unpack


@pytest.mark.parametrize(
    ("form", "values", "wanted", "dtype"),
    [
        ("int", "7,,2147483647", [7, None, 2147483647], pl.Int64),
        ("bool", "1,0,", [True, False, None], pl.Boolean),
        ("text", "-0.10,,2026-10-31", ["-0.10", None, "2026-10-31"], pl.String),
        ("words", json.dumps(['a, "b"\n', None, "Ж"]), ['a, "b"\n', None, "Ж"], pl.String),
    ],
)
def test_each_form_gives_its_values(form, values, wanted, dtype):
    series = unpack({"x": {"form": form, "values": values}}, 3)["x"]
    assert (series.to_list(), series.dtype, series.name) == (wanted, dtype, "x")
    empty = unpack({"x": {"form": form, "values": ""}}, 0)["x"]
    assert (empty.to_list(), empty.dtype) == ([], dtype)


def test_one_row_that_is_empty_is_a_row():
    assert unpack({"x": {"form": "text", "values": ""}}, 1)["x"].to_list() == [None]


def test_anything_else_is_json():
    assert unpack({"x": {"form": "json", "values": '[{"a": 1}, null]'}}, 2) == {"x": [{"a": 1}, None]}


@pytest.mark.parametrize(
    "column", [{"form": "int", "values": "1,b"}, {"form": "new", "values": "1"}, None, {}]
)
def test_what_cannot_be_read_is_said(column):
    with pytest.raises(ValueError, match="x"):
        unpack({"x": column}, 2)
