"""ai.close.setup.role: an account for a role, proposed with its reason, edited and signed with the set-up."""

from odoo import api, fields, models

from ..kernel import account_roles
from ..kernel.sod import CONTROLLER

PROPOSED = frozenset({"proposed_account_id", "proposed_confidence", "proposed_reason"})


class AiCloseSetupRole(models.Model):
    _name = "ai.close.setup.role"
    _inherit = ["ai.close.state.mixin"]
    _description = "Account of the set-up"
    _order = "setup_id, sequence, id"

    setup_id = fields.Many2one("ai.close.setup", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="setup_id.company_id", store=True, index=True)
    sequence = fields.Integer(compute="_compute_role_label", store=True)
    role = fields.Selection(
        lambda self: [(key, role.label) for key, role in account_roles.ROLES.items()], required=True
    )
    role_label = fields.Char(compute="_compute_role_label", store=True)
    account_id = fields.Many2one("account.account", check_company=True)
    proposed_account_id = fields.Many2one("account.account", readonly=True)
    confidence = fields.Selection(
        [("sure", "Sure"), ("check", "Check"), ("open", "Open")],
        compute="_compute_said",
        help="Sure: Odoo's own setting, or the name of an account in use. Check: look at it. Open: choose.",
    )
    reason = fields.Char("Why", compute="_compute_said")
    proposed_confidence = fields.Char(readonly=True)
    proposed_reason = fields.Char(readonly=True)

    @api.depends("role")
    def _compute_role_label(self):
        order = list(account_roles.ROLES)
        for line in self:
            line.role_label = account_roles.ROLES[line.role].label if line.role else False
            line.sequence = order.index(line.role) if line.role else 99

    @api.depends("account_id", "proposed_account_id", "proposed_reason", "proposed_confidence")
    def _compute_said(self):
        for line in self:
            as_proposed = line.account_id == line.proposed_account_id
            if not line.account_id:
                line.confidence = "open"
                line.reason = line.proposed_reason or self.env._("No account fits; choose one.")
            elif as_proposed and line.proposed_confidence:
                line.confidence, line.reason = line.proposed_confidence, line.proposed_reason
            else:
                line.confidence, line.reason = "check", self.env._("Chosen by a person.")

    @api.private
    def _is_required(self):
        return account_roles.ROLES[self.role].required

    # -- only a draft is edited, by a controller

    @api.model
    @api.private
    def _protected(self):
        # Why an account is proposed is the server's word; the accounts are chosen while it is a draft.
        return PROPOSED | {"sequence", "role_label", "company_id"}

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._need_editable()
        return lines

    def write(self, vals):
        self._need_editable()
        result = super().write(vals)
        self._need_editable()
        return result

    def unlink(self):
        self._need_editable()
        return super(AiCloseSetupRole, self._guarded()).unlink()

    def _need_editable(self):
        for setup in self.setup_id:
            setup._need_role(CONTROLLER, "server", action="setup.edit")
            setup.check_access("write")
            setup._need_draft("setup.edit")
            setup._note_editor()

    # -- proposals

    @api.model
    @api.private
    def _propose_for(self, setup):
        """Replace the lines of ``setup`` by what its books speak for."""
        setup.role_ids.unlink()
        rows = self.env["ai.close.role.proposal"]._proposed_roles(setup.company_id)
        return self._guarded().create([self._as_proposed(setup, row) for row in rows])

    @api.model
    @api.private
    def _as_proposed(self, setup, row):
        """Return the values of a line for a proposal's row."""
        return {
            "setup_id": setup.id,
            "role": row["role"],
            "account_id": row["account_id"],
            "proposed_account_id": row["account_id"],
            "proposed_confidence": row["confidence"],
            "proposed_reason": row["reason"],
        }


class AiCloseSetup(models.Model):
    _inherit = "ai.close.setup"

    def action_propose(self):
        """Propose the accounts anew; what was chosen by hand is replaced."""
        self.ensure_one()
        self._need_role(CONTROLLER, action="setup.edit")
        self.check_access("write")
        self._need_draft("setup.edit")
        self.role_ids._propose_for(self)
        return True
