"""What the agent's user may do over RPC: read, and call its port.  Here somebody has stolen its key."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import PortCase

# Models that any close must be able to rely on.
TARGETS = (
    "account.move",
    "account.move.line",
    "account.payment",
    "account.bank.statement.line",
    "account.account",
    "account.journal",
    "account.lock_exception",
    "account.partial.reconcile",
    "res.company",
    "res.users",
    "res.partner",
    "res.partner.bank",
    "res.groups",
    "ir.model.access",
    "ir.rule",
    "ir.cron",
    "ir.actions.server",
    "ir.config_parameter",
    "ir.attachment",
    "mail.message",
    "mail.activity",
)


@tagged("post_install", "-at_install")
class TestAgentRights(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.entry(250.0)
        cls.posted = cls.entry(100.0)
        cls.posted.action_post()

    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()
        self.submit(self.held, self.finding(1))
        self.one = self.env["ai.close.finding"].search([("key", "=", self.finding(1)["key"])])

    def _denied(self, model, method, *args, **kwargs):
        loggers = "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
        with mute_logger(*loggers), self.assertRaises(UserError):
            self.rpc(self.agent, model, method, *args, **kwargs)

    def test_it_reads_the_books(self):
        found = self.rpc(self.agent, "account.move", "search_read", [("id", "=", self.posted.id)], ["state"])
        self.assertEqual(found[0]["state"], "posted")

    def test_it_reads_no_other_company(self):
        other = self._make_company("Other")
        move = self.entry(10.0, company=other)
        self.assertFalse(self.rpc(self.agent, "account.move", "search", [("id", "=", move.id)]))
        self._denied("account.move", "read", move.ids, ["name"])

    def test_it_creates_nothing(self):
        values = {
            "account.move": {"move_type": "entry", "journal_id": self.journal("general").id},
            "account.move.line": {
                "move_id": self.draft.id,
                "account_id": self.account("expense").id,
                "balance": 1,
            },
            "account.lock_exception": {"fiscalyear_lock_date": False, "company_id": self.company.id},
            "res.partner": {"name": "New vendor"},
            "mail.message": {"body": "approved", "model": "account.move", "res_id": self.posted.id},
            "ir.attachment": {"name": "evidence", "res_model": "ai.close.finding", "res_id": self.one.id},
            "mail.activity": {
                "res_model_id": self.env["ir.model"]._get_id("account.move"),
                "res_id": self.posted.id,
            },
        }
        for model in TARGETS:
            with self.subTest(model=model):
                self._denied(model, "create", [values.get(model, {"name": "x"})])

    def test_it_writes_and_deletes_nothing(self):
        for model in TARGETS:
            record = self.env[model].sudo().search([], limit=1)
            if record:
                with self.subTest(model=model):
                    name = "name" if "name" in record._fields else record._rec_name or "create_date"
                    self._denied(model, "write", record.ids, {name: "x"})
                    self._denied(model, "unlink", record.ids)

    def test_it_has_no_write_right_on_any_model(self):
        access = self.env(user=self.agent)["ir.model.access"]
        for mode in ("write", "create", "unlink"):
            self.assertFalse(access._get_allowed_models(mode), mode)
        self.assertIn("account.move", access._get_allowed_models("read"))

    def test_rights_given_to_its_group_by_mistake_stay_without_effect(self):
        self.env["ir.model.access"].create(
            {
                "name": "mistake",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "group_id": self.env.ref("ai_close.group_agent").id,
                "perm_read": True,
                "perm_write": True,
                "perm_create": True,
                "perm_unlink": True,
            }
        )
        self._denied("account.move", "write", self.draft.ids, {"ref": "x"})
        self._denied("account.move", "unlink", self.draft.ids)

    def test_it_posts_nothing(self):
        for method in ("action_post", "button_draft", "button_cancel"):
            move = self.draft if method != "button_draft" else self.posted
            with self.subTest(method=method):
                self._denied("account.move", method, move.ids)
        self._denied("account.move", "write", self.draft.ids, {"state": "posted"})
        self._denied("account.move", "create", [{"move_type": "entry"}], context={"default_state": "posted"})
        sale, payment = self.entry(50.0, debit="receivable"), self.entry(50.0, credit="receivable")
        (sale + payment).action_post()
        items = (sale + payment).line_ids.filtered("account_id.reconcile")
        self._denied("account.move.line", "reconcile", items.ids)
        items.reconcile()
        self._denied("account.move.line", "remove_move_reconcile", items.ids)
        self.env.invalidate_all()
        self.assertEqual(items.mapped("reconciled"), [True, True])
        self._denied("account.move", "web_save", self.draft.ids, {"ref": "x"}, {})
        self._denied("account.move", "copy", self.posted.ids)
        self.env.invalidate_all()
        self.assertEqual((self.draft.state, self.posted.state), ("draft", "posted"))

    def test_it_draws_no_number_of_a_sequence(self):
        """Odoo draws it with sudo, for everybody who may call the method."""
        company = self.env.company
        sequence = company.batch_payment_sequence_id
        following = sequence.number_next_actual
        self._denied("res.company", "get_next_batch_payment_communication", company.ids)
        sequence.invalidate_recordset()
        self.assertEqual(sequence.number_next_actual, following)
        self.assertTrue(company.get_next_batch_payment_communication())

    def test_it_locks_nothing(self):
        for name in ("fiscalyear_lock_date", "hard_lock_date", "tax_lock_date"):
            self._denied("res.company", "write", self.company.ids, {name: "2026-09-30"})
        self._denied("ai.close", "action_request_lock", self.one.close_id.ids)
        self.env.invalidate_all()
        self.assertFalse(self.company.fiscalyear_lock_date)

    def test_it_decides_nothing(self):
        for method, args in (
            ("action_explain", ["a very good reason"]),
            ("action_waive", ["a very good reason"]),
            ("action_mark_fixed", []),
            ("action_assign", [self.preparer.id]),
        ):
            with self.subTest(method=method), self.assertCode("SOD002"):
                self.rpc(self.agent, "ai.close.finding", method, self.one.ids, *args)
        task = self.one.close_id.task_ids[0]
        for method in ("action_prepare", "action_sign"):
            with self.subTest(method=method):
                self._denied("ai.close.task", method, task.ids)
        self._denied("ai.close", "action_run_now", self.one.close_id.ids)
        self.assertEqual(self.one.state, "open")

    def test_it_writes_no_record_of_the_close(self):
        for model in (
            "ai.close",
            "ai.close.run",
            "ai.close.finding",
            "ai.close.policy",
            "ai.close.task",
            "ai.close.task.template",
        ):
            record = self.env[model].search([], limit=1)
            with self.subTest(model=model):
                self._denied(model, "create", [{"name": "x"}])
                self._denied(model, "write", record.ids, {record._rec_name or "name": "x"})
                self._denied(model, "unlink", record.ids)

    def test_it_gives_itself_no_right(self):
        admin = self.env.ref("base.group_system")
        self._denied("res.users", "write", self.agent.ids, {"group_ids": [Command.link(admin.id)]})
        self._denied("res.groups", "write", admin.ids, {"user_ids": [Command.link(self.agent.id)]})
        self._denied(
            "res.users", "write", self.agent.ids, {"company_ids": [Command.link(self.env.company.id)]}
        )
        self._denied("res.users", "create", [{"name": "twin", "login": "twin"}])

    def test_it_sees_no_lease(self):
        self.assertNotIn("lease", self.rpc(self.agent, "ai.close.run", "fields_get"))
        self._denied("ai.close.run", "read", [self.held["run_id"]], ["lease"])
        self._denied("ai.close.run", "search", [("lease", "like", "a")])

    def test_the_auditor_reads_all_and_changes_nothing(self):
        self.assertTrue(self.rpc(self.auditor, "ai.close.finding", "read", self.one.ids, ["title"]))
        for method, args in (("action_explain", ["a good reason"]), ("action_waive", ["a good reason"])):
            with self.assertCode("SOD003"):
                self.rpc(self.auditor, "ai.close.finding", method, self.one.ids, *args)
        for model in ("ai.close", "ai.close.task", "ai.close.run", "ai.close.finding", "ai.close.policy"):
            record = self.env[model].search([], limit=1)
            with (
                self.subTest(model=model),
                self.assertRaises(UserError),
                self.quiet("odoo.addons.base.models.ir_model"),
            ):
                self.rpc(self.auditor, model, "write", record.ids, {record._rec_name or "name": "x"})
