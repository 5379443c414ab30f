"""The work of a close, as people do it: what the present month needs next, and who may do it."""

import calendar
import uuid
from collections.abc import Iterator
from datetime import date
from random import Random

from tests.controls.people import Answer
from tests.year.rights import Rights
from tests.year.tables import UNDECIDED_ENTRY, UNDECIDED_FINDING
from tests.year.world import MONTHS, World

# (who, what, model, method, arguments): one call of one person
Call = tuple[str, str, str, str, list]
PEOPLE = ("preparer", "reviewer", "controller")
LEAST = {"preparer": 1, "reviewer": 1, "controller": 3}
NOTE = "Compared line by line with the reports."


class Work:
    """Knows what is left to do by asking the database, never the add-on."""

    def __init__(self, world: World, rights: Rights, rng: Random) -> None:
        """Keep the world and the dice."""
        self.world, self.rights, self.rng = world, rights, rng
        # what was refused last: the same again would be, too
        self.refused: set[tuple] = set()

    # -- who and where

    def one_of(self, *roles: str, but: tuple = ()) -> str | None:
        """Return somebody who is there with one of the roles and is none of these users (ids)."""
        fit = [each for each in self.rights.who(*roles) if self.world.facts["users"][each] not in but]
        return self.rng.choice(sorted(fit)) if fit else None

    def close(self) -> dict | None:
        """Return the close that people work on: the first that is not locked."""
        found = self.world.rows(
            "SELECT * FROM ai_close WHERE company_id = %s AND state NOT IN ('locked', 'reopened')"
            " ORDER BY period_start LIMIT 1",
            self.world.facts["company"],
        )
        return found[0] if found else None

    def month(self) -> str | None:
        """Return the first month that is not locked, as YYYY-MM; None when the year is done."""
        (row,) = self.world.rows(
            "SELECT fiscalyear_lock_date AS until FROM res_company WHERE id = %s", self.world.facts["company"]
        )
        done = row["until"] and f"{row['until']:%Y-%m}"
        return next((month for month in MONTHS if not done or month > done), None)

    def day(self, month: str) -> str:
        """Return some day of a month."""
        year, number = map(int, month.split("-"))
        return date(year, number, self.rng.randint(1, calendar.monthrange(year, number)[1])).isoformat()

    @staticmethod
    def last(month: str) -> str:
        """Return the last day of a month."""
        year, number = map(int, month.split("-"))
        return date(year, number, calendar.monthrange(year, number)[1]).isoformat()

    # -- the books

    def entry_values(self, day: str, amount: float, *, partner: bool = False) -> dict:
        """Return a journal entry of two lines."""
        accounts = self.world.facts["accounts"]
        debit = accounts["receivable" if partner else "expense"]
        lines = [(debit, amount), (accounts["income" if partner else "grni"], -amount)]
        return {
            "date": day,
            "journal_id": self.world.facts["journals"]["YGEN"],
            "ref": f"year {uuid.UUID(int=self.rng.getrandbits(128)).hex[:8]}",
            "line_ids": [
                [0, 0, {"account_id": account, "name": "year", "balance": value,
                        "partner_id": self.world.facts["partner"]}]
                for account, value in lines
            ],
        }  # fmt: skip

    # -- the agent

    def run(self, month: str, proposals: int) -> Iterator[tuple[str, str, str, list, dict]]:
        """Yield the agent's calls of one run; each answer is sent back."""
        key = f"year-{uuid.UUID(int=self.rng.getrandbits(128)).hex[:12]}"
        begun: Answer = yield "begin", [self.world.facts["company"], month, key, "1.0.0", "year"]
        envelope = begun.result if begun.ok else {}
        if not envelope.get("ok"):
            return
        held = [envelope["result"]["run_id"], envelope["result"]["lease"]]
        rows = [self.proposal(month, number, key) for number in range(proposals)]
        rows = [row for row in rows if row]
        if rows:
            yield "submit", [*held, "entry", rows]
        yield "finish", [*held, {}, {"rules": [], "matchers": [], "proposers": []}]

    def proposal(self, month: str, number: int, word: str) -> dict | None:
        """Return a staged accrual that rests on some posted entry of the month."""
        year, of = map(int, month.split("-"))
        last = date(year, of, calendar.monthrange(year, of)[1])
        source = self.world.rows(
            "SELECT id FROM account_move WHERE state = 'posted' AND date BETWEEN %s AND %s"
            " AND ai_close_entry_id IS NULL ORDER BY id",
            last.replace(day=1), last,
        )  # fmt: skip
        if not source:
            return None
        amount = f"{self.rng.randint(50, 15000)}.00"
        accounts = self.world.facts["accounts"]
        return {
            "key": f"GR:{self.world.facts['company']}:{month}:{word}{number}",
            "proposer": "GR",
            "date": last.isoformat(),
            "reversal_date": None,
            "ref": f"GR {month} {number}",
            "narration": "Goods received, not invoiced",
            "lines": [
                {"account_id": accounts[name], "partner_id": self.world.facts["partner"], "name": "P",
                 "balance": value, "amount_currency": value, "currency": self.world.facts["currency"]}
                for name, value in (("expense", amount), ("grni", f"-{amount}"))
            ],
            "calculation": {"columns": ["order", "amount"], "rows": [["P", amount]], "total": amount},
            "sources": [{"model": "account.move", "id": self.rng.choice(source)["id"], "label": "P"}],
            "confidence": "1",
            "amount_min": amount,
            "amount_max": amount,
            "is_estimate": False,
        }  # fmt: skip

    # -- what is next

    def next(self) -> Call | None:
        """Return a call that brings the present close nearer to its lock; None when the agent is next."""
        close = self.close()
        month = self.month()
        if not close or f"{close['period_start']:%Y-%m}" != month or not close["last_run_id"]:
            return None
        for ask in (
            self.back,
            self.lock,
            self.drafts,
            self.findings,
            self.entries,
            self.tasks,
            self.manual,
            self.request,
        ):
            call = ask(close)
            if call and call[0]:
                return call
        return self.somebody("refresh", "ai.close", "action_refresh", [[close["id"]]])

    def somebody(self, what: str, model: str, method: str, args: list) -> Call:
        """Return a call by anybody of the close."""
        return (self.one_of(*PEOPLE), what, model, method, args)

    def back(self, _close: dict) -> Call | None:
        """Let somebody come back when too few are left to go on."""
        few = any(len(self.rights.who(role)) < least for role, least in LEAST.items())
        if not few or not self.rights.away or self.rng.random() < 0.5:
            return None
        login = self.rng.choice(sorted(self.rights.away))
        user = self.world.facts["users"][login]
        return ("admin", f"back {login}", "res.users", "write", [[user], {"active": True}])

    def lock(self, close: dict) -> Call | None:
        """Decide the request that waits; a draft of a request is asked."""
        for lock in self.world.rows(
            "SELECT * FROM ai_close_lock WHERE close_id = %s AND state = 'requested'", close["id"]
        ):
            makers = [row["uid"] for row in self.world.rows(
                "SELECT prepared_by_id AS uid FROM ai_close_entry WHERE close_id = %s"
                " AND prepared_by_id IS NOT NULL UNION SELECT named_by_id FROM ai_close_open_item"
                " WHERE lock_id = %s AND state = 'named'", close["id"], lock["id"])]  # fmt: skip
            who = self.one_of("controller", but=(lock["requested_by_id"], lock["second_by_id"], *makers))
            if who and ("ai.close.lock", "action_approve", lock["id"]) not in self.refused:
                return (who, "approve lock", "ai.close.lock", "action_approve", [[lock["id"]]])
            who = self.one_of("controller")
            return (
                who,
                "reject lock",
                "ai.close.lock",
                "action_reject",
                [[lock["id"]], "Nobody is left for it"],
            )
        return None

    def drafts(self, close: dict) -> Call | None:
        """Post what is a draft, or delete it."""
        found = self.world.rows(
            "SELECT id FROM account_move WHERE state = 'draft' AND date BETWEEN %s AND %s"
            " AND company_id = %s",
            close["period_start"], close["period_end"], close["company_id"],
        )  # fmt: skip
        if not found:
            return None
        method = self.rng.choice(["action_post", "unlink"])
        who = self.one_of("preparer", "controller")
        return (who, f"draft {method}", "account.move", method, [[self.rng.choice(found)["id"]]])

    def findings(self, close: dict) -> Call | None:
        """Waive what blocks: one asks, on a document where it is critical, another confirms."""
        found = self.world.rows(
            "SELECT * FROM ai_close_finding WHERE close_id = %s AND severity IN ('critical', 'high')"
            " AND state = ANY(%s)",
            close["id"], list(UNDECIDED_FINDING),
        )  # fmt: skip
        if not found:
            return None
        finding = self.rng.choice(found)
        if finding["state"] == "fixed" and finding["cured_run_id"]:
            who = self.one_of("reviewer", "controller", but=(finding["fixed_by_id"],))
            return (who, "confirm cure", "ai.close.finding", "action_confirm_cure", [[finding["id"]]])
        who = self.one_of("controller", but=(finding["waive_requested_by_id"],))
        if finding["severity"] == "critical" and not finding["waive_requested_by_id"]:
            mine = self.world.rows(
                "SELECT create_uid FROM ir_attachment WHERE res_model = 'ai.close.finding' AND res_id = %s",
                finding["id"],
            )
            if who and self.world.facts["users"][who] not in [row["create_uid"] for row in mine]:
                return (who, "document", "ai.close.finding", "attach", [[finding["id"]]])
        return (who, "waive", "ai.close.finding", "action_waive", [[finding["id"]], "Seen, and in order so"])

    def entries(self, close: dict) -> Call | None:
        """Take a staged entry one step on, or say no to it."""
        found = self.world.rows(
            "SELECT * FROM ai_close_entry WHERE close_id = %s AND state = ANY(%s)",
            close["id"], list(UNDECIDED_ENTRY),
        )  # fmt: skip
        if not found:
            return None
        entry = self.rng.choice(found)
        step = {"proposed": ("action_prepare", ("preparer",)), "prepared": ("action_review", ("reviewer",)),
                "reviewed": ("action_approve", ("controller",))}.get(entry["state"])  # fmt: skip
        if step is None or self.rng.random() < 0.1:
            return (self.one_of(*PEOPLE), "reject entry", "ai.close.entry", "action_reject",
                    [[entry["id"]], "Billed after all"])  # fmt: skip
        method, roles = step
        signed = (entry["prepared_by_id"], entry["reviewed_by_id"])
        return (self.one_of(*roles, but=signed), f"entry {method}", "ai.close.entry", method, [[entry["id"]]])

    def tasks(self, close: dict) -> Call | None:
        """Prepare or sign a task whose predecessors are done."""
        found = self.world.rows(
            "SELECT * FROM ai_close_task task WHERE close_id = %s"
            " AND state NOT IN ('signed', 'not_applicable') AND NOT EXISTS ("
            "SELECT 1 FROM ai_close_task_dependency edge JOIN ai_close_task needed"
            "   ON needed.id = edge.depends_on_id WHERE edge.task_id = task.id"
            "   AND needed.state NOT IN ('signed', 'not_applicable')) ORDER BY id",
            close["id"],
        )
        if not found:
            return None
        task = self.rng.choice(found)
        if task["state"] == "prepared":
            role = ("controller",) if task["reviewer_role"] == "controller" else ("reviewer", "controller")
            who = self.one_of(*role, but=(task["prepared_by_id"], task["evidence_by_id"]))
            return (who, f"sign {task['code']}", "ai.close.task", "action_sign", [[task["id"]]])
        return (self.one_of("preparer"), f"prepare {task['code']}", "ai.close.task", "action_prepare",
                [[task["id"]], NOTE])  # fmt: skip

    def manual(self, close: dict) -> Call | None:
        """Sign the list of manual entries as a stranger to it."""
        found = self.world.rows(
            "SELECT id FROM ai_close_manual_list WHERE close_id = %s AND state <> 'signed'", close["id"]
        )
        hands = self.world.rows(
            "SELECT create_uid, ai_close_posted_by FROM account_move WHERE state = 'posted'"
            " AND date BETWEEN %s AND %s AND company_id = %s AND ai_close_entry_id IS NULL",
            close["period_start"], close["period_end"], close["company_id"],
        )  # fmt: skip
        if not found or not hands:
            return None
        who = self.one_of("reviewer", "controller", but=tuple(uid for row in hands for uid in row.values()))
        return (who, "sign list", "ai.close.manual.list", "action_sign", [[found[0]["id"]]])

    def request(self, close: dict) -> Call | None:
        """Open the request for the lock, then ask."""
        drafts = self.world.rows(
            "SELECT id FROM ai_close_lock WHERE close_id = %s AND state = 'draft' AND kind = 'lock'",
            close["id"],
        )
        who = self.one_of("reviewer", "controller")
        if drafts:
            return (who, "ask for lock", "ai.close.lock", "action_request", [[drafts[0]["id"]]])
        return (who, "open request", "ai.close", "action_request_lock", [[close["id"]]])
