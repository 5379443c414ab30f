"""Books that were closed by hand: AI Close comes in October, inherits, and leaves September alone.

Told in order: plain Odoo with the sample's books, September locked by hand; then the add-on, its people, the
start wizard, and the agent.
"""

import json

import pytest

from tests.e2e.colleague import Colleague, Refused
from tests.support.demo import CLUSTER, FIRST_PORT, Demo
from tools import odoo_cli, sample, template
from tools.odoo_server import OdooServer

START, LAST_LOCKED = "2026-10-01", "2026-09-30"
COMPANY = sample.COMPANY
LOADER = (sample.ROOT / "agent_service" / "sample" / "load_shell.py").read_text()
LOCK = f"""
company = env["res.company"].search([("name", "=", {COMPANY!r})])
company.fiscalyear_lock_date = {LAST_LOCKED!r}
assert "ai.close" not in env
env.cr.commit()
"""
PEOPLE = """
import os, sys
from pathlib import Path
sys.path.insert(0, os.getcwd())
from agent_service.sample import plan_file
from agent_service.sample.load import control
from agent_service.sample.load.context import Context
folder = Path(os.environ["AI_CLOSE_SAMPLE_DIR"])
ctx = Context(env, plan_file.read(folder / "plan.json"), folder)
ctx.companies = {
    each.key: env["res.company"].search([("name", "=", each.name)]) for each in ctx.plan.companies
}
control.people(ctx)
env.cr.commit()
"""
SEPTEMBER = f"""
SELECT json_agg(row_to_json(kept) ORDER BY kept.id) FROM (
    SELECT line.id, line.move_id, line.account_id, line.balance, line.amount_currency, line.date,
           line.reconciled, line.amount_residual, move.state, move.name
      FROM account_move_line line JOIN account_move move ON move.id = line.move_id
     WHERE line.date < '{START}') kept
"""


@pytest.fixture(scope="module")
def first_month(tmp_path_factory):
    """Return the books with the add-on installed beside a locked September, and September as it was."""
    folder, database = tmp_path_factory.mktemp("sample"), "first_month"
    env = {"AI_CLOSE_SAMPLE_DIR": str(folder)}
    sample.generate(folder, sample.TEST_PERIOD, months=2)
    template.reclone(template.base(CLUSTER), database)
    try:
        odoo_cli.shell(CLUSTER, database, f"{LOADER}\n{LOCK}", env={**env, "AI_CLOSE_SAMPLE_BOOKS_ONLY": "1"})
        before = json.loads(CLUSTER.sql(SEPTEMBER, db=database))
        odoo_cli.install(CLUSTER, database, ["ai_close"])
        odoo_cli.shell(CLUSTER, database, PEOPLE, env=env)
        with OdooServer(database, port=FIRST_PORT + 1) as server:
            demo = Demo(server.url, database, folder / "agent.key", folder / "state")
            yield FirstMonth(demo, sample.logins(folder)), before, folder
    finally:
        odoo_cli.drop(CLUSTER, database)


class FirstMonth:
    """The company, its people over the external interface, and the agent."""

    def __init__(self, demo, logins):
        self.demo, self.logins = demo, logins
        (self.company,) = demo.sql(f"SELECT json_agg(id) FROM res_company WHERE name = '{COMPANY}'")

    def person(self, name):
        """Return a session of ``name``."""
        return Colleague(self.demo.url, self.demo.database, name, self.logins[name], again=self.demo.run)

    def draft(self):
        """Return the company's set-up, opened by Carla as the wizard opens it."""
        carla = self.person("carla")
        return carla.call("ai.close.setup", "action_start", context=self.context)["res_id"]

    @property
    def context(self):
        """Work in the one company."""
        return {"allowed_company_ids": [self.company], "default_company_id": self.company}

    def blockers(self):
        """Return the codes of what keeps October open."""
        found = self.person("anna").call("ai.close", "cockpit", context=self.context)
        return {blocker["code"] for blocker in found["blockers"]}

    def run(self, period):
        """Run the agent for a month and return the ended process."""
        return self.demo.ai_close("run", "--company", COMPANY, "--period", period, "--json")


