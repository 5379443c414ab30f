"""Which version of the language model a run was given, and what people see of what it asked."""

from odoo import api, fields, models


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

    @api.depends("counters")
    def _compute_language_shown(self):
        for run in self:
            counters = run.counters if isinstance(run.counters, dict) else {}
            told = counters.get("language")
            told = told if isinstance(told, dict) else {}
            why = told.get("why")
            why = why if isinstance(why, dict) else {}
            labels = {
                "taken": self.env._("answers taken"),
                "template": self.env._("left to templates"),
                "cached": self.env._("answered before"),
                "calls": self.env._("calls"),
                "tokens_in": self.env._("tokens in"),
                "tokens_out": self.env._("tokens out"),
            }
            run.language_shown = told and {
                label: told[name] for name, label in labels.items() if name in told
            }
            run.language_reasons = [
                {self.env._("why"): str(reason), self.env._("times"): count}
                for reason, count in sorted(why.items(), key=lambda each: str(each))
            ]
