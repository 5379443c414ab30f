"""What has to hold after each act of a year, whoever did what; each rule returns sentences of what broke."""

from decimal import Decimal

from tests.controls.people import Answer
from tests.year.observer import Observer, Seen, chains
from tests.year.rights import Rights
from tests.year.tables import (
    DERIVED,
    LOCK_FIELDS,
    SIGNATURES,
    TABLES,
    UNDECIDED_ENTRY,
    UNDECIDED_FINDING,
)
from tests.year.world import World

# What the server does by itself once a window has ended.
BY_TIME = ("close.relock",)
# What a guard says; anything else that the server answers is a fault of its own.
SAID = ("odoo.exceptions.", "odoo.addons.ai_close.models.refusal.")
_MAKERS = """
    SELECT prepared_by_id AS uid FROM ai_close_entry
     WHERE close_id = %(close)s AND state IN ('posted', 'reversed') AND prepared_by_id IS NOT NULL
    UNION SELECT editor.res_users_id FROM ai_close_entry_editor editor
      JOIN ai_close_entry entry ON entry.id = editor.ai_close_entry_id
     WHERE entry.close_id = %(close)s AND entry.state IN ('posted', 'reversed')
"""
# An exception that another person approved, or the window of a reopen that names this person and this period.
_OPEN = """
    SELECT exception.id FROM account_lock_exception exception
      JOIN ai_close_lock request ON request.state IN ('applied', 'expired')
       AND request.company_id = exception.company_id AND request.approved_by_id <> request.requested_by_id
       AND request.approved_by_id <> exception.user_id
      LEFT JOIN ai_close close ON close.id = request.close_id
     WHERE exception.company_id = %(company)s AND exception.user_id = %(user)s AND (
           (request.kind = 'exception' AND request.exception_user_id = exception.user_id
            AND request.date_new IS NOT DISTINCT FROM exception.lock_date)
        OR (request.kind = 'reopen' AND exception.ai_close_lock_id = request.id
            AND %(date)s BETWEEN close.period_start AND close.period_end
            AND EXISTS (SELECT 1 FROM ai_close_reopen_user named
                         WHERE named.lock_id = request.id AND named.user_id = exception.user_id)))
       AND exception.end_datetime > now() AT TIME ZONE 'utc' - interval '5 seconds'
       AND (exception.active OR exception.write_date > now() AT TIME ZONE 'utc' - interval '5 seconds')
       AND (exception.lock_date IS NULL OR exception.lock_date < %(date)s)
"""
_GRANT = """
    SELECT grants.requested_by_id, grants.approved_by_id, grants.user_id FROM ai_close_role_grant grants
     WHERE grants.id = ANY(%s) AND grants.user_id = %s AND grants.role = %s AND grants.kind = %s
"""

_TASKS_LEFT = """
    SELECT code AS name, 'ai.close.task:' || id AS key FROM ai_close_task
     WHERE close_id = %s AND state NOT IN ('signed', 'not_applicable')
"""
_ENTRIES_LEFT = """
    SELECT key AS name, 'ai.close.entry:' || id AS key FROM ai_close_entry
     WHERE close_id = %s AND state = ANY(%s)
"""
_FINDINGS_LEFT = """
    SELECT title AS name, CASE severity WHEN 'high' THEN 'ai.close.finding:' || id END AS key
      FROM ai_close_finding WHERE close_id = %s AND severity IN ('critical', 'high') AND state = ANY(%s)
"""
_DRAFTS_LEFT = """
    SELECT coalesce(ref, id::text) AS name, 'account.move:' || id AS key FROM account_move
     WHERE state = 'draft' AND company_id = %s AND date BETWEEN %s AND %s
"""
_ITEMS = """
    SELECT item.key, item.amount, item.amount_known, item.named_by_id, item.accepted_by_id, item.code,
           request.approved_by_id, request.requested_by_id, request.second_by_id
      FROM ai_close_open_item item JOIN ai_close_lock request ON request.id = item.lock_id
     WHERE item.lock_id = ANY(%s) AND item.state <> 'dropped'
"""
_MATERIALITY = "SELECT params->>'materiality' AS text FROM ai_close_policy WHERE state = 'in_force'"


