"""Odoo's wizards that rewrite posted entries by SQL or by new numbers: not below a lock."""

from odoo import api, models

from ..models.guarding import guarded, locked_history
from ..models.refusal import refuse


class AccountMergeWizard(models.TransientModel):
    _inherit = "account.merge.wizard"

    @api.model
    def _action_merge(self, accounts):
        """Merging moves posted items, and the lines of approved entries, to another account."""
        line = locked_history(self.env, [("account_id", "in", accounts.ids)])
        if line:
            raise refuse(
                line.account_id,
                "LCK014",
                self.env._(
                    "%(account)s has entries in locked months (%(entry)s) and can't be merged. Archive the "
                    "account that you no longer need instead.",
                    account=line.account_id.display_name,
                    entry=line.move_id.display_name,
                ),
                action="account.merge",
            )
        _refuse_approved(self, accounts, "account_id", "account.merge")
        return super()._action_merge(accounts)


class AccountResequenceWizard(models.TransientModel):
    _inherit = "account.resequence.wizard"

    def resequence(self):
        """A number that was reported in a locked month is not given to another entry."""
        line = locked_history(self.env, [("move_id", "in", self.move_ids.ids)])
        if line:
            raise refuse(
                line.move_id,
                "LCK014",
                self.env._(
                    "%(entry)s lies in a locked month and keeps its number. Choose entries of open months.",
                    entry=line.move_id.display_name,
                ),
                action="move.resequence",
            )
        return super().resequence()


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Merging rewrites the partner of posted items by SQL, beside every other guard."""
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(partners) > 1:
            # The one that stays keeps its entries as they are.
            gone = partners - self._ai_close_kept(partners, dst_partner)
            line = locked_history(self.env, [("partner_id", "in", gone.ids)])
            if line:
                raise refuse(
                    line.partner_id,
                    "LCK014",
                    self.env._(
                        "%(partner)s stands on entries of locked months (%(entry)s) and can't be merged "
                        "away. Archive the contact, or merge the others into it.",
                        partner=line.partner_id.display_name,
                        entry=line.move_id.display_name,
                    ),
                    action="partner.merge",
                )
            _refuse_approved(self, gone, "partner_id", "partner.merge")
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)

    @api.private
    def _ai_close_kept(self, partners, dst_partner):
        """Return the partner that Odoo would keep."""
        if dst_partner and dst_partner in partners:
            return dst_partner
        return self._get_ordered_partner(partners.ids)[-1:]


def _refuse_approved(wizard, records, field, action):
    """Refuse when a signed staged entry of a guarded company names one of ``records``."""
    signed = ("prepared", "reviewed", "approved", "posted", "reversed")
    lines = wizard.env["ai.close.entry.line"].sudo()
    line = lines.search([(field, "in", records.ids), ("entry_id.state", "in", signed)], limit=1)
    if line and guarded(line.entry_id.company_id):
        raise refuse(
            line[field],
            "LCK014",
            wizard.env._(
                "%(record)s stands on the signed entry %(entry)s and can't be merged away.",
                record=line[field].display_name,
                entry=line.entry_id.display_name,
            ),
            action=action,
        )
