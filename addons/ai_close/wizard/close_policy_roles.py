"""Accounts by role in the form of a draft: every role there is, proposed by the books or copied by code.

A proposal fills what is empty and says of the rest what the books speak for; it binds nobody until the
version is proposed and another person approves it.
"""

from odoo import Command, api, fields, models

from ..kernel import account_roles, proposer_book
from ..kernel.sod import CONTROLLER, REVIEWER
from ..models.refusal import refuse

ORDER = (account_roles.SURE, account_roles.CHECK, account_roles.OPEN)


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    copy_company_id = fields.Many2one(
        "res.company",
        "Like company",
        domain="[('ai_close_enabled', '=', True), ('id', '!=', company_id)]",
        help="Takes over its accounts by their code; what has no counterpart here is said in the row.",
    )

    @api.model
    def _from_params(self, params):
        given = params["roles"]
        rest = [role for role in account_roles.ROLES if role not in given]
        return super()._from_params(params) | {
            "role_ids": [
                Command.create(
                    {
                        "role": role,
                        "label": self._role_label(role),
                        "needed_by": ", ".join(
                            code for code, roles in proposer_book.NEEDS.items() if role in roles
                        ),
                        "account_ids": [Command.set(_ids(given.get(role, [])))],
                    }
                )
                for role in (*sorted(given), *rest)
            ]
        }

    @api.model
    def _role_label(self, role):
        known = account_roles.ROLES.get(role)
        return known.label if known else role.replace("_", " ").capitalize()

    def _roles_said(self):
        for line in self.role_ids:
            known = account_roles.ROLES.get(line.role)
            if known and not known.several and len(line.account_ids) > 1:
                raise self._invalid(self.env._("only one account can be: %s", known.label))
        return super()._roles_said()

    # -- the two helps

    def action_propose_roles(self):
        """Fill the roles without account by what the books speak for; what is chosen stays, with a hint."""
        policy = self._need_roles_editable()
        found = {}
        for row in self.env["ai.close.role.proposal"]._proposed_roles(policy.company_id):
            found.setdefault(row["role"], []).append(row)
        for line in self.role_ids:
            rows = [row for row in found.get(line.role, ()) if row["account_id"]]
            if not rows and line.account_ids:
                line._tell(account_roles.CHECK, self.env._("Chosen; the books speak for no account."))
            elif not rows:
                line._tell(account_roles.OPEN, self.env._("No account fits; choose one, or leave it empty."))
            elif not line.account_ids:
                line.account_ids = [Command.set([row["account_id"] for row in rows])]
                line._tell_rows(rows)
            elif {row["account_id"] for row in rows} == set(line.account_ids.ids):
                line._tell_rows(rows)
            else:
                why = "; ".join(row["reason"] for row in rows)
                line._tell(account_roles.CHECK, self.env._("Chosen; the books speak for: %s", why))
        return self._again()

    def action_copy_roles(self):
        """Take over the accounts of another company by their code."""
        policy, source = self._need_roles_editable(), self.copy_company_id
        theirs = self.env["ai.close.policy"]._in_force(source)
        if not source or source not in self.env.user.company_ids or not theirs:
            raise refuse(
                policy,
                "POL013",
                self.env._("Choose a company of yours that has AI Close; its accounts are copied."),
                action="policy.edit",
            )
        found = {}
        for row in self.env["ai.close.role.proposal"]._copied_roles(
            policy.company_id, source, theirs.sudo().params["roles"]
        ):
            found.setdefault(row["role"], []).append(row)
        for line in self.role_ids.filtered(lambda line: line.role in found):
            rows = found[line.role]
            ids = [row["account_id"] for row in rows if row["account_id"]]
            if ids:
                line.account_ids = [Command.set(ids)]
            line._tell_rows(rows)
        return self._again()

    def _need_roles_editable(self):
        """Return the draft, or refuse: who may not edit it learns nothing of its company's accounts."""
        self.ensure_one()
        policy = self.policy_id
        policy._need_role(REVIEWER, CONTROLLER, action="policy.edit")
        if not policy:
            raise self._invalid(self.env._("there is no draft to fill; draft a version first"))
        policy.check_access("read")
        policy._need_state("draft", "policy.edit")
        return policy

    def _again(self):
        """Return this window, as it is now."""
        action = self.env["ir.actions.act_window"]._for_xml_id("ai_close.action_ai_close_policy_edit")
        return action | {
            "res_id": self.id,
            "context": {
                "dialog_size": "extra-large",
                "active_model": "ai.close.policy",
                "active_id": self.policy_id.id,
            },
        }


class AiClosePolicyEditRole(models.TransientModel):
    _inherit = "ai.close.policy.edit.role"

    label = fields.Char("Stands for")
    needed_by = fields.Char(help="The proposers that book on it.")
    confidence = fields.Selection(
        [("sure", "Sure"), ("check", "Check"), ("open", "Open")],
        help="Sure: Odoo's own setting, or the name of an account in use. Check: look at it. Open: choose.",
    )
    reason = fields.Char("Why")

    def _tell(self, confidence, reason):
        self.write({"confidence": confidence, "reason": reason})

    def _tell_rows(self, rows):
        """Say the least of the confidences and every reason."""
        least = max((row["confidence"] for row in rows), key=ORDER.index)
        self._tell(least, "; ".join(row["reason"] for row in rows))


def _ids(value):
    return value if isinstance(value, list) else [value]
