"""ai.close.blind: an accepted match put before a second person, who does not see what was accepted.

The bank line and what it might pay stand there in an order that tells nothing; the answer is kept and
compared (``precision_blind`` of the key figures).  What was accepted is no field that a person reads.
"""

import secrets

from odoo import api, fields, models
from odoo.tools import SQL, format_amount, format_date

from ..kernel import blind
from ..kernel.match_kinds import NONE as NO_MATCH
from ..kernel.sod import CONTROLLER, REVIEWER
from .refusal import refuse

SECOND = (REVIEWER, CONTROLLER)
OPEN, ANSWERED = "open", "answered"


class CloseBlind(models.Model):
    _name = "ai.close.blind"
    _inherit = ["ai.close.state.mixin"]
    _description = "Blind second look"
    _order = "close_id desc, state desc, id"
    _rec_name = "line_label"

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [(OPEN, "To look at"), (ANSWERED, "Answered")], default=OPEN, required=True, readonly=True, index=True
    )
    # Who knows the match or the key knows the answer: nobody reads them.
    match_id = fields.Many2one(
        "ai.close.match",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups=fields.NO_ACCESS,
    )
    right_key = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    seed = fields.Char("Drawn by seed", readonly=True)
    line_date = fields.Date("Date", readonly=True)
    line_label = fields.Char("Label", readonly=True)
    line_partner = fields.Char("Payer as the bank says", readonly=True)
    line_amount = fields.Monetary("Amount", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    answers = fields.Json(readonly=True)
    answer_rows = fields.Json("What it might pay", compute="_compute_answer_rows")
    answer_count = fields.Integer(compute="_compute_answer_rows")
    choice = fields.Char("Answer", readonly=True)
    agrees = fields.Boolean("As accepted", readonly=True)
    told = fields.Char("Accepted was", compute="_compute_told")
    answered_by_id = fields.Many2one("res.users", "Looked at by", readonly=True)
    answered_at = fields.Datetime("Looked at on", readonly=True)

    _once = models.UniqueIndex("(match_id)", "This match was drawn already.")

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("answers")
    def _compute_answer_rows(self):
        """The answers as a table: a row an item, the key on the first of each."""
        names = (self.env._("Answer"), self.env._("Entry"), self.env._("Partner"), self.env._("Date"))
        amount = self.env._("Amount")
        for one in self:
            currency = one.company_id.currency_id
            one.answer_count = len(one.answers or ())
            one.answer_rows = [
                {
                    **dict(
                        zip(
                            names,
                            (each["key"] if not place else "", item["name"], item["partner"],
                             format_date(self.env, item["date"])),
                            strict=True,
                        )
                    ),
                    amount: format_amount(self.env, float(item["amount"]), currency),
                }
                for each in one.answers or ()
                for place, item in enumerate(each["items"])
            ]  # fmt: skip

    @api.depends("state")
    def _compute_told(self):
        """What was accepted, once somebody answered."""
        for one in self:
            answered = one.sudo() if one.state == ANSWERED else self.browse()
            items = next(
                (each["items"] for each in answered.answers or () if each["key"] == answered.right_key), ()
            )
            names = ", ".join(item["name"] for item in items)
            one.told = f"{answered.right_key}: {names}" if items else False

    # -- drawing

    @api.model
    @api.private
    def _draw(self, close):
        """Draw accepted matches of the agent until ten of ``close`` are drawn; return how many are new."""
        drawn = self.sudo().search([("close_id", "=", close.id)])
        seed = drawn[:1].seed or secrets.token_hex(8)
        accepted = (
            self.env["ai.close.match"]
            .sudo()
            .search(
                [
                    ("close_id", "=", close.id),
                    ("state", "=", "accepted"),
                    ("origin", "=", "agent"),
                    ("kind", "!=", NO_MATCH),
                    ("statement_line_id", "!=", False),
                    ("item_ids", "!=", False),
                    ("id", "not in", drawn.match_id.ids),
                ]
            )
        )
        chosen = accepted.browse(blind.drawn(seed, accepted.ids, blind.SIZE - len(drawn)))
        if chosen:
            self._guarded().create([self._question(match, seed) for match in chosen])
            told = {"seed": seed, "count": len(chosen)}
            self.env["ai.close.audit"]._append("blind.draw", close, after=told)
        return len(chosen)

    def _question(self, match, seed):
        """Return the values of a second look at ``match``."""
        line = match.statement_line_id
        right = match.item_ids.move_line_id.ids
        others = [[item["line_id"] for item in each.get("items") or ()] for each in match.alternatives or ()]
        others += [[each] for each in self._nearest(match)]
        # the order must not tell anything, not even to who knows the seed that is shown
        keyed = blind.answers(secrets.token_hex(8), right, others)
        return {
            "close_id": match.close_id.id,
            "company_id": match.company_id.id,
            "match_id": match.id,
            "right_key": next(key for key, items in keyed if set(items) == set(right)),
            "seed": seed,
            "line_date": match.line_date,
            "line_label": match.line_label,
            "line_partner": line.partner_name,
            "line_amount": match.line_amount,
            "currency_id": match.currency_id.id,
            "answers": [{"key": key, "items": self._shown(items)} for key, items in keyed],
        }

    def _nearest(self, match):
        """Return items of the same side whose amounts lie nearest: what else it might have been."""
        items = match.item_ids.move_line_id
        total = sum(items.mapped("balance"))
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.id FROM account_move_line item
                  JOIN account_account account ON account.id = item.account_id
                 WHERE item.company_id = %s AND item.parent_state = 'posted' AND item.date <= %s
                   AND account.account_type IN ('asset_receivable', 'liability_payable')
                   AND sign(item.balance) = sign(%s) AND item.id <> ALL(%s) AND item.statement_line_id IS NULL
                 ORDER BY abs(item.balance - %s), item.id LIMIT %s
                """,
                match.company_id.id,
                match.line_date,
                total,
                items.ids,
                total,
                blind.MOST_OTHERS,
            )
        )
        return [each for (each,) in rows]

    def _shown(self, ids):
        """Return what a person sees of items: as they were booked, whatever settled them."""
        return [
            {
                "name": item.move_id.name or item.name or "",
                "partner": item.partner_id.display_name or "",
                "date": str(item.date_maturity or item.date),
                "amount": f"{item.balance:.{item.company_currency_id.decimal_places}f}",
            }
            for item in self.env["account.move.line"].sudo().browse(ids).exists()
        ]

    # -- answering

    def action_answer(self, answer=None):
        """Say which of the answers the line pays, or none; who accepted the match does not answer.

        :param answer: the key of an answer, or ``N`` for none of them; a button's context may have it
        """
        action = "blind.answer"
        self._need_role(*SECOND, action=action)
        self.check_access("read")
        answer = answer or self.env.context.get("ai_close_answer")
        for one in self:
            one._lock_rows()
            one._need_state(OPEN, action)
            match = one.sudo().match_id
            one._need_other_than({self.env._("accepted"): match.accepted_by_id}, action=action)
            if answer not in (blind.NONE, *(each["key"] for each in one.answers or ())):
                sentence = self.env._("Choose one of the answers, or none of them.")
                raise refuse(one, "ENT006", sentence, action=action)
            one._transition(
                ANSWERED,
                vals={
                    "choice": answer,
                    "agrees": answer == one.sudo().right_key,
                    "answered_by_id": self.env.uid,
                    "answered_at": self._now(),
                },
            )
        return True


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_blind_sample(self):
        """Draw a blind sample of what was accepted, as far as there is none yet, and show it."""
        self.ensure_one()
        self._need_role(*SECOND, action="blind.draw")
        self.check_access("read")
        self.env["ai.close.blind"]._draw(self)
        return self._window("ai.close.blind", self.env._("Blind sample"), [("close_id", "=", self.id)])

    def _facts_of_blind(self):
        """What a second person said without seeing what was accepted."""
        self.env["ai.close.blind"].flush_model(["state", "agrees"])
        rows = self.env.execute_query(
            SQL(
                "SELECT close_id, count(*) FILTER (WHERE agrees), count(*) FROM ai_close_blind"
                " WHERE close_id = ANY(%s) AND state = %s GROUP BY close_id",
                self.ids,
                ANSWERED,
            )
        )
        return {close_id: {"blind_right": right, "blind_asked": asked} for close_id, right, asked in rows}
