"""ai.close.notice: what the server told people about a close, when, and to whom.

Mails go to users of the company who have a part in the close, never to bare addresses: each link leads to
Odoo, which asks who is there.  The text is kept here as it was sent; nothing is decided by mail.
"""

import logging

from markupsafe import Markup
from pytz import timezone, utc

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date, format_datetime

from ..kernel import notices, workdays
from ..kernel.sod import SERVER

_logger = logging.getLogger(__name__)


class CloseNotice(models.Model):
    _name = "ai.close.notice"
    _inherit = ["ai.close.access.mixin"]
    _description = "Notice about a close"
    _order = "id desc"
    _rec_name = "subject"

    close_id = fields.Many2one("ai.close", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="close_id.company_id", store=True, readonly=True)
    kind = fields.Selection(
        [("risk", "Risk report"), ("digest", "Morning digest"), ("mine", "A person's day")],
        required=True,
        readonly=True,
    )
    day = fields.Date(required=True, readonly=True, help="In the company's time zone.")
    date_due = fields.Date("Due", readonly=True)
    asked_by_id = fields.Many2one(
        "res.users", "Asked for by", readonly=True, help="Empty: sent by the server itself."
    )
    told_ids = fields.Many2many("res.users", readonly=True)
    unreached = fields.Char("Without mail address", readonly=True)
    subject = fields.Char(readonly=True)
    body = fields.Html("Text", readonly=True)
    facts = fields.Json(readonly=True)
    channel_id = fields.Many2one("discuss.channel", readonly=True, ondelete="set null")

    _risk_once = models.UniqueIndex(
        "(close_id, date_due) WHERE kind = 'risk' AND asked_by_id IS NULL", "This report was sent already."
    )
    _day_once = models.UniqueIndex(
        "(company_id, kind, day) WHERE kind = 'digest'", "This morning's digest was sent already."
    )

    # -- the cron

    @api.model
    def _cron_morning(self):
        """In each company's morning: tell what its policy wants told, one company a transaction."""
        if self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized"):
            return
        companies = self.env["res.company"].sudo().search([("ai_close_enabled", "=", True)])
        for number, company in enumerate(companies, 1):
            try:
                with self.env.cr.savepoint():
                    self._morning(company)
            except Exception as error:
                if getattr(error, "pgcode", None) in ("40001", "40P01", "55P03"):
                    raise  # Odoo runs the whole again
                # the other companies' people want their morning too
                _logger.exception("the morning's notices of company %s are not sent", company.id)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number)

    @api.model
    @api.private
    def _morning(self, company, now=None):
        """Tell what is due in ``company`` at ``now`` (UTC, naive); return the notices."""
        says = self._says(company)
        zone = timezone(company.sudo().ai_close_tz or "UTC")
        local = utc.localize(now or fields.Datetime.now()).astimezone(zone)
        told = self.browse()
        if not says.anything or not notices.is_morning(local, says.hour):
            return told
        today = local.date()
        for close in self._open_closes(company):
            if says.to and close._report_is_near(today, says.days):
                told |= self._risk_unasked(close, today)
        first = self._open_closes(company)[:1]
        if first and first._is_workday(today):
            if says.digest:
                told |= self._digest(first, today)
            if says.mine:
                told |= self._mine(first, today)
        return told

    @api.model
    @api.private
    def _says(self, company):
        """Return what the policy in force says of notices."""
        return notices.settings(self.env["ai.close.policy"]._in_force_above(company).sudo().params)

    @api.model
    @api.private
    def _open_closes(self, company):
        """Return the closes of ``company`` that are not locked, the earliest first."""
        domain = [("company_id", "=", company.id), ("state", "!=", "locked"), ("kind", "!=", "adjustment")]
        closes = self.env["ai.close"].sudo().search(domain, order="period_start")
        return closes.filtered(lambda close: not close._is_locked_now())

    def _risk_unasked(self, close, today):
        """Send the risk report before the due day, once for each due day."""
        sent = [("close_id", "=", close.id), ("kind", "=", "risk"), ("date_due", "=", close.date_due)]
        if self.sudo().search_count([*sent, ("asked_by_id", "=", False)], limit=1):
            return self.browse()
        return close._send_risk_report(today)

    def _digest(self, close, today):
        """Post the morning's five lines; another module or file fills this in."""
        return self.browse()

    def _mine(self, close, today):
        """Mail each person what is his; another module or file fills this in."""
        return self.browse()

    # -- sending

    @api.model
    @api.private
    def _mail(self, close, kind, day, users, compose, asked_by=None, **more):
        """Mail ``users`` what ``compose(env)`` returns as ``(subject, body)``, each in his language.

        :param compose: called once a language with an environment of the server in that language
        :return: the notice, with the text in the first reader's language
        """
        server = self.with_user(SUPERUSER_ID).sudo()
        reached = users.filtered("email_normalized")
        texts = {}
        for user in reached or users:
            lang = user.lang or self.env.lang or "en_US"
            if lang not in texts:
                texts[lang] = compose(server.with_context(lang=lang, tz=close.company_id.ai_close_tz).env)
            if user in reached:
                subject, body = texts[lang]
                server.env["mail.mail"].create(
                    {
                        "subject": subject,
                        "body_html": body,
                        "email_to": user.email_formatted,
                        "email_from": close.company_id.email_formatted or self.env.user.email_formatted,
                        "auto_delete": True,
                    }
                )
        subject, body = next(iter(texts.values()))
        notice = server.create(
            {
                "close_id": close.id,
                "kind": kind,
                "day": day,
                "date_due": close.date_due,
                "asked_by_id": asked_by.id if asked_by else False,
                "told_ids": [(6, 0, reached.ids)],
                "unreached": ", ".join((users - reached).mapped("name")) or False,
                "subject": subject,
                "body": body,
                **more,
            }
        )
        notice._tell(asked_by)
        return self.browse(notice.id)

    def _tell(self, asked_by=None):
        """Append to the audit trail what was told to whom."""
        trail = self.env["ai.close.audit"]
        if asked_by:
            trail = trail.with_user(asked_by)
        trail._append(
            f"notice.{self.kind}",
            self,
            after={"subject": self.subject, "told": self.told_ids.ids, "unreached": self.unreached or None},
            role=None if asked_by else SERVER,
        )

    @api.model
    @api.private
    def _readers(self, close, to):
        """Return the users that ``to`` names, roles and ids, as far as they have a part in the close now."""
        company = close.company_id.sudo()
        groups = self.env["res.groups"].sudo()
        for role in notices.READERS:
            groups |= self.env.ref(f"ai_close.group_{role}").sudo()
        return groups.all_user_ids.filtered(
            lambda user: (
                user.active
                and not user.share
                and company in user.company_ids
                and (user.id in to or user._ai_close_roles() & set(to))
                and user._ai_close_roles() & set(notices.READERS)
            )
        )


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _report_is_near(self, today, days):
        """Does the due day lie within ``days`` working days after ``today``?"""
        reach = self._workday_after(today, days) if days else today
        return notices.is_near(today, self.date_due or None, reach)

    @api.private
    def _is_workday(self, day):
        first = self._calendar_day(day, 1) or workdays.nth_weekday(day, 1)
        return first == day

    def _workday_after(self, day, number):
        following = fields.Date.add(day, days=1)
        return self._calendar_day(following, number) or workdays.nth_weekday(following, number)

    @api.private
    def _link(self, path=""):
        """Return the address of this close, or of a list that ``path`` names, cut down to this close."""
        return f"{self.get_base_url()}/odoo/ai-close-periods/{self.id}{'/' if path else ''}{path}"

    @api.private
    def _due_words(self, env, today):
        """Return "Thu 5 Nov 2026 (in 2 days)" in the language of ``env``."""
        if not self.date_due:
            return env._("not set")
        days = (self.date_due - today).days
        near = {0: env._("today"), 1: env._("tomorrow"), -1: env._("yesterday")}
        when = near.get(days) or (env._("in %s days", days) if days > 0 else env._("%s days ago", -days))
        return f"{format_date(env, self.date_due, date_format='EEE d MMM yyyy')} ({when})"

    @api.private
    def _moment_words(self, env, moment):
        """Return a UTC time in the company's zone, with the zone."""
        if not moment:
            return ""
        tz = self.company_id.sudo().ai_close_tz or "UTC"
        return f"{format_datetime(env, moment, tz=tz, dt_format='d MMM HH:mm')} {tz}"


def paragraph(text):
    """Return one escaped paragraph."""
    return Markup("<p>%s</p>") % text
