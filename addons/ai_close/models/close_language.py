"""ai.close.language: versions of which language model and which prompts may be asked, for each company.

The agent offers what it tried on the evaluation set; a person proposes, another takes it into use.  Without a
version in use nothing is asked.  One controller ends the use at once: less is allowed by one person.
"""

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel.canonical import digest
from ..kernel.language import TASKS

LIVE = ("draft", "proposed", "in_force")


class CloseLanguage(models.Model):
    _name = "ai.close.language"
    _description = "Version of the language model"
    _inherit = ["ai.close.version.mixin"]
    _order = "company_id, version desc"

    state = fields.Selection(
        [
            ("draft", "Offered"),
            ("proposed", "Proposed"),
            ("in_force", "In use"),
            ("replaced", "No longer in use"),
            ("rejected", "Rejected"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    origin = fields.Selection(
        [("offered", "Offered by the agent"), ("brought_back", "Brought back")],
        required=True,
        readonly=True,
        default="offered",
    )
    model = fields.Char("Language model", required=True, readonly=True)
    address = fields.Char(required=True, readonly=True, help="Host and port that the questions go to.")
    prompts = fields.Json(required=True, readonly=True)
    figures = fields.Json("Results", readonly=True)
    calls = fields.Integer(readonly=True)
    tokens_in = fields.Integer("Tokens in", readonly=True)
    tokens_out = fields.Integer("Tokens out", readonly=True)
    cost = fields.Float("Cost of the trial", readonly=True, digits=(16, 6))
    currency = fields.Char(readonly=True)
    base_id = fields.Many2one(
        "ai.close.language",
        "Compared with",
        readonly=True,
        ondelete="restrict",
        help="The version in use when it was offered or proposed; empty: none was.",
    )
    source_id = fields.Many2one("ai.close.language", "Brought back from", readonly=True, ondelete="restrict")
    digest = fields.Char("Proof code", required=True, readonly=True, index=True)
    agent_version = fields.Char(readonly=True)
    ended_by_id = fields.Many2one("res.users", "Switched off by", readonly=True)
    ended_at = fields.Datetime("Switched off on", readonly=True)
    ended_reason = fields.Text("Why it was switched off", readonly=True)
    figure_rows = fields.Json("On the evaluation set", compute="_compute_figure_rows")
    prompt_rows = fields.Json("Prompts as a list", compute="_compute_figure_rows")

    _unique_version = models.Constraint("UNIQUE (company_id, version)", "This version exists already.")
    _one_in_force = models.UniqueIndex(
        "(company_id) WHERE state = 'in_force'", "One version of the language model is in use already."
    )
    _one_under_way = models.UniqueIndex(
        "(company_id) WHERE state = 'proposed'", "Another version of the language model is under way."
    )
    _two_people = models.Constraint(
        "CHECK(approved_by_id IS NULL OR (proposed_by_id IS NOT NULL AND approved_by_id <> proposed_by_id))",
        "Who proposes a version does not take it into use.",
    )
    _approved_by_somebody = models.Constraint(
        "CHECK(state NOT IN ('in_force', 'replaced') OR approved_by_id IS NOT NULL)",
        "A version is taken into use by a controller.",
    )

    @api.depends("company_id", "version", "model")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "%(company)s language model v%(version)s: %(model)s",
                company=one.company_id.name,
                version=one.version,
                model=one.model,
            )

    @api.depends("figures", "prompts", "base_id.figures")
    def _compute_figure_rows(self):
        names = ("taken", "template", "right")
        for one in self:
            before, now = (one.base_id.sudo().figures or {}), (one.figures or {})
            asked = dict(self.env["ai.close.text"]._fields["task"]._description_selection(self.env))
            one.figure_rows = [
                {
                    self.env._("what is asked"): asked[task],
                    self.env._("cases"): now[task]["cases"],
                    **{
                        label: self._beside(before.get(task), now[task], name)
                        for label, name in zip(self._figure_words(), names, strict=True)
                    },
                }
                for task in TASKS
                if task in now
            ]
            one.prompt_rows = [
                {
                    self.env._("what is asked"): asked.get(task, task),
                    self.env._("prompt"): f"{task}@{each['version']}",
                    self.env._("proof code"): each["digest"],
                }
                for task, each in sorted((one.prompts or {}).items())
            ]

    def _figure_words(self):
        return (
            self.env._("answers that held"),
            self.env._("left to the template"),
            self.env._("right choices"),
        )

    def _beside(self, before, now, name):
        """Return a figure, after the one of the version in use where there was one: `20 → 25`."""
        shown = [str(each[name]) for each in (before, now) if each]
        if name == "right":
            shown = [f"{each['right']}/{each['checked']}" for each in (before, now) if each]
        return " → ".join(shown)

    # -- which version is used

    @api.private
    def _tasks(self, policy):
        """Return the tasks that this version has a prompt for and ``policy`` doesn't switch off."""
        said = (policy.sudo().params or {}).get("language") or {"is_on": True, "tasks": TASKS}
        if not self or not said["is_on"]:
            return []
        return [task for task in TASKS if task in self.sudo().prompts and task in said["tasks"]]

    @api.private
    def _covers(self, policy, row):
        """Tell whether a row of the agent names this model and an approved prompt of a task that is on."""
        prompt = (self.sudo().prompts or {}).get(row["task"])
        return bool(
            self.sudo().state == "in_force"
            and row["task"] in self._tasks(policy)
            and row["model"] == self.sudo().model
            and row["prompt_digest"] == prompt["digest"]
            and row["prompt"] == f"{row['task']}@{prompt['version']}"
        )

    @api.private
    def _wire(self, run):
        """Return what ``run`` may ask as the agent takes it; None where nothing may."""
        policy = run.policy_id
        tasks = self._tasks(policy)
        if not tasks:
            return None
        said = (policy.sudo().params or {}).get("language") or {}
        limit = said.get("month_limit")
        return {
            "version": self.version,
            "model": self.model,
            "prompts": {task: self.prompts[task]["digest"] for task in tasks},
            "tasks": tasks,
            "month_limit": limit,
            "month_spent": limit if limit and self._is_promised(run) else self._month_spent(self.company_id),
            "currency": self.currency,
        }

    def _is_promised(self, run):
        """Tell whether a run under way, of another month, was promised what is left of the month's limit.

        Runs of several months may be under way together; each would spend what is left. So the first has
        it, and who begins beside it asks nothing. Two that begin at once wait for each other here.
        """
        self.env.flush_all()
        # a write, not only a lock: who waited has to look again with fresh eyes
        self.env.cr.execute(SQL("UPDATE ai_close_language SET version = version WHERE id = %s", self.id))
        under_way = [
            ("company_id", "=", self.company_id.id),
            ("id", "!=", run.id),
            ("language_id", "!=", False),
            ("state", "=", "running"),
            ("lease_until", ">", fields.Datetime.now()),
        ]
        return bool(run.sudo().search_count(under_way, limit=1))

    @api.model
    @api.private
    def _month_spent(self, company):
        """Return what the runs begun this calendar month (UTC) spent, as a decimal text.

        Of a run that died before it told its cost, what its exchanges cost.
        """
        self.env.flush_all()
        first = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        # as text: psycopg2 would make a float of it
        ((spent,),) = self.env.execute_query(
            SQL(
                "SELECT trim_scale(coalesce(sum(CASE WHEN run.cost > round(coalesce(asked.cost, 0), 6)"
                " THEN run.cost ELSE coalesce(asked.cost, 0) END), 0))::text"
                " FROM ai_close_run run LEFT JOIN (SELECT run_id, sum(cost) AS cost FROM ai_close_exchange"
                " WHERE company_id = %(company)s GROUP BY run_id) asked ON asked.run_id = run.id"
                " WHERE run.company_id = %(company)s AND run.date_start >= %(first)s",
                company=company.id,
                first=first,
            )
        )
        return spent

    # -- offered by the agent

    @api.model
    @api.private
    def _offer(self, company, agent_version, offer):
        """Return the version of what the agent tried; the same content again gives the same version."""
        code = digest(offer)
        versions = self._lock_versions(company)
        known = versions.filtered(lambda one: one.digest == code and one.state in LIVE)[:1]
        if known:
            return known
        language = self._make(
            company,
            {
                "model": offer["model"],
                "address": offer["address"],
                "prompts": offer["prompts"],
                "figures": offer["figures"],
                **offer["usage"],
                "cost": float(offer["cost"]),
                "currency": offer["currency"],
                "digest": code,
                "agent_version": agent_version,
            },
            "language.offer",
        ).sudo()
        self.env["ai.close.audit"]._append(
            "language.offer",
            language,
            role="agent",
            after={"state": "draft", "model": offer["model"], "version": language.version},
            evidence={"offer": offer, "digest": code},
        )
        return language
