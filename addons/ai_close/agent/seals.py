"""The roots of the audit trail, for the agent to keep outside the server."""

from odoo import api, models

from ..kernel.canonical import timestamp
from ..kernel.seal import header_of
from ..models.refusal import refuse
from .envelope import answered

# Some megabytes of leaves a page, however many blocks that are.
PAGE_LEAVES = 50_000


class CloseAgent(models.AbstractModel):
    _inherit = "ai.close.agent"

    @api.model
    @answered
    def seals(self, company, after=0, limit=200):
        """Return the blocks of a company's trail that follow number ``after``, with their leaves.

        Company 0 holds the events that belong to none.
        """
        company_id = self._seals_company(company)
        trail = self.env["ai.close.audit.seal"].sudo()
        blocks, leaves, following = [], 0, None
        for block in trail._blocks(company_id, after, limit + 1):
            if len(blocks) == limit or (blocks and leaves + len(block["leaves"]) > PAGE_LEAVES):
                following = blocks[-1]["number"]
                break
            blocks.append(header_of(block) | {"root": block["root"], "leaves": block["leaves"]})
            leaves += len(block["leaves"])
        count, oldest = trail._unsealed(company_id)
        return {
            "seals": blocks,
            "next": following,
            "unsealed": {"count": count, "oldest_at": timestamp(oldest) if oldest else None},
        }

    def _seals_company(self, wanted):
        if wanted == 0:
            return 0
        found = self.env.user.sudo().company_ids.filtered(lambda one: wanted in (one.id, one.name))
        if len(found) != 1:
            raise refuse(
                self,
                "RUN003",
                self.env._("There is no company %(company)s among those the agent may read.", company=wanted),
                action="port.seals",
            )
        return found.id
