"""The findings of a document against its order line, the same for both sides of trade."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from agent_service.core.facts import about_entry, partner_names
from agent_service.core.findings import Finding, Record
from agent_service.core.model import Books
from agent_service.core.order_match import EPSILON, SALE, Side, number_text, order_lines, other_unit
from agent_service.core.period import Period
from agent_service.core.policy import Policy

_WORDS = {
    "purchase_lines": ("billed", "received", "bill"),
    "sale_lines": ("invoiced", "delivered", "invoice"),
}
_MODELS = {"purchase_lines": "purchase.order.line", "sale_lines": "sale.order.line"}


def against_order(
    books: Books, policy: Policy, period: Period, side: Side, code: str, defaults: Mapping[str, Any]
) -> list[Finding]:
    """Return one finding for each order line and facet (*quantity*, *price*); see the rules."""
    own = policy.parameters(code, defaults)
    qty_slack = float(own.decimal("qty_tolerance_pct")) / 100
    price_slack = float(own.decimal("price_tolerance_pct")) / 100
    least = max(policy.amount(own, "match_min_amount"), policy.tolerance_minor(1))
    found = []
    lines = order_lines(books, side, period)
    if not lines.height:
        return []
    for row in lines.filter(_apart(qty_slack, price_slack)).iter_rows(named=True):
        if row["qty"] is None or row["qty"] <= EPSILON or not row["net_company"]:
            continue
        in_company = row["net_company"] / row["net"] if row["net"] else 1.0
        unit = row["net_company"] / row["qty"]
        if row["same_currency"] and other_unit(row, price_slack):
            continue
        due = row["due"]
        over = row["qty"] - due * (1 + qty_slack) if due is not None else 0.0
        if over > EPSILON:
            excess = (row["qty"] - due) * unit
            if row["same_currency"] and row["price"]:
                # what a price credit note took back is no excess: the money is what counts
                excess = min(excess, (row["net"] - due * row["price"]) * in_company)
            if excess >= least:
                found.append(_finding(books, row, side, "quantity", round(excess)))
        if not row["same_currency"] or not row["price"] or row["price"] <= 0:
            continue
        off = row["net"] - row["qty"] * row["price"]
        if abs(off) > price_slack * row["qty"] * row["price"] + EPSILON and abs(off * in_company) >= least:
            if side is SALE and row["net"] == 0:
                continue
            found.append(_finding(books, row, side, "price", round(abs(off * in_company))))
    return found


def _apart(qty_slack: float, price_slack: float) -> pl.Expr:
    """Tell, a hair too generously, which lines to look at: of most neither quantity nor price is off."""
    qty, agreed = pl.col("qty"), pl.col("qty") * pl.col("price")
    more = qty - pl.col("due") * (1 + qty_slack) > EPSILON / 2
    off = (pl.col("net") - agreed).abs() > price_slack * agreed * (1 - EPSILON)
    return more.fill_null(value=False) | off.fill_null(value=False)


def _finding(books: Books, row: dict, side: Side, facet: str, amount: int) -> Finding:
    billed, received, document = _WORDS[side.table]
    scale = 10 ** books.currency(row["bill_currency"]).decimals
    order = row["order_name"] or f"order line {row['id']}"
    partner = partner_names(books).get(row["partner_id"], "")
    price, paid = row["price"], row["net"] / row["qty"]
    quantities = (
        f"{number_text(row['qty'])} {billed}, {number_text(row['fulfilled'])} {received}, "
        f"{number_text(row['ordered'])} ordered"
    )
    prices = f"{number_text(round(paid / scale, 4))} a unit {billed}" + (
        f", {number_text(round(price / scale, 4))} ordered" if price is not None else ""
    )
    anchor = Record(_MODELS[side.table], row["id"], order)
    return about_entry(
        books,
        row["move_ids"][-1],
        facet,
        f"{order}: {quantities if facet == 'quantity' else prices}",
        f"The {document} {{}} of {partner or order}: {quantities}; {prices}; the difference is "
        f"{books.show(amount)}.",
        amount=amount,
        lines=tuple(row["line_ids"]),
        moves=tuple(row["move_ids"][:-1]),
        more=(anchor,),
        anchor=anchor,
        evidence={
            "order": order,
            "ordered": number_text(row["ordered"]),
            received: number_text(row["fulfilled"]),
            billed: number_text(row["qty"]),
            "order_price": number_text(price / scale) if price is not None else "",
            "document_price": number_text(paid / scale),
            "by": row[side.policy] or "",
        },
    )
