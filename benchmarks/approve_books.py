"""Staged entries that wait for their approval, and the same entries as Odoo's own; runs in Odoo's shell."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from odoo import Command, api, fields

END, NEXT = "2026-10-31", "2026-11-01"
REASON = "Accruals as every month"
_TICK = os.sysconf("SC_CLK_TCK")


class Books:
    """So many accruals of two lines each, reviewed; everything that is measured is rolled back."""

    def __init__(self, env: Any, count: int) -> None:
        self.count = count
        company = env["res.company"].search([("name", "=", "Northwind Trading")])
        env = env(context={"allowed_company_ids": company.ids, "tracking_disable": True})
        self.company = env["res.company"].browse(company.id)
        self.env, self.users = env, {name: self._user(env, name) for name in ("anna", "ben", "carla")}
        domain = [("company_ids", "in", company.ids), ("account_type", "=", "expense")]
        self.cost = env["account.account"].search(domain, limit=1)
        self.owed = env["account.account"].search(
            [("company_ids", "in", company.ids), ("account_type", "=", "liability_current")], limit=1
        )
        policy = env["ai.close.policy"]._in_force_above(self.company)
        self.journal = env["account.journal"].sudo().browse(policy.params["adjustment_journal_id"])
        self.sources = env["account.move"].search(
            [("company_id", "=", company.id), ("state", "=", "posted")], limit=count
        )
        self.plain, self.reversing = self._staged("plain", None), self._staged("reversing", NEXT)
        self.drafts = self._as("carla")["account.move"].create(self._moves(END))
        env.cr.commit()

    @staticmethod
    def _user(env: Any, login: str) -> Any:
        return env["res.users"].search([("login", "=", login)])

    def _as(self, login: str) -> Any:
        return api.Environment(self.env.cr, self.users[login].id, {"allowed_company_ids": self.company.ids})

    # -- what is decided

    def _staged(self, name: str, reversal_date: str | None) -> list[int]:
        """Return the ids of entries of the agent that were prepared and reviewed."""
        close = self.env["ai.close"]._for_period(self.company, fields.Date.to_date(END)).sudo()
        agent = self.env["res.users"].search([("login", "=", "ai-close-agent")])
        run = self.env["ai.close.run"]._guarded().create(
            {"company_id": self.company.id, "close_id": close.id, "run_key": f"bench-{name}",
             "state": "running", "user_id": agent.id, "trigger": "cli"}
        )  # fmt: skip
        Entry = self.env["ai.close.entry"].with_user(agent).sudo()
        answers = Entry._submit_rows(
            run.with_user(agent).sudo(), [self._row(name, at, reversal_date) for at in range(self.count)]
        )
        wrong = [answer for answer in answers if answer["status"] != "created"]
        assert not wrong, wrong[:3]
        ids = Entry.search([("key", "in", [answer["key"] for answer in answers])]).ids
        self._as("anna")["ai.close.entry"].browse(ids).action_prepare()
        self._as("ben")["ai.close.entry"].browse(ids).action_review()
        run._guarded().write({"state": "done"})
        run.flush_recordset()
        return ids

    def _row(self, name: str, at: int, reversal_date: str | None) -> dict[str, Any]:
        amount, source = self._amount(at), self.sources[at % len(self.sources)]
        line = {"partner_id": None, "name": "bench", "currency": self.company.currency_id.name}
        return {
            "key": f"GR:{self.company.id}:{name}-{at}", "proposer": "GR", "date": END,
            "reversal_date": reversal_date, "ref": f"bench {at}", "narration": "bench",
            "lines": [
                {**line, "account_id": account.id, "balance": share, "amount_currency": share}
                for account, share in ((self.cost, amount), (self.owed, f"-{amount}"))
            ],
            "calculation": {"columns": ["what", "amount"], "rows": [["bench", amount]], "total": amount},
            "sources": [{"model": "account.move", "id": source.id, "label": source.name}],
            "confidence": "1", "amount_min": amount, "amount_max": amount, "is_estimate": False,
        }  # fmt: skip

    @staticmethod
    def _amount(at: int) -> str:
        return f"{10 + at / 100:.2f}"

    def _moves(self, date: str, reversed_ids: list[int] | None = None) -> list[dict[str, Any]]:
        """Return the values of the same entries (or of their reversals) as a bookkeeper enters them."""
        sides = ((self.owed, 1), (self.cost, -1)) if reversed_ids else ((self.cost, 1), (self.owed, -1))
        return [
            {
                "journal_id": self.journal.id,
                "company_id": self.company.id,
                "date": date,
                "ref": f"bench {at}",
                "reversed_entry_id": reversed_ids[at] if reversed_ids else False,
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "name": "b", "balance": sign * float(self._amount(at))}
                    )
                    for account, sign in sides
                ],
            }
            for at in range(self.count)
        ]

    # -- the ways

    def _approve(self, ids: list[int]) -> Any:
        answer = self._as("carla")["ai.close.entry"].browse(ids).action_decide_batch(REASON)
        assert answer["done"] == ids, answer["failures"][:3]
        return answer

    def _post_drafts(self) -> None:
        self._as("carla")["account.move"].browse(self.drafts.ids).action_post()

    def _write_and_post(self) -> Any:
        moves = self._as("carla")["account.move"].create(self._moves(END))
        moves.action_post()
        return moves

    def _write_and_reverse(self) -> None:
        moves = self._write_and_post()
        self._as("carla")["account.move"].create(self._moves(NEXT, moves.ids))._post(soft=False)

    def _processor_s(self) -> float:
        """Return what this process and its database backend have used so far."""
        self.env.cr.execute("SELECT pg_backend_pid()")
        (pid,) = self.env.cr.fetchone()
        fields_of = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return time.process_time() + (int(fields_of[11]) + int(fields_of[12])) / _TICK

    def measured(self, pairs: int) -> dict[str, tuple[list[float], list[float]]]:
        """Return processor seconds of ours and of Odoo's, in turn; the first pair of each warms both up."""
        ways: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
            "written": (lambda: self._approve(self.plain), self._write_and_post),
            "drafts": (lambda: self._approve(self.plain), self._post_drafts),
            "reversed": (lambda: self._approve(self.reversing), self._write_and_reverse),
        }
        found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in ways}
        for name, both in ways.items():
            for number in range(pairs + 1):
                for side in (0, 1) if number % 2 else (1, 0):
                    self.env.invalidate_all()
                    before = self._processor_s()
                    both[side]()
                    # with what runs right before a commit: messages of tracked fields, our own looks
                    self.env.cr.flush()
                    spent = self._processor_s() - before
                    self.env.cr.rollback()
                    if number:
                        found[name][side].append(spent)
        return found
