"""A close with something of everything in it, locked by the steps of people, and its package."""

import json
from decimal import Decimal
from io import BytesIO

from openpyxl import load_workbook

from odoo.addons.ai_close.package import pdf, xlsx
from odoo.addons.ai_close.package.collect import collect

from .test_lock_open_items import OpenItemCase

WHY = "Agreed with the vendor, who credits it in November."


class PackageCase(OpenItemCase):
    def ready(self):
        """Take everything to where the lock can be asked for."""
        self.finish(self.run_1)
        # what was booked up to here is committed, in the world outside of a test, before anybody signs
        self.env.flush_all()
        self.env.cr.precommit.run()
        manual = self.env["ai.close.manual.list"].sudo()._for_close(self.close)
        if manual.count:
            self.be(manual, self.ben).action_sign()
        self.sign_all_tasks()
        self.be(self.close, self.anna).action_refresh()
        self.assertEqual(self.close.state, "ready", self.close._readiness()["blockers"])

    def finding(self, number=1, severity="medium", amount=120.0):
        return (
            self.env["ai.close.finding"]
            ._guarded()
            .create(
                {
                    "key": f"CMP001:{self.company.id}:{number}",
                    "close_id": self.close.id,
                    "company_id": self.company.id,
                    "run_id": self.run_1.id,
                    "last_run_id": self.run_1.id,
                    "rule": "CMP001",
                    "rule_title": "Incomplete",
                    "severity": severity,
                    "title": f"Bill {number} has no reference",
                    "amount": amount,
                }
            )
        )

    def posted_entry(self):
        entry = self.propose()
        self.sign(entry)
        self.be(entry, self.carla).action_approve()
        self.assertEqual(entry.state, "posted")
        return entry

    def locked(self):
        """Lock October: a draft stays open by name, everything else is done."""
        _draft, lock = self.ready_but()
        self.be(lock, self.ben).action_request()
        self.approve(lock, self.dirk)
        self.assertEqual(self.close.state, "locked")
        return lock

    def book(self, close=None):
        self.env["ai.close.audit.seal"].sudo()._seal(self.company)
        return collect(close or self.close)

    def section(self, code, book=None):
        return next(part for part in (book or self.book())["sections"] if part["code"] == code)

    def fonts(self):
        return self.env["ai.close.package"]._fonts()

    def make(self, user=None):
        action = self.be(self.close, user or self.carla).action_package()
        return self.env["ai.close.package"].sudo().browse(action["res_id"])

    def content(self, package, ending):
        """Return the one file of ``package`` that ends so, as bytes."""
        (pin,) = [each for each in package.files if each["name"].endswith(ending)]
        return self.env["ir.attachment"].sudo().browse(pin["id"]).raw


def rendered(book, fonts):
    """Return both files of a book; a book read back from its JSON is as good."""
    book = json.loads(json.dumps(book))
    return pdf.render(book, fonts), xlsx.render(book)


def sums_of(content):
    """Yield ``(sheet, cell, the value stored beside the formula, the sum of what it adds up)``.

    Values as decimals; only SUM over one range is understood, and any other formula is an error.
    """
    formulas, values = load_workbook(BytesIO(content)), load_workbook(BytesIO(content), data_only=True)
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                area = cell.value.removeprefix("=SUM(").removesuffix(")")
                cells = [each[0].value for each in sheet[area]]
                total = sum(
                    (Decimal(repr(each)) for each in cells if isinstance(each, (int, float))), Decimal(0)
                )
                stored = values[sheet.title][cell.coordinate].value
                yield sheet.title, cell.coordinate, Decimal(repr(stored)), total
