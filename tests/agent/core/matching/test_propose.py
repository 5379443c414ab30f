"""Matches as they are proposed: exact number and exact amount, no item and no line twice."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_service.core.matching import propose
from tests.agent.core.builders import EUR, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def acme(ledger):
    return ledger.partner("Acme")


def invoice(ledger, partner, amount, name, day="2026-09-10", **more):
    return ledger.invoice(day, partner, amount, name=name, **more)


def matches(ledger, decided=frozenset()):
    return propose(ledger.books(), ledger.policy(), OCTOBER, decided)


def codes(match):
    return [one["code"] for one in match.reasons]


def test_number_and_amount_are_enough(ledger, acme):
    doc = invoice(ledger, acme, "1190.00", "INV/2026/00231")
    line = ledger.bank("2026-10-03", "1190.00", "ACME CORP INV/2026/00231 TX")
    [one] = matches(ledger)
    assert one.row() == {
        "key": f"M:1:{line}:{doc.open_line}",
        "statement_line_id": line,
        "kind": "reference",
        "items": [{"line_id": doc.open_line, "amount": "1190.00", "amount_currency": "1190.00"}],
        "confidence": "0.9900",
        "band": "auto",
        "reasons": [
            {
                "code": "number_full",
                "text": "The label names the document's number",
                "value": "INV/2026/00231",
            },
            {
                "code": "amount_exact",
                "text": "The open amount is exactly the bank line's",
                "value": "1,190.00 USD",
            },
        ],
        "alternatives": [],
        "matcher": "exact",
    }


def test_a_vendors_number_pays_a_bill(ledger, acme):
    bill = ledger.bill("2026-09-10", acme, "88.40", ref="RG-77120/B")
    ledger.bank("2026-10-03", "-88.40", "Überweisung Rg 77120 B danke")
    [one] = matches(ledger)
    assert (one.items[0].line_id, one.items[0].amount, one.band) == (bill.open_line, "-88.40", "auto")


def test_the_second_text_of_a_line_counts_too(ledger, acme):
    invoice(ledger, acme, "10.00", "INV/2026/00231")
    ledger.bank("2026-10-03", "10.00", "wire transfer", ref="INV-2026-00231")
    assert len(matches(ledger)) == 1


class TestNever:
    @pytest.mark.parametrize(
        "paid", ["11900.00", "119000.00", "119.00", "11.90", "1190.01", "1189.99", "595.00", "-1190.00"]
    )
    def test_another_amount(self, ledger, acme, paid):
        invoice(ledger, acme, "1190.00", "INV/2026/00231")
        ledger.bank("2026-10-03", paid, "INV/2026/00231")
        assert matches(ledger) == []

    @pytest.mark.parametrize("text", ["_", "%", "Acme", "payment", "", "INV", "1190", "INV/2026/002311"])
    def test_the_amount_alone(self, ledger, acme, text):
        invoice(ledger, acme, "1190.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "1190.00", text, partner_id=acme)
        assert matches(ledger) == []

    def test_equal_amounts_without_a_number(self, ledger, acme):
        for number in range(1, 6):
            invoice(ledger, acme, "49.00", f"INV/2026/0000{number}")
            ledger.bank(f"2026-10-0{number}", "49.00", "subscription Acme")
        assert matches(ledger) == []

    def test_a_draft_or_a_settled_document(self, ledger, acme):
        invoice(ledger, acme, "10.00", "INV/2026/00231", state="draft")
        paid = invoice(ledger, acme, "20.00", "INV/2026/00232")
        cash = ledger.entry("2026-09-20", ("1010", "20.00"), ("1100", "-20.00"))
        ledger.reconcile(paid.open_line, cash.lines[1], "20.00", "2026-09-20")
        ledger.bank("2026-10-03", "10.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "20.00", "INV/2026/00232")
        assert matches(ledger) == []

    def test_what_was_settled_after_the_period_is_gone_too(self, ledger, acme):
        paid = invoice(ledger, acme, "20.00", "INV/2026/00232")
        cash = ledger.entry("2026-11-20", ("1010", "20.00"), ("1100", "-20.00"))
        ledger.reconcile(paid.open_line, cash.lines[1], "20.00", "2026-11-20")
        ledger.bank("2026-10-03", "20.00", "INV/2026/00232")
        assert matches(ledger) == []

    def test_what_was_partly_settled_after_the_period_is_no_exact_amount(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00232")
        cash = ledger.entry("2026-11-20", ("1010", "40.00"), ("1100", "-40.00"))
        ledger.reconcile(doc.open_line, cash.lines[1], "40.00", "2026-11-20")
        ledger.bank("2026-10-03", "100.00", "INV/2026/00232")
        ledger.bank("2026-10-04", "60.00", "INV/2026/00232")
        assert matches(ledger) == []

    def test_a_line_that_is_done_or_comes_later(self, ledger, acme):
        invoice(ledger, acme, "10.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "10.00", "INV/2026/00231", on="4000")
        ledger.bank("2026-11-01", "10.00", "INV/2026/00231")
        assert matches(ledger) == []

    def test_another_currency(self, ledger, acme):
        invoice(ledger, acme, "108.42", "INV/2026/00231", foreign="100.00", currency=EUR)
        ledger.bank("2026-10-03", "108.42", "INV/2026/00231")
        ledger.bank("2026-10-04", "100.00", "INV/2026/00231")
        assert matches(ledger) == []

    def test_a_suspense_or_tax_account(self, ledger, acme):
        ledger.entry("2026-10-01", ("1040", "77.00"), ("6000", "-77.00"), name="TRF/2026/00231")
        ledger.bank("2026-10-03", "77.00", "TRF/2026/00231")
        assert matches(ledger) == []

    def test_what_people_turned_down(self, ledger, acme):
        invoice(ledger, acme, "10.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "10.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert matches(ledger, {one.key}) == []


class TestOpenAmount:
    def test_what_is_left_counts_not_the_total(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231")
        part = ledger.entry("2026-09-20", ("1010", "30.00"), ("1100", "-30.00"))
        ledger.reconcile(doc.open_line, part.lines[1], "30.00", "2026-09-20")
        ledger.bank("2026-10-03", "70.00", "INV/2026/00231")
        ledger.bank("2026-10-04", "100.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert one.items[0].amount == "70.00"

    def test_a_foreign_line_settles_a_foreign_item(self, ledger, acme):
        doc = invoice(ledger, acme, "109.00", "INV/2026/00231", foreign="100.00", currency=EUR)
        ledger.bank("2026-10-03", "107.10", "INV/2026/00231", foreign_currency=EUR, amount_currency="100.00")
        [one] = matches(ledger)
        assert (one.items[0].line_id, one.items[0].amount, one.items[0].amount_currency) == (
            doc.open_line,
            "109.00",
            "100.00",
        )

    def test_a_paid_bills_outstanding_line_is_matched_by_the_payments_memo(self, ledger, acme):
        payment = ledger.entry(
            "2026-10-02", ("2000", "88.40"), ("1030", "-88.40"),
            name="PBNK/2026/00012", ref="RG-77120", origin_payment_id=9, commercial_partner_id=acme,
        )  # fmt: skip
        bill = ledger.bill("2026-09-10", acme, "88.40", ref="RG-77120")
        ledger.reconcile(payment.lines[0], bill.open_line, "88.40", "2026-10-02")
        ledger.bank("2026-10-03", "-88.40", "RG-77120")
        [one] = matches(ledger)
        assert one.items[0].line_id == payment.lines[1]

    def test_the_stored_residual_is_never_believed(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231")
        ledger.row("lines", doc.open_line).update(amount_residual="0.00", reconciled=True)
        ledger.bank("2026-10-03", "100.00", "INV/2026/00231")
        assert len(matches(ledger)) == 1


class TestInstalments:
    def test_the_whole_or_one_of_them(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231", split=("40.00", "60.00"))
        ledger.bank("2026-10-03", "60.00", "INV/2026/00231")
        assert [one.items[0].line_id for one in matches(ledger)] == [doc.lines[2]]
        ledger.bank("2026-10-02", "100.00", "INV/2026/00231")
        assert [len(one.items) for one in matches(ledger)] == [2], "the first payment settles all"

    def test_of_equal_ones_the_earliest_and_a_person_looks(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231", split=("50.00", "50.00"))
        ledger.row("lines", doc.lines[1])["date_maturity"] = "2026-11-30"
        ledger.bank("2026-10-03", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one.items[0].line_id, one.band, "instalments" in codes(one)) == (doc.lines[2], "review", True)


class TestSeveral:
    def test_one_payment_for_documents_that_it_names(self, ledger, acme):
        docs = [
            invoice(ledger, acme, amount, f"INV/2026/0023{n}") for n, amount in enumerate(("100.00", "20.50"))
        ]
        note = ledger.document(
            "out_refund", "2026-09-12", acme, "10.00", account="4000", name="RINV/2026/00007"
        )
        ledger.bank("2026-10-03", "110.50", "INV/2026/00230 + INV/2026/00231 less RINV/2026/00007")
        [one] = matches(ledger)
        assert {item.line_id for item in one.items} == {docs[0].open_line, docs[1].open_line, note.open_line}
        assert (one.kind, one.band, f"{one.confidence:.2f}") == ("reference_many", "auto", "0.97")
        assert codes(one).count("number_full") == 3

    def test_of_two_partners_or_of_another_sum_is_nobodys_proof(self, ledger, acme):
        invoice(ledger, acme, "100.00", "INV/2026/00230")
        invoice(ledger, ledger.partner("Other"), "20.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "120.00", "INV/2026/00230 INV/2026/00231")
        invoice(ledger, acme, "20.00", "INV/2026/00232")
        ledger.bank("2026-10-03", "119.00", "INV/2026/00230 INV/2026/00232")
        assert matches(ledger) == []

    def test_it_names_two_and_pays_one(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00230")
        invoice(ledger, acme, "20.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "100.00", "INV/2026/00230, not INV/2026/00231")
        [one] = matches(ledger)
        assert (one.items[0].line_id, one.band, "names_others" in codes(one)) == (
            doc.open_line,
            "review",
            True,
        )


class TestDoubt:
    def test_two_vendors_with_one_number_and_one_amount(self, ledger, acme):
        other = ledger.partner("Other")
        bills = [ledger.bill("2026-09-10", one, "50.00", ref="R-77120") for one in (acme, other)]
        line = ledger.bank("2026-10-03", "-50.00", "R-77120")
        [one] = matches(ledger)
        assert (one.band, codes(one)[-1], len(one.alternatives)) == ("ask", "ambiguous", 1)
        assert one.alternatives[0]["items"][0]["line_id"] == bills[1].open_line
        ledger.row("statement_lines", line)["partner_id"] = other
        [one] = matches(ledger)
        assert (one.items[0].line_id, one.band, "partner_same" in codes(one)) == (
            bills[1].open_line,
            "auto",
            True,
        )

    def test_one_document_named_by_two_lines(self, ledger, acme):
        doc = invoice(ledger, acme, "50.00", "INV/2026/00231")
        second = ledger.bank("2026-10-05", "50.00", "INV/2026/00231 again")
        first = ledger.bank("2026-10-03", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one.statement_line_id, one.items[0].line_id, one.band) == (first, doc.open_line, "review")
        assert codes(one)[-1] == "contested"
        assert second != first

    def test_the_surer_line_wins_without_doubt(self, ledger, acme):
        invoice(ledger, acme, "50.00", "INV/2026/00231")
        ledger.bank("2026-10-02", "50.00", "INV 231")
        sure = ledger.bank("2026-10-05", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one.statement_line_id, one.band) == (sure, "auto")

    def test_the_lines_partner_is_another_one(self, ledger, acme):
        invoice(ledger, acme, "50.00", "INV/2026/00231")
        ledger.bank("2026-10-02", "50.00", "INV/2026/00231", partner_id=ledger.partner("Broker"))
        [one] = matches(ledger)
        assert (one.band, "other_partner" in codes(one)) == ("review", True)

    def test_a_document_dated_after_the_period(self, ledger, acme):
        invoice(ledger, acme, "50.00", "INV/2026/00231", day="2026-11-02")
        ledger.bank("2026-10-30", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one.band, "later_document" in codes(one)) == ("review", True)

    @pytest.mark.parametrize("text", ["INV 231", "Transfer from Acme Corporation INV/2026/002"])
    def test_a_part_of_the_number_is_for_a_person(self, ledger, acme, text):
        invoice(ledger, acme, "50.00", "INV/2026/00231")
        ledger.bank("2026-10-02", "50.00", text)
        [one] = matches(ledger)
        assert one.band == "review"

    def test_a_part_that_fits_two_numbers_is_ambiguous(self, ledger, acme):
        invoice(ledger, acme, "50.00", "INV/2026/00231")
        invoice(ledger, acme, "50.00", "INV/2025/00231")
        ledger.bank("2026-10-02", "50.00", "INV 231")
        assert [one.band for one in matches(ledger)] == ["ask"]

    def test_a_crowd_of_equal_amounts_says_nothing_about_a_cut_number(self, ledger, acme):
        for number in range(201):
            invoice(ledger, acme, "50.00", f"INV/2026/{10000 + number}")
        ledger.bank("2026-10-02", "50.00", "Transfer INV/2026/101")
        assert matches(ledger) == []


def crowded(seed):
    """Return books with collisions of every kind: shared amounts, shared numbers, doubled payments."""
    chance = random.Random(seed)
    ledger = Ledger()
    partners = [ledger.partner(name) for name in ("Acme", "Other", "Third")]
    amounts = ("50.00", "50.00", "75.10", "120.00")
    names = [f"INV/2026/{number:05}" for number in range(1, 9)]
    for name in names:
        invoice(ledger, chance.choice(partners), chance.choice(amounts), chance.choice((name, names[0])))
    for day in range(1, 13):
        named = " ".join(chance.sample(names, chance.choice((0, 1, 1, 1, 2))))
        ledger.bank(f"2026-10-{day:02}", chance.choice((*amounts, "100.00")), f"pay {named}")
    return ledger


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_no_item_and_no_line_twice_in_whatever_order_the_rows_come(seed, shuffler):
    ledger = crowded(seed)
    made = matches(ledger)
    items = [item.line_id for one in made for item in one.items]
    assert len(items) == len(set(items))
    statement_lines = [one.statement_line_id for one in made]
    assert len(statement_lines) == len(set(statement_lines))
    for table in ledger.rows.values():
        shuffler.shuffle(table)
    assert [one.row() for one in matches(ledger)] == [one.row() for one in made]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_what_is_matched_alone_is_right_to_the_cent_and_named_in_full(seed):
    ledger = crowded(seed)
    lines = {row["id"]: row for row in ledger.rows["statement_lines"]}
    moves = {row["id"]: row for row in ledger.rows["moves"]}
    items = {row["id"]: row for row in ledger.rows["lines"]}
    for one in matches(ledger):
        if one.band != "auto":
            continue
        line = lines[one.statement_line_id]
        named = [moves[items[item.line_id]["move_id"]]["name"] for item in one.items]
        assert sum(round(float(item.amount) * 100) for item in one.items) == round(
            float(line["amount"]) * 100
        )
        assert all(name in line["payment_ref"] for name in named)
