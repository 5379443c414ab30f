"""What people do besides: mistakes, attempts, second thoughts, leaves and changes of roles."""

from datetime import UTC, datetime, timedelta
from random import Random

from tests.year.governance import Governance
from tests.year.rights import Rights
from tests.year.work import Call, Work
from tests.year.world import MONTHS, ROLES, World

EVERYBODY = (*ROLES, "admin", "robot")
PARTS = ("preparer", "reviewer", "controller")
# Those who may post at all; reviewers read.
BOOKKEEPERS = sorted(login for login, roles in ROLES.items() if {"preparer", "controller"} & set(roles))
_STEPS = {
    "ai.close.task": ("action_prepare", "action_sign", "action_send_back", "action_not_applicable"),
    "ai.close.entry": (
        "action_prepare", "action_review", "action_approve", "action_send_back", "action_reject",
        "action_propose_reversal",
    ),
    "ai.close.finding": ("action_waive", "action_explain", "action_mark_fixed"),
    "ai.close.lock": ("action_request", "action_approve", "action_reject"),
    "ai.close.manual.list": ("action_sign",),
    "ai.close": ("action_refresh", "action_request_lock", "action_run_now"),
}  # fmt: skip
# These take a reason, or a note.
_WITH_WORDS = {"action_send_back", "action_not_applicable", "action_reject", "action_propose_reversal",
               "action_waive", "action_explain"}  # fmt: skip


