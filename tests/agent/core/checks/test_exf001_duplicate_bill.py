"""EXF001 Duplicate bill."""

import pytest

from agent_service.core.checks.exf001_duplicate_bill import check
from tests.agent.core.builders import EUR, OCTOBER, Ledger


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def vendor(ledger):
    return ledger.partner("Fjord Timber", vat="NO 998 877 665")


def facets(ledger, *without, **policy):
    return [one.facet for one in check(ledger.books(*without), ledger.policy(**policy), OCTOBER)]


class TestRef:
    def test_the_later_of_two_is_found_beside_the_first(self, ledger, vendor):
        first = ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-0482/26")
        later = ledger.bill("2026-10-12", vendor, "1250.00", ref="re 482")
        one = check(ledger.books(), ledger.policy(), OCTOBER)[0]
        assert (one.facet, one.severity, one.amount) == ("ref", "high", 125000)
        assert [each.id for each in one.records] == [later.move, first.move]
        assert [each["reference"] for each in one.evidence["bills"]] == ["RE-0482/26", "re 482"]

    def test_three_copies_are_two_findings(self, ledger, vendor):
        for day in ("2026-10-08", "2026-10-12", "2026-10-13"):
            ledger.bill(day, vendor, "1250.00", ref="RE-482")
        assert facets(ledger) == ["ref", "ref"]

    def test_a_draft_is_found_before_it_is_posted(self, ledger, vendor):
        ledger.bill("2026-08-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", vendor, "1250.00", ref="RE-482", state="draft", name="/")
        assert facets(ledger) == ["ref"]

    def test_two_partners_with_one_tax_number_are_one_vendor(self, ledger, vendor):
        ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", ledger.partner("Fjord Tmber", vat="no998877665"), "1250.00", ref="RE-482")
        assert facets(ledger) == ["ref"]

    def test_another_vendor_may_use_the_same_number(self, ledger, vendor):
        ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", ledger.partner("Else"), "1250.00", ref="RE-482")
        assert facets(ledger) == []

    @pytest.mark.parametrize(("amount", "count"), [("1250.02", 1), ("1263.00", 0)])
    def test_totals_may_differ_by_a_unit_each(self, ledger, vendor, amount, count):
        ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", vendor, amount, ref="RE-482")
        assert facets(ledger).count("ref") == count

    def test_one_amount_in_two_currencies_is_two_amounts(self, ledger, vendor):
        ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", vendor, "1355.25", foreign="1250.00", currency=EUR, ref="RE-482")
        assert facets(ledger) == []

    @pytest.mark.parametrize(("first", "count"), [("2025-10-12", 1), ("2025-10-11", 0)])
    def test_a_year_is_the_window(self, ledger, vendor, first, count):
        ledger.bill(first, vendor, "1250.00", ref="ZK-482")
        ledger.bill("2026-10-12", vendor, "1250.00", ref="ZK-482")
        assert len(facets(ledger)) == count

    def test_a_pair_of_last_month_is_not_reported_again(self, ledger, vendor):
        ledger.bill("2026-09-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-09-12", vendor, "1250.00", ref="RE-482")
        assert facets(ledger) == []

    def test_credit_notes_are_doubled_too_but_no_bill_doubles_a_credit_note(self, ledger, vendor):
        ledger.bill("2026-10-08", vendor, "50.00", ref="CN-70001")
        ledger.refund("2026-10-09", vendor, "50.00", ref="CN-70001")
        assert facets(ledger) == []
        ledger.refund("2026-10-10", vendor, "50.00", ref="CN-70001")
        assert facets(ledger) == ["ref"]

    def test_both_paid_is_critical_one_paid_is_not(self, ledger, vendor):
        first = ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482", payment_state="paid")
        later = ledger.bill("2026-10-12", vendor, "1250.00", ref="RE-482")
        assert check(ledger.books(), ledger.policy(), OCTOBER)[0].severity == "high"
        ledger.row("moves", later.move)["payment_state"] = "in_payment"
        one = check(ledger.books(), ledger.policy(), OCTOBER)[0]
        assert one.severity == "critical"
        assert first.move in [each.id for each in one.records]


