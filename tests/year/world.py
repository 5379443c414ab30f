"""The world of a year: a small company behind a running server, and everybody's session."""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import psycopg2.extras

from tests.controls.people import Answer, Person
from tools import odoo_cli, postgres, template
from tools.odoo_server import OdooServer
from tools.paths import var_dir

HERE = Path(__file__).parent
PASSWORD = "a-year-of-closes"
# login -> roles at the start of the year; admin has Settings and no part in the close, robot is the agent
ROLES = {
    "anna": ["preparer"],
    "paul": ["preparer"],
    "ben": ["reviewer"],
    "rita": ["reviewer"],
    "carla": ["controller"],
    "dirk": ["controller"],
    "vera": ["controller"],
    "audrey": ["auditor"],
}
# Twelve months that are over, whenever this runs, would move with the clock: these are over for good.
MONTHS = [f"{2025 + (month > 12)}-{(month - 1) % 12 + 1:02}" for month in range(10, 22)]


def _template() -> tuple[str, dict]:
    source = template.with_addons()
    key = template.digest([source, *((HERE / name).read_text() for name in ("world_shell.py", "world.py"))])
    kept = var_dir("templates") / f"year_{key}.json"

    def build(raw: str) -> None:
        printed = odoo_cli.shell(
            postgres.TEST,
            raw,
            (HERE / "world_shell.py").read_text(),
            env={
                "AI_CLOSE_YEAR_PASSWORD": PASSWORD,
                "AI_CLOSE_YEAR_START": f"{MONTHS[0]}-01",
                "AI_CLOSE_YEAR_ROLES": json.dumps(ROLES),
            },
        )
        row = next(row for row in printed.splitlines() if row.startswith("YEAR "))
        kept.write_text(row.removeprefix("YEAR "))

    if not kept.exists():
        odoo_cli.drop(postgres.TEST, f"tpl_year_{key}")
    name = template.ensure("year", key, build, start_from=source)
    return name, json.loads(kept.read_text())


@dataclass
class World:
    """One copy of the company: its server, its people, and its database seen past Odoo."""

    name: str
    facts: dict = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)

    def __enter__(self) -> "World":
        source, self.facts = _template()
        template.reclone(source, self.name)
        self.server = OdooServer(self.name, port=36000 + os.getpid() % 2000 * 3).start()
        for login in (*ROLES, "admin", "robot"):
            secret = {"admin": "admin", "robot": self.facts["key"]}.get(login, PASSWORD)
            alias = "agent" if login == "robot" else login
            person = Person(self.server.url, self.name, alias, secret, companies=(self.facts["company"],))
            person.uid = self.facts["users"][login]
            self.people[login] = person.log_in()
        self.connection = psycopg2.connect(
            dbname=self.name, host=str(postgres.TEST.socket), port=postgres.PORT, user=postgres.OWNER
        )
        self.connection.autocommit = True
        return self

    def __exit__(self, *_exc: object) -> None:
        self.connection.close()
        self.server.stop()
        odoo_cli.drop(postgres.TEST, self.name)

    def rows(self, text: str, *values, **named) -> list[dict]:
        """Run a query as the cluster's owner, past Odoo and its rights."""
        with self.connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(text, values or named or None)
            return [dict(row) for row in cursor.fetchall()]

    def call(self, login: str, model: str, method: str, *args, **named) -> Answer:
        """Call as this person; who was away logs in again, if he may."""
        person = self.people[login]
        answer = person.call(model, method, list(args), named)
        if not answer.ok and "Session" in answer.error:
            try:
                person.http.cookies.clear()
                person.log_in()
            except RuntimeError as error:
                return Answer(False, None, "odoo.exceptions.AccessDenied", str(error))
            answer = person.call(model, method, list(args), named)
        return answer
