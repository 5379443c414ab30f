"""A posted entry balances, whatever the context says.

Odoo looks at the balance of what is created or written, unless the context has ``check_move_validity`` off,
which it needs while it writes an entry piece by piece, and which any caller of RPC can send.  So entries that
were touched without that look are looked at once, before the transaction is committed.
"""

from contextlib import contextmanager
from functools import partial

from odoo import models
from odoo.tools import SQL

from .guarding import guarded
from .refusal import refuse

_NOTED = "ai_close_unbalanced"


class AccountMove(models.Model):
    _inherit = "account.move"

    @contextmanager
    def _check_balanced(self, container):
        with super()._check_balanced(container):
            yield
        if not self.env.context.get("check_move_validity", True):
            self._ai_close_look_later(container["records"])

    def _ai_close_look_later(self, moves):
        """Have these entries looked at before the commit, once however often they were touched."""
        precommit = self.env.cr.precommit
        if _NOTED not in precommit.data:
            precommit.data[_NOTED] = set()
            precommit.add(partial(_look, self.env(su=True, context={"lang": self.env.lang})))
        precommit.data[_NOTED].update(moves.ids)


def _look(env):
    """Refuse the transaction when a posted entry of a guarded company that it touched doesn't balance."""
    ids = env.cr.precommit.data.pop(_NOTED, None)
    if not ids:
        return
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """
            SELECT item.move_id
              FROM account_move_line item
              JOIN account_move entry ON entry.id = item.move_id
              JOIN res_company company ON company.id = entry.company_id
              JOIN res_currency currency ON currency.id = company.currency_id
             WHERE item.move_id = ANY(%s) AND entry.state = 'posted'
             GROUP BY item.move_id, currency.decimal_places
            HAVING round(sum(item.balance), currency.decimal_places) <> 0
             ORDER BY item.move_id
            """,
            sorted(ids),
        )
    )
    moves = env["account.move"].browse([row[0] for row in rows])
    moves = moves.filtered(lambda move: guarded(move.company_id))
    if moves:
        raise refuse(
            moves[0],
            "ENT003",
            env._("%s is posted and would no longer balance.", moves[0].display_name),
            action="move.balance",
        )
