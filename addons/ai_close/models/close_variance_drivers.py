"""What made a balance move as steps: from what it is compared with, part by part, to what it is now.

The sums are made here, exactly; the browser only draws them.
"""

from decimal import ROUND_HALF_UP, Decimal

from odoo import api, fields, models
from odoo.tools import format_amount

from ..kernel.money import fmt, parse
from ..kernel.trial_balance import minor
from ..kernel.variance import BASES, EXPECTED, percent, via

DRIVEN_BY = {"partner": "res.partner", "product": "product.product", "journal": "account.journal"}


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    steps = fields.Json("What made it move, step by step", compute="_compute_steps")
    compared = fields.Char("In words", compute="_compute_compared")

    @api.depends("actual", "month", "year", "expected", "against", "area")
    def _compute_change_pct(self):
        """The change in percent of what counts, by the account's natural direction; 0 from nothing."""
        for one in self:
            share = one._share()
            one.change_pct = float(share) if share is not None else 0.0

    @api.depends("actual", "month", "year", "expected", "against", "method", "area", "change")
    def _compute_compared(self):
        """Say in a sentence what the change is the difference of, and which way it goes."""
        for one in self:
            if not one.against:
                one.compared = False
                continue
            said = self.env._(
                "%(change)s is %(actual)s now less %(base)s %(against)s.",
                change=one._money(one.change),
                actual=one._money(one.actual),
                base=one._money(one[one.against]),
                against=one._against_words(),
            )
            share = one._share()
            if share:
                rise = self.env._("A rise of %s %% in the account's own direction.", abs(share))
                fall = self.env._("A fall of %s %% in the account's own direction.", abs(share))
                said = f"{said} {rise if share > 0 else fall}"
            one.compared = said

    @api.depends("drivers", "actual", "month", "year", "expected", "against", "method", "area")
    def _compute_steps(self):
        """Return ``[{base, base_label, dimension, label, says, start, end, change, rows}]``.

        The base that the change is told against comes first: its rows add up to the change, to the cent.
        A row has name, amount, and the running sum before and after it; amounts are decimal strings in
        company currency, debit positive.
        """
        labels, titles = self._base_labels(), self._dimension_labels()
        for one in self:
            names = one._driver_names()
            one.steps = [
                {
                    "base": base,
                    "base_label": labels[base],
                    "dimension": dimension,
                    "label": title,
                    "says": one._step_words(base),
                    **one._steps_of(base, dimension, names, labels),
                }
                for base in one._step_bases()
                for dimension, title in titles.items()
            ]

    @api.private
    def _step_bases(self):
        """Return what the steps are told from, what the change is against first."""
        bases = (EXPECTED, *BASES) if self.method else BASES
        return sorted(bases, key=lambda base: base != self.against)

    def _steps_of(self, base, dimension, names, labels):
        places = self.currency_id.decimal_places
        start = now = parse(fmt(self[base], places))
        rows = []

        def step(name, amount):
            nonlocal now
            before, now = now, now + amount
            amounts = {"amount": amount, "before": before, "after": now}
            rows.append({"name": name, **{key: fmt(each, places) for key, each in amounts.items()}})

        told = via(self.area, self.method) if base == EXPECTED else base
        if apart := parse(fmt(self[told], places)) - start:
            step(self.env._("%(base)s less %(expected)s", base=labels[told], expected=labels[base]), apart)
        for row in self.drivers or ():
            if (row["base"], row["dimension"]) == (told, dimension):
                step(self._driver_name(row, names[dimension]), parse(row["amount"]))
        sums = {"start": start, "end": now, "change": now - start}
        return {**{name: fmt(amount, places) for name, amount in sums.items()}, "rows": rows}

    def _step_words(self, base):
        """Say what the steps from this base explain: the change above, or another one."""
        words = self._base_words()
        if base != self.against:
            return self.env._(
                "From %(base)s to now. The change above is another one: it is against %(against)s.",
                base=words[base],
                against=words[self.against],
            )
        if base == EXPECTED:
            return self.env._(
                "From what was expected to now, the change above: first how far %(base)s lay from the"
                " expectation, then what moved since.",
                base=words[via(self.area, self.method)],
            )
        return self.env._("From %s to now, the change above.", words[base])

    @api.private
    def _share(self):
        """Return the change in percent with one digit, halves away from zero; None from nothing."""
        places = self.currency_id.decimal_places
        base = minor(fmt(self[self.against], places), places) if self.against else 0
        share = percent(minor(fmt(self.actual, places), places), base, self.area)
        if share is None:
            return None
        exact = Decimal(share.numerator) / Decimal(share.denominator)
        return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def _against_words(self):
        if self.against == EXPECTED:
            methods = dict(self._fields["method"]._description_selection(self.env))
            return self.env._("expected (%s)", methods.get(self.method, ""))
        return {"month": self.env._("a month before"), "year": self.env._("a year before")}[self.against]

    @api.model
    @api.private
    def _base_labels(self):
        return {
            EXPECTED: self.env._("Expected"),
            "month": self.env._("Month before"),
            "year": self.env._("Year before"),
        }

    @api.model
    @api.private
    def _base_words(self):
        return {
            EXPECTED: self.env._("what was expected"),
            "month": self.env._("the month before"),
            "year": self.env._("the year before"),
        }

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
