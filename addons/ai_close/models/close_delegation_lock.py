"""Delegation at the lock: a controller's delegate may approve it; whom he acts for counts as a maker."""

import json

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.sod import CONTROLLER

# Steps by which somebody takes part in the numbers of a period.
MAKING = ("entry.prepare", "entry.edit", "entry.send")


class CloseLock(models.Model):
    _inherit = "ai.close.lock"

    def _controllers(self):
        found = super()._controllers()
        return found | self._delegates().filtered("active")

    @api.private
    def _delegates(self):
        """Return who acts for a controller of this company today."""
        return self._lending().to_id

    def _lending(self):
        delegations = self.env["ai.close.delegation"].sudo()
        return (
            delegations.search(
                [("company_id", "in", self.sudo().company_id.parent_ids.ids), ("state", "=", "accepted")]
            )
            ._counting()
            .filtered(lambda each: CONTROLLER in each._lent_roles())
        )

    @api.depends("state", "company_id", "requested_by_id")
    def _compute_approver_ids(self):
        # A delegate acts for somebody who must not be a maker either.
        result = super()._compute_approver_ids()
        for lock in self:
            makers = self.env["res.users"].union(*lock._makers().values())
            for delegate in lock.approver_ids:
                if CONTROLLER in delegate._ai_close_roles():
                    continue
                if not lock._lending().filtered(lambda each, to=delegate: each.to_id == to).from_id - makers:
                    lock.approver_ids -= delegate
        return result

    @api.private
    def _makers(self):
        """Who had a delegate prepare for him made it as well."""
        made = super()._makers()
        if not self.close_id:
            return made
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT user_name, (evidence::jsonb #>> '{on_behalf_of,user_id}')::int"
                " FROM ai_close_audit WHERE close_id = %s AND action = ANY(%s) AND user_id = ANY(%s)"
                " AND evidence LIKE %s",
                self.close_id.id,
                list(MAKING),
                [user.id for users in made.values() for user in users],
                '%"on_behalf_of"%',
            )
        )
        for taker, absent in rows:
            made[self.env._("had entries prepared by a delegate (%s) of", taker)] = self.env[
                "res.users"
            ].browse(absent)
        return made


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    on_behalf_of = fields.Char("On behalf of", compute="_compute_on_behalf_of")

    @api.depends("evidence")
    def _compute_on_behalf_of(self):
        for event in self:
            event.on_behalf_of = event._evidence_of("on_behalf_of").get("name") or False

    @api.private
    def _evidence_of(self, name):
        """Return a part of the evidence, empty where there is none."""
        evidence = self.sudo().evidence
        if not evidence or f'"{name}"' not in evidence:
            return {}
        return json.loads(evidence).get(name) or {}
