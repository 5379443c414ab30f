"""After the lock: each field, line and entry that changed below it is named, with amount and user."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .locks import lock_by_hand
from .test_watch import WatchCase

SEPTEMBER = "2026-09-30"


class BooksCase(WatchCase):
    """September is locked with three entries in it; October is the open close."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls.invoice(1190.0, date="2026-09-10")
        cls.bill = cls.invoice(300.0, date="2026-09-12", move_type="in_invoice").move_id
        cls.entry = cls.manual("2026-09-20", 50.0)
        cls.env["ai.close.snapshot"]._take(cls.company, "lock", date_to=SEPTEMBER)
        cls.env.flush_all()

    @classmethod
    def manual(cls, date, amount, user=None):
        move = cls.be(cls.env["account.move"], user or cls.env.user).create(
            {
                "date": date,
                "journal_id": cls.general.id,
                "line_ids": [
                    Command.create({"account_id": cls.expense.id, "balance": amount, "name": "a"}),
                    Command.create({"account_id": cls.grni.id, "balance": -amount, "name": "b"}),
                ],
            }
        )
        move.action_post()
        return move

    def line(self, move=None):
        return (move or self.entry).line_ids.sorted("balance")[-1]

    def behind(self, statement, *params):
        """Change the books as only the owner of the database can: every trigger off."""
        self.env.flush_all()
        for table in ("account_move_line", "account_move"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(statement, params)
        for table in ("account_move_line", "account_move"):
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def drift(self, facet="drift"):
        found = self.look().filtered(lambda finding: finding.rule == "SYS004" and finding.facet == facet)
        self.assertEqual(len(found), 1)
        return found


@tagged("post_install", "-at_install")
class TestSnapshot(BooksCase):
    def test_nothing_changed(self):
        self.quiet()
        drift = self.env["ai.close.snapshot"]._drift(self.company, everything=True)
        self.assertEqual((drift["accounts"], drift["lines"], drift["forged"]), ([], [], []))
        self.assertEqual(drift["snapshot"]["lines"], 6)

    def test_each_field_is_named_with_both_values(self):
        other = self.expense.copy({"name": "Elsewhere"})
        line = self.line()
        for column, value, words in (
            ("account_id", other.id, f"account {self.expense.id} → {other.id}"),
            ("balance", 51, "balance 50.00 → 51.00"),
            ("amount_currency", 51, "amount in currency 50.00 → 51.00"),
            ("partner_id", self.partner_a.id, f"partner - → {self.partner_a.id}"),
            ("currency_id", self.env.ref("base.EUR").id, f"currency {self.company.currency_id.id} → "),
            ("name", "rewritten", "label "),
            ("date", "2026-10-02", "date 2026-09-20 → 2026-10-02"),
            ("parent_state", "draft", "state posted → draft"),
            ("move_id", self.bill.id, f"entry {self.entry.id} → {self.bill.id}"),
            ("tax_base_amount", 7, "→ base 7"),
            ("analytic_distribution", '{"1": 100}', 'analytic distribution - → {"1": 100}'),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.behind(f'UPDATE account_move_line SET "{column}" = %s WHERE id = %s', value, line.id)
                finding = self.drift()
                self.assertIn(words, finding.message)
                self.assertIn(
                    f"{self.entry.name if column != 'move_id' else self.bill.name}, ", finding.message
                )
                self.assertIn("by the database", finding.message)
                self.assertEqual(finding.severity, "critical")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_the_number_of_an_entry(self):
        self.behind("UPDATE account_move SET name = 'MISC/1' WHERE id = %s", self.entry.id)
        self.assertIn(f"number {self.entry.line_ids[0].move_name} → MISC/1", self.drift().message)

    def test_removed_and_inserted(self):
        line = self.line()
        with self.env.cr.savepoint() as savepoint:
            self.behind("DELETE FROM account_move_line WHERE id = %s", line.id)
            finding = self.drift()
            self.assertIn("removed 50.00 → -", finding.message)
            self.assertEqual(finding.amount, 50.0)
            savepoint.rollback()
        self.env.invalidate_all()
        self.behind(
            "INSERT INTO account_move_line (move_id, account_id, company_id, journal_id, currency_id,"
            " date, parent_state,"
            " balance, amount_currency, debit, credit, display_type, name)"
            " SELECT move_id, account_id, company_id, journal_id, currency_id, date, parent_state, 9, 9,"
            " 9, 0,"
            " display_type, 'new' FROM account_move_line WHERE id = %s",
            line.id,
        )
        self.assertIn("inserted - → 9.00", self.drift().message)

    def test_who_and_when_where_odoo_noted_it(self):
        self.behind(
            "UPDATE account_move_line SET balance = 60, write_uid = %s, write_date = now() AT TIME ZONE 'UTC'"
            " + interval '1 minute' WHERE id = %s",
            self.ben.id,
            self.line().id,
        )
        finding = self.drift()
        self.assertIn("balance 50.00 → 60.00 by close_ben, ", finding.message)
        self.assertEqual(finding.evidence["changes"][0]["who"], "close_ben")
        self.assertEqual(finding.evidence["changes"][0]["amount"], "10.00")
        self.assertEqual(finding.records[0]["id"], self.entry.id)

    def test_allowed_changes_are_none(self):
        self.item.move_id.line_ids.filtered("date_maturity").with_context(skip_readonly_check=True).write(
            {"date_maturity": "2026-12-24"}
        )
        payment = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.item.move_id.ids
        )
        payment.create({"payment_date": "2026-10-15"})._create_payments()
        self.assertTrue(self.item.reconciled)
        self.manual("2026-10-03", 5)
        self.quiet()

    def test_what_is_put_back_closes_the_finding(self):
        self.behind("UPDATE account_move_line SET balance = 51 WHERE id = %s", self.line().id)
        finding = self.drift()
        self.behind("UPDATE account_move_line SET balance = 50.00 WHERE id = %s", self.line().id)
        self.quiet()
        self.assertEqual(finding.state, "closed")

    def test_the_type_of_an_account(self):
        self.env.cr.execute(
            "UPDATE account_account SET account_type = 'asset_current' WHERE id = %s", [self.expense.id]
        )
        self.env.invalidate_all()
        self.assertIn("type expense → asset_current", self.drift().message)

    def test_lines_that_contradict_their_entry(self):
        self.behind("UPDATE account_move_line SET date = '2026-10-02' WHERE id = %s", self.line().id)
        self.assertIn("date 2026-10-02, the entry's is 2026-09-20", self.drift("contradiction").message)

    def test_a_snapshot_can_not_be_changed(self):
        for table in ("ai_close_snapshot", "ai_close_snapshot_line", "ai_close_snapshot_account"):
            for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with (
                    self.subTest(statement=statement),
                    mute_logger("odoo.sql_db"),
                    self.assertRaisesRegex(Exception, "AUD001"),
                    self.env.cr.savepoint(),
                ):
                    self.env.cr.execute(statement)

    def test_a_snapshot_that_was_changed_is_told(self):
        for table, statement, forged in (
            (
                "ai_close_snapshot_account",
                "UPDATE ai_close_snapshot_account SET balance = balance + 1",
                "accounts",
            ),
            ("ai_close_snapshot_line", "UPDATE ai_close_snapshot_line SET balance = balance + 1", "lines"),
        ):
            with self.subTest(table=table), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                self.env.cr.execute(statement)
                self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
                drift = self.env["ai.close.snapshot"]._drift(self.company, everything=True)
                self.assertEqual(drift["forged"], [forged])
                savepoint.rollback()

    def test_books_and_snapshot_changed_together_are_told(self):
        self.behind("UPDATE account_move_line SET balance = 51 WHERE id = %s", self.line().id)
        for table in ("ai_close_snapshot_line", "ai_close_snapshot"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute("DELETE FROM ai_close_snapshot_line")
        self.env.cr.execute("DELETE FROM ai_close_snapshot")
        for table in ("ai_close_snapshot_line", "ai_close_snapshot"):
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.cr.execute("UPDATE res_company SET name = name WHERE id = %s", [self.company.id])
        self.assertIn("gone", self.drift().title)

    def test_controllers_get_a_mail_once(self):
        self.behind("UPDATE account_move_line SET balance = 51 WHERE id = %s", self.line().id)
        finding = self.drift()
        mails = (
            self.env["mail.message"]
            .sudo()
            .search([("model", "=", finding._name), ("res_id", "=", finding.id)])
        )
        mails = mails.filtered(lambda mail: mail.message_type == "user_notification")
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.notified_partner_ids, (self.carla | self.dirk).partner_id)
        self.look()
        self.assertEqual(
            self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("res_id", "=", finding.id),
                    ("model", "=", finding._name),
                    ("message_type", "=", "user_notification"),
                ]
            ),
            1,
        )

    def test_a_lock_remembers_and_the_next_month_is_measured_by_it(self):
        self.behind(
            "UPDATE account_move_line SET balance = 51, amount_currency = 51, debit = 51 WHERE id = %s",
            self.line().id,
        )
        finding = self.drift()
        self.waive(finding)
        snapshot = self.env["ai.close.snapshot"]._take(self.company, "lock", date_to="2026-10-31")
        self.env.cr.execute("SELECT count(*) FROM ai_close_snapshot_line WHERE snapshot_id = %s", [snapshot])
        self.assertEqual(self.env.cr.fetchone(), (1,))
        drift = self.env["ai.close.snapshot"]._drift(self.company, everything=True)
        self.assertEqual((drift["accounts"], drift["forged"]), ([], []))
        trail = self.env["ai.close.audit"].sudo().search([("action", "=", "watch.snapshot")], limit=1)
        self.assertIn(f'"snapshot":{snapshot}', trail.after)

    def test_applying_a_lock_takes_both(self):
        self.finish(self.run_of_agent())
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        request = self.be(self.close, self.ben).action_request_lock()
        lock = self.env["ai.close.lock"].sudo().browse(request["res_id"])
        self.be(lock, self.ben).action_request()
        with self.enter_registry_test_mode():
            self.be(lock, self.carla).action_approve()
        self.env.invalidate_all()
        self.assertEqual(self.close.state, "locked")
        last = self.env["ai.close.snapshot"]._last(self.company)
        self.assertEqual((last["lock_id"], str(last["date_to"])), (lock.id, "2026-10-31"))
        self.env.cr.execute(
            "SELECT kind, lock_id FROM ai_close_snapshot_settings WHERE company_id = %s ORDER BY id",
            [self.company.id],
        )
        self.assertEqual(self.env.cr.fetchall(), [("begin", None), ("lock", lock.id)])

    def test_an_entry_under_an_approved_exception_is_named_as_such(self):
        lock_by_hand(self.company, fiscalyear_lock_date=SEPTEMBER)
        until = fields.Datetime.now() + timedelta(days=1)
        request = self.be(self.env["ai.close.lock"], self.ben)._ask(
            self.company,
            "exception",
            "fiscalyear_lock_date",
            fields.Date.to_date("2026-08-31"),
            "the landlord's bill came late",
            user=self.anna,
            until=until,
        )
        with self.enter_registry_test_mode():
            self.be(request, self.carla).action_approve()
        self.env.invalidate_all()
        self.assertEqual(request.sudo().state, "applied")
        move = self.manual("2026-09-15", 70.0, user=self.anna)
        self.assertEqual(str(move.date), "2026-09-15")
        finding = self.drift("exception")
        self.assertEqual(finding.severity, "medium")
        self.assertIn(f"posted under exception #{request.id}", finding.message)
        self.assertNotIn("drift", self.look().mapped("facet"))
        # what the owner of the database does meanwhile is not covered by it
        self.behind("UPDATE account_move_line SET balance = 51 WHERE id = %s", self.line().id)
        self.assertEqual(self.drift().severity, "critical")
        self.assertNotIn(move.name, self.drift().message)
