"""The bank's file: well-formed, complete, and its balances chain."""

from decimal import Decimal

import pytest
from lxml import etree

from agent_service.sample import camt, chart, generate, labels
from agent_service.sample.numbers import iban_is_valid

NS = {"c": camt.NAMESPACE}


@pytest.fixture(scope="module")
def statement(sample):
    return etree.fromstring(sample.camt).find("c:BkToCstmrStmt/c:Stmt", NS)


def signed(node) -> Decimal:
    sign = 1 if node.findtext("c:CdtDbtInd", namespaces=NS) == "CRDT" else -1
    return sign * Decimal(node.findtext("c:Amt", namespaces=NS))


def balance(statement, code: str) -> Decimal:
    found = [
        each
        for each in statement.findall("c:Bal", NS)
        if each.findtext("c:Tp/c:CdOrPrtry/c:Cd", namespaces=NS) == code
    ]
    assert len(found) == 1
    return signed(found[0])


def test_opening_balance_and_entries_make_the_closing_balance(statement):
    entries = statement.findall("c:Ntry", NS)
    assert balance(statement, "OPBD") + sum(signed(entry) for entry in entries) == balance(statement, "CLBD")


def test_opening_balance_is_the_former_statements_closing_balance(sample, statement):
    former = next(s for s in sample.plan.statements if s.journal == "bank" and s.month == "2026-09")
    assert balance(statement, "OPBD") == former.end == sample.truth["balances"]["2026-09"][chart.BANK]


def test_entries_are_the_truths_lines_in_their_order(sample, statement):
    entries = statement.findall("c:Ntry", NS)
    truth = sample.truth["statement_lines"]
    assert [entry.findtext("c:NtryRef", namespaces=NS) for entry in entries] == [
        line["ref"] for line in truth
    ]
    assert [signed(entry) for entry in entries] == [line["amount"] for line in truth]
    assert [entry.findtext(".//c:RmtInf/c:Ustrd", namespaces=NS) for entry in entries] == [
        line["label"] for line in truth
    ]
    assert [entry.findtext("c:BookgDt/c:Dt", namespaces=NS) for entry in entries] == [
        line["date"].isoformat() for line in truth
    ]


def test_entries_lie_in_the_month_and_are_booked_once(sample, statement):
    days = [entry.findtext("c:BookgDt/c:Dt", namespaces=NS) for entry in statement.findall("c:Ntry", NS)]
    assert days == sorted(days)
    assert {day[:7] for day in days} == {"2026-10"}
    assert len({line["ref"] for line in sample.truth["statement_lines"]}) == len(days)


def test_labels_are_as_long_as_a_bank_lets_them_be(sample):
    assert all(0 < len(line["label"]) <= labels.LONG_CUT for line in sample.truth["statement_lines"])


def test_account_numbers_are_right(sample, statement):
    for node in statement.iter(f"{{{camt.NAMESPACE}}}IBAN"):
        assert iban_is_valid(node.text)
    for number in (chart.EUR_BANK_NUMBER, chart.SERVICES_BANK_NUMBER):
        assert iban_is_valid(number)
    assert statement.findtext("c:Acct/c:Id/c:Othr/c:Id", namespaces=NS) == chart.MAIN_BANK_NUMBER


def test_a_statement_that_does_not_add_up_is_not_written(sample):
    plan = generate.make().plan
    statement = next(s for s in plan.statements if not s.loaded)
    statement.end += Decimal("0.01")
    lines = [line for line in plan.bank_lines if line.key in set(statement.lines)]
    with pytest.raises(ValueError):
        camt.write(statement, lines, plan.journals[0], "USD", plan.partners[0])
