"""What a policy may say of proposers: the agent's own settings, typed; what is wrong is refused in words."""

import copy
from importlib import import_module
from pkgutil import iter_modules

import pytest

from agent_service.core import adjustments
from agent_service.core.adjustments import ageing
from agent_service.core.money import Currency
from agent_service.core.policy import Policy
from tests.contract import kernel

book = kernel.load("proposer_book")
roles = kernel.load("account_roles")
shape = kernel.load("policy_shape")
TEMPLATE = kernel.load("policy_templates").load("standard")["params"]
PARAMS = TEMPLATE | {
    "roles": {},
    "adjustment_journal_id": 1,
    "manual": TEMPLATE["manual"] | {"journals": []},
}
MODULES = [import_module(f"{adjustments.__name__}.{one.name}") for one in iter_modules(adjustments.__path__)]
PROPOSERS = {one.CODE: one for one in MODULES if hasattr(one, "CODE")}
# Read without a default: what a policy does not say is not there.
WITHOUT_DEFAULT = {("BD", "ageing"), ("BD", "individual"), ("FX", "monetary_accounts")}


def checked(code, **values):
    """Judge a policy that says this of one proposer."""
    shape.check_policy(copy.deepcopy(PARAMS) | {"rules": {code: values}})


@pytest.mark.parametrize("code", sorted(PROPOSERS))
def test_every_setting_that_the_agent_reads_can_be_said(code):
    defaults = getattr(PROPOSERS[code], "PARAMETERS", {})
    said = {
        name: one.default for name, one in book.SETTINGS[code].items() if (code, name) not in WITHOUT_DEFAULT
    }
    assert said == {name: str(value) for name, value in defaults.items()}
    for name, one in book.simple(code).items():
        assert book.suits(one, one.default), name


@pytest.mark.parametrize("code", sorted(PROPOSERS))
def test_the_accounts_that_it_needs_are_known_roles(code):
    assert set(book.NEEDS[code]) <= roles.ROLES.keys()
    if code != "AC":
        assert set(getattr(PROPOSERS[code], "ROLES", ())) <= set(book.NEEDS[code])


@pytest.mark.parametrize(
    ("code", "values", "why"),
    [
        ("XX", {}, "no such proposer"),
        ("GR", {"closing_rate_days": 3}, "no setting closing_rate_days"),
        ("GR", {"closing_rate_max_age_days": "soon"}, "a whole number from 0 to 31"),
        ("GR", {"closing_rate_max_age_days": 400}, "a whole number from 0 to 31"),
        ("GR", {"closing_rate_max_age_days": True}, "a whole number from 0 to 31"),
        ("GR", {"by_hand": "ignore"}, "one of stop, apart"),
        ("GR", {"enabled": "no"}, "true or false"),
        ("SV", {"by_hand": "apart"}, "the proposer has: none"),
        ("PY", {"working_weekdays": "12348"}, "days of the week"),
        ("PY", {"working_weekdays": "11"}, "days of the week"),
        ("RC", {"fiscal_year_end": "13-31"}, "a month and a day"),
        ("RC", {"fiscal_year_end": "02-30"}, "a month and a day"),
        ("PP", {"text_min_amount": "much"}, "a share of materiality"),
        ("BD", {"ageing": []}, "a table of 1 to 20 rows"),
        ("BD", {"ageing": [[0, "0.5"]]}, "the last row"),
        ("BD", {"ageing": [[None, "0.5"], [None, "1"]]}, "the last row"),
        ("BD", {"ageing": [[30, "1"], [30, "2"], [None, "3"]]}, "30 comes after 30"),
        ("BD", {"ageing": [[30, "101"], [None, "3"]]}, "outside 0 to 100"),
        ("BD", {"ageing": [[30, 5], [None, "3"]]}, "is not an amount"),
        ("BD", {"ageing": [["30", "5"], [None, "3"]]}, "a whole number"),
        ("BD", {"ageing": [[30], [None, "3"]]}, "days past due and a percent"),
        ("BD", {"individual": [{}]}, "one of them"),
        ("BD", {"individual": [{"partner": 1, "move": 2}]}, "one of them"),
        ("BD", {"individual": [{"vendor": 1}]}, "no such member"),
        ("FX", {"monetary_accounts": ["1000"]}, "a whole number"),
        ("FX", {"monetary_accounts": 5}, "a list"),
    ],
)
def test_what_is_wrong_is_refused_with_what_is_expected(code, values, why):
    with pytest.raises(shape.PayloadError, match=why):
        checked(code, **values)


def test_what_is_right_is_read_by_the_agent_as_it_was_meant():
    table = [[0, "0.5"], [30, "2"], [90, "12.50"], [None, "50"]]
    rules = {
        "BD": {"ageing": table, "individual": [{"partner": 7}, {"move": 9}]},
        "FX": {"enabled": True, "monetary_accounts": [5, 6], "closing_rate_max_age_days": 0},
        "PY": {"working_weekdays": "123456", "holidays": "unpaid"},
        "RC": {"fiscal_year_end": "02-29"},
    }
    settings = {"successors": [{"account": 5, "successor": 6}]}
    params = copy.deepcopy(PARAMS) | {"rules": rules, "settings": settings}
    shape.check_policy(params)
    policy = Policy.from_params(params, Currency(1, "USD", 2))
    read = ageing.buckets(policy.parameters("BD", {}).values["ageing"])
    assert [(one.days, str(one.percent)) for one in read] == [tuple(row) for row in table]
    assert [label for label, _percent in book.ageing_rows(table)] == [one.label for one in read]
    assert book.ageing_rows(table)[2][1] == "12.5 %"
    assert policy.settings["successors"] == {"5": 6}


@pytest.mark.parametrize("listed", [[(5, 5)], [(5, 6), (5, 7)]])
def test_an_account_has_one_successor_that_is_another(listed):
    settings = {"successors": [{"account": old, "successor": new} for old, new in listed]}
    with pytest.raises(shape.PayloadError, match="successor"):
        shape.check_policy(copy.deepcopy(PARAMS) | {"rules": {}, "settings": settings})


def test_what_lacks_an_account_is_named():
    assert book.lacking("GR", {"grni": 1}) == ["Billed, not received"]
    assert book.lacking("FX", {"fx_gain": 1, "fx_loss": [2, 3]}) == ["Exchange loss"]
    assert book.lacking("FX", {"fx_gain": 1, "fx_loss": [2]}) == []
