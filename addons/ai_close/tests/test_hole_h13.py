"""H13: nobody writes in somebody else's name where a close relies on it, and nobody alters it later."""

from contextlib import contextmanager

from odoo import Command, fields
from odoo.service.model import call_kw
from odoo.tests import tagged

from .close_common import EntryCase


@tagged("post_install", "-at_install")
class TestHoleH13(EntryCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for user in (cls.anna, cls.ben, cls.carla, cls.audrey):
            user.email = f"{user.login}@example.com"
        cls.carla.group_ids = [Command.link(cls.env.ref("base.group_partner_manager").id)]
        cls.move = cls.invoice(120.0).move_id
        cls.task = cls.close.task_ids[0]

    def rpc(self, user, model, method, *args, **kwargs):
        """Call as the RPC dispatcher does."""
        context = {"allowed_company_ids": self.company.ids} | kwargs.pop("context", {})
        env = self.env(user=user, su=False, context={})
        return call_kw(env[model], method, list(args), {**kwargs, "context": context})

    def post(self, user, record, **kwargs):
        made = self.rpc(user, record._name, "message_post", record.ids, body="approved", **kwargs)
        return self.env["mail.message"].sudo().browse(made)

    def test_a_mail_makes_no_payment_for_who_may_make_none(self):
        letter = "From: audrey@example.com\nTo: bills@example.com\nMessage-Id: <7@forged>\n\nplease pay"
        payments = self.env["account.payment"].sudo()
        before = payments.search_count([])
        self.assert_refused(
            "AUD007",
            lambda: self.rpc(self.audrey, "account.payment", "message_process", payments._name, letter),
        )
        self.assertEqual(payments.search_count([]), before)

    def test_who_only_reads_hands_out_no_link_to_a_document(self):
        """A link bears a token that opens the document to whoever has it."""
        for user, code in ((self.robot, "AUD005"), (self.audrey, "SOD003")):
            self.assert_refused(
                code, lambda u=user: self.rpc(u, "account.move", "get_portal_url", self.move.ids)
            )
        self.assertFalse(self.move.access_token)
        # the agent writes through its port alone, where there is no close as well
        with self.without_ai_close():
            self.assert_refused(
                "AUD005", lambda: self.rpc(self.robot, "account.move", "preview_invoice", self.move.ids)
            )
        link = self.rpc(self.anna, "account.move", "get_portal_url", self.move.ids)
        self.assertIn(self.move.access_token, link)
        # made by somebody who may, it is no secret to a reader
        self.assertIn(
            self.move.access_token, self.rpc(self.audrey, "account.move", "get_portal_url", self.move.ids)
        )

    @contextmanager
    def without_ai_close(self):
        with self.env.cr.savepoint() as point:
            self.env.cr.execute("UPDATE res_company SET ai_close_enabled = false")
            self.env.invalidate_all()
            yield
            self.env.flush_all()
            point.rollback()
        self.env.invalidate_all()

    def as_ben(self):
        """Every way to name another writer in a post."""
        ben = self.ben.partner_id
        yield {"author_id": ben.id}
        yield {"email_from": ben.email_formatted}
        yield {"email_from": "Somebody <nobody@example.org>"}
        yield {"author_id": False, "email_from": ben.email_formatted}
        yield {"author_id": self.anna.partner_id.id, "email_from": ben.email_formatted}
        yield {"date": "2026-01-01 08:00:00"}

    # -- as somebody else

    def test_in_the_books_only_where_ai_close_guards_them(self):
        for record in (self.move, self.partner_a, self.move.journal_id, self.expense):
            for how in self.as_ben():
                with self.subTest(record=record._name, how=how):
                    with self.without_ai_close():
                        message = self.post(self.carla, record, **how)
                        forged = message.author_id != self.carla.partner_id
                        self.assertTrue(forged or str(message.date) == how.get("date"))
                    self.assert_refused("AUD007", lambda r=record, h=how: self.post(self.carla, r, **h))

    def test_a_reader_of_the_books_signs_as_nobody_else(self):
        with self.without_ai_close():
            message = self.post(self.audrey, self.move, author_id=self.ben.partner_id.id)
            self.assertEqual(message.author_id, self.ben.partner_id)
        self.assert_refused(
            "AUD007", lambda: self.post(self.audrey, self.move, author_id=self.ben.partner_id.id)
        )
        self.assertEqual(self.post(self.audrey, self.move).author_id, self.audrey.partner_id)

    def test_on_records_of_the_close(self):
        entry = self.propose()
        for record in (self.close, self.task, entry):
            for how in self.as_ben():
                with self.subTest(record=record._name, how=how):
                    self.assert_refused("AUD007", lambda r=record, h=how: self.post(self.anna, r, **h))
            message = self.post(self.anna, record, message_type="comment")
            self.assertEqual(message.author_id, self.anna.partner_id)

    def test_by_a_message_made_by_hand(self):
        ben = self.ben.partner_id
        for record in (self.move, self.task):
            base = {"model": record._name, "res_id": record.id, "body": "approved"}
            for extra in (
                {"author_id": ben.id},
                {"author_id": False, "email_from": ben.email_formatted},
                {"author_id": self.env.ref("base.partner_root").id},
                {"email_from": "nobody@example.org"},
                {"date": "2026-01-01 08:00:00"},
            ):
                with self.subTest(record=record._name, extra=extra):
                    self.assert_refused(
                        "AUD007",
                        lambda vals: self.rpc(self.carla, "mail.message", "create", [vals]),
                        base | extra,
                    )
            self.assert_refused(
                "AUD007",
                lambda vals: self.rpc(
                    self.carla, "mail.message", "create", [vals], context={"default_author_id": ben.id}
                ),
                base,
            )
            (made,) = self.rpc(self.carla, "mail.message", "create", [base])
            self.assertEqual(self.env["mail.message"].sudo().browse(made).author_id, self.carla.partner_id)

    def test_odoobot_is_nobody_to_hide_behind(self):
        message = self.post(self.carla, self.move, author_id=self.env.ref("base.partner_root").id)
        self.assertEqual(message.author_id, self.carla.partner_id)

    def test_by_the_composer(self):
        def send(**vals):
            wizard = self.be(self.env["mail.compose.message"], self.carla).create(
                {
                    "model": "account.move",
                    "res_ids": str(self.move.ids),
                    "body": "approved",
                    "subject": "x",
                    **vals,
                }
            )
            wizard.action_send_mail()
            return self.move.sudo().message_ids[0]

        ben = self.ben.partner_id
        self.assert_refused("AUD007", lambda: send(email_from=ben.email_formatted))
        self.assertEqual(send(author_id=ben.id).author_id, self.carla.partner_id)
        for mode in ("comment", "mass_mail"):
            message = send(author_id=ben.id, composition_mode=mode)
            self.assertEqual(message.author_id, self.carla.partner_id, mode)

    def test_by_a_message_for_later(self):
        plan = {"model": "account.move", "res_id": self.move.id, "body": "approved"}
        plan["scheduled_date"] = fields.Datetime.add(fields.Datetime.now(), days=1)
        plans = self.be(self.env["mail.scheduled.message"], self.carla)
        ben = self.ben.partner_id.id
        self.assert_refused("AUD007", plans.create, plan | {"author_id": ben})
        mine = plans.create(plan | {"author_id": self.carla.partner_id.id})
        self.assert_refused("AUD007", mine.write, {"author_id": ben})
        mine.post_message()
        self.assertEqual(self.move.sudo().message_ids[0].author_id, self.carla.partner_id)

    def test_a_template_may_bear_another_address(self):
        template = self.env["mail.template"].create(
            {
                "name": "Invoice",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "email_from": self.ben.partner_id.email_formatted,
                "subject": "Your invoice",
                "body_html": "<p>here it is</p>",
            }
        )
        wizard = self.be(self.env["mail.compose.message"], self.carla).create(
            {"model": "account.move", "res_ids": str(self.move.ids), "template_id": template.id}
        )
        wizard.action_send_mail()
        message = self.move.sudo().message_ids[0]
        self.assertIn("here it is", message.body)
        self.assertEqual(message.author_id, self.carla.partner_id)
        self.assertEqual(message.email_from, self.ben.partner_id.email_formatted)

    def test_sending_an_invoice_still_works(self):
        self.partner_a.email = "customer@example.com"
        wizard = (
            self.be(self.env["account.move.send.wizard"], self.carla)
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"sending_methods": ["email"]})
        )
        before = self.move.sudo().message_ids
        wizard.action_send_and_print(allow_fallback_pdf=True)
        sent = (self.move.sudo().message_ids - before).filtered(lambda one: one.message_type == "comment")
        self.assertTrue(sent)
        self.assertEqual(sent.author_id, self.carla.partner_id)

    def test_the_gateway_believes_the_server_only(self):
        mail = (
            f"From: {self.ben.partner_id.email_formatted}\n"
            "To: test@example.com\nSubject: approved\nMessage-Id: <one@example.com>\n\nI approve"
        )
        self.assert_refused(
            "AUD007",
            lambda: self.rpc(
                self.carla, "mail.thread", "message_process", "account.move", mail, thread_id=self.move.id
            ),
        )
        self.env["mail.thread"].sudo().message_process("account.move", mail, thread_id=self.move.id)
        self.assertEqual(self.move.sudo().message_ids[0].author_id, self.ben.partner_id)

    def test_what_the_server_notes_goes_through(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.be(self.move, self.carla).button_draft()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertTrue(self.move.sudo().message_ids.tracking_value_ids)
        activity = self.be(self.move, self.carla).activity_schedule("mail.mail_activity_data_todo")
        activity.action_feedback(feedback="called them")
        self.assertIn("called them", self.move.sudo().message_ids[0].body)

    # -- readers

    def test_an_auditor_writes_nothing_on_the_close(self):
        for record in (self.close, self.task):
            self.assert_refused("SOD003", lambda r=record: self.post(self.audrey, r))
            # the screen posts with sudo once it has seen that the record may be read
            self.assert_refused(
                "SOD003", lambda r=record: self.be(r, self.audrey).sudo().message_post(body="x")
            )
            vals = {"model": record._name, "res_id": record.id, "body": "x"}
            self.assert_refused("SOD003", lambda v=vals: self.rpc(self.audrey, "mail.message", "create", [v]))

    # -- altering

    def noted(self, record, user):
        return self.post(user, record, message_type="comment", subtype_xmlid="mail.mt_comment")

    def test_what_others_wrote_stays(self):
        for record in (self.move, self.task):
            message = self.noted(record, self.carla)
            by_dirk = self.be(message, self.dirk)
            for vals in (
                {"body": "refused"},
                {"subject": "x"},
                {"author_id": self.dirk.partner_id.id},
                {"date": "2026-01-01 00:00:00"},
                {"attachment_ids": [Command.clear()]},
                {"is_internal": True},
            ):
                with self.subTest(record=record._name, vals=vals):
                    self.assert_refused("AUD007", by_dirk.write, vals)
            self.assert_refused("AUD007", by_dirk.unlink)
            # the screen's way, which administrators may go for others
            change = self.be(record, self.dirk)._message_update_content
            self.assert_refused("AUD007", lambda m=message, c=change: c(m.sudo(), body=""))
            self.be(message, self.dirk).toggle_message_starred()
            self.assertIn("approved", message.body)

    def test_ones_own_words_may_be_mended_while_nothing_is_signed(self):
        message = self.noted(self.move, self.carla)
        mine = self.be(message, self.carla)
        mine.write({"body": "approve, I meant"})
        for vals in (
            {"author_id": self.ben.partner_id.id},
            {"email_from": "nobody@example.org"},
            {"date": "2026-01-01 00:00:00"},
            {"message_type": "email"},
        ):
            self.assert_refused("AUD007", mine.write, vals)
        mine.unlink()
        self.assertFalse(message.exists())

    def test_what_was_noted_of_a_step_is_nobodys_word(self):
        run = self.close.task_ids.filtered(lambda task: task.code == "STOCK")
        self.be(run, self.anna).action_prepare("Counted, line by line")
        self.be(run, self.ben).action_send_back("Gent is missing")
        note = run.message_ids[0]
        self.assertEqual((note.author_id, run.state), (self.ben.partner_id, "open"))
        self.assert_refused("AUD007", self.be(note, self.ben).write, {"body": "I never said so"})
        self.assert_refused("AUD007", self.be(note, self.ben).unlink)

    def test_by_a_notification_or_a_copy(self):
        ben = self.ben.partner_id
        for record in (self.move, self.task):
            self.assert_refused(
                "AUD007",
                lambda r=record: self.rpc(
                    self.carla,
                    r._name,
                    "message_notify",
                    r.ids,
                    body="approve it",
                    author_id=ben.id,
                    partner_ids=self.dirk.partner_id.ids,
                ),
            )
            message = self.noted(record, self.ben)
            self.assert_refused(
                "AUD007", lambda m=message: self.rpc(self.carla, "mail.message", "copy", m.ids)
            )

    def test_on_a_signed_record_nothing_is_mended(self):
        stock = self.close.task_ids.filtered(lambda task: task.code == "STOCK")
        message = self.noted(stock, self.anna)
        self.be(stock, self.anna).action_prepare("Counted, line by line")
        mine = self.be(message, self.anna)
        self.assert_refused("AUD007", mine.write, {"body": "never said so"})
        self.assert_refused("AUD007", mine.unlink)
        self.noted(stock, self.ben)

    def test_tracking_stays(self):
        value = (
            self.env["mail.tracking.value"]
            .sudo()
            .create(
                {
                    "mail_message_id": self.noted(self.move, self.carla).id,
                    "field_id": self.env["ir.model.fields"]._get("account.move", "state").id,
                    "old_value_char": "Draft",
                    "new_value_char": "Posted",
                }
            )
        )
        admin = self.person("sam", "controller")
        admin.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        by_admin = self.be(value, admin)
        self.assert_refused("AUD007", by_admin.write, {"new_value_char": "Cancelled"})
        self.assert_refused("AUD007", by_admin.unlink)
        self.assert_refused("AUD007", by_admin.with_context(_force_unlink=True).unlink)
        self.assert_refused("AUD007", self.be(value.mail_message_id, admin).unlink)
        self.assert_refused("AUD007", self.be(value.mail_message_id, self.carla).write, {"body": "x"})
        self.assertEqual(value.new_value_char, "Posted")
        self.assertLessEqual(value.mail_message_id.date, fields.Datetime.now())
