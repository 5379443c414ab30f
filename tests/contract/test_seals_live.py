"""Seals of a running Odoo: roots leave the machine, an older database is refused, a gap is accepted."""

import json
import shutil

import pytest

from agent_service.audit import store
from agent_service.odoo_client.connect import connect
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.retry import Retry
from agent_service.secret import read_secret
from tests.support.demo import CLUSTER, Demo
from tests.support.schemas import CheckedTransport
from tools import odoo_cli, template

_EXPORT = """
company = env["res.company"].search([("name", "=", {company!r})])
with open({path!r}, "wb") as file:
    file.writelines(env["ai.close.audit.seal"]._export_lines(company))
"""
_SEAL = """
env["ai.close.audit.seal"]._cron_seal()
env.cr.commit()
"""
_NEW_ID = """
env["ir.config_parameter"].set_param("database.uuid", "restored-copy")
env.cr.commit()
env.registry.signal_changes()
"""
_ACCEPT = """
user = env["res.users"].search([("login", "=", {login!r})])
gaps = env["ai.close.audit.gap"].search([("state", "=", "open")])
try:
    gaps.with_user(user).action_accept({reason!r})
    print("ACCEPTED", len(gaps))
except Exception as error:
    print("REFUSED", error)
env.cr.commit()
"""


def export(demo: Demo, path):
    odoo_cli.shell(CLUSTER, demo.database, _SEAL)
    odoo_cli.shell(CLUSTER, demo.database, _EXPORT.format(company=demo.company, path=str(path)))
    return path


def accept(demo: Demo, login="carla", reason="The disk failed; restored the backup of Sunday.") -> str:
    return odoo_cli.shell(CLUSTER, demo.database, _ACCEPT.format(login=login, reason=reason)).split("\n")[-1]


