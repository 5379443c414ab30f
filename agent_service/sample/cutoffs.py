"""Goods that moved in another month than their bill or invoice: what the last month owes to its neighbours.

Nobody accrued at the former month's end, so each such order line is an error of cut-off. Written from the
definition, by our own arithmetic: nothing here may import `agent_service.core`.
"""

from collections import defaultdict
from decimal import Decimal

from agent_service.sample.builder import Builder
from agent_service.sample.documents import Document
from agent_service.sample.money import cents
from agent_service.sample.planted import Truths

# The least effect that counts, as a share of materiality.
LEAST_SHARE = Decimal("0.05")
COMPANY = "trading"


def add(build: Builder, truths: Truths) -> None:
    """Name each order line of which a part moved in one month and was billed in another, either the last."""
    plan, end = build.plan, build.end
    least = LEAST_SHARE * Decimal(plan.policy["materiality"])
    billed: dict[str, list[tuple[Document, Decimal, Decimal]]] = defaultdict(list)
    for document in plan.documents:
        if document.company != COMPANY or document.state != "posted" or document.kind.endswith("refund"):
            continue
        for line in document.lines:
            if line.order_line:
                worth = build.rates.convert(
                    line.subtotal, document.currency, build.companies[COMPANY].currency, document.invoice_day
                )
                billed[line.order_line].append((document, line.quantity, worth))
    for order in plan.orders:
        if order.company != COMPANY or order.state != "confirmed":
            continue
        for line in order.lines:
            product = build.products.get(line.product)
            if order.kind != "sale" and product and product.purchase_method != "receive":
                continue
            bills = billed.get(line.key, [])
            moves = [(one.day, one.quantities.get(line.key, Decimal(0))) for one in order.transfers]
            moves = [(day, quantity) for day, quantity in moves if quantity > 0]
            if not bills or not moves:
                continue
            both = min(sum(q for _d, q, _w in bills), sum(q for _d, q in moves))
            billed_here = sum((q for d, q, _w in bills if end.start <= d.day <= end.end), Decimal(0))
            moved_here = sum((q for d, q in moves if end.start <= d <= end.end), Decimal(0))
            shifted = abs(min(billed_here, both) - min(moved_here, both))
            quantity = sum(q for _d, q, _w in bills)
            if cents(sum(w for _d, _q, w in bills) * shifted / quantity) >= least:
                last = max(bills, key=lambda one: one[0].day)[0]
                truths.error("CUT002", "delivery", "high", last.key, note="goods moved in another month")
