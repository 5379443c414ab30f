"""`ai-close llm evaluate | offer`: try the configured language model, and offer it to people to decide on.

It is tried on made-up cases, none of anybody's books.
"""

import json
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from agent_service.bootstrap import Agent
from agent_service.bootstrap_llm import need_model, tried
from agent_service.llm.trial import Trial
from agent_service.progress import Progress
from agent_service.settings import load, load_llm
from agent_service.telemetry import configure_logs

app = typer.Typer(help="The optional language model.", rich_markup_mode=None, no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def _group() -> None:
    """The optional language model."""


@app.command("evaluate")
def evaluate(context: typer.Context, as_json: Json = False) -> None:
    """Try the model on the evaluation set: what holds, what the template had to say, what it cost."""
    settings = load_llm(context.obj)
    need_model(settings)
    with Progress() as progress:
        trial = tried(settings, progress.told)
    if as_json:
        told = {task: asdict(score) for task, score in trial.scores.items()}
        cost = f"{trial.cost:.4f} {trial.currency}"
        row: dict[str, Any] = {
            "model": trial.model,
            "tasks": told,
            "usage": asdict(trial.usage),
            "cost": cost,
        }
        typer.echo(json.dumps(row, indent=2))
    else:
        _show(trial)


@app.command("offer")
def offer(
    context: typer.Context,
    company: Annotated[
        str | None,
        typer.Option(help="The company's exact name, or its id; all that the agent reads if absent."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Try the model, and hand it in with its figures and prompts: people in Odoo decide on it."""
    settings = load(context.obj)
    need_model(settings)
    configure_logs(settings.log_level or "error")
    with Progress() as progress:
        trial = tried(settings, progress.told)
    offered = Agent(settings).offer_language(trial.offer(settings.llm_url or ""), company)
    if as_json:
        typer.echo(json.dumps({"model": trial.model, "offered": offered}, indent=2))
        return
    _show(trial)
    for each in offered:
        typer.echo(f"{each['company']}: version {each['version']} of the language model, {each['state']}")


def _show(trial: Trial) -> None:
    table = Table(title=f"{trial.model} on the evaluation set")
    for name in ("task", "cases", "taken", "template", "right"):
        table.add_column(name, justify="left" if name == "task" else "right")
    for task, score in trial.scores.items():
        right = f"{score.right} of {score.checked}" if score.checked else "-"
        table.add_row(task, str(score.cases), str(score.taken), str(score.template), right)
    console = Console()
    console.print(table)
    for reason in sorted({reason for score in trial.scores.values() for reason in score.reasons}):
        console.print(f"not taken: {reason}", markup=False)
    used = trial.usage
    cost = f"{trial.cost:.4f} {trial.currency}"
    console.print(f"{used.calls} calls, {used.tokens_in:,} tokens in, {used.tokens_out:,} out, {cost}")
