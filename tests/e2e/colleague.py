"""A person behind the external API: what a story would otherwise click a hundred times."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import requests


class Refused(Exception):
    """The server said no."""


class Colleague:
    """One user's session over `/jsonrpc`, with the rights that this user has and no others."""

    COMPANY = "Northwind Trading"

    def __init__(self, url: str, database: str, login: str, password: str, again=None) -> None:
        """Authenticate; a wrong password raises Refused."""
        self.url, self.database, self.password = url, database, password
        self._again = again
        self.uid = self._rpc("common", "authenticate", database, login, password, {})
        if not self.uid:
            raise Refused(f"{login} can't log in")
        (self.company_id,) = self.search("res.company", [("name", "=", self.COMPANY)])

    def _rpc(self, service: str, method: str, *args):
        body = {
            "jsonrpc": "2.0",
            "method": "call",
            "id": 1,
            "params": {"service": service, "method": method, "args": args},
        }
        answer = requests.post(f"{self.url}/jsonrpc", json=body, timeout=120).json()
        if "error" in answer:
            raise Refused(answer["error"]["data"]["message"])
        return answer["result"]

    def call(self, model: str, method: str, *args, **kwargs):
        """Call a method; raises Refused with the server's sentence."""
        return self._rpc(
            "object", "execute_kw", self.database, self.uid, self.password, model, method, list(args), kwargs
        )

    def refused(self, model: str, method: str, *args, **kwargs) -> bool:
        """Tell whether the server refuses this call."""
        try:
            self.call(model, method, *args, **kwargs)
        except Refused:
            return True
        return False

    def search(self, model: str, domain: list, **kwargs) -> list[int]:
        """Return ids."""
        return self.call(model, "search", domain, **kwargs)

    def count(self, model: str, domain: list) -> int:
        """Return how many there are."""
        return self.call(model, "search_count", domain)

    def read(self, model: str, ids: list[int], fields: list[str]) -> list[dict]:
        """Return rows in the order of the ids."""
        rows = {row["id"]: row for row in self.call(model, "read", ids, fields)}
        return [rows[each] for each in ids]

    def search_read(self, model: str, domain: list, fields: list[str]) -> list[dict]:
        """Return rows."""
        return self.call(model, "search_read", domain, fields)

    @staticmethod
    def record_of(address: str) -> int:
        """Return the record's id that an address of the web client ends with."""
        return int(re.search(r"/(\d+)(?:[?#].*)?$", address)[1])

    # -- what the story needs

    def today(self) -> str:
        """Return the day that it is where the company is: a policy of tomorrow is not in force yet."""
        (company,) = self.read("res.company", [self.company_id], ["ai_close_tz"])
        return datetime.now(ZoneInfo(company["ai_close_tz"] or "UTC")).date().isoformat()

    def run_agent_again(self) -> None:
        """Let the agent run once more."""
        self._again()

    def close_id(self) -> int:
        """Return the close of October."""
        (found,) = self.search(
            "ai.close", [("company_id", "=", self.company_id), ("period_start", "=", "2026-10-01")]
        )
        return found

    def refresh_close(self) -> None:
        """Judge the self-checks again."""
        self.call("ai.close", "action_refresh", [self.close_id()])

    def task(self, code: str) -> dict:
        """Return one task of the checklist."""
        (row,) = self.search_read(
            "ai.close.task",
            [("close_id", "=", self.close_id()), ("code", "=", code)],
            ["state", "check_state"],
        )
        return row

    def task_codes(self) -> list[str]:
        """Return the codes on the checklist."""
        return [
            row["code"]
            for row in self.search_read("ai.close.task", [("close_id", "=", self.close_id())], ["code"])
        ]

    def blocking_findings(self) -> list[int]:
        """Return the findings that keep October open."""
        return self.search(
            "ai.close.finding",
            [
                ("close_id", "=", self.close_id()),
                ("severity", "in", ("critical", "high")),
                ("state", "not in", ("waived", "closed")),
            ],
            order="id",
        )

    def confirm_cures(self) -> None:
        """Confirm the grave findings that the last run no longer shows and that wait for a person."""
        waiting = [("close_id", "=", self.close_id()), ("state", "=", "fixed"), ("cured_run_id", "!=", False)]
        found = self.search("ai.close.finding", waiting)
        if found:
            self.call("ai.close.finding", "action_confirm_cure", found)

    def open_bank_lines(self, until: str) -> list[int]:
        """Return the bank lines of the company that are not reconciled."""
        return self.search(
            "account.bank.statement.line",
            [
                ("company_id", "=", self.company_id),
                ("is_reconciled", "=", False),
                ("date", "<=", until),
            ],
        )

    def settled_below(self, until: str) -> list[int]:
        """Return the items of one settlement that was made in the locked time."""
        (partial,) = self.search_read(
            "account.partial.reconcile",
            [("max_date", "<=", until), ("company_id", "=", self.company_id)],
            ["debit_move_id", "credit_move_id"],
        )[:1]
        return [partial["debit_move_id"][0], partial["credit_move_id"][0]]

    def settle(self, line: int, account: str) -> None:
        """Book a bank line to an expense account whose name has this word."""
        (first, *_others) = self.search(
            "account.account",
            [
                ("name", "ilike", account),
                ("account_type", "=like", "expense%"),
                ("company_ids", "in", self.company_id),
            ],
        )
        wizard = self.call(
            "ai.close.match.manual",
            "create",
            {"statement_line_id": line, "account_id": first, "label": "settled by hand"},
        )
        self.call("ai.close.match.manual", "action_match", [wizard])

    def delete_drafts(self, until: str) -> None:
        """Delete the drafts of the period, as an accountant does with what was keyed twice."""
        drafts = self.search(
            "account.move",
            [
                ("company_id", "=", self.company_id),
                ("state", "=", "draft"),
                ("date", "<=", until),
                ("date", ">=", "2026-10-01"),
            ],
        )
        self.call("account.move", "unlink", drafts)

    def draft_entry(self, day: date, amount: float = 10.0, ref: str = "late") -> int:
        """Create a balanced draft on a date, with the document that it follows from."""
        (journal,) = self.search(
            "account.journal", [("type", "=", "general"), ("company_id", "=", self.company_id)], limit=1
        )
        accounts = self.search(
            "account.account",
            [("account_type", "=", "expense"), ("company_ids", "in", self.company_id)],
            limit=2,
        )
        move = self.call(
            "account.move",
            "create",
            {
                "journal_id": journal,
                "date": day.isoformat(),
                "ref": ref,
                "line_ids": [
                    (0, 0, {"account_id": accounts[0], "balance": amount, "name": ref}),
                    (0, 0, {"account_id": accounts[1], "balance": -amount, "name": ref}),
                ],
            },
        )
        self.call(
            "ir.attachment",
            "create",
            {"name": f"{ref}.txt", "datas": "YXMgYWdyZWVk", "res_model": "account.move", "res_id": move},
        )
        return move
