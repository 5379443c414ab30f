"""ai.close.auto.post: drafts that the server posted by itself after a run, with what the books said before.

Off unless the policy is in its third phase and names journals and a limit.  The agent posts nothing: the
server does, in its own name, after a check of its own, and people see and undo it.
"""

import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import RedirectWarning, UserError

from ..kernel.auto_post import MOST, WAITS_HOURS, not_completed
from ..kernel.canonical import digest
from ..kernel.rule_book import book
from ..kernel.sod import CONTROLLER, PREPARER, REVIEWER, SERVER
from .refusal import refuse

_logger = logging.getLogger(__name__)


class CloseAutoPost(models.Model):
    _name = "ai.close.auto.post"
    _description = "Drafts posted automatically"
    _inherit = ["ai.close.state.mixin"]
    _order = "id desc"
    _ai_close_protected = frozenset(
        {
            "company_id",
            "close_id",
            "run_id",
            "policy_id",
            "reason",
            "done_at",
            "posted_count",
            "left_count",
            "amount",
            "before",
            "after",
            "before_digest",
            "line_ids",
            "reversed_by_id",
            "stopped_by_id",
        }
    )

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    close_id = fields.Many2one("ai.close", readonly=True, index=True, ondelete="restrict")
    run_id = fields.Many2one("ai.close.run", readonly=True, index=True, ondelete="restrict")
    policy_id = fields.Many2one("ai.close.policy", "Posted under", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("done", "Posted"),
            ("refused", "Nothing posted"),
            ("stopped", "Stopped"),
            ("reversed", "Reversal drafted"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    reason = fields.Text("Why", readonly=True)
    done_at = fields.Datetime("Posted at", readonly=True)
    posted_count = fields.Integer("Posted", readonly=True)
    left_count = fields.Integer("Left to people", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Sum posted", readonly=True)
    before = fields.Json("Balances before", readonly=True)
    after = fields.Json("Balances after", readonly=True)
    balance_rows = fields.Json("Balances", compute="_compute_balance_rows")
    before_digest = fields.Char("Proof code", readonly=True)
    line_ids = fields.One2many("ai.close.auto.post.line", "batch_id", readonly=True)
    stopped_by_id = fields.Many2one("res.users", "Stopped by", readonly=True)
    reversed_by_id = fields.Many2one("res.users", "Reversed by", readonly=True)

    _one_batch_a_run = models.UniqueIndex("(run_id) WHERE run_id IS NOT NULL", "This run has its batch.")

    @api.depends("run_id")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = (
                self.env._("Automatic posting after run %s", batch.run_id.id)
                if batch.run_id
                else self.env._("Automatic posting")
            )

    @api.depends("before", "after")
    def _compute_balance_rows(self):
        for batch in self:
            after = dict(batch.after or [])
            accounts = self.env["account.account"].sudo().with_company(batch.company_id)
            batch.balance_rows = [
                {
                    self.env._("account"): accounts.browse(account).display_name,
                    self.env._("before"): balance,
                    self.env._("after"): after.get(account, ""),
                }
                for account, balance in batch.before or []
            ]

    # -- the switch that people have

    def action_stop_company(self):
        """Stop automatic posting at once, until a controller allows it again; return what says so.

        In the companies of these batches; without any (the button over the list) in the one worked in.
        """
        self.check_access("read")
        stops = self.browse()
        for company in self.sudo().company_id or self.env.company:
            stops |= self._stop(company)
        return stops[:1].get_formview_action()

    def _stop(self, company):
        """Return what stops automatic posting in a company: what waits there, or a stop of its own."""
        action = "post.stop"
        known = self.search([("company_id", "=", company.id), ("state", "=", "stopped")], limit=1)
        if known:
            return known
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "waiting")])
        if waiting:
            waiting._transition("stopped", vals={"stopped_by_id": self.env.uid})
            return waiting[:1]
        self.browse()._need_role(PREPARER, REVIEWER, CONTROLLER, action=action)
        stop = self._guarded().create(
            {"company_id": company.id, "state": "stopped", "stopped_by_id": self.env.uid}
        )
        self.env["ai.close.audit"]._append(action, stop, after={"state": "stopped"})
        return stop.with_env(self.env)

    def action_resume(self, reason):
        """Allow automatic posting again after a stop; a controller's decision, with a reason."""
        for batch in self:
            batch._need_role(CONTROLLER, action="post.resume")
            text = self.env["ai.close.finding"]._need_text(reason, "post.resume")
            batch._transition("refused", reason=text, vals={"reason": text}, action="post.resume")
        return True

    # -- after a run

    @api.model
    @api.private
    def _plan(self, run):
        """Note that the drafts of a finished run wait for the server's own check; nothing where it is off."""
        policy = self.env["ai.close.policy"]._in_force(run.company_id)
        if not policy or not self._settings(policy) or run.state != "done":
            return self.browse()
        batch = self._guarded().create(
            {
                "company_id": run.company_id.id,
                "close_id": run.close_id.id,
                "run_id": run.id,
                "policy_id": policy.id,
            }
        )
        self.env["ai.close.audit"]._append("post.plan", batch, after={"state": "waiting"}, role=SERVER)
        self.env.ref("ai_close.cron_auto_post").sudo()._trigger()
        return batch

    @api.model
    @api.private
    def _settings(self, policy):
        """Return what the policy says of automatic posting, or None where people post everything."""
        if not policy or policy._phase() != "automatic":
            return None
        return (policy.sudo().params or {}).get("auto_post") or None

    @api.model
    def _cron_post(self):
        """Post what waits; each batch is one step that happens as a whole or not at all."""
        # Whoever presses "Run manually": this is the server's act and bears its name.
        server = self.with_user(SUPERUSER_ID).with_context({})
        for batch in server.search([("state", "=", "waiting")], order="id"):
            try:
                with self.env.cr.savepoint():
                    batch._work()
            except OperationalError:
                # Somebody else wrote the same: the next call of the job looks with fresh eyes.
                raise
            except Exception:
                _logger.exception("automatic posting of batch %s", batch.id)
                self.env.invalidate_all()
                why = self.env._("Something unexpected happened; the server's log has the details.")
                batch._transition("refused", role=SERVER, reason=why, vals={"reason": why})

    @api.private
    def _work(self):
        """Check what holds for the whole batch, then each draft, and post what passes."""
        self._lock_rows()
        if self.state != "waiting":
            return
        refusal = self._refusal()
        if refusal:
            self._transition("refused", role=SERVER, reason=refusal, vals={"reason": refusal})
            return
        settings = self._settings(self.policy_id)
        judged = self._judged(settings)
        fitting = [(move, None) for move, left in judged if not left][:MOST]
        left = [(move, reason) for move, reason in judged if reason]
        accounts = self.env["account.move"].union(*(move for move, _ in fitting)).line_ids.account_id
        before = self._balances(accounts)
        posted = []
        for move, _none in fitting:
            problem = self._post_one(move)
            if problem:
                left.append((move, problem))
            else:
                posted.append(move)
        snapshot = {"balances": before, "drafts": [self._facts_of(move) for move in posted]}
        self.env["ai.close.auto.post.line"]._note(self, posted, left)
        self._transition(
            "done" if posted else "refused",
            role=SERVER,
            vals={
                "done_at": self._now(),
                "posted_count": len(posted),
                "left_count": len(left),
                "amount": self.currency_id.round(sum(move._ai_close_debits() for move in posted)),
                "before": before,
                "after": self._balances(accounts),
                "before_digest": digest(snapshot),
                "reason": False if posted else self.env._("No draft passed; see each one."),
            },
        )
        if self.close_id:
            self.close_id._refresh()

    @api.private
    def _refusal(self):
        """Say why nothing of this batch may be posted, or None."""
        run, close = self.run_id, self.close_id
        policy = self.env["ai.close.policy"]._in_force(self.company_id)
        if not self._settings(policy):
            return self.env._("The policy in force lets people post everything.")
        if policy != self.policy_id or run.policy_id != policy:
            return self.env._("The policy is not the one that the run judged by.")
        if self.search_count([("company_id", "=", self.company_id.id), ("state", "=", "stopped")], limit=1):
            return self.env._("Automatic posting is stopped.")
        if run.state != "done" or (run.failures and any(one.get("kind") == "raised" for one in run.failures)):
            return self.env._("The run did not finish without an error.")
        if run.date_end < self._now() - timedelta(hours=WAITS_HOURS):
            return self.env._("The run is more than %s hours old.", WAITS_HOURS)
        if self.env["ai.close.run"].search_count([("close_id", "=", close.id), ("id", ">", run.id)], limit=1):
            return self.env._("A later run has begun.")
        if close._is_locked_now() or close.state not in ("open", "working", "ready"):
            return self.env._("The period is locked, reopened, or its lock is asked for.")
        missing = not_completed(book(), policy.params["rules"], (run.scopes or {}).get("rules", ()))
        if missing:
            return self.env._(
                "Rules that are on did not complete: %s. Switch off in the policy what can't be judged here.",
                ", ".join(missing),
            )
        return None

    @api.private
    def _post_one(self, move):
        """Post one draft in a savepoint; return why it stayed a draft, or None.

        Odoo may re-date or renumber in silence; then this entry is rolled back and left to people.
        """
        wanted = (move.date, move.invoice_date, move._ai_close_debits(), move.journal_id)
        try:
            with self.env.cr.savepoint():
                move._ai_close_as_closer().write({"ai_close_auto_post_id": self.id})
                move._post(soft=False)
                self.env.flush_all()
                move.invalidate_recordset()
                found = (move.date, move.invoice_date, move._ai_close_debits(), move.journal_id)
                if move.state != "posted" or found != wanted:
                    raise UserError(self.env._("Odoo would have posted it with another date or amount."))
                self.env["ai.close.audit"]._append(
                    "post.post",
                    move,
                    before={"state": "draft"},
                    after={"state": "posted", "name": move.name, "batch": self.id},
                    company=self.company_id,
                    role=SERVER,
                )
        except (UserError, RedirectWarning) as error:
            self.env.invalidate_all()
            return str(error.args[0])
        return None

    @api.private
    def _balances(self, accounts):
        """Return ``[[account, balance]]`` of the posted ledger of the company, as text."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT account_id, trim_scale(sum(balance))::text FROM account_move_line"
            " WHERE company_id = %s AND parent_state = 'posted' AND account_id = ANY(%s)"
            " GROUP BY account_id",
            [self.company_id.id, accounts.ids],
        )
        sums = dict(self.env.cr.fetchall())
        return [[account, sums.get(account, "0")] for account in sorted(accounts.ids)]

    @api.private
    def _facts_of(self, move):
        """Return what the proof code of the batch covers of one entry."""
        lines = move.line_ids._ai_close_accounted()
        return [move.id, move.journal_id.id, move.date.isoformat(), move.partner_id.id,
                [[line.account_id.id, str(line.balance)] for line in lines]]  # fmt: skip

    # -- undoing

    def action_reverse(self, reason):
        """Draft the reversal of everything that the batch posted; people post those, as all else."""
        self.ensure_one()
        action = "post.reverse"
        self._need_role(PREPARER, CONTROLLER, action=action)
        self.check_access("read")
        reason = self.env["ai.close.finding"]._need_text(reason, action)
        self._lock_rows()
        moves = self.sudo().line_ids.move_id.filtered(
            lambda move: move.state == "posted" and not move.reversal_move_ids
        )
        if self.state != "done" or not moves:
            raise refuse(self, "ENT026", action=action)
        moves = moves.sudo(False).with_company(self.company_id)
        drafts = moves._reverse_moves([self._reversal_vals(move) for move in moves])
        self._transition("reversed", reason=reason, vals={"reversed_by_id": self.env.uid})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reversals to post"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "views": [(self.env.ref("account.view_move_tree").id, "list"), (False, "form")],
            "domain": [("id", "in", drafts.ids)],
        }

    @api.private
    def _reversal_vals(self, move):
        """Return the values of a draft reversal: on the entry's own day while that is open, else today."""
        locked = self.company_id.sudo()._get_violated_lock_dates(move.date, True, move.journal_id)
        day = fields.Date.context_today(self) if locked else move.date
        vals = {"ref": self.env._("Reversal of %s", move.name), "date": day}
        return vals | ({} if move.move_type == "entry" else {"invoice_date": day})


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _after_run(self, run):
        result = super()._after_run(run)
        self.env["ai.close.auto.post"]._plan(run.sudo())
        return result
