"""The gate and the change log: triggers of the database, watched from a second connection."""

from psycopg2.errors import LockNotAvailable, SerializationFailure

from odoo.addons.ai_close.hooks import uninstall_hook
from odoo.addons.ai_close.models.gate import GATED, NOTED
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import SQL

from .common import PortCase


@tagged("post_install", "-at_install")
class TestGateBetweenConnections(PortCase):
    """Two connections: what one holds, the other sees.  Both know the company: it is committed."""

    @classmethod
    def setUpClass(cls):
        super(PortCase, cls).setUpClass()
        cls.company = cls.env.ref("base.main_company")
        cls._make_books(cls.company)
        cls.env.flush_all()
        # no policy: its company rows are not the matter here, and nothing but the gate may be held
        cls.cr.execute("UPDATE res_company SET ai_close_enabled = true WHERE id = %s", [cls.company.id])
        cls.env.invalidate_all()

    def _free(self):
        """Could a lock be applied now?  Asked by another connection, as the lock request does."""
        with db_connect(self.cr.dbname).cursor() as other:
            try:
                other.execute("LOCK TABLE ai_close_gate IN EXCLUSIVE MODE NOWAIT", log_exceptions=False)
            except LockNotAvailable:
                return False
            finally:
                other.rollback()
        return True

    def test_a_draft_does_not_hold_the_gate(self):
        self.entry(10.0)
        self.env.flush_all()
        self.assertTrue(self._free())

    def test_posting_holds_the_gate_until_the_end(self):
        move = self.entry(10.0)
        move.action_post()
        self.env.flush_all()
        self.assertFalse(self._free())

    def test_only_enabled_companies_are_gated(self):
        self.cr.execute("UPDATE res_company SET ai_close_enabled = false WHERE id = %s", [self.company.id])
        self.entry(10.0).action_post()
        self.env.flush_all()
        self.assertTrue(self._free())

    def test_who_began_before_a_lock_fails_after_it(self):
        """The poster has its snapshot; a lock is applied; then it posts: it must start again."""
        company = self.company
        with db_connect(self.cr.dbname).cursor() as other:
            other.execute("SET lock_timeout = 5000")
            other.execute("LOCK TABLE ai_close_gate IN EXCLUSIVE MODE")
            other.execute("UPDATE ai_close_gate SET epoch = epoch + 1 WHERE company_id = %s", [company.id])
            other.commit()
        with self.quiet(), self.assertRaises(SerializationFailure), self.cr.savepoint():
            self.cr.execute("SELECT ai_close_pass_gate(%s)", [[company.id]])


