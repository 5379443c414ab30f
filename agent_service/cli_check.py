"""`ai-close check`: judge a ledger in files by every rule, without Odoo."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from agent_service.errors import BadInput, ExitCode
from agent_service.ledger_files import findings_file
from agent_service.ledger_files.check import CheckReport, check_ledger

_SHOWN = 20


def check(
    ledger: Annotated[Path, typer.Option(help="The folder with moves, lines, accounts … as CSV or Parquet.")],
    out: Annotated[Path, typer.Option(help="Write the findings to this file, a JSON object a line.")],
    policy: Annotated[Path | None, typer.Option(help="What the company decided, as JSON.")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="The month, as YYYY-MM; without it the policy's, else the last month with entries."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON for a program.")] = False,
) -> None:
    """Judge a ledger in files by every rule; needs no Odoo and no settings.

    Exit codes: 0 nothing was found, 1 something was found, 2 a file, the policy or the period can't be read.
    """
    report = check_ledger(ledger, policy, period)
    _write(out, findings_file.text(report.rows))
    if as_json:
        typer.echo(json.dumps(report.summary(), ensure_ascii=False, indent=2))
    else:
        _show(report, out)
    if report.rows:
        raise typer.Exit(ExitCode.FOUND)


def _write(path: Path, content: str) -> None:
    """Write the file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(content, encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"{path} can't be written ({error.strerror})", "Name another file.") from None


def _show(report: CheckReport, out: Path) -> None:
    counts = report.summary()["findings"]
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "none"
    typer.echo(f"{report.period}: {report.entries} entries, {report.lines} lines; findings: {told}.")
    for row in sorted(report.rows, key=lambda one: list(counts).index(one["severity"]))[:_SHOWN]:
        typer.echo(f"  {row['severity']:8} {row['rule']}  {row['explanation']}")
    if len(report.rows) > _SHOWN:
        typer.echo(f"  and {len(report.rows) - _SHOWN} more")
    for one in report.not_judged:
        typer.echo(f"  {one['kind']:8} {one['rule']}  {one['message']}")
    typer.echo(f"All findings are in {out}.")
