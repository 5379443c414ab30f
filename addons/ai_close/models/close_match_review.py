"""The review screen of bank matches: its rows, what remains, and the items a person may choose instead."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..kernel.sod import AUDITOR, CONTROLLER, PREPARER, REVIEWER
from .refusal import refuse

READERS = (PREPARER, REVIEWER, CONTROLLER, AUDITOR)
COLUMNS = (
    "id",
    "line_date",
    "line_label",
    "line_amount",
    "currency_id",
    "band",
    "confidence_text",
    "state",
)
TABS = {
    "look": [("state", "=", "proposed"), ("band", "in", ("review", "ask"))],
    "auto": [("state", "=", "proposed"), ("band", "=", "auto")],
    "done": [("state", "in", ("accepted", "rejected", "undone"))],
}
ORDERS = {
    "date": "line_date, id",
    "amount": "line_amount desc, id",
    "confidence": "confidence, id",
}
# As many rows as a person can have in one screen; the rest comes when these are decided.
MAX_ROWS = 10_000


class AiCloseMatch(models.Model):
    _inherit = "ai.close.match"

    @api.model
    @api.readonly
    def review_load(self, domain=None, tab="look", order="date"):
        """Return the rows of a tab of the review screen, and what remains in all of them.

        ``domain`` is the search of the screen, ``tab`` one of look, auto, done, ``order`` one of date,
        amount, confidence; anything else shows the first. The caller sees what he may read, at most
        10,000 rows. Returns ``{"columns": [name], "rows": [[value]], "more": bool, "hidden": bool,
        "never_run": bool}`` and the keys of ``review_totals``; without a row, ``hidden`` tells that the
        search hides some, and ``never_run`` that there is no match at all.
        """
        self._need_role(*READERS, action="match.review")
        shown = _domain(domain)
        query = self._search(
            shown & Domain(_one_of(TABS, tab)), order=_one_of(ORDERS, order), limit=MAX_ROWS + 1
        )
        columns = [self._field_to_sql(self._table, name, query) for name in COLUMNS]
        rows = self.env.execute_query(query.select(*columns))
        return {
            "columns": COLUMNS,
            "rows": [[_plain(value) for value in row] for row in rows[:MAX_ROWS]],
            "more": len(rows) > MAX_ROWS,
            "hidden": not rows and bool(self.search_count(_one_of(TABS, tab), limit=1)),
            "never_run": not rows and not self.search_count([], limit=1),
            **self._review_totals(shown),
        }

    @api.model
    @api.readonly
    def review_totals(self, domain=None):
        """Return ``{"tabs": {tab: count}, "left": [{currency_id, money_in, money_out}], "left_count": n}``.

        What is left is proposed and not decided, in the currency of the bank account; money out is negative.
        """
        self._need_role(*READERS, action="match.review")
        return self._review_totals(_domain(domain))

    def _review_totals(self, domain):
        counts = dict.fromkeys(TABS, 0)
        for tab, narrowed in TABS.items():
            counts[tab] = self.search_count(domain & Domain(narrowed))
        left = {}
        waiting = domain & Domain("state", "=", "proposed")
        for name, sign in (("money_in", ">"), ("money_out", "<")):
            for currency, total in self._read_group(
                waiting & Domain("line_amount", sign, 0), ["currency_id"], ["line_amount:sum"]
            ):
                each = left.setdefault(
                    currency.id, {"currency_id": currency.id, "money_in": 0.0, "money_out": 0.0}
                )
                each[name] = total
        return {
            "tabs": counts,
            "left": sorted(left.values(), key=lambda each: each["currency_id"] or 0),
            "left_count": self.search_count(waiting),
        }

    # -- another item, chosen by hand

    def review_items(self, query="", picked=(), line_ids=None):
        """Return open items that the bank lines of this match could settle, at most 50.

        ``query`` is a part of a number, a reference or a partner's name, or an amount; without one the items
        of the same amount and the same partner come. ``picked`` are ids chosen already, ``line_ids`` those of
        the match's bank lines that are meant, all that go one way if left out. Returns ``{"items": [item],
        "picked": [item], "lines": [line], "more": bool, "rest": amount, "rest_text": sentence}``: what stays
        of the lines in company currency, positive as money in.
        """
        self.ensure_one()
        self._need_role(PREPARER, REVIEWER, CONTROLLER, action="match.review")
        self.check_access("read")
        meant = None if line_ids is None else _ids(line_ids)
        return self._review_items(query if isinstance(query, str) else "", _ids(picked), meant)

    def review_choose(self, item_ids, account_id=None, label=None, line_ids=None):
        """Match the bank lines with these items in place of what was proposed: a correction, by a person.

        A correction is about all bank lines of the match that go one way, or those of them that ``line_ids``
        names; the agent proposes anew for the others. The rest goes to ``account_id`` when one is named, else
        it stays open. It is accepted at once where the caller may; above his limit it stays proposed for
        somebody else. Returns ``{"id": match, "state": state, "message": why it is not accepted, or ""}``.
        Refuses as *Other item...* does.
        """
        self.ensure_one()
        self._need_role(PREPARER, REVIEWER, CONTROLLER, action="match.propose")
        self.check_access("read")
        lines = self._lines_to_correct(None if line_ids is None else _ids(line_ids))
        line = lines[:1]
        if not lines and line_ids is not None:
            said = self.env._("Leave at least one bank line in.")
            raise refuse(self, "ENT008", said, action="match.propose")
        chosen = self.env["account.move.line"].browse(_ids(item_ids)).exists()
        account = self.env["account.account"].browse(_ids([account_id])).exists()
        if not line or self.state == "accepted":
            raise refuse(self, "ENT007", action="match.propose")
        wizard = self.env["ai.close.match.manual"].create(
            {
                "statement_line_id": line.id,
                "more_line_ids": [(6, 0, lines[1:].ids)],
                "item_ids": [(6, 0, chosen.ids)],
                "account_id": account.id,
                "label": label if isinstance(label, str) else False,
            }
        )
        answer = wizard.action_match()
        made = self.search(
            [("statement_line_id", "=", line.id), ("origin", "=", "person")], order="id desc", limit=1
        )
        message = (answer or {}).get("params", {}).get("message", "") if isinstance(answer, dict) else ""
        return {"id": made.id, "state": made.state, "message": message}


def _domain(domain):
    """Return the search of the screen as a domain; whoever calls over RPC may send anything."""
    if not isinstance(domain, list | tuple):
        return Domain.TRUE
    try:
        return Domain(domain)
    except (TypeError, ValueError) as error:
        raise UserError(str(error)) from error


def _one_of(choices, name):
    return choices[name] if isinstance(name, str) and name in choices else next(iter(choices.values()))


def _ids(values):
    """Return the record ids among ``values``."""
    if not isinstance(values, list | tuple):
        return []
    return [each for each in values if type(each) is int and 0 < each < 2**31]


def _plain(value):
    """Return a value of PostgreSQL as the browser takes it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, int | str | bool | type(None)) else float(value)
