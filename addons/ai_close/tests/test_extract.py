"""extract: the agent's own rights, one company, exact amounts, pages by id."""

import json

from odoo import Command, fields
from odoo.addons.ai_close.agent.port import WHOLE
from odoo.addons.ai_close.kernel.answer import check_answer
from odoo.tests import tagged

from .common import PortCase


@tagged("post_install", "-at_install")
class TestExtract(PortCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.entry(0.3)
        cls.posted = cls.entry(1102.5, ref="late")
        cls.old = cls.entry(70.0, date="2019-01-15")
        (cls.posted + cls.old).action_post()
        cls.other = cls._make_company("Other")
        cls.foreign = cls.entry(9.0, company=cls.other)
        cls.foreign.action_post()

    def setUp(self):
        super().setUp()
        _result, self.held = self.begin()

    def _read(self, dataset, **more):
        answer = self.port("extract", **self.held, dataset=dataset, **more)
        check_answer("extract", answer)
        return answer["result"]

    def _rows(self, dataset, **more):
        columns = self._read(dataset, **more)["columns"]
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def test_every_dataset_is_as_agreed_even_when_empty(self):
        for dataset in self.result("hello")["datasets"]:
            with self.subTest(dataset=dataset):
                result = self._read(dataset)
                self.assertEqual({len(values) for values in result["columns"].values()}, {result["count"]})
                ids = result["columns"]["id"]
                self.assertEqual(ids, sorted(set(ids)))

    def test_amounts_are_exact_decimal_strings(self):
        lines = [line for line in self._rows("lines") if line["move_id"] == self.draft.id]
        self.assertEqual([line["balance"] for line in lines], ["0.30", "-0.30"])
        self.assertEqual([line["amount_currency"] for line in lines], ["0.30", "-0.30"])
        self.assertEqual({line["currency"] for line in lines}, {self.company.currency_id.id})

    def test_a_currency_without_decimals(self):
        yen = self.env.ref("base.JPY")
        yen.active = True
        move = (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "move_type": "entry",
                    "date": "2026-10-05",
                    "journal_id": self.journal("general").id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self.account(key).id,
                                "currency_id": yen.id,
                                "amount_currency": sign * 15000,
                                "balance": sign * 100.0,
                                "name": key,
                            }
                        )
                        for key, sign in (("expense", 1), ("grni", -1))
                    ],
                }
            )
        )
        lines = [line for line in self._rows("lines") if line["move_id"] == move.id]
        self.assertEqual(
            [(line["balance"], line["amount_currency"]) for line in lines],
            [("100.00", "15000"), ("-100.00", "-15000")],
        )

    def test_one_company_and_its_history(self):
        moves = {move["id"]: move for move in self._rows("moves")}
        self.assertIn(self.posted.id, moves)
        self.assertIn(self.draft.id, moves)
        self.assertNotIn(self.old.id, moves, "older than the history")
        self.assertNotIn(self.foreign.id, moves, "of another company")
        lines = {line["move_id"] for line in self._rows("lines")}
        self.assertIn(self.old.id, lines, "a balance needs all lines")
        self.assertNotIn(self.foreign.id, lines)
        self.assertEqual(
            {row["id"] for row in self._rows("accounts")},
            {one.id for one in self.books[self.company][0].values()},
        )

    def test_another_company_that_the_agent_may_read_stays_out_of_the_run(self):
        self.agent.company_ids += self.other
        self.assertNotIn(self.foreign.id, self._read("moves")["columns"]["id"])
        self.assertNotIn(self.foreign.id, self._read("lines")["columns"]["move_id"])
        _result, self.held = self.begin("run-00000009", company=self.other.id)
        self.assertEqual(self._read("moves")["columns"]["id"], [self.foreign.id])

    def test_pages_follow_each_other(self):
        whole = self._read("lines")
        self.assertIsNone(whole["next"])
        ids, after = [], 0
        while after is not None:
            page = self._read("lines", after=after, limit=2)
            self.assertLessEqual(page["count"], 2)
            ids += page["columns"]["id"]
            after = page["next"]
        self.assertEqual(ids, whole["columns"]["id"])

    def test_records_by_their_ids(self):
        """Every dataset that is a list of records gives just those asked for; what is gone stays absent."""
        bank = {
            "journal_id": self.journal("bank").id,
            "date": "2026-10-03",
            "payment_ref": "x",
            "amount": 1.0,
        }
        self.env["account.bank.statement.line"].with_company(self.company).create([bank, bank])
        for dataset in set(self.result("hello")["datasets"]) - WHOLE:
            ids = self._read(dataset)["columns"]["id"]
            if len(ids) < 2:
                continue
            with self.subTest(dataset=dataset):
                page = self._read(dataset, only=[ids[-1], ids[0], ids[0], 2**31 - 1])
                self.assertEqual((page["columns"]["id"], page["next"]), ([ids[0], ids[-1]], None))
                self.assertEqual(self._read(dataset, only=[])["columns"].keys(), page["columns"].keys())
        self.assertEqual(self._read("lines", only=self.foreign.line_ids.ids)["count"], 0)
        self.refused("RUN016", "extract", **self.held, dataset="changes", only=[1])
        self.refused("RUN010", "extract", **self.held, dataset="lines", only=[0])

    def test_packed_columns_say_the_same(self):
        """What the database packs into one text a column is what a page of lists says, value by value."""
        self.posted.ref = 'a, "quoted"\\ ref\nof two lines'
        self.draft.line_ids[0].partner_id = self.env["res.partner"].create({"name": "Müller, Söhne & Co"})
        self.draft.narration = "<p>Say, why?</p>"
        packs = {
            "int": lambda text: [int(one) if one else None for one in text.split(",")],
            "bool": lambda text: [{"1": True, "0": False, "": None}[one] for one in text.split(",")],
            "text": lambda text: [one or None for one in text.split(",")],
            "words": json.loads,
            "json": json.loads,
        }
        packed_ones = set()
        for dataset in self.result("hello")["datasets"]:
            for more in ({}, {"limit": 2}, {} if dataset in WHOLE else {"only": [2**31 - 1]}):
                with self.subTest(dataset=dataset, **more):
                    plain, page = self._read(dataset, **more), self._read(dataset, packed=True, **more)
                    columns = dict(page["columns"])
                    for name, column in page.get("packed", {}).items():
                        packed_ones.add(dataset)
                        columns[name] = packs[column["form"]](column["values"]) if page["count"] else []
                    self.assertEqual(columns, plain["columns"])
                    self.assertEqual((page["count"], page["next"]), (plain["count"], plain["next"]))
        self.assertLessEqual({"moves", "lines", "partials", "statement_lines", "partners"}, packed_ones)

    def test_facts_of_a_move(self):
        (move,) = [move for move in self._rows("moves") if move["id"] == self.posted.id]
        self.assertEqual(
            (move["state"], move["date"], move["ref"], move["amount_total"]),
            ("posted", "2026-10-14", "late", "1102.50"),
        )
        self.assertEqual(move["posted_by"], self.env.uid)
        self.assertRegex(move["posted_at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertIs(move["has_attachment"], False)
        self.assertIsNone(move["partner_id"])
        self.env["ir.attachment"].create(
            {"name": "bill.pdf", "raw": b"x", "res_model": "account.move", "res_id": self.posted.id}
        )
        (move,) = [move for move in self._rows("moves") if move["id"] == self.posted.id]
        self.assertIs(move["has_attachment"], True)

    def test_a_line_that_lies_about_its_state(self):
        line = self.draft.line_ids[0]
        self.cr.execute("UPDATE account_move_line SET parent_state = 'posted' WHERE id = %s", [line.id])
        self.env.invalidate_all()
        (row,) = [row for row in self._rows("lines") if row["id"] == line.id]
        self.assertEqual(row["parent_state"], "draft")

    def test_bank_lines(self):
        line = (
            self.env["account.bank.statement.line"]
            .with_company(self.company)
            .create(
                {
                    "journal_id": self.journal("bank").id,
                    "date": "2026-10-03",
                    "payment_ref": "ACME INV 0231",
                    "amount": 1190.0,
                }
            )
        )
        (row,) = self._rows("statement_lines")
        self.assertEqual(
            (row["id"], row["date"], row["amount"], row["payment_ref"], row["is_reconciled"], row["move_id"]),
            (line.id, "2026-10-03", "1190.00", "ACME INV 0231", False, line.move_id.id),
        )
        self.assertIsNone(row["amount_currency"])

    def test_partners_are_those_of_the_books(self):
        parent = self.env["res.partner"].create({"name": "ACME", "is_company": True})
        child = self.env["res.partner"].create({"name": "Till", "parent_id": parent.id})
        self.env["res.partner"].create({"name": "Nobody"})
        self.draft.line_ids[0].partner_id = child
        names = {row["name"] for row in self._rows("partners")}
        self.assertLessEqual({"ACME", "Till"}, names)
        self.assertNotIn("Nobody", names)
        (line,) = [row for row in self._rows("lines") if row["id"] == self.draft.line_ids[0].id]
        self.assertEqual(line["partner_id"], parent.id)

    def test_reading_goes_with_the_agents_own_rights(self):
        self.env["ir.rule"].create(
            {
                "name": "hide late",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "domain_force": "[('ref', '!=', 'late')]",
                "groups": [Command.link(self.env.ref("ai_close.group_agent").id)],
            }
        )
        self.env["ir.rule"].search(
            [
                ("model_id.model", "=", "account.move"),
                ("groups", "=", self.env.ref("account.group_account_readonly").id),
            ]
        ).active = False
        self.assertNotIn(self.posted.id, self._read("moves")["columns"]["id"])
        access = self.env["ir.model.access"].search([("model_id.model", "=", "account.partial.reconcile")])
        access.active = False
        with self.quiet("odoo.addons.base.models.ir_model"):
            self.refused("RUN012", "extract", **self.held, dataset="partials")

    def test_the_callers_context_changes_nothing(self):
        inactive = self.account("billed")
        inactive.active = False
        for context in ({"active_test": True}, {"allowed_company_ids": [self.other.id]}, {"lang": "xx_XX"}):
            with self.subTest(context=context):
                result = self.result("extract", **self.held, dataset="accounts", context=context)
                self.assertIn(inactive.id, result["columns"]["id"])

    def test_datasets_that_are_none(self):
        for name in ("secrets", "", "names", "_search", "lines; drop table"):
            with self.subTest(name=name):
                self.refused("RUN011", "extract", **self.held, dataset=name)
        self.refused("RUN010", "extract", **self.held, dataset="lines", limit=0)
        self.refused("RUN010", "extract", **self.held, dataset="lines", limit=10**6)
        self.refused("RUN010", "extract", **self.held, dataset="lines", after=-1)
        self.refused("RUN010", "extract", **self.held, dataset="lines", after="1 OR 1=1")

    def test_rates_are_told_as_they_are_stored(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {"currency_id": euro.id, "company_id": False, "name": "2026-10-30", "rate": 0.9223390517},
                {"currency_id": euro.id, "company_id": self.other.id, "name": "2026-10-30", "rate": 0.5},
            ]
        )
        rates = [
            row for row in self._rows("rates") if row["currency"] == euro.id and row["date"] == "2026-10-30"
        ]
        self.assertEqual([(row["rate"], row["company_id"]) for row in rates], [("0.9223390517", None)])
        self.assertTrue(all(fields.Date.to_date(row["date"]) for row in rates))
