"""One modest line of the cockpit: which language model is in use, what it wrote last night, what it costs.

Nothing of a close needs one, so nothing here is a blocker; a company that never had a version sees no line.
"""

from decimal import Decimal

from odoo import api, models

from ..kernel.money import fmt
from .close_cockpit_health import OK, WARN

OFF = "off"


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _health(self):
        line = self._health_of_language()
        return super()._health() + ([line] if line else [])

    def _health_of_language(self):
        """Return the line, or None where no model was ever offered or the reader may see no runs."""
        mine = self.env["ai.close.run"].sudo(False)
        versions = self.env["ai.close.language"].sudo()
        here = [("company_id", "=", self.company_id.id)]
        if not mine.has_access("read") or not versions.search_count(here, limit=1):
            return None
        language = versions._in_force(self.company_id)
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        title = self.env._("Language model")
        if not language:
            said = self.env._("No language model is in use: template texts")
            return self._healthy("language", OFF, said, self._window("ai.close.language", title, here))
        action = self._window("ai.close.language", title, [("id", "=", language.id)])
        if not language._tasks(policy):
            said = self.env._("The policy asks no language model: template texts")
            return self._healthy("language", OFF, said, action)
        run = self.env["ai.close.run"].sudo().search([*here, ("state", "=", "done")], limit=1)
        told, held = self._language_of_run(run, language)
        named = {"model": language.model, "version": language.version}
        said = self.env._("Language model %(model)s, version %(version)s", **named)
        more = " ".join(filter(None, [told, self._language_cost(language, policy)]))
        return self._healthy("language", OK if held else WARN, said, action) | {"more": more}

    def _language_of_run(self, run, language):
        """Return ``(sentence about the last run, whether the model answered or had no need to)``."""
        if run.language_id != language:
            return self.env._("Not asked yet."), True
        share = run._language_share()
        taken, template = share.get("taken", 0), share.get("template", 0)
        if not taken and not template:
            return self.env._("The last run asked nothing."), True
        reasons = share["why"]
        why = max(sorted(reasons), key=reasons.get) if reasons else self.env._("no reason told")
        named = {"taken": taken, "template": template, "why": why}
        if not template:
            return self.env._("Last run: %s texts taken.", taken), True
        if not taken:
            return self.env._("Last run: template texts only (%s).", why), False
        said = self.env._(
            "Last run: %(taken)s texts taken, %(template)s left to templates (%(why)s).", **named
        )
        return said, True

    def _language_cost(self, language, policy):
        said = (policy.sudo().params or {}).get("language") or {}
        named = {
            "spent": _spent(language._month_spent(self.company_id)),
            "limit": said.get("month_limit"),
            "currency": language.currency or "",
        }
        if named["limit"] is None:
            return self.env._("This month: %(spent)s %(currency)s.", **named)
        return self.env._("This month: %(spent)s of %(limit)s %(currency)s.", **named)


def _spent(cost):
    """Return a cost with two digits; what is less than the last of them is not shown as nothing."""
    exact = Decimal(cost)
    return "<0.01" if 0 < exact < Decimal("0.01") else fmt(exact, 2)
