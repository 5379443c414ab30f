"""Matches as they are proposed: exact number and exact amount, no item and no line twice."""

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_service.core.matching.proposing import propose
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
    """Return what is proposed; that nothing is proposed for a line is left out."""
    made = propose(ledger.books(), ledger.policy(), OCTOBER, decided)
    return [one for one in made if one["kind"] != "none"]


def items(match):
    return [one["line_id"] for one in match["items"]]


def codes(match):
    return [one["code"] for one in match["reasons"]]


def test_number_and_amount_are_enough(ledger, acme):
    doc = invoice(ledger, acme, "1190.00", "INV/2026/00231")
    line = ledger.bank("2026-10-03", "1190.00", "ACME CORP INV/2026/00231 TX")
    [one] = matches(ledger)
    assert (one["key"], one["statement_line_id"]) == (f"M:1:{line}:{doc.open_line}", line)
    assert one["items"] == [{"line_id": doc.open_line, "amount": "1190.00", "amount_currency": "1190.00"}]
    assert (one["kind"], one["band"], one["write_offs"]) == ("items", "auto", [])
    assert {"number_full", "amount_exact"} <= set(codes(one))


def test_a_vendors_number_pays_a_bill(ledger, acme):
    bill = ledger.bill("2026-09-10", acme, "88.40", ref="RG-77120/B")
    ledger.bank("2026-10-03", "-88.40", "Überweisung Rg 77120 B danke")
    [one] = matches(ledger)
    assert (items(one), one["items"][0]["amount"]) == ([bill.open_line], "-88.40")


def test_the_second_text_of_a_line_counts_too(ledger, acme):
    invoice(ledger, acme, "10.00", "INV/2026/00231")
    ledger.bank("2026-10-03", "10.00", "wire transfer", ref="INV-2026-00231")
    assert len(matches(ledger)) == 1


