"""ai.close.version.mixin: contents of which a company uses one version at a time, by two people's decision.

What somebody proposes is pinned by a digest; a controller who had no hand in it takes it into use, and the
version before it is kept.
"""

from psycopg2.errors import UniqueViolation

from odoo import api, fields, models

from ..kernel.sod import CONTROLLER
from .refusal import refuse


class CloseVersionMixin(models.AbstractModel):
    """Versions of one thing, numbered for each company.

    A model adds its states (of them ``proposed``, ``in_force`` and ``replaced``), what a version holds, the
    field ``base_id`` (the version it is compared with), ``_proposal_digest()``, and its constraints: a number
    once, one in use, and two people.
    """

    _name = "ai.close.version.mixin"
    _inherit = ["ai.close.state.mixin"]
    _description = "Version that two people take into use"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    version = fields.Integer(required=True, readonly=True)
    proposed_by_id = fields.Many2one("res.users", "Proposed by", readonly=True)
    proposed_at = fields.Datetime("Proposed on", readonly=True)
    proposed_digest = fields.Char("Proof code of the proposal", readonly=True)
    reason = fields.Text("Why", readonly=True)
    approved_by_id = fields.Many2one("res.users", "Taken into use by", readonly=True)
    approved_at = fields.Datetime("Taken into use on", readonly=True)
    reject_reason = fields.Text("Why not", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.model
    @api.private
    def _in_force(self, company):
        """Return the version in use for ``company``; an empty recordset where none is."""
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "in_force")])

    @api.model
    @api.private
    def _lock_versions(self, company):
        """Lock all versions of ``company`` until the transaction ends, and return them."""
        versions = self.sudo().search([("company_id", "=", company.id)])
        versions._lock_rows()
        return versions

    @api.model
    @api.private
    def _make(self, company, vals, action):
        """Create the next version of ``company`` as a draft, compared with the one in use."""
        versions = self._lock_versions(company)
        try:
            with self.env.cr.savepoint():
                made = self._guarded().create(
                    {
                        "company_id": company.id,
                        "version": max(versions.mapped("version"), default=0) + 1,
                        "base_id": self._in_force(company).id,
                        **vals,
                    }
                )
                made.flush_recordset()
        except UniqueViolation:
            # somebody else made one between our look and our write
            raise refuse(company, "POL004", action=action) from None
        return self.browse(made.id)

    @api.private
    def _proposed(self, reason=None, vals=None):
        """Pin what is proposed, in the caller's name; with ``vals`` besides."""
        self._transition(
            "proposed",
            reason=reason,
            vals={
                **(vals or {}),
                "proposed_by_id": self.env.uid,
                "proposed_at": self._now(),
                "proposed_digest": self._proposal_digest(),
            },
        )

    @api.private
    def _need_decidable(self, makers, changed, base_replaced, action):
        """Refuse unless the caller may take this proposal into use, as it was proposed and as it was seen.

        :param dict makers: role in it (text) -> who had it; none of them decides
        :param str changed: refusal code where the version isn't any more what was proposed
        :param str base_replaced: refusal code where another version is in use than it was compared with
        """
        self._need_state("proposed", action)
        seen = self.env.context.get("ai_close_seen")
        if seen is not None and seen != self.sudo().proposed_digest:
            raise refuse(self, "ENT015", action=action)
        self._need_other_than(makers, action=action)
        self._need_password("policy")
        if self._proposal_digest() != self.sudo().proposed_digest:
            raise refuse(self, changed, action=action)
        if self._in_force(self.company_id.sudo()) != self.sudo().base_id:
            raise refuse(self, base_replaced, action=action)

    @api.private
    def _take_into_use(self, reason=None):
        """Put this version in the place of the one in use, in the caller's name."""
        former = self._in_force(self.company_id.sudo())
        former._transition("replaced", role=CONTROLLER)
        # one is in use at any time, also for the database
        former.flush_recordset()
        vals = {"approved_by_id": self.env.uid, "approved_at": self._now()}
        if reason:
            vals["reason"] = reason
        self._transition("in_force", reason=reason, vals=vals)
