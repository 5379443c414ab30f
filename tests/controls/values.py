"""What attempts send: another value for a field, an argument for a parameter, a context."""

import base64
from random import Random

from tests.controls.targets import Target, Targets

DATES = ("2026-08-05", "2026-09-10", "2026-10-20", "2026-11-05", False)
TEXT = "forged by an attempt"
# Companies' money fields and rates are floats; what is sent differs from what stands there.
_STEP = 1.11


class Values:
    """Draws values by a seeded random generator."""

    def __init__(self, targets: Targets, rng: Random) -> None:
        """Keep where ids come from."""
        self.targets, self.rng = targets, rng
        self.registry = targets.world.registry

    def field(self, model: str, name: str, target: Target | None = None):
        """Return a value for a field that differs from what the target has now."""
        facts = self.registry[model]["fields"][name]
        old = self.targets.row(target).get(name) if target else None
        kind = facts["type"]
        if kind in ("one2many", "many2many"):
            return self.commands(facts)
        draw = getattr(self, f"_{kind}", None)
        return draw(facts, old) if draw else TEXT

    def commands(self, facts: dict) -> list:
        """Return commands for a field of many records."""
        rng, comodel = self.rng, facts["comodel"]
        some = self.targets.any_id(comodel, rng)
        aimed = self.targets.pick(comodel, rng)
        some = aimed.id if aimed else some
        vals = {}
        if comodel in self.registry:
            name = self.writable(comodel)
            vals = {name: self.simple(comodel, name)}
        return rng.choice(
            [[[5, 0, 0]], [[4, some, 0]], [[6, 0, [some]]], [[2, some, 0]], [[3, some, 0]],
             [[1, some, vals]], [[0, 0, vals]]]
        )  # fmt: skip

    def writable(self, model: str) -> str:
        """Return the name of a field that somebody may try to write."""
        fields = self.registry[model]["fields"]
        return self.rng.choice([name for name in fields if name not in ("id", "display_name")] or ["id"])

    def simple(self, model: str, name: str):
        """Return a value without looking at any record; no commands inside commands."""
        facts = self.registry[model]["fields"][name]
        if facts["type"] in ("one2many", "many2many"):
            return [[5, 0, 0]]
        draw = getattr(self, f"_{facts['type']}", None)
        return draw(facts, None) if draw else TEXT

    # -- by type

    def _boolean(self, _facts, old):
        return not old

    def _integer(self, _facts, old):
        return (old or 0) + 1

    def _float(self, _facts, old):
        return round((old or 0) + _STEP, 2)

    _monetary = _float

    def _date(self, _facts, old):
        return self.rng.choice([each for each in DATES if each != old])

    def _datetime(self, _facts, _old):
        return self.rng.choice(("2026-08-05 10:00:00", "2030-01-01 00:00:00", False))

    def _selection(self, facts, old):
        others = [each for each in facts["selection"] if each != old]
        return self.rng.choice(others) if others else "posted"

    def _many2one(self, facts, old):
        for _time in range(5):
            aimed = self.targets.pick(facts["comodel"], self.rng)
            found = aimed.id if aimed else self.targets.any_id(facts["comodel"], self.rng)
            if found != old:
                return found
        return False

    def _many2one_reference(self, _facts, old):
        return (old or 0) + 1

    def _json(self, _facts, _old):
        return {"forged": 1}

    _properties_definition = _json

    def _properties(self, _facts, _old):
        return []

    def _binary(self, _facts, _old):
        return base64.b64encode(TEXT.encode()).decode()

    _image = _binary

    def _reference(self, _facts, _old):
        target = self.targets.pick("account.move", self.rng)
        return f"account.move,{target.id}"

    # -- by the name of a parameter

    def argument(self, model: str, name: str, target: Target | None):
        """Return an argument for a method's parameter, guessed by its name."""
        rng = self.rng
        ids = [target.id] if target else []
        word = name.lower()
        guesses = (
            (("vals_list", "data_list"), lambda: [self.vals(model, target)]),
            (("vals", "values", "default", "defaults", "field_vals"), lambda: self.vals(model, target)),
            (("domain",), lambda: [["id", "in", ids]]),
            (("specification", "fields_spec", "aggregates"), dict),
            (("reason", "text", "note", "body", "message", "name", "subject", "comment", "feedback"),
             lambda: TEXT),
            (("field_names", "fields", "fields_list", "allfields", "fnames", "groupby"), lambda: ["id"]),
            (("field_name", "fname"), lambda: self.writable(model)),
            (("user_id", "uid"), lambda: self.targets.any_id("res.users", rng)),
            (("partner_ids", "user_ids"), lambda: [self.targets.any_id("res.partner", rng)]),
            (("company", "company_id"), self._company),
            (("ids", "res_ids", "record_ids", "move_ids", "line_ids"), lambda: ids),
            (("res_id", "id", "move_id", "line_id", "record_id"), lambda: target.id if target else 1),
            (("res_model", "model", "model_name"), lambda: model),
            (("date", "date_from", "date_to", "lock_date"), lambda: rng.choice(DATES[:4])),
            (("amount",), lambda: 1.0),
            (("limit", "offset", "after"), lambda: 1),
            (("query", "path", "view_type", "method", "action", "lang", "code"), lambda: "write"),
        )  # fmt: skip
        for names, draw in guesses:
            if word in names:
                return draw()
        return rng.choice([False, True, 1, "x", [], {}, ids, [ids], None])

    def _company(self) -> int:
        return self.rng.choice(list(self.targets.world.facts["companies"].values()))

    def vals(self, model: str, target: Target | None, count: int | None = None) -> dict:
        """Return values for one to three fields."""
        names = {self.writable(model) for _each in range(count or self.rng.randint(1, 3))}
        return {name: self.field(model, name, target) for name in sorted(names)}
