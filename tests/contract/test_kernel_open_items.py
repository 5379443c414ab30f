"""What may stay open at a lock, and when a second controller has to agree."""

import importlib.util
from decimal import Decimal
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)

open_items = kernel.load("open_items")
GLOBAL, HARD = open_items.GLOBAL, open_items.HARD


@pytest.mark.parametrize(
    "code", ["DRAFT", "TASK", "FINDING:high", "ENTRY:reviewed", "MANUAL", "RUN", "CARRIED"]
)
def test_what_may_stay(code):
    assert open_items.may_stay(code, GLOBAL) is None


@pytest.mark.parametrize(
    ("code", "field", "why"),
    [
        ("FINDING:critical", "sale_lock_date", "critical"),
        ("GAP", GLOBAL, "trail"),
        ("BRANCH:7", GLOBAL, "branch"),
        ("BANK:BNK1", GLOBAL, "bank"),
        ("DRAFT", HARD, "hard_draft"),
        ("INHERITED", GLOBAL, "other"),
        ("SOMETHING_NEW", GLOBAL, "other"),
    ],
)
def test_what_never_stays(code, field, why):
    assert open_items.may_stay(code, field) == why


def test_amounts_add_up_without_their_sign():
    weight = open_items.weigh([Decimal("3000.00"), Decimal("-2000.01")])
    assert weight == (Decimal("5000.01"), False)
    assert weight.needs_second(Decimal("5000.00"))
    assert not weight.needs_second(Decimal("5000.01"))


def test_what_nobody_can_put_into_money_counts_as_above():
    assert open_items.weigh([None]).needs_second(Decimal(10**9))
    assert not open_items.weigh([]).needs_second(Decimal(0))
    assert open_items.weigh([Decimal("0.01")]).needs_second(None)
