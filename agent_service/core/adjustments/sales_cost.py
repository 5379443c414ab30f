"""What sold goods cost: by their own stock moves, else by the cost that their invoices booked."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from agent_service.core.analysis.order_quantities import Delivered, exact, invoice_lines
from agent_service.core.model import Books

PERPETUAL, EXPENSED = "real_time", "expensed"


class CostOfSales:
    """Unit costs in minor units of company currency, exact."""

    def __init__(self, books: Books, day: date) -> None:
        """Read how products are valued; invoices up to the day count."""
        self._books, self._day = books, day
        self._valuation: dict[int, str | None] = {}
        if books.has("products"):
            rows = books.frame("products").select("id", "valuation", "is_storable").iter_rows()
            # What isn't kept in stock is an expense when it is bought: its moves carry no value.
            self._valuation = {one: EXPENSED if kept is False else told for one, told, kept in rows}

    def valued_at_each_move(self, product_id: int | None) -> bool | None:
        """Tell whether a product is valued at each move; None when nobody tells."""
        valuation = self._valuation.get(product_id) if product_id is not None else None
        return None if valuation is None else valuation == PERPETUAL

    def unit_cost(self, row: Mapping[str, Any], gone: Delivered) -> Fraction | None:
        """Return the cost of one unit of an order line, None when nobody knows it.

        The value of what was delivered over its quantity; while nothing is delivered, the cost that the
        line's invoices took over the quantity that they invoiced.
        """
        if gone.quantity > 0:
            return None if gone.cost is None else Fraction(gone.cost) / gone.quantity
        return self._booked().get(row["id"])

    def _booked(self) -> dict[int, Fraction]:
        return self._books.once(("cost of invoices", self._day), lambda _books: self._read_booked())

    def _read_booked(self) -> dict[int, Fraction]:
        """Return the unit cost by order line, from the cost lines of its product in the same invoices."""
        cost = self._books.frame("lines").filter(
            pl.col("display_type") == "cogs", pl.col("parent_state") == "posted", pl.col("balance") > 0
        )
        booked = cost.group_by("move_id", "product_id").agg(cost=pl.col("balance").sum())
        lines = invoice_lines(self._books, self._day).filter(pl.col("move_type") == "out_invoice")
        quantities: dict[tuple[int, int], Fraction] = {}
        for move, product, quantity in lines.select("move_id", "product_id", "quantity").iter_rows():
            at = (move, product)
            quantities[at] = quantities.get(at, Fraction(0)) + exact(quantity)
        found: dict[int, Fraction] = {}
        joined = lines.join(booked, on=["move_id", "product_id"]).sort("id")
        for line, move, product, amount in joined.select(
            "sale_line_id", "move_id", "product_id", "cost"
        ).iter_rows():
            if line is not None and quantities[move, product]:
                found[line] = Fraction(amount) / quantities[move, product]
        return found
