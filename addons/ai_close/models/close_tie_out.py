"""ai.close.tie.out: a balance of the ledger against what else is known of it, signed by two people.

The agent computes both sides; the server adds the ledger's balance up by itself whenever the numbers come
in and whenever somebody signs.  No data is a state of its own and never a zero.
"""

from odoo import api, fields, models

from ..kernel.canonical import digest, plain
from ..kernel.money import fmt
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from ..kernel.tie_out import AREAS, KINDS
from .close_state_mixin import passes
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
SIGNED = ("prepared", "signed")
WAITING = ("open", "prepared", "stale", "no_data")
TEXT_MIN_CHARS = 10
READ, NO_DATA, BY_HAND = "read", "no_data", "by_hand"
UNSIGNED = {
    "prepared_by_id": False,
    "prepared_at": False,
    "signed_by_id": False,
    "signed_at": False,
    "signed_digest": False,
    "signed_files": False,
}


class CloseTieOut(models.Model):
    _name = "ai.close.tie.out"
    _inherit = ["ai.close.state.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Tie-out"
    _order = "close_id desc, area, kind, name, id"
    _mail_post_access = "read"

    key = fields.Char(required=True, readonly=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="close_id.company_id", store=True, index=True, readonly=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    kind = fields.Selection(
        [(kind, name) for kind, (_area, name) in KINDS.items()], required=True, readonly=True
    )
    area = fields.Selection(list(AREAS.items()), required=True, readonly=True)
    name = fields.Char("Balance", required=True, readonly=True)
    date = fields.Date("As of", required=True, readonly=True)
    account_ids = fields.Many2many("account.account", string="Accounts", readonly=True)
    partner_id = fields.Many2one("res.partner", "Company of the group", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    by_currency = fields.Boolean(
        readonly=True,
        help="Only items in this currency, in its amounts; else all of them in company currency.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("no_data", "No data"),
            ("prepared", "To sign"),
            ("signed", "Signed"),
            ("stale", "Changed since sign-off"),
            ("dropped", "No longer needed"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    source_state = fields.Selection(
        [(READ, "Read"), (NO_DATA, "No data"), (BY_HAND, "Given by a person")],
        "Other side is",
        required=True,
        readonly=True,
        default=READ,
    )
    source = fields.Char("Other side", readonly=True)
    why = fields.Char("Why there is no data", readonly=True)
    balance = fields.Monetary("Ledger", readonly=True, aggregator=None)
    other_balance = fields.Monetary("Amount of the other side", readonly=True, aggregator=None)
    difference = fields.Monetary(readonly=True, aggregator=None, help="Ledger less other side.")
    explained = fields.Monetary(
        readonly=True, aggregator=None, help="What lies between both sides and may: it comes by itself."
    )
    open_amount = fields.Monetary(
        "Left open", readonly=True, aggregator=None, help="The difference that nothing explains."
    )
    balance_own = fields.Monetary(
        "Ledger (own currency)", readonly=True, currency_field="company_currency_id"
    )
    no_data_count = fields.Integer("Without data", readonly=True)
    ties = fields.Boolean(
        readonly=True, help="Nothing is left open, up to the policy's tolerance for rounding."
    )
    high_risk = fields.Boolean(readonly=True, help="Tied out every month.")
    required = fields.Boolean(
        "Due this month", readonly=True, help="Risky, its turn, or it does not tie: it has to be signed."
    )
    item_ids = fields.One2many("ai.close.tie.out.item", "tie_out_id", "Reconciling items", readonly=True)
    note = fields.Text("Notes")
    given_by_id = fields.Many2one("res.users", "Other side given by", readonly=True)
    prepared_by_id = fields.Many2one("res.users", "Prepared by", readonly=True)
    prepared_at = fields.Datetime("Prepared on", readonly=True)
    signed_by_id = fields.Many2one("res.users", "Signed by", readonly=True)
    signed_at = fields.Datetime("Signed on", readonly=True)
    signed_digest = fields.Char("Signed proof code", readonly=True)
    signed_files = fields.Json("Files as signed", readonly=True)
    payload_digest = fields.Char("Proof code", readonly=True)
    stale_reason = fields.Char("What changed", readonly=True)
    struck_signatures = fields.Json("Signatures struck", readonly=True)
    row_digest = fields.Char(
        readonly=True, help="Of what the agent handed in: the same again changes nothing."
    )
    run_id = fields.Many2one("ai.close.run", "Computed by run", readonly=True)
    last_run_id = fields.Many2one("ai.close.run", "Last seen by run", readonly=True)

    _one_a_key = models.UniqueIndex("(company_id, key)", "This tie-out is there already.")
    _two_people = models.Constraint(
        "CHECK(prepared_by_id IS NULL OR signed_by_id IS NULL OR prepared_by_id <> signed_by_id)",
        "Who prepared a tie-out can't sign it.",
    )
    _signed_by_two = models.Constraint(
        "CHECK(state <> 'signed' OR (prepared_by_id IS NOT NULL AND signed_by_id IS NOT NULL))",
        "A signed tie-out bears two names.",
    )

    @api.model
    @api.private
    def _protected(self):
        kept = {name for name in self._fields if name.startswith(("message_", "activity_", "my_activity"))}
        kept |= {"note", "display_name", "website_message_ids", "has_message", "rating_ids"}
        return set(self._fields) - {*models.MAGIC_COLUMNS} - kept

    # -- what people write

    def write(self, vals):
        if passes(self.env) or self.env.su or "note" not in vals:
            return super().write(vals)
        self._need_role(*PEOPLE, action="tie_out.note")
        for record in self:
            record._need_open_period("tie_out.note")
            if record.state in SIGNED:
                raise refuse(
                    record,
                    "ENT001",
                    self.env._(
                        "%s is prepared or signed; have it sent back to change the note.", record.name
                    ),
                    action="tie_out.note",
                )
        before = {record: record.note or None for record in self}
        result = super().write(vals)
        for record, note in before.items():
            if (record.note or None) != note:
                self.env["ai.close.audit"]._append(
                    "tie_out.note", record, before={"note": note}, after={"note": record.note or None}
                )
        return result

    # -- the steps

    def action_prepare(self):
        """Say that the balance was looked at; what stays open needs a note, what was given by hand a file."""
        action = "tie_out.prepare"
        for record in self:
            record._begin(action, *PEOPLE)
            record._need_evidence(action)
            record._meet()
            record._transition(
                "prepared",
                vals=UNSIGNED
                | {"prepared_by_id": self.env.uid, "prepared_at": self._now(), "stale_reason": False}
                | record._pinned(),
            )
        return True

    def action_sign(self):
        """Sign what somebody else prepared, as it was prepared."""
        action = "tie_out.sign"
        for record in self:
            record._begin(action, REVIEWER, CONTROLLER)
            record._need_other_than(
                {
                    self.env._("prepared"): record.prepared_by_id,
                    self.env._("gave the other side of"): record.given_by_id,
                },
                action=action,
            )
            if record.state != "prepared":
                raise refuse(
                    record,
                    "ENT001",
                    self.env._(
                        "%(name)s is not prepared. %(why)s", name=record.name, why=record.stale_reason or ""
                    ),
                    action=action,
                )
            if record._pinned()["signed_digest"] != record.signed_digest:
                raise refuse(
                    record,
                    "AUD006",
                    self.env._(
                        "%s is not what was prepared: a file, the note or a number changed.", record.name
                    ),
                    action=action,
                )
            record._meet()
            record._transition("signed", vals={"signed_by_id": self.env.uid, "signed_at": self._now()})
        return True

    def action_send_back(self, reason):
        """Return it to whoever prepared it, the signatures struck; a signed one by a controller."""
        reason = reason.strip() if isinstance(reason, str) else ""
        action = "tie_out.send_back"
        if len(reason) < TEXT_MIN_CHARS:
            sentence = self.env._("Give a reason of at least %s characters.", TEXT_MIN_CHARS)
            raise refuse(self[:1], "ENT006", sentence, action=action)
        for record in self:
            record.check_access("read")
            record._lock_rows()
            record._need_open_period(action)
            if record.prepared_by_id != self.env.user:
                record._need_role(REVIEWER, CONTROLLER, action=action)
            record._transition("open", reason=reason, vals=UNSIGNED | record.sudo()._struck(reason))
        return True

    # -- demands

    def _begin(self, action, *roles):
        self.ensure_one()
        self._need_role(*roles, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_open_period(action)
        if self.date >= self._today():
            raise refuse(self, "ENT061", action=action)
        seen = self.env.context.get("ai_close_seen")
        if seen is not None and seen != self.payload_digest:
            raise refuse(self, "ENT015", action=action)
        self._need_same_balance(action)

    @api.private
    def _today(self):
        """The company's day now; a method, so that a test can set it."""
        tz = self.company_id.sudo().ai_close_tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    def _need_open_period(self, action):
        if self.close_id._is_locked_now() or self.close_id.sudo().state == "requested":
            raise refuse(self, "LCK001", action=action)

    def _need_evidence(self, action):
        if self.source_state == NO_DATA:
            raise refuse(
                self,
                "ENT008",
                self.env._("%(name)s has no data: %(why)s", name=self.name, why=self.why or ""),
                action=action,
            )
        if self.source_state == BY_HAND and not self._ai_close_files():
            raise refuse(
                self,
                "ENT008",
                self.env._("The other side of %s was given by a person; attach what shows it.", self.name),
                action=action,
            )
        if not self.ties and len((self.note or "").strip()) < TEXT_MIN_CHARS:
            raise refuse(
                self,
                "ENT006",
                self.env._("%s does not tie; say in a note what is left open.", self.name),
                action=action,
            )

    # -- what is signed

    @api.private
    def _payload(self):
        """Return the numbers of this tie-out as plain values: what its proof code is over."""
        record, places = self.sudo(), self.currency_id.decimal_places
        amounts = {
            name: fmt(record[name], places)
            for name in ("balance", "other_balance", "difference", "explained", "open_amount")
        }
        return {
            **amounts,
            "key": record.key,
            "date": str(record.date),
            "currency": record.currency_id.name,
            "by_currency": record.by_currency,
            "accounts": record.account_ids.sorted("id").ids,
            "partner": record.partner_id.id or None,
            "source_state": record.source_state,
            "source": record.source or None,
            "items": [item._payload() for item in record.item_ids.sorted("sequence")],
        }

    @api.private
    def _digest_now(self):
        self.flush_recordset()
        return digest(plain(self._payload()))

    @api.private
    def _pinned(self):
        """Return what a signature keeps: a digest over numbers and note, and every file's checksum."""
        files = [file._ai_close_pin() for file in self._ai_close_files().sorted("id")]
        said = {"numbers": self._digest_now(), "note": self.sudo().note or None, "files": files}
        return {"signed_digest": digest(plain(said)), "signed_files": files}

    @api.private
    def _audit_evidence(self):
        found = super()._audit_evidence()
        for record in self.sudo():
            found.setdefault(record.id, {}).update(digest=record.payload_digest)
        return found

    @api.private
    def _duty_amount(self):
        return abs(self.sudo().balance_own)
