"""Recharges between companies: the worked numbers IC1 to IC4, both months, credit notes and refusals."""

import random
from datetime import date

import pytest

from agent_service.core.adjustments import run_proposers
from agent_service.core.adjustments.accuracy import measured
from agent_service.core.adjustments.intercompany import propose
from agent_service.core.errors import EvidenceMissing
from agent_service.core.model import Books
from agent_service.core.policy import Policy
from tests.agent.core.adjustments.posting import account, by_account, post
from tests.agent.core.builders import EUR, NOVEMBER, OCTOBER, PARAMS, USD, Ledger

A, B = 1, 2
RATES = (("2026-10-18", "0.9200"), ("2026-10-31", "0.9223"), ("2026-11-30", "0.9301"))


class Group:
    """The books of one company of a group, and what may be seen of the other."""

    def __init__(self, mine=B, currency="EUR"):
        self.mine, self.currency, self.ledger = mine, currency, Ledger()
        ledger = self.ledger
        self.partners = {A: ledger.partner("A Holding"), B: ledger.partner("B Europe")}
        for company, partner in self.partners.items():
            ledger.add("companies", id=company, name=f"Company {company}", partner_id=partner)
        account(ledger, "2300", "Owed to group companies", "liability_current", "ic_payable")
        account(ledger, "1320", "Owed by group companies", "asset_current", "ic_receivable")
        account(ledger, "6900", "Management fee", "expense", "management_fee")
        account(ledger, "4900", "Recharges", "income_other", "recharge_income")
        ledger.entry("2026-01-05", ("1010", "1.00"), ("3000", "-1.00"))
        for day, rate in RATES if currency == "EUR" else ():
            ledger.add("rates", currency=USD, date=day, rate=repr(1 / float(rate)))

    @property
    def other(self):
        return A if self.mine == B else B

    def document(self, net, day, name="INV/2026/00018", kind="out_invoice", **more):
        """Add a document of the other company with this one."""
        values = {
            "company_id": self.other,
            "company_partner_id": self.partners[self.other],
            "partner_id": self.partners[self.mine],
            "move_type": kind,
            "name": name,
            "date": day,
            "invoice_date": day,
            "state": "posted",
            "currency": USD,
            "amount_total": net,
            "amount_untaxed": net,
            **more,
        }
        return self.ledger.add("group_documents", **values)

    def bill(self, net, day, booked, ref="INV/2026/00018", kind="in_invoice", **more):
        """Add a bill of this company from the other: net in USD, booked in company currency."""
        return self.ledger.document(
            kind,
            day,
            self.partners[self.other],
            booked,
            account="6900",
            ref=ref,
            currency=USD,
            foreign=net,
            **more,
        )

    def books(self):
        return Books.from_columns(self.mine, "Company", self.currency, self.ledger.columns())

    def propose(self, period=OCTOBER, **policy):
        books = self.books()
        params = {**PARAMS, "roles": self.ledger.roles, **policy}
        return propose(books, Policy.from_params(params, books.company.currency), period, {})

    def measured(self, seen_by):
        """Return what October accrued against what came."""
        books = self.books()
        policy = Policy.from_params({**PARAMS, "roles": self.ledger.roles}, books.company.currency)
        return measured(books, policy, OCTOBER, seen_by)

    def entry(self, period=OCTOBER, **policy):
        made = self.propose(period, **policy)
        return made[0] if made else None

    def amounts(self, period=OCTOBER):
        return by_account(self.ledger, self.entry(period))

    def findings(self, period=OCTOBER):
        return [(one.rule, one.facet, one.evidence.get("difference", "")) for one in self.propose(period)]


def ic1():
    """A invoices USD 6,000.00 to B, whose currency is EUR, on 18 October."""
    group = Group()
    group.document("6000.00", "2026-10-18")
    return group


def fee(amount):
    return {"6900": amount, "2300": f"-{amount}"}


def test_ic1_the_mirror_that_is_missing_at_the_closing_rate():
    group = ic1()
    made = group.entry()
    assert by_account(group.ledger, made) == fee("5533.80")
    assert [(line.amount_currency, line.currency.name) for line in made.lines] == [
        (600000, "USD"),
        (-600000, "USD"),
    ]
    assert {line.partner_id for line in made.lines} == {group.partners[A]}
    assert (str(made.day), str(made.reversal_day)) == ("2026-10-31", "2026-11-01")
    assert made.row()["calculation"]["rows"] == [
        ["INV/2026/00018", "Company 1", "2026-10-18", "6,000.00 USD", "0.9223 of 2026-10-31", "5533.80"]
    ]
    assert [(one.model, one.label) for one in made.sources] == [
        ("account.move", "INV/2026/00018"),
        ("res.currency.rate", "USD"),
    ]