@tagged("post_install", "-at_install")
class TestGate(PortCase):
    def _changes(self, model, company=None):
        self.env.flush_all()
        self.cr.execute(
            "SELECT DISTINCT res_id FROM ai_close_change WHERE model = %s AND company_id = %s",
            [model, (company or self.company).id],
        )
        return {row[0] for row in self.cr.fetchall()}

    def _watermark(self):
        return int(self.env["ai.close.gate"]._snapshot_xmin())

    # -- the gate

    def test_every_way_to_change_posted_data_holds_it(self):
        sale, payment = self.entry(50.0, debit="receivable"), self.entry(50.0, credit="receivable")
        (sale + payment).action_post()
        self.env.flush_all()
        line = sale.line_ids[0]
        statements = {
            "insert a line": SQL(
                "INSERT INTO account_move_line (move_id, company_id, currency_id, account_id, parent_state,"
                " display_type) SELECT move_id, company_id, currency_id, account_id, 'posted', 'product'"
                " FROM account_move_line WHERE id = %s",
                line.id,
            ),
            "change a line": SQL("UPDATE account_move_line SET balance = 0 WHERE id = %s", line.id),
            "hide a line": SQL("UPDATE account_move_line SET parent_state = 'draft' WHERE id = %s", line.id),
            "delete a line": SQL("DELETE FROM account_move_line WHERE id = %s", line.id),
            "draft a move": SQL("UPDATE account_move SET state = 'draft' WHERE id = %s", sale.id),
        }
        for name, statement in statements.items():
            with self.subTest(name):
                self.assertTrue(self._takes_the_gate(statement))
        with self.subTest("settle"):
            self.assertTrue(
                self._takes_the_gate(
                    lambda: (sale + payment).line_ids.filtered("account_id.reconcile").reconcile()
                )
            )

    def _takes_the_gate(self, act):
        """Does ``act`` ask for the company's gate row?  A spy stands in for the function that locks."""
        with self.cr.savepoint() as savepoint:
            self.cr.execute("CREATE TEMP TABLE IF NOT EXISTS gate_seen (company integer[])")
            self.cr.execute("DELETE FROM gate_seen")
            self.cr.execute("""
                CREATE OR REPLACE FUNCTION ai_close_pass_gate(companies integer[]) RETURNS void
                LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO gate_seen VALUES (companies); END $f$""")
            act() if callable(act) else self.cr.execute(act)
            self.env.flush_all()
            self.cr.execute("SELECT 1 FROM gate_seen WHERE %s = ANY (company)", [self.company.id])
            seen = bool(self.cr.fetchone())
            savepoint.rollback()
        self.env.invalidate_all()
        return seen

    def test_a_branch_passes_the_gate_of_its_parent(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.flush_all()
        self.cr.execute("SELECT ai_close_guarded(%s)", [[branch.id]])
        self.assertEqual(self.cr.fetchone()[0], [self.company.id])

    def test_the_epoch_counts_the_locks(self):
        gate = self.env["ai.close.gate"]
        before = gate._epoch(self.company)
        gate._next_epoch(self.company)
        gate._next_epoch(self.company)
        self.assertEqual(gate._epoch(self.company), before + 2)

    # -- the change log

    def test_changes_of_enabled_companies_are_noted(self):
        plain = self._make_company("Plain", enabled=False)
        move, other = self.entry(10.0), self.entry(10.0, company=plain)
        self.assertIn(move.id, self._changes("account.move"))
        self.assertLessEqual(set(move.line_ids.ids), self._changes("account.move.line"))
        self.assertNotIn(other.id, self._changes("account.move", plain))

    def test_update_and_delete_are_noted(self):
        move = self.entry(10.0)
        self.env.flush_all()
        lines = move.line_ids.ids
        self.cr.execute("DELETE FROM ai_close_change")
        move.ref = "other"
        self.assertEqual(self._changes("account.move"), {move.id})
        self.cr.execute("DELETE FROM ai_close_change")
        gone = move.id
        move.unlink()
        self.assertEqual(self._changes("account.move"), {gone})
        self.assertLessEqual(set(lines), self._changes("account.move.line") | set(lines))

    def test_settling_and_bank_lines_are_noted(self):
        sale, payment = self.entry(50.0, debit="receivable"), self.entry(50.0, credit="receivable")
        (sale + payment).action_post()
        items = (sale + payment).line_ids.filtered("account_id.reconcile")
        items.reconcile()
        partial = items.matched_debit_ids | items.matched_credit_ids
        self.assertEqual(self._changes("account.partial.reconcile"), set(partial.ids))
        items.remove_move_reconcile()
        self.assertEqual(self._changes("account.partial.reconcile"), set(partial.ids))
        line = (
            self.env["account.bank.statement.line"]
            .with_company(self.company)
            .create(
                {
                    "journal_id": self.journal("bank").id,
                    "date": "2026-10-03",
                    "payment_ref": "x",
                    "amount": 1.0,
                }
            )
        )
        self.assertIn(line.id, self._changes("account.bank.statement.line"))

    def test_a_reader_goes_on_from_what_has_ended_and_misses_none(self):
        move = self.entry(10.0)
        self.env.flush_all()
        gate = self.env["ai.close.gate"]
        # what can be read is told; as long as a transaction is open, here this one, it is told again
        rows, watermark = gate._changes(self.company, 0)
        self.assertIn(("account.move", move.id), [row[1:] for row in rows])
        self.assertEqual(gate._changes(self.company, int(watermark))[0], rows)
        self.cr.execute("SELECT min(xid)::text FROM ai_close_change WHERE res_id = %s", [move.id])
        self.assertGreaterEqual(int(self.cr.fetchone()[0]), int(watermark))
        # the same rows, had they been written by a transaction that ended before
        self.cr.execute("UPDATE ai_close_change SET xid = (%s)::text::xid8", [str(int(watermark) - 1)])
        rows, watermark = gate._changes(self.company, int(watermark) - 1)
        self.assertIn(("account.move", move.id), [row[1:] for row in rows])
        self.assertEqual(len({row[1:] for row in rows}), len(rows), "each record once")
        self.assertEqual(gate._changes(self.company, int(watermark))[0], [])

    def test_the_port_gives_changes_with_a_watermark(self):
        move = self.entry(10.0)
        self.env.flush_all()
        self.cr.execute("UPDATE ai_close_change SET xid = '5'::xid8")
        _result, held = self.begin()
        result = self.result("extract", **held, dataset="changes", after=5)
        self.assertIn(move.id, result["columns"]["res_id"])
        self.assertEqual(int(result["watermark"]), self._watermark())
        self.assertIsNone(result["next"])
        self.assertEqual(self.result("extract", **held, dataset="changes", after=6)["count"], 0)

    # -- installing and leaving

    def _triggers(self):
        self.cr.execute(r"""
            SELECT rel.relname, tg.tgname FROM pg_trigger tg JOIN pg_class rel ON rel.oid = tg.tgrelid
             WHERE tg.tgname LIKE 'ai\_close\_%' AND tg.tgenabled = 'O' AND NOT tg.tgisinternal""")
        return set(self.cr.fetchall())

    def test_triggers_are_there_once_and_name_no_columns(self):
        expected = {
            (table, f"ai_close_gate_{event}") for table in GATED for event in ("insert", "update", "delete")
        }
        expected |= {
            (table, f"ai_close_change_{event}") for table in NOTED for event in ("insert", "update", "delete")
        }
        expected |= {
            ("ai_close_audit", "ai_close_audit_no_change"),
            ("ai_close_audit", "ai_close_audit_no_truncate"),
            ("res_company", "ai_close_company_gate"),
        }
        self.assertLessEqual(expected, self._triggers())
        self.cr.execute(r"SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'ai\_close\_%' AND tgattr <> ''")
        self.assertEqual(self.cr.fetchone()[0], 0)

    def test_installing_again_changes_nothing(self):
        before = self._triggers()
        self.env["ai.close.gate"].init()
        self.env["ai.close.audit"].init()
        self.assertEqual(self._triggers(), before)

    def test_a_column_of_a_watched_table_can_still_change(self):
        self.cr.execute("ALTER TABLE account_move_line ALTER COLUMN balance TYPE numeric(20, 4)")
        self.cr.execute("ALTER TABLE account_move_line ADD COLUMN x_try integer")
        self.cr.execute("ALTER TABLE account_move_line DROP COLUMN x_try")
        self.entry(10.0).action_post()

    def test_leaving_drops_triggers_functions_and_tables(self):
        with self.cr.savepoint() as savepoint:
            uninstall_hook(self.env)
            self.assertEqual(self._triggers(), set())
            self.cr.execute(r"SELECT count(*) FROM pg_proc WHERE proname LIKE 'ai\_close\_%'")
            self.assertEqual(self.cr.fetchone()[0], 0)
            self.cr.execute("SELECT to_regclass('ai_close_gate'), to_regclass('ai_close_change')")
            self.assertEqual(self.cr.fetchone(), (None, None))
            self.entry(10.0).action_post()  # Odoo works on without us
            self.env.flush_all()
            savepoint.rollback()
