"""Due days: the company's calendar with its holidays, and what happens when nobody works by it."""

from odoo import Command
from odoo.tests import tagged

from .close_common import CloseCase


@tagged("post_install", "-at_install")
class TestTaskWorkday(CloseCase):
    def leave(self, date_from, date_to, **vals):
        values = {
            "name": "holiday",
            "calendar_id": self.company.resource_calendar_id.id,
            "date_from": f"{date_from} 00:00:00",
            "date_to": f"{date_to} 23:59:59",
            **vals,
        }
        leave = self.env["resource.calendar.leaves"].sudo().create(values)
        # Odoo computes the company from who asks
        leave.flush_recordset()
        company = vals.get("company_id", self.company.id)
        self.cr.execute(
            "UPDATE resource_calendar_leaves SET company_id = %s WHERE id = %s", [company, leave.id]
        )
        leave.invalidate_recordset()
        return leave

    def days(self, *numbers):
        return [str(self.close._workday(number)) for number in numbers]

    def test_public_holidays_and_those_of_every_calendar(self):
        self.leave("2026-11-02", "2026-11-03")
        self.leave("2026-11-04", "2026-11-04", calendar_id=False)
        self.assertEqual(self.days(1, 2, 3), ["2026-11-05", "2026-11-06", "2026-11-09"])

    def test_somebody_elses_holiday_is_none_of_ours(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.leave("2026-11-02", "2026-11-02", calendar_id=False, company_id=other.id)
        user = self.env["resource.resource"].sudo().create({"name": "Anna", "user_id": self.anna.id})
        self.leave("2026-11-02", "2026-11-02", resource_id=user.id)
        self.assertEqual(self.days(1), ["2026-11-02"])

    def test_another_week(self):
        calendar = self.company.resource_calendar_id
        calendar.attendance_ids.filtered(lambda each: each.dayofweek in ("0", "4")).unlink()
        self.assertEqual(self.days(1, 2, 3, 4), ["2026-11-03", "2026-11-04", "2026-11-05", "2026-11-10"])

    def test_a_calendar_nobody_works_by_is_told(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        self.assertEqual(self.days(1, 4, 6), ["2026-11-02", "2026-11-05", "2026-11-09"])
        close = self.env["ai.close"]._for_period(self.company, "2026-12-01").sudo()
        self.assertIn("has no working day", close.workday_note)
        self.assertTrue(all(close.task_ids.mapped("date_due")))

    def test_everybody_on_holiday_for_years_is_told(self):
        self.leave("2026-01-01", "2029-12-31")
        self.assertEqual(self.days(1), ["2026-11-02"])
        self.assertIn("has no working day", self.close._workday_problem())

    def test_no_calendar_is_told(self):
        self.company.resource_calendar_id = False
        self.assertEqual(self.days(5), ["2026-11-06"])
        self.assertIn("no calendar", self.close._workday_problem())

    def test_the_calendar_as_it_should_be_says_nothing(self):
        self.assertFalse(self.close._workday_problem())
        self.assertFalse(self.close.workday_note)

    def test_the_zone_of_the_calendar_decides_what_a_day_is(self):
        calendar = self.company.resource_calendar_id
        calendar.write(
            {
                "tz": "Pacific/Auckland",
                "attendance_ids": [
                    Command.clear(),
                    Command.create(
                        {
                            "name": "Mon",
                            "dayofweek": "0",
                            "hour_from": 6,
                            "hour_to": 10,
                            "day_period": "morning",
                        }
                    ),
                ],
            }
        )
        self.assertEqual(self.days(1, 2), ["2026-11-02", "2026-11-09"])
