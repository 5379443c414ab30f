"""ai.close.variance: an account against the month before, the year before and what was expected of it.

The agent computes drivers and expectation; the amounts are the server's own (close_variance_judge.py).  A
person explains, another signs; a new amount or another text opens it again.
"""

from odoo import api, fields, models

from ..kernel import canonical
from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

AREAS = {
    "asset": "assets",
    "liability": "liabilities",
    "equity": "equity",
    "income": "income",
    "expense": "expenses",
}
PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
OF_PEOPLE = frozenset({"explanation", "owner_id"})
UNSIGNED = {"signed_by_id": False, "signed_at": False, "signed_digest": False}
UNPREPARED = {"prepared_by_id": False, "prepared_at": False}


class CloseVariance(models.Model):
    _name = "ai.close.variance"
    _inherit = ["ai.close.state.mixin"]
    _description = "Balance that moved"
    _order = "date desc, is_over desc, size desc, id"

    key = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="cascade")
    run_id = fields.Many2one("ai.close.run", "Told by run", readonly=True)
    account_id = fields.Many2one("account.account", required=True, readonly=True, index=True)
    area = fields.Selection(
        [
            ("assets", "Assets"),
            ("liabilities", "Liabilities"),
            ("equity", "Equity"),
            ("income", "Income"),
            ("expenses", "Expenses"),
        ],
        readonly=True,
    )
    date = fields.Date("As of", required=True, readonly=True)
    actual = fields.Monetary("Now", readonly=True)
    month = fields.Monetary("Month before", readonly=True)
    year = fields.Monetary("Year before", readonly=True)
    expected = fields.Monetary(readonly=True, aggregator=None)
    method = fields.Selection(
        [("seasonal", "Last year's month, grown"), ("median", "Median of the months before")],
        "Expected by",
        readonly=True,
        help="Empty: there is too little history to expect anything.",
    )
    against = fields.Selection(
        [("expected", "Expected"), ("month", "Month before"), ("year", "Year before")], readonly=True
    )
    change = fields.Monetary(readonly=True)
    size = fields.Monetary("Size of the change", readonly=True)
    change_pct = fields.Float(
        "Change %",
        compute="_compute_change_pct",
        digits=(16, 1),
        aggregator=None,
        help="By the account's own direction: fewer sales and less debt read as a fall. Amounts are debit"
        " positive.",
    )
    min_amount = fields.Monetary("Threshold", readonly=True, aggregator=None)
    min_percent = fields.Integer("Threshold %", readonly=True, aggregator=None)
    is_over = fields.Boolean("To explain", readonly=True)
    drivers = fields.Json(readonly=True)
    explanation = fields.Text()
    author = fields.Selection(
        [("template", "Template"), ("person", "Person"), ("model", "Model")],
        readonly=True,
        default="template",
    )
    owner_id = fields.Many2one("res.users", index="btree_not_null")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("prepared", "Explained"),
            ("signed", "Signed"),
            ("stale", "Changed since signed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
    )
    written_by_id = fields.Many2one("res.users", "Text by", readonly=True)
    prepared_by_id = fields.Many2one("res.users", "Explained by", readonly=True)
    prepared_at = fields.Datetime("Explained on", readonly=True)
    signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True)
    signed_at = fields.Datetime("Signed on", readonly=True)
    signed_digest = fields.Char("Signed proof code", readonly=True)
    payload_digest = fields.Char("Proof code", compute="_compute_payload_digest")
    stale_reason = fields.Char("Why it is to be signed again", readonly=True)

    _one_a_key = models.UniqueIndex("(company_id, key)", "This account is compared already.")
    _two_people = models.Constraint(
        "CHECK(state <> 'signed' OR (signed_by_id IS NOT NULL AND prepared_by_id IS NOT NULL"
        " AND signed_by_id <> prepared_by_id AND signed_by_id IS DISTINCT FROM written_by_id))",
        "Who explained a change can't sign it.",
    )

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - OF_PEOPLE - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("account_id", "date")
    def _compute_display_name(self):
        for one in self:
            account = one.account_id.with_company(one.company_id)
            one.display_name = f"{account.display_name}, {one.date:%Y-%m}" if one.date else ""

    # -- the signatures

    @api.private
    def _payload(self):
        """Return everything that a signature covers."""
        places = self.currency_id.decimal_places
        money = {name: fmt(self[name], places) for name in ("actual", "month", "year", "expected")}
        return {
            "key": self.key,
            **money,
            "against": self.against,
            "drivers": self.drivers or [],
            "explanation": self.explanation or "",
            "author": self.author,
        }

    @api.depends("actual", "month", "year", "expected", "against", "drivers", "explanation", "author")
    def _compute_payload_digest(self):
        for one in self.sudo():
            one.payload_digest = canonical.digest(one._payload()) if one.key else False

    def write(self, vals):
        """A person's text is a person's; what was signed or explained with another text is open again."""
        if "explanation" not in vals or (self.env.su and "author" in vals):
            return super().write(vals)
        text = (vals["explanation"] or "").strip()
        others = {name: value for name, value in vals.items() if name != "explanation"}
        result = super().write(others) if others else True
        self._need_role(*PEOPLE, action="variance.explain")
        self.check_access("write")
        for one in self:
            one._need_open_close("variance.explain")
            if text != (one.explanation or ""):
                one._fall(self.env._("The explanation was changed."))
                vals = {"explanation": text, "author": "person", "written_by_id": self.env.uid}
                one._guarded().write(vals)
        return result

    @api.private
    def _fall(self, why):
        """Take back what was signed or explained: it is no longer what stands here."""
        for one in self.sudo():
            if one.state == "signed":
                one._transition("stale", role=SERVER, reason=why, vals={"stale_reason": why})
            elif one.state == "prepared":
                one._transition("open", role=SERVER, reason=why, vals={**UNPREPARED, "stale_reason": why})

    def action_prepare(self):
        """Say that the text explains the change as the books have it now; another person signs it."""
        action = "variance.prepare"
        self._need_role(*PEOPLE, action=action)
        self.check_access("read")
        for one in self:
            one._lock_rows()
            one._need_open_close(action)
            one._need_same_books(action)
            if not one.explanation:
                sentence = self.env._("Write why %s moved, then hand it on.", one.display_name)
                raise refuse(one, "ENT009", sentence, action=action)
            if one.state == "stale":
                one._transition("open", action="variance.open", vals={**UNPREPARED, **UNSIGNED})
            one._meet()
            one._transition(
                "prepared",
                vals={"prepared_by_id": self.env.uid, "prepared_at": self._now(), "stale_reason": False},
            )
        return True

    def action_sign(self):
        """Sign what another person explained, as it was shown and as the books have it now."""
        action = "variance.sign"
        self._need_role(REVIEWER, CONTROLLER, action=action)
        self.check_access("read")
        seen = self.env.context.get("ai_close_seen")
        for one in self:
            one._lock_rows()
            one._need_open_close(action)
            # handing on somebody else's text is no second look at it
            makers = {self.env._("explained"): one.prepared_by_id, self.env._("wrote"): one.written_by_id}
            one._need_other_than(makers, action=action)
            if seen is not None and seen != one.payload_digest:
                raise refuse(one, "ENT015", action=action)
            one._need_same_books(action)
            digest = one.payload_digest
            one._meet()
            one._transition(
                "signed",
                vals={"signed_by_id": self.env.uid, "signed_at": self._now(), "signed_digest": digest},
            )
        return True

    def action_send_back(self):
        """Take an explanation back, or send it back to who wrote it."""
        self._need_role(*PEOPLE, action="variance.send_back")
        self.check_access("read")
        for one in self:
            one._lock_rows()
            one._need_open_close("variance.send_back")
            one._transition("open", vals=UNPREPARED)
        return True

    def _need_open_close(self, action):
        if self.close_id.sudo()._is_locked_now():
            raise refuse(self, "LCK001", action=action)

    @api.private
    def _audit_evidence(self):
        found = super()._audit_evidence()
        for one in self.sudo():
            found.setdefault(one.id, {})["digest"] = one.payload_digest
        return found

    def action_items(self):
        """Open the journal items of the account, of the month and what it is compared with."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.move.line",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("account_id", "=", self.account_id.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", str(self.date)),
            ],
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "context": {"create": False},
        }
