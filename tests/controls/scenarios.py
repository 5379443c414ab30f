"""Attempts of several steps around the close: the detours by which a control could be walked around."""

from tests.controls.attempts import Attempt, Drawer, Made, Step
from tests.controls.people import ACTORS

ENTRY, LINE, TASK, MOVE = "ai.close.entry", "ai.close.entry.line", "ai.close.task", "account.move"
WORKERS = ("anna", "paul", "ben", "rita", "carla", "dirk")
REASON = "As the attempt says, for a reason"
SIGNING = (("anna", "action_prepare"), ("ben", "action_review"), ("carla", "action_approve"))


class Scenarios:
    """Draws attempts of several steps around the documents of the close."""

    def __init__(self, drawer: Drawer) -> None:
        """Keep what draws single steps."""
        self.draw, self.rng, self.targets = drawer, drawer.rng, drawer.targets
        self.facts = drawer.targets.world.facts
        self.registry = drawer.registry

    # -- helpers

    def some(self, *logins: str) -> str:
        """Return one of these people."""
        return self.rng.choice(logins or ACTORS)

    def entry(self, state: str) -> int:
        """Return a staged entry in this state."""
        return self.rng.choice(self.facts["entries"][state])

    def ctx(self, chance: float = 0.3) -> dict:
        """Return kwargs with a context, or none."""
        return {"context": self.draw.context()} if self.rng.random() < chance else {}

    def vals(self, *about) -> dict:
        """Return values for one to three fields of a model."""
        return self.draw.values.vals(*about)

    def change(self, login: str, model: str, res_id: int, name: str | None = None) -> Step:
        """Return a step that changes one field of a record by one of the ways in."""
        target = next((each for each in self.targets.by_model[model] if each.id == res_id), None)
        name = name or self.draw.values.writable(model)
        value = self.draw.values.field(model, name, target)
        if self.registry[model]["fields"][name]["type"] in ("one2many", "many2many") or target is None:
            return Step(login, model, "write", [[res_id], {name: value}], self.ctx())
        return self.draw.way_in(login, model, target, {name: value}, self.ctx())

    def lines_of(self, entry: int) -> list[int]:
        """Return the lines of a staged entry."""
        rows = self.targets.world.database.rows(
            "SELECT id FROM pristine.ai_close_entry_line WHERE entry_id = %s ORDER BY id", entry
        )
        return [each for (each,) in rows]

    def edit(self, login: str, entry: int) -> list[Step]:
        """Return the steps of one way to change what is signed of an entry."""
        rng, lines = self.rng, self.lines_of(entry)
        value = round(rng.uniform(1, 999), 2)
        account = self.targets.any_id("account.account", rng)
        # A pair of lines that stays balanced.
        pair = [[1, lines[0], {"balance": value}], [1, lines[1], {"balance": -value}]]
        extra = {"name": "extra", "account_id": account, "balance": value, "entry_id": entry}
        against = {**extra, "balance": -value}
        more = [[0, 0, {**extra, "entry_id": False}], [0, 0, {**against, "entry_id": False}]]
        ways = [
            lambda: [Step(login, ENTRY, "write", [[entry], {"line_ids": pair}], self.ctx())],
            lambda: [Step(login, ENTRY, "web_save", [[entry], {"line_ids": pair}, {}], self.ctx())],
            lambda: [Step(login, ENTRY, "write", [[entry], {"line_ids": more}], self.ctx())],
            lambda: [Step(login, LINE, "create", [[extra, against]], self.ctx())],
            lambda: [Step(login, LINE, "copy", [lines, {"entry_id": entry}], self.ctx())],
            lambda: [
                Step(login, LINE, "write", [[lines[0]], {"balance": value}], self.ctx()),
                Step(login, LINE, "write", [[lines[1]], {"balance": -value}], self.ctx()),
            ],
            lambda: [Step(login, LINE, "write", [lines, {"account_id": account}], self.ctx())],
            lambda: [Step(login, LINE, "unlink", [lines], self.ctx())],
            lambda: [Step(login, LINE, "write", [lines, {"entry_id": self.entry("proposed")}], self.ctx())],
            lambda: [
                Step(
                    login,
                    LINE,
                    "load",
                    [[".id", "balance"], [[str(lines[0]), str(value)], [str(lines[1]), str(-value)]]],
                )
            ],
            lambda: [self.change(login, ENTRY, entry)],
            lambda: [self.change(login, LINE, rng.choice(lines))],
            lambda: [
                Step(
                    login,
                    ENTRY,
                    "write",
                    [
                        [entry],
                        {
                            rng.choice(["date", "reversal_date"]): rng.choice(
                                ["2026-10-20", "2026-09-10", False]
                            )
                        },
                    ],
                )
            ],
            lambda: [Step(login, ENTRY, "write", [[entry], {"source_ids": [[5, 0, 0]]}], self.ctx())],
            lambda: [Step(login, MOVE, "write", [[self.facts["entries"]["source"]], {"ref": "changed"}])],
        ]
        return rng.choice(ways)()

    # -- staged entries

    def edit_between_signatures(self) -> Attempt:
        """Change what is signed after one signature and take the next ones."""
        entry, at = self.entry("proposed"), self.rng.randint(1, 3)
        steps = [Step(login, ENTRY, method, [[entry]]) for login, method in SIGNING]
        return Attempt("", steps[:at] + self.edit(self.some(*ACTORS, "paul"), entry) + steps[at:])

    def same_person_twice(self) -> Attempt:
        """Let one person take steps that belong to several."""
        entry, who, other = self.entry("proposed"), self.some(*WORKERS), self.some(*WORKERS)
        logins = [who, other, who] if self.rng.random() < 0.5 else [other, who, who]
        steps = [
            Step(login, ENTRY, method, [[entry]], self.ctx())
            for login, (_usual, method) in zip(logins, SIGNING, strict=True)
        ]
        if self.rng.random() < 0.5:
            steps[1:1] = self.edit(who, entry)
        return Attempt("", steps)

    def walk_of_an_entry(self) -> Attempt:
        """Take steps of any people on one entry by chance."""
        entry = self.entry(self.some("proposed", "prepared", "reviewed", "posted"))
        moves = {
            "action_prepare": [],
            "action_review": [],
            "action_approve": [],
            "action_send_back": [REASON],
            "action_reject": [REASON],
        }
        steps = []
        for _each in range(self.rng.randint(2, 5)):
            if self.rng.random() < 0.35:
                steps += self.edit(self.some(*ACTORS), entry)
            else:
                method = self.some(*moves)
                steps.append(Step(self.some(*WORKERS, *ACTORS), ENTRY, method, [[entry], *moves[method]]))
        return Attempt("", steps)

    def archive_between(self) -> Attempt:
        """Archive what an entry rests on and bring it back between the signatures."""
        entry = self.entry("reviewed")
        account = self.targets.world.database.one(
            "SELECT account_id FROM pristine.ai_close_entry_line WHERE entry_id = %s LIMIT 1", entry
        )
        model, res_id = self.rng.choice(
            [("account.account", account), (ENTRY, entry), ("res.partner", 30), ("account.journal", 1)]
        )
        who = self.some(*ACTORS, "dirk")
        steps = [
            Step(who, model, "action_archive", [[res_id]]),
            Step("carla", ENTRY, "action_approve", [[entry]]),
            Step(who, model, "action_unarchive", [[res_id]]),
            Step("dirk", ENTRY, "action_approve", [[entry]]),
        ]
        return Attempt("", steps[: self.rng.randint(2, 4)])

    # -- anything

    def walk_of_anything(self) -> Attempt | None:
        """Call acting methods of one of our records by chance, and write in between."""
        models = [
            name for name in self.registry if name.startswith("ai.close") and self.targets.by_model.get(name)
        ]
        target = self.targets.pick(self.rng.choice(models), self.rng)
        names = [
            name
            for name, each in self.registry[target.model]["methods"].items()
            if "ai_close" in each["first"]
        ]
        steps = []
        for _each in range(self.rng.randint(2, 4)):
            login = self.some(*ACTORS, *WORKERS)
            if names and self.rng.random() < 0.6:
                name = self.rng.choice(names)
                params = self.registry[target.model]["methods"][name]["params"]
                args = [self.draw.values.argument(target.model, each, target) for each, _needed in params]
                first = [] if self.registry[target.model]["methods"][name]["model_level"] else [[target.id]]
                steps.append(Step(login, target.model, name, [*first, *args], self.ctx()))
            else:
                steps.append(self.change(login, target.model, target.id))
        return Attempt("", steps, target.label)

    def context_again(self) -> Attempt | None:
        """Send the same write or call with one context after the other."""
        acting, _general = self.draw.pairs()
        login = self.some()
        if self.rng.random() < 0.5:
            first = self.draw.write(*self.rng.choice(self.draw.fields()), login)
        else:
            first = self.draw.method(*self.rng.choice(acting), login)
        step = first.steps[0]
        again = [
            Step(
                step.login,
                step.model,
                step.method,
                step.args,
                {**step.kwargs, "context": self.draw.context()},
            )
            for _each in range(self.rng.randint(2, 3))
        ]
        return Attempt("", again, first.note)

    def copy_and_change(self) -> Attempt | None:
        """Copy a record with other values, change the copy and take a step on it."""
        model = self.rng.choice([name for name, found in self.targets.by_model.items() if found])
        target = self.targets.pick(model, self.rng)
        login = self.some(*ACTORS)
        vals = {} if self.rng.random() < 0.3 else self.vals(model, target, 1)
        steps = [Step(login, model, "copy", [[target.id], vals], self.ctx())]
        steps.append(Step(login, model, "write", [[Made(0)], self.vals(model, target)]))
        if model == MOVE:
            steps.append(Step(login, model, "action_post", [[Made(0)]]))
        return Attempt("", steps, target.label)

    def create_and_step(self) -> Attempt | None:
        """Make a record of ours with values that only steps may give, then take a step."""
        models = [
            name
            for name, each in self.registry.items()
            if name.startswith("ai.close") and not each["abstract"]
        ]
        model = self.rng.choice(models)
        login = self.some(*ACTORS)
        vals = self.vals(model, self.targets.pick(model, self.rng))
        names = [
            name for name, each in self.registry[model]["methods"].items() if "ai_close" in each["first"]
        ]
        steps = [Step(login, model, "create", [vals], self.ctx(0.6))]
        steps += [
            Step(login, model, name, [[Made(0)]]) for name in self.rng.sample(names, min(len(names), 2))
        ]
        steps.append(Step(login, model, "default_get", [list(vals)], self.ctx(1)))
        return Attempt("", steps)

    def import_rows(self) -> Attempt | None:
        """Import several rows, by the database's ids or by external ones, and look at them again."""
        model = self.rng.choice([name for name, found in self.targets.by_model.items() if found])
        login = self.some(*ACTORS)
        name = self.draw.values.writable(model)
        steps = []
        for _each in range(2):
            target = self.targets.pick(model, self.rng)
            value = self.draw.values.simple(model, name)
            steps.append(
                Step(
                    login,
                    model,
                    "load",
                    [*self.draw.table_of(model, target.id, {name: value})],
                    self.ctx(0.5),
                )
            )
        return Attempt("", steps, name)

    def onchange_and_save(self) -> Attempt | None:
        """Let Odoo compute what a changed form would hold, then save it all."""
        model = self.rng.choice([ENTRY, MOVE, "account.move.line", TASK, "res.company", "ai.close.lock"])
        target, login = self.targets.pick(model, self.rng), self.some(*ACTORS)
        vals = self.vals(model, target)
        spec = {name: {} for name in vals}
        return Attempt(
            "",
            [
                Step(login, model, "onchange", [[target.id], vals, list(vals), spec], self.ctx()),
                Step(login, model, "web_save", [[target.id], vals, spec], self.ctx()),
            ],
            target.label,
        )

    def name_create(self) -> Attempt:
        """Make a record by its name only, with defaults in the context."""
        model = self.rng.choice(list(self.registry))
        login = self.some(*ACTORS)
        return Attempt(
            "",
            [
                Step(login, model, "name_create", ["forged"], self.ctx(0.8)),
                Step(login, model, "write", [[Made(0)], self.vals(model, None)]),
            ],
        )
