"""Books to the matcher's words and back to rows: exact amounts, keys that stay."""

from decimal import Decimal

import pytest

from agent_service.core.matching import rows as writing
from agent_service.core.matching.from_books import open_of
from agent_service.core.matching.model import Alternative, Proposal, Reason, WriteOff
from tests.agent.core.builders import EUR, OCTOBER, Ledger
from tests.contract import kernel


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def acme(ledger):
    return ledger.partner("Acme")


def given(ledger):
    books = ledger.books()
    return books, open_of(books, ledger.policy(), OCTOBER.as_of)


def items_of(*docs):
    return tuple(doc.open_line for doc in docs)


def proposal(lines, docs=(), kind="items", write_offs=(), **more):
    return Proposal(
        tuple(lines), items_of(*docs), kind, Decimal("0.9"), "review",
        write_offs=tuple(WriteOff(*one) for one in write_offs), **more,
    )  # fmt: skip


def rows(ledger, *proposals, decided=(), match=None):
    books, found = given(ledger)
    answer = match or (
        lambda lines, *_a, **_k: [one for one in proposals if set(one.lines) <= {line.id for line in lines}]
    )
    return writing.propose_rows(books, found, answer, decided)


def amounts(row):
    return [(one["amount"], one["amount_currency"]) for one in row["items"]]


def test_lines_and_items_as_the_books_know_them(ledger, acme):
    doc = ledger.invoice("2026-10-01", acme, "100.00", name="INV/7", dated="2026-10-01")
    bill = ledger.bill("2026-10-02", acme, "40.00", ref="R-9", currency=EUR, foreign="36.00")
    line = ledger.bank("2026-10-12", "100.00", "ACME INV/7")
    _books, found = given(ledger)
    [one] = found.lines
    assert (one.line.id, one.line.amount, one.line.currency, one.moved) == (line, 10000, "USD", 10000)
    by_id = {item.id: item for item in found.items}
    assert (by_id[doc.open_line].residual, by_id[doc.open_line].partner_name) == (10000, "Acme")
    assert (by_id[bill.open_line].residual, by_id[bill.open_line].kind) == (-4000, "payable")
    assert (by_id[bill.open_line].currency, by_id[bill.open_line].residual_currency) == ("EUR", -3600)


def test_a_whole_item_and_one_with_a_fee(ledger, acme):
    first, second = (ledger.invoice("2026-10-01", acme, each) for each in ("100.00", "50.00"))
    one, two = ledger.bank("2026-10-12", "100.00"), ledger.bank("2026-10-13", "47.50")
    got = rows(ledger, proposal([one], [first]), proposal([two], [second], write_offs=[("bank_fee", 250)]))
    assert [row["key"] for row in got] == [f"M:1:{one}:{first.open_line}", f"M:1:{two}:{second.open_line}"]
    assert [amounts(row) for row in got] == [[("100.00", "100.00")], [("50.00", "50.00")]]
    assert got[1]["write_offs"] == [{"kind": "bank_fee", "amount": "2.50"}]


def test_a_partial_payment_leaves_the_rest_on_the_item_that_is_due_last(ledger, acme):
    first = ledger.invoice("2026-10-01", acme, "100.00", dated="2026-10-01")
    second = ledger.invoice("2026-10-02", acme, "80.00")
    line = ledger.bank("2026-10-12", "150.00")
    [row] = rows(ledger, proposal([line], [first, second]))
    assert amounts(row) == [("100.00", "100.00"), ("50.00", "50.00")]


def test_what_does_not_add_up_is_said_not_sent(ledger, acme):
    doc, line = ledger.invoice("2026-10-01", acme, "100.00"), ledger.bank("2026-10-12", "120.00")
    [row] = rows(ledger, proposal([line], [doc]))
    assert (row["kind"], row["band"], row["items"]) == ("none", "ask", [])
    assert row["reasons"][0]["code"] == "amounts_differ"


def test_the_exchange_difference_is_what_the_books_say(ledger, acme):
    doc = ledger.invoice("2026-10-01", acme, "120.00", currency=EUR, foreign="100.00")
    line = ledger.bank("2026-10-12", "117.30", amount_currency="100.00", foreign_currency=EUR)
    [row] = rows(ledger, proposal([line], [doc], write_offs=[("fx", 260)]))
    assert amounts(row) == [("120.00", "100.00")]
    assert row["write_offs"] == [{"kind": "fx", "amount": "2.70"}]


def test_lines_without_an_item_have_their_kind_in_the_key(ledger):
    line = ledger.bank("2026-10-12", "-12.00", "FEE")
    [row] = rows(ledger, proposal([line], kind="bank_fee", account=77))
    assert (row["key"], row["account_id"]) == (f"M:1:{line}::bank_fee", 77)


def test_what_people_turned_down_makes_room(ledger, acme):
    doc = ledger.invoice("2026-10-01", acme, "100.00")
    first, second = (ledger.bank(day, "100.00") for day in ("2026-10-12", "2026-10-13"))

    def match(lines, *_more, **_named):
        taker, *others = [line.id for line in lines]
        return [proposal([taker], [doc]), *(proposal([each], kind="none") for each in others)]

    got = rows(ledger, match=match, decided={f"M:1:{first}:{doc.open_line}"})
    assert [(row["statement_line_id"], row["kind"]) for row in got] == [(first, "none"), (second, "items")]
    assert got[0]["reasons"][0]["code"] == "turned_down"


def test_alternatives_come_with_their_amounts(ledger, acme):
    docs = [ledger.invoice("2026-10-01", acme, each) for each in ("100.00", "103.00")]
    line = ledger.bank("2026-10-12", "100.00")
    other = Alternative((docs[1].open_line,), Decimal("0.1"), "less a fee", (WriteOff("bank_fee", 300),))
    [row] = rows(
        ledger, proposal([line], docs[:1], alternatives=(other,), reasons=(Reason("amount", "same"),))
    )
    [one] = row["alternatives"]
    assert (one["items"][0]["amount"], one["write_offs"]) == (
        "103.00", [{"kind": "bank_fee", "amount": "3.00"}],
    )  # fmt: skip


def test_keys_are_the_servers_own():
    kinds = kernel.load("match_kinds")
    for lines, items, kind in (
        ([12, 5], [9, 30], "items"),
        ([5], [], "bank_fee"),
        ([], [7, 8], "offset"),
        ([5], range(100000, 100099), "items"),
    ):
        assert writing.key_of(3, lines, items, kind) == kinds.key_of(3, lines, items, kind)
    assert kinds.key_of(3, [12, 5], [9, 30]) == "M:3:5+12:9+30"
    assert len(kinds.key_of(3, [5], range(100000, 100099))) <= kinds.MAX_KEY_CHARS


def test_rows_are_of_the_agreed_shape(ledger, acme):
    payload = kernel.load("payload")
    doc, line = ledger.invoice("2026-10-01", acme, "100.00"), ledger.bank("2026-10-12", "100.00")
    for row in rows(ledger, proposal([line], [doc])):
        payload.check_row("match", row)
