"""The sample company in a real Odoo: its books are those of the truth, and a run finds what was planted."""

import json
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

END = "2026-10"
PRIOR_EARNINGS = "999999"

BALANCES = """
SELECT coalesce(json_agg(json_build_array(company.name, to_char(line.date, 'YYYY-MM'),
       account.code_store->>company.id::text, account.account_type, line.total)), '[]')
FROM (SELECT company_id, account_id, date_trunc('month', date) AS date, sum(balance)::text AS total
      FROM account_move_line WHERE parent_state = 'posted' GROUP BY 1, 2, 3) line
JOIN account_account account ON account.id = line.account_id
JOIN res_company company ON company.id = line.company_id
"""
PAID = """
SELECT coalesce(json_agg(json_build_array(bank.payment_ref, bank.amount::text, entry.date, match.band,
       (SELECT json_agg(line.move_id ORDER BY line.move_id) FROM ai_close_match_item item
        JOIN account_move_line line ON line.id = item.move_line_id WHERE item.match_id = match.id))), '[]')
FROM ai_close_match match
JOIN account_bank_statement_line bank ON bank.id = match.statement_line_id
JOIN account_move entry ON entry.id = bank.move_id
WHERE EXISTS (SELECT 1 FROM ai_close_match_item item WHERE item.match_id = match.id)
"""
FOUND = """
SELECT json_agg(json_build_array(rule, facet, anchor_model, anchor_id, records)) FROM ai_close_finding
"""
ESTIMATED = """
SELECT json_agg(json_build_array(account.code_store->>entry.company_id::text, line.balance::text,
                                 entry.amount_min::text, entry.amount_max::text))
FROM ai_close_entry entry
JOIN ai_close_entry_line line ON line.entry_id = entry.id AND line.balance > 0
JOIN account_account account ON account.id = line.account_id
WHERE entry.proposer = 'RB'
"""
ACCRUED = """
SELECT coalesce(json_agg(json_build_array(account.code_store->>entry.company_id::text, line.total)), '[]')
FROM (SELECT entry_id, account_id, sum(balance)::text AS total FROM ai_close_entry_line GROUP BY 1, 2) line
JOIN ai_close_entry entry ON entry.id = line.entry_id
JOIN account_account account ON account.id = line.account_id
WHERE entry.proposer = '{}'
"""


@pytest.fixture(scope="module")
def books(demos):
    """A copy of the sample company with its bank statement."""
    return demos.make()


@pytest.fixture(scope="module")
def truth(sample_files):
    return json.loads((sample_files[1] / "truth.json").read_text())


@pytest.fixture(scope="module")
def records(sample_files):
    """Plan key -> model and id of the record that it became."""
    loaded = json.loads((sample_files[1] / "loaded.json").read_text())
    return {key: (model, id_) for key, (model, id_) in loaded.items()}


@pytest.fixture(scope="module")
def report(books):
    """What one run of the agent says."""
    return books.run()


def trial_balances(books) -> dict[tuple[str, str], dict[str, Decimal]]:
    """Return Odoo's balances by company and month, read past Odoo: what stands in the tables."""
    rows = books.sql(BALANCES)
    months = sorted({month for _company, month, *_rest in rows})
    found = defaultdict(lambda: defaultdict(Decimal))
    for company, month, code, kind, total in rows:
        for later in months:
            if later >= month:
                earlier = kind.startswith(("income", "expense")) and month[:4] < later[:4]
                found[company, later][PRIOR_EARNINGS if earlier else code] += Decimal(total)
    return {key: {code: each for code, each in sums.items() if each} for key, sums in found.items()}


def test_each_account_stands_as_the_truth_says_at_each_months_end(books, truth):
    actual = trial_balances(books)
    for company, facts in truth["companies"].items():
        for month, expected in facts["balances"].items():
            if company == truth["company"] and month == END:
                expected = truth["balances_after_import"][END]
            assert actual.get((company, month), {}) == {
                code: Decimal(each) for code, each in expected.items()
            }


