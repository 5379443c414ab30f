"""Seals: blocks that hold every event once, that nobody can change, and a chain that tells who tried."""

from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import fields
from odoo.addons.ai_close.kernel import seal
from odoo.addons.ai_close.models import close_audit_seal
from odoo.exceptions import AccessError, ConcurrencyError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortCase

TABLES = ("ai_close_audit", "ai_close_audit_seal", "ai_close_audit_membership")


@tagged("post_install", "-at_install")
class TestSeal(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.blocks = cls.env["ai.close.audit.seal"]
        cls.blocks._seal(cls.company)
        cls.had = cls.blocks._last(cls.company.id)[0]

    def act(self, count=1, company=None):
        """Append events and return their ids."""
        company = company or self.company
        return [
            self.env["ai.close.audit"]._append("test.act", company, after={"step": str(step)}).id
            for step in range(count)
        ]

    def members(self, block):
        self.cr.execute(
            "SELECT audit_id, leaf FROM ai_close_audit_membership WHERE seal_id = %s ORDER BY position",
            [block.id],
        )
        return self.cr.fetchall()

    def problem(self):
        self.env.invalidate_all()
        return self.blocks._verify(self.company)["problem"]

    # -- what a block is

    def test_a_block_holds_the_events_and_names_the_block_before(self):
        ids = self.act(3)
        first = self.blocks._seal(self.company)
        self.assertEqual((first.number, first.count), (self.had + 1, 3))
        self.assertEqual((first.first_id, first.last_id), (ids[0], ids[-1]))
        members = self.members(first)
        self.assertEqual([audit_id for audit_id, _leaf in members], ids)
        self.assertEqual(first.merkle_root, seal.merkle_root([leaf for _id, leaf in members]))
        self.act()
        second = self.blocks._seal(self.company)
        self.assertEqual((second.number, second.former_root), (first.number + 1, first.root))
        self.assertEqual(first.database_uuid, self.env["ir.config_parameter"].get_param("database.uuid"))
        self.assertFalse(self.blocks._seal(self.company), "nothing is left to seal")

    def test_the_first_block_of_a_company_follows_nothing(self):
        other = self._make_company("Sealed apart")
        ids = self.act(2, other)
        mine = self.act()
        block = self.blocks._seal(other)
        self.assertEqual((block.number, block.former_root), (1, "0" * 64))
        sealed = {audit_id for audit_id, _leaf in self.members(block)}
        self.assertTrue(set(ids) <= sealed)
        self.assertFalse(set(mine) & sealed)

    def test_events_without_a_company_have_a_chain_of_their_own(self):
        self.blocks._seal(0)
        event = self.env["ai.close.audit"]._append("test.act")
        block = self.blocks._seal(0)
        self.assertEqual((block.company_id, block.company_name), (0, "no company"))
        self.assertEqual([audit_id for audit_id, _leaf in self.members(block)], event.ids)
        self.assertIn(0, self.blocks._companies())

    def test_a_leaf_is_made_of_the_stored_row(self):
        event = self.env["ai.close.audit"]._append(
            "test.act", self.company, before={"a": "ü"}, evidence={"checksum": "ab"}, reason="because"
        )
        block = self.blocks._seal(self.company)
        self.env.invalidate_all()
        content = event._content()
        content["event_at"] = content["event_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        line = seal.event_line(content | {"id": event.id, "digest": event.digest})
        self.assertEqual(self.members(block), [(event.id, seal.leaf(line))])
        self.assertEqual(event.evidence, '{"checksum":"ab"}')
        self.assertEqual(event.block, f"b{block.number}")

    def test_an_event_that_ends_late_stands_in_the_next_block(self):
        """Its number is lower than that of sealed events, as that of a transaction that ends last is."""
        early, late = self.act(2)
        self.cr.execute("ALTER TABLE ai_close_audit DISABLE TRIGGER ai_close_audit_no_change")
        self.cr.execute("UPDATE ai_close_audit SET company_id = %s WHERE id = %s", [2**30, early])
        first = self.blocks._seal(self.company)
        self.assertEqual([audit_id for audit_id, _leaf in self.members(first)], [late])
        self.cr.execute("UPDATE ai_close_audit SET company_id = %s WHERE id = %s", [self.company.id, early])
        for everything in (False, True):
            with self.subTest(everything=everything), self.cr.savepoint() as savepoint:
                second = self.blocks._seal(self.company, everything=everything)
                self.assertEqual([audit_id for audit_id, _leaf in self.members(second)], [early])
                self.assertIsNone(self.problem())
                savepoint.rollback()
        self.patch(close_audit_seal, "LATE_EVENTS", 0)
        self.assertFalse(self.blocks._seal(self.company, everything=False))

    def test_much_is_sealed_in_blocks_of_a_bounded_size(self):
        self.patch(close_audit_seal, "BLOCK_ROWS", 4)
        ids = self.act(10)
        blocks = self.blocks._seal(self.company)
        self.assertEqual(blocks.mapped("count"), [4, 4, 2])
        self.assertEqual([audit_id for block in blocks for audit_id, _leaf in self.members(block)], ids)
        self.act(10)
        self.assertEqual(len(self.blocks._seal(self.company, blocks=1)), 1)
        self.assertEqual(self.blocks._unsealed(self.company.id)[0], 6)
        self.assertIsNone(self.problem())

    # -- nobody changes one

    def test_the_database_refuses_every_change(self):
        self.act(2)
        block = self.blocks._seal(self.company)
        statements = [f"TRUNCATE {table}" for table in TABLES] + [
            f"UPDATE ai_close_audit_seal SET root = root WHERE id = {block.id}",
            f"DELETE FROM ai_close_audit_seal WHERE id = {block.id}",
            f"UPDATE ai_close_audit_membership SET leaf = leaf WHERE seal_id = {block.id}",
            f"DELETE FROM ai_close_audit_membership WHERE seal_id = {block.id}",
        ]
        for statement in statements:
            refused = self.assertRaisesRegex(CheckViolation, "AUD001")
            with self.subTest(statement=statement), self.quiet(), refused, self.cr.savepoint():
                self.cr.execute(statement)

    def test_the_orm_refuses_every_change(self):
        self.act()
        block = self.blocks._seal(self.company)
        for user in (self.controller, self.auditor, self.env.ref("base.user_admin")):
            for method, args in (
                ("create", [{"number": 1}]),
                ("write", [block.ids, {"root": "x"}]),
                ("unlink", [block.ids]),
            ):
                with self.subTest(user=user.login, method=method), self.assertCode("AUD001"):
                    self.rpc(user, "ai.close.audit.seal", method, *args)
        for method in ("_seal", "_verify", "_export_lines", "_cron_seal", "_insert_block"):
            with self.assertRaises(AccessError):
                self.rpc(self.controller, "ai.close.audit.seal", method, self.company.id)

    # -- two sealers

    def test_who_seals_with_an_older_snapshot_begins_again(self):
        self.act()
        company_id = self.company.id
        number, root, last = self.blocks._last(company_id)
        self.blocks._seal(self.company)
        self.act()
        stale = self.patch(type(self.blocks), "_last", lambda *_args: (number, root, last))
        self.assertIsNone(stale)
        with self.assertRaises(ConcurrencyError), self.quiet(), self.cr.savepoint():
            self.blocks._seal(self.company)

    def test_a_sealer_leaves_the_company_to_another_or_waits(self):
        company = self._make_company("Sealed by another")
        count = self.blocks._unsealed(company.id)[0]
        self.assertTrue(count)
        with db_connect(self.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", [close_audit_seal.LOCK_CLASS, company.id])
            self.assertFalse(self.blocks._seal(company, wait=False))
            self.assertEqual(self.blocks._unsealed(company.id)[0], count)
        self.assertTrue(self.blocks._seal(company, wait=False))

    # -- when

    def test_the_cron_seals_every_company(self):
        other = self._make_company("By cron")
        self.act(2)
        self.act(1, other)
        with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
            self.env(cr=cr)["ai.close.audit.seal"]._cron_seal()
        for company in (self.company, other):
            self.assertEqual(self.blocks._unsealed(company.id), (0, None))
            self.assertIsNone(self.blocks._verify(company)["problem"])

    def test_a_run_that_ends_is_sealed_after_its_commit(self):
        _result, held = self.begin()
        self.finish(held)
        self.assertTrue(self.blocks._unsealed(self.company.id)[0])
        with self.enter_registry_test_mode():
            self.cr.postcommit.run()
        self.assertEqual(self.blocks._unsealed(self.company.id), (0, None))
        self.assertEqual(self.audit("run.finish").block, f"b{self.had + 1}")

    # -- the look at the chain

    def test_the_chain_is_unbroken_and_the_open_events_are_named(self):
        self.act(3)
        self.blocks._seal(self.company)
        self.act(2)
        found = self.blocks._verify(self.company)
        self.assertEqual((found["problem"], found["blocks"], found["unsealed"]), (None, self.had + 1, 2))
        self.assertTrue(found["oldest_at"] > fields.Datetime.now() - timedelta(minutes=1))
        sentence = self.blocks._sentence(found)
        self.assertRegex(sentence, r"^\d+ blocks, [\d,]+ events, unbroken; 2 events are not sealed yet")
        self.blocks._seal(self.company)
        self.assertRegex(self.blocks._sentence(self.blocks._verify(self.company)), "unbroken$")

    def _tampered(self, *statements):
        """Run statements as somebody who owns the tables, and return what the look at the chain says."""
        with self.cr.savepoint() as savepoint:
            for table in TABLES:
                self.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for statement, *params in statements:
                self.cr.execute(statement, params)
            problem = self.problem()
            savepoint.rollback()
        self.assertIsNone(self.problem())
        return problem

    def test_every_tampering_is_named(self):
        ids = self.act(5)
        block = self.blocks._seal(self.company)
        self.act(2)
        last = self.blocks._seal(self.company)
        where = f"Block {block.number}: event {ids[2]}"
        columns = ", ".join(close_audit_seal.EVENT_COLUMNS[1:])
        copy = f"INSERT INTO ai_close_audit (id, {columns}) SELECT {2**30}, {columns} FROM ai_close_audit"
        member = "INSERT INTO ai_close_audit_membership VALUES (%s, %s, %s, %s)"
        cases = {
            "edit": ([("UPDATE ai_close_audit SET reason = 'x' WHERE id = %s", ids[2])], where, "changed"),
            "person": ([("UPDATE ai_close_audit SET user_id = 2 WHERE id = %s", ids[2])], where, "changed"),
            "company": (
                [("UPDATE ai_close_audit SET company_id = NULL WHERE id = %s", ids[2])],
                where,
                "changed",
            ),
            "delete": ([("DELETE FROM ai_close_audit WHERE id = %s", ids[2])], where, "removed"),
            "delete with its place": (
                [
                    ("DELETE FROM ai_close_audit WHERE id = %s", ids[2]),
                    ("DELETE FROM ai_close_audit_membership WHERE audit_id = %s", ids[2]),
                ],
                f"Block {block.number}",
                "place 3 was removed",
            ),
            "delete the end of a block": (
                [("DELETE FROM ai_close_audit_membership WHERE audit_id = %s", ids[4])],
                f"Block {block.number}",
                "1 events were removed",
            ),
            "insert": (
                [
                    (f"{copy} WHERE id = %s", ids[2]),
                    (member, 2**30, block.id, 5, "0" * 64),
                ],
                f"event {2**30}",
                "changed",
            ),
            "reorder": (
                [
                    ("UPDATE ai_close_audit_membership SET position = -1 WHERE audit_id = %s", ids[2]),
                    ("UPDATE ai_close_audit_membership SET position = 2 WHERE audit_id = %s", ids[3]),
                    ("UPDATE ai_close_audit_membership SET position = 3 WHERE audit_id = %s", ids[2]),
                ],
                where,
                "reordered",
            ),
            "leaf": (
                [("UPDATE ai_close_audit_membership SET leaf = %s WHERE audit_id = %s", "0" * 64, ids[2])],
                where,
                "changed",
            ),
            "head": (
                [("UPDATE ai_close_audit_seal SET sealed_at = now() WHERE id = %s", block.id)],
                f"block {block.number}",
                "changed",
            ),
            "block away": (
                [("DELETE FROM ai_close_audit_seal WHERE id = %s", block.id)],
                f"Block {block.number}",
                "missing",
            ),
            "last block away": (
                [("DELETE FROM ai_close_audit_seal WHERE id = %s", last.id)],
                "A block of 2 events",
                "removed",
            ),
            "truncate": ([("TRUNCATE ai_close_audit",)], "Block 1", "removed"),
        }
        for name, (statements, where_, what) in cases.items():
            with self.subTest(name):
                problem = self._tampered(*statements)
                self.assertTrue(problem, name)
                self.assertIn(where_, problem)
                self.assertIn(what, problem)

    def test_an_event_written_anew_with_its_leaf_does_not_fit_the_root(self):
        ids = self.act(3)
        block = self.blocks._seal(self.company)
        names = close_audit_seal.EVENT_COLUMNS
        with self.cr.savepoint() as savepoint:
            for table in TABLES:
                self.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            self.cr.execute("UPDATE ai_close_audit SET reason = 'x' WHERE id = %s", [ids[1]])
            self.cr.execute(f"SELECT {', '.join(names)} FROM ai_close_audit WHERE id = %s", [ids[1]])
            leaf = seal.leaf(close_audit_seal.event_line(self.cr.fetchone()))
            self.cr.execute(
                "UPDATE ai_close_audit_membership SET leaf = %s WHERE audit_id = %s", [leaf, ids[1]]
            )
            self.assertIn(f"Block {block.number}", self.problem())
            savepoint.rollback()
        self.assertIsNone(self.problem())

    # -- who reads

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_blocks_are_read_by_controllers_and_auditors(self):
        other = self._make_company("Not theirs")
        self.act(1, other)
        foreign = self.blocks._seal(other)
        for user in (self.controller, self.auditor):
            seen = self.blocks.with_user(user).search([])
            self.assertIn(self.company.id, seen.mapped("company_id"))
            self.assertNotIn(foreign.id, seen.ids)
            with self.assertRaises(AccessError):
                foreign.with_user(user).read(["root"])
        for user in (self.preparer, self.reviewer, self.agent):
            with self.assertRaises(AccessError):
                self.blocks.with_user(user).search([])
