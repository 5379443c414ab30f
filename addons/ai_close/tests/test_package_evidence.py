"""The archive for auditors and their samples: complete, with digests, the same each time, tied."""

import json
from base64 import b64encode
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

from odoo.addons.ai_close.kernel import seal
from odoo.addons.ai_close.package.sample import rank
from odoo.tests import tagged

from .common import give_role
from .package_case import PackageCase, sums_of


@tagged("post_install", "-at_install")
class TestPackageEvidence(PackageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bill = cls.invoice(333.33, move_type="in_invoice").move_id
        cls.sale = cls.invoice(1190.10).move_id
        cls.env["ir.attachment"].create(
            {"name": "bill: 1.pdf", "raw": b"the bill", "res_model": "account.move", "res_id": cls.bill.id}
        )

    def asked(self, action):
        return self.env["ai.close.package"].sudo().browse(action["res_id"])

    def opened(self, package):
        """Return the files of the one archive of ``package``, each compared with the manifest."""
        archive = ZipFile(BytesIO(self.content(package, ".zip")))
        files = {name: archive.read(name) for name in archive.namelist()}
        manifest = json.loads(files.pop("manifest.json"))
        self.assertEqual(
            {each["path"]: each["sha256"] for each in manifest["files"]},
            {name: sha256(content).hexdigest() for name, content in files.items()},
        )
        self.assertEqual({info.date_time for info in archive.infolist()}, {(1980, 1, 1, 0, 0, 0)})
        return manifest, files

    def test_the_archive_is_complete_and_the_same_each_time(self):
        entry = self.posted_entry()
        task = self.close.task_ids[0]
        self.be(self.env["ir.attachment"], self.anna).create(
            {"name": "../statement.pdf", "raw": b"paper", "res_model": task._name, "res_id": task.id}
        )
        self.locked()
        first = self.asked(self.be(self.close, self.audrey).action_evidence())
        second = self.asked(self.be(self.close, self.carla).action_evidence())
        self.assertEqual(first.files[0]["sha256"], second.files[0]["sha256"])
        manifest, files = self.opened(first)
        self.assertTrue(manifest["final"])
        papers = [name for name in files if name.endswith("statement.pdf")]
        self.assertEqual(len(papers), 1)
        self.assertNotIn("..", papers[0])
        self.assertEqual(files[papers[0]], b"paper")
        made = self.make()
        self.assertEqual(
            {each["sha256"] for each in made.files},
            {sha256(files[name]).hexdigest() for name in files if name.startswith("package/")},
        )
        self.assertEqual(entry.state, "posted")
        self.proved(files["audit/trail.jsonl"], manifest["lock_root"])

    def proved(self, trail, root):
        """The trail ends with the block of the lock, and each block follows the one before it."""
        lines = trail.splitlines()
        former, at = seal.NO_ROOT, 1
        while (block := json.loads(lines[at]))["kind"] == "seal":
            events = lines[at + 1 : at + 1 + block["count"]]
            self.assertEqual(seal.merkle_root([seal.leaf(line) for line in events]), block["merkle_root"])
            self.assertEqual((block["former_root"], seal.block_root(block)), (former, block["root"]))
            former, at = block["root"], at + 1 + block["count"]
        self.assertEqual(former, root)
        self.assertTrue(any(json.loads(line)["action"] == "close.lock" for line in events))

    def test_people_as_they_were_at_the_lock(self):
        self.locked()
        request = self.env["ai.close.role.grant"]._guarded()
        for role, kind in (("reviewer", "grant"), ("auditor", "revoke")):
            request.create(
                {
                    "user_id": self.anna.id if kind == "grant" else self.robot.id,
                    "role": role if kind == "grant" else "controller",
                    "kind": kind,
                    "reason": "later",
                    "state": "applied",
                    "requested_by_id": self.carla.id,
                    "approved_by_id": self.dirk.id,
                    "approved_at": "2099-01-01 00:00:00",
                }
            )
        give_role(self.anna, "reviewer")
        _manifest, files = self.opened(self.asked(self.be(self.close, self.carla).action_evidence()))
        told = json.loads(files["people.json"])
        roles = {user["name"]: user["roles"] for user in told["users"]}
        self.assertEqual(roles["Anna"], ["preparer"], "the later grant counts no more")
        self.assertEqual(roles["Carla"], ["controller"])
        self.assertEqual(roles["Robot"], ["agent", "controller"], "what was taken later was held then")
        self.assertEqual([each["name"] for each in told["conflicts"]], ["Robot"])

    # -- samples

    def sample(self, user=None, **vals):
        action = self.be(self.close, user or self.audrey).action_sample()
        wizard = self.be(self.env[action["res_model"]].browse(action["res_id"]), user or self.audrey)
        wizard.write(vals)
        return self.asked(wizard.action_make())

    def test_a_drawn_sample_can_be_drawn_again(self):
        entry = self.posted_entry()
        for number in range(5):
            self.invoice(10.0 + number)
        package = self.sample(seed="2026-audit", size=3)
        self.assertEqual((package.seed, package.sample_size), ("2026-audit", 3))
        manifest, files = self.opened(package)
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "posted"), ("date", ">=", "2026-10-01"),
             ("date", "<=", "2026-10-31")]
        )  # fmt: skip
        self.assertIn(entry.move_id, moves)
        self.assertEqual((manifest["population"], manifest["ties_to_trial_balance"]), (len(moves), True))
        wanted = sorted(moves.ids, key=lambda each: rank("2026-audit", each))[:3]
        told = [json.loads(content)["id"] for name, content in files.items() if name.endswith("/entry.json")]
        self.assertEqual(sorted(told), sorted(wanted))
        again = self.sample(seed="2026-audit", size=3)
        self.assertEqual(package.files[0]["sha256"], again.files[0]["sha256"])
        self.assertNotEqual(self.sample(seed="other", size=3).files[0]["sha256"], again.files[0]["sha256"])
        for sheet, cell, stored, total in sums_of(files["sample.xlsx"]):
            with self.subTest(sheet=sheet, cell=cell):
                self.assertEqual(stored, total)

    def test_entries_by_number_with_documents_and_people(self):
        entry = self.posted_entry()
        upload = f"{self.bill.name}\r\n{entry.move_id.name};NO/1".encode("utf-8-sig")
        package = self.sample(mode="numbers", upload=b64encode(upload))
        manifest, files = self.opened(package)
        self.assertEqual(manifest["unknown_numbers"], ["NO/1"])
        self.assertIn("Not found: NO/1", package.message)
        found = {json.loads(content)["number"]: json.loads(content) for name, content in files.items()
                 if name.endswith("/entry.json")}  # fmt: skip
        self.assertEqual(set(found), {self.bill.name, entry.move_id.name})
        self.assertIn(b"the bill", files.values())
        self.assertEqual(found[self.bill.name]["documents"][0]["sha256"], sha256(b"the bill").hexdigest())
        self.assertIsNone(found[self.bill.name]["approval"])
        approval = found[entry.move_id.name]["approval"]
        self.assertEqual(
            (approval["prepared_by"], approval["reviewed_by"], approval["approved_by"]),
            ("Anna", "Ben", "Carla"),
        )
        self.assertEqual(found[entry.move_id.name]["posted_by"], "Carla")

    def test_who_may_ask_for_what(self):
        for user in (self.anna, self.ben):
            for name in ("action_evidence", "action_sample"):
                with self.subTest(user=user.login, name=name):
                    self.assert_refused("SOD003", getattr(self.be(self.close, user), name))
        packages = self.be(self.env["ai.close.package"], self.audrey)
        for wrong in (
            {"seed": "", "size": 3},
            {"seed": "a b", "size": 3},
            {"seed": "x", "size": 0},
            {"seed": "x", "size": 501},
        ):
            with self.subTest(wrong=wrong):
                self.assert_refused("AUD011", lambda wrong=wrong: packages._ask_sample(self.close, **wrong))
