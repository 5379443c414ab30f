"""The last screen of `make demo`: what the agent found and where to log in."""

from pathlib import Path

from rich.table import Table

from agent_service.sample.load.control import PEOPLE
from tools.progress import console


def _words(counts: dict) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"


def _rules(counts: dict) -> str:
    """Name each rule with its count, without a space that a line could break at."""
    return ", ".join(f"{code}×{number}" for code, number in counts.items() if number) or "none"


def _found(run: dict) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2))
    checklist = run.get("checklist", {})
    statuses = run.get("statuses", {})
    rows = [
        ("Findings", _words(run.get("findings", {}))),
        ("by rule", _rules(run.get("rules", {}))),
        ("Bank matches", _words(run.get("matches", {}))),
        ("Proposed entries", _words(run.get("entries", {}))),
        ("Checklist", f"{checklist.get('done', 0)} of {checklist.get('total', 0)} tasks done"),
        ("Sent to Odoo", _words(statuses)),
    ]
    for name, text in rows:
        table.add_row(name, text)
    return table


def show(record: dict, file: Path, seconds: float) -> None:
    """Print the summary; passwords of the demo's users are generated and stand in `file` too."""
    console.print(f"\n[bold]{record['company']}, {record['period']}[/bold]: the agent's first run")
    console.print(_found(record.get("run", {})))
    for failure in record.get("run", {}).get("failures", []):
        console.print(f"  [red]failed[/red] {failure}")
    for row in record.get("run", {}).get("refused", []):
        console.print(f"  [yellow]refused[/yellow] {row['key']}: {row['reason']} ({row['code']})")
    logins = Table(show_header=False, box=None, padding=(0, 2))
    roles = {login: role for login, _name, role in PEOPLE}
    for login in sorted(record["logins"], key=list(roles).index):
        logins.add_row(roles[login], login, record["logins"][login])
    console.print(f"\n[bold]{record['url']}/odoo/ai-close[/bold]  (all of this is in var/{file.name})")
    console.print(logins)
    console.print(f"\nready after {seconds:.0f} s; `make stop` stops it, `make serve` starts it again")
