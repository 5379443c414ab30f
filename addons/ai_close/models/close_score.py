"""ai.close.score: how the proposals of a month in observe mode compare with what people booked."""

from odoo import api, fields, models

from ..kernel.score import Tally, percent

KINDS = [("match", "Bank matches"), ("entry", "Staged entries"), ("finding", "Findings")]
COUNTED = ("proposals", "hits", "misses", "extra", "waiting")


class CloseScore(models.Model):
    _name = "ai.close.score"
    _description = "Score of proposals"
    _inherit = ["ai.close.state.mixin"]
    _order = "close_id desc, kind desc, part nulls first, id"
    _rec_name = "kind"

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    policy_id = fields.Many2one("ai.close.policy", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    part = fields.Char(
        "Of it",
        readonly=True,
        help="The band of a match, the kind of an entry, the rule of a finding; empty is all.",
    )
    proposals = fields.Integer(readonly=True, aggregator=None, help="Proposals that could be compared.")
    hits = fields.Integer("Booked the same", readonly=True, aggregator=None)
    extra = fields.Integer(
        "Booked otherwise",
        readonly=True,
        aggregator=None,
        help="Or not at all; a finding that nobody put right.",
    )
    misses = fields.Integer(
        "Not proposed", readonly=True, aggregator=None, help="People booked it; nobody proposed it so."
    )
    waiting = fields.Integer("Not booked yet", readonly=True, aggregator=None)
    misses_known = fields.Boolean(readonly=True)
    precision = fields.Float(readonly=True, digits=(5, 4), aggregator=None)
    recall = fields.Float(readonly=True, digits=(5, 4), aggregator=None)
    precision_text = fields.Char("Right of the proposed", readonly=True)
    recall_text = fields.Char("Proposed of the booked", readonly=True)
    few = fields.Boolean("Too few", readonly=True)
    amount = fields.Monetary("Amount proposed", readonly=True, aggregator=None)
    amount_extra = fields.Monetary("Amount booked otherwise", readonly=True, aggregator=None)
    frozen = fields.Boolean("Final", readonly=True, help="Taken at the lock; it stays.")
    scored_at = fields.Datetime(readonly=True)

    _one_a_part = models.UniqueIndex("(close_id, kind, COALESCE(part, ''))", "This score exists already.")

    @api.model
    @api.private
    def _protected(self):
        return set(self._fields) - {*models.MAGIC_COLUMNS, "display_name"}

    @api.depends("close_id", "kind", "part")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for score in self:
            score.display_name = " ".join(filter(None, (labels.get(score.kind), score.part)))

    @api.private
    def _tally(self):
        return Tally(self.hits, self.extra, self.misses if self.misses_known else None, self.waiting)

    @api.model
    @api.private
    def _values(self, tally):
        """Return the stored fields of ``tally``."""
        return {
            "proposals": tally.judged,
            "hits": tally.hits,
            "extra": tally.extra,
            "misses": tally.misses or 0,
            "misses_known": tally.misses is not None,
            "waiting": tally.waiting,
            "precision": float(tally.precision or 0),
            "recall": float(tally.recall or 0),
            "precision_text": percent(tally.precision),
            "recall_text": percent(tally.recall),
            "few": tally.few,
        }


class AiClose(models.Model):
    _inherit = "ai.close"

    score_ids = fields.One2many("ai.close.score", "close_id", string="Scores", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"score_ids"}

    @api.private
    def _refresh(self):
        result = super()._refresh()
        for close in self.sudo():
            close._score()
        return result

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        if to == "locked":
            # what people booked until now is what the month is compared with
            for close in self.sudo():
                close._score(final=True)
        return super()._transition(to, role=role, reason=reason, vals=vals, action=action)

    @api.private
    def _score(self, final=False):
        """Compare this close's proposals with the books and keep the scores; those of a lock stay."""
        close = self._guarded()
        if close.company_id._ai_close_phase() != "observe" or any(close.score_ids.mapped("frozen")):
            return
        if close.state == "locked":
            # locked before the company observed: nobody booked beside proposals then
            return
        policy = self.env["ai.close.policy"]._in_force_above(close.company_id)
        known = {(score.kind, score.part or ""): score for score in close.score_ids}
        for kind, _label in KINDS:
            for part, (tally, amount, amount_extra) in getattr(close, f"_score_{kind}")(final).items():
                vals = {
                    **self.env["ai.close.score"]._values(tally),
                    "amount": amount,
                    "amount_extra": amount_extra,
                    "policy_id": policy.id,
                    "frozen": final,
                    "scored_at": self._now(),
                }
                score = known.pop((kind, part), None)
                if score:
                    score.write(vals)
                else:
                    close.env["ai.close.score"].create(
                        {
                            **vals,
                            "close_id": close.id,
                            "company_id": close.company_id.id,
                            "kind": kind,
                            "part": part or False,
                        }
                    )
        # what was withdrawn altogether has no score any more
        for score in known.values():
            score.unlink()
        if final:
            self.env["ai.close.audit"]._append(
                "close.score",
                self,
                role="server",
                after={
                    f"{score.kind} {score.part or ''}".strip(): {name: score[name] for name in COUNTED}
                    for score in close.score_ids
                },
            )


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    exit_figures = fields.Json("Observed", compute="_compute_exit_figures")
    changes_phase = fields.Boolean(compute="_compute_exit_figures")

    @api.depends("params", "base_id.params", "company_id")
    def _compute_exit_figures(self):
        for policy in self:
            moves = bool(policy.base_id) and policy._phase() != policy.base_id._phase()
            policy.changes_phase = moves
            policy.exit_figures = policy._exit_figures() if moves else []

    @api.private
    def _exit_figures(self):
        """Return what the months locked in observe mode came to, a row for each kind and part."""
        scores = (
            self.env["ai.close.score"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("frozen", "=", True)])
        )
        labels = dict(scores._fields["kind"]._description_selection(self.env))
        rows = []
        for kind, _label in KINDS:
            of_kind = scores.filtered(lambda score, kind=kind: score.kind == kind)
            for part in sorted({score.part or "" for score in of_kind} | {""}):
                found = of_kind.filtered(lambda score, part=part: (score.part or "") == part)
                tally = sum(
                    (score._tally() for score in found), Tally(0, 0, None if kind == "finding" else 0)
                )
                rows.append(
                    {
                        "kind": kind,
                        "label": labels[kind],
                        "part": part,
                        "closes": len(found.close_id),
                        "proposals": tally.judged,
                        "hits": tally.hits,
                        "extra": tally.extra,
                        "misses": tally.misses,
                        "precision": percent(tally.precision),
                        "recall": percent(tally.recall),
                        "few": tally.few,
                    }
                )
        return rows

    @api.private
    def _audit_evidence(self):
        """Add what a version changes and, for a move to another phase, the figures that were shown."""
        found = super()._audit_evidence()
        for policy in self.sudo():
            facts = {}
            if policy.base_id:
                facts["changes"] = [
                    {"parameter": row["path"], "before": row["old"], "after": row["new"]}
                    for row in policy._change_rows()
                ]
            if policy.changes_phase:
                facts["observed"] = policy._exit_figures()
            if facts:
                found.setdefault(policy.id, {}).update(facts)
        return found
