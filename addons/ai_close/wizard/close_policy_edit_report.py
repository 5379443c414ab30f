"""The policy's section of reports and digests in the form that edits a draft."""

from odoo import Command, fields, models

from ..kernel import notices


class AiClosePolicyEdit(models.TransientModel):
    _inherit = "ai.close.policy.edit"

    report_preparer = fields.Boolean("Preparers")
    report_reviewer = fields.Boolean("Reviewers")
    report_controller = fields.Boolean("Controllers")
    report_auditor = fields.Boolean("Auditors")
    report_user_ids = fields.Many2many("res.users", string="and these people")
    package_preparer = fields.Boolean("To preparers")
    package_reviewer = fields.Boolean("To reviewers")
    package_controller = fields.Boolean("To controllers")
    package_auditor = fields.Boolean("To auditors")
    package_user_ids = fields.Many2many(
        "res.users", "ai_close_policy_edit_package", string="and to these people"
    )
    report_days = fields.Integer("Working days before the due day")
    report_digest = fields.Boolean("Morning digest", help="Five lines and a link in a Discuss channel.")
    report_mine = fields.Boolean("A mail with each person's day")
    report_hour = fields.Integer("Morning begins at (hour)")
    report_amounts = fields.Boolean("Amounts may be told")

    def _shown_sections(self):
        return super()._shown_sections() | {"report"}

    def _from_params(self, params):
        says = notices.settings(params)
        return super()._from_params(params) | {
            **{f"report_{role}": role in says.to for role in notices.READERS},
            "report_user_ids": [Command.set([each for each in says.to if isinstance(each, int)])],
            **{f"package_{role}": role in says.package_to for role in notices.READERS},
            "package_user_ids": [Command.set([each for each in says.package_to if isinstance(each, int)])],
            "report_days": says.days,
            "report_digest": says.digest,
            "report_mine": says.mine,
            "report_hour": says.hour,
            "report_amounts": says.amounts,
        }

    def _to_params(self):
        params = super()._to_params()
        former = notices.settings(params)
        said = {
            "to": self._named("report"),
            "package_to": self._named("package"),
            "days": self.report_days,
            "digest": self.report_digest,
            "mine": self.report_mine,
            "hour": self.report_hour,
            "amounts": self.report_amounts,
        }
        section = dict(params.get("report") or {})
        for name, value in said.items():
            before = getattr(former, name)
            # what the form leaves as it was stays as it was written, or unwritten
            if set(value) != set(before) if isinstance(before, tuple) else value != before:
                section[name] = value
        if section or "report" in params:
            params["report"] = section
        return params

    def _named(self, part):
        """Return the roles and people that the form names for ``part``, as the policy keeps them."""
        roles = [role for role in notices.READERS if self[f"{part}_{role}"]]
        return [*roles, *sorted(self[f"{part}_user_ids"].ids)]
