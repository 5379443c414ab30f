"""Revaluations booked by hand, in foreign or company currency: listed where they stop ours, and decided."""

from odoo import Command
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestAdoptionOfRevaluations(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreign = cls.setup_other_currency("EUR")
        cls.receivable = cls.company_data["default_account_receivable"]

    @classmethod
    def params(cls, **changes):
        result = cls.expense.copy({"account_type": "income_other", "name": "Exchange gain"})
        cls.gain, cls.loss = result, cls.expense.copy({"name": "Exchange loss"})
        params = super().params(**changes)
        return {**params, "roles": {**params["roles"], "fx_gain": cls.gain.id, "fx_loss": cls.loss.id}}

    def revalued(self, amount=-170.0, date="2026-10-31", account=None, foreign=False, result=None, **vals):
        """Post a revaluation as people do; ``foreign``: with the currency and a foreign amount of zero."""
        extra = {"currency_id": self.foreign.id, "amount_currency": 0.0} if foreign else {}
        sides = ((account or self.receivable, amount, extra), (result or self.loss, -amount, {}))
        move = self.env["account.move"].create(
            {
                "date": date,
                "journal_id": self.general.id,
                "ref": "Revaluation by spreadsheet",
                "line_ids": [
                    Command.create({"account_id": one.id, "balance": balance, "name": "FX", **more})
                    for one, balance, more in sides
                ],
                **vals,
            }
        )
        move.action_post()
        return move

    def listed(self):
        return self.be(self.env["account.move"], self.anna).search([("ai_close_by_hand", "=", True)]).sudo()

    def proposer_of(self, move):
        self.env.flush_all()
        agent = self.be(self.env["ai.close.agent"], self.robot).with_context(active_test=False)
        columns = agent._dataset_moves(self.run_1, 0, 20000)[0]
        return dict(zip(columns["id"], columns["ai_close_proposer"], strict=True))[move.id]

    def decided(self, move, decision, **vals):
        action = getattr(self.be(move, self.anna), f"action_ai_close_{decision}")()
        found = self.be(self.env["ai.close.adoption"].browse(action["res_id"]), self.anna)
        found.write(vals)
        found.action_prepare()
        self.be(found, self.ben).action_review()
        return found

    def test_in_company_currency_it_waits_like_any_other(self):
        self.assertFalse(self.listed())
        hand = self.revalued()
        self.assertEqual(self.listed(), hand)
        seen = self.be(hand, self.anna)
        self.assertEqual(
            (seen.ai_close_by_hand, seen.ai_close_by_hand_for, seen.ai_close_by_hand_amount),
            (True, "Revaluation of foreign items", -170.0),
        )
        self.revalued(170.0, date="2026-11-01")
        self.assertEqual(self.listed(), hand, "on the last day of October it stands there")

    def test_adopted_it_counts_as_a_revaluation_with_its_reversal(self):
        hand = self.revalued()
        found = self.decided(hand, "adopt")
        self.assertEqual((found.proposer, found.reversal, self.proposer_of(hand)), ("FX", "stage", "FX"))
        self.assertFalse(self.listed())
        reversal = found.sudo().staged_entry_id
        self.assertEqual(str(reversal.date), "2026-11-01")
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertEqual(
            {line.account_id: line.balance for line in reversal.move_id.line_ids},
            {self.receivable: 170.0, self.loss: -170.0},
        )
        self.assertFalse(self.listed())

    def test_rejected_it_is_taken_back(self):
        hand = self.revalued(foreign=True)
        self.assertEqual(self.listed(), hand)
        reversal = self.decided(hand, "reject", reason="the agent does it").sudo().staged_entry_id
        self.sign(reversal)
        self.be(reversal, self.carla).action_approve()
        self.assertFalse(self.listed())
        self.assertIsNone(self.proposer_of(hand))

    def test_what_stands_from_an_earlier_month_waits_too(self):
        september = self.revalued(date="2026-09-30")
        self.assertEqual(self.listed(), september)
        self.revalued(170.0, date="2026-10-01")
        self.assertFalse(self.listed(), "taken back on the next day, linked or not")

    def test_what_moves_no_open_item_or_is_settled_is_none(self):
        bank = self.bank.default_account_id
        self.revalued(account=bank, foreign=True)
        self.revalued(account=self.expense.copy({"name": "Other"}), result=self.gain)
        self.revalued(result=self.expense)  # no gains or losses of exchange: no revaluation
        self.assertFalse(self.listed(), "the bank is revalued by its balance, which has it already")
        item = self.invoice(170.0)
        hand = self.revalued()
        self.assertEqual(self.listed(), hand)
        (item | hand.line_ids.filtered(lambda line: line.account_id == self.receivable)).reconcile()
        self.assertFalse(self.listed(), "a realised difference that was reconciled is no revaluation")

    def test_a_policy_that_says_they_are_something_else_lists_none(self):
        self.revalued()
        policy = self.env["ai.close.policy"]._in_force(self.company)
        rules = {**policy.params["rules"], "FX": {"by_hand": "apart"}}
        policy._guarded().write({"params": {**policy.params, "rules": rules}})
        self.assertFalse(self.listed())

    def test_without_mapped_gains_and_losses_nothing_is_looked_for(self):
        self.revalued()
        policy = self.env["ai.close.policy"]._in_force(self.company)
        roles = {name: one for name, one in policy.params["roles"].items() if not name.startswith("fx_")}
        policy._guarded().write({"params": {**policy.params, "roles": roles}})
        self.assertFalse(self.listed())
