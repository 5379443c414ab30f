"""What single people earn stays out of staged entries: many read these, who may not know it.

A holiday balance is written and read by controllers and auditors.  The proposal that rests on it has sums;
its sources are pinned like any other, and only those who read the balance itself read what was pinned.
"""

from odoo import api, fields, models

PAY = ("ai.close.holiday.balance",)
READERS = "ai_close.group_controller,ai_close.group_auditor"


class AiCloseEntry(models.Model):
    _inherit = "ai.close.entry"

    def _calculation_problem(self, row):
        """Refuse a calculation with a row for one person, whoever's program sends it."""
        return super()._calculation_problem(row) or self._pay_problem(row)

    def _pay_problem(self, row):
        ids = [source["id"] for source in row["sources"] if source["model"] in PAY]
        keys = set(self.env["ai.close.holiday.balance"].sudo().browse(ids).exists().mapped("key"))
        if keys and any(cell in keys for cells in row["calculation"]["rows"] for cell in cells):
            return "ENT010", self.env._(
                "The calculation tells what single people earn, to whoever reads the entry: sums only."
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