class TestRefNeighbours:
    def test_billed_again_after_a_credit_note(self, ledger, vendor):
        wrong = ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.refund("2026-10-09", vendor, "1250.00", reversed_entry_id=wrong.move)
        ledger.bill("2026-10-10", vendor, "1250.00", ref="RE-482")
        assert facets(ledger) == []

    def test_a_partial_credit_note_cancels_nothing(self, ledger, vendor):
        wrong = ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        ledger.refund("2026-10-09", vendor, "250.00", reversed_entry_id=wrong.move)
        ledger.bill("2026-10-10", vendor, "1250.00", ref="RE-482")
        assert facets(ledger) == ["ref"]

    def test_the_copy_was_credited_since(self, ledger, vendor):
        ledger.bill("2026-10-08", vendor, "1250.00", ref="RE-482")
        copy = ledger.bill("2026-10-10", vendor, "1250.00", ref="RE-482", payment_state="reversed")
        assert facets(ledger) == []
        ledger.row("moves", copy.move)["payment_state"] = "not_paid"
        ledger.row("moves", copy.move)["state"] = "cancel"
        assert facets(ledger) == []

    def test_numbers_that_name_their_year(self, ledger, vendor):
        ledger.bill("2025-12-20", vendor, "99.00", ref="0007/2025")
        ledger.bill("2026-10-05", vendor, "99.00", ref="0007/2026")
        assert facets(ledger) == []

    def test_numbers_that_start_anew_in_january(self, ledger, vendor):
        for day, number in (
            ("2025-11-15", "7"),
            ("2025-12-02", "8"),
            ("2026-01-09", "1"),
            ("2026-10-05", "7"),
        ):
            ledger.bill(day, vendor, "99.00", ref=f"No {number}")
        assert facets(ledger) == []

    def test_instalments_under_one_contract_number(self, ledger, vendor):
        for month in ("08", "09", "10"):
            ledger.bill(f"2026-{month}-01", vendor, "3200.00", ref="Contract 88-12")
        assert facets(ledger) == []

    def test_an_instalment_entered_twice(self, ledger, vendor):
        for day in ("2026-08-01", "2026-09-01", "2026-10-01", "2026-10-05"):
            ledger.bill(day, vendor, "3200.00", ref="Contract 88-12")
        found = check(ledger.books(), ledger.policy(), OCTOBER)
        assert [(one.facet, one.evidence["bills"][0]["date"]) for one in found] == [("ref", "2026-10-01")]


class TestFuzzy:
    @pytest.mark.parametrize(
        ("one", "other"), [("RE-20931", "RE-20391"), ("RE-20931", "RE-2093"), ("X7731", "X7737")]
    )
    def test_one_slip_of_the_fingers(self, ledger, vendor, one, other):
        ledger.bill("2026-10-05", vendor, "812.40", ref=one)
        ledger.bill("2026-10-05", vendor, "812.40", ref=other)
        assert facets(ledger) == ["fuzzy"]

    @pytest.mark.parametrize(("day", "count"), [("2026-10-15", 1), ("2026-10-16", 0)])
    def test_ten_days_are_the_limit(self, ledger, vendor, day, count):
        ledger.bill("2026-10-05", vendor, "812.40", ref="RE-20931")
        ledger.bill(day, vendor, "812.40", ref="RE-20391")
        assert len(facets(ledger)) == count

    def test_two_slips_are_another_number(self, ledger, vendor):
        ledger.bill("2026-10-05", vendor, "812.40", ref="RE-20931")
        ledger.bill("2026-10-06", vendor, "812.40", ref="RE-20847")
        assert facets(ledger) == []

    def test_short_numbers_prove_nothing(self, ledger, vendor):
        ledger.bill("2026-10-05", vendor, "812.40", ref="31")
        ledger.bill("2026-10-06", vendor, "812.40", ref="37")
        assert facets(ledger) == []

    def test_a_weekly_subscription(self, ledger, vendor):
        for place, day in enumerate(("2026-09-24", "2026-10-01", "2026-10-08", "2026-10-15")):
            ledger.bill(day, vendor, "49.00", ref=f"SUB-{1001 + place * 3}")
        assert facets(ledger) == []

    def test_the_first_two_bills_of_a_new_vendor(self, ledger, vendor):
        ledger.bill("2026-10-01", vendor, "49.00", ref="SUB-1001")
        ledger.bill("2026-10-08", vendor, "49.00", ref="SUB-1002")
        assert facets(ledger) == []

    def test_a_slip_inside_a_subscription_breaks_the_series(self, ledger, vendor):
        for day, number in (
            ("2026-09-24", 1041),
            ("2026-10-01", 1045),
            ("2026-10-08", 1049),
            ("2026-10-09", 1409),
        ):
            ledger.bill(day, vendor, "49.00", ref=f"SUB-{number}")
        ledger.bill("2026-10-15", vendor, "49.00", ref="SUB-1053")
        assert facets(ledger) == ["fuzzy"]


