"""`ai-close llm evaluate`: try the configured language model on made-up cases, none of anybody's books."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from agent_service.errors import BadInput
from agent_service.progress import Progress
from agent_service.settings import load_llm

app = typer.Typer(help="The optional language model.", rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def _group() -> None:
    """The optional language model."""


@app.command("evaluate")
def evaluate(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """Try the model on the evaluation set: what holds, what the template had to say, what it cost."""
    settings = load_llm(context.obj)
    if not settings.llm_url or not settings.llm_model:
        raise BadInput("no language model is configured", "Set AI_CLOSE_LLM_URL and AI_CLOSE_LLM_MODEL.")
    # imported here: the client's library takes a second that no other command should pay
    from agent_service.llm.evaluation import evaluate as run
    from agent_service.llm.gateway import Gateway
    from agent_service.llm.probe import client
    from agent_service.llm.weather import Budget, Pace

    with client(settings.llm_url, settings.llm_key) as asked, Progress() as progress:
        gateway = Gateway(
            asked,
            settings.llm_model,
            Budget(settings.llm_price, run_limit=settings.llm_run_limit),
            Pace(settings.llm_per_minute),
            timeout_s=settings.llm_timeout_s,
        )
        scores = run(gateway, progress.told)
    used = gateway.budget.usage
    cost = f"{gateway.budget.cost:.4f} {gateway.budget.price.currency}"
    if as_json:
        told = {task: asdict(score) for task, score in scores.items()}
        typer.echo(
            json.dumps(
                {"model": settings.llm_model, "tasks": told, "usage": asdict(used), "cost": cost}, indent=2
            )
        )
        return
    table = Table(title=f"{settings.llm_model} on the evaluation set")
    for name in ("task", "cases", "taken", "template", "right"):
        table.add_column(name, justify="left" if name == "task" else "right")
    for task, score in scores.items():
        right = f"{score.right} of {score.checked}" if score.checked else "-"
        table.add_row(task, str(score.cases), str(score.taken), str(score.template), right)
    console = Console()
    console.print(table)
    for reason in sorted({reason for score in scores.values() for reason in score.reasons}):
        console.print(f"not taken: {reason}", markup=False)
    console.print(f"{used.calls} calls, {used.tokens_in:,} tokens in, {used.tokens_out:,} out, {cost}")
