"""Which version of the language model a run was given, and what people see of what it asked."""

from odoo import api, fields, models

SHARE = ("calls", "tokens_in", "tokens_out", "cached", "taken", "template")


class CloseRun(models.Model):
    _inherit = "ai.close.run"

    language_id = fields.Many2one(
        "ai.close.language",
        "Language model",
        readonly=True,
        ondelete="restrict",
        help="The version that this run could ask; empty: none, all texts are templates.",
    )
    language_currency = fields.Char("Currency of the cost", related="language_id.currency")
    language_shown = fields.Json("Language model's share", compute="_compute_language_shown")
    language_reasons = fields.Json("Why templates speak", compute="_compute_language_shown")

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"language_id"}

    @api.private
    def _language_share(self):
        """Return the model's share of this run as the agent tells it, {} where it tells none.

        ``{"calls", "tokens_in", "tokens_out", "cached", "taken", "template": int, "why": {reason: times}}``;
        what is no number, or no reason with one, is left out or 0.
        """
        counters = self.counters if isinstance(self.counters, dict) else {}
        told = counters.get("language")
        if not isinstance(told, dict) or not told:
            return {}
        why = told.get("why") if isinstance(told.get("why"), dict) else {}
        numbers = {name: told[name] if type(told.get(name)) is int else 0 for name in SHARE}
        return numbers | {"why": {str(one): times for one, times in why.items() if type(times) is int}}

    @api.depends("counters")
    def _compute_language_shown(self):
        for run in self:
            told = run._language_share()
            why = told.get("why", {})
            labels = {
                "taken": self.env._("answers taken"),
                "template": self.env._("left to templates"),
                "cached": self.env._("answered before"),
                "calls": self.env._("calls"),
                "tokens_in": self.env._("tokens in"),
                "tokens_out": self.env._("tokens out"),
            }
            run.language_shown = told and {
                label: told[name] for name, label in labels.items()
            }
            run.language_reasons = [
                {self.env._("why"): str(reason), self.env._("times"): count}
                for reason, count in sorted(why.items(), key=lambda each: str(each))
            ]