class Rules:
    """All rules, with what they need to remember."""

    def __init__(self, world: World, rights: Rights, observer: Observer) -> None:
        """Keep who knows what."""
        self.world, self.rights, self.observer = world, rights, observer

    def broken(self, seen: Seen, answers: list[Answer]) -> list[str]:
        """Return everything that is not as it has to be after an act."""
        return [
            *self.faults(answers),
            *self.states(seen),
            *self.signatures(seen),
            *self.changed_roles(seen),
            *self.lock_dates(seen),
            *self.locked_closes(seen),
            *self.posted(seen),
            *self.sign_offs(seen),
            *self.policies(seen),
            *self.stale(),
        ]

    def faults(self, answers: list[Answer]) -> list[str]:
        """A refusal is a sentence, never a fault of the server."""
        return [
            f"FAULT: {answer.error}: {answer.message[:300]}"
            for answer in answers
            if not answer.ok and not answer.error.startswith(SAID)
        ]

    def states(self, seen: Seen) -> list[str]:
        """No state that the design does not name, no way between two without its event."""
        told, found = chains(seen), []
        for key, state in seen.after.states.items():
            if key[0] in DERIVED:
                continue
            was = seen.before.states.get(key)
            first, ways = TABLES.get(key[0], (None, None))
            if was == state and key not in told:
                continue
            steps = told.get(key, [])
            start = was or (steps[0][0] if steps else state)
            if was is None and first is not None and start not in first:
                found.append(f"STATE: {key} began as {start}")
            here = start
            for old, new in steps:
                if old != here:
                    found.append(f"STATE: {key} was {here}, and its event says {old}")
                if ways is not None and (old, new) not in ways:
                    found.append(f"STATE: {key} went from {old} to {new}, a way that there is not")
                here = new
            if here != state:
                found.append(f"STATE: {key} is {state}, and the trail leaves it as {here}")
        gone = seen.before.states.keys() - seen.after.states.keys()
        return found + [f"STATE: {key} is gone" for key in gone if key[0] in TABLES]

    def signatures(self, seen: Seen) -> list[str]:
        """Who signed is there, is a person, and has the right at this moment."""
        found = []
        for event in seen.events:
            roles = SIGNATURES.get(event["action"])
            if roles is None or event["refusal_code"]:
                continue
            login = self.rights.logins.get(event["user_id"])
            told = f"{event['action']} of {event['model']} {event['res_id']}"
            if event["role"] == "server" and event["action"] in BY_TIME:
                continue
            asked = event["before"].get("requested_by_id")
            if asked and event["after"].get("requested_by_id", asked) not in (asked, False):
                found.append(f"RIGHTS: {told} writes another name over who asked")
            if login != seen.actor:
                found.append(f"RIGHTS: {told} bears the name of {login}, and {seen.actor} acted")
            elif event["role"] in ("agent", "server") or not self.rights.of(login) & roles:
                found.append(f"RIGHTS: {told} by {login} as {event['role']}, who has {self.rights.of(login)}")
        return found

    def changed_roles(self, seen: Seen) -> list[str]:
        """A role is given and taken by two people, of whom one is a controller himself."""
        found = []
        applied = seen.changed("ai_close_role_grant", "applied")
        now, _away = self.rights.now()
        for login, had in self.rights.roles.items():
            for role in had ^ now[login]:
                kind = "grant" if role in now[login] else "revoke"
                rows = self.world.rows(_GRANT, applied, self.world.facts["users"][login], role, kind)
                told = f"{kind} of {role} for {login}"
                if not rows:
                    found.append(f"ROLES: {told} without its request")
                for row in rows:
                    approver = self.rights.logins.get(row["approved_by_id"])
                    same = {row["requested_by_id"], row["user_id"] if kind == "grant" else None}
                    if row["approved_by_id"] in same or approver != seen.actor:
                        found.append(f"ROLES: {told} approved by {approver}, who took part in it")
                    elif "controller" not in self.rights.own(approver):
                        found.append(f"ROLES: {told} approved by {approver}, who is no controller")
        return found

    def lock_dates(self, seen: Seen) -> list[str]:
        """A lock date moves forward, and by its request, which another person approved."""
        found = []
        for company, now in seen.after.locks.items():
            was = seen.before.locks.get(company, now)
            for field in LOCK_FIELDS:
                if was[field] == now[field]:
                    continue
                told = f"{field} of company {company} from {was[field]} to {now[field]}"
                if now[field] is None or (was[field] and now[field] < was[field]):
                    found.append(f"LOCK: {told} moved back")
                found += self._request_behind(seen, company, field, now[field], told)
        return found

    def _request_behind(self, seen: Seen, company: int, field: str, date, told: str) -> list[str]:
        requests = self.world.rows(
            "SELECT id, requested_by_id, approved_by_id, close_id FROM ai_close_lock WHERE company_id = %s"
            " AND field = %s AND date_new = %s AND state = 'applied' AND kind = 'lock'",
            company, field, date,
        )  # fmt: skip
        requests = [row for row in requests if row["id"] in seen.changed("ai_close_lock", "applied")]
        if not requests:
            return [f"LOCK: {told} without an approved request"]
        (request,) = requests
        found = []
        makers = {row["uid"] for row in self.world.rows(_MAKERS, close=request["close_id"])}
        approver = self.rights.logins.get(request["approved_by_id"])
        if request["approved_by_id"] in {request["requested_by_id"], None} | makers:
            found.append(f"LOCK: {told} approved by {approver}, who took part in it")
        if approver != seen.actor or "controller" not in self.rights.of(approver):
            found.append(f"LOCK: {told} approved by {approver}, and {seen.actor} acted")
        lent = self.rights.lent(approver)
        if "controller" not in self.rights.own(approver):
            givers = {giver for giver, roles in lent.items() if "controller" in roles}
            taken = makers | {request["requested_by_id"]}
            if givers and all(self.world.facts["users"][giver] in taken for giver in givers):
                found.append(f"LOCK: {told} approved in the name of who took part in it")
        actions = {event["action"] for event in seen.events if not event["refusal_code"]}
        missing = {"lock.approve", "lock.apply", "company.lock_date"} - actions
        return found + [f"LOCK: {told} without its event {each}" for each in sorted(missing)]

    def locked_closes(self, seen: Seen) -> list[str]:
        """What is locked was finished: no task, proposal, draft or finding was left behind."""
        found = []
        applied = seen.changed("ai_close_lock", "applied")
        for close_id in seen.changed("ai_close", "locked"):
            (close,) = self.world.rows("SELECT * FROM ai_close WHERE id = %s", close_id)
            lock = self.world.rows(
                "SELECT id FROM ai_close_lock WHERE close_id = %s AND id = ANY(%s)", close_id, applied
            )
            if not lock:
                if seen.before.states.get(("ai_close", close_id)) != "reopened":
                    found.append(f"CLOSE: {close['name']} is locked without its request")
                continue
            period = (close["company_id"], close["period_start"], close["period_end"])
            left = {
                "task": (_TASKS_LEFT, (close_id,)),
                "entry": (_ENTRIES_LEFT, (close_id, list(UNDECIDED_ENTRY))),
                "finding": (_FINDINGS_LEFT, (close_id, list(UNDECIDED_FINDING))),
                "draft": (_DRAFTS_LEFT, period),
            }
            items = self.world.rows(_ITEMS, [row["id"] for row in lock])
            named = {item["key"] for item in items}
            for kind, (text, values) in left.items():
                found += [f"CLOSE: {close['name']} locked with {kind} {row['name']}, which nobody named"
                          for row in self.world.rows(text, *values) if row["key"] not in named]  # fmt: skip
            found += self._left_open(close, items)
            found += self._list_of(close)
        return found

    def _left_open(self, close: dict, items: list[dict]) -> list[str]:
        """What stays open was named by one person and accepted by another; above materiality by two."""
        found, told = [], f"CLOSE: {close['name']} left open"
        for item in items:
            if item["accepted_by_id"] in (None, item["named_by_id"]):
                found.append(f"{told} {item['key']}, accepted by who named it")
            if item["approved_by_id"] == item["named_by_id"]:
                found.append(f"{told} {item['key']}, and who named it approved the lock")
        if not items:
            return found
        (policy,) = self.world.rows(_MATERIALITY)
        known = sum((abs(item["amount"]) for item in items if item["amount_known"]), Decimal(0))
        unknown = any(not item["amount_known"] for item in items)
        if unknown or known > Decimal(policy["text"]):
            second = items[0]["second_by_id"]
            others = {items[0]["approved_by_id"], items[0]["requested_by_id"]}
            others |= {item["named_by_id"] for item in items}
            if second is None or second in others:
                found.append(f"{told} {known} without a second controller")
        return found

    def policies(self, seen: Seen) -> list[str]:
        """A version comes into force by a controller who had no part in it; one is in force at any time."""
        found = []
        for version_id in seen.changed("ai_close_policy", "in_force"):
            (version,) = self.world.rows("SELECT * FROM ai_close_policy WHERE id = %s", version_id)
            makers = {row["res_users_id"] for row in self.world.rows(
                "SELECT res_users_id FROM ai_close_policy_editor WHERE ai_close_policy_id = %s", version_id
            )} | {version["proposed_by_id"], version["drafted_by_id"]}  # fmt: skip
            if version["approved_by_id"] in {None, *makers}:
                found.append(f"POLICY: version {version['version']} approved by who made it")
        holding = [key for key, state in seen.after.states.items()
                   if key[0] == "ai_close_policy" and state == "in_force"]  # fmt: skip
        return found + ([f"POLICY: {len(holding)} versions are in force"] if len(holding) != 1 else [])

    def _list_of(self, close: dict) -> list[str]:
        """The list of manual entries was signed after the last of them, by a stranger to all."""
        rows = [
            (ident, move) for ident, move in self.observer.picture.posted.items()
            if move["company_id"] == close["company_id"] and not move["ai_close_entry_id"]
            and close["period_start"] <= move["date"] <= close["period_end"]
        ]  # fmt: skip
        if not rows:
            return []
        signed = self.world.rows(
            "SELECT id, state, signed_by_id FROM ai_close_manual_list WHERE close_id = %s", close["id"]
        )
        if not signed or signed[0]["state"] != "signed":
            return [f"CLOSE: {close['name']} locked, its manual entries not signed"]
        hands = {move[name] for _ident, move in rows for name in ("create_uid", "ai_close_posted_by")}
        if signed[0]["signed_by_id"] in hands:
            return [f"CLOSE: the manual entries of {close['name']} are signed by who made some"]
        return []

    def posted(self, seen: Seen) -> list[str]:
        """Nothing is posted, changed or taken back in a locked period but by an open exception."""
        found = []
        uid = self.world.facts["users"][seen.actor]
        for old, new in seen.ledger():
            for move in filter(None, (old, new)):
                company = move["company_id"]
                locked = seen.before.locks[company]
                until = max(
                    filter(None, (locked["fiscalyear_lock_date"], locked["hard_lock_date"])), default=None
                )
                if until is None or move["date"] > until:
                    continue
                hard = locked["hard_lock_date"] and move["date"] <= locked["hard_lock_date"]
                may = self.world.rows(_OPEN, company=company, user=uid, date=move["date"])
                if hard or not may:
                    found.append(
                        f"LEDGER: entry of {move['date']} changed by {seen.actor}; locked to {until}"
                    )
        return found

    def sign_offs(self, seen: Seen) -> list[str]:
        """Nobody signs off what he prepared himself, of no kind."""
        found = []
        for task_id in seen.changed("ai_close_task", "signed"):
            (task,) = self.world.rows("SELECT * FROM ai_close_task WHERE id = %s", task_id)
            if task["signed_by_id"] in (None, task["prepared_by_id"], self.world.facts["users"]["robot"]):
                found.append(f"DUTIES: task {task['code']} is signed by {task['signed_by_id']}, its preparer")
        for entry_id in seen.changed("ai_close_entry", "posted"):
            (entry,) = self.world.rows("SELECT * FROM ai_close_entry WHERE id = %s", entry_id)
            people = [entry[name] for name in ("prepared_by_id", "reviewed_by_id", "approved_by_id")]
            if None in people or len(set(people)) < len(people):
                found.append(f"DUTIES: entry {entry['key']} is posted by {people}")
        for finding_id in seen.changed("ai_close_finding", "waived"):
            (finding,) = self.world.rows("SELECT * FROM ai_close_finding WHERE id = %s", finding_id)
            two = {finding["waive_requested_by_id"], finding["waived_by_id"]} - {None}
            if finding["severity"] in ("critical", "high") and len(two) < 2:
                found.append(f"DUTIES: finding {finding['rule']} is waived by one person")
        return found

    def stale(self) -> list[str]:
        """No sign-off stands that was given before its data changed."""
        found = []
        tasks = self.world.rows(
            "SELECT task.id, task.code, task.watches, close.name, close.period_end,"
            # a locked period keeps its signatures when an earlier one changes: it gets a mark to judge
            "       CASE WHEN close.state = 'locked' THEN close.period_start END AS first"
            "  FROM ai_close_task task JOIN ai_close close ON close.id = task.close_id"
            " WHERE task.state = 'signed' AND task.watches IN ('ledger', 'partner')"
        )
        for task in tasks:
            number = self.observer.signed.get(task["id"], 0)
            partner = task["watches"] == "partner"
            if self.observer.changed_since(number, task["first"], task["period_end"], partner=partner):
                found.append(f"STALE: {task['code']} of {task['name']} is signed, and its data changed since")
        lists = self.world.rows(
            "SELECT list.id, close.name, close.period_start, close.period_end, close.company_id"
            "  FROM ai_close_manual_list list JOIN ai_close close ON close.id = list.close_id"
            " WHERE list.state = 'signed'"
        )
        for each in lists:
            number = self.observer.lists.get(each["id"], 0)
            if self.observer.manual_since(number, each["period_start"], each["period_end"]):
                found.append(f"STALE: the list of {each['name']} is signed, and an entry changed since")
        return found
