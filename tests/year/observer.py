"""Looks at the database from outside, after each act: what changed, and who the trail says did it."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from tests.year.tables import LOCK_FIELDS
from tests.year.world import World

_MOVES = """
    SELECT move.id, move.date, move.company_id, move.move_type, move.create_uid, move.ai_close_entry_id,
           move.ai_close_posted_by,
           md5(string_agg(concat_ws('|', line.account_id, line.partner_id, line.balance, line.date), ';'
                          ORDER BY line.id)) AS digest,
           bool_or(account.account_type IN ('asset_receivable', 'liability_payable')) AS partner
      FROM account_move move
      LEFT JOIN account_move_line line ON line.move_id = move.id
      LEFT JOIN account_account account ON account.id = line.account_id
     WHERE move.state = 'posted' GROUP BY move.id
"""
_EVENTS = """
    SELECT id, action, user_id, role, model, res_id, before, after, evidence, refusal_code
      FROM ai_close_audit WHERE id > %s ORDER BY id
"""
_TABLES = r"""
    SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'state'
     WHERE relkind = 'r' AND relname LIKE 'ai\_close%%' ORDER BY relname
"""


@dataclass
class Picture:
    """The database at one moment."""

    states: dict[tuple[str, int], str]
    locks: dict[int, dict]
    posted: dict[int, dict]


@dataclass
class Seen:
    """What one act did: the pictures before and after it, and the events between."""

    number: int
    actor: str
    before: Picture
    after: Picture
    events: list[dict]

    def changed(self, table: str, to: str) -> list[int]:
        """Return the records of a table that are in this state now and were not before."""
        return [
            key[1]
            for key, state in self.after.states.items()
            if key[0] == table and state == to and self.before.states.get(key) != to
        ]

    def ledger(self) -> list[tuple[dict | None, dict | None]]:
        """Return (before, after) of each posted entry that came, went or changed."""
        ids = self.before.posted.keys() | self.after.posted.keys()
        pairs = [(self.before.posted.get(each), self.after.posted.get(each)) for each in sorted(ids)]
        return [(old, new) for old, new in pairs if _content(old) != _content(new)]


def _content(move: dict | None) -> tuple | None:
    return move and (move["date"], move["company_id"], move["digest"])


@dataclass
class Observer:
    """Takes a picture after each act and keeps what later checks have to remember."""

    world: World
    number: int = 0
    # (number of the act, first day that it touched, partner account?) of each change of posted entries
    changes: list[tuple[int, object, bool]] = field(default_factory=list)
    manual: list[tuple[int, set]] = field(default_factory=list)
    # task -> number of the act that signed it
    signed: dict[int, int] = field(default_factory=dict)
    lists: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = [row["relname"] for row in self.world.rows(_TABLES)]
        self.last_event = self.world.rows("SELECT coalesce(max(id), 0) AS id FROM ai_close_audit")[0]["id"]
        self.picture = self._look()

    def _look(self) -> Picture:
        states = {}
        text = " UNION ALL ".join(
            f"SELECT '{name}' AS name, id, state::text FROM {name}" for name in self.tables
        )
        for row in self.world.rows(text):
            states[row["name"], row["id"]] = row["state"]
        locks = self.world.rows(f"SELECT id, {', '.join(LOCK_FIELDS)} FROM res_company")
        return Picture(
            states, {row["id"]: row for row in locks}, {row["id"]: row for row in self.world.rows(_MOVES)}
        )

    def look(self, actor: str) -> Seen:
        """Return what happened since the last look."""
        self.number += 1
        events = self.world.rows(_EVENTS, self.last_event)
        for event in events:
            for name in ("before", "after", "evidence"):
                event[name] = json.loads(event[name]) if event[name] else {}
        if events:
            self.last_event = events[-1]["id"]
        former, self.picture = self.picture, self._look()
        seen = Seen(self.number, actor, former, self.picture, events)
        for old, new in seen.ledger():
            day = min(move["date"] for move in (old, new) if move)
            partner = any(move["partner"] for move in (old, new) if move)
            self.changes.append((self.number, day, partner))
            if not any(move["ai_close_entry_id"] for move in (old, new) if move):
                self.manual.append((self.number, {move["date"] for move in (old, new) if move}))
        for task in seen.changed("ai_close_task", "signed"):
            self.signed[task] = self.number
        for each in seen.changed("ai_close_manual_list", "signed"):
            self.lists[each] = self.number
        return seen

    def changed_since(self, number: int, first, until, *, partner: bool) -> bool:
        """Tell whether posted entries of some days (first None: of any before) changed after an act."""
        return any(
            when > number and day <= until and (first is None or day >= first) and (touched or not partner)
            for when, day, touched in self.changes
        )

    def manual_since(self, number: int, first, last) -> bool:
        """Tell whether a manual entry of these days changed after an act."""
        return any(when > number and any(first <= day <= last for day in days) for when, days in self.manual)


def chains(seen: Seen) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Return, by record, the ways between states that the trail tells of."""
    found = defaultdict(list)
    for event in seen.events:
        if event["model"] and not event["refusal_code"] and "state" in event["after"]:
            was = event["before"].get("state")
            if was is not None:
                table = event["model"].replace(".", "_")
                found[table, event["res_id"]].append((was, event["after"]["state"]))
    return found
