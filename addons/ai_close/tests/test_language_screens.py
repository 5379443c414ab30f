"""What people see of the language model: in the match review, in the cockpit, and what a text is about."""

from odoo.tests import Form, tagged

from .language_case import MODEL, LanguageCase


@tagged("post_install", "-at_install")
class TestLanguageScreens(LanguageCase):
    def setUp(self):
        super().setUp()
        self.before = self.line_of()
        self.language = self.in_use()
        self.begin()

    def open_line(self, amount=120, label="ACME INV 7"):
        """Return a bank line that nobody could match, and its proposal of nothing."""
        line = self.bank_line(amount, label)
        row = self.match_row(line, kind="none", band="ask", confidence="0.0000")
        row["key"] += ":none"
        (answer,) = self.hand_in("match", row)
        self.assertEqual(answer["status"], "created", answer)
        return line, self.env["ai.close.match"].sudo().search([("key", "=", row["key"])])

    def suggested(self, line, number=1, partner=None):
        """Hand in whom the model takes for the payer of a line; return the text."""
        partner = partner or self.partner_a
        self.hand_in("exchange", self.asked("payer", number))
        choice = {"label": partner.name, "model": "res.partner", "id": partner.id}
        said = {"choice": choice, "text": f"Payer: {partner.name}"}
        row = self.words("payer", "statement_line", str(line.id), number, **said)
        (answer,) = self.hand_in("text", row)
        self.assertIn(answer["status"], ("created", "updated"), answer)
        return self.texts.search([("key", "=", row["key"])])

    def payer(self, match, who=None):
        self.env.invalidate_all()
        matches = self.be(self.env["ai.close.match"], who or self.anna)
        return matches.review_detail(match.ids)[str(match.id)]["payer"]

    # -- the match review

    def test_a_payer_is_suggested_beside_the_line_and_decides_nothing(self):
        line, match = self.open_line()
        self.assertIsNone(self.payer(match))
        before = match.read()
        text = self.suggested(line)
        self.assertEqual(
            self.payer(match),
            {
                "id": text.id,
                "model": MODEL,
                "badge": f"Suggested by {MODEL}, not by a person",
                "partner": self.partner_a.name,
                "search": self.partner_a.name,
            },
        )
        self.assertEqual(self.payer(match, self.audrey)["partner"], self.partner_a.name)
        self.assertFalse(line.partner_id, "a suggestion is written nowhere")
        self.assertEqual(match.read(), before)
        item = self.invoice(350)
        found = self.be(match, self.anna).review_items(self.payer(match)["search"])
        self.assertIn(item.id, [each["id"] for each in found["items"]])
        self.assertEqual(found["picked"], [])

    def test_a_payer_goes_when_the_line_or_the_partner_does(self):
        line, match = self.open_line()
        self.suggested(line)
        self.partner_a.name = "ACME renamed"
        self.assertEqual(self.payer(match)["search"], "ACME renamed")
        self.partner_a.active = False
        self.assertEqual(self.payer(match)["search"], "")
        line.payment_ref = "another text"
        self.assertIsNone(self.payer(match), "written about an earlier state")

    def test_a_settled_line_needs_no_payer(self):
        line, match = self.open_line()
        self.suggested(line)
        match._guarded().write({"state": "accepted"})
        self.assertIsNone(self.payer(match))

    def test_ten_lines_cost_no_more_queries_than_one(self):
        pairs = [self.open_line(100 + at, f"ACME {at}") for at in range(10)]
        for at, (line, _match) in enumerate(pairs, 1):
            self.suggested(line, at)
        matches = self.be(self.env["ai.close.match"], self.anna).browse([match.id for _line, match in pairs])
        self.env.flush_all()
        counts = []
        for some in (matches[:1], matches):
            self.env.invalidate_all()
            some._review_payers()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(some._review_payers()), len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_whoever_picks_by_hand_sees_it_too(self):
        line, _match = self.open_line()
        self.suggested(line)
        wizard = self.be(self.env["ai.close.match.manual"], self.anna)
        form = Form(wizard.with_context(default_statement_line_id=line.id))
        (shown,) = form.model_texts
        self.assertEqual((shown["what"], shown["choice"]), ("Suggested payer", self.partner_a.name))
        self.assertEqual(shown["text"], "", "it would say the same again")
        self.assertFalse(form.item_ids)
        self.assertFalse(form.account_id)

    # -- what a text is about

    def test_a_text_names_what_it_is_about_as_people_know_it(self):
        line, _match = self.open_line()
        text = self.be(self.suggested(line), self.anna)
        self.assertIn("ACME INV 7", text.about_name)
        (link,) = text.about_links
        self.assertEqual((link["model"], link["id"]), ("account.bank.statement.line", line.id))
        finding = self.finding()
        other = self.be(self.written(finding, 2), self.anna)
        self.assertEqual(other.about_name, finding.title)
        finding._guarded().unlink()
        self.env.invalidate_all()
        self.assertEqual((other.about_name, other.about_links), ("", False))

    # -- the cockpit

    def line_of(self, user=None):
        self.env.invalidate_all()
        health = self.be(self.env["ai.close"], user or self.anna).cockpit(self.close.id)["health"]
        lines = [each for each in health if each["code"] == "language"]
        return (lines[0]["state"], lines[0]["text"], lines[0].get("more")) if lines else None

    def told(self, taken, template, cost="0.42", **why):
        numbers = {"calls": 9, "tokens_in": 1, "tokens_out": 1, "cached": 0}
        self.finish(cost, {**numbers, "taken": taken, "template": template, "why": why})

    def test_the_cockpit_tells_the_model_its_share_and_its_cost(self):
        said = f"Language model {MODEL}, version 1"
        self.assertEqual(self.line_of(), ("ok", said, "Not asked yet. This month: 0.00 USD."))
        self.told(42, 3, **{"no connection": 2, "another": 1})
        more = "Last run: 42 texts taken, 3 left to templates (no connection). This month: 0.42 USD."
        self.assertEqual(self.line_of(), ("ok", said, more))
        self.policy_says(month_limit="10.00")
        self.begin("run-00000003")
        self.told(0, 5, "0.001", **{"no connection": 5})
        more = "Last run: template texts only (no connection). This month: 0.42 of 10.00 USD."
        self.assertEqual(self.line_of(), ("warn", said, more))
        self.assertEqual(self.line_of(self.audrey)[0], "warn")

    def test_the_cockpit_says_when_templates_speak_and_nothing_where_none_was_offered(self):
        self.policy_says(is_on=False)
        self.assertEqual(self.line_of()[:2], ("off", "The policy asks no language model: template texts"))
        self.be(self.language, self.carla).action_switch_off("Not now, thank you.")
        self.assertEqual(self.line_of()[:2], ("off", "No language model is in use: template texts"))
        self.assertIsNone(self.before)
