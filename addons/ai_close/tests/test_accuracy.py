"""How good accruals were: taken in from the agent, kept, shown on the next estimate; nobody writes it."""

from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestAccuracy(EntryCase):
    def row(self, accrued="3200.00", actual="3260.00", **changes):
        error = f"{float(accrued) - float(actual):.2f}" if float(actual) else "0.00"
        row = {
            "key": f"AC:{self.company.id}:came:GR:2026-09:account.move,{self.source.id}",
            "kind": "came",
            "proposer": "GR",
            "date": "2026-09-30",
            "partner_id": self.partner_a.id,
            "account_id": self.expense.id,
            "source": {"model": "account.move", "id": self.source.id, "label": "Rent"},
            "what": "2026-09",
            "currency": "USD",
            "accrued": accrued,
            "actual": actual,
            "open": "0.00",
            "accrued_own": accrued,
            "actual_own": actual,
            "error_own": error,
            "currency_effect": "0.00",
            "age": 0,
        }
        return row | changes

    def take(self, *rows, run=None):
        answers = self.submit("ai.close.accuracy", run or self.run_1, *rows)
        return [answer["status"] for answer in answers]

    def found(self, user=None, **context):
        found = self.be(self.env["ai.close.accuracy"], user or self.anna)
        return found.with_context(**context).search([("company_id", "=", self.company.id)])

    def ended(self, run, *proposers):
        self.env["ai.close.accuracy"].with_user(self.robot).sudo()._finish_run(
            run, {"proposers": list(proposers)}
        )
        self.env.flush_all()

    def test_ac1_each_accrual_is_kept_once_and_brought_up_to_date(self):
        self.assertEqual(self.take(self.row()), ["created"])
        one = self.found()
        self.assertEqual(
            (one.error, one.error_own, one.error_size, one.error_pct, one.result),
            (-60.0, -60.0, 60.0, -1.84, "all"),
        )
        self.assertEqual((one.close_id, one.run_id), (self.close.sudo(False), self.run_1.sudo(False)))
        self.assertEqual(self.take(self.row()), ["unchanged"], "twice gives nothing new")
        self.assertEqual(self.take(self.row(actual="3200.00")), ["updated"])
        self.assertEqual((self.found(), one.error_own), (one, 0.0))
        late = self.row(actual="0.00", accrued="0.00", open="3200.00")
        self.assertEqual(self.take(late), ["updated"])
        self.assertEqual((one.result, one.error_own, one.open), ("none", 0.0, 3200.0))

    def test_an_earlier_months_run_sees_less_and_changes_nothing(self):
        later = self.env["ai.close"]._for_period(
            self.company, self.close.period_end.replace(month=11, day=30)
        )
        run = (
            self.env["ai.close.run"]
            ._guarded()
            .create(
                {
                    "company_id": self.company.id,
                    "close_id": later.id,
                    "run_key": "run-november",
                    "state": "running",
                    "user_id": self.robot.id,
                    "trigger": "cli",
                }
            )
        )
        self.assertEqual(self.take(self.row(), run=run), ["created"])
        self.assertEqual(self.take(self.row(actual="0.00", open="3200.00")), ["unchanged"])
        self.assertEqual(self.found().actual, 3260.0)

    def test_what_is_told_no_more_is_archived_and_comes_back(self):
        standing = self.row(key=f"AC:{self.company.id}:reversal:GR", kind="reversal", date="2026-07-31")
        self.take(self.row(), standing)
        self.assertEqual(len(self.found()), 2)
        self.run_1._guarded().write({"state": "done"})
        self.env.flush_all()
        run = self.run_of_agent("run-2")
        self.take(self.row(), run=run)
        self.ended(run, "GR")
        self.assertEqual(len(self.found()), 2, "a review that did not complete says nothing")
        self.ended(run, "AC")
        self.assertEqual(self.found().mapped("kind"), ["came"])
        self.assertEqual(len(self.found(active_test=False)), 2)
        self.assertEqual(self.take(standing, run=run), ["updated"])
        self.assertEqual(len(self.found()), 2)

    def test_rows_that_say_nonsense_are_refused(self):
        for changes in (
            {"key": f"AC:{self.company.id + 1}:x"},
            {"proposer": "XX"},
            {"proposer": "AC"},
            {"currency": "XXX"},
            {"date": "2026-10-31"},
            {"partner_id": 10**6},
        ):
            with self.subTest(**changes):
                self.assertEqual(self.take(self.row(**changes)), ["refused"])
        self.assertFalse(self.found())

    def test_nobody_writes_it_and_the_agent_does_not_read_it(self):
        self.take(self.row())
        one = self.found()
        for user in (self.anna, self.ben, self.carla, self.audrey):
            self.assertEqual(self.be(one, user).error_own, -60.0)
            self.assert_refused("AUD002", self.be(one, user).write, {"error_own": 0})
            self.assert_refused("AUD002", self.be(one, user).create, {"key": "x"})
        with self.assertRaises(AccessError):
            self.be(one, self.robot).read(["error_own"])
        self.assert_refused("AUD002", one.sudo().write, {"error_own": 0})
        self.assert_refused("AUD003", one.sudo().unlink)

    def test_a_row_that_was_never_saved_opens_nothing(self):
        with self.assertRaisesRegex(UserError, "no document"):
            self.be(self.env["ai.close.accuracy"], self.anna).browse([False]).action_open_source()

    def test_the_next_estimate_shows_the_last_error(self):
        entry = self.propose(is_estimate=True, amount_min="1000.00", amount_max="1200.00")
        self.assertFalse(self.be(entry, self.ben).last_error)
        self.take(
            self.row(),
            self.row(key=f"AC:{self.company.id}:older", date="2026-08-31", actual="1.00"),
            self.row(key=f"AC:{self.company.id}:other", partner_id=self.partner_b.id),
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.be(entry, self.ben).last_error,
            "2026-09: accrued 3200.00, came 3260.00, error -60.00 (-1.84 %)",
        )
        view = self.be(self.env["ai.close.entry"], self.ben).get_view(view_type="form")["arch"]
        (field,) = etree.fromstring(view).xpath("//field[@name='last_error']")
        self.assertEqual(field.get("invisible"), "not is_estimate or not last_error")

    def test_sums_by_proposer_and_vendor(self):
        self.take(
            self.row(),
            self.row(key=f"AC:{self.company.id}:b", accrued="408.68", actual="401.90"),
            self.row(key=f"AC:{self.company.id}:c", partner_id=self.partner_b.id, actual="3200.00"),
        )
        rows = self.be(self.env["ai.close.accuracy"], self.ben).formatted_read_group(
            [("kind", "=", "came")], ["partner_id"], ["error_own:sum", "error_size:sum", "actual_own:sum"]
        )
        self.assertEqual(
            {
                row["partner_id"][0]: (
                    round(row["error_own:sum"], 2),
                    round(row["error_size:sum"], 2),
                    round(row["actual_own:sum"], 2),
                )
                for row in rows
            },
            {self.partner_a.id: (-53.22, 66.78, 3661.9), self.partner_b.id: (0.0, 0.0, 3200.0)},
        )
