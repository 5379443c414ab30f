"""ai.close.signed.by.two: a record that is written while a draft, and counts once two people signed it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.canonical import digest, plain
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .close_state_mixin import passes
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
SIGNATURES = frozenset(
    {
        "prepared_by_id",
        "prepared_at",
        "reviewed_by_id",
        "reviewed_at",
        "editor_ids",
        "payload_digest",
        "cancel_reason",
    }
)
UNSIGNED = {"prepared_by_id": False, "prepared_at": False, "reviewed_by_id": False, "reviewed_at": False}


class CloseSignedByTwo(models.AbstractModel):
    """What a schedule, a change of one, a decision about an entry and what people give share.

    A model adds ``state`` (draft, prepared, ``_counts_as``, cancelled, and its own), ``_payload`` of what a
    signature covers, and ``_step_prefix`` of its audit actions.
    """

    _name = "ai.close.signed.by.two"
    _inherit = ["ai.close.state.mixin"]
    _description = "Signed by two people before it counts"
    _ai_close_protected = SIGNATURES
    # Who writes and prepares, who signs as the second, and which links have to be of the record's company.
    _ai_close_makers = PEOPLE
    _ai_close_signers = (REVIEWER, CONTROLLER)
    _ai_close_links = ()

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        default=lambda self: self.env.company,
    )
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    prepared_by_id = fields.Many2one("res.users", "Prepared by", readonly=True, copy=False)
    prepared_at = fields.Datetime(readonly=True, copy=False)
    reviewed_by_id = fields.Many2one("res.users", "Reviewed by", readonly=True, copy=False)
    reviewed_at = fields.Datetime(readonly=True, copy=False)
    payload_digest = fields.Char("Proof code", readonly=True, copy=False)
    cancel_reason = fields.Char("Why not", readonly=True, copy=False)
    editor_ids = fields.Many2many("res.users", string="Edited by", readonly=True, copy=False)

    _reviewed_by_another = models.Constraint(
        "CHECK(reviewed_by_id IS NULL OR prepared_by_id IS NULL OR reviewed_by_id <> prepared_by_id)",
        "Who prepared this does not review it.",
    )

    # -- a draft is written by whoever works on the close

    @api.model
    @api.private
    def _step_prefix(self):
        """Return the first word of the audit actions; over RPC somebody may name this model itself."""
        raise UserError(self.env._("Take this step on the record itself: %s has none.", self._name))

    @api.model
    @api.private
    def _counts_as(self):
        """Return the state in which it counts."""
        return "reviewed"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not passes(self.env):
            records._need_role(*self._ai_close_makers, action=f"{self._step_prefix()}.edit")
            records._need_own_companies()
            records._note_editor()
        return records

    def write(self, vals):
        # Notes and followers are the chatter's; they change nothing that counts.
        counting = {name for name in vals if not name.startswith(("message_", "activity_"))}
        if passes(self.env) or not counting:
            return super().write(vals)
        action = f"{self._step_prefix()}.edit"
        self._need_role(*self._ai_close_makers, action=action)
        self._lock_rows()
        self._need_state("draft", action)
        result = super().write(vals)
        self._need_own_companies()
        self._note_editor()
        return result

    def _note_editor(self):
        self._guarded().write({"editor_ids": [(4, self.env.uid)]})

    def _need_own_companies(self):
        """Whatever a draft names belongs to its company: the writer may see more than one."""
        for record in self.sudo():
            for name in self._ai_close_links:
                linked = record[name] if name in record._fields else None
                if linked and linked.company_id != record.company_id:
                    raise refuse(self, "ENT010", self.env._("%s is of another company.", linked.display_name))

    def _begin_step(self, state, step, *roles):
        self.ensure_one()
        action = f"{self._step_prefix()}.{step}"
        self._need_role(*roles, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_state(state, action)
        seen = self.env.context.get("ai_close_seen")
        if seen is not None and seen != self.sudo().payload_digest:
            raise refuse(self, "ENT015", action=action)
        return action

    # -- the steps

    def action_prepare(self):
        """Sign as the maker: complete, and ready for a second look."""
        for record in self:
            action = record._begin_step("draft", "prepare", *self._ai_close_makers)
            record._complete()
            record._need_sound(action)
            record._transition(
                "prepared",
                vals={
                    "prepared_by_id": self.env.uid,
                    "prepared_at": self._now(),
                    "payload_digest": record._digest_now(),
                },
            )
        return True

    def action_review(self):
        """Sign as the second person; from now on it counts."""
        for record in self:
            action = record._begin_step("prepared", "review", *self._ai_close_signers)
            makers = {self.env._("prepared"): record.prepared_by_id}
            for user in record.sudo().editor_ids:
                makers[self.env._("edited (%s)", user.name)] = user
            record._need_other_than(makers, action=action)
            if record._digest_now() != record.sudo().payload_digest:
                raise refuse(record, "ENT002", action=action)
            record._need_sound(action)
            record._before_counting()
            record._transition(
                self._counts_as(), vals={"reviewed_by_id": self.env.uid, "reviewed_at": self._now()}
            )
        return True

    def action_send_back(self, reason):
        """Return it to whoever made it; the signature is struck."""
        reason = self._need_reason(reason, f"{self._step_prefix()}.send_back")
        for record in self:
            record._begin_step("prepared", "send_back", *self._ai_close_makers)
            record._transition("draft", reason=reason, vals=UNSIGNED)
        return True

    def action_cancel(self, reason):
        """Give it up; of one that counts, what was posted is proposed back by the agent."""
        reason = self._need_reason(reason, f"{self._step_prefix()}.cancel")
        for record in self:
            record._need_role(*self._ai_close_makers, action=f"{self._step_prefix()}.cancel")
            record.check_access("read")
            record._transition("cancelled", reason=reason, vals={"cancel_reason": reason})
        return True

    @api.private
    def _complete(self):
        """Fill in what documents and the policy say, so that what is signed is all there."""

    @api.private
    def _problem(self):
        """Say what is missing or wrong before it is signed, or None."""

    @api.private
    def _before_counting(self):
        """Do what has to be done just before the second signature makes it count."""

    def _need_sound(self, action):
        problem = self.sudo()._problem()
        if problem:
            raise refuse(self, "ENT003", problem, action=action)

    # -- what is signed

    @api.private
    def _digest_now(self):
        self.flush_recordset()
        return digest(plain(self.sudo()._payload()))

    @api.private
    def _duty_amount(self):
        return None
