"""What single people earn stays out of staged entries: many read these, who may not know it.

A holiday balance is written and read by controllers and auditors.  The proposal that rests on them has their
sum, and cites one that stands for all of its day: neither the calculation nor the sources tell of how many
people, so that the sum of one is not known as one person's.  What was pinned is read by who reads balances.
"""

from odoo import api, fields, models

PAY = ("ai.close.holiday.balance",)
READERS = "ai_close.group_controller,ai_close.group_auditor"


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def _calculation_problem(self, row):
        """Refuse a calculation or sources with a line for each person, whoever's program sends them."""
        return super()._calculation_problem(row) or self._pay_problem(row)

    def _pay_problem(self, row):
        cited = {source["id"]: source["label"] for source in row["sources"] if source["model"] in PAY}
        balances = self.env["ai.close.holiday.balance"].sudo().browse(cited).exists()
        keys = set(
            balances.search(
                [("company_id", "in", balances.company_id.ids), ("as_of", "in", balances.mapped("as_of"))]
            ).mapped("key")
        )
        said = {cell for cells in row["calculation"]["rows"] for cell in cells} | set(cited.values())
        if len(cited) > 1 or keys & said:
            return "ENT010", self.env._(
                "The entry tells what single people earn, to whoever reads it: the sum only, and one balance"
                " as the source for all of its day."
            )
        return None


class AiCloseEntrySource(models.Model):
    _inherit = "ai.close.entry.source"

    # A proof code of a few known values can be guessed, so it goes with them.
    facts = fields.Json(groups=READERS)
    digest = fields.Char(groups=READERS)

    @api.private
    def _is_told(self):
        """Tell whether this person may see what the source says: its pay, only with the right to read it."""
        self.ensure_one()
        return self.model not in PAY or self.sudo(False).env[self.model].has_access("read")
