"""What made a balance move as steps: from what it was, part by part, to what it is now.

The sums are made here, exactly; the browser only draws them.
"""

from odoo import api, fields, models

from ..kernel.money import fmt, parse

DRIVEN_BY = {"partner": "res.partner", "product": "product.product", "journal": "account.journal"}


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    driver_rows = fields.Json("What made it move", compute="_compute_driver_rows")
    steps = fields.Json("What made it move, step by step", compute="_compute_steps")

    @api.depends("drivers")
    def _compute_driver_rows(self):
        """Rows for a table, each base and dimension with parts that add up to the change."""
        for one in self:
            places, names = one.currency_id.decimal_places, one._driver_names()
            one.driver_rows = [
                {
                    self.env._("Against"): label,
                    self.env._("By"): title,
                    self.env._("Driver"): one._driver_name(row, names[dimension]),
                    self.env._("Amount"): fmt(row["amount"], places),
                }
                for base, label in self._base_labels().items()
                for dimension, title in self._dimension_labels().items()
                for row in one.drivers or ()
                if (row["base"], row["dimension"]) == (base, dimension)
            ]

    @api.depends("drivers", "actual", "month", "year", "against")
    def _compute_steps(self):
        """Return ``[{base, base_label, dimension, label, start, end, change, rows}]``.

        The base that counts comes first.  A row has name, amount, and the running sum before and after it;
        amounts are decimal strings in company currency, debit positive.
        """
        bases, titles = self._base_labels(), self._dimension_labels()
        for one in self:
            names = one._driver_names()
            first = "year" if one.against == "year" else "month"
            one.steps = [
                {
                    "base": base,
                    "base_label": bases[base],
                    "dimension": dimension,
                    "label": title,
                    **one._steps_of(base, dimension, names),
                }
                for base in sorted(bases, key=lambda base, first=first: base != first)
                for dimension, title in titles.items()
            ]

    def _steps_of(self, base, dimension, names):
        places = self.currency_id.decimal_places
        start = now = parse(fmt(self[base], places))
        rows = []
        for row in self.drivers or ():
            if (row["base"], row["dimension"]) != (base, dimension):
                continue
            before, now = now, now + parse(row["amount"])
            amounts = {"amount": now - before, "before": before, "after": now}
            rows.append(
                {
                    "name": self._driver_name(row, names[dimension]),
                    **{name: fmt(amount, places) for name, amount in amounts.items()},
                }
            )
        sums = {"start": start, "end": now, "change": now - start}
        return {**{name: fmt(amount, places) for name, amount in sums.items()}, "rows": rows}

    @api.model
    @api.private
    def _base_labels(self):
        return {"month": self.env._("Month before"), "year": self.env._("Year before")}

    @api.model
    @api.private
    def _dimension_labels(self):
        return {
            "partner": self.env._("Partner"),
            "product": self.env._("Product"),
            "journal": self.env._("Journal"),
        }

    @api.private
    def _driver_names(self):
        """Return ``{dimension: {id: name}}`` of what the reader may see of the drivers."""
        self.ensure_one()
        names = {}
        for dimension, model in DRIVEN_BY.items():
            wanted = [row["id"] for row in self.drivers or () if row["dimension"] == dimension and row["id"]]
            known = self.env[model].browse(sorted(set(wanted))).exists()._filtered_access("read")
            names[dimension] = {each.id: each.display_name for each in known}
        return names

    def _driver_name(self, row, names):
        if row["id"] is None:
            return self.env._("%s others", row["count"])
        return names.get(row["id"]) or (self.env._("not readable") if row["id"] else self.env._("none"))
