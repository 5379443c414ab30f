"""ACC002 Invoice against order and delivery.

**What it does** Compares what was invoiced of each sales order line with what was ordered and delivered.
Facets: *quantity*, *price*.

**Why it matters** Occurrence and accuracy of revenue: what was invoiced and not delivered is no revenue
yet, and a price off the order comes back as a complaint or is lost.

**Method** Per sales order line, posted invoices less credit notes up to P end, an invoice of it in P.
*quantity*: invoiced > delivered (`invoice_policy='delivery'`) or ordered, by more than `qty_tolerance_pct`.
*price*: net of discount off the order by more than `price_tolerance_pct`. Both from `match_min_amount` on.
Example: ordered 5 at 80.00, delivered 5, invoiced 5 at 88.00 → *price*, 40.00.

**False positives** A down payment and its deduction; a free sample; returned goods with their credit note.
Delivered and never invoiced is a matter of accruals.

**Source** AICPA audit data analytics, revenue; `sale.order.line`, `account.move.line.sale_line_ids`."""

from agent_service.core.checks.order_findings import against_order
from agent_service.core.findings import Finding
from agent_service.core.model import Books
from agent_service.core.order_match import SALE
from agent_service.core.period import Period
from agent_service.core.policy import Policy

CODE = "ACC002"
TITLE = "Invoice against order and delivery"
SEVERITY = "high"
WHY = "Revenue that was not delivered, or at another price than agreed, doesn't stay."
REMEDY = "Issue a credit note, or invoice the rest at the agreed price."
PARAMETERS = {"qty_tolerance_pct": 0, "price_tolerance_pct": 2, "match_min_amount": "0.002 M"}


def check(books: Books, policy: Policy, period: Period) -> list[Finding]:
    """Return one finding for each order line and facet; the amount is the difference."""
    return against_order(books, policy, period, SALE, CODE, PARAMETERS)
