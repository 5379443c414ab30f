"""`make demo`, second part: database, company, bank statement, one run, and what it found."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from tools import agent, odoo_cli, postgres, sample, say, template
from tools.demo_summary import show
from tools.odoo_server import OdooServer
from tools.paths import VAR, var_dir
from tools.progress import bar, console

DB = "ai_close_demo"
CLUSTER = postgres.DEMO
RECORD = VAR / "demo.json"
FILES = VAR / "demo"


def read_record() -> dict:
    """Return what is known of the demo, empty before the first one."""
    try:
        return json.loads(RECORD.read_text())
    except (OSError, ValueError):
        return {}


def write_record(record: dict) -> None:
    """Keep addresses and passwords, readable by their owner only; never half-written."""
    draft = RECORD.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_text(json.dumps(record, indent=2) + "\n")
    draft.replace(RECORD)


def server() -> OdooServer:
    """Return the demo's server (not started)."""
    return OdooServer(DB, port=8069, cluster=CLUSTER, name="demo", cron=True)


def agent_env(record: dict) -> dict[str, str]:
    """Return the environment of the demo's agent."""
    state = var_dir("demo", "agent")
    return agent.settings(record["url"], DB, Path(record["agent_key_file"]), state)


def _build() -> dict:
    """Make the database: it gets its name only when it is complete."""
    raw = f"{DB}_raw"
    with bar("Odoo with accounting and trade") as update:
        base = template.ensure(
            "base", template.base_key(),
            lambda db: odoo_cli.install(CLUSTER, db, template.BASE_MODULES, on_progress=update),
            cluster=CLUSTER,
        )
    with bar("AI Close") as update:
        source = template.ensure(
            "addons", template.addons_key(),
            lambda db: odoo_cli.install(CLUSTER, db, template.own_modules(), on_progress=update),
            start_from=base, cluster=CLUSTER,
        )
    period = sample.last_period(datetime.now(UTC).date())
    with bar("sample company") as update:
        template.reclone(source, raw, CLUSTER)
        sample.generate(FILES, period)
        sample.load(CLUSTER, raw, FILES, update)
        template.rename(raw, DB, CLUSTER)
    return {"database": DB, "company": sample.COMPANY, "period": period,
            "logins": sample.logins(FILES), "agent_key_file": str(FILES / "agent.key"),
            "addons": template.addons_key(), "done": ["company"]}


def _update_addons(record: dict) -> None:
    """Bring the kept database to the add-ons of this checkout."""
    if record.get("addons") == template.addons_key():
        return
    server().stop()
    with bar("updating AI Close") as update:
        odoo_cli.install(CLUSTER, DB, template.own_modules(), update=True, on_progress=update)
    record["addons"] = template.addons_key()
    write_record(record)


def main(started: float) -> None:
    """Tell the story; every finished step is kept, so a second call goes on where it stopped."""
    record = read_record()
    if not (record and CLUSTER.exists(DB)):
        server().stop()
        odoo_cli.drop(CLUSTER, DB)
        record = _build()
        write_record(record)
    else:
        console.print(f"  keeping the database {DB} (`make reset` deletes it)")
        _update_addons(record)
    with bar("Odoo server"):
        running = server().start()
    record |= {"url": running.url, "log": str(running.log), "port": running.port}
    write_record(record)
    if "statement" not in record["done"]:
        with bar("importing the bank statement"):
            record["import"] = sample.import_statement(running.url, DB, FILES).strip()
        record["done"].append("statement")
        write_record(record)
    if "run" not in record["done"]:
        with bar("one run of the agent"):
            record["run"] = agent.run_once(agent_env(record), record["company"], record["period"])
        record["done"].append("run")
        write_record(record)
    agent.start(agent_env(record))
    show(record, RECORD, time.monotonic() - started)


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]) if len(sys.argv) > 1 else time.monotonic())
    except say.CommandFailed as error:
        say.fail(f"{error}\n\nlogs are in {VAR / 'log'}; `make demo` again goes on where it stopped")
