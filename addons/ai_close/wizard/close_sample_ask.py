"""ai.close.sample.ask: which entries an auditor wants to see, by number, from a file, or by a seed."""

import re
import secrets
from base64 import b64decode

from odoo import fields, models


class AiCloseSampleAsk(models.TransientModel):
    _name = "ai.close.sample.ask"
    _description = "Ask for an auditor's sample"

    close_id = fields.Many2one("ai.close", required=True, readonly=True)
    mode = fields.Selection(
        [("draw", "Draw by a seed"), ("numbers", "Entries that I name")],
        "How",
        required=True,
        default="draw",
    )
    size = fields.Integer("Entries to draw", default=25)
    # Whoever wants a seed of his own writes it; else it is drawn here and recorded.
    seed = fields.Char(default=lambda self: secrets.token_hex(8))
    numbers = fields.Text("Entry numbers", help="One a line, or separated by commas or semicolons.")
    upload = fields.Binary("or a text file of them")
    upload_name = fields.Char()

    def action_make(self):
        """Make the sample and show it."""
        self.ensure_one()
        package = self.env["ai.close.package"]
        if self.mode == "numbers":
            text = self.numbers or ""
            if self.upload:
                content = b64decode(self.with_context(bin_size=False).upload)
                text += "\n" + content.decode("utf-8-sig", errors="replace")
            found = [each.strip().strip('"') for each in re.split(r"[\n\r,;\t]+", text)]
            return package._ask_sample(self.close_id, numbers=[each for each in found if each])._show()
        return package._ask_sample(self.close_id, seed=(self.seed or "").strip(), size=self.size)._show()
