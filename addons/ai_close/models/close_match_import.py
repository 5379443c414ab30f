"""An import of bank lines asks for a run by itself: proposals stand there minutes later, not next morning.

The request is noted when the import commits, in its transaction: an import that is rolled back asks for
nothing.  Whatever goes wrong with the request, the import never fails by it; the nightly run comes anyway.
"""

import logging
import secrets

import pytz

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from ..kernel.periods import month_end
from ..kernel.sod import SERVER
from .guarding import guarded

_logger = logging.getLogger(__name__)
_NOTED = "ai_close_imported_lines"
# Older months have their close already, or somebody imports history that no close is about.
RECENT_DAYS = 31


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if guarded(lines.company_id):
            lines._ai_close_note_import()
        return lines

    @api.private
    def _ai_close_note_import(self):
        """Remember these lines until the commit, which asks for one run a period, however many they are."""
        data = self.env.cr.precommit.data
        if _NOTED not in data:
            data[_NOTED] = set()
            env = self.with_user(SUPERUSER_ID).with_context({}).env
            self.env.cr.precommit.add(lambda: _ask(env, data.pop(_NOTED, ())))
        data[_NOTED].update(self.ids)


def _ask(env, ids):
    """Ask for the runs that these imported lines need; a failure is logged and costs nothing but the run."""
    try:
        with env.cr.savepoint():
            env["ai.close.run"]._request_for_lines(env["account.bank.statement.line"].browse(sorted(ids)))
    except Exception:
        _logger.warning("no run was asked for after an import of bank lines", exc_info=True)


class CloseRun(models.Model):
    _inherit = "ai.close.run"

    trigger = fields.Selection(
        selection_add=[("import", "Bank lines imported")], ondelete={"import": "set default"}
    )

    @api.model
    @api.private
    def _request_for_lines(self, lines):
        """Ask for a run of each period of which ``lines`` are open; return the runs that were new."""
        months = set()
        for line in lines.exists():
            company = line.company_id
            if not company.ai_close_enabled or line.is_reconciled or line.move_id.state != "posted":
                continue
            if company.ai_close_start and line.date < company.ai_close_start:
                continue
            months.add((company, line.date.replace(day=1)))
        asked = self.browse()
        for company, month in sorted(months, key=lambda pair: (pair[0].id, pair[1])):
            close = self._close_to_match(company, month)
            if close and not close._is_locked_now():
                asked |= self._request_by_import(close)
        return asked

    @api.model
    def _close_to_match(self, company, month):
        """Return the close of ``month``: the one that is there, or a new one of this month or the last."""
        Close = self.env["ai.close"].sudo()
        today = fields.Datetime.now().replace(tzinfo=pytz.UTC)
        today = today.astimezone(pytz.timezone(company.ai_close_tz or "UTC")).date()
        recent = month <= today and (today - month_end(month)).days <= RECENT_DAYS
        if not recent and not Close._closes_within(company, month, month_end(month)):
            return Close
        try:
            return Close._for_month(company, month)
        except UserError:
            # nothing before the start, or a period that people cut otherwise
            return Close

    @api.model
    @api.private
    def _request(self, close):
        # what an import asked for is asked for by a person now: one run serves both
        run = super()._request(close)
        if run.sudo().state == "requested" and run.sudo().trigger == "import":
            run._guarded().write({"trigger": "person", "requested_by_id": self.env.uid})
            self.env["ai.close.audit"]._append("run.request", run, after={"state": "requested"})
        return run

    @api.model
    @api.private
    def _take_import_request(self, close, run_key, trigger):
        """Return what an import asked for, under the key of a run that begins now, or none.

        Whatever begins now reads what was imported: a second run would find nothing new.
        """
        run = self.sudo().search(
            [("close_id", "=", close.id), ("state", "=", "requested"), ("trigger", "=", "import")], limit=1
        )
        if run:
            run._lock_rows()
            run._guarded().write({"run_key": run_key, "trigger": trigger})
        return run

    @api.model
    def _cron_expire(self):
        result = super()._cron_expire()
        waiting = self.sudo().search([("state", "=", "requested"), ("trigger", "=", "import")])
        gone = waiting.filtered(lambda run: run.close_id._is_locked_now())
        gone._transition("expired", role=SERVER, reason=self.env._("The period was locked meanwhile."))
        return result

    @api.model
    def _request_by_import(self, close):
        """Note the request of the server itself; a run that is at work may have read before the import."""
        waiting = self.sudo().search([("close_id", "=", close.id), ("state", "=", "requested")], limit=1)
        if waiting:
            return self.browse()
        run = self._guarded().create(
            {
                "company_id": close.company_id.id,
                "close_id": close.id,
                "trigger": "import",
                "state": "requested",
                "run_key": f"import-{secrets.token_hex(8)}",
            }
        )
        self.env["ai.close.audit"]._append("run.request", run, after={"state": "requested"}, role=SERVER)
        return run
