"""The review screen of bank matches: what it reads, what it lets a person choose instead."""

from odoo.addons.ai_close.models.close_match_search import amounts_of
from odoo.tests import new_test_user, tagged

from .close_common import CloseCase
from .common import give_role
from .locks import lock_by_hand


@tagged("post_install", "-at_install")
class TestMatchReview(CloseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_1 = cls.run_of_agent()
        cls.matches = cls.be(cls.env["ai.close.match"], cls.anna)

    def propose(self, line, *items, **changes):
        answer = self.submit("ai.close.match", self.run_1, self.match_row(line, *items, **changes))[0]
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.match"].sudo().search([("key", "=", answer["key"])])

    def detail(self, match, who=None):
        found = self.be(self.env["ai.close.match"], who or self.anna).review_detail(match.ids)
        return found[str(match.id)]

    def loaded(self, *args, who=None):
        """Return the labels of a tab in their order, and the whole answer."""
        answer = self.be(self.env["ai.close.match"], who or self.anna).review_load(*args)
        label = answer["columns"].index("line_label")
        return [row[label] for row in answer["rows"]], answer

    # -- the rows

    def test_tabs_order_and_what_is_left(self):
        self.propose(self.bank_line(300, "late", date="2026-10-25"), self.invoice(300), band="review")
        self.propose(self.bank_line(100, "early", date="2026-10-02"), self.invoice(100), band="ask")
        self.propose(self.bank_line(-70, "sure"), self.invoice(70, move_type="in_invoice"))
        done = self.propose(self.bank_line(40, "decided"), self.invoice(40))
        self.be(done, self.anna).action_accept()
        labels, answer = self.loaded()
        self.assertEqual(labels, ["early", "late"])
        self.assertEqual(answer["tabs"], {"look": 2, "auto": 1, "done": 1})
        self.assertEqual(answer["left_count"], 3)
        self.assertEqual([(each["money_in"], each["money_out"]) for each in answer["left"]], [(400.0, -70.0)])
        self.assertEqual(answer["left"][0]["currency_id"], self.company.currency_id.id)
        self.assertEqual(self.loaded([], "look", "amount")[0], ["late", "early"])
        self.assertEqual(self.loaded([("line_label", "=", "late")])[0], ["late"])
        self.assertEqual(self.loaded([], "auto")[0], ["sure"])
        self.assertEqual(self.loaded([], "done")[0], ["decided"])
        totals = self.matches.review_totals([("line_amount", "<", 0)])
        self.assertEqual((totals["tabs"]["auto"], totals["left_count"]), (1, 1))

    def test_an_empty_tab_says_why(self):
        _labels, answer = self.loaded()
        self.assertEqual((answer["never_run"], answer["hidden"]), (True, False))
        self.propose(self.bank_line(10), self.invoice(10), band="review")
        labels, answer = self.loaded([("line_label", "=", "nobody")])
        self.assertEqual((labels, answer["never_run"], answer["hidden"]), ([], False, True))

    def test_whoever_sends_what_is_no_search_sees_the_first_tab(self):
        self.propose(self.bank_line(10, "one"), self.invoice(10), band="review")
        for arguments in ((5, 5, 5), ({"x": 1}, ["look"], "line_date; --"), (None, None, None)):
            self.assertEqual(self.loaded(*arguments)[0], ["one"])
        self.assertEqual(self.matches.review_detail("x"), {})
        self.assertEqual(self.matches.review_detail([0, -1, True, "1", 10**12]), {})

    def test_who_may_read(self):
        match = self.propose(self.bank_line(10, "one"), self.invoice(10), band="review")
        self.assertEqual(self.loaded(who=self.audrey)[0], ["one"])
        self.assertFalse(self.detail(match, self.audrey)["can"]["accept"])
        self.assertIn("preparer", self.detail(match, self.audrey)["hindrance"])
        self.assert_refused("SOD002", self.be(self.env["ai.close.match"], self.robot).review_load)
        self.assert_refused("SOD002", self.be(match, self.robot).review_detail, match.ids)
        self.assert_refused("SOD003", self.be(match, self.audrey).review_items)
        self.assert_refused("SOD003", self.be(match, self.audrey).review_choose, [])

    def test_another_company_stays_out(self):
        match = self.propose(self.bank_line(10, "one"), self.invoice(10), band="review")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = give_role(
            new_test_user(
                self.env,
                login="stranger",
                groups="base.group_user",
                company_id=other.id,
                company_ids=[(6, 0, other.ids)],
            ),
            "reviewer",
        )
        theirs = self.env["ai.close.match"].with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertEqual(theirs.review_load()["rows"], [])
        self.assertEqual(theirs.review_totals()["left_count"], 0)
        self.assertEqual(theirs.review_detail(match.ids), {})

    # -- the right pane

    def test_what_accepting_does_is_said_before(self):
        first, second = self.invoice(100), self.invoice(300)
        match = self.propose(self.bank_line(260), first, second, amounts=[(100, 100), (150, 150)])
        said = self.detail(match)["then"]
        self.assertEqual(
            [sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in said],
            [
                f"{first.move_id.name} is settled in full",
                f"{second.move_id.name} stays open with $ 150.00",
                "left on the bank line: $ 10.00",
            ],
        )
        items = self.detail(match)["items"]
        self.assertEqual([(item["amount"], item["open_after"]) for item in items], [(100, 0), (150, 150)])
        self.be(match, self.anna).action_accept()
        after = self.detail(match)
        self.assertEqual((after["state"], after["then"], after["can"]["undo"]), ("accepted", [], True))
        self.assertIn("Anna", after["decided"])

    def test_reasons_for_and_against_and_why_it_is_not_sure(self):
        reasons = [
            {"code": "amount_exact", "text": "Same amount", "value": "-70.00"},
            {"code": "doubt_account", "text": "New bank account", "value": ""},
        ]
        line, item = self.bank_line(-70), self.invoice(70, move_type="in_invoice")
        match = self.propose(line, item, band="review", reasons=reasons)
        detail = self.detail(match)
        self.assertEqual([reason["against"] for reason in detail["reasons"]], [False, True])
        self.assertEqual(detail["unsure"], "New bank account")
        other = self.propose(self.bank_line(30), self.invoice(30), band="review", confidence="0.8000")
        self.assertEqual(self.detail(other)["unsure"], "sure from 95.0 %")

    def test_alternatives_are_named(self):
        line, item, other = self.bank_line(100), self.invoice(100), self.invoice(100)
        share = {"line_id": other.id, "amount": "100.00", "amount_currency": "100.00"}
        match = self.propose(
            line,
            item,
            band="review",
            alternatives=[
                {"items": [share], "confidence": "0.2000", "reason": "same amount"},
                {"items": [], "confidence": "0.0500", "reason": ""},
            ],
        )
        shown = self.detail(match)["alternatives"]
        self.assertEqual(
            [(each["items"], each["confidence_text"]) for each in shown],
            [(other.move_id.name, "20.0 %"), ("none of these", "5.0 %")],
        )

    def test_hindrances_are_said_and_refused_alike(self):
        above = self.propose(self.bank_line(12000), self.invoice(12000))
        self.assertIn("[SOD005]", self.detail(above)["hindrance"])
        self.assert_refused("SOD005", self.be(above, self.anna).action_accept)
        self.assertEqual(self.detail(above, self.ben)["hindrance"], "")
        small = self.propose(self.bank_line(10), self.invoice(10))
        self.assertEqual(self.detail(small)["hindrance"], "")
        lock_by_hand(self.company, fiscalyear_lock_date="2026-10-31")
        self.assertIn("[LCK001]", self.detail(small)["hindrance"])
        self.assert_refused("LCK001", self.be(small, self.anna).action_accept)
        # What is only looked at leaves no refusal in the trail.
        before = self.env["ai.close.audit"].sudo().search_count([("refusal_code", "!=", False)])
        self.detail(small)
        self.assertEqual(
            self.env["ai.close.audit"].sudo().search_count([("refusal_code", "!=", False)]), before
        )

    # -- another item

    def test_items_are_found_by_number_partner_and_amount(self):
        wanted = self.invoice(1234.5, partner=self.partner_b)
        same = self.invoice(50)
        match = self.propose(self.bank_line(50), self.invoice(50), band="review")
        mine = self.be(match, self.anna)
        for words in (wanted.move_name, "1234.5", "1,234.50", "1.234,50", "1 234,50", self.partner_b.name):
            self.assertIn(wanted.id, [item["id"] for item in mine.review_items(words)["items"]], words)
        self.assertEqual(mine.review_items("no such thing")["items"], [])
        self.assertEqual(mine.review_items("%")["items"], [])
        found = [item["id"] for item in mine.review_items()["items"]]
        self.assertIn(same.id, found)
        self.assertNotIn(wanted.id, found)

    def test_picked_items_and_the_rest(self):
        part, large = self.invoice(30), self.invoice(100)
        match = self.propose(self.bank_line(50), self.invoice(50), band="review")
        mine = self.be(match, self.anna)
        answer = mine.review_items("", [part.id])
        self.assertEqual(([item["id"] for item in answer["picked"]], answer["rest"]), ([part.id], 20.0))
        answer = mine.review_items("", [part.id, large.id])
        self.assertEqual(answer["rest"], 0.0)
        self.assertIn(f"{large.move_id.name} stays open with", answer["rest_text"])
        self.assertIn("80.00", answer["rest_text"])

    def test_a_choice_takes_the_place_of_the_proposal(self):
        line, item, better = self.bank_line(50), self.invoice(50), self.invoice(50)
        match = self.propose(line, item, band="review")
        answer = self.be(match, self.anna).review_choose([better.id])
        self.assertEqual((answer["state"], answer["message"], match.state), ("accepted", "", "superseded"))
        made = self.env["ai.close.match"].sudo().browse(answer["id"])
        self.assertEqual(
            (made.origin, made.proposed_by_id, made.item_ids.move_line_id), ("person", self.anna, better)
        )
        self.assertTrue(better.reconciled and line.is_reconciled)
        self.assert_refused("ENT007", self.be(made, self.anna).review_choose, [item.id])

    def test_a_choice_above_the_limit_waits_for_a_reviewer(self):
        match = self.propose(self.bank_line(12000), self.invoice(12000), band="review")
        better = self.invoice(12000)
        answer = self.be(match, self.anna).review_choose([better.id])
        self.assertEqual(answer["state"], "proposed")
        self.assertIn("SOD005", answer["message"])
        self.assertFalse(better.reconciled)

    def test_nothing_chosen_is_refused(self):
        match = self.propose(self.bank_line(50), self.invoice(50), band="review")
        for nothing in ([], "x", [10**8], [True]):
            self.assert_refused("ENT008", self.be(match, self.anna).review_choose, nothing)
        self.assertEqual(match.state, "proposed")

    def test_amounts_are_read_as_people_write_them(self):
        self.assertEqual({str(each) for each in amounts_of("1.190,00")}, {"1190.00"})
        self.assertEqual({str(each) for each in amounts_of("-12,5")}, {"12.5"})
        self.assertEqual({str(each) for each in amounts_of("1,190")}, {"1190", "1.190"})
        for text in ("INV 12", "12a", "", "1e5", "9" * 400 + "x"):
            self.assertEqual(amounts_of(text), set(), text)
