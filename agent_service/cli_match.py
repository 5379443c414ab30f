"""`ai-close match` and `ai-close match evaluate`: bank lines against open items in files, without Odoo."""

import json
from pathlib import Path
from typing import Annotated

import typer

from agent_service.core.matching.evaluation import Evaluation, evaluate
from agent_service.errors import BadInput
from agent_service.match_files import proposals, shown
from agent_service.match_files.matching import Files, match_files
from agent_service.match_files.rows import Skipped

app = typer.Typer(
    help="Match bank lines to open items in files; needs no Odoo and no settings.",
    rich_markup_mode=None,
    invoke_without_command=True,
)

Json = Annotated[bool, typer.Option("--json", help="Print the figures as JSON for a program.")]
SkipBad = Annotated[bool, typer.Option("--skip-bad-rows", help="Skip and list rows that can't be read.")]


@app.callback()
def match(
    context: typer.Context,
    lines: Annotated[Path | None, typer.Option(help="Bank lines, a JSON object a row.")] = None,
    items: Annotated[Path | None, typer.Option(help="Open items, a JSON object a row.")] = None,
    company_currency: Annotated[str | None, typer.Option(help="The books' currency, like USD.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the proposals to this file.")] = None,
    rates: Annotated[Path | None, typer.Option(help="Rates as CSV: currency, date, rate.")] = None,
    history: Annotated[
        Path | None, typer.Option(help="What people did with earlier proposals, a JSON object a row.")
    ] = None,
    policy: Annotated[Path | None, typer.Option(help="What the company decided, as JSON.")] = None,
    skip_bad_rows: SkipBad = False,
    as_json: Json = False,
) -> None:
    """Propose for each bank line the open items that it pays, or say why there are none.

    Exit codes: 0 done, 2 a file, a row or an option can't be read.
    """
    if context.invoked_subcommand is not None:
        return
    given = {"--lines": lines, "--items": items, "--company-currency": company_currency, "--out": out}
    missing = [name for name, value in given.items() if value is None]
    if missing or lines is None or items is None or company_currency is None or out is None:
        raise BadInput(f"{', '.join(missing)} is missing", "See `ai-close match --help`.")
    done = match_files(
        Files(lines, items, rates, history, policy), company_currency, skip_bad_rows=skip_bad_rows
    )
    proposals.write(out, done.proposals, done.places)
    _list(done.skipped)
    if as_json:
        typer.echo(json.dumps(shown.summary(done), ensure_ascii=False, indent=2))
    else:
        typer.echo(shown.told(done, out))


@app.command("evaluate")
def evaluate_command(
    truth: Annotated[Path, typer.Option(help="The right answers, in the shape of proposals.")],
    proposed: Annotated[Path, typer.Option("--proposals", help="The proposals to judge.")],
    skip_bad_rows: SkipBad = False,
    as_json: Json = False,
) -> None:
    """Say how well proposals answer a truth: precision, recall and F1 by kind, coverage, calibration.

    A proposal is right only if lines, items, kind, and kinds and amounts of its write-offs agree.
    """
    skipped = Skipped(skip_bad_rows)
    found: Evaluation = evaluate(
        proposals.read_answers(truth, skipped), proposals.read_answers(proposed, skipped)
    )
    _list(skipped.told)
    if as_json:
        typer.echo(json.dumps(shown.figures(found), ensure_ascii=False, indent=2))
    else:
        typer.echo(shown.report(found))


def _list(skipped: tuple[str, ...] | list[str]) -> None:
    for one in skipped:
        typer.echo(f"ai-close: skipped: {one}", err=True)
    if skipped:
        typer.echo(f"ai-close: {len(skipped)} rows were skipped.", err=True)
