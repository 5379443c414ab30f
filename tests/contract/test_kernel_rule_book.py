"""The catalogue of rules in the add-on, and what a policy may say of each."""

import pytest

from agent_service.core.checks import rules
from agent_service.core.money import Currency
from agent_service.core.policy import Policy
from tests.contract import kernel

rule_book = kernel.load("rule_book")
USD = Currency(1, "USD", 2)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.code)
def test_the_agent_can_read_what_the_add_on_allows(rule):
    known = rule_book.parameters(rule.code)
    assert list(known) == list(rule.parameters)
    written = {}
    for name, one in known.items():
        assert rule_book.fits(one, one["default"])
        written[name] = {"amount": "0.25 M", "hours": "21-5", "integer": 7, "decimal": "7.5", "text": "x"}[
            one["kind"]
        ]
        assert rule_book.fits(one, written[name])
    policy = Policy.from_params({"materiality": "1000.00", "rules": {rule.code: written}}, USD)
    parameters = policy.parameters(rule.code, rule.parameters)
    for name, one in known.items():
        if one["kind"] == "amount":
            assert policy.amount(parameters, name) == 25000
        elif one["kind"] == "integer":
            assert parameters.integer(name) == 7
        elif one["kind"] == "decimal":
            assert str(parameters.decimal(name)) == "7.5"


@pytest.mark.parametrize(
    ("kind", "value"),
    [("integer", "2.5"), ("integer", "-1"), ("integer", True), ("amount", "much"), ("amount", "M"),
     ("amount", "-1.00"), ("hours", "25-6"), ("hours", "22"), ("decimal", "1,5"), ("decimal", ["1"])],
)  # fmt: skip
def test_what_is_not_allowed(kind, value):
    assert not rule_book.fits({"kind": kind}, value)


def test_what_makes_rules_judge_otherwise():
    otherwise = rule_book.judges_otherwise
    assert not otherwise(
        {"rules": {}}, {"rules": {"CMP001": {"enabled": True}}, "settings": {"holidays": []}}
    )
    assert not otherwise({"materiality": "1.00"}, {"materiality": "2.00"})
    assert otherwise({"rules": {}}, {"rules": {"CMP001": {"enabled": False}}})
    assert otherwise({}, {"settings": {"holidays": ["2026-12-25"]}})


def test_overdrafts_by_account_reach_the_rules():
    limits = [{"account": 7, "amount": "250.00"}]
    assert Policy.from_params({"settings": {"overdraft_limits": limits}}, USD).settings == {
        "overdraft_limits": {7: "250.00"}
    }
