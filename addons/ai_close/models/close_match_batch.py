"""ai.close.match.batch: a whole band of matches accepted in the background, after a look at a sample.

A person opens a draft: the server picks the sample (the largest are in it), pins what every match says, and
notes what was opened.  From the request on a cron accepts in chunks, in the name of that person, whose rights
are checked again with each chunk.  What is committed stays, so a killed batch goes on where it stopped, and a
match that fails leaves the others.
"""

from random import SystemRandom

from odoo import api, fields, models
from odoo.fields import Domain

from ..kernel.match_sample import left_reason, sample, size_of
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER
from .refusal import refuse

PEOPLE = (PREPARER, REVIEWER, CONTROLLER)
BANDS = ("auto", "review")
# More than a page of the list in one call is no choice line by line any more.
MOST_BY_HAND = 80


class CloseMatchBatch(models.Model):
    _name = "ai.close.match.batch"
    _description = "Matches accepted together"
    _inherit = ["ai.close.state.mixin"]
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "company_id",
            "band",
            "origin",
            "run_id",
            "policy_id",
            "requested_by_id",
            "requested_at",
            "done_at",
            "stopped_by_id",
            "reason",
            "pinned",
            "total",
            "done_count",
            "failed_count",
            "money_in",
            "money_out",
            "written_off",
            "left_out",
            "line_ids",
            "sample_ids",
            "failed_ids",
            "shown_id",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    band = fields.Selection([("auto", "Sure"), ("review", "Check")], required=True, readonly=True)
    origin = fields.Selection(
        [("person", "Asked for by a person"), ("policy", "Unattended, by the policy")],
        required=True,
        readonly=True,
        default="person",
        index=True,
    )
    state = fields.Selection(
        [
            ("draft", "Sample to open"),
            ("waiting", "Waiting"),
            ("running", "Accepting"),
            ("done", "Done"),
            ("stopped", "Stopped"),
        ],
        required=True,
        readonly=True,
        default="draft",
        index=True,
    )
    run_id = fields.Many2one("ai.close.run", "After run", readonly=True)
    policy_id = fields.Many2one("ai.close.policy", "Under", readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked for by", readonly=True, index=True)
    requested_at = fields.Datetime(readonly=True)
    done_at = fields.Datetime("Ended", readonly=True)
    stopped_by_id = fields.Many2one("res.users", "Stopped by", readonly=True)
    reason = fields.Char("Why it stopped", readonly=True)
    # What every match said when the batch was opened: match id -> proof code.
    pinned = fields.Json(readonly=True)
    total = fields.Integer("Matches", readonly=True)
    done_count = fields.Integer("Accepted", readonly=True)
    failed_count = fields.Integer("Not accepted", readonly=True)
    progress = fields.Float(compute="_compute_progress")
    money_in = fields.Monetary("Money in", readonly=True)
    money_out = fields.Monetary("Money out", readonly=True)
    written_off = fields.Monetary("Written off", readonly=True, help="Fees, discounts, tax and rounding.")
    left_out = fields.Json("Left out", readonly=True)
    line_ids = fields.One2many("ai.close.match.batch.line", "batch_id", readonly=True)
    sample_ids = fields.One2many(
        "ai.close.match.batch.line",
        "batch_id",
        readonly=True,
        domain=[("sample", "=", True)],
    )
    failed_ids = fields.One2many(
        "ai.close.match.batch.line",
        "batch_id",
        readonly=True,
        string="Not accepted, and unchanged",
        domain=[("outcome", "=", "failed")],
    )
    to_open = fields.Integer("Still to open", compute="_compute_to_open")
    shown_id = fields.Many2one("ai.close.match.batch.line", readonly=True)
    shown_items = fields.Json(related="shown_id.items")
    shown_reasons = fields.Json(related="shown_id.match_id.reasons")

    @api.depends("band", "company_id")
    def _compute_display_name(self):
        labels = dict(self._fields["band"]._description_selection(self.env))
        for batch in self:
            batch.display_name = self.env._(
                "Batch %(id)s: %(band)s", id=batch.id or "", band=labels.get(batch.band, "")
            )

    @api.depends("total", "done_count", "failed_count")
    def _compute_progress(self):
        for batch in self:
            ended = batch.done_count + batch.failed_count
            batch.progress = 100.0 * ended / batch.total if batch.total else 0.0

    @api.depends("sample_ids.opened_at")
    def _compute_to_open(self):
        for batch in self:
            batch.to_open = len(batch.sample_ids.filtered(lambda line: not line.opened_at))

    # -- opening one

    @api.model
    def action_new(self, band, domain=None):
        """Open a batch of the proposals of ``band`` that the caller sees: a draft, with its sample to open.

        :param domain: narrows the proposals further (what the screen shows); the company is the current one
        :return: the window action of the dialog
        """
        action = "batch.open"
        self.browse()._need_role(*PEOPLE, action=action)
        if band not in BANDS:
            raise refuse(self, "ENT036", action=action)
        company = self.env.company
        found = self.env["ai.close.match"].search(
            Domain(
                [("state", "=", "proposed"), ("band", "=", band), ("company_id", "=", company.id)],
            )
            & Domain(domain or [])
        )
        chosen, left_out = self._sorted_out(found)
        if not chosen:
            raise refuse(
                self,
                "ENT036",
                self.env._(
                    "Nothing in this band can be accepted now. %s", self._left_words(left_out)
                ).strip(),
                action=action,
            )
        self._drop_own_drafts(company)
        batch = self._open(
            company, band, chosen, {"requested_by_id": self.env.uid, "left_out": left_out or False}
        )
        batch._pick_sample(chosen)
        return batch._dialog()

    @api.private
    def _dialog(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept matches"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    @api.private
    def _open(self, company, band, matches, vals):
        """Create a batch of ``matches`` with what each says now, and tell the trail."""
        amounts = [match._amount_in_company() for match in matches]
        batch = self._guarded().create(
            {
                "company_id": company.id,
                "band": band,
                "policy_id": self.env["ai.close.policy"]._in_force(company).id,
                "pinned": {str(match): proof for match, proof in matches._proofs().items()},
                "total": len(matches),
                "money_in": sum(amount for amount in amounts if amount > 0),
                "money_out": sum(amount for amount in amounts if amount < 0),
                "written_off": float(sum(match._written_off() for match in matches.sudo())),
            }
            | vals
        )
        self.env["ai.close.audit"]._append(
            "batch.open",
            batch,
            after={"state": batch.state, "band": band, "total": len(matches), "origin": batch.origin},
            role="server" if batch.origin == "policy" else None,
        )
        return batch

    @api.private
    def _drop_own_drafts(self, company):
        """Forget what the caller opened before and did not ask for."""
        drafts = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "draft"),
                ("requested_by_id", "=", self.env.uid),
            ]
        )
        if drafts:
            drafts._transition("stopped", vals={"stopped_by_id": self.env.uid, "done_at": self._now()})

    def _pick_sample(self, matches):
        """Write the rows to open: the largest half, and others that nobody can foresee."""
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        amounts = [(match.id, match._amount_to_judge()) for match in matches]
        size = size_of((policy.params if policy else None) or {})
        picked = sample(amounts, size, SystemRandom().sample)
        lines = self.env["ai.close.match.batch.line"]
        lines._add(self, matches.browse(picked), sample=True)

    # -- what fits

    @api.model
    def _sorted_out(self, matches):
        """Return ``(matches to accept, [{why, count}] of what is left out)``."""
        chosen, left = [], {}
        closed, dates = {}, {}
        alone = not self.browse()._roles() & {REVIEWER, CONTROLLER}
        for match in matches.sudo():
            close, lines = match.close_id, match._bank_lines()
            if close not in closed:
                closed[close] = close._is_locked_now()
            for move in lines.move_id:
                day = (match.company_id, move.journal_id, move.date)
                if day not in dates:
                    dates[day] = bool(move._ai_close_locks(move.date))
            reason = left_reason(
                {
                    "line_gone": len(lines) != len(match.line_ids),
                    "locked": closed[close]
                    or any(dates[match.company_id, move.journal_id, move.date] for move in lines.move_id),
                    "nothing": not match._has_answer(),
                    "limit": alone and match._above_limit()[1],
                }
            )
            if reason:
                left[reason] = left.get(reason, 0) + 1
            else:
                chosen.append(match.id)
        words = self._left_out_words()
        rows = [{"why": words[reason], "count": count} for reason, count in sorted(left.items())]
        return matches.browse(chosen), rows

    @api.model
    def _left_out_words(self):
        return {
            "line_gone": self.env._("The bank line was deleted."),
            "locked": self.env._("The bank line lies in a locked period and stays as it is."),
            "nothing": self.env._("Nothing is proposed that could be accepted."),
            "limit": self.env._("It is above your limit; a reviewer can accept it."),
        }

    @api.model
    def _left_words(self, rows):
        return " ".join(f"{row['why']} ({row['count']})" for row in rows)

    # -- asking for it

    def action_request(self):
        """Let the batch begin, once the person who opened it has opened every row of the sample."""
        self.ensure_one()
        action = "batch.request"
        self.check_access("read")
        self._need_own(action)
        self._lock_rows()
        if self.state != "draft":
            raise refuse(self, "ENT001", self.env._("This batch was asked for already."), action=action)
        unopened = self.sudo().sample_ids.filtered(lambda line: not line.opened_at)
        if unopened:
            raise refuse(
                self,
                "ENT034",
                self.env._(
                    "Open the sample first: %(left)s of %(size)s rows were not looked at.",
                    left=len(unopened),
                    size=len(self.sudo().sample_ids),
                ),
                action=action,
            )
        self._need_none_running(self.company_id)
        matches = self.env["ai.close.match"].browse(int(each) for each in self.sudo().pinned or {})
        sampled = self.sudo().sample_ids.match_id
        self.env["ai.close.match.batch.line"]._add(self, matches.sudo().exists() - sampled)
        self._transition("waiting", vals={"requested_at": self._now()})
        self.env.ref("ai_close.cron_match_batch").sudo()._trigger()
        return self._dialog()

    def action_stop(self):
        """Stop a batch between two chunks; what was accepted stays, each match can be undone."""
        for batch in self:
            batch.check_access("read")
            batch._need_role(*PEOPLE, action="batch.stop")
            batch._transition("stopped", vals={"stopped_by_id": self.env.uid, "done_at": self._now()})
        return True

    def _need_own(self, action):
        """A sample that somebody else opened is no look of one's own."""
        self._need_role(*PEOPLE, action=action)
        if self.sudo().requested_by_id != self.env.user:
            raise refuse(
                self,
                "ENT037",
                self.env._("%s opened this batch; open one of your own.", self.sudo().requested_by_id.name),
                action=action,
            )

    @api.private
    def _audit_evidence(self):
        """What a step rests on: the rows of the sample, when each was opened, and what the matches said."""
        found = super()._audit_evidence()
        for batch in self.sudo():
            found.setdefault(batch.id, {})["sample"] = [
                {"match": line.match_id.id, "proof": line.proof, "opened_at": str(line.opened_at or "")}
                for line in batch.sample_ids
            ]
        return found
