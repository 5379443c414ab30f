"""Which tie-outs a month has to have: risky ones always, the others by turns, all at the year's end."""

from datetime import date

import pytest

from agent_service.core.analysis.tie_out import bank, clearing, payroll
from tests.contract import kernel

TIE_OUT = kernel.load("tie_out")
SHAPE = kernel.load("policy_shape")
MONTHS = [date(2026, month, 28) for month in range(1, 13)]


def test_each_kind_has_an_area():
    assert {area for area, _name in TIE_OUT.KINDS.values()} == set(TIE_OUT.AREAS)


def test_the_risky_ones_every_month():
    assert all(TIE_OUT.is_due({}, "bank", [7], day) for day in MONTHS)
    assert not all(TIE_OUT.is_due({"tie_outs": {"high_risk": ["loan"]}}, "bank", [7], day) for day in MONTHS)


@pytest.mark.parametrize("months", [1, 2, 3, 6, 12])
def test_every_account_has_its_turn_once_in_so_many_months(months):
    params = {"tie_outs": {"rotation_months": months}}
    for account in range(1, 30):
        due = [TIE_OUT.is_due(params, "loan", [account], day) for day in MONTHS]
        assert sum(due) == 12 // months
    shares = [sum(TIE_OUT.is_due(params, "loan", [account], MONTHS[0]) for account in range(1, 25))]
    assert shares == [24 // months], "the work is spread over the months"


def test_all_of_them_at_the_end_of_the_year():
    assert all(TIE_OUT.is_due({}, kind, [1], MONTHS[11], year_end=True) for kind in TIE_OUT.KINDS)


def test_the_lock_waits_only_where_the_policy_says_so():
    assert not TIE_OUT.blocks({})
    assert not TIE_OUT.blocks({"tie_outs": {}})
    assert TIE_OUT.blocks({"tie_outs": {"blocks": True}})


@pytest.mark.parametrize("section", [{"rotation_months": 0}, {"high_risk": ["coffee"]}, {"blocks": "yes"}])
def test_what_a_policy_can_not_say(section):
    with pytest.raises(SHAPE.PayloadError):
        TIE_OUT.SHAPE.check(section)


def test_the_form_of_a_policy_shows_what_the_agent_takes_as_usual():
    days = {**bank.PARAMETERS, **clearing.PARAMETERS, **payroll.PARAMETERS}
    assert days.items() <= TIE_OUT.DEFAULTS.items()
    assert {*days, "rotation_months", "blocks", "high_risk"} == {*TIE_OUT.DEFAULTS, "high_risk"}
    TIE_OUT.SHAPE.check({**TIE_OUT.DEFAULTS, "high_risk": list(TIE_OUT.HIGH_RISK)})
