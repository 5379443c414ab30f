"""Findings of one cause are one row, and a winner keeps what several rules saw."""

from dataclasses import replace

import pytest

from agent_service.core.findings import Finding, Record
from agent_service.core.grouping import with_causes
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy
from agent_service.core.precedence import Winner, settle_precedence

PERIOD = Period.of("2026-10", None)


def _columns(**rows):
    return {name: list(values) for name, values in rows.items()}


@pytest.fixture(scope="module")
def books():
    """Bills 1 and 2 of vendor 5, 3 of vendor 6, an entry 4 of user 9; journal 2."""
    moves = _columns(
        id=[1, 2, 3, 4], name=["B1", "B2", "B3", "M4"], ref=[None] * 4,
        move_type=["in_invoice"] * 3 + ["entry"],
        date=["2026-10-05"] * 4, invoice_date=[None] * 4, state=["posted"] * 4, journal_id=[2, 2, 2, 3],
        commercial_partner_id=[5, 5, 6, None], currency=[1] * 4, amount_total=["1.00"] * 4,
        payment_state=[None] * 4, reversed_entry_id=[None] * 4, statement_line_id=[None] * 4,
        origin_payment_id=[None] * 4, create_uid=[9] * 4, auto_post=[None] * 4, payment_reference=[None] * 4,
        ai_close_entry_id=[None] * 4,
    )  # fmt: skip
    return Books.from_columns(
        1, "Harbour", "USD",
        {
            "currencies": _columns(id=[1], name=["USD"], decimals=[2]),
            "journals": _columns(
                id=[2, 3], code=["BILL", "MISC"], name=["Bills", "Misc"], type=["purchase", "general"],
                active=[True, True], default_account_id=[None] * 2, suspense_account_id=[None] * 2,
            ),
            "partners": _columns(
                id=[5, 6], name=["Ostra", "Velm"], vat=[None, None], commercial_partner_id=[5, 6]
            ),
            "moves": moves,
            "statement_lines": _columns(
                id=[31], move_id=[4], date=["2026-10-05"], journal_id=[7], payment_ref=["x"], partner_id=[6],
                amount=["1.00"], currency=[1], amount_currency=[None], foreign_currency=[None],
                is_reconciled=[False],
            ),
        },
    )  # fmt: skip


def _finding(rule, model, number, facet="f", amount=100, severity="medium", *more):
    return Finding(
        facet, Record(model, number), f"{rule} {number}", "m", amount, severity,
        (Record(model, number), *more), rule=rule, rule_title=f"Rule {rule}",
    )  # fmt: skip


def _policy(books):
    return Policy(books.company.currency, materiality_minor=100_000)


def _caused(books, *findings):
    return with_causes(findings, books, _policy(books), PERIOD)


def test_bills_of_one_vendor_are_one_row_with_its_name(books):
    first, second, other = _caused(
        books, *[_finding("CMP008", "account.move", number) for number in (1, 2, 3)]
    )
    assert first.cause == second.cause
    assert first.cause.key == "CMP008:1:2026-10:res.partner,5"
    assert first.cause.title == "Rule CMP008: Ostra"
    assert other.cause is None


def test_fifty_drafts_of_one_journal_are_one_row_and_keep_their_keys(books):
    drafts = [
        _finding("CMP001", "account.move", number, f"d{place}") for place in range(50) for number in (1,)
    ]
    made = _caused(books, *drafts)
    assert {one.cause.key for one in made} == {"CMP001:1:2026-10:account.journal,2"}
    assert len({one.key(books.company) for one in made}) == 50
    assert made[0].cause.title == "Rule CMP001: BILL"


@pytest.mark.parametrize(
    ("amounts", "severities", "together"),
    [
        ((60_000, 40_000), ("medium", "low"), "high"),
        ((400, 500), ("medium", "low"), "low"),
        ((40_000, 20_000), ("medium", "high"), "high"),
        ((90_000, 20_000), ("critical", "low"), "critical"),
    ],
)
def test_a_group_is_as_severe_as_its_worst_and_its_sum_says(books, amounts, severities, together):
    made = _caused(
        books,
        *[
            _finding("CMP008", "account.move", number, "f", amount, severity)
            for number, amount, severity in zip((1, 2), amounts, severities, strict=True)
        ],
    )
    assert {one.cause.severity for one in made} == {together}
    assert [one.severity for one in made] == list(severities)
    assert made[0].row(books.company)["cause"]["severity"] == together


def test_the_cause_stays_when_a_member_goes_and_amounts_change(books):
    before = _caused(books, *[_finding("CMP008", "account.move", n, f"f{n}") for n in (1, 2)])
    after = _caused(books, *[_finding("CMP008", "account.move", n, f"g{n}", 777) for n in (2, 1)])
    assert {one.cause.key for one in before} == {one.cause.key for one in after}


@pytest.mark.parametrize(
    ("loser", "winner", "rule", "gone"),
    [
        (("CMP004", "account.journal", 7), ("CMP005", "account.bank.statement.line", 31, "chain"),
         "CMP005.chain@account.journal", True),
        (("CMP004", "account.journal", 7), ("CMP005", "account.bank.statement.line", 31, "sum"),
         "CMP005.chain@account.journal", False),
        (("CMP004", "account.journal", 8), ("CMP005", "account.bank.statement.line", 31, "chain"),
         "CMP005.chain@account.journal", False),
        (("VAL001", "res.partner", 5, "payable"), ("EXF002", "account.move", 1), "EXF002:payable@res.partner",
         True),
        (("VAL001", "res.partner", 5, "receivable"), ("EXF002", "account.move", 1),
         "EXF002:payable@res.partner", False),
        (("CMP004", "account.journal", 7), ("EXF004", "account.bank.statement.line", 31, "f", 100),
         "EXF004@account.journal=", True),
        (("CMP004", "account.journal", 7), ("EXF004", "account.bank.statement.line", 31, "f", 99),
         "EXF004@account.journal=", False),
        (("CLS001", "account.move", 1), ("CLS002", "account.move", 1), "CLS002", True),
        (("CLS001", "account.move", 1), ("CLS002", "account.move", 2), "CLS002", False),
    ],
)  # fmt: skip
def test_a_winner_is_found_on_the_same_partner_journal_or_entry(books, loser, winner, rule, gone):
    lost, won = _finding(*loser), _finding(*winner)
    stand = settle_precedence([lost, won], {lost.rule: (rule,)}, books)
    assert [one.rule for one in stand] == ([won.rule] if gone else sorted([won.rule, lost.rule]))
    if gone:
        assert stand[0].evidence["also"] == [{"rule": lost.rule, "title": lost.title}]


def test_every_rule_names_its_winners_in_words_that_can_be_read():
    from agent_service.core.checks import rules

    codes = {one.code for one in rules()}
    for rule in rules():
        for text in rule.yields_to:
            winner = Winner.of(text)
            assert any(code.startswith(winner.code) for code in codes), (rule.code, text)


def test_a_fault_in_the_grouping_costs_no_finding(books, monkeypatch):
    from agent_service.core import checks

    def broken(*_all):
        raise ZeroDivisionError

    monkeypatch.setattr(checks, "with_causes", broken)
    given = [replace(_finding("CMP008", "account.move", 1), severity="high")]
    kept = checks.settled(given, (), books, _policy(books), PERIOD)
    assert [one.rule for one in kept] == ["CMP008", "SYS001"]
