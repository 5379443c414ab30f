"""The policy: defaults, overrides, and what can't be read."""

from decimal import Decimal

import pytest

from agent_service.core.errors import NoData, PolicyError
from agent_service.core.money import Currency
from agent_service.core.policy import Policy

USD = Currency(1, "USD", 2, Decimal("0.01"))


def test_an_empty_policy_is_all_defaults():
    policy = Policy.from_params({}, USD)
    assert policy.enabled("CMP001")
    assert policy.tolerance_minor(3) == 3
    assert [policy.band(Decimal(one)) for one in ("0.95", "0.9499", "0.70", "0.6999")] == [
        "auto",
        "review",
        "review",
        "ask",
    ]
    with pytest.raises(NoData):
        policy.share("0.05")


def test_shares_of_materiality_are_exact():
    assert Policy.from_params({"materiality": "5000.00"}, USD).share("0.05") == 25000


def test_a_derived_materiality_never_replaces_the_policys():
    assert Policy.from_params({"materiality": "10.00"}, USD).with_materiality(5).materiality_minor == 1000
    assert Policy.from_params({}, USD).with_materiality(5).materiality_minor == 5


def test_rules_override_their_defaults_one_by_one():
    policy = Policy.from_params({"rules": {"X": {"enabled": False, "days": "7", "severity": "low"}}}, USD)
    parameters = policy.parameters("X", {"days": 3, "share": Decimal("0.5")})
    assert not policy.enabled("X")
    assert (parameters.integer("days"), parameters.decimal("share")) == (7, Decimal("0.5"))
    assert (policy.severity("X", "high"), policy.severity("Y", "high")) == ("low", "high")


@pytest.mark.parametrize("value", ["seven", "7.5", ""])
def test_a_parameter_that_is_no_whole_number_is_refused(value):
    parameters = Policy.from_params({"rules": {"X": {"days": value}}}, USD).parameters("X", {"days": 3})
    with pytest.raises(PolicyError):
        parameters.integer("days")


@pytest.mark.parametrize(
    "params", [{"materiality": "much"}, {"tolerance_units": "two"}, {"bands": {"auto": "a"}}]
)
def test_a_policy_that_cant_be_read_is_refused(params):
    with pytest.raises(PolicyError):
        Policy.from_params(params, USD)


def test_roles_name_one_account_or_several():
    policy = Policy.from_params({"roles": {"grni": 7, "suspense": [8, 9], "odd": "x", "flag": True}}, USD)
    assert policy.role("grni") == 7
    assert policy.role("suspense") is None
    assert policy.role_ids("grni", "suspense", "odd", "flag", "none") == {7, 8, 9}
