"""The ledger's side of tie-outs, added up by the server itself: nobody signs a sum of the agent's."""

from odoo import api, models
from odoo.tools import SQL

from ..kernel.money import exact, fmt, parse
from .refusal import refuse


class CloseTieOut(models.Model):
    _inherit = "ai.close.tie.out"

    @api.model
    @api.private
    def _sums(self, specs):
        """Return ``[(sum, sum in company currency)]`` of posted items, Decimals, one for each of ``specs``.

        A spec has ``company_id``, ``date``, ``account_ids``, ``partner_id`` (a commercial partner, or None
        for everybody) and ``currency_id`` (items in that currency in its amounts, or None for all in
        company currency).  Posted is what both the item and its entry say is posted.
        """
        specs = list(specs)
        if not specs:
            return []
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model(["state"])
        wanted = SQL(", ").join(
            SQL(
                "(%s, %s, %s::date, %s::int[], %s, %s)",
                number,
                spec["company_id"],
                spec["date"],
                sorted(spec["account_ids"]),
                spec["partner_id"] or 0,
                spec["currency_id"] or 0,
            )
            for number, spec in enumerate(specs)
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT spec.number, summed.amount, summed.own
                  FROM (VALUES %s) AS spec (number, company, day, accounts, partner, currency)
                  JOIN LATERAL (
                       SELECT coalesce(sum(CASE WHEN spec.currency > 0 THEN line.amount_currency
                                                ELSE line.balance END), 0) AS amount,
                              coalesce(sum(line.balance), 0) AS own
                         FROM account_move_line line
                         JOIN account_move move ON move.id = line.move_id AND move.state = 'posted'
                         LEFT JOIN res_partner partner ON spec.partner > 0 AND partner.id = line.partner_id
                        WHERE line.company_id = spec.company AND line.account_id = ANY(spec.accounts)
                          AND line.date <= spec.day AND line.parent_state = 'posted'
                          AND (spec.partner = 0
                               OR coalesce(partner.commercial_partner_id, line.partner_id) = spec.partner)
                          AND (spec.currency = 0 OR line.currency_id = spec.currency)
                  ) summed ON true
                 ORDER BY spec.number""",
                wanted,
            )
        )
        return [(amount, own) for _number, amount, own in rows]

    @api.private
    def _spec(self):
        """Return which posted items make up this tie-out's balance."""
        record = self.sudo()
        return {
            "company_id": record.company_id.id,
            "date": record.date,
            "account_ids": record.account_ids.ids,
            "partner_id": record.partner_id.id or None,
            "currency_id": record.currency_id.id if record.by_currency else None,
        }

    @api.private
    def _balances_now(self):
        """Return ``{record: balance}`` as the books stand now, decimal strings of each one's currency."""
        sums = self._sums(record._spec() for record in self)
        return {
            record: fmt(amount, record.currency_id.decimal_places)
            for record, (amount, _own) in zip(self, sums, strict=True)
        }

    @api.private
    def _moved(self):
        """Return ``{record: balance now}`` of those whose balance is another one than they say."""
        return {
            record: now
            for record, now in self._balances_now().items()
            if parse(now) != exact(record.balance).quantize(parse(now))
        }

    def _need_same_balance(self, action):
        """Refuse to sign a balance that the ledger doesn't show any more."""
        now = self.sudo()._moved().get(self.sudo())
        if now is not None:
            raise refuse(
                self,
                "ENT060",
                self.env._(
                    "%(name)s: the ledger shows %(now)s on %(day)s, not %(then)s. Let the agent run again.",
                    name=self.name,
                    now=now,
                    day=self.date,
                    then=fmt(self.balance, self.currency_id.decimal_places),
                ),
                action=action,
            )
