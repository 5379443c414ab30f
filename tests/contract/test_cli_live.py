"""The command line against a running Odoo: wrong input is one line with its exit code, and writes nothing."""

import json
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from tests.support.demo import CLUSTER, Demo, proposals
from tools import odoo_cli, template
from tools.paths import ROOT

KEY_OF_NOBODY = "f" * 40
# Where a test needs a database of its own, the older transport waits for `make test-slow`.
EITHER = pytest.mark.parametrize("transport", ["json2", pytest.param("jsonrpc", marks=pytest.mark.slow)])


@pytest.fixture(scope="module")
def books(demos) -> Demo:
    """One copy for all that changes nothing."""
    return demos.make()


def _standing(demo: Demo) -> tuple:
    runs = demo.sql("SELECT json_agg(json_build_array(run_key, state) ORDER BY id) FROM ai_close_run")
    return proposals(demo), runs


def _refused(demo: Demo, code: int, *words: str, arguments: tuple = (), module: str = "agent_service", **env):
    """One line on stderr, nothing on stdout, the exit code, and the database as it was."""
    before = _standing(demo)
    done = demo.ai_close(*(arguments or demo.run_arguments()), module=module, **env)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.startswith("ai-close: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert demo.key_file.read_text().strip() not in done.stderr
    for word in words:
        assert word in done.stderr
    assert _standing(demo) == before


def _run(company: str, period: str) -> tuple[str, ...]:
    return ("run", "--company", company, "--period", period)


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_a_wrong_key(books, tmp_path, transport):
    wrong = tmp_path / "wrong.key"
    wrong.touch(mode=0o600)
    wrong.write_text(KEY_OF_NOBODY)
    _refused(books, 3, "refuses the API key", AI_CLOSE_KEY_FILE=str(wrong), AI_CLOSE_TRANSPORT=transport)


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_a_wrong_database(books, transport):
    _refused(books, 3, "AI_CLOSE_DATABASE", AI_CLOSE_DATABASE="no_such_books", AI_CLOSE_TRANSPORT=transport)


def test_a_wrong_login_over_jsonrpc(books):
    _refused(books, 3, "AI_CLOSE_LOGIN", AI_CLOSE_LOGIN="somebody", AI_CLOSE_TRANSPORT="jsonrpc")


def test_odoo_is_down(books):
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{bound.getsockname()[1]}"
        _refused(books, 3, "that Odoo runs", AI_CLOSE_URL=url)


def test_an_address_with_something_else_behind_it(books):
    _refused(books, 3, "instead of data", AI_CLOSE_URL=f"{books.url}/web", AI_CLOSE_TRANSPORT="json2")


@pytest.mark.parametrize(
    ("company", "period", "word"),
    [
        ("Nobody Ltd", "2026-10", "Northwind Trading ("),
        ("northwind trading", "2026-10", "no company"),
        ("99999", "2026-10", "no company"),
        ("Northwind Trading", "2026-13", "YYYY-MM"),
        ("Northwind Trading", "October 2026", "YYYY-MM"),
        ("Northwind Trading", "2199-01", "[RUN004]"),
        ("Northwind Trading", "1066-10", "[RUN004]"),
    ],
)
def test_an_unknown_company_or_period(books, company, period, word):
    _refused(books, 2, word, arguments=_run(company, period))


@pytest.mark.parametrize("version", ["0.9.0", "2.0.0"])
def test_an_agent_of_another_release(books, version):
    _refused(books, 4, "[RUN007]", module="tests.support.other_version", AI_CLOSE_TEST_VERSION=version)


@pytest.fixture(scope="module")
def spoilt(demos) -> Demo:
    """One copy for all that spoil what nobody else looks at."""
    return demos.make()


def test_a_company_that_does_not_use_ai_close(spoilt):
    spoilt.execute("UPDATE res_company SET ai_close_enabled = false WHERE name = 'Northwind Services'")
    _refused(spoilt, 2, "[RUN006]", arguments=_run("Northwind Services", spoilt.period))


def test_a_locked_period(finished_demo):
    finished_demo.execute("UPDATE ai_close SET state = 'locked'")
    _refused(finished_demo, 5, "[RUN005]")


def test_a_user_that_is_no_agent(spoilt, tmp_path):
    demo = replace(spoilt, key_file=tmp_path / "plain.key")
    demo.key_file.touch(mode=0o600)
    demo.key_file.write_text(odoo_cli.shell(CLUSTER, demo.database, _NO_AGENT).split()[-1])
    _refused(demo, 3, "[RUN008]")


_NO_AGENT = """
from datetime import datetime, timedelta
group = [(6, 0, [env.ref("account.group_account_readonly").id])]
user = env["res.users"].create({"name": "Plain", "login": "plain", "group_ids": group})
until = datetime.now() + timedelta(days=1)
print(env["res.users.apikeys"].with_user(user).sudo()._generate("rpc", "test", until))
env.cr.commit()
"""


@EITHER
def test_a_database_without_the_add_on(make_demo, transport):
    demo = make_demo(template.base(), transport=transport)
    made = odoo_cli.shell(CLUSTER, demo.database, _NO_AGENT)
    demo.key_file.write_text(made.split()[-1])
    done = demo.ai_close(*demo.run_arguments(), AI_CLOSE_LOGIN="plain")
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert "ai_close is not installed" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_the_doctor_finds_all_well(books, transport):
    done = books.ai_close("doctor", "--json", AI_CLOSE_TRANSPORT=transport)
    report = json.loads(done.stdout)
    levels = {check["name"]: check["level"] for check in report["checks"]}
    assert (done.returncode, report["worst"]) == (0, "ok"), report
    assert levels.keys() >= {"connection", "add-on", "rights", "clock", "key", "companies", "language model"}


_MORE_GROUPS = """
user = env["res.users"].search([("login", "=", "ai-close-agent")])
user.write({"group_ids": [(4, env.ref("account.group_account_manager").id)]})
env.cr.commit()
env.registry.signal_changes()
"""
_NO_GROUPS = """
user = env["res.users"].search([("login", "=", "ai-close-agent")])
env["ai.close.role.grant"]._set_up(user, "agent", "revoke")
env.cr.commit()
env.registry.signal_changes()
"""


def test_the_doctor_asks_odoo_what_the_user_may_do(make_demo):
    """With a manager's group by mistake the agent still writes nothing; without its role it is refused."""
    demo = make_demo()
    odoo_cli.shell(CLUSTER, demo.database, _MORE_GROUPS)
    assert _doctor(demo)["rights"]["level"] == "ok"
    odoo_cli.shell(CLUSTER, demo.database, _NO_GROUPS)
    assert _doctor(demo)["rights"]["level"] == "fail"


def _doctor(demo: Demo) -> dict:
    """Return the doctor's checks by name; its exit code must fit them."""
    done = demo.ai_close("doctor", "--json")
    report = json.loads(done.stdout)
    assert (done.returncode == 3) is (report["worst"] == "fail")
    return {check["name"]: check for check in report["checks"]}


@EITHER
def test_a_key_is_rotated_and_the_old_one_is_dead(make_demo, transport):
    demo = make_demo(transport=transport)
    old = demo.key_file.read_text()
    done = demo.ai_close("key", "rotate", "--json")
    assert done.returncode == 0, done.stderr
    new = demo.key_file.read_text()
    assert new != old
    assert new.strip() not in done.stdout + done.stderr
    assert demo.ai_close("doctor").returncode == 0
    demo.key_file.write_text(old)
    assert demo.ai_close("doctor").returncode == 3
    assert demo.sql("SELECT count(*) FROM res_users_apikeys WHERE user_id = "
                    "(SELECT id FROM res_users WHERE login = 'ai-close-agent')") == 1  # fmt: skip


def test_two_agents_at_once_one_works_and_one_is_told(odoo_demo):
    """Two machines, so two state folders: Odoo decides which of them works."""
    first = _start(odoo_demo, *odoo_demo.run_arguments(), AI_CLOSE_STATE_DIR=f"{odoo_demo.state_dir}-1")
    second = _start(odoo_demo, *odoo_demo.run_arguments(), AI_CLOSE_STATE_DIR=f"{odoo_demo.state_dir}-2")
    ended = [process.communicate(timeout=240) for process in (first, second)]
    codes = sorted(process.returncode for process in (first, second))
    assert codes in ([0, 5], [0, 0]), ended  # both, when the second came after the first had ended
    states = odoo_demo.sql("SELECT json_agg(state) FROM ai_close_run")
    assert set(states) == {"done"}
    assert len(states) == codes.count(0)


def _start(demo: Demo, *arguments: str, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "agent_service", *arguments],
        env=demo.env(**env), cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_the_service_runs_what_a_person_or_an_import_asked_for_and_stops_when_told(make_demo):
    """A bank line that was imported has its proposal within two minutes, without anybody's asking."""
    demo = make_demo()
    odoo_cli.shell(CLUSTER, demo.database, _ASK)
    service = _start(demo, "serve")
    try:
        deadline = time.monotonic() + 120
        states: list[str] = []
        while len(states) < 2 and "failed" not in states and time.monotonic() < deadline:
            time.sleep(0.5)
            states = demo.sql(
                "SELECT coalesce(json_agg(state), '[]') FROM ai_close_run WHERE state IN ('done', 'failed')"
            )
        service.send_signal(signal.SIGTERM)
        _out, err = service.communicate(timeout=60)
    finally:
        service.kill()
    events = [json.loads(row)["event"] for row in err.splitlines()]
    assert states == ["done", "done"], err
    assert service.returncode == 0
    assert (events[0], events[-1]) == ("serving", "stopped")
    assert "run_done" in events
    assert demo.sql("SELECT json_agg(trigger ORDER BY trigger) FROM ai_close_run") == ["import", "person"]
    assert demo.sql("SELECT to_json(state) FROM ai_close_match WHERE line_date = '2026-11-03'") == "proposed"
    assert demo.run_keys() == []


_ASK = """
from datetime import date
company = env["res.company"].search([("name", "=", "Northwind Trading")])
close = env["ai.close"].sudo()._for_period(company, date(2026, 10, 1))
anna = env["res.users"].search([("login", "=", "anna")])
close.with_user(anna).with_context(allowed_company_ids=company.ids).action_run_now()
env.cr.commit()
item = env["account.move.line"].search([
    ("company_id", "=", company.id), ("account_id.account_type", "=", "asset_receivable"),
    ("reconciled", "=", False), ("parent_state", "=", "posted"), ("balance", ">", 0),
    ("currency_id", "=", company.currency_id.id)], order="id desc", limit=1)
bank = env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "bank")], limit=1)
env["account.bank.statement.line"].create({
    "journal_id": bank.id, "date": "2026-11-03", "payment_ref": item.move_name,
    "amount": item.amount_residual, "partner_id": item.partner_id.id})
env.cr.commit()
"""
