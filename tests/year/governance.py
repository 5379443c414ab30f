"""What people decide about the close itself: items that stay open at a lock, and versions of the policy."""

from datetime import UTC, datetime, timedelta
from random import Random

from tests.year.rights import Rights
from tests.year.work import Call, Work
from tests.year.world import World

_OPEN = """
    SELECT 'account.move:' || id AS key FROM account_move
     WHERE state = 'draft' AND company_id = %(company)s AND date BETWEEN %(start)s AND %(end)s
    UNION ALL SELECT 'ai.close.task:' || id FROM ai_close_task
     WHERE close_id = %(close)s AND state NOT IN ('signed', 'not_applicable')
    UNION ALL SELECT 'ai.close.finding:' || id FROM ai_close_finding
     WHERE close_id = %(close)s AND severity = 'high' AND state NOT IN ('waived', 'closed')
    UNION ALL SELECT 'ai.close.entry:' || id FROM ai_close_entry
     WHERE close_id = %(close)s AND state IN ('proposed', 'prepared', 'reviewed', 'approved', 'stale')
    UNION ALL SELECT item.key FROM ai_close_open_item item
     WHERE item.carried_to_close_id = %(close)s AND item.state = 'open'
"""


class Governance:
    """Anybody names, accepts, drafts, proposes and decides."""

    def __init__(self, world: World, rights: Rights, work: Work, rng: Random) -> None:
        """Keep the world and the dice."""
        self.world, self.rights, self.work, self.rng = world, rights, work, rng

    def _one(self, role: str, who: list[str]) -> str:
        return self.rng.choice([*self.rights.who(role) * 2, self.rng.choice(who)])

    # -- items that stay open

    def name_items(self, who: list[str]) -> Call | None:
        """Name everything that is open now, or a part of it, on the draft of a request."""
        found = self.world.rows(
            "SELECT request.id, close.id AS close, close.company_id AS company, period_start AS start,"
            " period_end AS end FROM ai_close_lock request JOIN ai_close close ON close.id = request.close_id"
            " WHERE request.state = 'draft' AND request.kind = 'lock' ORDER BY request.id DESC LIMIT 1"
        )
        if not found:
            return None
        lock = found[0]
        keys = [row["key"] for row in self.world.rows(_OPEN, **lock)]
        if self.rng.random() < 0.3:
            keys = self.rng.sample(keys, self.rng.randint(0, len(keys)))
        number = self.rng.randint(1, 10**6)
        reasons = dict.fromkeys(keys, f"The vendor answers next month ({number})")
        return (self._one("reviewer", who), "name items", "ai.close.lock", "action_name_items",
                [[lock["id"]], reasons])  # fmt: skip

    def accept_items(self, who: list[str]) -> Call | None:
        """Accept what a request leaves open, as a second controller or as anybody."""
        found = self.world.rows(
            "SELECT request.id FROM ai_close_lock request WHERE request.state = 'requested' AND EXISTS ("
            "SELECT 1 FROM ai_close_open_item item WHERE item.lock_id = request.id AND item.state = 'named')"
        )
        if not found:
            return None
        lock = self.rng.choice(found)["id"]
        return (self._one("controller", who), "accept items", "ai.close.lock", "action_accept_items",
                [[lock]])  # fmt: skip

    # -- versions of the policy

    def _version(self, *states: str) -> int | None:
        found = self.world.rows(
            "SELECT id FROM ai_close_policy WHERE state = ANY(%s) ORDER BY version DESC LIMIT 1", list(states)
        )
        return found[0]["id"] if found else None

    def policy(self, who: list[str]) -> Call | None:
        """Take the policy one step on, or try to."""
        open_now = self.world.rows(
            "SELECT id, state, params FROM ai_close_policy WHERE state IN ('draft', 'proposed', 'approved')"
        )
        if not open_now:
            version = self._version("in_force")
            return version and (
                self._one("reviewer", who), "draft policy", "ai.close.policy", "action_draft_next",
                [[version]],
            )  # fmt: skip
        version = open_now[0]
        step = {"draft": self._draft, "proposed": self._proposed, "approved": self._approved}[
            version["state"]
        ]
        return step(version["id"], who)

    def _draft(self, version: int, who: list[str]) -> Call:
        dice = self.rng.random()
        if dice < 0.45:
            values = {"materiality": float(self.rng.randint(1000, 9000))}
            return (self._one("reviewer", who), "edit policy", "ai.close.policy.edit",
                    "edit+action_save", [version, values])  # fmt: skip
        if dice < 0.9:
            ahead = self.rng.choice([0, 0, 0, 3, -1])
            day = (datetime.now(UTC).date() + timedelta(days=ahead)).isoformat()
            return (self._one("reviewer", who), "propose policy", "ai.close.policy", "action_propose",
                    [[version], "Materiality follows the budget", day])  # fmt: skip
        return (self._one("reviewer", who), "discard policy", "ai.close.policy", "action_discard",
                [[version], "Not needed"])  # fmt: skip

    def _proposed(self, version: int, who: list[str]) -> Call:
        method = self.rng.choice(["action_approve"] * 4 + ["action_reject", "action_take_back"])
        words = [] if method == "action_approve" else ["Thought about it once more"]
        return (self._one("controller", who), f"policy {method}", "ai.close.policy", method,
                [[version], *words])  # fmt: skip

    def _approved(self, version: int, who: list[str]) -> Call:
        return (self._one("controller", who), "withdraw policy", "ai.close.policy", "action_withdraw",
                [[version], "Thought about it once more"])  # fmt: skip
