"""Holds an attempt's changes against the verdicts."""

from tests.controls.attempts import Attempt
from tests.controls.database import Change
from tests.controls.invariants_close import SERVER_KEPT
from tests.controls.let_go import let_go
from tests.controls.people import ROLES, Answer
from tests.controls.verdicts.odoo import MAGIC
from tests.controls.verdicts.tables import FOLLOWING, field_verdict, method_verdict
from tests.controls.verdicts.words import BY_FIELD, HARMLESS, LETTERS, REFUSED, TALK

_BOOKS = ("account_move", "account_partial", "account_full", "account_bank", "res_company")


def roles_of(verdict: str) -> set[str]:
    """Return the roles that a verdict lets change something."""
    return {LETTERS[each] for each in verdict} if set(verdict) <= LETTERS.keys() else set()


# Odoo computes the sections of an invoice while it reads them.
SECTIONS = {"is_manually_modified", "write_uid", "write_date"}
# What the server does to a signature when the books move under it.
STRUCK = {
    "ai.close.tie.out": {"state", "stale_reason", "struck_signatures"},
    "ai.close.variance": {"state", "stale_reason", "prepared_by_id", "prepared_at"},
}
# What a proposal says of a journal item goes when somebody may delete the item itself.
GO_ALONG = {"ai.close.match.item", "ai.close.match.line"}


class Verdicts:
    """Judges attempts on our own models by the table."""

    def __init__(self, registry: dict) -> None:
        """Keep the registry."""
        self.registry = registry
        self.tables = {
            facts["table"]: model
            for model, facts in registry.items()
            if facts["table"] and model.startswith("ai.close")
        }

    def __call__(self, attempt: Attempt, _answers: list[Answer], changes: list[Change]) -> list[str]:
        """Return what the table does not allow; attempts of several steps are judged by their fields."""
        roles = set().union(*(ROLES[actor] for actor in attempt.actors))
        steps = attempt.steps
        broken = []
        ours = [each for each in changes if each.table in self.tables and each.table not in SERVER_KEPT]
        books = [each for each in changes if each.table.startswith(_BOOKS) and each.columns - SECTIONS]
        if len(steps) == 1 and steps[0].model.startswith("ai.close"):
            verdict = method_verdict(steps[0].model, steps[0].method) or REFUSED
            if verdict in (REFUSED, HARMLESS, TALK) and (ours or books):
                broken.append(f"verdict: {steps[0].method} is {verdict}, and it changed {(ours + books)[0]}")
            elif (
                verdict not in (BY_FIELD, REFUSED, HARMLESS, TALK)
                and not roles & roles_of(verdict)
                and (ours or books)
            ):
                broken.append(
                    f"verdict: {steps[0].method} is for {verdict}, and it changed {(ours + books)[0]}"
                )
        if all(method_verdict(step.model, step.method) == BY_FIELD for step in steps):
            named = {step.model for step in steps}
            moved = any(each.table.startswith("account_move") for each in books)
            mine = [each for each in ours if not self._went_along(each, named)]
            broken += self._fields([each for each in mine if not (moved and self._struck(each))], roles)
        return broken

    def _went_along(self, change: Change, named: set[str]) -> bool:
        """Tell whether a row is gone with the record of Odoo's that it was about."""
        model = self.tables[change.table]
        return change.new is None and model in GO_ALONG - named

    def _struck(self, change: Change) -> bool:
        """Tell whether a signature only fell, and nothing was signed."""
        allowed = STRUCK.get(self.tables[change.table], set()) | {"write_uid", "write_date"}
        return bool(
            change.old
            and change.new
            and change.columns <= allowed
            and change.was("state") in ("prepared", "signed")
            and change.now("state") in ("stale", "open")
        )

    def _fields(self, ours: list[Change], roles: set[str]) -> list[str]:
        """Return fields that changed by mere writing although steps alone may change them."""
        broken = []
        for change in ours:
            model = self.tables[change.table]
            fields = self.registry[model]["fields"]
            sent = [name for name in change.columns if name in fields and change.old and name not in MAGIC]
            for name in set(sent) - let_go(change):
                verdict = field_verdict(model, name, fields[name]["module"]) or REFUSED
                if verdict == REFUSED and not self._follows(model, name):
                    broken.append(f"verdict: {model}.{name} is written by steps only: {change}")
                elif verdict not in (REFUSED, TALK, HARMLESS) and not roles & roles_of(verdict):
                    broken.append(f"verdict: {model}.{name} is for {verdict}: {change}")
        return broken

    def _follows(self, model: str, name: str) -> bool:
        """Tell whether the server writes the field itself when a field that people write changes."""
        return (model, name) in FOLLOWING
