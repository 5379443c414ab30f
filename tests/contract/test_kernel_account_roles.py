"""Which account plays which role: by setting, name, type, code and history, each with its reason."""

import pytest

from tests.contract import kernel

roles = kernel.load("account_roles")
templates = kernel.load("policy_templates")
policy = kernel.load("policy_shape")
Account = roles.Account


def proposed(*accounts):
    """Return role -> (id or None, confidence, why) of what is proposed."""
    return {
        each.role: (each.account and each.account.id, each.confidence, each.why)
        for each in roles.propose(accounts)
    }


@pytest.mark.parametrize(
    ("account", "role", "confidence", "why"),
    [
        (
            Account(1, "211500", "Goods received not invoiced", "liability_current", 14),
            "grni",
            "sure",
            ("name", "history"),
        ),
        (
            Account(1, "211500", "Goods received not invoiced", "liability_current"),
            "grni",
            "check",
            ("name",),
        ),
        (
            Account(1, "408100", "Fournisseurs divers", "liability_current", 3),
            "grni",
            "check",
            ("code", "history"),
        ),
        (
            Account(1, "101402", "X", "asset_current", 0, frozenset({"suspense"})),
            "suspense",
            "sure",
            ("setting",),
        ),
        (Account(1, "620000", "Bank Fees", "expense", 40), "bank_fees", "sure", ("name", "history")),
        (
            Account(1, "999999", "Undistributed Profits/Losses", "equity_unaffected", 0),
            "retained_earnings",
            "check",
            ("name",),
        ),
        (
            Account(1, "141000", "Billed not received", "asset_current", 2),
            "billed_not_received",
            "sure",
            ("name", "history"),
        ),
        (
            Account(1, "230000", "Salary Payable", "liability_current", 9),
            "payroll_clearing",
            "sure",
            ("name", "history"),
        ),
        (Account(1, "641000", "Foreign Exchange Loss", "expense", 2), "fx_loss", "sure", ("name", "history")),
    ],
)
def test_an_account_speaks_for_its_role(account, role, confidence, why):
    assert proposed(account)[role] == (1, confidence, why)


def test_the_type_has_to_fit():
    found = proposed(Account(1, "408100", "Goods received not invoiced", "expense", 50))
    assert found["grni"] == (None, "open", ())


@pytest.mark.parametrize(
    ("code", "name", "kind", "role"),
    [
        ("151000", "Accumulated Depreciation - Equipment", "asset_fixed", "accum_depreciation"),
        ("150000", "Office Equipment", "asset_fixed", "fixed_asset"),
        ("680000", "Depreciation Expense", "expense_depreciation", "depreciation"),
        ("110100", "Accrued revenue", "asset_current", "accrued_income"),
        ("491000", "Produits acquis", "asset_current", "accrued_income"),
        ("400000", "Product Sales", "income", "revenue"),
        ("500000", "Cost of Goods Sold", "expense_direct_cost", "cogs"),
        ("110200", "Stock Valuation", "asset_current", "stock_valuation"),
        ("603000", "Variations des stocks", "expense", "stock_variation"),
        ("212000", "Interest payable", "liability_current", "accrued_interest"),
        ("610000", "Salaries and wages", "expense", "wages"),
        ("611000", "Employer social contributions", "expense", "social"),
        ("213000", "Accrued wages", "liability_current", "accrued_payroll"),
        ("612000", "Holiday pay expense", "expense", "holiday_expense"),
        ("214000", "Accrued holiday pay", "liability_current", "accrued_holiday"),
        ("640000", "Bad debts", "expense", "bad_debt"),
        ("121900", "Allowance for doubtful accounts", "asset_current", "allowance"),
        ("122000", "Due from affiliates", "asset_receivable", "ic_receivable"),
        ("222000", "Intercompany payable", "liability_payable", "ic_payable"),
        ("630000", "Management fees", "expense", "management_fee"),
        ("480000", "Recharge income", "income_other", "recharge_income"),
        ("490000", "Gain on disposal of assets", "income_other", "disposal_gain"),
        ("690000", "Loss on sale of assets", "expense", "disposal_loss"),
        ("489000", "Proceeds from sale of assets", "income_other", "disposal_proceeds"),
    ],
)
def test_accounts_of_adjusting_entries_are_found_and_taken_for_nothing_else(code, name, kind, role):
    found = proposed(Account(1, code, name, kind, 3))
    assert [key for key, (account, _confidence, _why) in found.items() if account] == [role]


def test_of_two_that_fit_equally_the_more_used_is_proposed_to_be_checked():
    found = proposed(
        Account(1, "1", "Accrued liabilities", "liability_current", 4),
        Account(2, "2", "Accrued expenses", "liability_current", 9),
    )
    assert found["accrued_liability"] == (2, "check", ("name", "history"))


def test_required_roles_are_named_and_others_left_out():
    found = proposed()
    assert {role for role, (account, _c, _w) in found.items() if account is None} == {
        "grni", "billed_not_received", "suspense",
    }  # fmt: skip
    assert roles.missing({"grni": 1}) == ["Billed, not received", "Bank suspense"]


def test_params_of_what_was_chosen():
    given = roles.as_params([("grni", 5), ("suspense", 9), ("fx_gain", 7), ("suspense", 8), ("suspense", 9)])
    assert given == {"grni": 5, "suspense": [8, 9], "fx_gain": 7}
    assert roles.doubled(roles.as_params([("grni", 5), ("grni", 6)])) == ["Goods received, not invoiced"]
    assert roles.doubled(given) == []


def test_every_template_is_a_policy_once_accounts_and_journals_are_filled_in():
    assert [key for key, _name in templates.names()] == ["standard", "strict", "small_team"]
    for key, _name in templates.names():
        params = templates.load(key)["params"]
        params["manual"]["journals"] = [1]
        policy.check_policy({**params, "roles": {"grni": 1}, "adjustment_journal_id": 1, "phase": "observe"})
    assert templates.load("small_team")["params"]["duties"]["profile"] == "small_team"
