"""Auditor's samples: entries by number or by seed, with documents and who made, posted, approved them."""

import re

from odoo import api, fields, models

from ..kernel.canonical import canonical_json
from ..kernel.sod import AUDITOR, CONTROLLER
from ..package import archive, sample, xlsx
from ..package.collect import finished
from ..package.sections import trial_balance
from ..package.source import Source
from .refusal import refuse

MOST_ENTRIES = 500
MOST_CHARS = 64
_SEED = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


class ClosePackage(models.Model):
    _inherit = "ai.close.package"

    kind = fields.Selection(selection_add=[("sample", "Auditor's sample")], ondelete={"sample": "cascade"})
    seed = fields.Char(readonly=True, help="Who draws with it again gets the same entries.")
    sample_size = fields.Integer("Entries to draw", readonly=True)
    numbers = fields.Json("Entry numbers", readonly=True)

    @api.model
    @api.private
    def _protected(self):
        return super()._protected() | {"seed", "sample_size", "numbers"}

    def _contents(self):
        if self.kind != "sample":
            return super()._contents()
        source = Source(self.close_id)
        close = source.close
        rows = sample.population(source)
        if self.numbers:
            chosen, unknown = sample.named(rows, self.numbers)
        else:
            chosen, unknown = sample.draw(rows, self.seed, self.sample_size), []
        moves = {row["id"]: source.env["account.move"].browse(row["id"]) for row in chosen}
        facts = {move_id: self._entry_facts(source, move) for move_id, move in moves.items()}
        balances = trial_balance.tables(source)
        _source, ties, sections = sample.book(close, balances, rows, chosen, unknown, self.seed, facts)
        book = finished(source, sections)
        content = {"sample.xlsx": xlsx.render(book), "sample.json": _line(book)}
        for row in chosen:
            folder = f"entries/{archive.safe(row['name'] or str(row['id']))}-{row['id']}"
            content[f"{folder}/entry.json"] = _line(facts[row["id"]])
            for file in self._files_of(moves[row["id"]]):
                if file.type != "url" and file._ai_close_sha256() is not None:
                    content[f"{folder}/{file.id}-{archive.safe(file.name)}"] = file.raw or b""
        about = {
            "kind": "ai-close-sample",
            "format": 1,
            "seed": self.seed or None,
            "numbers": self.numbers or None,
            "unknown_numbers": unknown,
            "population": len(rows),
            "ties_to_trial_balance": ties,
        }
        name = self._stem().replace("close-package", "close-sample") + ".zip"
        said = self.env._(
            "%(chosen)s of %(all)s entries. The population %(ties)s the trial balance.",
            chosen=len(chosen),
            all=len(rows),
            ties=self.env._("ties to") if ties else self.env._("DOES NOT TIE to"),
        )
        if unknown:
            said += " " + self.env._("Not found: %s.", ", ".join(unknown))
        return {
            "book_digest": book["head"]["digest"],
            "files": {name: archive.build(content, about)},
            "message": said,
        }

    def _entry_facts(self, source, move):
        """Return what an entry says, and who created, posted and approved it; None where nobody knows."""
        staged = move.ai_close_entry_id
        return {
            "id": move.id,
            "number": move.name,
            "date": str(move.date),
            "journal": move.journal_id.code,
            "reference": move.ref or None,
            "partner": move.partner_id.display_name or None,
            "state": move.state,
            "currency": move.currency_id.name,
            "lines": [
                {
                    "account": line.account_id.with_company(source.company.root_id).display_name,
                    "partner": line.partner_id.display_name or None,
                    "label": line.name or None,
                    "debit": source.money(line.debit),
                    "credit": source.money(line.credit),
                    "matching": line.matching_number or None,
                }
                for line in move.line_ids.filtered("account_id").sorted("id")
            ],
            "created_by": source.who(move.create_uid),
            "created_at": source.moment(move.create_date),
            "posted_by": source.who(move.ai_close_posted_by) or None,
            "posted_at": source.moment(move.ai_close_posted_at) or None,
            "reversal_of": move.reversed_entry_id.name or None,
            "approval": {
                "entry": staged.name,
                "prepared_by": source.who(staged.prepared_by_id),
                "reviewed_by": source.who(staged.reviewed_by_id),
                "approved_by": source.who(staged.approved_by_id),
                "approved_at": source.moment(staged.approved_at),
                "proof_code": staged.approved_digest or None,
            }
            if staged
            else None,
            "documents": [
                {"id": file.id, "name": file.name, "sha256": file._ai_close_sha256()}
                for file in self._files_of(move)
            ],
        }

    @api.model
    @api.private
    def _ask_sample(self, close, numbers=(), seed="", size=0):
        """Ask for a sample of ``close``: the entries with these numbers, or ``size`` drawn by ``seed``."""
        action = "package.sample"
        self._need_role(CONTROLLER, AUDITOR, action=action)
        numbers = [number[:MOST_CHARS] for number in dict.fromkeys(numbers) if number]
        if len(numbers) > MOST_ENTRIES or (not numbers and not 0 < size <= MOST_ENTRIES):
            sentence = self.env._("A sample has 1 to %s entries.", MOST_ENTRIES)
            raise refuse(close, "AUD011", sentence, action=action)
        if not numbers and not _SEED.match(seed):
            sentence = self.env._("A seed has 1 to 64 letters, figures, dots, underscores or hyphens.")
            raise refuse(close, "AUD011", sentence, action=action)
        chosen = {"numbers": numbers} if numbers else {"seed": seed, "sample_size": size}
        return self._ask(close, "sample", **chosen)


class AiClose(models.Model):
    _inherit = "ai.close"

    def action_sample(self):
        """Open the dialog that asks which entries an auditor wants."""
        self.ensure_one()
        self._need_role(CONTROLLER, AUDITOR, action="package.sample")
        self.check_access("read")
        wizard = self.env["ai.close.sample.ask"].create({"close_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sample of %s", self.name),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }


def _line(values):
    return canonical_json(values).encode("utf-8") + b"\n"
