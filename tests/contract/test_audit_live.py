"""The sealed trail of a running server: floods, blocks through the port, older databases, copies."""

import itertools
import json
import os
import subprocess
import threading
import uuid

import pytest

from agent_service.errors import AgentError, DatabaseOlder
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.retry import Retry
from agent_service.secret import read_secret
from tests.support.demo import CLUSTER
from tests.support.schemas import CheckedTransport
from tests.support.waiting import wait_for
from tools import odoo_cli
from tools.paths import ROOT

FLOOD, CLIENTS = 600, 6


@pytest.fixture(scope="module")
def books(demos, finished):
    """One copy for all tests here, after one run."""
    return finished.copied(demos.make)


def _port(books, checked=True):
    key = read_secret(books.key_file, "key")
    transport = connect(books.url, books.database, "ai-close-agent", key, transport="json2")
    return Port(CheckedTransport(transport) if checked else transport, Retry(attempts=1))


def _key():
    return f"k-{uuid.uuid4().hex}"


def _shell(books, script):
    return odoo_cli.shell(CLUSTER, books.database, script)


def _company_id(books):
    return books.sql(f"SELECT to_json(id) FROM res_company WHERE name = '{books.company}'")


@pytest.mark.slow
def test_a_flood_of_refusals_leaves_ten_rows_and_one_exact_count(books):
    """Six clients at once: no refusal is lost, and the database does not grow with them."""
    left = itertools.count()
    others = []

    def flood():
        port = _port(books, checked=False)
        while next(left) < FLOOD:
            try:
                port.begin("Nobody", books.period, "flood-000001", "1.0.0", "digest")
            except AgentError as error:
                if error.code != "RUN003":
                    others.append(error)

    threads = [threading.Thread(target=flood) for _client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(600)
    assert not any(thread.is_alive() for thread in threads)
    assert not others
    tally = "FROM ai_close_refusal_tally WHERE refusal_code = 'RUN003' AND action = 'port.begin'"
    assert wait_for(books, f"SELECT to_json(sum(count)) {tally}", FLOOD.__eq__) == FLOOD
    counts = books.sql(f"SELECT json_agg(count) {tally}")
    assert len(counts) <= 2  # the hour may turn meanwhile
    rows = books.sql("SELECT to_json(count(*)) FROM ai_close_audit WHERE refusal_code = 'RUN003'")
    assert rows == sum(min(count, 10) for count in counts)
    # when the hour is over, one event says how many more there were, and the tally is empty
    books.execute("UPDATE ai_close_refusal_tally SET hour = hour - interval '2 hours'")
    _shell(books, "env['ai.close.audit.seal']._cron_seal()")
    summed = books.sql(
        "SELECT json_agg(after) FROM ai_close_audit WHERE refusal_code = 'RUN003' AND after IS NOT NULL"
    )
    assert sum(json.loads(after)["count"] for after in summed) == FLOOD - rows
    assert books.sql("SELECT to_json(count(*)) FROM ai_close_refusal_tally") == 0


def test_a_run_is_sealed_when_it_ends_and_the_port_gives_its_block(books):
    company = _company_id(books)
    port = _port(books)
    answer = port.seals(company)
    assert answer["next"] is None
    assert answer["unsealed"] == {"count": 0, "oldest_at": None}
    finished = books.sql("SELECT to_json(max(id)) FROM ai_close_audit WHERE action = 'run.finish'")
    last = answer["seals"][-1]
    assert last["first_id"] <= finished <= last["last_id"]
    extracts = books.sql("SELECT json_agg(after) FROM ai_close_audit WHERE action = 'run.extract'")
    read = {json.loads(each)["dataset"]: json.loads(each)["rows"] for each in extracts}
    assert read["lines"] > 0
    assert {"accounts", "moves", "changes"} <= read.keys()


def test_an_older_database_is_refused_until_a_controller_accepts_the_gap(books):
    company = _company_id(books)
    _shell(books, "env['ai.close.audit.seal']._cron_seal()")
    port = _port(books)
    known = port.seals(company)["seals"][-1]
    fits = {"number": known["number"], "root": known["root"]}
    older = {"number": known["number"] + 3, "root": "ab" * 32}
    for _time in range(2):
        with pytest.raises(DatabaseOlder) as caught:
            port.begin(books.company, books.period, _key(), "1.0.0", "digest", known_seal=older)
        assert caught.value.code == "RUN013"
    gaps = books.sql("SELECT json_agg(row_to_json(gap)) FROM ai_close_audit_gap gap")
    assert [(gap["state"], gap["known_number"], gap["known_root"]) for gap in gaps] == [
        ("open", older["number"], older["root"])
    ]
    _shell(
        books,
        "carla = env['res.users'].search([('login', '=', 'carla')])\n"
        "gap = env['ai.close.audit.gap'].with_user(carla).search([])\n"
        "gap.action_accept('the backup of Sunday was restored')\n"
        "env.cr.commit()",
    )
    key = _key()
    begun = port.begin(books.company, books.period, key, "1.0.0", "digest", known_seal=older)
    accepted = begun["gap_accepted"]
    assert (accepted["number"], accepted["root"]) == (older["number"], older["root"])
    assert accepted["reason"] == "the backup of Sunday was restored"
    again = port.begin(books.company, books.period, key, "1.0.0", "digest", known_seal=fits)
    assert again["gap_accepted"] is None
    books.execute("UPDATE ai_close_run SET state = 'expired' WHERE state = 'running'")


@pytest.mark.slow
def test_a_neutralised_copy_has_no_agent_no_mail_and_no_run(demos):
    """With Odoo's own command, as somebody makes a copy to try things on."""
    copy = demos.make()
    _shell(
        copy,
        "anna = env['res.users'].search([('login', '=', 'anna')])\n"
        f"company = env['res.company'].search([('name', '=', {copy.company!r})])\n"
        f"close = env['ai.close']._for_period(company, '{copy.period}-01')\n"
        "env['ai.close.run'].with_user(anna)._request(close.with_user(anna))\n"
        "env['ai.close.audit.seal']._cron_seal()\n"
        "assert env['ai.close.audit.seal'].search([])\n"
        "env.cr.commit()",
    )
    keys = "SELECT to_json(count(*)) FROM res_users_apikeys"
    waiting = "SELECT to_json(count(*)) FROM ai_close_run WHERE state IN ('requested', 'running')"
    agent = "SELECT to_json(active) FROM res_users WHERE login = 'ai-close-agent'"
    assert (copy.sql(keys), copy.sql(waiting), copy.sql(agent)) == (1, 1, True)
    config = odoo_cli.write_config(ROOT / "var" / "run" / f"{copy.database}.conf", CLUSTER)
    done = subprocess.run(
        odoo_cli.command(config, "neutralize", "-d", copy.database),
        env={**os.environ, **odoo_cli.environment(CLUSTER)}, cwd=ROOT, capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert (copy.sql(keys), copy.sql(waiting), copy.sql(agent)) == (0, 0, False)
    crons = (
        "SELECT to_json(count(*)) FROM ir_cron cron JOIN ir_model_data name ON name.res_id = cron.id"
        " WHERE cron.active AND name.model = 'ir.cron' AND name.module = 'ai_close'"
    )
    assert copy.sql(crons) == 0
    mails = _shell(
        copy,
        "had = env['mail.mail'].search_count([])\n"
        "env['ai.close.audit.seal']._cron_mail_roots()\n"
        "print('NEW', env['mail.mail'].search_count([]) - had)",
    )
    assert "NEW 0" in mails
    with pytest.raises(AgentError):
        _port(copy).hello()