def test_ic1_the_bill_of_november_ends_it():
    group = ic1()
    post(group.ledger, group.entry())
    assert group.propose() == [], "a second run gives nothing"
    group.bill("6000.00", "2026-11-05", "5544.00")
    assert group.propose(NOVEMBER) == []


def test_ic1_next_month_the_rate_alone_made_the_difference():
    group = ic1()
    post(group.ledger, group.entry())
    (waiting,) = group.measured(date(2026, 11, 4))
    assert (waiting.accrued, waiting.open) == (0, 600000)
    group.bill("6000.00", "2026-11-05", "5544.00")
    (came,) = group.measured(date(2026, 11, 30))
    assert (came.accrued, came.actual, came.error, came.open) == (600000, 600000, 0, 0)
    assert came.currency_effect == -1020, "the bill's rate made it dearer by EUR 10.20"


def test_ic1_another_amount_next_month_is_the_error():
    group = ic1()
    group.document("1000.00", "2026-10-19", "RINV/1", "out_refund")
    post(group.ledger, group.entry())
    group.bill("5900.00", "2026-11-05", "5451.60")
    errors = {one.what: (one.error, one.open) for one in group.measured(date(2026, 11, 30))}
    assert errors == {"INV/2026/00018": (10000, 0), "RINV/1": (0, -100000)}


def test_ic1_without_the_bill_again_at_novembers_rate():
    group = ic1()
    post(group.ledger, group.entry())
    assert group.amounts(NOVEMBER) == fee("5580.60")


@pytest.mark.parametrize(
    "more", [{"state": "draft"}, {"kind": "in_refund"}, {"ref": "INV/7", "dated": "2026-10-29"}]
)
def test_ic1_a_draft_or_another_document_is_no_mirror(more):
    group = ic1()
    group.bill("6000.00", "2026-10-20", "5533.80", **more)
    assert group.amounts() == fee("5533.80")


def test_a_bill_without_the_number_is_found_by_amount_and_day():
    group = ic1()
    group.bill("6000.00", "2026-10-20", "5520.00", ref="recharge October", dated="2026-10-28")
    assert group.propose() == []


def test_one_bill_mirrors_one_invoice():
    group = ic1()
    group.document("6000.00", "2026-10-19", "INV/2026/00019")
    group.bill("6000.00", "2026-10-20", "5520.00", ref="")
    assert group.amounts() == fee("5533.80")
    assert group.entry().sources[0].label == "INV/2026/00019", "the older one counts as booked"


def test_ic2_another_amount_is_a_finding_and_no_entry():
    group = ic1()
    group.bill("5400.00", "2026-10-20", "4968.00")
    assert group.findings() == [("ICF001", "amount", "600.00")]
    assert "6,000.00 USD" in group.propose()[0].message


def test_ic2_the_same_amount_at_another_rate_is_nothing():
    group = ic1()
    group.bill("6000.00", "2026-10-20", "5520.00")
    assert group.propose() == []


def test_ic2_amounts_are_compared_without_tax():
    group = Group()
    group.document("6000.00", "2026-10-18", amount_total="7200.00")
    group.bill("6000.00", "2026-10-20", "5520.00", amount_total="6000.00")
    assert group.propose() == []


def test_ic3_a_bill_of_the_other_company_that_we_never_issued():
    group = Group(mine=A, currency="USD")
    group.document("6000.00", "2026-10-18", "BILL/2026/00003", "in_invoice", ref="INV/2026/00018")
    made = group.entry()
    assert by_account(group.ledger, made) == {"1320": "6000.00", "4900": "-6000.00"}
    assert str(made.reversal_day) == "2026-11-01"
    group.ledger.invoice("2026-10-18", group.partners[B], "6000.00", name="INV/2026/00018")
    assert group.propose() == []


def test_a_credit_note_goes_the_other_way():
    group = Group()
    group.document("1000.00", "2026-10-18", "RINV/1", "out_refund")
    assert group.amounts() == {"2300": "922.30", "6900": "-922.30"}


