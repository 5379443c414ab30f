"""Observe mode: the agent proposes in silence, people book as before, and nobody is asked anything.

What the server itself finds, and what people make, is asked as in every phase.
"""

from contextlib import contextmanager

from odoo import api, fields, models

from .close_entry_submit import BY_PEOPLE
from .refusal import refuse


class CloseStateMixin(models.AbstractModel):
    _inherit = "ai.close.state.mixin"

    @api.private
    def _is_by_agent(self):
        """Tell whether this is a proposal of the agent."""
        return False

    @api.private
    def _need_asked(self, action):
        """Refuse a decision on a proposal that is only compared with what people book."""
        for record in self.sudo():
            if record._is_by_agent() and record.company_id._ai_close_phase() == "observe":
                raise refuse(
                    self.browse(record.id),
                    "POL009",
                    self.env._(
                        "%s observes: proposals are compared with what people book, nobody decides on them."
                        " Book as before; a next phase is a version of the policy.",
                        record.company_id.name,
                    ),
                    action=action,
                )


class CloseMatch(models.Model):
    _inherit = "ai.close.match"

    is_observed = fields.Boolean("Observed only", compute="_compute_is_observed")

    @api.depends("company_id", "origin")
    def _compute_is_observed(self):
        _observe(self)

    @api.private
    def _is_by_agent(self):
        return self.origin == "agent"

    def _each(self, action, step):
        if action == "match.undo":
            return super()._each(action, step)

        def asked(match):
            match._need_asked(action)
            return step(match)

        return super()._each(action, asked)


class CloseEntry(models.Model):
    _inherit = "ai.close.entry"

    is_observed = fields.Boolean("Observed only", compute="_compute_is_observed")

    @api.depends("company_id", "proposer")
    def _compute_is_observed(self):
        _observe(self)

    @api.private
    def _is_by_agent(self):
        return self.proposer not in BY_PEOPLE

    def _need_open(self, action):
        result = super()._need_open(action)
        self._need_asked(action)
        return result

    @contextmanager
    def _as_edit(self, reason=None):
        self._need_asked("entry.edit")
        with super()._as_edit(reason) as edit:
            yield edit


class CloseFinding(models.Model):
    _inherit = "ai.close.finding"

    is_observed = fields.Boolean("Observed only", compute="_compute_is_observed")

    @api.depends("company_id", "by_server")
    def _compute_is_observed(self):
        _observe(self)

    @api.private
    def _is_by_agent(self):
        return not self.by_server

    @api.private
    def _need_open_periods(self, action):
        result = super()._need_open_periods(action)
        self._need_asked(action)
        return result

    def _need_open_period(self, action):
        result = super()._need_open_period(action)
        self._need_asked(action)
        return result


class AiClose(models.Model):
    _inherit = "ai.close"

    is_observed = fields.Boolean("Observe mode", compute="_compute_is_observed")

    @api.depends("company_id")
    def _compute_is_observed(self):
        phases = {company: company.sudo()._ai_close_phase() for company in self.company_id}
        for close in self:
            close.is_observed = phases.get(close.company_id) == "observe"

    @api.private
    def _asked_of(self, model):
        """Leave the agent's silent proposals out of what is counted while the company observes."""
        domain = super()._asked_of(model)
        if self.company_id.sudo()._ai_close_phase() != "observe":
            return domain
        by_others = {
            "ai.close.finding": [("by_server", "=", True)],
            "ai.close.entry": [("proposer", "in", BY_PEOPLE)],
            "ai.close.match": [("origin", "=", "person")],
        }
        return domain + by_others[model]


def _observe(records):
    """Compute ``is_observed``: a proposal of the agent in a company that observes."""
    phases = {company: company.sudo()._ai_close_phase() for company in records.company_id}
    for record in records:
        record.is_observed = record.sudo()._is_by_agent() and phases.get(record.company_id) == "observe"
