"""The truth follows from the plan: what is planted is there, what is innocent is innocent."""

import math
from collections import Counter, defaultdict
from decimal import Decimal
from statistics import median

import pytest

from agent_service.sample import chart, generate, labels, truth
from agent_service.sample.ledger import Ledger
from agent_service.sample.rates import Rates


def squeezed(text: str) -> str:
    return "".join(char for char in text.upper() if char.isalnum())


def test_every_key_of_the_truth_is_in_the_plan(sample):
    plan = sample.plan
    known = {d.key for d in plan.documents} | {e.key for e in plan.entries} | {b.key for b in plan.bank_lines}
    known |= {f"journal:{journal.key}" for journal in plan.journals} | {"stock"}
    for row in [*sample.truth["planted"], *sample.truth["innocents"]]:
        assert set(row["keys"]) <= known, row
    for line in sample.truth["statement_lines"]:
        assert set(line["pays"]) <= known


def test_the_slice_counts_what_is_planted(sample):
    wanted = sample.truth["slice"]
    counted = Counter(
        error["rule"] for error in sample.truth["planted"] if error["rule"] in truth.SLICE_RULES
    )
    assert wanted["findings"] == dict(counted)
    assert set(wanted["findings"]) == set(truth.SLICE_RULES)
    assert sum(wanted["severities"].values()) == sum(wanted["findings"].values())
    assert wanted["matches"]["auto"] == len(wanted["matched_lines"])


def test_the_checklist_has_a_task_for_each_template():
    from pathlib import Path

    from lxml import etree

    addon = Path(__file__).parents[3] / "addons" / "ai_close" / "data" / "close_task_template.xml"
    records = etree.parse(addon).findall(".//record[@model='ai.close.task.template']")
    assert len(records) == truth.TASKS_TOTAL


@pytest.mark.parametrize("seed", [*range(1, 8)])
def test_matched_lines_name_what_they_pay_and_no_other_line_does(seed):
    made = generate.make(seed=seed)
    documents = {document.key: document for document in made.plan.documents}
    matched = set(made.truth["slice"]["matched_lines"])
    names = Counter(d.label for d in documents.values() if d.company == "trading" and d.state == "posted")
    for line in made.truth["statement_lines"]:
        paid = [documents[key] for key in line["pays"] if key in documents]
        named = bool(paid) and all(squeezed(d.label) in squeezed(line["label"]) for d in paid)
        whole = sum(d.sign * d.gross for d in paid) == line["amount"]
        same_currency = all(d.currency == "USD" for d in paid)
        assert (line["ref"] in matched) == (named and whole and same_currency), line
        if line["ref"] in matched:
            assert all(names[d.label] == 1 for d in paid)


def test_noise_of_every_kind_reaches_the_bank():
    kinds = Counter(
        line["kind"] for seed in range(1, 6) for line in generate.make(seed=seed).truth["statement_lines"]
    )
    assert set(kinds) >= {
        "exact", "compact", "no_ref", "damaged", "truncated", "multi", "short", "foreign",
        "collective", "payout", "fee", "loan", "payroll", "tax",
    }  # fmt: skip
    assert 0.4 < kinds["exact"] / sum(kinds.values()) < 0.75


def test_labels_keep_their_promise():
    from random import Random

    for number in range(200):
        rng = Random(number)
        reference = f"INV/2026/{number:05d}"
        exact = labels.write(rng, "exact", bool(number % 2), "Harbor Light Hotels", "US", [reference])
        assert labels.contains(exact, reference)
        for style in (labels.NO_REFERENCE, labels.DAMAGED, labels.TRUNCATED):
            written = labels.write(rng, style, False, "Harbor Light Hotels", "DE", [reference])
            assert not labels.contains(written, reference)
        written = labels.write(rng, labels.COMPACT, False, "Harbor Light Hotels", "US", [reference])
        assert not labels.contains(written, reference)
        assert squeezed(reference) in squeezed(written)


