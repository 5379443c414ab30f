"""The close package: the same bytes from the same close, sums that agree, and who may have it."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from openpyxl import load_workbook

from odoo.addons import ai_close
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .package_case import PackageCase, rendered, sums_of

# Renders a book in a process of its own, with another time zone and another idea of today.
_ELSEWHERE = """
import hashlib, importlib.util, json, sys, types
root, regular, bold, path = sys.argv[1:5]
for name, folder in (("c", root), ("c.kernel", root + "/kernel"), ("c.package", root + "/package")):
    module = types.ModuleType(name); module.__path__ = [folder]; sys.modules[name] = module
from c.package import pdf, xlsx
from c.package.fonts import Fonts
book = json.load(open(path))
for content in (pdf.render(book, Fonts(json.loads(regular), json.loads(bold))), xlsx.render(book)):
    print(hashlib.sha256(content).hexdigest())
"""


@tagged("post_install", "-at_install")
class TestPackage(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_a.name = "Αθήνα & Иванов Łódź"
        cls.invoice(1190.10)
        cls.invoice(333.33, move_type="in_invoice")
        cls.invoice(70.07, date="2026-09-15", move_type="in_invoice")
        cls.invoice(999.99, date="2026-11-02")

    def test_made_sealed_and_kept(self):
        self.posted_entry()
        lock = self.locked()
        package = self.make()
        self.assertEqual((package.state, package.is_draft, package.version), ("done", False, 1))
        self.assertEqual([each["name"].rpartition(".")[2] for each in package.files], ["pdf", "xlsx", "json"])
        self.assertTrue(self.content(package, ".pdf").startswith(b"%PDF-"))
        book = json.loads(self.content(package, ".json"))
        facts = dict(self.section("lock", book)["facts"])
        event = self.env["ai.close.audit"].sudo().search([("action", "=", "close.lock")], limit=1)
        block = self.env["ai.close.audit.seal"].sudo().search([("company_id", "=", self.company.id)])
        block = block.filtered(lambda each: each.display_name.replace("Block ", "b") == event.block)
        self.assertEqual(facts["Proof code (root)"], block.root)
        requests = self.section("lock", book)["tables"][0]["rows"]
        self.assertIn("Ben", requests[0][5])
        self.assertIn("Dirk", requests[0][7])
        self.assertEqual(lock.approved_by_id, self.dirk)
        told = self.env["ai.close.audit"].sudo().search([("model", "=", package._name)], order="id")
        self.assertEqual(told.mapped("action")[0], "package.package")
        self.assertIn(package.files[0]["sha256"], told[-1].evidence)
        file = package.file_ids[0]
        for change in (lambda: file.write({"raw": b"other"}), file.unlink):
            with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
                change()
            self.assertIn("AUD006", str(caught.exception))
        self.assert_refused("AUD002", package.with_user(self.carla).sudo(False)._refuse_protected, {"files"})

    def test_the_same_close_gives_the_same_bytes(self):
        """Built twice: by another person with another language and zone, and in another process."""
        self.posted_entry()
        self.locked()
        self.env["res.lang"]._activate_lang("fr_FR")
        self.audrey.write({"lang": "fr_FR", "tz": "Asia/Tokyo"})
        first = self.make(self.carla)
        second = self.make(self.audrey)
        self.assertEqual(
            [each["sha256"] for each in first.files],
            [each["sha256"] for each in second.files],
            first.book_digest,
        )
        fonts = self.fonts()
        path = Path(self.env["ir.attachment"]._full_path("checklist")).parent / "ai-close-book.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content(first, ".json"))
        self.addCleanup(path.unlink)
        command = [sys.executable, "-c", _ELSEWHERE, str(Path(ai_close.__file__).parent)]
        command += [json.dumps([font.face.filename for font in each]) for each in (fonts.regular, fonts.bold)]
        told = subprocess.run(
            [*command, str(path)],
            env={**os.environ, "TZ": "Pacific/Auckland", "SOURCE_DATE_EPOCH": "1", "PYTHONHASHSEED": "7"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        self.assertEqual(told.stdout.split(), [each["sha256"] for each in first.files[:2]])

    def test_another_close_gives_other_bytes(self):
        self.posted_entry()
        before = self.book()
        self.invoice(1.0)
        after = self.book()
        self.assertNotEqual(before["head"]["digest"], after["head"]["digest"])
        self.assertNotEqual(rendered(before, self.fonts()), rendered(after, self.fonts()))

    def test_totals_are_formulas_that_agree(self):
        self.posted_entry()
        for number, amount in enumerate((0.1, 0.2, 1e9 + 0.07)):
            self.finding(number, amount=amount)
        self.locked()
        content = self.content(self.make(), ".xlsx")
        found = list(sums_of(content))
        self.assertGreater(len(found), 10)
        for sheet, cell, stored, total in found:
            with self.subTest(sheet=sheet, cell=cell):
                self.assertEqual(stored, total)

    def test_the_trial_balance_is_odoos_own(self):
        """To the cent, against Odoo's own grouped sums; the next month is no part of it."""
        self.posted_entry()
        self.locked()
        (table,) = self.section("trial_balance")["tables"]
        rows = {row[0]: row[2:] for row in table["rows"]}
        groups = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", "2026-10-31"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        expected = {account.code: f"{balance:.2f}" for account, balance in groups}
        self.assertEqual(
            {code: row[3] for code, row in rows.items()},
            {k: v.replace("-0.00", "0.00") for k, v in expected.items()},
        )
        self.assertEqual(rows[self.expense.code][0], "70.07")
        self.assertEqual(Decimal(table["total"][5]), 0)
        (agrees,) = self.section("trial_balance")["notices"]
        self.assertEqual(agrees["level"], "info")
        self.assertIn("says what the snapshot of the lock says", agrees["text"])

    def test_a_change_below_the_lock_is_said_aloud(self):
        self.locked()
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE account_move_line DISABLE TRIGGER USER")
        self.env.cr.execute(
            "UPDATE account_move_line SET balance = balance + 1 WHERE id ="
            " (SELECT max(id) FROM account_move_line WHERE company_id = %s"
            " AND date < '2026-11-01' AND parent_state = 'posted')",
            [self.company.id],
        )
        self.env.cr.execute("ALTER TABLE account_move_line ENABLE TRIGGER USER")
        self.env.invalidate_all()
        book = self.book()
        said = [each["text"] for each in book["sections"][0]["notices"] if each["level"] == "alert"]
        self.assertTrue(any("no longer says what was locked, on 1 accounts" in text for text in said), said)
        self.assertTrue(any("do not add up to zero" in text for text in said), said)

    def test_a_draft_says_that_it_is_one(self):
        package = self.make()
        self.assertTrue(package.is_draft)
        book = json.loads(self.content(package, ".json"))
        self.assertEqual(book["head"]["status"], "DRAFT: this period is not locked")
        self.assertNotIn("Proof code (root)", dict(self.section("lock", book)["facts"]))

    def test_without_data_it_says_so(self):
        """A tie-out or a figure without data is neither blank nor zero, in the book and in both files."""
        book = self.book()
        said = [each["text"] for each in book["sections"][0]["notices"]]
        self.assertIn("Tie-outs: No tie-outs were made for this period: no data.", said)
        self.env["ai.close.tie.out"]._guarded().create(
            {
                "key": f"STOCK:{self.company.id}:2026-10",
                "close_id": self.close.id,
                "kind": "stock",
                "area": "stock",
                "name": "Stock",
                "date": "2026-10-31",
                "currency_id": self.company.currency_id.id,
                "state": "no_data",
                "source_state": "no_data",
                "balance": 55000.0,
            }
        )
        book = self.book()
        said = [each["text"] for each in book["sections"][0]["notices"]]
        self.assertIn("Tie-outs: NO DATA for: Stock.", said)
        (row,) = self.section("tie_outs", book)["tables"][0]["rows"]
        self.assertEqual(row[2:7], ["55000.00", None, None, None, None])
        sheet = load_workbook(BytesIO(rendered(book, self.fonts())[1])).worksheets[2]
        cells = [cell.value for line in sheet.iter_rows() for cell in line]
        self.assertEqual((cells.count("no data"), cells.count(0)), (4, 0))

    def test_who_may_have_it(self):
        self.posted_entry()
        package = self.make(self.audrey)
        self.assertEqual(package.requested_by_id, self.audrey)
        for user in (self.anna, self.ben, self.robot):
            with self.subTest(user=user.login):
                code = "SOD002" if user == self.robot else "SOD003"
                self.assert_refused(code, self.be(self.close, user).action_package)
                with self.assertRaises(AccessError):
                    self.be(package, user).read(["files"])
                with self.assertRaises(AccessError):
                    self.be(package.file_ids, user).read(["raw"])
        for user in (self.carla, self.audrey):
            self.assertTrue(self.be(package.file_ids, user).mapped("raw"))
        package._guarded().write({"told_ids": [(4, self.ben.id)]})
        self.assertTrue(self.be(package.file_ids, self.ben).mapped("raw"))
        with self.assertRaises(AccessError):
            self.be(package, self.anna).read(["files"])
