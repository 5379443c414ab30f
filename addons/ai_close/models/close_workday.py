"""Working days after a period, by the calendar of the company."""

from datetime import datetime, time, timedelta

from pytz import timezone

from odoo import api, models


class AiClose(models.Model):
    _inherit = "ai.close"

    @api.private
    def _workday(self, number):
        """Return the date of working day ``number`` after the period, by the company's calendar."""
        self.ensure_one()
        calendar = self.company_id.sudo().resource_calendar_id
        first = self.period_end + timedelta(days=1)
        if calendar:
            zone = timezone(calendar.tz or self.company_id.sudo().ai_close_tz or "UTC")
            moment = calendar.plan_days(
                number, zone.localize(datetime.combine(first, time.min)), compute_leaves=True
            )
            if moment:
                return moment.date()
        day, left = first, number
        while True:
            if day.weekday() < 5:
                left -= 1
                if left <= 0:
                    return day
            day += timedelta(days=1)
