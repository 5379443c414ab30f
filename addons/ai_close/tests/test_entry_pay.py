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

    def proposed(self, status="created", sources=None, **calculation):
        if not hasattr(self, "balances"):
            self.balances = self.balance("P-1", 12.5, 240) | self.balance("P-2", 4, 310)
        rows = [["days left", "5151.60"], ["balance of the account", "-4650.00"]]
        row = self.entry_row(
            self.balances[0],
            "501.60",
            key=f"HO:{self.company.id}:2026-10",
            proposer="HO",
            reversal_date=None,
            calculation={"columns": ["What", "amount"], "rows": rows, "total": "501.60"} | calculation,
            sources=sources or [{"model": HOLIDAY, "id": self.balances[1].id, "label": "Holidays owed"}],
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
        (facts,) = self.be(entry, self.audrey).source_ids.mapped("facts")
        self.assertEqual((facts["day_rate"], facts["beside"]["P-1"]["day_rate"]), ("310.00", "240.00"))
        # the form opens for whoever may not read it all
        Form(self.be(entry, self.anna))

    def test_nobody_reads_of_how_many_people_the_sum_is(self):
        entry, _answer = self.proposed()
        own = self.be(entry, self.anna)
        shown = own.read(["calculation", "narration", "source_count"]) + own.source_ids.read(["label"])
        self.assertEqual(len(own.source_ids), 1)
        self.assertNotRegex(str(shown), r"P-\d|2 balances")

    def test_a_row_or_a_source_for_each_person_is_refused(self):
        rows = [["P-1", "3645.00"], ["P-2", "1506.60"], ["balance", "-4650.00"]]
        _entry, answer = self.proposed("refused", rows=rows)
        self.assertEqual(answer["code"], "ENT010")
        for at, labels in (((0, 1), ("x", "y")), ((1,), ("P-2",)), ((1,), ("P-1",))):
            cited = [
                {"model": HOLIDAY, "id": self.balances[one].id, "label": label}
                for one, label in zip(at, labels, strict=True)
            ]
            _entry, answer = self.proposed("refused", sources=cited)
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
        self.assertEqual([row["source"] for row in told], ["Holidays owed"])
        self.assertNotRegex(str(told), "777|240")
        self.env.invalidate_all()
        told = self.be(entry, self.carla).changed_sources
        self.assertEqual([(row["when computed"], row["now"]) for row in told], [("240.00", "777.00")])

    def test_what_each_is_worth_adds_up_to_the_entry(self):
        owed = self.balance("P-1", 12.5, 240) | self.balance("P-2", 4, 310) | self.balance("P-3", -2, 200)
        self.assertEqual(owed.mapped("worth"), [3645.0, 1506.6, 0.0])
