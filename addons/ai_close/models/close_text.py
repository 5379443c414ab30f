"""ai.close.text: what a language model wrote about a proposal.

It changes no proposal, key, state or decision.  A text keeps the digest of what it is about; when that
changed since, the text is not shown any more.
"""

from odoo import api, fields, models
from odoo.tools import format_date

from ..kernel import canonical
from ..kernel.money import fmt

# What single people earn, and who they are: a text about it is read by controllers and auditors.
PAY_MODELS = ("ai.close.holiday.balance",)
PAY_PREFIX = "hr."
READERS = "ai_close.group_controller,ai_close.group_auditor"
ABOUT = {
    "finding": "ai.close.finding",
    "entry": "ai.close.entry",
    "variance": "ai.close.variance",
    "statement_line": "account.bank.statement.line",
}


class CloseText(models.Model):
    _name = "ai.close.text"
    _description = "Text of a language model"
    _inherit = ["ai.close.state.mixin"]
    _order = "id desc"
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="cascade")
    run_id = fields.Many2one("ai.close.run", "Told by run", readonly=True)
    language_id = fields.Many2one(
        "ai.close.language",
        "Version of the language model",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    task = fields.Selection(
        [
            ("variance", "Why a balance moved"),
            ("finding", "Explanation of a finding"),
            ("entry", "Summary of an entry"),
            ("account", "Suggested account"),
            ("payer", "Suggested payer"),
            ("period", "Suggested period"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    about_kind = fields.Selection(
        [
            ("finding", "Finding"),
            ("entry", "Entry"),
            ("variance", "Balance that moved"),
            ("statement_line", "Bank line"),
        ],
        "About",
        required=True,
        readonly=True,
    )
    about_key = fields.Char("Its key with the agent", required=True, readonly=True)
    about_model = fields.Char(required=True, readonly=True)
    about_id = fields.Many2oneReference(
        "Record", model_field="about_model", required=True, readonly=True, index=True
    )
    about_name = fields.Char("Written about", compute="_compute_about_name")
    about_links = fields.Json("Written about (link)", compute="_compute_about_name")
    about_digest = fields.Char("Proof code of what it is about", required=True, readonly=True)
    text = fields.Text(required=True, readonly=True)
    choice = fields.Json(readonly=True)
    choice_label = fields.Char("Suggestion", compute="_compute_shown")
    facts = fields.Json(readonly=True)
    fact_rows = fields.Json("Facts it was given", compute="_compute_shown")
    badge = fields.Char("Text by", compute="_compute_shown")
    exchange = fields.Char("Question", required=True, readonly=True)
    prompt = fields.Char(required=True, readonly=True)
    prompt_digest = fields.Char("Proof code of the prompt", required=True, readonly=True)
    model = fields.Char("Language model", required=True, readonly=True)
    is_pay = fields.Boolean("About pay", readonly=True)
    is_current = fields.Boolean("About what stands there now", compute="_compute_is_current")
    exchange_id = fields.Many2one(
        "ai.close.exchange", "Question and answer", compute="_compute_exchange_id", groups=READERS
    )
    request = fields.Text("What the provider saw", compute="_compute_exchange_id", groups=READERS)
    answers = fields.Json("What it answered", compute="_compute_exchange_id", groups=READERS)

    _one_a_key = models.UniqueIndex("(company_id, key)", "There is such a text already.")

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("task", "model")
    def _compute_display_name(self):
        labels = dict(self._fields["task"]._description_selection(self.env))
        for one in self:
            one.display_name = f"{labels.get(one.task, '')}: {one.model}"

    @api.depends("model", "choice", "facts")
    def _compute_shown(self):
        for one in self:
            one.badge = self.env._("Text by %(model)s, not by a person", model=one.model)
            one.choice_label = (one.choice or {}).get("label")
            one.fact_rows = [
                {
                    self.env._("fact"): fact["key"],
                    self.env._("what it is"): fact["role"],
                    self.env._("shown as"): fact["shown"],
                }
                for fact in one.facts or []
            ]

    @api.depends("exchange", "company_id")
    def _compute_exchange_id(self):
        for one in self:
            domain = [("company_id", "=", one.company_id.id), ("key", "=", one.exchange)]
            # the last run that asked it
            asked = self.env["ai.close.exchange"].sudo().search(domain, limit=1)
            one.exchange_id, one.request, one.answers = asked, asked.request, asked.answers

    @api.depends("about_model", "about_id", "about_digest")
    def _compute_is_current(self):
        digests = self._digests({kind: self._about_of(kind) for kind in ABOUT})
        for one in self:
            now = digests.get((one.about_kind, one.about_id))
            one.is_current = now is not None and now == one.about_digest

    @api.depends("about_model", "about_id")
    def _compute_about_name(self):
        """Name the record as its own screen does; "" where it is gone or the reader may not see it."""
        names = {}
        for kind in ABOUT:
            records = self._about_of(kind).sudo(False)._filtered_access("read")
            names |= {(kind, record.id): self._name_of(record) for record in records}
        for one in self:
            one.about_name = names.get((one.about_kind, one.about_id), "")
            link = {"model": one.about_model, "id": one.about_id, "label": one.about_name}
            one.about_links = [link] if one.about_name else False

    def _name_of(self, record):
        if record._name != ABOUT["statement_line"]:
            return record.display_name
        return f"{format_date(self.env, record.date)} {record.payment_ref or record.display_name}"

    def _about_of(self, kind):
        """Return the records of a kind that these texts are about and that are still there."""
        ids = [one.about_id for one in self.sudo() if one.about_kind == kind]
        return self.env[ABOUT[kind]].sudo().with_context(active_test=False).browse(ids).exists()

    @api.model
    def _digests(self, found):
        """Return ``{(kind, id): digest}`` of what each record says now, without a model's own words.

        :param found: kind -> records
        """
        return {
            (kind, record.id): canonical.digest(getattr(self, f"_facts_of_{kind}")(record))
            for kind, records in found.items()
            for record in records
        }

    def _facts_of_finding(self, finding):
        return {
            "title": finding.title,
            "message": finding.message or "",
            "severity": finding.severity,
            "amount": fmt(finding.amount, finding.currency_id.decimal_places),
            "records": finding.records or [],
        }

    def _facts_of_entry(self, entry):
        return {"digest": entry.payload_digest or None}

    def _facts_of_variance(self, variance):
        places = variance.currency_id.decimal_places
        money = {name: fmt(variance[name], places) for name in ("actual", "month", "year", "expected")}
        return {**money, "against": variance.against, "drivers": variance.drivers or []}

    def _facts_of_statement_line(self, line):
        places = line.currency_id.decimal_places
        return {
            "label": line.payment_ref or "",
            "payer": line.partner_name or "",
            "partner": line.partner_id.id or None,
            "date": str(line.date),
            "amount": fmt(line.amount, places),
        }

    # -- what people do with one

    def action_facts(self):
        """Show what a text rests on: its facts, prompt and model; for some also what the provider saw."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Facts"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
            "target": "new",
        }

    # -- for the records that texts are about

    @api.model
    @api.private
    def _shown_of(self, records):
        """Return ``{id: [what a screen shows]}`` of texts that the reader may read and that still hold."""
        own, found = self.sudo(False), {}
        if not own.has_access("read"):
            return found
        about = [("about_model", "=", records._name), ("about_id", "in", records.ids)]
        what = dict(self._fields["task"]._description_selection(self.env))
        texts = own.search([*about, ("active", "=", True)], order="task, id")
        # what explains comes before what suggests
        for one in texts.sorted(lambda one: bool(one.choice)):
            if one.is_current:
                choice = one.choice_label or None
                shown = {
                    "id": one.id,
                    "task": one.task,
                    "what": what[one.task],
                    # "Payer: ACME" says nothing that the choice doesn't
                    "text": "" if choice and one.text.endswith(f": {choice}") else one.text,
                    "choice": choice,
                    "badge": one.badge,
                }
                found.setdefault(one.about_id, []).append(shown)
        return found
