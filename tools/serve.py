"""`make serve`, `make stop` and `make reset`: the demo's database, server and agent."""

import json
import shutil
import sys

from tools import agent, odoo_cli, postgres, say
from tools.odoo_server import OdooServer
from tools.paths import VAR, var_dir


def start() -> None:
    """Start what `make demo` made, without changing it."""
    from tools import demo_story

    record = demo_story.read_record()
    postgres.DEMO.start()
    if not (record and postgres.DEMO.exists(demo_story.DB)):
        say.fail("there is no demo yet: run `make demo`")
    running = demo_story.server().start()
    record |= {"url": running.url, "port": running.port}
    demo_story.write_record(record)
    log = agent.start(demo_story.agent_env(record))
    say.line(f"Odoo: {running.url}\nagent: log {log}")


def stop() -> None:
    """Stop the agent, every server and both clusters of this checkout."""
    agent.stop()
    for state in sorted(var_dir("run").glob("*.json")):
        record = json.loads(state.read_text() or "{}")
        if "port" in record:
            OdooServer("", name=state.stem).stop()
    for cluster in postgres.CLUSTERS.values():
        cluster.stop()
    say.line("stopped")


def reset() -> None:
    """Delete the demo's database, files and passwords; templates and downloads stay."""
    agent.stop()
    OdooServer("", name="demo").stop()
    postgres.DEMO.start()
    for db in ("ai_close_demo", "ai_close_demo_raw"):
        odoo_cli.drop(postgres.DEMO, db)
    shutil.rmtree(VAR / "demo", ignore_errors=True)
    (VAR / "demo.json").unlink(missing_ok=True)
    stop()


if __name__ == "__main__":
    {"start": start, "stop": stop, "reset": reset}[sys.argv[1]]()
