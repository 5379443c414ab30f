"""A fresh copy of the sample company behind a running Odoo, and the agent as a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tools import postgres, sample
from tools.paths import ROOT

CLUSTER = postgres.TEST
# Several sessions of tests may look for a free port at the same time: each begins elsewhere.
FIRST_PORT = 20000 + os.getpid() % 4000 * 3


@dataclass
class Demo:
    """One database: where it is, how the agent gets in, and what stands in it."""

    url: str
    database: str
    key_file: Path
    state_dir: Path
    company: str = sample.COMPANY
    period: str = sample.TEST_PERIOD
    transport: str = "json2"
    settings: dict[str, str] = field(default_factory=dict)

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of an agent for this database, and of nothing else."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AI_CLOSE_")}
        return {
            **kept,
            "AI_CLOSE_URL": self.url,
            "AI_CLOSE_DATABASE": self.database,
            "AI_CLOSE_KEY_FILE": str(self.key_file),
            "AI_CLOSE_STATE_DIR": str(self.state_dir),
            "AI_CLOSE_TRANSPORT": self.transport,
            **self.settings,
            **more,
        }

    def ai_close(
        self, *arguments: str, module: str = "agent_service", timeout_s: float = 240, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line, as it is or inside a module that plays a trick on it."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env=self.env(**env), cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=timeout_s, check=False,
        )  # fmt: skip

    def run_arguments(self) -> tuple[str, ...]:
        """Return the words of one run with its report for machines."""
        return ("run", "--company", self.company, "--period", self.period, "--json")

    def run(self, module: str = "agent_service", **env: str) -> dict:
        """Run the agent to its end and return its report."""
        done = self.ai_close(*self.run_arguments(), module=module, **env)
        if done.returncode != 0:
            raise AssertionError(f"ai-close ended with {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def run_keys(self) -> list[str]:
        """Return the run keys that the agent still keeps."""
        return [json.loads(path.read_text())["run_key"] for path in (self.state_dir / "runs").glob("*.json")]

    def sql(self, text: str) -> list:
        """Run a query that gives one JSON value and return it."""
        return json.loads(CLUSTER.sql(text, db=self.database) or "null")

    def execute(self, text: str) -> None:
        """Change the database behind everybody's back."""
        CLUSTER.sql(text, db=self.database)


_PROPOSALS = {
    "findings": """
        SELECT key, rule, severity, facet, title, message, amount::text, records, evidence, state
        FROM ai_close_finding""",
    "matches": """
        SELECT match.key, match.kind, match.confidence::text, match.band, match.reasons, match.alternatives,
               match.state, (SELECT json_agg(json_build_array(item.move_line_id, item.amount::text)
                                             ORDER BY item.move_line_id)
                             FROM ai_close_match_item item WHERE item.match_id = match.id) AS items
        FROM ai_close_match match""",
    "entries": """
        SELECT entry.key, entry.proposer, entry.date, entry.reversal_date, entry.ref, entry.narration,
               entry.calculation, entry.state, entry.amount_total::text,
               (SELECT json_agg(json_build_array(line.account_id, line.partner_id, line.name,
                                                 line.balance::text)
                                ORDER BY line.account_id, line.partner_id, line.name, line.balance)
                FROM ai_close_entry_line line WHERE line.entry_id = entry.id) AS lines
        FROM ai_close_entry entry""",
    "tasks": """
        SELECT code AS key, state, check_state,
               regexp_replace(check_message, 'Run [0-9]+', 'Run N') AS message
        FROM ai_close_task""",
    "running": "SELECT run_key AS key FROM ai_close_run WHERE state = 'running'",
    "moves": "SELECT state AS key, count(*) FROM account_move GROUP BY state",
}


def proposals(demo: Demo) -> dict[str, list]:
    """Return everything that a run leaves in the database, without ids of runs and times."""
    query = "SELECT coalesce(json_agg(row_to_json(each) ORDER BY each.key), '[]') FROM ({}) each"
    return {name: demo.sql(query.format(text)) for name, text in _PROPOSALS.items()}