def disconnect(database: str) -> None:
    CLUSTER.sql(f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{database}'")


def backup(demo: Demo) -> str:
    """Copy the database as it is now, as a backup does."""
    copy = f"{demo.database}_backup"
    disconnect(demo.database)
    template.reclone(demo.database, copy)
    return copy


def restore(demo: Demo, copy: str) -> None:
    """Put the copy in the place of what is there now."""
    disconnect(demo.database)
    odoo_cli.drop(CLUSTER, demo.database)
    template.clone(copy, demo.database)
    odoo_cli.drop(CLUSTER, copy)


def verified(demo: Demo, path, *more: str) -> tuple[int, dict]:
    done = demo.ai_close("audit", "verify", str(path), "--json", *more)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def refused(demo: Demo) -> None:
    """Assert that a run is refused for the older database, in one line that says who helps."""
    done = demo.ai_close(*demo.run_arguments())
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert done.stderr.count("\n") == 1
    for words in ("[RUN013]", "controller"):
        assert words in done.stderr


def roots_file(demo: Demo):
    """The one file of known roots of the demo's company."""
    company = demo.sql(f"SELECT to_json(id) FROM res_company WHERE name = '{demo.company}'")
    (path,) = (demo.state_dir / "audit").glob(f"*-{company}{store.ROOTS}")
    return path


@pytest.fixture(scope="module")
def closed(demos, finished) -> Demo:
    """A copy after one run."""
    demo = finished.copied(demos.make)
    demo.report = finished.report
    return demo


def test_a_run_keeps_the_roots_of_what_it_did(closed):
    kept = closed.report["seals"]
    last = closed.sql(
        "SELECT json_build_array(number, root) FROM ai_close_audit_seal seal JOIN res_company company ON"
        f" company.id = seal.company_id AND company.name = '{closed.company}' ORDER BY number DESC LIMIT 1"
    )
    assert [kept["number"], kept["root"]] == last
    assert kept["new"] == kept["number"] >= 1
    known = store.load_known(roots_file(closed))
    assert known.last.root == kept["root"]
    assert all(known.leaves(number) for number in known.seals)


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_the_port_shows_seals_page_by_page_in_the_agreed_shape(closed, transport):
    company = closed.sql(f"SELECT to_json(id) FROM res_company WHERE name = '{closed.company}'")
    checked = CheckedTransport(
        connect(
            closed.url, closed.database, "ai-close-agent", read_secret(closed.key_file, "key"),
            transport=transport,
        )
    )  # fmt: skip
    port = Port(checked, Retry(attempts=2, first_s=0.1))
    try:
        whole = port.seals(company)
        assert whole["next"] is None
        pages, after = [], 0
        while after is not None:
            page = port.seals(company, after=after, limit=1)
            pages += page["seals"]
            after = page["next"]
        assert pages == whole["seals"]
        assert checked.checked.count("seals.result") == len(pages) + 1
        assert port.seals(0)["seals"] == port.seals(0, limit=1000)["seals"]
    finally:
        port.close()


def test_the_servers_export_is_unbroken_and_every_event_of_it_is_proven(closed, tmp_path):
    path = export(closed, tmp_path / "export.jsonl")
    code, report = verified(closed, path)
    assert (code, report["result"], report["found"], report["damage"]) == (0, "unbroken", [], [])
    assert report["known"]["confirmed"] == report["known"]["seals"] > 0
    assert report["unsealed"]["count"] == 0
    assert report["events"] == closed.sql(
        "SELECT to_json(count(*)) FROM ai_close_audit audit JOIN res_company company"
        f" ON company.id = audit.company_id WHERE company.name = '{closed.company}'"
    )
    events = [json.loads(line) for line in path.read_bytes().splitlines() if line.startswith(b'{"action":')]
    for event in (events[0], events[-1]):
        proof = tmp_path / "proof.json"
        done = closed.ai_close("audit", "prove", str(path), "--event", str(event["id"]), "--out", str(proof))
        assert done.returncode == 0, done.stderr
        root = report["last"]["root"]
        done = closed.ai_close("audit", "check-proof", str(proof), "--root", root, "--json")
        assert (done.returncode, json.loads(done.stdout)["event"]) == (0, event)


@pytest.mark.slow
def test_an_event_changed_by_the_databases_owner_is_named(closed, make_demo, tmp_path):
    disconnect(closed.database)
    demo = make_demo(closed.database)
    company = demo.sql(f"SELECT to_json(id) FROM res_company WHERE name = '{demo.company}'")
    wanted = demo.sql(f"SELECT to_json(max(id)) FROM ai_close_audit WHERE company_id = {company}")
    demo.execute("ALTER TABLE ai_close_audit DISABLE TRIGGER USER")
    demo.execute(f"UPDATE ai_close_audit SET user_name = 'Somebody else' WHERE id = {wanted}")
    code, report = verified(demo, export(demo, tmp_path / "export.jsonl"))
    assert code == 1
    assert [(found["what"], found["events"]) for found in report["found"]] == [("changed", [wanted])]


@pytest.mark.slow
def test_the_restore_drill(make_demo, tmp_path):
    """Backup, go on, restore: the agent refuses until a controller accepts; then the report tells of it.

    The restored database bears a new id, as a copy does; under its own id see the second restore below.
    """
    demo = make_demo()
    demo.run()
    copy = backup(demo)
    last = demo.run()["seals"]
    before = shutil.copy(roots_file(demo), tmp_path / f"before{store.ROOTS}")
    restore(demo, copy)
    odoo_cli.shell(CLUSTER, demo.database, _NEW_ID)

    runs = demo.sql("SELECT to_json(count(*)) FROM ai_close_run")
    for _again in range(2):
        refused(demo)
    assert demo.sql("SELECT to_json(count(*)) FROM ai_close_run") == runs
    assert demo.ai_close("audit", "roots", "--company", demo.company).returncode == 4
    assert demo.sql("SELECT json_agg(json_build_array(known_number, known_root, state)) FROM"
                    " ai_close_audit_gap") == [[last["number"], last["root"], "open"]]  # fmt: skip
    code, report = verified(demo, export(demo, tmp_path / "older.jsonl"), "--known", str(before))
    assert code == 1
    assert {found["what"] for found in report["found"]} & {"older", "known"}

    assert accept(demo, login="anna").startswith("REFUSED")
    assert accept(demo, reason=" ").startswith("REFUSED")
    assert accept(demo) == "ACCEPTED 1"

    after = demo.run()["seals"]
    assert after["new"] > 0
    assert demo.run()["seals"]["number"] > after["number"]
    path = export(demo, tmp_path / "after.jsonl")
    code, report = verified(demo, path)
    assert (code, report["found"], report["warnings"]) == (0, [], [])
    assert report["database_uuid"] == "restored-copy"
    (gap,) = report["accepted_gaps"]
    assert (gap["number"], gap["root"], gap["by"]) == (last["number"], last["root"], "Carla Conti")
    assert "backup of Sunday" in gap["reason"]
    shown = demo.ai_close("audit", "verify", str(path)).stdout
    assert "Accepted gap" in shown
    code, report = verified(demo, path, "--known", str(before))
    assert (code, report["found"]) == (0, [])
    assert any("given up by an accepted gap" in text for text in report["warnings"])


@pytest.mark.slow
def test_a_second_restore_is_a_second_gap(make_demo):
    demo = make_demo()
    demo.run()
    copy = backup(demo)
    template.reclone(copy, f"{copy}_2")
    demo.run()
    restore(demo, copy)
    refused(demo)
    assert accept(demo) == "ACCEPTED 1"
    demo.run()
    restore(demo, f"{copy}_2")
    refused(demo)
    assert demo.sql("SELECT json_agg(state) FROM ai_close_audit_gap") == ["open"]