class TestNoRefAndTwin:
    def test_a_copy_without_number(self, ledger, vendor):
        ledger.bill("2026-10-05", vendor, "812.40", ref="RE-20931")
        ledger.bill("2026-10-05", vendor, "812.40")
        assert facets(ledger) == ["no_ref"]

    def test_another_day_or_other_lines_are_another_bill(self, ledger, vendor):
        ledger.bill("2026-10-05", vendor, "812.40", ref="RE-20931")
        ledger.bill("2026-10-06", vendor, "812.40")
        ledger.bill("2026-10-05", vendor, "812.40", account="6200")
        assert facets(ledger) == []

    def test_a_twin_under_another_number(self, ledger, vendor):
        lines = (("6000", "500.00"), ("6200", "312.40"))
        ledger.bill("2026-10-05", vendor, "812.40", ref="20931", lines=lines)
        ledger.bill("2026-10-05", vendor, "812.40", ref="LS 774", lines=lines[::-1])
        assert facets(ledger) == ["twin"]

    def test_separate_orders(self, ledger, vendor):
        for number in ("20931", "LS 774"):
            ledger.bill("2026-10-05", vendor, "812.40", ref=number, order_line=ledger.order("10", "81.24"))
        assert facets(ledger) == []

    @pytest.mark.parametrize(("ordered", "found"), [("20", []), ("19", ["twin"])])
    def test_two_deliveries_of_one_order_line(self, ledger, vendor, ordered, found):
        order = ledger.order(ordered, "81.24")
        for number in ("20931", "LS 774"):
            ledger.bill("2026-10-05", vendor, "812.40", ref=number, order_line=order)
            ledger.billed(order, "10", "2026-10-05")
        assert facets(ledger) == found
        assert facets(ledger, "purchase_lines") == ["twin"], "without orders nobody vouches for them"


class TestReused:
    @pytest.mark.parametrize(
        ("amount", "found"), [("1262.50", ["reused"]), ("1262.51", []), ("1237.50", ["reused"])]
    )
    def test_one_number_within_one_percent(self, ledger, vendor, amount, found):
        ledger.bill("2026-03-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", vendor, amount, ref="RE-482")
        assert facets(ledger) == found

    def test_of_another_year(self, ledger, vendor):
        ledger.bill("2025-11-08", vendor, "1250.00", ref="RE-482")
        ledger.bill("2026-10-12", vendor, "1251.00", ref="RE-482")
        assert facets(ledger) == []


def test_the_nearest_and_strongest_pair_is_shown(ledger, vendor):
    ledger.bill("2026-07-01", vendor, "812.40", ref="RE-20931")
    near = ledger.bill("2026-10-05", vendor, "812.40", ref="RE-20931")
    ledger.bill("2026-10-06", vendor, "812.40", ref="RE-20391")
    last = ledger.bill("2026-10-07", vendor, "812.40", ref="RE-20931")
    found = {one.anchor.id: one for one in check(ledger.books(), ledger.policy(), OCTOBER)}
    assert found[last.move].facet == "ref"
    assert found[last.move].records[1].id == near.move


def test_a_customers_invoices_are_another_rules_matter(ledger, vendor):
    for _ in range(2):
        ledger.invoice("2026-10-05", vendor, "812.40", ref="PO 20931")
    assert facets(ledger) == []
