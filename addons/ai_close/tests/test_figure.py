"""Key figures: each against a few records counted by hand, kept at the lock, told anew only beside that."""

from freezegun import freeze_time

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .close_common import CloseCase, EntryCase


class FigureCase(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()

    @classmethod
    def proposed(cls, amount, date="2026-10-20", **changes):
        line = cls.bank_line(amount, f"INV {amount}", date=date)
        row = cls.match_row(line, cls.invoice(amount), **changes)
        answer = cls.submit("ai.close.match", cls.run_1, row)[0]
        return cls.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def take(self):
        self.env.invalidate_all()
        self.close._take_figures()
        return self.said()

    def said(self, current=True):
        rows = self.close.figure_ids.filtered(lambda row: row.current == current)
        return {row.figure: row.value_text for row in rows}

    def lock_close(self):
        self.close._guarded().write({"state": "requested"})
        self.be(self.close, self.carla)._transition("locked")

    def relock(self):
        self.close._guarded()._transition(
            "locked", role="server", vals={"version": self.close.version + 1}, action="close.relock"
        )


@tagged("post_install", "-at_install")
class TestFigure(FigureCase):
    def test_days_count_to_the_last_lock(self):
        self.assertEqual(self.take()["close_days"], "not measured: the period is not locked yet")
        with freeze_time("2026-11-06 09:00:00"):
            self.lock_close()
        self.assertEqual((self.said()["close_days"], self.said()["reopens"]), ("6 days", "0 times"))
        self.close._guarded().write({"state": "reopened"})
        with freeze_time("2026-11-10 09:00:00"):
            self.take()
            self.assertEqual(self.said()["close_days"], "6 days", "kept while the period is open again")
        with freeze_time("2026-11-12 09:00:00"):
            self.relock()
        self.assertEqual((self.said()["close_days"], self.said()["reopens"]), ("12 days", "1 times"))
        self.assertEqual(self.said(current=False)["close_days"], "6 days", "what was reported stays")
        rows = self.close.figure_ids.filtered(lambda row: row.figure == "close_days")
        self.assertEqual(sorted(rows.mapped("version")), [1, 2])

    def test_the_day_is_the_companys_own(self):
        self.env.cr.execute(
            "UPDATE res_company SET ai_close_tz = 'Asia/Tokyo' WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()
        with freeze_time("2026-11-05 20:00:00"):
            self.lock_close()
        self.assertEqual(self.said()["close_days"], "6 days")

    def test_bank_lines_of_the_period(self):
        """Four lines of October: as proposed, by the server, by hand, open; and one of September."""
        first, second, _open, third = (self.proposed(amount) for amount in (100, 110, 120, 130))
        self.proposed(140, date="2026-09-20")
        for match in (first, second):
            self.be(match, self.anna).action_accept()
        second._guarded().write({"accepted_by_id": SUPERUSER_ID})
        self.be(third, self.anna).action_accept()
        third._guarded().write({"origin": "person"})
        said = self.take()
        self.assertEqual((said["auto_match"], said["touchless"]), ("50.0 %", "25.0 %"))

    def test_what_is_accepted_in_bulk_is_not_touchless_and_not_looked_at(self):
        matches = self.proposed(100) | self.proposed(110) | self.proposed(120)
        self.be(matches, self.anna).action_accept()
        self.assertEqual(matches.mapped("accepted_with"), [3, 3, 3])
        said = self.take()
        self.assertEqual((said["auto_match"], said["touchless"]), ("100.0 %", "0.0 %"))
        self.assertEqual(said["bulk"], "100.0 %")
        self.assertEqual(said["precision_match"], "not measured: nobody decided on a proposal one by one")
        # one of them was wrong: that is known, however it was accepted
        self.be(matches[0], self.anna).action_undo()
        said = self.take()
        self.assertEqual((said["precision_match"], said["undone_later"]), ("0.0 %", "33.3 %"))

    def test_precision_is_what_people_said(self):
        """Two accepted one by one, one rejected, one where another item was chosen: 2 of 4."""
        for amount in (100, 110):
            self.be(self.proposed(amount), self.anna).action_accept()
        self.be(self.proposed(120), self.anna).action_reject("Another invoice")
        replaced, other = self.proposed(130), self.proposed(140)
        replaced._guarded().write({"state": "superseded"})
        self.be(other, self.anna).action_accept()
        other._guarded().write({"origin": "person"})
        other.line_ids._guarded().write({"statement_line_id": replaced.statement_line_id.id})
        self.assertEqual(self.take()["precision_match"], "50.0 %")
        self.assertEqual(self.take()["precision_blind"], "not measured: no blind sample was taken")

    def test_an_undo_after_the_lock_is_told_beside_what_was_kept(self):
        first, second = self.proposed(100), self.proposed(110)
        for match in (first, second):
            self.be(match, self.anna).action_accept()
        self.lock_close()
        self.assertEqual(self.said()["precision_match"], "100.0 %")
        kept = self.close.figure_ids.filtered(lambda row: row.figure == "precision_match")
        # within a window that reopened the period; the bookkeeping of it is not what is looked at here
        self.be(first, self.anna)._transition("undone")
        self.assertEqual(self.take()["precision_match"], "50.0 %")
        self.assertEqual((kept.value_text, kept.current), ("100.0 %", False))
        # the share of lines matched is of the lock
        self.assertEqual(self.said()["auto_match"], "100.0 %")
        count = len(self.close.figure_ids)
        self.take()
        self.assertEqual(len(self.close.figure_ids), count, "nothing changed, nothing is written")
        self.assert_refused("AUD004", kept._guarded().write, {"part": 2})

    def test_age_of_open_findings(self):
        """Open for 2 and 5 days: 3.5 on average; one that was waived is none."""
        make = self.env["ai.close.finding"]._guarded().create
        rows = [
            {
                "key": f"CMP001:{number}", "close_id": self.close.id, "company_id": self.company.id,
                "rule": "CMP001", "severity": "low", "title": "x", "state": state,
            }
            for number, state in enumerate(("open", "assigned", "waived"))
        ]  # fmt: skip
        findings = make(rows)
        self.env.flush_all()
        for finding, days in zip(findings, (2, 5, 50), strict=True):
            self.env.cr.execute(
                "UPDATE ai_close_finding"
                " SET create_date = timestamp '2026-11-05 12:00' - %s * interval '1 day' WHERE id = %s",
                [days, finding.id],
            )
        with freeze_time("2026-11-05 12:00:00"):
            self.assertEqual(self.take()["exception_age"], "3.5 days")
            ages = {row["code"]: row for row in self.close._finding_ages()}
        self.assertEqual([ages[code]["total"] for code in ("0", "3", "8", "31")], [1, 1, 0, 0])
        found = self.env["ai.close.finding"].sudo().search(ages["3"]["action"]["domain"])
        self.assertEqual(found, findings[1])

    def test_cost_is_added_exactly(self):
        self.assertEqual(self.take()["cost"], "not measured: no run of the agent ended")
        for number, cost in enumerate((0.1, 0.2, 0.0)):
            run = self.run_of_agent(key=f"cost-{number}") if number else self.run_1
            run._guarded().write({"state": "done", "cost": cost})
            run.flush_recordset()
        said = self.take()["cost"]
        self.assertEqual(said, "0.30 in the currency of the model's prices")
        self.assertEqual(self.close._run_cost(), {"runs": 3, "cost": "0.30"})

    def test_time_between_decisions(self):
        """Five minutes between two decisions; the first, and one an hour later, count as the average: 15."""
        for moment, amount in (("10:00", 100), ("10:05", 110), ("11:30", 120)):
            match = self.proposed(amount)
            with freeze_time(f"2026-11-03 {moment}:00"):
                self.be(match, self.anna).action_accept()
        self.take()
        handling = self.close.figure_ids.filtered(lambda row: row.figure == "handling")
        self.assertEqual(handling.value, 0.25)
        row = self.be(self.env["ai.close.reviewer.figure"], self.carla).search(
            [("close_id", "=", self.close.id), ("user_id", "=", self.anna.id)]
        )
        self.assertEqual((row.decisions, row.accepted, row.undone, row.timed), (3, 3, 0, 1))
        self.assertEqual((row.minutes_text, row.undone_text), ("5.0 min", "0.0 %"))
        self.be(match, self.ben).action_undo()
        self.env.invalidate_all()
        self.assertEqual((row.undone, row.undone_text), (1, "33.3 %"))

    def test_several_months_are_one_share_of_all(self):
        """1 of 2 and 98 of 100 are 97.1 %, not the 74 % between them; what is not measured is left out."""
        other = self.env["ai.close"]._for_period(self.company, "2026-09-30").sudo()
        third = self.env["ai.close"]._for_period(self.company, "2026-08-31").sudo()
        for close, part, whole in ((self.close, 1, 2), (other, 98, 100), (third, 0, 0)):
            self.env["ai.close.figure"]._guarded().create(
                {
                    "close_id": close.id, "company_id": self.company.id, "period_end": close.period_end,
                    "figure": "auto_match", "unit": "share", "part": part, "whole": whole,
                    "value": 100 * part / (whole or 1), "measured": bool(whole), "current": True,
                }
            )  # fmt: skip
        rows = self.be(self.env["ai.close.figure"], self.carla).formatted_read_group(
            [], ["figure"], ["value:avg"]
        )
        self.assertAlmostEqual(float(rows[0]["value:avg"]), 9900 / 102)
        # days and percents have no average
        self.env["ai.close.figure"]._guarded().search([("close_id", "=", other.id)]).figure = "bulk"
        (row,) = self.be(self.env["ai.close.figure"], self.carla).formatted_read_group([], [], ["value:avg"])
        self.assertFalse(row["value:avg"])

    def test_who_reads_and_who_writes(self):
        self.take()
        model = self.env["ai.close.figure"]
        for user in (self.anna, self.ben, self.carla, self.audrey):
            row = self.be(model, user).search([("figure", "=", "close_days")])
            self.assertEqual(len(row), 1)
            self.assert_refused("AUD002", row.write, {"part": 1})
            self.assert_refused("AUD002", self.be(model, user).create, {"figure": "cost"})
            self.assert_refused("AUD003", row.sudo().unlink)
        people = self.env["ai.close.reviewer.figure"]
        for name in ("ai.close.figure", "ai.close.baseline", "ai.close.reviewer.figure"):
            with self.assertRaises(AccessError):
                self.be(self.env[name], self.robot).search([])
        for user in (self.anna, self.ben):
            with self.assertRaises(AccessError):
                self.be(people, user).search([])
        self.be(people, self.audrey).search([])
        other = self.setup_other_company()["company"]
        stranger = self.person("stranger", "controller")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for each in (model, people):
            there = each.with_user(stranger).with_context(allowed_company_ids=other.ids)
            self.assertFalse(there.search([]))


@tagged("post_install", "-at_install")
class TestFigureEntry(EntryCase):
    def test_right_is_posted_as_proposed(self):
        """One posted as proposed, one edited, one rejected: 1 of 3."""
        entries = [self.propose(key=f"GR:{self.company.id}:2026-10:{number}") for number in range(3)]
        entries[1] = self.be(entries[1], self.anna)
        for line, amount in zip(entries[1].line_ids, (1000.0, -1000.0), strict=True):
            line.write({"balance": amount, "amount_currency": amount})
        for entry in entries[:2]:
            self.sign(entry)
            self.be(entry, self.carla).action_approve()
        self.be(entries[2], self.anna).action_reject("Not received")
        self.close._take_figures()
        said = {row.figure: row.value_text for row in self.close.figure_ids}
        self.assertEqual(said["precision_entry"], "33.3 %")


@tagged("post_install", "-at_install")
class TestBaseline(FigureCase):
    def baseline(self, **changes):
        return self.be(self.env["ai.close.baseline"], self.ben).create(
            {
                "date_from": "2026-07-01", "date_to": "2026-07-31",
                "line_count": 200, "line_minutes": 300.0, "entry_count": 20, "entry_minutes": 900.0,
                "method": "Two bookkeepers noted start and end of each batch.", **changes,
            }
        )  # fmt: skip

    def test_two_people_freeze_it_and_nobody_changes_it(self):
        one = self.baseline()
        self.assertEqual((one.each_line, one.each_entry), (1.5, 45.0))
        one.action_prepare()
        self.assert_refused("SOD003", one.action_review)
        self.be(one, self.carla).action_review()
        self.assertEqual((one.state, one.reviewed_by_id), ("frozen", self.carla))
        self.assert_refused("ENT001", one.write, {"line_minutes": 900.0})
        self.assert_refused("AUD004", self.be(one, self.carla).action_cancel, "Too low")
        another = self.baseline()
        self.assertIn("frozen already", self.assert_refused("ENT003", another.action_prepare))

    def test_who_prepared_it_does_not_freeze_it(self):
        one = self.be(self.baseline(), self.carla)
        one.action_prepare()
        self.assert_refused("SOD001", one.action_review)
        self.be(one, self.dirk).action_review()

    def test_hours_saved_against_it_only(self):
        """Two lines at 1.5 min and nothing timed but one decision of a minute for each: 1 minute saved."""
        one = self.baseline()
        first, second = self.proposed(100), self.proposed(110)
        self.assertEqual(self.take()["hours_saved"], "not measured: no baseline was measured before go-live")
        one.action_prepare()
        self.be(one, self.carla).action_review()
        with freeze_time("2026-11-03 10:00:00"):
            self.be(first, self.anna).action_accept()
        with freeze_time("2026-11-03 10:01:00"):
            self.be(second, self.anna).action_accept()
        self.take()
        row = self.close.figure_ids.filtered(lambda row: row.figure == "hours_saved")
        self.assertEqual((row.measured, round(row.part, 4)), (True, 0.0167))
        self.assertEqual(row.value_text, "0.0 hours")

    def test_it_is_measured_before_anybody_works_with_proposals(self):
        self.be(self.proposed(100), self.anna).action_accept()
        late = self.baseline(date_to="2099-12-31")
        self.assertIn("measured before", self.assert_refused("ENT003", late.action_prepare))
        for changes in (
            {"line_count": 3, "line_minutes": 9.0, "entry_count": 0, "entry_minutes": 0.0},
            {"entry_minutes": 0.0},
            {"line_minutes": -1.0},
            {"line_minutes": 200 * 481.0},
        ):
            self.assert_refused("ENT003", self.baseline(**changes).action_prepare)

    def test_preparers_and_the_agent_write_none(self):
        for user in (self.anna, self.audrey, self.robot):
            with self.assertRaises(AccessError):
                self.be(self.env["ai.close.baseline"], user).create({"method": "x"})
