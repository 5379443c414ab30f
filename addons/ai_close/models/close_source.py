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
        if company:
            # What the agent may not read itself, it must not learn by citing it.
            there = there.filtered(lambda record: self._is_of(record, company))
            method = getattr(self.sudo().with_company(company), method.__name__)
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
    def _is_of(self, record, company):
        """Tell whether ``record`` may be a source in ``company``: its own, or shared by what it is."""
        if record._name == "account.account":
            return bool(record.company_ids & company.parent_ids)
        if record._name == "res.partner":
            return not record.company_id or record.company_id in company.parent_ids
        if record._name == "res.currency.rate":
            return not record.company_id or record.company_id == company.root_id
        if record._name == "account.move" and record.company_id != company:
            return self._is_addressed(record, company)
        return "company_id" not in record._fields or record.company_id == company

    @api.model
    def _is_addressed(self, move, company):
        """Is ``move`` another company's invoice or bill whose other party is ``company``?"""
        return (
            move.is_invoice(include_receipts=True)
            and move.commercial_partner_id == company.partner_id.commercial_partner_id
        )

    @api.model
    def _facts_account_move_line(self, ids, date):
        """What an item says, and what of it was open on ``date``: less its reconciliations until then."""
        lines = self.env["account.move.line"].browse(ids)
        facts = self._item_facts(lines)
        spans = [name for name in ("start_date", "end_date") if name in lines._fields]
        for line in lines:
            places = line.company_currency_id.decimal_places
            shares = line.analytic_distribution or {}
            parts = [
                (sign * part.amount, sign * part[f"{side}_amount_currency"])
                for side, sign, found in (
                    ("debit", -1, line.matched_credit_ids),
                    ("credit", 1, line.matched_debit_ids),
                )
                for part in found
                if part.max_date <= date
            ]
            facts[line.id].update(
                name=line.name or "",
                due=line.date_maturity or None,
                analytic={key: fmt(float(share), 6) for key, share in shares.items()},
                open=fmt(line.balance + sum(part for part, _ in parts), places),
                open_currency=fmt(
                    line.amount_currency + sum(part for _, part in parts), line.currency_id.decimal_places
                ),
                **{name: line[name] or None for name in spans},
            )
        return facts

    @api.model
    def _item_facts(self, lines):
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
        """What an entry says; of another company's document no more than stands on the paper."""
        facts = {}
        for move in self.env["account.move"].browse(ids):
            places = move.currency_id.decimal_places
            facts[move.id] = {
                "state": move.state,
                "date": move.date,
                "type": move.move_type,
                "partner": move.partner_id.id or None,
                "currency": move.currency_id.name,
                "amount_total": fmt(move.amount_total, places),
            }
            if move.company_id == self.env.company or not self._is_addressed(move, self.env.company):
                facts[move.id]["lines"] = list(self._item_facts(move.line_ids.sorted("id")).values())
            else:
                facts[move.id].update(
                    number=move.name, ref=move.ref or None, amount_untaxed=fmt(move.amount_untaxed, places)
                )
        return facts
