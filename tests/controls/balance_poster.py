"""Who signs a balance that moved beside who posts to its account: signer_poster.py with another record.

A row is explained, or waits for somebody to explain it, with the amounts that the books add up to.  Whoever
comes first, a posting to the account strikes it, and no signature stands beside amounts that the books don't
show any more.  What waits no posting writes to: there only the meeting point is between the two.
"""

from odoo import api

from tests.controls.signer_poster import Desk


class BalanceDesk(Desk):
    """The same people and the same poster; what is signed is the expense account's row."""

    def __init__(self, env, close, people, task):
        super().__init__(env, close, people, task)
        variances = env["ai.close.variance"]
        self.row = (
            variances._guarded()
            .create(
                {
                    "key": f"FL:{self.company}:{close.period_end}:{self.accounts[0]}:desk",
                    "company_id": self.company,
                    "close_id": close.id,
                    "account_id": self.accounts[0],
                    "date": close.period_end,
                    "against": "month",
                    "explanation": "A customer came",
                }
            )
            .id
        )
        env.cr.commit()

    def prepare(self, by_server):
        """Have the row once more as it is before a step: to sign, or (``by_server``) still to hand on."""
        self.hands_on = by_server
        with self.registry.cursor() as cr:
            env = self.env(cr)
            row = env["ai.close.variance"].browse(self.row)
            ledger = env["ai.close.ledger"]
            found = ledger._compared(row.company_id, row.date, row.account_id.ids)
            amounts = found.get(row.account_id.id, (0, 0, 0))
            row._guarded().write(
                {
                    **dict(zip(("actual", "month", "year"), (each / 100 for each in amounts), strict=True)),
                    "state": "open" if by_server else "prepared",
                    "prepared_by_id": False if by_server else self.preparer,
                    "prepared_at": row._now(),
                    "signed_by_id": False,
                    "signed_at": False,
                    "stale_reason": False,
                }
            )

    def sign(self, actor):
        def step(env):
            row = env["ai.close.variance"].browse(self.row)
            return row.action_prepare() if self.hands_on else row.action_sign()

        self.work(actor, self.signer, step)

    def outcome(self):
        """Return what stands in the end; ``unseen``: a signature for amounts that the books don't show."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, api.SUPERUSER_ID, {})
            row = env["ai.close.variance"].browse(self.row)
            found = env["ai.close.ledger"]._compared(row.company_id, row.date, row.account_id.ids)
            # what a signature stands for: the amounts that it was given
            signed = row.state in ("prepared", "signed")
            return {
                "state": row.state,
                "why": row.stale_reason or "",
                "unseen": int(signed and not row._stands(found)),
            }
