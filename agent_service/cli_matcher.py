"""`ai-close matcher train`: learn from what people decided, for the versions that wait in Odoo."""

import json
from typing import Annotated

import typer

from agent_service.bootstrap import Agent
from agent_service.progress import Progress
from agent_service.settings import load
from agent_service.telemetry import configure_logs

app = typer.Typer(help="Versions of the matcher.", rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Versions of the matcher."""


@app.command("train")
def train(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Learn from what people decided on matches, for the versions asked for in Odoo; a controller decides."""
    settings = load(context.obj)
    configure_logs(settings.log_level or "error")
    agent = Agent(settings)
    with Progress() as progress:
        done = [agent.train(each["key"], progress.told) for each in agent.trainings()]
    if as_json:
        typer.echo(json.dumps(done, indent=2, sort_keys=True))
        return
    for each in done:
        said = (
            f"learned from {each['learned_from']} decisions, tried on {each['held_out']}, {each['state']}"
            if each["learned_from"] is not None
            else "failed, see Odoo"
        )
        typer.echo(f"{each['company']}, version {each['version']}: {said}")
    if not done:
        typer.echo("No training waits.")
