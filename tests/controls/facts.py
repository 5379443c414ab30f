"""What the untouched world says, looked up once: what is locked, what is approved, what is evidence."""

from collections import defaultdict
from dataclasses import dataclass

from tests.controls.world import World

_SECURE_GROUP = """
    SELECT res_id FROM pristine.ir_model_data
     WHERE module = 'account' AND name = 'group_account_secured' AND model = 'res.groups'"""
FINAL_ENTRY_STATES = ("approved", "posted", "reversed")


@dataclass
class Before:
    """The state that no attempt may change without a right."""

    guarded: set[int]
    locked_to: dict[int, str]
    moves: dict[int, dict]
    final_entries: set[int]
    evidence: dict[int, set[int]]
    signed_tasks: set[int]
    locked_accounts: set[int]
    partner_of: dict[int, int]
    email_of: dict[int, str]
    manual: dict[int, float]
    secure_group: set[int]
    forms: set[str]

    @classmethod
    def of(cls, world: World) -> "Before":
        """Read the world before anybody attempts anything."""
        rows, one = world.database.rows, world.database.one
        locked = dict(
            rows("SELECT id, greatest(fiscalyear_lock_date, hard_lock_date)::text FROM pristine.res_company")
        )
        guarded = {each for (each,) in rows("SELECT id FROM pristine.res_company WHERE ai_close_enabled")}
        moves = {
            row[0]: {"state": row[1], "date": row[2], "company_id": row[3], "entry": row[4]}
            for row in rows(
                "SELECT id, state, date::text, company_id, ai_close_entry_id FROM pristine.account_move"
            )
        }
        evidence = rows(
            "SELECT DISTINCT a.ir_attachment_id, t.id FROM pristine.ai_close_task t"
            " LEFT JOIN pristine.ai_close_task_ir_attachment_rel a ON a.ai_close_task_id = t.id"
            " WHERE t.state = 'signed'"
        )
        files = defaultdict(set)
        for file, task in evidence:
            files[file].add(task)
        accounts = defaultdict(set)
        for account, company, day in rows(
            "SELECT DISTINCT account_id, company_id, date::text FROM pristine.account_move_line"
            " WHERE parent_state = 'posted' AND account_id IS NOT NULL"
        ):
            if company in guarded and locked.get(company) and day <= locked[company]:
                accounts[company].add(account)
        people = rows(
            "SELECT u.id, u.partner_id, p.email FROM pristine.res_users u"
            " JOIN pristine.res_partner p ON p.id = u.partner_id"
        )
        assert one("SELECT count(*) FROM pristine.ai_close_task WHERE state = 'signed'")
        return cls(
            guarded=guarded,
            locked_to={each: day for each, day in locked.items() if day},
            moves=moves,
            final_entries={
                each
                for (each,) in rows(
                    "SELECT id FROM pristine.ai_close_entry WHERE state = ANY(%s)", list(FINAL_ENTRY_STATES)
                )
            },
            evidence=files,
            signed_tasks={task for _each, task in evidence},
            locked_accounts=set().union(*accounts.values()) if accounts else set(),
            partner_of={user: partner for user, partner, _email in people},
            email_of={partner: email or "" for _user, partner, email in people},
            manual={
                journal: float(params["manual"]["amount"])
                for (params,) in rows("SELECT params FROM pristine.ai_close_policy WHERE state = 'in_force'")
                for journal in (params.get("manual") or {"journals": ()})["journals"]
            },
            # Wizards: rows that hold what somebody typed and nothing else.
            forms={facts["table"] for facts in world.registry.values() if facts["transient"]},
            secure_group={each for (each,) in rows(_SECURE_GROUP)},
        )

    def is_locked(self, company: int | None, day: str | None) -> bool:
        """Tell whether a guarded company's books are locked on a day."""
        return bool(
            company in self.guarded and day and self.locked_to.get(company) and day <= self.locked_to[company]
        )

    def posted_locked(self, move: int | None) -> bool:
        """Tell whether an entry stood posted in a locked period."""
        known = self.moves.get(move or 0)
        return bool(
            known and known["state"] == "posted" and self.is_locked(known["company_id"], known["date"])
        )

    def approved_move(self, move: int | None) -> bool:
        """Tell whether an entry was posted from a staged one."""
        known = self.moves.get(move or 0)
        return bool(known and known["entry"] and known["state"] == "posted")
