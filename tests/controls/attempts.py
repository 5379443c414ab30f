"""An attempt: a few steps of some people; and the attempts that the registry itself gives, one step each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from tests.controls import contexts
from tests.controls.people import ACTORS
from tests.controls.targets import Target, Targets
from tests.controls.values import Values

OURS = "ai.close"
# Reading, and what only the client's own cache is concerned with: tried once a model, not once a person.
ORM = (
    "odoo.orm.",
    "odoo.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.web.",
    "odoo.addons.base.",
)


@dataclass(frozen=True)
class Made:
    """Stands for what an earlier step returned: its number; an id, or the first of a list of ids."""

    step: int

    def of(self, results: list):
        """Return the id, or 0 where that step gave none."""
        found = results[self.step] if self.step < len(results) else None
        if isinstance(found, dict):
            found = found.get("res_id") or found.get("ids") or found.get("id")
        if isinstance(found, (list, tuple)):
            found = found[0] if found else 0
        if isinstance(found, dict):
            found = found.get("id")
        return found if isinstance(found, int) and not isinstance(found, bool) else 0


@dataclass(frozen=True)
class Step:
    """One call of one person."""

    login: str
    model: str
    method: str
    args: list
    kwargs: dict = field(default_factory=dict)

    def __str__(self) -> str:
        more = f", {self.kwargs}" if self.kwargs else ""
        return f"{self.login}: {self.model}.{self.method}({', '.join(map(repr, self.args))}{more})"


@dataclass
class Attempt:
    """Steps that are judged together."""

    kind: str
    steps: list[Step]
    note: str = ""

    @property
    def actors(self) -> set[str]:
        """Return who took part."""
        return {step.login for step in self.steps}

    def __str__(self) -> str:
        return f"[{self.kind}] {self.note}\n    " + "\n    ".join(map(str, self.steps))


class Drawer:
    """Draws attempts: from the registry's lists, and by chance."""

    def __init__(self, targets: Targets, rng: Random) -> None:
        """Keep the registry, the records and the generator of chance."""
        self.targets, self.rng = targets, rng
        self.values = Values(targets, rng)
        self.registry = targets.world.registry
        self.companies = sorted(targets.world.facts["companies"].values())

    def ids(self, target: Target | None) -> list[int]:
        """Return the ids of a call."""
        return [target.id] if target else []

    def context(self) -> dict:
        """Return a context that a client could send."""
        return contexts.draw(self.rng, self.companies)

    # -- methods

    def pairs(self) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Return (model, method): those that do something, and those of Odoo's ORM."""
        acting, general = [], []
        for model, facts in self.registry.items():
            for name, method in facts["methods"].items():
                plain = method["first"].startswith(ORM) and method["last"].startswith(ORM)
                (general if plain else acting).append((model, name))
        return acting, general

    def method(self, model: str, name: str, login: str, fuzz: bool = False) -> Attempt:
        """Return an attempt to call a method."""
        facts = self.registry[model]["methods"][name]
        target = self.targets.pick(model, self.rng)
        args = [] if facts["model_level"] else [self.ids(target)]
        for param, required in facts["params"]:
            if required or self.rng.random() < 0.5:
                args.append(self.values.argument(model, param, target))
            else:
                break
        kwargs = {"context": self.context()} if fuzz else {}
        return Attempt(
            "method", [Step(login, model, name, args, kwargs)], f"{target.label if target else '-'}"
        )

    # -- fields

    def fields(self) -> list[tuple[str, str]]:
        """Return (model, field) of everything that can be written or that somebody may think can be."""
        return [
            (model, name)
            for model, facts in self.registry.items()
            if not facts["abstract"]
            for name in facts["fields"]
            if name != "id"
        ]

    def write(self, model: str, name: str, login: str, fuzz: bool = False) -> Attempt:
        """Return an attempt to give a field another value, by one of the ways in."""
        target = self.targets.pick(model, self.rng)
        value = self.values.field(model, name, target)
        kwargs = {"context": self.context()} if fuzz else {}
        return Attempt("write", [self.way_in(login, model, target, {name: value}, kwargs)],
                       target.label if target else "-")  # fmt: skip

    def way_in(self, login: str, model: str, target: Target | None, vals: dict, kwargs: dict) -> Step:
        """Return a step that brings values into a record (or a new one)."""
        if target is None:
            return Step(login, model, "create", [vals], kwargs)
        way = self.rng.choice(("write", "write", "write", "web_save", "load", "web_save_multi"))
        if way == "web_save":
            return Step(login, model, way, [[target.id], vals, {}], kwargs)
        if way == "web_save_multi" and way in self.registry[model]["methods"]:
            return Step(login, model, way, [[target.id], [vals], {}], kwargs)
        if way == "load" and not any(isinstance(value, (list, dict)) for value in vals.values()):
            return Step(login, model, way, [*self.table_of(model, target.id, vals)], kwargs)
        return Step(login, model, "write", [[target.id], vals], kwargs)

    def table_of(self, model: str, res_id: int, vals: dict) -> tuple[list[str], list[list[str]]]:
        """Return the columns and the row of an import that writes the values into a record."""
        names, row = [".id"], [str(res_id)]
        for name, value in vals.items():
            kind = self.registry[model]["fields"][name]["type"]
            names.append(f"{name}/.id" if kind == "many2one" else name)
            row.append("" if value is False else str(value))
        return names, [row]


def singles(drawer: Drawer) -> Iterator[Attempt]:
    """Yield all attempts of one step: each acting method and field, each of ours by each kind of person."""
    acting, general = drawer.pairs()
    rng = drawer.rng
    for model, name in acting:
        logins = ACTORS if model.startswith(OURS) else rng.sample(ACTORS, 3)
        for login in logins:
            yield drawer.method(model, name, login, fuzz=rng.random() < 0.25)
    for model, name in general:
        yield drawer.method(model, name, rng.choice(ACTORS), fuzz=rng.random() < 0.25)
    for model, name in drawer.fields():
        logins = ACTORS if model.startswith(OURS) else rng.sample(ACTORS, 2)
        for login in logins:
            yield drawer.write(model, name, login, fuzz=rng.random() < 0.25)
