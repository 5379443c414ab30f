"""Hands in what a language model wrote as the agent does: with its key, by its port, about the sample."""

import json
from pathlib import Path

from tests.e2e.colleague import Colleague

MODEL = "small-model:8b"
MARKUP = '<img src=x onerror="window.hacked = 1"> '
BADGE = f"Text by {MODEL}, not by a person"
TASKS = ("variance", "finding", "entry", "account", "payer", "period")
PROMPTS = {task: {"version": 1, "digest": f"{at:02x}" * 32} for at, task in enumerate(TASKS, 1)}
FIGURES = {"cases": 5, "taken": 4, "template": 1, "right": 3, "checked": 4}


class LanguageAgent:
    """The agent with a model that says what a story needs."""

    def __init__(self, books, reader: Colleague) -> None:
        """Take the agent's key; `reader` is a person who sees everything that the model writes about."""
        key = (Path(books.folder) / "agent.key").read_text().strip()
        self.port = Colleague(books.url, books.database, "ai-close-agent", key)
        self.reader = reader
        self.close = reader.close_id()
        self.asked = 0

    def _call(self, method: str, **kwargs):
        answer = self.port.call("ai.close.agent", method, **kwargs)
        assert answer["ok"], answer
        return answer["result"]

    def offer(self, right: int = 3, model: str = MODEL) -> None:
        """Offer a model with its results on the evaluation set."""
        figures = {task: {**FIGURES, "right": right} for task in TASKS}
        offer = {
            "model": model, "address": "127.0.0.1:11434", "prompts": PROMPTS, "figures": figures,
            "usage": {"calls": 36, "tokens_in": 24120, "tokens_out": 1480}, "cost": "0.004506",
            "currency": "USD",
        }  # fmt: skip
        self._call("language_offer", company=self.reader.company_id, agent_version="1.0.0", offer=offer)

    def begin(self) -> None:
        """Begin a run of October."""
        begun = self._call(
            "begin", company=self.reader.company_id, period="2026-10", run_key="language-story",
            agent_version="1.0.0", rules_digest="x", trigger="cli",
        )  # fmt: skip
        assert begun["language"]["model"] == MODEL, begun["language"]
        self.held = {"run_id": begun["run_id"], "lease": begun["lease"]}

    def finish(self) -> None:
        """End it, with what the model took and cost."""
        said = {
            "calls": 5, "tokens_in": 3600, "tokens_out": 160, "cached": 0, "taken": 4, "template": 1,
            "why": {"the sentence names no fact": 1},
        }  # fmt: skip
        scopes = {"texts": list(TASKS)}
        self._call(
            "finish", **self.held, counters={"language": said}, scopes=scopes, cost="0.054054", failures=[]
        )

    def tell(self, task: str, kind: str, key: str, text: str, choice: dict | None = None, facts=None) -> None:
        """Hand in a question and the text that came of it."""
        self.asked += 1
        facts = facts or [
            {"key": "change", "role": "change from September 2026", "shown": "+4,000.00 USD"},
        ]
        roles, keyed = "; ".join(f"{fact['key']}: {fact['role']}" for fact in facts), text
        for fact in facts:
            keyed = keyed.replace(fact["shown"], f"{{{fact['key']}}}")
        shared = {
            "task": task, "prompt": f"{task}@1", "prompt_digest": PROMPTS[task]["digest"], "model": MODEL,
        }  # fmt: skip
        number = f"{self.asked:064x}"
        asked = {
            **shared, "key": number, "request_digest": "ef" * 32,
            "request": json.dumps([{"role": "user", "content": f"about [NAME_1]. {roles}"}]),
            "answers": [json.dumps({"text": keyed})], "outcome": "taken", "tokens_in": 900, "tokens_out": 40,
            "cost": "0.009009",
        }  # fmt: skip
        row = {
            **shared, "key": f"{task}:{key}", "about": {"kind": kind, "key": key}, "text": text,
            "choice": choice, "exchange": number, "facts": facts,
        }  # fmt: skip
        for kind_of_row, each in (("exchange", asked), ("text", row)):
            (status,) = self._call("submit", **self.held, kind=kind_of_row, rows=[each])["rows"]
            assert status["status"] == "created", status

    # -- what the sample has

    def one(self, model: str, *domain, order: str = "id") -> dict:
        """Return the first record of October's close, with its key."""
        here = [("close_id", "=", self.close), *domain]
        return self.reader.call(model, "search_read", here, ["key"], order=order, limit=1)[0]

    def finding(self, *domain) -> dict:
        """Return an open finding."""
        return self.one("ai.close.finding", ("state", "=", "open"), *domain)

    def explain(self, finding: dict, markup: str = "") -> None:
        """Tell why a finding is one."""
        text = f"{markup}The entry is a draft of 1,250.00 USD, dated in October 2026."
        facts = [
            {"key": "amount", "role": "amount of the finding", "shown": "1,250.00 USD"},
            {"key": "month", "role": "period of the close", "shown": "October 2026"},
        ]
        self.tell("finding", "finding", finding["key"], text, facts=facts)

    def suggest_account(self, finding: dict) -> None:
        """Suggest the account of a line that a finding doubts."""
        domain = [("company_ids", "in", self.reader.company_id), ("account_type", "=", "expense")]
        account = self.reader.call("account.account", "search_read", domain, ["display_name"], limit=1)[0]
        label = account["display_name"]
        choice = {"label": label, "model": "account.account", "id": account["id"]}
        self.tell("account", "finding", finding["key"], f"Account: {label}", choice)

    def suggest_period(self, finding: dict) -> None:
        """Suggest the service period of a bill that a finding takes for a prepayment."""
        label = "2026-10-01 to 2027-09-30"
        choice = {"label": label, "model": "", "id": 0}
        self.tell("period", "finding", finding["key"], f"Service period: {label}", choice)

    def suggest_payer(self, line: int) -> str:
        """Suggest whose payment a bank line is; return the name."""
        owed = [
            ("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted"),
            ("reconciled", "=", False), ("partner_id", "!=", False),
            ("company_id", "=", self.reader.company_id),
        ]  # fmt: skip
        item = self.reader.call("account.move.line", "search_read", owed, ["partner_id"], limit=1, order="id")
        partner, _shown = item[0]["partner_id"]
        (found,) = self.reader.read("res.partner", [partner], ["name"])
        choice = {"label": found["name"], "model": "res.partner", "id": partner}
        facts = [{"key": "p1", "role": "candidate", "shown": found["name"]}]
        self.tell("payer", "statement_line", str(line), f"Payer: {found['name']}", choice, facts)
        return found["name"]
