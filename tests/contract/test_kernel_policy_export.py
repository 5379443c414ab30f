"""A policy that was exported from Odoo says the same to the check without Odoo."""

import json

import polars as pl

from agent_service.core.checks import rules
from agent_service.core.money import Currency
from agent_service.core.policy import Policy
from agent_service.ledger_files.policy_file import read_policy
from tests.contract import kernel

export = kernel.load("policy_export")
USD = Currency(1, "USD", 2)
COMPANY = {"id": 3, "name": "Northwind", "partner": 9, "currency": "USD", "timezone": "Europe/Brussels"}
CODES = {5: "499000", 6: "580000", 7: "512001"}
PARAMS = {
    "materiality": "5000.00",
    "tolerance_units": 2,
    "roles": {"suspense": 5, "transfer": [6], "grni": 8},
    "rules": {
        "EXF001": {"enabled": False, "dup_window_days": 90},
        "CUT001": {"cutoff_min_amount": "0.1 M", "dismissed": [{"partner": 4}]},
        "CMP001": {},
        "GR": {"closing_rate_max_age_days": 19},
    },
    "settings": {
        "approval_limits": ["5000.00"],
        "holidays": ["2026-12-25"],
        "analytic_required": [{"account_prefix": "60"}],
        "overdraft_limits": [{"account": 7, "amount": "250.00"}],
    },
}


def test_the_same_to_the_rules(tmp_path):
    path = tmp_path / "policy.json"
    path.write_text(json.dumps(export.exported(PARAMS, COMPANY, CODES)), encoding="utf-8")
    accounts = pl.DataFrame({"id": list(CODES), "code": list(CODES.values())})
    offline = Policy.from_params(read_policy(path).params(rules(), accounts), USD)
    online = Policy.from_params({"timezone": COMPANY["timezone"], **PARAMS}, USD)
    for name in ("materiality_minor", "tolerance_units", "timezone"):
        assert getattr(offline, name) == getattr(online, name)
    for role in ("suspense", "transfer", "clearing", "private"):
        assert offline.role_ids(role) == online.role_ids(role)
    for rule in rules():
        assert offline.enabled(rule.code) == online.enabled(rule.code)
        shown = [dict(one.parameters(rule.code, rule.parameters).values) for one in (offline, online)]
        assert shown[0] == shown[1]
    assert offline.words("holidays") == ("2026-12-25",)
    assert offline.settings["approval_limits"] == online.settings["approval_limits"]
    assert offline.settings["overdraft_limits"] == online.settings["overdraft_limits"]
    assert offline.settings["analytic_required"] == [{"company": 3, "account_prefix": "60"}]


def test_which_accounts_it_names():
    assert export.account_ids(PARAMS) == {5, 6, 7}
    assert export.exported(PARAMS, COMPANY, CODES)["suspense_account"] == ["499000"]
