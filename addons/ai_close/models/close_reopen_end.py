"""The end of a reopen: by its time or by a controller.  What was done meanwhile is written up, and locked.

The period is locked from the moment the window ends.  Writing it up may come later: by the cron, or by
whoever next works on the period.  It runs behind the shut gate, so that nobody is still posting beside it.
"""

import logging

from psycopg2.errors import LockNotAvailable

from odoo import api, models

from ..kernel.sod import CONTROLLER, SERVER
from .close_lock import GATE_TIMEOUT_S, REASON_MIN_CHARS
from .refusal import CloseRefusal, refuse

_logger = logging.getLogger(__name__)


class AiCloseLock(models.Model):
    _inherit = "ai.close.lock"

    @api.private
    def _behind_gate(self, method, action):
        """Call ``method`` of this record in a cursor of its own, behind the shut gate."""
        kept = ("lang", "tz", "allowed_company_ids")
        context = {name: self.env.context[name] for name in kept if name in self.env.context}
        with self.env.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, context)
            # SET takes no snapshot either; a SELECT before the gate would.
            cr.execute("SET LOCAL lock_timeout = %s", [f"{GATE_TIMEOUT_S}s"])
            try:
                env["ai.close.gate"]._shut()
            except LockNotAvailable:
                raise refuse(self, "LCK007", action=action) from None
            getattr(env[self._name].browse(self.id), method)()
            env.flush_all()
        self.env.invalidate_all()

    # -- by a controller ---

    def action_end_early(self, reason):
        """End the window now; the exceptions are revoked, and the period is locked again."""
        self.ensure_one()
        action = "lock.end_early"
        self._need_role(CONTROLLER, action=action)
        self.check_access("read")
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self, "ENT006", action=action)
        if self.kind != "reopen" or self.state != "applied":
            raise refuse(self, "ENT001", self.env._("%s is no open window.", self.name), action=action)
        self.env["ai.close.audit"]._append(action, self, reason=reason)
        self._guarded().message_post(body=self.env._("Ended early: %s", reason))
        self.env.flush_all()
        self._behind_gate("_end_early", action)
        return True

    @api.private
    def _end_early(self):
        self._need_role(CONTROLLER, action="lock.end_early")
        self._lock_rows()
        if self.state == "applied":
            self.sudo().exception_ids.action_revoke()
            self.env.flush_all()
            self._settle(role=CONTROLLER)

    # -- by its time ---

    @api.model
    @api.private
    def _ended(self, companies=None):
        """Return the reopens whose window ended and whose end nobody wrote up yet (sudo)."""
        domain = [("kind", "=", "reopen"), ("state", "=", "applied")]
        if companies is not None:
            domain.append(("company_id", "in", companies.ids))
        return self.sudo().search(domain, order="id").filtered(lambda request: not request._is_window_open())

    @api.model
    @api.private
    def _settle_ended(self, company):
        """Write up what ended in ``company``, before somebody works on what comes after it."""
        for request in self._ended(company):
            self.browse(request.id)._behind_gate("_settle", "lock.expire")

    @api.model
    @api.private
    def _cron_relock(self):
        """Write up every window that ended; one that can't be does not keep the others waiting."""
        for request in self._ended():
            try:
                self.browse(request.id)._behind_gate("_settle", "lock.expire")
            except CloseRefusal as refusal:
                _logger.warning("%s stays to be written up: %s", request.name, refusal.sentence)
            except Exception:
                _logger.exception("%s is not written up; its period is locked all the same", request.name)

    @api.private
    def _settle(self, role=SERVER):
        """Write the report, remember the books as they are now, and lock the period as a new version.

        Runs behind the shut gate.
        """
        request = self.sudo()
        request._lock_rows()
        if request.state != "applied" or request._is_window_open():
            return
        close = request.close_id
        close._lock_rows()
        report = request.report_ids[:1]
        report._write_up(role)
        if close.state == "reopened":
            close._transition(
                "locked",
                role=role,
                reason=request.reason,
                vals={"version": close.version + 1},
                action="close.relock",
            )
        request._transition("expired", role=role)
        # Who began while the window was open has to begin again: see models/gate.py.
        self.env["ai.close.gate"]._next_epoch(request.company_id)
        report._mark_later_closes()
        report._ask_for_signature()


class AiCloseLockOther(models.Model):
    _inherit = "ai.close.lock"

    @api.private
    def _need_sound(self, action):
        """No lock date that can't be lifted moves over a window that is open."""
        if self.kind == "lock" and self.field == "hard_lock_date":
            self._settle_ended(self.company_id)
            closes = (
                self.env["ai.close"]
                .sudo()
                .search(
                    [("company_id", "child_of", self.company_id.id), ("period_start", "<=", self.date_new)]
                )
            )
            for close in closes.filtered(lambda each: each.state == "reopened" or each._open_window()):
                sentence = close._window_sentence()
                if sentence:
                    raise refuse(
                        self,
                        "LCK023",
                        self.env._("Not locked for good: %s", sentence),
                        action=action,
                    )
        return super()._need_sound(action)