class TestNever:
    @pytest.mark.parametrize("paid", ["11900.00", "119000.00", "119.00", "11.90", "-1190.00"])
    def test_another_amount(self, ledger, acme, paid):
        invoice(ledger, acme, "1190.00", "INV/2026/00231")
        ledger.bank("2026-10-03", paid, "INV/2026/00231")
        assert matches(ledger) == []

    @pytest.mark.parametrize("text", ["_", "%", "payment", "", "INV", "1190"])
    def test_the_amount_alone_is_sure(self, ledger, acme, text):
        invoice(ledger, acme, "1190.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "1190.00", text)
        assert [one for one in matches(ledger) if one["band"] == "auto"] == []

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
        line = ledger.bank("2026-10-04", "60.00", "INV/2026/00232")
        assert [one["statement_line_id"] for one in matches(ledger)] == [line]

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
        assert matches(ledger, {one["key"]}) == []


class TestOpenAmount:
    def test_what_is_left_counts_not_the_total(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231")
        part = ledger.entry("2026-09-20", ("1010", "30.00"), ("1100", "-30.00"))
        ledger.reconcile(doc.open_line, part.lines[1], "30.00", "2026-09-20")
        ledger.bank("2026-10-03", "70.00", "INV/2026/00231")
        ledger.bank("2026-10-04", "100.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert one["items"][0]["amount"] == "70.00"

    def test_a_foreign_line_settles_a_foreign_item(self, ledger, acme):
        doc = invoice(ledger, acme, "109.00", "INV/2026/00231", foreign="100.00", currency=EUR)
        ledger.bank("2026-10-03", "107.10", "INV/2026/00231", foreign_currency=EUR, amount_currency="100.00")
        [one] = matches(ledger)
        taken = {"line_id": doc.open_line, "amount": "109.00", "amount_currency": "100.00"}
        assert (one["items"], one["write_offs"]) == ([taken], [{"kind": "fx", "amount": "1.90"}])

    def test_a_paid_bills_outstanding_line_is_matched_by_the_payments_memo(self, ledger, acme):
        payment = ledger.entry(
            "2026-10-02", ("2000", "88.40"), ("1030", "-88.40"),
            name="PBNK/2026/00012", ref="RG-77120", origin_payment_id=9, commercial_partner_id=acme,
        )  # fmt: skip
        bill = ledger.bill("2026-09-10", acme, "88.40", ref="RG-77120")
        ledger.reconcile(payment.lines[0], bill.open_line, "88.40", "2026-10-02")
        ledger.bank("2026-10-03", "-88.40", "RG-77120")
        [one] = matches(ledger)
        assert items(one) == [payment.lines[1]]

    def test_the_stored_residual_is_never_believed(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231")
        ledger.row("lines", doc.open_line).update(amount_residual="0.00", reconciled=True)
        ledger.bank("2026-10-03", "100.00", "INV/2026/00231")
        assert len(matches(ledger)) == 1


class TestInstalments:
    def test_the_whole_or_one_of_them(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231", split=("40.00", "60.00"))
        ledger.bank("2026-10-03", "60.00", "INV/2026/00231")
        assert [items(one) for one in matches(ledger)] == [[doc.lines[2]]]
        ledger.bank("2026-10-02", "100.00", "INV/2026/00231")
        assert [len(items(one)) for one in matches(ledger)] == [2], "the first payment settles all"

    def test_of_equal_ones_the_earliest_and_a_person_looks(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00231", split=("50.00", "50.00"))
        ledger.row("lines", doc.lines[1])["date_maturity"] = "2026-11-30"
        ledger.bank("2026-10-03", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert items(one)[0] in doc.lines[1:]
        assert one["band"] != "auto"


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
        assert set(items(one)) == {docs[0].open_line, docs[1].open_line, note.open_line}
        assert one["band"] == "auto"

    def test_it_names_two_and_pays_one(self, ledger, acme):
        doc = invoice(ledger, acme, "100.00", "INV/2026/00230")
        invoice(ledger, acme, "20.00", "INV/2026/00231")
        ledger.bank("2026-10-03", "100.00", "INV/2026/00230, not INV/2026/00231")
        [one] = matches(ledger)
        assert items(one) == [doc.open_line]


class TestDoubt:
    def test_two_vendors_with_one_number_and_one_amount(self, ledger, acme):
        other = ledger.partner("Other")
        bills = [ledger.bill("2026-09-10", one, "50.00", ref="R-77120") for one in (acme, other)]
        line = ledger.bank("2026-10-03", "-50.00", "R-77120")
        assert [one for one in matches(ledger) if one["band"] != "ask"] == []
        ledger.row("statement_lines", line)["partner_id"] = other
        [one] = matches(ledger)
        assert items(one) == [bills[1].open_line]

    def test_one_document_named_by_two_lines_is_given_once(self, ledger, acme):
        doc = invoice(ledger, acme, "50.00", "INV/2026/00231")
        ledger.bank("2026-10-05", "50.00", "INV/2026/00231 again")
        first = ledger.bank("2026-10-03", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one["statement_line_id"], items(one)) == (first, [doc.open_line])

    def test_a_document_dated_after_the_period_is_never_sure(self, ledger, acme):
        invoice(ledger, acme, "50.00", "INV/2026/00231", day="2026-11-02")
        ledger.bank("2026-10-30", "50.00", "INV/2026/00231")
        [one] = matches(ledger)
        assert (one["band"], "later_document" in codes(one)) == ("review", True)


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


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_no_item_and_no_line_twice_in_whatever_order_the_rows_come(seed, shuffler):
    ledger = crowded(seed)
    made = matches(ledger)
    taken = [item for one in made for item in items(one)]
    assert len(taken) == len(set(taken))
    stand = [line for one in made for line in one["line_ids"]]
    assert len(stand) == len(set(stand))
    for table in ledger.rows.values():
        shuffler.shuffle(table)
    assert matches(ledger) == made


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_every_line_and_its_items_agree_to_the_cent(seed):
    ledger = crowded(seed)
    lines = {row["id"]: Decimal(row["amount"]) for row in ledger.rows["statement_lines"]}
    rows = propose(ledger.books(), ledger.policy(), OCTOBER)
    assert sorted(line for one in rows for line in one["line_ids"]) == sorted(lines)
    for one in rows:
        if one["items"]:
            taken = sum(Decimal(item["amount"]) for item in one["items"])
            written = sum(Decimal(each["amount"]) for each in one["write_offs"])
            assert taken - sum(lines[line] for line in one["line_ids"]) == written
