"""Which records attempts aim at: a few of each model in each state, period and company."""

from dataclasses import dataclass
from random import Random

from tests.controls.world import HARD_LOCK, SOFT_LOCK, World

_PERIOD = (
    "CASE WHEN {0} <= '"
    + HARD_LOCK
    + "' THEN 'hard' WHEN {0} <= '"
    + SOFT_LOCK
    + "' THEN 'soft' ELSE 'open' END"
)
# How the records of Odoo's own models are told apart; ours are told apart by company and state.
_GROUPS = {
    "account.move": (
        "account_move t",
        "t.company_id, t.state, t.move_type, t.ai_close_entry_id IS NOT NULL,"
        " t.statement_line_id IS NOT NULL, " + _PERIOD.format("t.date"),
    ),
    "account.move.line": (
        "account_move_line t JOIN account_move m ON m.id = t.move_id",
        "t.company_id, t.parent_state, m.ai_close_entry_id IS NOT NULL, t.reconciled,"
        " m.move_type, " + _PERIOD.format("t.date"),
    ),
    "account.partial.reconcile": (
        "account_partial_reconcile t",
        "t.company_id, " + _PERIOD.format("t.max_date"),
    ),
    "account.full.reconcile": ("account_full_reconcile t", "1"),
    "account.bank.statement.line": (
        "account_bank_statement_line t JOIN account_move m ON m.id = t.move_id",
        "t.company_id, t.is_reconciled, " + _PERIOD.format("m.date"),
    ),
    "res.company": ("res_company t", "t.id"),
    "mail.activity": ("mail_activity t", "t.res_model"),
    "mail.message": ("mail_message t", "t.model, t.author_id, t.message_type"),
    "ir.attachment": (
        "ir_attachment t LEFT JOIN ai_close_task k ON k.id = t.res_id AND t.res_model = 'ai.close.task'",
        "t.res_model, k.state",
    ),
    "account.account": ("account_account t", "t.account_type, t.reconcile"),
    "account.journal": ("account_journal t", "t.company_id, t.type"),
    "account.payment": ("account_payment t", "t.company_id, t.state"),
    "ai.close.audit": ("ai_close_audit t", "t.company_id, t.model"),
    "ai.close.entry.line": (
        "ai_close_entry_line t JOIN ai_close_entry e ON e.id = t.entry_id",
        "e.company_id, e.state",
    ),
    "ai.close.entry.source": (
        "ai_close_entry_source t JOIN ai_close_entry e ON e.id = t.entry_id",
        "e.company_id, e.state",
    ),
    "ai.close.match.line": (
        "ai_close_match_line t JOIN ai_close_match e ON e.id = t.match_id",
        "e.company_id, e.state",
    ),
    "ai.close.match.item": (
        "ai_close_match_item t JOIN ai_close_match e ON e.id = t.match_id",
        "e.company_id, e.state",
    ),
}
PER_GROUP = 2


@dataclass(frozen=True)
class Target:
    """One record, and what is special about it."""

    model: str
    id: int
    label: str


class Targets:
    """All records that attempts aim at."""

    def __init__(self, world: World) -> None:
        """Look once into the untouched world."""
        self.world = world
        self.by_model = {
            name: self._find(name, facts) for name, facts in world.registry.items() if facts["table"]
        }
        self._ids: dict[str, list[int]] = {}

    def _find(self, model: str, facts: dict) -> list[Target]:
        table = facts["table"]
        if facts["transient"] or not self.world.database.one("SELECT to_regclass(%s)::text", table):
            return []
        if model in _GROUPS:
            source, group = _GROUPS[model]
        else:
            stored = {name for name, each in facts["fields"].items() if each["store"]}
            source = f"{table} t"
            group = ", ".join(f"t.{name}" for name in ("company_id", "state") if name in stored) or "1"
        rows = self.world.database.rows(
            f"SELECT id, label FROM (SELECT t.id, concat_ws('/', {group}) AS label,"
            f" row_number() OVER (PARTITION BY {group} ORDER BY t.id) AS place FROM {source}) found"
            f" WHERE place <= {PER_GROUP} ORDER BY label, id"
        )
        return [Target(model, *row) for row in rows]

    def pick(self, model: str, rng: Random) -> Target | None:
        """Return one record; every kind of record is as likely as every other."""
        found = self.by_model.get(model)
        return rng.choice(found) if found else None

    def like(self, model: str, part: str, rng: Random) -> Target | None:
        """Return a record whose label has this part."""
        found = [each for each in self.by_model.get(model, ()) if part in each.label]
        return rng.choice(found) if found else None

    def any_id(self, model: str, rng: Random) -> int:
        """Return the id of any record of any model, also of those that nobody aims at."""
        if model not in self._ids:
            table = model.replace(".", "_")
            known = self.world.database.one("SELECT to_regclass(%s)::text", table)
            self._ids[model] = (
                [row[0] for row in self.world.database.rows(f"SELECT id FROM {table} ORDER BY id LIMIT 400")]
                if known
                else []
            )
        return rng.choice(self._ids[model]) if self._ids[model] else 1

    def row(self, target: Target) -> dict:
        """Return the record as it stands in its table."""
        table = self.world.registry[target.model]["table"]
        return self.world.database.one(f"SELECT to_jsonb(t) FROM {table} t WHERE id = %s", target.id) or {}