def test_ic4_a_closed_company_is_a_finding_here():
    group = Group(mine=A, currency="USD")
    group.ledger.invoice("2026-10-18", group.partners[B], "6000.00", name="INV/2026/00018")
    assert group.propose() == [], "its own run proposes the mirror there"
    group.ledger.row("companies", B)["closed_through"] = "2026-10-31"
    assert group.findings() == [("ICF001", "closed", "")]
    assert group.propose()[0].amount == 600000
    group.document("6000.00", "2026-10-20", "BILL/3", "in_invoice", ref="INV/2026/00018")
    assert group.propose() == []


def test_ic4_a_company_that_cant_be_read_is_a_finding_here():
    group = Group(mine=A, currency="USD")
    group.ledger.invoice("2026-10-18", group.partners[B], "6000.00", name="INV/2026/00018")
    group.ledger.row("companies", B)["readable"] = False
    assert group.findings() == [("ICF001", "unreadable", "")]
    assert group.propose(NOVEMBER) == [], "told in the month of the document"


def test_without_a_rate_or_role_it_is_refused_by_name():
    group = ic1()
    group.ledger.rows["rates"].clear()
    with pytest.raises(EvidenceMissing, match="no rate of USD"):
        group.entry()
    group = ic1()
    del group.ledger.roles["management_fee"]
    with pytest.raises(EvidenceMissing, match="no account for management_fee"):
        group.entry()


def test_without_a_net_amount_no_entry_is_made():
    group = Group()
    group.document("6000.00", "2026-10-18", amount_untaxed=None)
    assert group.findings() == [("ICF001", "net-unknown", "")]


def test_what_is_older_than_our_history_is_left_out():
    group = ic1()
    group.document("70.00", "2026-01-09", "INV/2025/1")
    assert group.amounts() == fee("5533.80")


def test_a_document_after_the_closing_date_is_the_next_months():
    group = ic1()
    group.document("70.00", "2026-11-01", "INV/2026/00020")
    group.bill("70.00", "2026-11-01", "64.00", ref="INV/2026/00018")
    assert group.amounts() == fee("5533.80")


def test_an_accrual_by_hand_stops_that_company():
    group = ic1()
    own = {"partner_id": group.partners[A]}
    group.ledger.entry("2026-10-31", ("6900", "5533.80", own), ("2300", "-5533.80", own))
    assert group.findings() == [("ICF001", "by-hand", "")]


def test_without_a_group_nothing_is_asked():
    ledger = Ledger()
    assert propose(ledger.books(), ledger.policy(), OCTOBER, {}) == []
    group = ic1()
    group.ledger.rows["companies"] = group.ledger.rows["companies"][1:]
    assert group.propose() == []


def test_debits_are_credits_and_a_second_run_gives_nothing():
    rng = random.Random(2)
    for _ in range(4):
        group = Group()
        for at in range(rng.randrange(2, 6)):
            net = f"{rng.randrange(1, 10**7) / 100:.2f}"
            kind = rng.choice(["out_invoice", "out_refund", "in_invoice", "in_refund"])
            group.document(
                net, f"2026-10-{rng.randrange(1, 32):02}", f"X/{at}", kind, currency=rng.choice([USD, EUR])
            )
        made = group.entry()
        assert sum(line.balance for line in made.lines) == 0
        post(group.ledger, made)
        assert group.propose() == []


@pytest.mark.parametrize(
    ("changes", "proposers"),
    [({}, {"IC"}), ({"rules": {"IC": {"enabled": False}}}, {"RB"})],
    ids=["proved by the other company's document", "nobody looks at the group"],
)
def test_a_monthly_fee_within_the_group_is_accrued_once(changes, proposers):
    """A year of the fee makes it a recurring bill as well: both would book October twice."""
    group = ic1()
    for month in range(1, 10):
        number, day = f"INV/2026/{month:05}", f"2026-{month:02}-18"
        group.document("6000.00", day, name=number)
        group.bill("6000.00", day, "5520.00", ref=number)
    account(group.ledger, "2120", "Accrued liabilities", "liability_current", "accrued_liability")
    books = group.books()
    params = {**PARAMS, "roles": group.ledger.roles, **changes}
    run = run_proposers(books, Policy.from_params(params, books.company.currency), OCTOBER, {})
    assert {one.proposer for one in run.entries} == proposers
    assert run.failures == ()
