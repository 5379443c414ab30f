"""Numbers of entries that are posted together: what a series looks like is read once, not for each entry.

Odoo reads the last entry of the series before it gives each number, with two queries.  Within one posting the
last one is the one that it has just numbered, in the same format; the number itself comes from Odoo's own
counter, which holds the series locked until the transaction ends.
"""

from contextlib import contextmanager

from odoo import api, models

_NAME = "ai_close_numbers"


@contextmanager
def numbering_together(env):
    """Read the format of each series once, for entries that are numbered in this stretch and nowhere else."""
    env.cr.cache[_NAME] = {}
    try:
        yield
    finally:
        env.cr.cache.pop(_NAME, None)


class AccountMove(models.Model):
    _inherit = "account.move"

    @api.private
    def _get_next_sequence_format(self):
        formats = self.env.cr.cache.get(_NAME)
        # Series of payments, refunds and partners depend on more than journal and date.
        if formats is None or self.move_type != "entry" or self.origin_payment_id or self.state == "draft":
            return super()._get_next_sequence_format()
        if self.journal_id.is_self_billing:
            return super()._get_next_sequence_format()
        series = (self.company_id.id, self.journal_id.id, self.date)
        # without Odoo's counter the last number has to be read from the books again
        if series not in formats or not self._get_sequence_cache():
            formats[series] = super()._get_next_sequence_format()
        template, values = formats[series]
        # a copy: Odoo takes the number out of it
        return template, dict(values)
