"""ACC003 by fiscal positions, and ACC010 on branches: what only Odoo delivers."""

import pytest

from agent_service.core.checks import rules
from agent_service.core.model import Books
from agent_service.core.period import Period
from agent_service.core.policy import Policy

PERIOD = Period.of("2026-10", None)
RULES = {one.code: one for one in rules()}


def _books(moves=(), lines=()):
    """Two invoices of partner 5 (1 on the 5th, 2 on the 20th), each with a base line and its receivable."""
    move = {
        "id": [1, 2], "name": ["INV/1", "INV/2"], "ref": [None] * 2, "move_type": ["out_invoice"] * 2,
        "date": ["2026-10-05", "2026-10-20"], "invoice_date": ["2026-10-05", "2026-10-20"],
        "state": ["posted"] * 2, "journal_id": [2, 2], "commercial_partner_id": [5, 5], "currency": [1, 1],
        "amount_total": ["100.00"] * 2, "payment_state": [None] * 2, "reversed_entry_id": [None] * 2,
        "statement_line_id": [None] * 2, "origin_payment_id": [None] * 2, "auto_post": [None] * 2,
        "payment_reference": [None] * 2, "ai_close_entry_id": [None] * 2, **dict(moves),
    }  # fmt: skip
    line = {
        "id": [11, 12, 21, 22], "move_id": [1, 1, 2, 2],
        "date": ["2026-10-05", "2026-10-05", "2026-10-20", "2026-10-20"], "parent_state": ["posted"] * 4,
        "account_id": [7, 8, 7, 8], "journal_id": [2] * 4, "partner_id": [5] * 4, "name": ["goods", None] * 2,
        "balance": ["-100.00", "100.00"] * 2, "amount_currency": ["-100.00", "100.00"] * 2,
        "currency": [1] * 4,
        "display_type": ["product", "payment_term"] * 2, "product_id": [None] * 4,
        "tax_codes": ["31", None, "32", None], **dict(lines),
    }  # fmt: skip
    data = {
        "currencies": {"id": [1], "name": ["USD"], "decimals": [2]},
        "accounts": {
            "id": [7, 8], "code": ["4000", "1100"], "name": ["Sales", "Debtors"],
            "account_type": ["income", "asset_receivable"], "active": [True, True],
            "reconcile": [False, True], "include_initial_balance": [False, True],
        },
        "partners": {"id": [5], "name": ["Ostra"], "vat": [None], "commercial_partner_id": [5]},
        "journals": {
            "id": [2], "code": ["INV"], "name": ["Sales"], "type": ["sale"], "active": [True],
            "default_account_id": [None], "suspense_account_id": [None],
        },
        "taxes": {"id": [31, 32], "code": ["S20", "EU0"], "rate": ["20", "0"], "type": ["percent"] * 2},
        "partials": {
            name: []
            for name in (
                "id", "debit_move_id", "credit_move_id", "amount", "debit_amount_currency",
                "credit_amount_currency", "max_date", "exchange_move_id",
            )
        },
        "moves": move,
        "lines": line,
    }  # fmt: skip
    return Books.from_columns(1, "Harbour", "USD", data)


def _found(code, books):
    policy = Policy(books.company.currency, materiality_minor=100_000)
    return [(one.facet, one.anchor.id) for one in RULES[code].findings(books, policy, PERIOD)]


@pytest.mark.parametrize(
    ("has", "expected", "found"),
    [
        ([None, None], ["EU", "EU"], [("position", 1), ("position", 2)]),
        (["EU", "EU"], ["-", "-"], [("position", 1), ("position", 2)]),
        (["EU", "EU"], ["EU", "EU"], []),
        ([None, None], ["-", "-"], []),
        ([None, None], [None, None], []),
        ([None, "EU"], ["EU", "EU"], []),
        (["EU", None], ["EU", "EU"], [("position", 2)]),
    ],
    ids=["none", "too much", "right", "right none", "unknown", "changed in October", "left out once"],
)
def test_a_document_has_the_position_that_its_partner_calls_for(has, expected, found):
    assert _found("ACC003", _books({"fiscal_position": has, "expected_position": expected})) == found


@pytest.mark.parametrize(
    ("allowed", "found"),
    [
        (["32", None, "32", None], [("position", 1)]),
        (["31;32", None, "31;32", None], []),
        ([None] * 4, []),
    ],
)
def test_a_tax_is_one_of_those_that_the_position_allows(allowed, found):
    assert _found("ACC003", _books(lines={"position_taxes": allowed})) == found


def test_the_tax_is_told_by_its_code():
    books = _books(lines={"position_taxes": ["32", None, "32", None]})
    policy = Policy(books.company.currency, materiality_minor=100_000)
    [one] = RULES["ACC003"].findings(books, policy, PERIOD)
    assert (one.severity, one.amount, one.evidence["taxes"]) == ("high", 10_000, ["S20"])


def test_an_account_or_journal_of_another_company_is_a_contradiction():
    books = _books({"journal_company_ok": [True, False]}, {"account_company_ok": [True, False, True, True]})
    assert [one for one in _found("ACC010", books) if one[0] == "company"] == [("company", 1), ("company", 2)]


def test_those_of_ones_own_company_or_above_are_not():
    books = _books({"journal_company_ok": [True, None]}, {"account_company_ok": [True] * 4})
    assert [one for one in _found("ACC010", books) if one[0] == "company"] == []
