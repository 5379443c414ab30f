"""ai.close.policy.edit: the parameters of a draft version as a form instead of JSON."""

import copy

from odoo import Command, api, fields, models

from ..kernel.duties import PASSWORD_KINDS, STANDARD
from ..kernel.money import fmt, parse
from ..kernel.policy_shape import DEFAULT_PHASE
from ..models.refusal import refuse

KINDS = ("match", "entry")


class AiClosePolicyEdit(models.TransientModel):
    _name = "ai.close.policy.edit"
    _description = "Edit a draft of the policy"

    policy_id = fields.Many2one("ai.close.policy", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    # sent back by the browser, so not read only: it says what the form was filled from
    seen_digest = fields.Char()
    phase = fields.Selection(
        [("observe", "Observe"), ("supervised", "Supervised"), ("automatic", "Automatic for low risk")],
        required=True,
        help="Observe: the agent's proposals are compared with what people book and ask nobody for anything."
        " The lock is decided by people in every phase.",
    )
    automatic_max_amount = fields.Monetary("Automatic up to")
    automatic_match = fields.Boolean("Bank matches")
    automatic_entry = fields.Boolean("Staged entries")
    materiality = fields.Monetary(required=True)
    tolerance_units = fields.Integer("Tolerance", help="Rounding units that each line may differ by.")
    limit_match = fields.Monetary("Preparer's limit for a match")
    limit_entry = fields.Monetary("Reviewer's limit for an entry")
    band_auto = fields.Float("Sure from (%)", digits=(5, 2))
    band_review = fields.Float("To be checked from (%)", digits=(5, 2))
    adjustment_journal_id = fields.Many2one("account.journal", "Journal of adjustments", required=True)
    manual_journal_ids = fields.Many2many("account.journal", string="Journals of manual entries")
    manual_amount = fields.Monetary("Approved from")
    audit_retention_years = fields.Integer("Trail is kept (years)", help="0: as long as the add-on says.")
    seal_mail_to = fields.Text("Proof codes are mailed to", help="One address a line.")
    duty_profile = fields.Selection(
        [("standard", "Three people"), ("small_team", "Small team of two")],
        "Duties",
        help="A small team of two signs a monthly list in place of the third person.",
    )
    password_lock = fields.Boolean("Locks")
    password_reopen = fields.Boolean("Reopening")
    password_policy = fields.Boolean("Policies")
    role_ids = fields.One2many("ai.close.policy.edit.role", "edit_id", "Accounts by role")
    others = fields.Json("Other sections", compute="_compute_others")

    @api.depends("policy_id")
    def _compute_others(self):
        for edit in self:
            params = edit.policy_id.params or {}
            others = {name: params[name] for name in sorted(params.keys() - edit._shown_sections())}
            steps = (params.get("duties") or {}).get("steps")
            edit.others = others | ({"duties": steps} if steps else {})

    @api.model
    def _shown_sections(self):
        """Return the sections that the form has fields for; the others it shows and keeps."""
        return {
            "materiality",
            "tolerance_units",
            "roles",
            "adjustment_journal_id",
            "bands",
            "limits",
            "rules",
            "audit_retention_years",
            "seal_mail_to",
            "manual",
            "phase",
            "automatic",
            "duties",
        }

    @api.model
    def default_get(self, fields_list):
        found = super().default_get(fields_list)
        policy = self.env["ai.close.policy"]._of_context()
        if policy:
            policy.check_access("read")
            found.update(policy_id=policy.id, seen_digest=policy.digest, **self._from_params(policy.params))
        return found

    # -- from the parameters to the form and back

    @api.model
    def _from_params(self, params):
        """Return the form's values for ``params``."""
        manual, automatic = params.get("manual") or {}, params.get("automatic") or {}
        limits, duties = params["limits"], params.get("duties") or {}
        return {
            "phase": params.get("phase", DEFAULT_PHASE),
            "automatic_max_amount": float(automatic.get("max_amount", 0)),
            "automatic_match": "match" in automatic.get("kinds", ()),
            "automatic_entry": "entry" in automatic.get("kinds", ()),
            "materiality": float(params["materiality"]),
            "tolerance_units": params["tolerance_units"],
            "limit_match": float(limits.get("match", 0)),
            "limit_entry": float(limits.get("entry_controller", 0)),
            "band_auto": float(parse(params["bands"]["auto"]) * 100),
            "band_review": float(parse(params["bands"]["review"]) * 100),
            "adjustment_journal_id": params["adjustment_journal_id"],
            "manual_journal_ids": [Command.set(manual.get("journals", []))],
            "manual_amount": float(manual.get("amount", 0)),
            "duty_profile": duties.get("profile", STANDARD),
            **{f"password_{kind}": kind in duties.get("password", ()) for kind in PASSWORD_KINDS},
            "audit_retention_years": params.get("audit_retention_years", 0),
            "seal_mail_to": "\n".join(params.get("seal_mail_to", [])),
        }

    def _to_params(self):
        """Return the draft's parameters with what the form says; what it does not show stays."""
        self.ensure_one()
        former = self.policy_id.params
        params = copy.deepcopy(former)
        decimals = self.currency_id.decimal_places
        params["materiality"] = _kept(former["materiality"], fmt(self.materiality, decimals))
        params["tolerance_units"] = self.tolerance_units
        for name, value in (("match", self.limit_match), ("entry_controller", self.limit_entry)):
            params["limits"][name] = _kept(former["limits"].get(name), fmt(value, decimals))
        for name, value in (("auto", self.band_auto), ("review", self.band_review)):
            params["bands"][name] = _kept(former["bands"][name], fmt(value / 100, 4))
        params["adjustment_journal_id"] = self.adjustment_journal_id.id
        params["roles"] = self._roles_said()
        self._say(params, "phase", self.phase, DEFAULT_PHASE)
        kinds = [kind for kind in KINDS if self[f"automatic_{kind}"]]
        self._say(
            params,
            "automatic",
            {
                "max_amount": _kept(
                    (former.get("automatic") or {}).get("max_amount"),
                    fmt(self.automatic_max_amount, decimals),
                ),
                "kinds": kinds,
            },
            {"max_amount": fmt(0, decimals), "kinds": []},
        )
        self._say(
            params,
            "manual",
            {
                "journals": sorted(self.manual_journal_ids.ids),
                "amount": _kept(
                    (former.get("manual") or {}).get("amount"), fmt(self.manual_amount, decimals)
                ),
            },
            {"journals": [], "amount": fmt(0, decimals)},
        )
        self._say(params, "duties", self._duties_said(former.get("duties") or {}), {})
        self._say(params, "audit_retention_years", self.audit_retention_years, 0)
        self._say(params, "seal_mail_to", (self.seal_mail_to or "").split(), [])
        return params

    def _say(self, params, name, value, nothing):
        """Write an optional section; one that says nothing and was not there stays away."""
        if value != nothing or (name in params and name != "audit_retention_years"):
            params[name] = value
        else:
            params.pop(name, None)

    def _duties_said(self, former):
        """Return the duties: the profile and the passwords as the form says, the steps as they were."""
        duties = dict(former)
        password = [kind for kind in PASSWORD_KINDS if self[f"password_{kind}"]]
        if (self.duty_profile or STANDARD) != former.get("profile", STANDARD):
            duties["profile"] = self.duty_profile
        if set(password) != set(former.get("password", ())):
            duties["password"] = password
        return duties

    def _roles_said(self):
        former, roles = self.policy_id.params["roles"], {}
        for line in self.role_ids:
            if line.role in roles:
                raise self._invalid(self.env._("The role %s stands there twice.", line.role))
            if not line.account_ids:
                continue
            ids = sorted(line.account_ids.ids)
            # one account is written as one, unless it was a list before
            roles[line.role] = (
                ids[0] if len(ids) == 1 and not isinstance(former.get(line.role), list) else ids
            )
        return roles

    def _invalid(self, why):
        return refuse(
            self.policy_id,
            "POL002",
            self.env._("The policy is not valid: %(why)s.", why=why.rstrip(".")),
            action="policy.edit",
        )

    # -- the one step

    def action_save(self):
        """Save the draft as the form says."""
        self.ensure_one()
        policy = self.policy_id
        policy.check_access("read")
        policy._lock_rows()
        if not policy.exists():
            raise self._invalid(self.env._("there is no draft to be saved; draft a version first"))
        if policy.digest != self.seen_digest:
            raise refuse(policy, "ENT015", action="policy.edit")
        policy._save_draft(self._to_params())
        return {"type": "ir.actions.act_window_close"}


class AiClosePolicyEditRole(models.TransientModel):
    _name = "ai.close.policy.edit.role"
    _description = "Accounts of a role"

    edit_id = fields.Many2one("ai.close.policy.edit", required=True, ondelete="cascade")
    role = fields.Char(required=True)
    account_ids = fields.Many2many("account.account", string="Accounts")


def _kept(former, text):
    """Return ``former`` where it says the same amount: 0.95 is no change of 0.9500."""
    return former if former is not None and parse(former) == parse(text) else text
