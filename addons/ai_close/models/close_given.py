"""ai.close.given.mixin: what people give the agent to compute from: contracts, loans, pay runs and the like.

Written while a draft, or imported; prepared by one and reviewed by another.  Only then the agent reads it.
What counts is never edited: a correction is a draft of its own that takes its place when it is reviewed.
"""

from odoo import api, fields, models

from ..kernel.money import fmt
from ..kernel.sod import SERVER
from .close_signed_by_two import SIGNATURES
from .refusal import refuse

COUNTS = "reviewed"


class CloseGivenMixin(models.AbstractModel):
    """What contracts, loans, their movements, pay runs, holiday balances and readings share.

    A model adds ``replaces_id`` (a Many2one to itself), ``_payload``, ``_problem`` and ``_step_prefix``.
    """

    _name = "ai.close.given.mixin"
    _inherit = ["ai.close.signed.by.two"]
    _description = "Given by people, counts once two signed it"
    _check_company_auto = True
    _ai_close_protected = SIGNATURES | {"replaces_id"}
    _ai_close_links = ("replaces_id",)
    # Fields by which two records would be the same thing given twice.
    _ai_close_unique = ()

    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("prepared", "To review"),
            ("reviewed", "Counts"),
            ("replaced", "Corrected"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
    )

    # -- correcting what counts

    def action_correct(self):
        """Open the draft that corrects this record, made when there is none."""
        self.ensure_one()
        action = f"{self._step_prefix()}.correct"
        self._need_role(*self._ai_close_makers, action=action)
        self.check_access("read")
        self._lock_rows()
        self._need_state(COUNTS, action)
        found = self.sudo().search(
            [("replaces_id", "=", self.id), ("state", "in", ("draft", "prepared"))], limit=1
        )
        if not found:
            found = self._guarded().copy({"replaces_id": self.id, "company_id": self.company_id.id})
            found._note_editor()
            self.env["ai.close.audit"]._append(action, found, before={"corrects": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": found.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _before_counting(self):
        """Let what this record corrects stop counting in the same step."""
        former = self.sudo().replaces_id
        if not former:
            return
        former._lock_rows()
        if former.state != COUNTS:
            raise refuse(
                self,
                "ENT001",
                self.env._("%s, which this corrects, does not count any more.", former.display_name),
                action=f"{self._step_prefix()}.review",
            )
        former._transition("replaced", role=SERVER)
        # before the other one counts: both at once would be the same thing twice
        former.flush_recordset()
        former._replaced_by(self.sudo())

    @api.private
    def _replaced_by(self, other):
        """Hand over to ``other`` what hangs on this record."""

    # -- judging what is signed

    @api.private
    def _twin_problem(self):
        """Say that the same thing was given already, which would count twice, or None."""
        if not self._ai_close_unique:
            return None
        domain = [
            ("company_id", "=", self.company_id.id),
            ("state", "in", ("prepared", COUNTS)),
            ("id", "not in", (self | self.replaces_id).ids),
        ]
        for name in self._ai_close_unique:
            value = self[name]
            domain.append((name, "=", value.id if self._fields[name].relational else value))
        twin = self.search(domain, limit=1)
        if not twin:
            return None
        return self.env._("%s says the same already. Correct that one, or cancel it.", twin.display_name)

    # -- as a source of a proposal

    @api.private
    def _source_facts(self, date):
        """Return what a proposal as of ``date`` rests on: whether it counts, and what it says."""
        counts = self.state == COUNTS
        return {"counts": counts, "state": None if counts else self.state, **self._said(date)}

    @api.private
    def _said(self, date):
        """Return what it says as of ``date``; what is signed, unless a model knows better."""
        return self._payload()

    @api.private
    def _shares_said(self):
        """Return the analytic shares as plain values."""
        return {key: fmt(float(share), 6) for key, share in (self.analytic_distribution or {}).items()}
