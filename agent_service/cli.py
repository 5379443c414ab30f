"""The command line: `ai-close run | serve | check | match | doctor | key rotate | audit ...`.

What was asked for goes to stdout; progress, logs and errors go to stderr. An error is one line: what
happened, and what to do.
"""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from typer.exceptions import TyperException

from agent_service import __version__, doctor, keys, shown
from agent_service.bootstrap import Agent, Request
from agent_service.cli_audit import app as audit_app
from agent_service.cli_check import check
from agent_service.cli_llm import app as llm_app
from agent_service.cli_match import app as match_app
from agent_service.cli_matcher import app as matcher_app
from agent_service.errors import AgentError, BadInput, ExitCode
from agent_service.progress import Progress
from agent_service.settings import load
from agent_service.telemetry import configure_logs

_SETTINGS = """\
Settings come from the environment: AI_CLOSE_URL, AI_CLOSE_DATABASE and AI_CLOSE_KEY_FILE are needed;
AI_CLOSE_LOGIN, AI_CLOSE_TRANSPORT, AI_CLOSE_STATE_DIR, AI_CLOSE_TIMEOUT_S, AI_CLOSE_LLM_URL,
AI_CLOSE_LLM_KEY_FILE, AI_CLOSE_LLM_MODEL, AI_CLOSE_NIGHTLY_HOUR, AI_CLOSE_NIGHTLY_MINUTE,
AI_CLOSE_METRICS_PORT and AI_CLOSE_LOG_LEVEL may be set.

Exit codes: 0 ok, 1 something was found, 2 usage or bad input, 3 connection or authentication,
4 version or add-on (also: a database older than its last known root), 5 busy or locked, 6 partly failed.
"""

app = typer.Typer(
    name="ai-close",
    help="The agent of AI Close for Odoo: reads the books and proposes; people decide.",
    epilog=_SETTINGS,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
key_app = typer.Typer(help="The agent's API key.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(key_app, name="key")
app.add_typer(audit_app, name="audit")
app.add_typer(matcher_app, name="matcher")
app.add_typer(llm_app, name="llm")
app.command("check")(check)
app.add_typer(match_app, name="match")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of a table.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ai-close {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    context: typer.Context,
    env_file: Annotated[
        Path | None,
        typer.Option(help="A file of KEY=VALUE lines for settings that the environment leaves out."),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keep what every command needs."""
    context.obj = env_file


def _agent(context: typer.Context, *, level: str = "error") -> Agent:
    settings = load(context.obj)
    configure_logs(settings.log_level or level)
    return Agent(settings)


@app.command()
def run(
    context: typer.Context,
    company: Annotated[str, typer.Option(help="The company's exact name, or its id.")],
    period: Annotated[str, typer.Option(help="The month, as YYYY-MM.")],
    full: Annotated[
        bool,
        typer.Option("--full", help="Read and judge everything, not only what changed since the last run."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Check, match and propose for one company and month."""
    agent = _agent(context)
    with Progress() as progress:
        summary = agent.run(Request(company, period, full=full), progress.told)
    if as_json:
        _print_json(summary)
    else:
        shown.run(summary)
    if shown.broken(summary):
        raise typer.Exit(ExitCode.PARTLY_FAILED)


@app.command("backtest")
def backtest(context: typer.Context, as_json: Json = False) -> None:
    """Judge past months for the versions of a policy that wait for their backtest in Odoo."""
    agent = _agent(context)
    with Progress() as progress:
        done = [agent.backtest(each["key"], progress.told) for each in agent.backtests()]
    if as_json:
        _print_json(done)
        return
    for each in done:
        found = "failed, see Odoo" if each["findings"] is None else f"{each['findings']} findings"
        typer.echo(f"{each['company']}, {', '.join(each['months'])}: {found}")
    if not done:
        typer.echo("No backtest waits.")


@app.command()
def serve(context: typer.Context) -> None:
    """Run every company at night, and what people ask for in Odoo, until stopped."""
    from agent_service.scheduler import Service

    Service(_agent(context, level="info")).start()


@app.command("doctor")
def examine(context: typer.Context, as_json: Json = False) -> None:
    """Look at all that a run needs, and say how to mend what is wrong."""
    try:
        agent = _agent(context)
    except AgentError as error:
        checks = [doctor.failed("settings", error)]
    else:
        checks = list(doctor.examine(agent))
    if as_json:
        _print_json({"worst": doctor.worst(checks), "checks": [check.shown() for check in checks]})
    else:
        shown.doctor(checks)
    raise typer.Exit(doctor.exit_code(checks))


@key_app.command("rotate")
def rotate(context: typer.Context, as_json: Json = False) -> None:
    """Put a new key in place of the old one, try it, then let Odoo forget the old one."""
    made = keys.rotate(_agent(context))
    if as_json:
        _print_json(made)
    else:
        shown.key(made)


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _say(line: str) -> None:
    typer.echo(f"ai-close: {line}", err=True)


def call(arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit code; every error becomes one line."""
    try:
        code = app(args=arguments, prog_name="ai-close", standalone_mode=False)
        sys.stdout.flush()
    except AgentError as error:
        _say(error.line)
        return int(error.exit_code)
    except TyperException as error:
        text = error.format_message()
        _say(text if "\n" not in text else BadInput("A command is needed", "See `ai-close --help`.").line)
        return ExitCode.BAD_INPUT
    except BrokenPipeError:
        # whoever read our output has gone: no error of ours, and nothing to complain about at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except (KeyboardInterrupt, typer.Abort):
        _say("stopped; run again to go on.")
        return 130
    except Exception as error:
        structlog.get_logger(__name__).exception("unforeseen")
        _say(f"an error that nobody foresaw ({type(error).__name__}). Please report it with the log above.")
        return ExitCode.PARTLY_FAILED
    return code if isinstance(code, int) else ExitCode.OK


def main() -> None:
    """Run as a program."""
    configure_logs("error")
    sys.exit(call())
