"""The small-team profile: of two people the one who did not prepare an entry reviews and approves it.

The policy chooses it (``duties.profile``).  What one and the same person reviewed and approved stands in a
monthly list that a third person signs (``close_small_team_list.py``), and the close says how it was closed.
"""

from odoo import api, fields, models

from ..kernel import duties, sod


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.private
    def _ai_close_people(self):
        """Return who has a part in the close of this company: preparers, reviewers, controllers."""
        self.ensure_one()
        company = self.sudo()
        groups = self.env["res.groups"].sudo()
        for role in sorted(sod.PEOPLE):
            groups |= self.env.ref(f"ai_close.group_{role}").sudo()
        return groups.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and company in user.company_ids
                and user._ai_close_roles() & sod.PEOPLE
            )
        )

    @api.private
    def _ai_close_small_team(self):
        """Does the policy choose the profile for two people, and are there no more?

        With a third person the three signatures are possible again, and are demanded.
        """
        policy = self.env["ai.close.policy"]._in_force_above(self)
        section = policy._content().get("duties")
        return duties.is_small_team(section) and len(self._ai_close_people()) <= duties.SMALL_TEAM_PEOPLE


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    same_person = fields.Boolean(
        "Reviewed and approved by one person",
        readonly=True,
        help="Under the small-team profile only; the entry stands on the list that somebody else signs.",
    )

    # One maker, one checker; three people unless the row itself says that two were all there are.
    _three_people = models.Constraint(
        "CHECK((prepared_by_id IS NULL OR reviewed_by_id IS NULL OR prepared_by_id <> reviewed_by_id)"
        " AND (approved_by_id IS NULL OR (prepared_by_id IS NOT NULL AND reviewed_by_id IS NOT NULL"
        " AND approved_by_id <> prepared_by_id"
        " AND (approved_by_id <> reviewed_by_id OR same_person IS TRUE))))",
        "Preparer, reviewer and approver are three people.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"same_person"}

    @api.private
    def _checkers(self):
        """Return who checked before the approval and therefore can't approve; nobody in a small team."""
        if self.company_id.sudo()._ai_close_small_team():
            return {}
        return super()._checkers()


class AiClose(models.Model):
    _inherit = "ai.close"

    profile = fields.Selection(
        [(duties.STANDARD, "Three people"), (duties.SMALL_TEAM, "Small team of two")],
        "Closed under the profile",
        readonly=True,
        help="Small team: one person reviewed and approved; a third one signs the list of what that was.",
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"profile"}

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        if to != "locked":
            return super()._transition(to, role=role, reason=reason, vals=vals, action=action)
        for close in self:
            small = close.company_id.sudo()._ai_close_small_team() or any(
                close.sudo().entry_ids.mapped("same_person")
            )
            profile = duties.SMALL_TEAM if small else duties.STANDARD
            super(AiClose, close)._transition(
                to, role=role, reason=reason, vals=dict(vals or {}, profile=profile), action=action
            )
            if small:
                self.env["ai.close.small.team.list"]._for_close(close)
        return True
