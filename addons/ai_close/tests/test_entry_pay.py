"""Who may read a staged entry may not read what one person earns: holidays owed come as sums."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .close_common import END, EntryCase

HOLIDAY = "ai.close.holiday.balance"


@tagged("post_install", "-at_install")
class TestEntryPay(EntryCase):
    def balance(self, key, days, rate):
        vals = {"key": key, "as_of": END, "days": days, "day_rate": rate, "social_pct": 21.5}
        one = self.be(self.env[HOLIDAY], self.carla).create(vals)
        one.action_prepare()
        self.be(one, self.dirk).action_review()
        return one

    def proposed(self, status="created", **calculation):
        self.balances = self.balance("P-1", 12.5, 240) | self.balance("P-2", 4, 310)
        rows = [["days left", "2 balances", "5151.60"], ["balance of the account", "", "-4650.00"]]
        row = self.entry_row(
            self.balances[0],
            "501.60",
            key=f"HO:{self.company.id}:2026-10",
            proposer="HO",
            reversal_date=None,
            calculation={"columns": ["What", "Of how many", "amount"], "rows": rows, "total": "501.60"}
            | calculation,
            sources=[{"model": HOLIDAY, "id": one.id, "label": one.key} for one in self.balances],
        )
        answer = self.submit("ai.close.entry", self.run_1, row)[0]
        self.assertEqual(answer["status"], status, answer)
        self.env.invalidate_all()
        return self.env["ai.close.entry"].sudo().search([("key", "=", row["key"])]), answer

    def test_a_preparer_reads_sums_and_no_pay(self):
        entry, _answer = self.proposed()
        for user in (self.anna, self.ben):
            own = self.be(entry, user)
            self.assertNotIn("P-1", str(own.read(["calculation", "narration", "changed_sources"])))
            for name in ("facts", "digest"):
                with self.assertRaises(AccessError):
                    own.source_ids.read([name])
                self.env.invalidate_all()
            self.assertNotIn("facts", own.source_ids.fields_get())
        facts = self.be(entry, self.audrey).source_ids.mapped("facts")
        self.assertEqual([each["day_rate"] for each in facts], ["240.00", "310.00"])
        # the form opens for whoever may not read it all
        Form(self.be(entry, self.anna))

    def test_a_row_for_each_person_is_refused(self):
        rows = [["P-1", "12.5", "3645.00"], ["P-2", "4", "1506.60"], ["balance", "", "-4650.00"]]
        _entry, answer = self.proposed("refused", rows=rows)
        self.assertEqual(answer["code"], "ENT010")

    def test_a_changed_balance_stops_who_may_not_read_it_without_telling(self):
        entry, _answer = self.proposed()
        self.env.cr.execute(
            "UPDATE ai_close_holiday_balance SET day_rate = 777 WHERE id = %s", self.balances[0].ids
        )
        self.env.invalidate_all()
        self.assert_refused("ENT004", self.be(entry, self.anna).action_prepare)
        self.env.invalidate_all()
        told = self.be(entry, self.anna).changed_sources
        self.assertEqual([row["source"] for row in told], ["P-1"])
        self.assertNotRegex(str(told), "777|240")
        self.env.invalidate_all()
        told = self.be(entry, self.carla).changed_sources
        self.assertEqual([(row["when computed"], row["now"]) for row in told], [("240.00", "777.00")])

    def test_what_each_is_worth_adds_up_to_the_entry(self):
        owed = self.balance("P-1", 12.5, 240) | self.balance("P-2", 4, 310) | self.balance("P-3", -2, 200)
        self.assertEqual(owed.mapped("worth"), [3645.0, 1506.6, 0.0])
