"""Working days after a period: the company's calendar with its public holidays."""

from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import api, fields, models

from ..kernel import workdays

LOOK_DAYS = 31


class AiClose(models.Model):
    _inherit = "ai.close"

    workday_note = fields.Char(
        "About the due days", readonly=True, help="Why due days do not follow the company's calendar."
    )

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"workday_note"}

    @api.private
    def _workday(self, number):
        """Return the date of working day ``number`` after the period, by the company's calendar.

        Monday to Friday where the company has no calendar, or one that nobody works by; ``_workday_problem``
        says so.
        """
        self.ensure_one()
        first = self.period_end + timedelta(days=1)
        return self._calendar_day(first, number) or workdays.nth_weekday(first, number)

    def _calendar_day(self, first, number):
        """Return working day ``number`` of the calendar from ``first`` on; None when it has none."""
        company = self.company_id.sudo()
        calendar = company.resource_calendar_id
        if not calendar:
            return None
        # Whether a day is worked is the calendar's own matter, in its own zone.
        zone = timezone(calendar.tz or company.ai_close_tz or "UTC")
        domain = [("time_type", "=", "leave"), ("company_id", "in", (False, company.id))]
        found = set()
        for start in range(0, workdays.HORIZON_DAYS, LOOK_DAYS):
            begin = zone.localize(datetime.combine(first + timedelta(days=start), time.min))
            end = zone.localize(datetime.combine(first + timedelta(days=start + LOOK_DAYS), time.min))
            intervals = calendar._work_intervals_batch(begin, end, domain=domain, tz=zone)[False]
            found |= {moment.astimezone(zone).date() for moment, _stop, _meta in intervals}
            day = workdays.nth(found, number)
            if day:
                return day
        return None

    @api.private
    def _workday_problem(self):
        """Return why due days do not follow the company's calendar, in words; False when they do."""
        self.ensure_one()
        calendar = self.company_id.sudo().resource_calendar_id
        if not calendar:
            return self.env._("The company has no calendar; due days are counted from Monday to Friday.")
        if not self._calendar_day(self.period_end + timedelta(days=1), 1):
            return self.env._(
                "The calendar %s has no working day; due days are counted from Monday to Friday. Correct it, "
                "then update the checklist from its templates.",
                calendar.name,
            )
        return False