def test_october_is_the_first_month_and_two_people_start_it(first_month):
    month, _before, _folder = first_month
    setup = month.draft()
    carla, dirk = month.person("carla"), month.person("dirk")
    names = ["period_start", "role_ids", "missing", "state"]
    (draft,) = carla.read("ai.close.setup", [setup], names)
    assert (draft["period_start"], draft["missing"] or "") == (START, "")
    roles = carla.read("ai.close.setup.role", draft["role_ids"], ["role", "confidence", "reason"])
    grni = next(role for role in roles if role["role"] == "grni")
    assert "211500 'Goods received not invoiced'" in grni["reason"]
    carla.call("ai.close.setup", "write", [setup], {"period_start": "2026-09-01"})
    with pytest.raises(Refused, match=r"September 2026 is locked.*\[POL012\]"):
        carla.call("ai.close.setup", "action_submit", [setup])
    carla.call("ai.close.setup", "write", [setup], {"period_start": START})
    carla.call("ai.close.setup", "action_submit", [setup])
    assert carla.refused("ai.close.setup", "action_confirm", [setup])
    assert month.demo.sql("SELECT json_agg(state) FROM ai_close_policy") is None
    dirk.call("ai.close.setup", "action_confirm", [setup])
    assert month.demo.sql("SELECT json_agg(period_start) FROM ai_close") == [START]
    assert month.demo.sql(
        f"SELECT json_build_array(ai_close_start, fiscalyear_lock_date) FROM res_company"
        f" WHERE id = {month.company}"
    ) == [START, LAST_LOCKED]


def test_the_list_is_what_september_s_books_say(first_month):
    month, _before, _folder = first_month
    listed = dict(
        month.demo.sql(
            "SELECT json_agg(json_build_array(kind, amount)) FROM"
            " (SELECT kind, sum(amount)::text AS amount FROM ai_close_inherited_item GROUP BY kind) found"
        )
    )
    booked = dict(
        month.demo.sql(
            f"""SELECT json_agg(json_build_array(kind, amount)) FROM (
            SELECT account.account_type AS kind, sum(line.balance)::text AS amount
              FROM account_move_line line JOIN account_account account ON account.id = line.account_id
             WHERE line.parent_state = 'posted' AND line.date < '{START}'
               AND line.company_id = {month.company}
               AND account.account_type IN ('asset_receivable', 'liability_payable')
             GROUP BY account.account_type) found"""
        )
    )
    # open items of a day add up to the balance of their accounts on that day
    assert float(listed["receivable"]) == pytest.approx(float(booked["asset_receivable"]), abs=0.005)
    assert float(listed["payable"]) == pytest.approx(float(booked["liability_payable"]), abs=0.005)
    assert float(listed["receivable"]) > 0 > float(listed["payable"])


def test_september_takes_no_run(first_month):
    month, _before, _folder = first_month
    done = month.run("2026-09")
    assert (done.returncode, done.stdout) == (2, "")
    assert "October 2026" in done.stderr
    assert "[POL011]" in done.stderr
    assert month.demo.sql("SELECT json_agg(id) FROM ai_close_run") is None


def test_october_s_run_proposes_nothing_for_september(first_month):
    month, before, folder = first_month
    sample.import_statement(month.demo.url, month.demo.database, folder)
    done = month.run("2026-10")
    assert done.returncode == 0, done.stderr
    sql = month.demo.sql
    assert sql("SELECT json_agg(DISTINCT period_start) FROM ai_close") == [START]
    assert sql("SELECT count(*) FROM ai_close_match WHERE state = 'proposed'") > 10
    assert sql("SELECT to_json(min(line_date)) FROM ai_close_match") >= START
    assert sql("SELECT json_build_array(min(date), count(*)) FROM ai_close_entry") == [
        "2026-10-31", sql("SELECT count(*) FROM ai_close_entry"),
    ]  # fmt: skip
    # nothing is said of September's entries, but of a balance of October's that they left: who booked it by
    # hand takes it over, or nothing is proposed beside it
    assert (
        sql(
            f"""SELECT json_agg(finding.key) FROM ai_close_finding finding
         WHERE jsonb_array_length(finding.records::jsonb) > 0 AND finding.facet IS DISTINCT FROM 'by-hand'
           AND NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements(finding.records::jsonb) record
              LEFT JOIN account_move move
                ON record->>'model' = 'account.move' AND move.id = (record->>'id')::int
             WHERE move.id IS NULL OR move.date >= '{START}')"""
        )
        is None
    )
    assert json.loads(CLUSTER.sql(SEPTEMBER, db=month.demo.database)) == before


def test_the_list_keeps_october_open_until_two_people_signed_it(first_month):
    month, _before, _folder = first_month
    anna, ben = month.person("anna"), month.person("ben")
    (inherited,) = anna.search("ai.close.inherited", [("company_id", "=", month.company)])
    assert "INHERITED" in month.blockers()
    anna.call("ai.close.inherited", "action_prepare", [inherited])
    assert anna.refused("ai.close.inherited", "action_sign", [inherited])
    ben.call("ai.close.inherited", "action_sign", [inherited])
    assert "INHERITED" not in month.blockers()
    (row,) = ben.read("ai.close.inherited", [inherited], ["state", "as_of", "signed_digest", "items_digest"])
    assert (row["state"], row["as_of"]) == ("signed", LAST_LOCKED)
    assert row["signed_digest"] == row["items_digest"]
