"""ai.close.exchange: each question to a language model, what it cost, and what became of the answer.

The request and the answers, as they left, stand in the event of the audit trail; here is how to find them.
Controllers and auditors read both, since a question may concern pay.
"""

import json

from odoo import api, fields, models


class CloseExchange(models.Model):
    _name = "ai.close.exchange"
    _description = "Question to a language model"
    _inherit = ["ai.close.append.only"]
    _order = "id desc"
    _rec_name = "prompt"

    key = fields.Char(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, ondelete="restrict")
    run_id = fields.Many2one("ai.close.run", required=True, readonly=True, ondelete="restrict")
    language_id = fields.Many2one(
        "ai.close.language",
        "Version of the language model",
        readonly=True,
        ondelete="restrict",
        help="Empty: the model or the prompt was none that may be asked.",
    )
    task = fields.Char(readonly=True)
    prompt = fields.Char(readonly=True)
    prompt_digest = fields.Char("Proof code of the prompt", readonly=True)
    model = fields.Char("Language model", readonly=True)
    outcome = fields.Char(readonly=True)
    tokens_in = fields.Integer("Tokens in", readonly=True)
    tokens_out = fields.Integer("Tokens out", readonly=True)
    cost = fields.Float(readonly=True, digits=(20, 10))
    event_id = fields.Integer("Event of the trail", readonly=True)
    request = fields.Text("What the provider saw", compute="_compute_said")
    answers = fields.Json("What it answered", compute="_compute_said")

    _one_a_run = models.UniqueIndex("(run_id, key)", "This question was told already.")

    @api.depends("event_id")
    def _compute_said(self):
        events = self.env["ai.close.audit"].sudo().browse(self.mapped("event_id")).exists()
        said = {event.id: json.loads(event.evidence or "{}") for event in events}
        for one in self:
            one.request = _readable(said.get(one.event_id, {}).get("request"))
            one.answers = said.get(one.event_id, {}).get("answers") or []

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Note each question once a run, with one event that holds all of it; say what became of each.

        A question to a model that may not be asked is noted too: it left.
        """
        run = run.sudo()
        known = set(self.sudo().search([("run_id", "=", run.id)]).mapped("key"))
        answers, fresh = [], []
        for row in rows:
            status = "unchanged" if row["key"] in known else "created"
            answers.append({"key": row["key"], "status": status, "code": None, "reason": None})
            if status == "created":
                fresh.append(row)
        events = self.env["ai.close.audit"]._append_all([self._event_of(run, row) for row in fresh])
        names = ("key", "task", "prompt", "prompt_digest", "model", "outcome", "tokens_in", "tokens_out")
        self.sudo()._insert_rows(
            [
                {
                    **{name: row[name] for name in names},
                    "company_id": run.company_id.id,
                    "close_id": run.close_id.id,
                    "run_id": run.id,
                    "language_id": self._allowed(run, row).id,
                    "cost": float(row["cost"]),
                    "event_id": event.id,
                }
                for row, event in zip(fresh, events, strict=True)
            ]
        )
        return answers

    def _event_of(self, run, row):
        return {
            "action": "language.ask",
            "record": run,
            "role": "agent",
            "after": {
                "task": row["task"],
                "model": row["model"],
                "prompt": row["prompt"],
                "outcome": row["outcome"],
                "tokens_in": row["tokens_in"],
                "tokens_out": row["tokens_out"],
                "cost": row["cost"],
                "version": self._allowed(run, row).version or None,
            },
            "evidence": row,
        }

    def _allowed(self, run, row):
        language = run.language_id
        return language if language._covers(run.policy_id, row) else language.browse()


def _readable(request):
    """Return a request with its lines and indents; one that is no JSON as it is."""
    try:
        return json.dumps(json.loads(request), indent=2, ensure_ascii=False)
    except (TypeError, ValueError):
        return request or ""
