"""The world that attempts are made in: the sample company after a run of the agent, in all its states.

Built once a state of the sources and kept as a template; see world_shell.py for what stands in it.
"""

import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from tests.controls.database import Database
from tests.controls.people import ACTORS, ROLES, Person
from tools import agent, odoo_cli, postgres, sample, template
from tools.odoo_server import OdooServer
from tools.paths import ROOT, var_dir

HERE = Path(__file__).parent
PASSWORD = "world-of-attempts"
# Odoo's models beside ours; ours are found by their name.
MODELS = (
    "account.move", "account.move.line", "account.partial.reconcile", "account.full.reconcile",
    "account.bank.statement.line", "account.bank.statement", "account.lock_exception", "res.company",
    "mail.activity", "ir.attachment", "mail.message", "account.account", "account.journal", "account.payment",
)  # fmt: skip
HARD_LOCK, SOFT_LOCK = "2026-08-31", "2026-09-30"
_LOCKS = f"""
    BEGIN;
    SET LOCAL session_replication_role = replica;
    UPDATE res_company SET fiscalyear_lock_date = '{SOFT_LOCK}', hard_lock_date = '{HARD_LOCK}'
     WHERE name IN ('Northwind Trading', 'Northwind Services');
    UPDATE res_company SET fiscalyear_lock_date = '{HARD_LOCK}' WHERE name = 'Northwind Plain';
    COMMIT;
"""
# A close that the locks found closed, and a request that waits for the second controller.
_AFTER_LOCKS = """
for name in ("Northwind Trading", "Northwind Services"):
    env["ai.close"]._for_period(env["res.company"].search([("name", "=", name)]), "2026-09-30")
close = env["ai.close"].search([("period_start", "=", "2026-10-01")], limit=1)
carla = env["res.users"].search([("login", "=", "carla")])
lock = env["ai.close.lock"].with_user(carla)._for_close(close.with_user(carla))
lock._guarded().write({"state": "requested", "requested_by_id": carla.id, "requested_at": env.cr.now()})
plain = env["res.company"].search([("name", "=", "Northwind Plain")])
env["account.lock_exception"].create({
    "company_id": plain.id, "user_id": carla.id, "fiscalyear_lock_date": "2026-07-31", "reason": "world",
    "end_datetime": "2099-01-01 00:00:00"})
env.cr.commit()
"""


@dataclass
class World:
    """A copy of the world behind a running server."""

    database: Database
    server: OdooServer
    facts: dict
    registry: dict
    people: dict[str, Person] = field(default_factory=dict)

    def person(self, login: str) -> Person:
        """Return this user's session."""
        return self.people[login]

    @property
    def own(self) -> int:
        """Return the company that everybody works in."""
        return self.facts["companies"]["own"]

    def allowed(self, login: str) -> set[int]:
        """Return the companies that this user may see."""
        return set(self.people[login].companies)


def _key() -> str:
    files = ("entries_shell.py", "world_shell.py", "world.py", "database.py", "registry_shell.py")
    return template.digest(
        [sample.template_folder().name, *((HERE / name).read_text() for name in files)],
        [ROOT / "agent_service"],
    )


def _files(key: str) -> Path:
    return var_dir("templates") / f"controls_{key}.json"


def ensure() -> tuple[str, dict]:
    """Return the template database of the world, and what is known of it."""
    source, folder = sample.ensure_template()
    key = _key()

    def build(raw: str) -> None:
        facts, registry = _build(raw, folder)
        _files(key).write_text(json.dumps({"facts": facts, "registry": registry}))

    if not _files(key).exists():
        odoo_cli.drop(postgres.TEST, f"tpl_controls_{key}")
    name = template.ensure("controls", key, build, start_from=source)
    for old in _files(key).parent.glob("controls_*.json"):
        if old != _files(key):
            old.unlink()
    return name, json.loads(_files(key).read_text())


def script(*names: str) -> str:
    """Return scripts of this folder in a row, for `odoo shell`."""
    return "\n".join((HERE / name).read_text() for name in names)


def _build(raw: str, folder: Path) -> tuple[dict, dict]:
    with OdooServer(raw, port=first_port()) as server, tempfile.TemporaryDirectory() as state:
        sample.import_statement(server.url, raw, folder)
        settings = agent.settings(server.url, raw, folder / "agent.key", Path(state))
        agent.run_once(settings, sample.COMPANY, sample.TEST_PERIOD)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as written:
        odoo_cli.shell(
            postgres.TEST, raw, script("entries_shell.py", "world_shell.py"),
            env={"AI_CLOSE_WORLD": written.name, "AI_CLOSE_WORLD_PASSWORD": PASSWORD},
        )  # fmt: skip
        facts = json.loads(Path(written.name).read_text())
    postgres.TEST.sql(_LOCKS, raw, user=postgres.OWNER)
    printed = odoo_cli.shell(
        postgres.TEST,
        raw,
        _AFTER_LOCKS + script("registry_shell.py"),
        env={"AI_CLOSE_MODELS": json.dumps(MODELS)},
    )
    row = next(row for row in printed.splitlines() if row.startswith("REGISTRY "))
    database = Database(raw)
    try:
        database.prepare()
    finally:
        database.close()
    return facts, json.loads(row.removeprefix("REGISTRY "))


def first_port() -> int:
    """Return where this process looks for a free port: workers that start at once begin elsewhere."""
    return 32000 + os.getpid() % 4000 * 3


class Worlds:
    """A server of its own with one copy of the world; for one shard of the attempts."""

    def __init__(self, name: str) -> None:
        """Choose the name of the database."""
        self.name = name

    def __enter__(self) -> World:
        """Copy the world, serve it and log everybody in."""
        source, known = ensure()
        template.reclone(source, self.name)
        self.server = OdooServer(self.name, port=first_port(), options={"limit_time_real": 600}).start()
        self.database = Database(self.name)
        # the world may have been kept for days: nobody locks on a run that is older than one
        fresh = "UPDATE ai_close_run SET date_end = now() AT TIME ZONE 'UTC' WHERE state = 'done'"
        postgres.TEST.sql(fresh, db=self.name, user=postgres.OWNER)
        world = World(self.database, self.server, known["facts"], known["registry"])
        companies = world.facts["companies"]
        for login in {*ROLES, *ACTORS}:
            home = [companies["sister"]] if login == "olga" else [companies["own"], companies["plain"]]
            secret = world.facts["key"] if login == "agent" else PASSWORD
            person = Person(
                self.server.url, self.name, login, secret, world.facts["users"][login], tuple(home)
            )
            world.people[login] = person.log_in()
        self.database.settle()
        return world

    def __exit__(self, *_exc: object) -> None:
        """Stop the server and drop the copy."""
        self.database.close()
        self.server.stop()
        odoo_cli.drop(postgres.TEST, self.name)