class Mischief:
    """Any person tries anything on any record."""

    def __init__(self, world: World, rights: Rights, work: Work, rng: Random) -> None:
        """Keep the world and the dice."""
        self.world, self.rights, self.work, self.rng = world, rights, work, rng
        self.governance = Governance(world, rights, work, rng)

    def next(self) -> Call:
        """Return some call by somebody."""
        made = None
        while made is None:
            made = self.rng.choice(
                [self.step, self.step, self.step, self.book, self.book, self.rewrite, self.by_hand,
                 self.other_lock, self.exception, self.leave, self.roles, self.decide_role, self.delegate,
                 self.accept, self.reopen, self.decide_lock, self.late, self.late, self.late, self.relock,
                 self.sign_report, self.items, self.items, self.policy, self.policy]
            )()  # fmt: skip
        return made

    def anybody(self) -> str:
        """Return anybody at all, those who are away included."""
        return self.rng.choice(EVERYBODY)

    def some(self, text: str, *values) -> int | None:
        """Return the id of some row, mostly a young one."""
        found = [row["id"] for row in self.world.rows(text + " ORDER BY id DESC LIMIT 12", *values)]
        return self.rng.choice(found) if found else None

    def step(self) -> Call | None:
        """Take any step of any record as anybody."""
        model = self.rng.choice(sorted(_STEPS))
        method = self.rng.choice(_STEPS[model])
        record = self.some(f"SELECT id FROM {model.replace('.', '_')}")
        if record is None:
            return None
        words = ["Thought about it once more"] if method in _WITH_WORDS or (
            method == "action_prepare" and model == "ai.close.task") else []  # fmt: skip
        return (self.anybody(), f"{model} {method}", model, method, [[record], *words])

    def book(self) -> Call:
        """Write an entry into any month, locked or open; mostly into the present one."""
        present = self.work.month()
        month = present if present and self.rng.random() < 0.6 else self.rng.choice(MONTHS)
        values = self.work.entry_values(
            self.work.day(month), float(self.rng.randint(1, 900)), partner=self.rng.random() < 0.4
        )
        who = self.rng.choice([*self.rights.who("preparer", "controller"), self.anybody()])
        if self.rng.random() < 0.6:
            return (who, f"post in {month}", "account.move", "create+action_post", [values])
        return (who, f"draft in {month}", "account.move", "create", [[values]])

    def rewrite(self) -> Call | None:
        """Post a draft, or change or take back what is posted, wherever it stands."""
        record = self.some("SELECT id FROM account_move")
        if record is None:
            return None
        method, args = self.rng.choice(
            [
                ("action_post", []),
                ("action_post", []),
                ("button_draft", []),
                ("write", [{"date": self.work.day(self.rng.choice(MONTHS))}]),
                ("write", [{"ref": "changed"}]),
                ("unlink", []),
            ]
        )
        who = self.rng.choice([*self.rights.who("preparer", "controller"), self.anybody()])
        return (who, f"move {method}", "account.move", method, [[record], *args])

    def by_hand(self) -> Call | None:
        """Write what only steps may: states, signatures, lock dates."""
        uid = self.world.facts["users"][self.anybody()]
        day = self.work.day(self.rng.choice(MONTHS))
        tries = [
            ("res.company", self.world.facts["company"], {"fiscalyear_lock_date": day}),
            ("res.company", self.world.facts["company"], {"fiscalyear_lock_date": False}),
            ("ai.close", self.some("SELECT id FROM ai_close"), {"state": "open"}),
            (
                "ai.close.task",
                self.some("SELECT id FROM ai_close_task"),
                {"state": "signed", "signed_by_id": uid},
            ),
            ("ai.close.entry", self.some("SELECT id FROM ai_close_entry"), {"state": "approved"}),
            ("ai.close.lock", self.some("SELECT id FROM ai_close_lock"), {"requested_by_id": uid}),
            ("ai.close.manual.list", self.some("SELECT id FROM ai_close_manual_list"), {"state": "signed"}),
        ]
        model, record, values = self.rng.choice(tries)
        return record and (self.anybody(), f"write {model}", model, "write", [[record], values])

    def _ask(self, who: str, what: str, values: dict) -> Call:
        # A wizard of one call: made and asked by whoever it is for (see Year.act).
        return (who, what, "ai.close.lock.ask", "create+action_ask", [values])

    def other_lock(self) -> Call:
        """Ask for another lock date, forward or backward, too early or in time."""
        field = self.rng.choice(["tax_lock_date", "sale_lock_date", "purchase_lock_date", "hard_lock_date"])
        values = {"company_id": self.world.facts["company"], "kind": "lock", "field": field, "reason": "year",
                  "date_new": self.work.day(self.rng.choice(MONTHS))}  # fmt: skip
        return self._ask(
            self.rng.choice([*self.rights.who("controller"), self.anybody()]), f"ask {field}", values
        )

    def exception(self) -> Call:
        """Ask that somebody may post into a locked month for a while."""
        until = datetime.now(UTC) + timedelta(hours=self.rng.choice([1, 24]))
        who = self.rng.choice([*self.rights.who("reviewer", "controller"), self.anybody()])
        values = {
            "company_id": self.world.facts["company"], "kind": "exception", "field": "fiscalyear_lock_date",
            "date_new": self.work.day(self.rng.choice(MONTHS)), "reason": "late bill",
            "exception_user_id": self.world.facts["users"][self.rng.choice(sorted(ROLES))],
            "exception_until": f"{until:%Y-%m-%d %H:%M:%S}",
        }  # fmt: skip
        return self._ask(who, "ask exception", values)

    def items(self) -> Call | None:
        """Name what stays open at a lock, or accept it."""
        ask = self.rng.choice([self.governance.name_items, self.governance.accept_items])
        return ask([self.anybody()])

    def policy(self) -> Call | None:
        """Take the policy one step on, or try to."""
        return self.governance.policy([self.anybody()])

    def leave(self) -> Call | None:
        """Deactivate somebody, or let him come back; enough people stay for the work to go on."""
        if self.rights.away and self.rng.random() < 0.6:
            login = self.rng.choice(sorted(self.rights.away))
            return ("admin", f"back {login}", "res.users", "write",
                    [[self.world.facts["users"][login]], {"active": True}])  # fmt: skip
        there = sorted(set(ROLES) - self.rights.away)
        if len(there) <= len(ROLES) - 2:
            return None
        login = self.rng.choice(there)
        return ("admin", f"away {login}", "res.users", "write",
                [[self.world.facts["users"][login]], {"active": False}])  # fmt: skip

    def roles(self) -> Call:
        """Ask for a role, or to take one; what was changed before is put right first.  Or try it alone."""
        wrong = [
            (login, role) for login, had in ROLES.items() for role in self.world.facts["groups"]
            if (role in had) != (role in self.rights.roles[login])
        ]  # fmt: skip
        if wrong and self.rng.random() < 0.7:
            login, role = self.rng.choice(sorted(wrong))
        else:
            login, role = self.rng.choice(sorted(ROLES)), self.rng.choice(PARTS)
        take = role in self.rights.roles[login]
        user = self.world.facts["users"][login]
        if self.rng.random() < 0.2:
            command = [3 if take else 4, self.world.facts["groups"][role]]
            values = {"group_ids": [command]}
            return (self.anybody(), f"alone {role} {login}", "res.users", "write", [[user], values])
        values = {"user_id": user, "role": role, "kind": "revoke" if take else "grant", "reason": "year"}
        who = self.rng.choice([*self.rights.who("controller"), "admin", self.anybody()])
        what = f"ask {values['kind']} {role} {login}"
        return (who, what, "ai.close.role.grant", "create+action_request", [values])

    def decide_role(self) -> Call | None:
        """Decide on a role that was asked for."""
        record = self.some("SELECT id FROM ai_close_role_grant WHERE state = 'requested'")
        if record is None:
            return None
        who = self.rng.choice([*self.rights.who("controller"), self.anybody()])
        method, words = ("action_approve", []) if self.rng.random() < 0.85 else ("action_reject", ["Not now"])
        return (who, f"role {method}", "ai.close.role.grant", method, [[record], *words])

    def reopen(self) -> Call | None:
        """Ask to open a locked month for some people, for an hour or for some seconds."""
        record = self.some("SELECT id FROM ai_close WHERE state = 'locked'")
        if record is None:
            return None
        until = datetime.now(UTC) + timedelta(seconds=self.rng.choice([8, 30, 3600]))
        named = self.rng.sample(BOOKKEEPERS, self.rng.randint(1, 2))
        users = [self.world.facts["users"][login] for login in named]
        values = {
            "close_id": record, "user_ids": [[6, 0, users]], "reason": "A bill came late, of last month",
            "until": f"{until:%Y-%m-%d %H:%M:%S}", "limited": self.rng.random() < 0.1,
        }  # fmt: skip
        who = self.rng.choice([*self.rights.who("reviewer", "controller"), self.anybody()])
        return (who, "ask reopen", "ai.close.reopen.ask", "create+action_ask", [values])

    def decide_lock(self) -> Call | None:
        """Decide on any request that waits: a lock date, an exception, a reopen."""
        record = self.some("SELECT id FROM ai_close_lock WHERE state = 'requested'")
        if record is None:
            return None
        who = self.rng.choice([*self.rights.who("controller") * 2, self.anybody()])
        method, words = ("action_approve", []) if self.rng.random() < 0.85 else ("action_reject", ["Not now"])
        return (who, f"lock {method}", "ai.close.lock", method, [[record], *words])

    def late(self) -> Call | None:
        """Post into a month that is open again, as anybody; or end the window."""
        open_now = self.world.rows(
            "SELECT close.period_start, request.id, named.user_id FROM ai_close_lock request"
            " JOIN ai_close close ON close.id = request.close_id"
            " JOIN ai_close_reopen_user named ON named.lock_id = request.id"
            " WHERE request.kind = 'reopen' AND request.state = 'applied' ORDER BY request.id, named.user_id"
        )
        if not open_now:
            return None
        window = self.rng.choice(open_now)
        if self.rng.random() < 0.15:
            words = "Done with it"
            return (
                self.anybody(),
                "end window",
                "ai.close.lock",
                "action_end_early",
                [[window["id"]], words],
            )
        month = f"{window['period_start']:%Y-%m}"
        named = self.rights.logins.get(window["user_id"])
        who = self.rng.choice([named, named, self.anybody()])
        values = self.work.entry_values(self.work.day(month), 77.0, partner=self.rng.random() < 0.5)
        return (who, f"late in {month}", "account.move", "create+action_post", [values])

    def relock(self) -> Call:
        """Odoo's scheduler looks for windows that ended."""
        cron = self.world.facts["relock"]
        return ("admin", "scheduler", "ir.cron", "method_direct_trigger", [[cron]])

    def sign_report(self) -> Call | None:
        """Sign the report of a window that ended."""
        record = self.some("SELECT id FROM ai_close_reopen_report WHERE state <> 'signed'")
        if record is None:
            return None
        return (self.anybody(), "sign report", "ai.close.reopen.report", "action_sign", [[record]])

    def delegate(self) -> Call:
        """Ask a colleague to take one's steps for some days."""
        absent, delegate = self.rng.sample(sorted(ROLES), 2)
        today = datetime.now(UTC).date()
        values = {
            "from_id": self.world.facts["users"][absent], "to_id": self.world.facts["users"][delegate],
            "company_id": self.world.facts["company"], "role": self.rng.choice(["all", *ROLES[absent]][:2]),
            "date_from": today.isoformat(), "date_to": (today + timedelta(days=3)).isoformat(),
            "reason": "leave",
        }  # fmt: skip
        if values["role"] == "auditor":
            values["role"] = "all"
        return (self.rng.choice([absent, self.anybody()]), f"delegate {absent} to {delegate}",
                "ai.close.delegation", "create+action_ask", [values])  # fmt: skip

    def accept(self) -> Call | None:
        """Accept, decline or end a delegation: the delegate, or anybody."""
        found = self.world.rows(
            "SELECT id, to_id FROM ai_close_delegation WHERE state IN ('asked', 'accepted') ORDER BY id"
        )
        if not found:
            return None
        asked = self.rng.choice(found)
        who = self.rng.choice([self.rights.logins[asked["to_id"]], self.anybody()])
        method = self.rng.choice(["action_accept", "action_accept", "action_end", "action_decline"])
        words = ["Away myself"] if method == "action_decline" else []
        return (who, f"delegation {method}", "ai.close.delegation", method, [[asked["id"]], *words])
