"""The plan's own ledger: it balances, its statements chain, its numbers rise."""

import itertools
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest

from agent_service.sample import chart, generate
from agent_service.sample.ledger import Ledger
from agent_service.sample.months import Month, month_of
from agent_service.sample.rates import Rates


@pytest.mark.parametrize("seed", [1, 7, 12, 20])
def test_every_trial_balance_sums_to_zero(seed):
    truth = generate.make(seed=seed).truth
    for company in truth["companies"].values():
        for month, balances in company["balances"].items():
            assert sum(balances.values()) == 0, month
    for name in ("balances_after_import", "balances_after_matches"):
        assert sum(truth[name]["2026-10"].values()) == 0


def test_every_posted_piece_balances_by_itself(sample):
    ledger = Ledger(sample.plan, Rates(sample.plan.rates))
    for document in sample.plan.documents:
        assert sum(balance for _account, balance in ledger.document(document)) == 0, document.key
    for entry in sample.plan.entries:
        assert sum(line.balance for line in entry.lines) == 0, entry.key
    for line in sample.plan.bank_lines:
        if line.counterparts:
            assert sum(part.amount for part in line.counterparts) == -line.amount, line.key


def test_statements_chain(sample):
    by_journal = defaultdict(list)
    for statement in sample.plan.statements:
        by_journal[statement.journal].append(statement)
    lines = {line.key: line for line in sample.plan.bank_lines}
    for statements in by_journal.values():
        ordered = sorted(statements, key=lambda s: s.month)
        assert ordered[0].start == 0
        for before, after in itertools.pairwise(ordered):
            assert after.start == before.end
        for statement in ordered:
            assert statement.start + sum(lines[key].amount for key in statement.lines) == statement.end
            assert {str(month_of(lines[key].day)) for key in statement.lines} == {statement.month}


def test_no_account_of_money_is_overdrawn(sample):
    for statement in sample.plan.statements:
        assert statement.end > 0, statement.key


def test_customer_numbers_have_no_gap(sample):
    for company in ("trading", "services"):
        posted = [
            d for d in sample.plan.documents if d.company == company and d.kind == "out_invoice" and d.number
        ]
        ordered = sorted(posted, key=lambda d: d.number)
        assert [d.number for d in ordered] == [f"INV/2026/{n:05d}" for n in range(1, len(ordered) + 1)]
        assert [d.day for d in ordered] == sorted(d.day for d in ordered)


def test_vendors_numbers_rise_with_their_dates(sample):
    planted = {key for error in sample.truth["planted"] for key in error["keys"]}
    planted |= {key for innocent in sample.truth["innocents"] for key in innocent["keys"]}
    by_vendor = defaultdict(list)
    for document in sample.plan.documents:
        if document.kind == "in_invoice" and document.ref and document.key not in planted:
            by_vendor[document.partner].append(document)
    for documents in by_vendor.values():
        refs = [d.ref for d in sorted(documents, key=lambda d: (d.invoice_day, d.key))]
        assert len(refs) == len(set(refs))


def test_nothing_is_paid_twice_or_before_it_exists(sample):
    documents = {document.key: document for document in sample.plan.documents}
    seen = set()
    for line in sample.plan.bank_lines:
        for part in line.counterparts:
            if part.item in documents:
                assert part.item not in seen
                seen.add(part.item)
                assert documents[part.item].day <= line.day
                assert documents[part.item].state == "posted"


def test_the_closing_rates_are_those_of_the_worked_examples(sample):
    rates = Rates(sample.plan.rates)
    assert rates.usd("EUR", date(2026, 10, 31)) == Decimal("1.0842")
    assert rates.usd("GBP", date(2026, 10, 31)) == Decimal("1.2715")
    for table in sample.plan.rates.values():
        days = sorted(table)
        assert all((later - day).days <= 3 for day, later in itertools.pairwise(days))


def test_profit_and_loss_starts_anew_each_year(sample):
    balances = sample.truth["balances"]
    assert chart.PRIOR_EARNINGS not in balances["2025-12"]
    result = sum(
        amount
        for code, amount in balances["2025-12"].items()
        if code >= "400000" and code != chart.PRIOR_EARNINGS
    )
    assert balances["2026-01"][chart.PRIOR_EARNINGS] == result


def test_months():
    assert Month.parse("2026-10").plus(3) == Month(2027, 1)
    assert Month(2024, 2).end == date(2024, 2, 29)
    assert [day.day for day in Month(2026, 8).mondays()] == [3, 10, 17, 24, 31]
