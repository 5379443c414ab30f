"""An approved exception keeps a rule silent about a partner, an account or both, and about nothing else."""

import pytest

from agent_service.core.backtest import backtest
from agent_service.core.checks import rules
from agent_service.core.dismissed import without_dismissed
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

COLUMNS = {
    "currencies": {"id": [1], "name": ["USD"], "decimals": [2]},
    "partners": {"id": [7, 8, 9], "name": ["A", "B", "A shop"], "vat": [None] * 3,
                 "commercial_partner_id": [7, 8, 7]},
    "moves": {"id": [1, 2], "commercial_partner_id": [7, 8]},
    "lines": {"id": [11, 12, 21], "move_id": [1, 1, 2], "partner_id": [9, None, None],
              "account_id": [60, 40, 61], "display_type": ["product", "payment_term", "product"]},
}  # fmt: skip


@pytest.fixture(scope="module")
def books():
    """Return two bills of two vendors, with columns left empty that nobody asks for."""
    from agent_service.core.schema import SCHEMA, optional

    data = {}
    for name, columns in COLUMNS.items():
        height = len(columns["id"])
        needed = {column: [None] * height for column, kind in SCHEMA[name].items() if not optional(kind)}
        data[name] = {**needed, **columns}
    return Books.from_columns(1, "Northwind", "USD", data)


def _finding(model="account.move", key=1, records=(), rule="STA001"):
    return Finding("f", Record(model, key), "t", "m", rule=rule, records=tuple(records))


@pytest.mark.parametrize(
    ("exception", "finding", "spared"),
    [
        ({"partner": 7}, _finding(), True),
        ({"partner": 8}, _finding(), False),
        ({"account": 60}, _finding(), True),
        ({"account": 40}, _finding(), False),  # not a base line's
        ({"partner": 7, "account": 60}, _finding(), True),
        ({"partner": 7, "account": 61}, _finding(), False),
        ({"partner": 7}, _finding("account.move.line", 11), True),  # a contact of the partner
        ({"account": 40}, _finding("account.move.line", 12), True),
        ({"account": 60}, _finding("account.move.line", 12), False),
        ({"account": 61}, _finding(records=[Record("account.account", 61)]), True),
        ({"account": 60}, _finding(records=[Record("account.account", 61)]), False),
        ({"partner": 7}, _finding("res.partner", 9), True),
        ({"account": 61}, _finding("account.account", 61), True),
        ({}, _finding(), False),
        ({"partner": 7}, _finding(rule="ACC006"), False),
    ],
)
def test_whom_an_exception_is_about(books, exception, finding, spared):
    policy = Policy(books.company.currency, rules={finding.rule: {"dismissed": [exception]}})
    assert (without_dismissed([finding], books, policy) == []) is spared


def test_a_backtest_says_what_either_version_finds(books):
    rule = next(one for one in rules() if one.code == "CMP001")
    from dataclasses import replace

    judged = []

    def check(_books, policy, period):
        judged.append(period.name)
        least = policy.parameters("CMP001", {"least": 1}).integer("least")
        return [_finding(key=one, rule="") for one in (1, 2) if one >= least]

    chosen = [replace(rule, check=check, parameters={"least": 1}), replace(rule, code="AAA001", check=check)]
    before = Policy(books.company.currency)
    after = Policy(books.company.currency, rules={"CMP001": {"least": 2}})
    months = [Period.of("2026-08"), Period.of("2026-09")]
    result = backtest(books, months, lambda _period: (before, after), chosen)
    assert {(one["rule"], one["month"], one["before"], one["after"]) for one in result.figures} == {
        (code, month, 2, then)
        for code, then in (("CMP001", 1), ("AAA001", 2))
        for month in ("2026-08", "2026-09")
    }
    lost = [one for one in result.rows if not one["after"]]
    assert [(one["month"], one["anchor"]["id"]) for one in lost] == [("2026-08", 1), ("2026-09", 1)]
    assert len(judged) == 2 * 3, "a rule that no change reaches judges a month once"
