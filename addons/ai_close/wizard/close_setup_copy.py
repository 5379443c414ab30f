"""Further companies copy the set-up of one that has AI Close already; what has no counterpart is named."""

from odoo import fields, models

from ..kernel.sod import CONTROLLER
from ..models.refusal import refuse


class AiCloseSetup(models.Model):
    _inherit = "ai.close.setup"

    copy_company_id = fields.Many2one(
        "res.company",
        string="Like company",
        domain="[('ai_close_enabled', '=', True), ('id', '!=', company_id)]",
        help="Copies policy, accounts by their code, journals by code or type, and own task templates.",
    )
    copy_notes = fields.Text("Could not be copied", readonly=True)

    def action_copy(self):
        """Take over the policy of another company: accounts by code, journals by code, else by type."""
        self.ensure_one()
        action = "setup.copy"
        self._need_role(CONTROLLER, action=action)
        self.check_access("write")
        self._need_draft(action)
        source = self.copy_company_id
        policy = self.env["ai.close.policy"]._in_force(source)
        if not source or source not in self.env.user.company_ids or not policy:
            raise refuse(
                self,
                "POL013",
                self.env._("Choose a company of yours that has AI Close; its set-up is copied."),
                action=action,
            )
        params, notes = policy.params, []
        self._copy_amounts(params, source, notes)
        self._copy_roles(params, source, notes)
        self._copy_journals(params, notes)
        self._guarded().write({"copy_notes": "\n".join(notes) or False})
        return True

    def _copy_amounts(self, params, source, notes):
        values = {
            "materiality": float(params["materiality"]),
            "limit_match": float(params["limits"].get("match", self.limit_match)),
            "limit_entry": float(params["limits"].get("entry_controller", self.limit_entry)),
            "manual_amount": float(params.get("manual", {}).get("amount", self.manual_amount)),
            "audit_retention_years": params.get("audit_retention_years", self.audit_retention_years),
            "seal_mail_to": ", ".join(params.get("seal_mail_to", ())) or False,
            "tz": source.sudo().ai_close_tz or self.tz,
        }
        if params.get("phase") in dict(self._fields["phase"].selection):
            values["phase"] = params["phase"]
        if params.get("duties", {}).get("profile") == "small_team":
            values = {"template": "small_team"} | values
        self.write(values)
        if source.currency_id != self.currency_id:
            notes.append(
                self.env._(
                    "Amounts are those of %(company)s, in %(currency)s: look at each.",
                    company=source.name,
                    currency=source.currency_id.name,
                )
            )

    def _copy_roles(self, params, source, notes):
        """Map every account by its code in the chart of this company; one without is to be chosen."""
        known = dict(self.role_ids._fields["role"]._description_selection(self.env))
        rows = self.env["ai.close.role.proposal"]._copied_roles(self.company_id, source, params["roles"])
        notes += [f"{known[row['role']]}: {row['reason']}" for row in rows if not row["account_id"]]
        self.role_ids.unlink()
        self.role_ids._guarded().create([self.role_ids._as_proposed(self, row) for row in rows])

    def _copy_journals(self, params, notes):
        journals = self.env["account.journal"].sudo()
        domain = journals._check_company_domain(self.company_id)

        def like(there, by_type):
            found = journals.search([*domain, ("code", "=", there.code), ("type", "=", there.type)], limit=1)
            return found or (
                journals.search([*domain, ("type", "=", there.type)], limit=1) if by_type else found
            )

        values = {}
        there = journals.browse(params["adjustment_journal_id"])
        found = like(there, by_type=True)
        values["journal_id"] = found.id
        if found.code != there.code:
            notes.append(
                self.env._(
                    "No journal %(code)s here; adjustments go to %(name)s.",
                    code=there.code,
                    name=found.name or "-",
                )
            )
        manual = journals
        for each in journals.browse(params.get("manual", {}).get("journals", ())):
            mine = like(each, by_type=False)
            manual |= mine
            if not mine:
                notes.append(self.env._("No journal %s here for manual entries; choose one.", each.code))
        self.write(values | {"manual_journal_ids": [(6, 0, manual.ids)]})

    def _copy_templates(self):
        """Copy the task templates that the other company has of its own, with what they wait for."""
        source = self.copy_company_id
        if not source:
            return
        templates = self.env["ai.close.task.template"].sudo().with_context(active_test=False)
        own = templates.search([("company_id", "=", self.company_id.id)])
        copied = {}
        for template in templates.search([("company_id", "=", source.id)]):
            if template.code not in own.mapped("code"):
                copied[template] = template.copy(
                    {
                        "company_id": self.company_id.id,
                        "code": template.code,
                        "name": template.name,
                        "depends_on_ids": False,
                    }
                )
        for template, copy in copied.items():
            needed = [copied[each].id if each in copied else each.id for each in template.depends_on_ids]
            copy.write({"depends_on_ids": [(6, 0, needed)]})
