"""What the tests of delivered, not invoiced share: a seller's roles, the first example, invoices."""

from decimal import Decimal

from agent_service.core.adjustments.delivered import propose
from tests.agent.core.builders import OCTOBER, Ledger

PERPETUAL, PERIODIC = 1, 2
CHART = {
    "accrued_income": ("1250", "Accrued income", "asset_current"),
    "deferred_revenue": ("2150", "Deferred revenue", "liability_current"),
    "stock_variation": ("5900", "Stock variation", "expense_direct_cost"),
}


def seller():
    """Return a ledger with what a seller maps, and a product of each way of valuation."""
    ledger = Ledger()
    for role, (code, name, kind) in CHART.items():
        ledger.accounts[code] = ledger.add(
            "accounts", code=code, name=name, account_type=kind, active=True, reconcile=False
        )
        ledger.roles[role] = ledger.accounts[code]
    ledger.roles |= {"cogs": ledger.accounts["5000"], "revenue": ledger.accounts["4000"]}
    for number, valuation in ((PERPETUAL, "real_time"), (PERIODIC, "periodic")):
        ledger.rows["products"].append(
            {"id": number, "name": f"Product {number}", "valuation": valuation}
            | dict.fromkeys(("category", "category_id", "list_price", "is_storable"))
        )
    return ledger


def invoiced(ledger, order, quantity, day, *, account="4000", kind="out_invoice", state="posted", **values):
    """Book an invoice (or credit note) of an order line: only its quantity counts."""
    sale = ledger.row("sale_lines", order)
    amount = f"{Decimal(quantity) * Decimal(85):.2f}"
    doc = ledger.document(
        kind, day, sale["partner_id"], amount, account=account, state=state, product=sale["product_id"]
    )
    ledger.row("lines", doc.lines[0]).update(sale_line_id=order, quantity=quantity, **values)
    return doc


def dn1(ledger, product=PERPETUAL):
    """Order 30 × 85.00 at a cost of 52.00; delivered 18, 4 and 8; invoiced 10 and 12."""
    order = ledger.sale("30", "85.00", ledger.partner("Harbour"), product_id=product)
    for quantity, day in (("18", "2026-10-14"), ("4", "2026-10-31"), ("8", "2026-11-03")):
        value = f"{Decimal(quantity) * 52:.2f}" if product == PERPETUAL else None
        ledger.deliver(order, quantity, day, value, product_id=product)
    invoiced(ledger, order, "10", "2026-10-25")
    invoiced(ledger, order, "12", "2026-11-02")
    return order


def entry(ledger, period=OCTOBER, decided=None, **policy):
    found = propose(ledger.books(), ledger.policy(**policy), period, decided or {})
    assert len(found) <= 1
    return found[0] if found else None
