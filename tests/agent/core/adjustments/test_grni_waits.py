"""Goods received, not invoiced: vendors that wait for a price, or for what people decide about an entry."""

import pytest

from agent_service.core.adjustments.grni import propose
from agent_service.core.entries import Entry
from tests.agent.core.adjustments.grni_case import (
    accrued,
    entry,
    lines,
    lines_of,
    post,
)
from tests.agent.core.builders import OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


class TestWithoutPrice:
    NONE = ({"price_subtotal": None}, {"product_qty": "0"}, {"price_unit": "0", "price_subtotal": "0.00"})

    def proposed(self, ledger, period=OCTOBER, decided=None):
        found = propose(ledger.books(), ledger.policy(), period, decided or {})
        entries = [one for one in found if isinstance(one, Entry)]
        return (entries[0] if entries else None), [one for one in found if not isinstance(one, Entry)]

    @pytest.mark.parametrize("values", NONE)
    def test_rf7_a_line_without_a_price_stops_itself_alone_and_is_named(self, ledger, values):
        ledger.receive(ledger.order("1", "10.00"), "1", "2026-10-05")
        ledger.receive(ledger.order("1", "10.00", **values), "1", "2026-10-05")
        made, (told,) = self.proposed(ledger)
        assert lines_of(ledger, made) == accrued("10.00")
        assert "P00002: Brass fitting has " in told.message
        assert [one.model for one in told.records] == ["purchase.order.line"]
        assert (told.rule, told.facet) == ("GRF001", "no-price")

    def test_alone_it_is_told_without_an_entry(self, ledger):
        ledger.receive(ledger.order("1", "10.00", price_subtotal=None), "1", "2026-10-05")
        made, (told,) = self.proposed(ledger)
        assert made is None
        assert told.title.endswith("1 order line without a price")

    def test_what_is_given_away_has_a_price_of_0(self, ledger):
        order = ledger.order("1", "10.00", discount="100", price_subtotal="0.00")
        ledger.receive(order, "1", "2026-10-05")
        assert self.proposed(ledger) == (None, [])

    def test_what_was_posted_for_its_vendor_is_not_taken_back_until_the_price_is_there(self, ledger):
        acme, other = ledger.partner("Acme"), ledger.partner("Other")
        order = ledger.order("1", "10.00", acme)
        ledger.receive(order, "1", "2026-10-05")
        made, _told = self.proposed(ledger)
        post(ledger, made)
        ledger.receive(ledger.order("1", "7.00", other), "1", "2026-10-06")
        ledger.row("purchase_lines", order)["price_subtotal"] = None
        after, told = self.proposed(ledger, decided={made.key: "posted"})
        assert lines_of(ledger, after) == accrued("7.00")
        assert len(told) == 1
        ledger.row("purchase_lines", order)["price_subtotal"] = "12.00"
        after, told = self.proposed(ledger, decided={made.key: "posted"})
        assert {(one.partner_id, one.balance) for one in after.lines if one.balance > 0} == {
            (acme, 200), (other, 700),
        }  # fmt: skip
        assert told == []


class TestBookedByHand:
    def accrual(self, ledger, partner, day, sign="", **more):
        back = "" if sign else "-"
        values = {"partner_id": partner}
        return ledger.entry(day, ("5000", f"{sign}70.00", values), ("2100", f"{back}70.00", values), **more)

    def two_vendors(self, ledger):
        vendors = ledger.partner("Acme"), ledger.partner("Quarry")
        for vendor in vendors:
            ledger.receive(ledger.order("1", "10.00", vendor), "1", "2026-10-05")
        return vendors

    def test_go_live_with_september_booked_by_hand_waits_for_that_vendor(self, ledger):
        acme, quarry = self.two_vendors(ledger)
        self.accrual(ledger, acme, "2026-09-30")
        made, finding = propose(ledger.books(), ledger.policy(), OCTOBER, {})
        assert {line.partner_id for line in made.lines} == {quarry}
        assert "70.00 USD were booked by hand" in finding.row(ledger.books().company)["title"]
        self.accrual(ledger, acme, "2026-10-01", sign="-")
        assert lines(ledger) == accrued("10.00")
        assert {line.partner_id for line in entry(ledger).lines} == {acme, quarry}

    def test_a_manual_accrual_beside_ours_takes_nothing_of_ours_back(self, ledger):
        acme, _quarry = self.two_vendors(ledger)
        made = entry(ledger)
        post(ledger, made)
        self.accrual(ledger, acme, "2026-10-31")
        found = propose(ledger.books(), ledger.policy(), OCTOBER, {made.key: "posted"})
        assert [type(one).__name__ for one in found] == ["Finding"]

    def test_without_a_vendor_everything_waits(self, ledger):
        self.two_vendors(ledger)
        self.accrual(ledger, None, "2026-10-31")
        found = propose(ledger.books(), ledger.policy(), OCTOBER, {})
        assert [type(one).__name__ for one in found] == ["Finding"]
        assert lines(ledger, rules={"GR": {"by_hand": "apart"}}) == accrued("10.00")

    def test_adopted_it_counts_as_ours(self, ledger):
        acme, quarry = self.two_vendors(ledger)
        self.accrual(ledger, acme, "2026-10-31", ai_close_entry_id=5, ai_close_proposer="GR")
        made = entry(ledger)
        assert {(line.partner_id, line.balance) for line in made.lines} == {
            (acme, -6000), (acme, 6000), (quarry, 1000), (quarry, -1000),
        }  # fmt: skip
