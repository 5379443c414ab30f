"""Deferred revenue: the worked numbers of DR1, month after month."""

from decimal import Decimal

from tests.agent.core.adjustments.schedule_case import Scheduled, moved

SUPPORT = {"start_date": "2026-10-15", "end_date": "2027-10-14", "name": "Support", "kind": "deferred"}


def supported(on):
    ledger = Scheduled()
    ledger.code = "DR"
    invoice = ledger.invoice("2026-10-15", None, "2400.00", account=on)
    ledger.schedule("2400.00", "2026-10-15", on=on, result="4100", source_line_id=invoice.lines[0], **SUPPORT)
    return ledger


def test_dr1_invoiced_on_revenue():
    ledger = supported("4100")
    months = ledger.run("2026-10", "2026-11")
    assert months["2026-10"] == moved("2288.22", "4100", "2400")
    assert months["2026-11"] == moved("197.26", "2400", "4100")
    assert ledger.balance("2400", "2026-11-30") == Decimal("-2090.96")
    ledger.post("2027-09")
    assert ledger.post("2027-10") == moved("92.03", "2400", "4100")
    assert (ledger.balance("2400"), ledger.balance("4100")) == (0, -2400)


def test_dr1_invoiced_on_deferred_revenue():
    ledger = supported("2400")
    months = ledger.run("2026-10", "2026-11")
    assert months["2026-10"] == moved("111.78", "2400", "4100")
    assert months["2026-11"] == moved("197.26", "2400", "4100")


def test_dr1_the_calculation_follows_the_revenue_account():
    row = supported("4100").entries("2026-10")[0].row()
    assert [(one[1], one[-1]) for one in row["calculation"]["rows"]] == [
        ("booked on cost or revenue", "2400.00"),
        ("released 2026-10", "-111.78"),
    ]
    assert row["reversal_date"] is None
