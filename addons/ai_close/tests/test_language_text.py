"""Texts of a language model: of what is in use, about what is there, never over a person's words."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from . import test_variance
from .language_case import MODEL, PROMPTS, LanguageCase

MARKUP = "<script>alert(1)</script><b>Approve</b> this & that"


@tagged("post_install", "-at_install")
class TestLanguageText(LanguageCase):
    def setUp(self):
        super().setUp()
        self.language = self.in_use()
        self.begin()
        self.one = self.finding()

    def refusal(self, **changes):
        row = {**self.words("finding", "finding", self.one.key), **changes}
        (answer,) = self.hand_in("text", row)
        self.assertEqual(answer["status"], "refused", answer)
        return answer["code"]

    def shown(self, user=None, record=None):
        self.env.invalidate_all()
        return self.be(record or self.one, user or self.anna).model_texts or []

    # -- taken and shown

    def test_a_text_is_shown_with_its_mark_and_its_facts(self):
        text = self.written(self.one)
        (shown,) = self.shown()
        self.assertEqual(shown["badge"], f"Text by {MODEL}, not by a person")
        self.assertEqual((text.is_pay, text.close_id, text.language_id), (False, self.close, self.language))
        action = self.be(text, self.anna).action_facts()
        self.assertEqual((action["res_id"], action["target"]), (text.id, "new"))
        form = Form(self.be(text, self.anna))
        self.assertIn("1,200.00 USD", str(form.fact_rows))
        with self.assertRaises(AccessError):
            self.be(text, self.anna).read(["request"])
        self.assertIn("[NAME_1]", self.be(text, self.audrey).request)
        Form(self.be(text, self.audrey))
        Form(self.be(self.one, self.anna))

    def test_the_same_text_again_is_unchanged_and_another_takes_its_place(self):
        text = self.written(self.one)
        row = self.words("finding", "finding", self.one.key)
        self.assertEqual(self.statuses("text", row), ["unchanged"])
        self.assertEqual(self.statuses("text", {**row, "text": "A draft."}), ["updated"])
        self.assertEqual((text.text, len(self.shown())), ("A draft.", 1))

    def test_it_changes_nothing_of_what_it_is_about(self):
        own = self.be(self.one, self.carla)
        (before,) = own.read()
        self.written(self.one)
        (after,) = own.read()
        self.assertTrue(self.env["ai.close.finding"].sudo().browse(self.one.id).read(), "without a role too")
        changed = {name for name in before if before[name] != after[name]}
        self.assertEqual(changed, {"model_texts"})

    def test_markup_is_text(self):
        self.written(self.one, text=MARKUP)
        (shown,) = self.shown()
        self.assertEqual(shown["text"], MARKUP, "kept as it is; the widget and the form print it as text")
        field = self.env["ai.close.text"]._fields["text"]
        self.assertEqual(field.type, "text", "an Html field would run it")

    def test_a_text_about_an_earlier_state_is_not_shown(self):
        text = self.written(self.one)
        self.finding(amount="1300.00")
        self.assertFalse(self.shown())
        self.assertFalse(text.is_current)
        self.hand_in("text", self.words("finding", "finding", self.one.key))
        self.assertEqual(len(self.shown()), 1, "written anew about what stands there now")

    # -- refused

    def test_a_text_of_a_model_or_prompt_that_is_not_in_use_is_refused(self):
        self.hand_in("exchange", self.asked())
        for change in (
            {"model": "other"},
            {"prompt_digest": "00" * 32},
            {"prompt": "finding@2"},
            {"prompt_digest": PROMPTS["entry"]["digest"]},
        ):
            with self.subTest(change=change):
                self.assertEqual(self.refusal(**change), "ENT010")
        self.policy_says(tasks=["entry"])
        self.assertEqual(self.refusal(), "ENT010", "a task that the policy switched off")
        self.assertFalse(self.texts.search([("company_id", "=", self.company.id)]))

    def test_a_text_without_a_question_that_was_taken_is_refused(self):
        self.assertEqual(self.refusal(), "ENT010")
        self.hand_in("exchange", self.asked(outcome="a figure stands outside the facts"))
        self.assertEqual(self.refusal(), "ENT010")
        self.hand_in("exchange", self.asked("entry", 2))
        self.assertEqual(self.refusal(exchange=f"{2:064x}"), "ENT010", "the question of another task")
        self.hand_in("exchange", self.asked(number=3))
        self.assertEqual(
            self.statuses("text", self.words("finding", "finding", self.one.key, 3)), ["created"]
        )

    def test_a_text_about_another_close_or_company_is_refused(self):
        self.hand_in("exchange", self.asked())
        self.finish()
        self.begin("run-00000003", "2026-11")
        self.assertEqual(self.refusal(), "ENT010", "of another month")
        self.assertEqual(self.refusal(about={"kind": "finding", "key": "none"}, key="finding:none"), "ENT010")
        self.assertEqual(self.refusal(key="finding:other"), "ENT010", "the key names something else")
        self.assertEqual(self.refusal(about={"kind": "entry", "key": self.one.key}), "ENT010")
        line = (
            self.env["account.bank.statement.line"]
            .sudo()
            .search([("company_id", "!=", self.company.id)], limit=1)
            or self._line_elsewhere()
        )
        self.hand_in("exchange", self.asked("payer", 8))
        choice = {"label": "ACME", "model": "res.partner", "id": self.partner_a.id}
        row = self.words("payer", "statement_line", str(line.id), 8, choice=choice)
        self.assertEqual(self.statuses("text", row), ["refused"])

    def _line_elsewhere(self):
        other = self.setup_other_company(name="Elsewhere")
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": other["default_journal_bank"].id,
                "date": "2026-10-20",
                "payment_ref": "x",
                "amount": 5,
            }
        )

    def test_a_choice_is_of_this_company_and_of_its_task(self):
        self.hand_in("exchange", self.asked("account"))
        good = {"label": "Expenses", "model": "account.account", "id": self.expense.id}
        other = self.env["res.company"].create({"name": "Another company"})
        foreign = (
            self.env["account.account"].sudo().search([("company_ids", "not in", self.company.ids)], limit=1)
        )
        if not foreign:
            foreign = (
                self.env["account.account"]
                .with_company(other)
                .create({"name": "There", "code": "999999", "account_type": "expense"})
            )
        for choice in (
            None,
            {**good, "id": 99999999},
            {**good, "id": foreign.id},
            {**good, "model": "res.users", "id": self.carla.id},
            {**good, "id": 0},
        ):
            with self.subTest(choice=choice):
                row = self.words("account", "finding", self.one.key, choice=choice)
                self.assertEqual(self.statuses("text", row), ["refused"])
        row = self.words("account", "finding", self.one.key, choice=good)
        self.assertEqual(self.statuses("text", row), ["created"])
        (shown,) = self.shown()
        self.assertEqual((shown["task"], shown["choice"]), ("account", "Expenses"))
        self.assertEqual(self.refusal(choice=good), "ENT010", "a text has no choice")

    def test_of_a_locked_close_nothing_is_taken(self):
        self.hand_in("exchange", self.asked())
        self.lock("2026-10-31")
        self.close._guarded().write({"state": "locked"})
        self.env.flush_all()
        row = self.words("finding", "finding", self.one.key)
        said = self.port("submit", **self.held, kind="text", rows=[row])
        self.assertEqual(said["error"]["code"], "RUN005")

    def test_the_agent_and_people_write_no_text_themselves(self):
        text = self.written(self.one)
        forged = {"ai_close_pass": True, "default_text": "x"}
        for user in (self.robot, self.anna, self.carla, self.audrey):
            own = self.be(text, user).with_context(**forged)
            for act in (
                lambda own=own: own.write({"text": "Approved"}),
                lambda own=own: own.create({"key": "x", "text": "y"}),
                lambda own=own: own.unlink(),
            ):
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    act()
            # nor where some code acts for him with all rights: no key of a context is the pass
            self.assert_refused("AUD002", own.sudo().write, {"text": "Approved"})
        self.env.invalidate_all()
        self.assertEqual(text.text, "A draft of 1,200.00 USD is dated in the period.")

    # -- gone

    def test_what_a_completed_task_does_not_tell_again_goes(self):
        text = self.written(self.one)
        self.finish(texts=["finding"])
        self.assertTrue(text.active)
        self.begin("run-00000003")
        self.finish()
        self.assertTrue(text.active, "the task was not asked to its end")
        self.begin("run-00000004")
        self.finish(texts=["entry"])
        self.assertTrue(text.active)
        self.begin("run-00000005")
        self.finish(texts=["finding"])
        self.assertFalse(text.active)
        self.begin("run-00000006")
        self.written(self.one)
        self.assertTrue(text.active)

    # -- pay

    def test_a_text_about_pay_is_read_by_who_reads_pay(self):
        employee = self.finding(8, anchor={"model": "ai.close.holiday.balance", "id": 1})
        text = self.written(employee)
        self.assertTrue(text.is_pay)
        for user in (self.anna, self.ben):
            self.assertFalse(self.shown(user, employee))
            with self.assertRaises(AccessError):
                self.be(text, user).read(["text"])
            with self.assertRaises(AccessError):
                self.be(text, user).action_facts()
        for user in (self.carla, self.audrey):
            self.assertEqual(len(self.shown(user, employee)), 1)

    def test_no_way_of_asking_tells_a_text_about_pay(self):
        employee = self.finding(8, anchor={"model": "ai.close.holiday.balance", "id": 1})
        text = self.written(employee, text="Pay of 4,242.00 USD is owed.")
        self.finish(texts=["finding"])
        for user in (self.anna, self.ben):
            own = self.be(self.texts.browse(), user)
            texts = own.with_context(active_test=False)
            said = [
                texts.search_read([], ["text", "facts"]),
                texts.search([("text", "ilike", "4,242")]).ids,
                texts.search([("about_id", "=", employee.id)]).ids,
                texts.name_search("finding"),
                texts.web_search_read([], {"text": {}})["records"],
                texts.formatted_read_group([], ["text"], ["__count"]),
                texts.web_read_group([], ["task"], ["__count"])["groups"],
                self.be(employee, user).read(["model_texts", "message_ids", "evidence", "records"])[0],
                self.be(self.env["mail.message"], user).search_read([("body", "ilike", "4,242")], ["body"]),
                self.be(self.env["ai.close.audit"], user).search([("action", "=", "language.ask")]).ids,
            ]
            self.assertNotIn("4,242", str(said))
            self.assertFalse([one for at, one in enumerate(said) if one and at != 7], str(said))
            for act in (
                lambda user=user: self.be(text, user).export_data(["text"]),
                lambda user=user: self.be(text, user).web_read({"facts": {}}),
                lambda user=user: self.be(text, user).fetch(["text"]),
                lambda user=user: self.be(self.env["ai.close.exchange"], user).search_read([], ["request"]),
            ):
                with self.assertRaises(UserError):
                    act()
                self.env.invalidate_all()
            self.assertNotIn("request", own.fields_get())
        for user in (self.carla, self.audrey):
            self.assertIn("4,242", str(self.be(text, user).read(["text", "request", "answers"])))
            self.assertTrue(
                self.be(self.env["ai.close.audit"], user).search([("action", "=", "language.ask")])
            )

    def test_a_text_is_read_by_who_reads_what_it_rests_on(self):
        """A pay run is a sum that preparers give themselves; what single people earn they may not read."""
        sources = self.env["ai.close.source"]
        cited = {name.removeprefix("_facts_").replace("_", ".") for name in dir(sources) if "_facts_" in name}
        own = {name for name in cited & set(self.env.registry) if name.startswith("ai.close.")}
        self.assertLessEqual({"ai.close.pay.run", "ai.close.holiday.balance"}, own)
        for name in sorted(own):
            is_pay = self.texts._is_pay("finding", self.finding(9, anchor={"model": name, "id": 1}))
            for user in (self.anna, self.ben, self.carla, self.audrey):
                may = self.be(self.env[name], user).has_access("read")
                self.assertEqual(may, not is_pay or user in self.carla | self.audrey, (name, user.login))

    def test_an_entry_has_its_summary(self):
        entry = self.propose_entry()
        self.hand_in("exchange", self.asked("entry", 4))
        self.assertEqual(self.statuses("text", self.words("entry", "entry", entry.key, 4)), ["created"])
        self.assertEqual(len(self.shown(record=entry)), 1)
        digest = entry.payload_digest
        Form(self.be(entry, self.anna))
        self.assertEqual(entry.payload_digest, digest, "nobody signs a model's text with the entry")
        with Form(self.be(entry, self.anna)) as form:
            form.narration = "Another reason"
        self.env.flush_all()
        if entry.payload_digest != digest:
            self.assertFalse(self.shown(record=entry))

    def propose_entry(self):
        (answer,) = self.hand_in("entry", self.entry_row(self.source))
        self.assertEqual(answer["status"], "created", answer)
        return self.env["ai.close.entry"].sudo().search([("key", "=", answer["key"])])


@tagged("post_install", "-at_install")
class TestLanguageVariance(LanguageCase):
    """A model's text as the explanation of a balance that moved."""

    row, amounts = test_variance.TestVariance.row, test_variance.TestVariance.amounts

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"]
        for amount, day in ((750, "2025-10-08"), (800, "2026-09-08"), (1200, "2026-10-08")):
            cls.invoice(amount, date=day)
        policy = cls.env["ai.close.policy"]._in_force(cls.company).sudo()
        flux = {"FL": {"min_amount": "100.00", "against": "month"}}
        policy._guarded().write({"params": policy.params | {"rules": policy.params["rules"] | flux}})

    def setUp(self):
        super().setUp()
        self.in_use()
        self.begin()
        self.hand_in("exchange", self.asked("variance"))
        self.one = self.compared()
        self.template = self.one.explanation

    def compared(self, **changes):
        (answer,) = self.hand_in("variance", self.row(**changes))
        self.assertNotEqual(answer["status"], "refused", answer)
        return self.env["ai.close.variance"].sudo().search([("key", "=", answer["key"])])

    def explain(self, text="Rose by 400.00, mainly due to one customer."):
        row = self.words("variance", "variance", self.one.key, text=text)
        (answer,) = self.hand_in("text", row)
        self.assertNotEqual(answer["status"], "refused", answer)

    def standing(self):
        self.env.invalidate_all()
        return self.one.author, self.one.explanation

    def test_a_models_text_stands_in_place_of_the_templates(self):
        self.explain()
        self.assertEqual(self.standing(), ("model", "Rose by 400.00, mainly due to one customer."))
        self.assertEqual((self.one.text_model, self.one.state), (MODEL, "open"))
        (shown,) = self.be(self.one, self.anna).model_texts
        self.assertIn(MODEL, shown["badge"])
        self.compared()
        self.assertEqual(self.standing()[0], "model", "the same amounts again leave it")
        Form(self.be(self.one, self.anna))

    def test_a_persons_text_is_never_touched(self):
        self.be(self.one, self.anna).write({"explanation": "A new customer."})
        self.explain()
        self.assertEqual(self.standing(), ("person", "A new customer."))
        self.finish(texts=["variance"])
        self.begin("run-00000003")
        self.compared()
        self.finish(texts=["variance"])
        self.assertEqual(self.standing(), ("person", "A new customer."))

    def test_what_a_person_handed_on_or_signed_is_not_written_over(self):
        self.explain("The first text.")
        self.be(self.one, self.anna).action_prepare()
        self.explain("Another text.")
        self.assertEqual(self.standing(), ("model", "The first text."))
        self.be(self.one, self.ben).action_sign()
        self.explain("A third text.")
        self.assertEqual((self.one.state, self.standing()[1]), ("signed", "The first text."))

    def test_one_who_hands_a_models_text_on_does_not_sign_it(self):
        self.explain()
        self.be(self.one, self.ben).action_prepare()
        self.assert_refused("SOD001", self.be(self.one, self.ben).action_sign)

    def test_without_a_text_the_template_returns(self):
        self.explain()
        self.finish(texts=["variance"])
        self.begin("run-00000003")
        self.compared()
        self.finish(texts=["variance"])
        self.assertEqual(self.standing(), ("template", self.template))

    def test_other_amounts_bring_the_template_back_at_once(self):
        self.explain()
        self.invoice(50, date="2026-10-09")
        self.compared(explanation="450.00 more than a month before.")
        self.assertEqual(self.standing(), ("template", "450.00 more than a month before."))
        self.assertFalse(self.be(self.one, self.anna).model_texts)

    def test_switched_off_the_template_returns(self):
        self.explain()
        language = self.languages._in_force(self.company)
        self.be(language, self.carla).action_switch_off("It must stop")
        self.assertEqual(self.standing(), ("template", self.template))
