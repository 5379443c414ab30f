"""The watch: at the begin and the end of each run and at each lock, is everything as it should be?

What can't be refused (a settings administrator, the owner of the database) is at least told: as findings of
the server that keep the month open until they are gone or two controllers waived them.
"""

import logging

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.modules.registry import Registry
from odoo.tools import html_escape

from ..kernel.files import short
from . import close_watch_books, close_watch_protection, close_watch_settings
from .refusal import LOCK_TIMEOUT_MS

_logger = logging.getLogger(__name__)

RULES = (close_watch_protection.RULE, close_watch_settings.RULE, close_watch_books.RULE)
# These are told at once, by mail; the others with the close.
MAILED = (close_watch_protection.RULE, close_watch_books.RULE)


class CloseWatch(models.AbstractModel):
    _inherit = "ai.close.watch"

    @api.model
    @api.private
    def _look(self, close, run=None, everything=False, told=True):
        """Look at everything for ``close`` and bring the server's findings up to date.

        :param everything: a lock proves the snapshot itself as well
        :param told: when this transaction is rolled back, look once more in one of its own, so that what a
            refused lock found is not lost with it
        """
        close = close.sudo()
        if close._is_locked_now() or close.kind == "adjustment" or not close.company_id.ai_close_enabled:
            return self.env["ai.close.finding"]
        self.env.flush_all()
        rows = []
        for rule, look in (
            (close_watch_protection.RULE, lambda: self._look_protection(close)),
            (close_watch_settings.RULE, lambda: self._look_settings(close)),
            (close_watch_books.RULE, lambda: self._look_books(close, everything)),
        ):
            rows += self._looked(rule, look)
        news = self.env["ai.close.finding"].sudo()._by_server(close, RULES, rows, run)
        if news and told:
            self._again_after_rollback(close)
        self._mail(
            close, news.filtered(lambda finding: finding.rule in MAILED and finding.severity == "critical")
        )
        return news

    def _looked(self, rule, look):
        """A check that breaks is a finding as well: silence would look like order."""
        try:
            with self.env.cr.savepoint(flush=False):
                return look()
        except Exception as error:
            if getattr(error, "pgcode", None) in ("40001", "40P01", "55P03"):
                raise  # Odoo runs the whole again
            _logger.exception("the check %s broke", rule)
            sentence = f"{type(error).__name__}: {error}".splitlines()[0][:300]
            return [
                {
                    "rule": rule,
                    "facet": "check",
                    "severity": "critical",
                    "rule_title": self.env._("Check not made"),
                    "title": self.env._("The check %s could not be made", rule),
                    "message": sentence,
                    "why": self.env._("What was not looked at can't be called in order."),
                    "remedy": self.env._("The server's log has the details."),
                    "evidence": {"error": sentence},
                    "keys": [short(sentence.encode())[:12]],
                }
            ]

    def _again_after_rollback(self, close):
        dbname, close_id = self.env.cr.dbname, close.id

        def again():
            try:
                with Registry(dbname).cursor() as cr:
                    cr.execute("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_TIMEOUT_MS)])
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    found = env["ai.close"].browse(close_id).exists()
                    if found:
                        env["ai.close.watch"]._look(found, told=False)
            except Exception:
                _logger.exception("what the watch found for close %s is not written", close_id)

        self.env.cr.postrollback.add(again)

    @api.model
    @api.private
    def _open_close(self, company):
        """Return the earliest close of ``company`` that is not locked, perhaps none."""
        return (
            self.env["ai.close"]
            .sudo()
            .search(
                [("company_id", "=", company.id), ("state", "!=", "locked"), ("kind", "!=", "adjustment")],
                order="period_start",
            )
            .filtered(lambda close: not close._is_locked_now())[:1]
        )

    def _mail(self, close, findings):
        """Tell the controllers at once; the text says what and where, and no amounts."""
        for finding in findings:
            controllers = (
                self.env["ai.close.lock"].sudo().new({"company_id": close.company_id.id})._controllers()
            )
            if not controllers:
                continue
            subject = self.env._(
                "%(company)s %(close)s: %(title)s",
                company=close.company_id.name,
                close=close.name,
                title=finding.title,
            )
            lines = (finding.message or "").splitlines()[:20]
            finding.with_user(SUPERUSER_ID).message_notify(
                partner_ids=controllers.partner_id.ids,
                subject=subject,
                body=Markup("<p>%s</p><ul>%s</ul>")
                % (
                    finding.title,
                    Markup("").join(Markup("<li>%s</li>") % html_escape(line) for line in lines),
                ),
            )
