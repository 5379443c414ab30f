"""ai.close.source: the facts behind a proposal, read by the server itself, and their digests.

The agent cites a model and an id.  What stands there on a date is read here when the proposal comes in, and
again before it is approved: when the digest differs, the approval refuses.
"""

from odoo import api, models

from ..kernel.canonical import digest, plain
from ..kernel.money import fmt
from .refusal import refuse


class CloseSource(models.AbstractModel):
    _name = "ai.close.source"
    _description = "Facts behind a proposal"

    @api.model
    @api.private
    def _facts(self, model, ids, date, company=None):
        """Return ``{id: facts}`` of records of ``model`` as they stand for ``date``; None if gone.

        A model is citable when there is a method ``_facts_<model>``; bridges add theirs.  Facts are plain
        values without floats and without today's date, so that the same books give the same digest tomorrow.
        """
        method = getattr(self.sudo(), f"_facts_{model.replace('.', '_')}", None)
        if method is None:
            raise refuse(self, "ENT010", self.env._("%(model)s can't be cited as a source.", model=model))
        there = self.env[model].sudo().browse(ids).exists()
        if company and "company_id" in there._fields:
            # What the agent may not read itself, it must not learn by citing it.
            there = there.filtered(lambda record: record.company_id == company)
        found = method(there.ids, date)
        return {res_id: plain(found[res_id]) if res_id in found else None for res_id in ids}

    @api.model
    @api.private
    def _digest(self, facts):
        """Return the digest of one source's facts."""
        return digest(facts)

    @api.model
    @api.private
    def _cited(self, model, ids, date, company=None):
        """Return ``{id: (facts, digest)}``: what a proposal keeps of its sources."""
        return {
            res_id: (facts, self._digest(facts))
            for res_id, facts in self._facts(model, ids, date, company).items()
        }

    @api.model
    def _facts_account_move_line(self, ids, date):
        lines = self.env["account.move.line"].browse(ids)
        return {
            line.id: {
                "move": line.move_id.id,
                "date": line.date,
                "state": line.parent_state,
                "account": line.account_id.id,
                "partner": line.partner_id.id or None,
                "currency": line.currency_id.name,
                "balance": fmt(line.balance, line.company_currency_id.decimal_places),
                "amount_currency": fmt(line.amount_currency, line.currency_id.decimal_places),
            }
            for line in lines
        }

    @api.model
    def _facts_account_move(self, ids, date):
        moves = self.env["account.move"].browse(ids)
        return {
            move.id: {
                "state": move.state,
                "date": move.date,
                "type": move.move_type,
                "partner": move.partner_id.id or None,
                "currency": move.currency_id.name,
                "amount_total": fmt(move.amount_total, move.currency_id.decimal_places),
                "lines": list(self._facts_account_move_line(sorted(move.line_ids.ids), date).values()),
            }
            for move in moves
        }