def test_the_statement_is_in_line_by_line(books, truth):
    lines = books.sql("""
        SELECT coalesce(json_agg(json_build_array(line.payment_ref, line.amount::text, entry.date)), '[]')
        FROM account_bank_statement_line line JOIN account_move entry ON entry.id = line.move_id
        JOIN account_journal journal ON journal.id = line.journal_id
        WHERE journal.code = 'BNK1' AND journal.company_id = 1 AND entry.date >= '2026-10-01'""")
    expected = [(line["label"], Decimal(line["amount"]), line["date"]) for line in truth["statement_lines"]]
    assert Counter((label, Decimal(amount), day) for label, amount, day in lines) == Counter(expected)


def test_a_run_finds_what_was_planted_and_nothing_else(report, truth):
    wanted = truth["slice"]
    assert report["rules"] == wanted["findings"]
    assert {name: count for name, count in report["findings"].items() if count} == wanted["severities"]
    # At least what names its document and its exact amount is sure.
    assert report["matches"]["auto"] >= wanted["matches"]["auto"]
    assert report["entries"] == wanted["entries"]
    assert report["checklist"]["total"] == wanted["tasks_total"]
    assert report["statuses"]["refused"] == 0
    assert report["failures"] == []


def test_each_planted_error_is_the_one_that_was_found(report, books, truth, records):
    found = [
        (rule, facet, {(anchor_model, anchor_id), *((each["model"], each["id"]) for each in linked)})
        for rule, facet, anchor_model, anchor_id, linked in books.sql(FOUND)
    ]
    for error in truth["planted"]:
        wanted = {records[key] for key in error["keys"]}
        assert any(
            wanted & linked
            for rule, facet, linked in found
            if rule == error["rule"] and (rule != "EXF001" or facet == error["facet"])
        ), error
    for innocent in truth["innocents"]:
        if innocent["rule"] == "CLS004":
            continue  # it is a finding of the account, which lists all of its items: its amount tells
        spared = {records[key] for key in innocent["keys"]}
        assert not any(spared & linked for rule, _facet, linked in found if rule == innocent["rule"]), (
            innocent
        )


def test_what_was_put_on_suspense_and_taken_back_is_not_counted(report, books):
    amount = books.sql("SELECT to_json(amount::text) FROM ai_close_finding WHERE rule = 'CLS004'")
    assert Decimal(amount) == Decimal("450.00")


def test_each_match_pays_what_the_payer_meant(report, books, truth, records):
    matches = {(label, Decimal(amount), day): moves for label, amount, day, _band, moves in books.sql(PAID)}
    expected = {
        (line["label"], Decimal(line["amount"]), line["date"]): sorted(
            records[key][1] for key in line["pays"]
        )
        for line in truth["statement_lines"]
    }
    assert matches == {line: expected[line] for line in matches}
    named = {line["ref"] for line in truth["statement_lines"]} & set(truth["slice"]["matched_lines"])
    for line in truth["statement_lines"]:
        if line["ref"] in named:
            assert (line["label"], Decimal(line["amount"]), line["date"]) in matches


def test_the_accrual_is_the_truths_by_account(report, books, truth):
    accrued = {code: Decimal(total) for code, total in books.sql(ACCRUED.format("GR"))}
    assert accrued == {code: Decimal(each) for code, each in truth["slice"]["gr_by_account"].items()}


def test_the_revaluation_is_the_truths_by_account(report, books, truth):
    wanted = defaultdict(Decimal)
    for item in truth["revaluation"]:
        wanted[item["account"]] += Decimal(item["amount"])
        wanted[item["counter_account"]] -= Decimal(item["amount"])
    found = {code: Decimal(total) for code, total in books.sql(ACCRUED.format("FX"))}
    assert found == {code: each for code, each in wanted.items() if each}


def test_the_bills_that_will_come_lie_in_the_ranges(report, books, truth):
    wanted = {bill["account"]: Decimal(bill["amount"]) for bill in truth["recurring"]}
    found = {code: [Decimal(each) for each in told] for code, *told in books.sql(ESTIMATED)}
    assert found.keys() == wanted.keys()
    for code, (_expected, low, high) in found.items():
        assert low <= wanted[code] <= high
