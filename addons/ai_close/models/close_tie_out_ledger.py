"""The ledger's side of tie-outs, added up by the server itself: nobody signs a sum of the agent's."""

from decimal import Decimal

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
        # what has company, day and partner in common is one pass over the items
        accounts = {}
        for spec in specs:
            accounts.setdefault(_common(spec), set()).update(spec["account_ids"])
        found = {common: self._sums_by_account(*common, sorted(own)) for common, own in accounts.items()}
        return [_summed(spec, found[_common(spec)]) for spec in specs]

    def _sums_by_account(self, company, day, partner, accounts):
        """Return ``{(account id, currency id): (sum in that currency, sum in company currency)}``, Decimals.

        They come as text, for Odoo reads the database's exact numbers as floats.
        """
        of_partner = SQL(
            "AND EXISTS (SELECT FROM res_partner partner WHERE partner.id = line.partner_id"
            " AND coalesce(partner.commercial_partner_id, partner.id) = %s)",
            partner,
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.account_id, line.currency_id, sum(line.amount_currency)::text,
                       sum(line.balance)::text
                  FROM account_move_line line
                 WHERE line.company_id = %s AND line.date <= %s AND line.parent_state = 'posted'
                   AND line.account_id = ANY(%s) %s
                   -- what an entry says of itself counts too, and few are not posted
                   AND NOT EXISTS (SELECT FROM account_move entry
                                    WHERE entry.id = line.move_id AND entry.state <> 'posted')
                 GROUP BY line.account_id, line.currency_id""",
                company,
                day,
                accounts,
                of_partner if partner else SQL(),
            )
        )
        return {
            (account, currency): (Decimal(amount or 0), Decimal(own or 0))
            for account, currency, amount, own in rows
        }

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

    def action_items(self):
        """Open the posted items that the ledger's side is the sum of, with the reader's own rights."""
        self.ensure_one()
        self.check_access("read")
        spec = self._spec()
        domain = [
            ("company_id", "=", spec["company_id"]),
            ("account_id", "in", spec["account_ids"]),
            ("date", "<=", spec["date"]),
        ]
        if spec["partner_id"]:
            domain.append(("partner_id.commercial_partner_id", "=", spec["partner_id"]))
        if spec["currency_id"]:
            domain.append(("currency_id", "=", spec["currency_id"]))
        return self.env["ai.close.as.of"]._items_action(self.name, domain)

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


def _common(spec):
    """Return company, day and partner (0 for everybody) of a spec."""
    return spec["company_id"], str(spec["date"]), spec["partner_id"] or 0


def _summed(spec, found):
    """Return the sums of one spec, see ``_sums``."""
    accounts, wanted = set(spec["account_ids"]), spec["currency_id"]
    own = [
        sums
        for (account, currency), sums in found.items()
        if account in accounts and wanted in (None, False, 0, currency)
    ]
    in_company = sum((balance for _amount, balance in own), Decimal(0))
    return sum((amount for amount, _balance in own), Decimal(0)) if wanted else in_company, in_company