ACCRUED = {
    # ADJUSTMENTS' examples, by our own arithmetic: (open quantity, amount in US dollars).
    "gr-part/1": ("45", "1102.50"),  # GR1: received 60 and, at 23:30 local on the last day, 25; billed 40
    "gr-draft/1": ("30", "486.00"),  # GR2: a draft bill counts for nothing
    "gr-redated/1": ("45", "1431.00"),  # GR3: billed with a later accounting date
    "gr-discount/1": ("10", "850.00"),  # GR6
    "gr-ordered/1": ("20", "240.00"),  # GR7: the ordered quantity plays no part
    "gr-billed-first/1": ("-30", "-360.00"),  # GR8
    "gr-returned/1": ("38", "304.00"),  # GR9: sent back for refund
    "gr-euro/1": ("120", "2393.91"),  # GR13: at the closing rate
}


@pytest.mark.parametrize("seed", [1, 7, 13])
def test_accruals_due_are_the_worked_examples(seed):
    made = generate.make(seed=seed).truth
    due = {row["order_line"]: (str(row["qty"]), str(row["amount"])) for row in made["accruals"]}
    assert {key: due[key] for key in ACCRUED} == ACCRUED
    assert made["slice"]["gr_amount"] == sum(abs(row["amount"]) for row in made["accruals"])
    assert made["slice"]["gr_net"] == sum(row["amount"] for row in made["accruals"])
    assert sum(made["slice"]["gr_by_account"].values()) == 0
    assert made["slice"]["gr_by_account"][chart.BILLED_NOT_RECEIVED] == Decimal("360.00")


def spread(values: list[float]) -> float:
    middle = median(values)
    away = [abs(value - middle) for value in values]
    scale = 1.4826 * median(away) or 1.2533 * sum(away) / len(away)
    return max(scale, math.log(1.05))


@pytest.mark.parametrize("seed", range(1, 21))
def test_only_the_planted_bill_is_an_outlier(seed):
    """STA001 by RULES.md, written once more: history of the partner and account, else account and product."""
    made = generate.make(seed=seed)
    ledger = Ledger(made.plan, Rates(made.plan.rates))
    start = made.plan.end + "-01"
    series, current = defaultdict(list), []
    for document in sorted(made.plan.documents, key=lambda d: (d.day, d.key)):
        if (
            document.company != "trading"
            or document.state != "posted"
            or document.day.isoformat() > made.plan.end + "-31"
        ):
            continue
        if document.key.startswith("rebilled"):
            continue
        for line, (account, amount) in zip(document.lines, ledger.document(document), strict=False):
            x = math.log(1 + abs(float(amount)))
            keys = [(document.partner, account, amount > 0)]
            if line.product:
                keys.append((account, line.product, amount > 0))
            if document.day.isoformat() >= start:
                current.append((document.key, keys, x))
            else:
                for key in keys:
                    series[key].append(x)
    flagged = set()
    for document, keys, x in current:
        history = next((series[key] for key in keys if len(series[key]) >= 8), None)
        if history is None:
            continue
        for values in (history, history[-12:]):
            middle = median(values)
            if abs(x - middle) / spread(values) >= 6 and abs(math.exp(x) - math.exp(middle)) >= 250:
                flagged.add(document)
    assert flagged == {f"courier-{made.plan.end}-3"}


def test_vendors_that_are_judged_have_history(sample):
    earlier = Counter(
        (document.partner, line.account)
        for document in sample.plan.documents
        if document.state == "posted" and document.day.isoformat() < "2026-10-01"
        for line in document.lines
    )
    for partner, account in (
        ("courier", chart.COURIER),
        ("cleaner", chart.CLEANING),
        ("landlord", chart.RENT),
    ):
        assert earlier[(partner, account)] >= 8


def test_the_silent_journal_spoke_in_each_month_before(sample):
    entries = defaultdict(set)
    for entry in sample.plan.entries:
        entries[entry.journal].add(str(entry.day)[:7])
    earlier = [*sample.plan.history, *sample.plan.full[:-1]]
    assert entries["till"] == set(earlier)
    assert "2026-10" in entries["payroll"]
    assert not entries["quarter"] >= set(earlier[-6:])
