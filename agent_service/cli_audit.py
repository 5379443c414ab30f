"""`ai-close audit verify | prove | check-proof | roots`: the audit trail, checked outside of Odoo.

All but `roots` work offline and need no settings.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from agent_service import shown_audit
from agent_service.audit.errors import BadExport, BadProof
from agent_service.audit.export import head_of
from agent_service.audit.known import Known
from agent_service.audit.proof import NotProven, check, prove
from agent_service.audit.report import DAMAGED, FOUND
from agent_service.audit.store import RootStore, load_known
from agent_service.audit.verify import verify
from agent_service.bootstrap import Agent
from agent_service.errors import AgentError, BadInput, ExitCode
from agent_service.settings import load, state_dir
from agent_service.state import write_private
from agent_service.telemetry import configure_logs

_CHUNK = 2**20
_LONGEST_PROOF = 256 * 2**20

app = typer.Typer(
    help="The sealed audit trail: verify an export, prove one event, keep roots.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of a table.")]
Export = Annotated[Path, typer.Argument(help="An export of the audit trail (ai-close-audit-….jsonl).")]


@app.command("verify")
def verify_export(
    export: Export,
    known: Annotated[
        Path | None,
        typer.Option(
            help="Known roots: the agent's file, or a text file with a line NUMBER ROOT for each root that "
            "came by mail. Without it the agent's own file on this machine is taken."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what was changed, removed, inserted or reordered since it was sealed.

    Exit codes: 0 unbroken, 1 something was found, 2 the file is no export, cut off or damaged.
    """
    path, roots = _known(export, known)
    report = verify(_chunks(export), roots)
    if as_json:
        _print({**report.shown(), "file": str(export), "known_file": path and str(path)})
    else:
        shown_audit.report(report, export, path)
    codes = {DAMAGED: ExitCode.BAD_INPUT, FOUND: ExitCode.FOUND}
    raise typer.Exit(codes.get(report.result, ExitCode.OK))


@app.command("prove")
def prove_event(
    export: Export,
    event: Annotated[int, typer.Option(help="The id of the event.")],
    out: Annotated[Path | None, typer.Option(help="Write the proof to this file.")] = None,
) -> None:
    """Make a proof that one event was sealed; whoever has a root can check it without the export."""
    try:
        made = prove(_chunks(export), event)
    except NotProven as error:
        _say_not_proven(error)
        raise typer.Exit(ExitCode.FOUND) from None
    text = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        write_private(out, text)
    except OSError as error:
        raise BadInput(f"{out} can't be written ({error.strerror})", "Name another file.") from None
    shown_audit.made(made, event, out)


@app.command("check-proof")
def check_proof(
    proof: Annotated[Path, typer.Argument(help="The file that `ai-close audit prove` wrote.")],
    root: Annotated[str, typer.Option(help="The root of the event's block, or of a later one.")],
    as_json: Json = False,
) -> None:
    """Check that an event was sealed under a root that you know from elsewhere."""
    made = _read_proof(proof)
    try:
        proven = check(made, root.strip().lower())
    except NotProven as error:
        if as_json:
            _print({"proven": False, "reason": str(error)})
        else:
            _say_not_proven(error)
        raise typer.Exit(ExitCode.FOUND) from None
    if as_json:
        _print({"proven": True, **proven})
    else:
        shown_audit.proven(proven)


@app.command("roots")
def roots(
    context: typer.Context,
    company: Annotated[str, typer.Option(help="The company's exact name, or its id.")],
    as_json: Json = False,
) -> None:
    """Fetch new seals from Odoo, check that they go on from what is known, and keep their roots."""
    settings = load(context.obj)
    configure_logs(settings.log_level or "error")
    kept = Agent(settings).keep_roots(company)
    if as_json:
        _print(kept)
    else:
        shown_audit.roots(kept)


def _known(export: Path, named: Path | None) -> tuple[Path | None, Known | None]:
    """Return the known roots to compare with, and where they come from."""
    if named is not None:
        return named, load_known(named)
    head = head_of(_first_line(export))
    company = head["company"]["id"]
    path = RootStore(state_dir()).find(str(head["database_uuid"]), company)
    return path, load_known(path) if path else None


def _first_line(path: Path) -> bytes:
    with _opened(path) as handle:
        return handle.readline(2**20).removesuffix(b"\n")


def _chunks(path: Path) -> Iterator[bytes]:
    with _opened(path) as handle:
        while chunk := handle.read(_CHUNK):
            yield chunk


def _opened(path: Path) -> Any:
    try:
        return path.open("rb")
    except OSError as error:
        raise BadExport(f"{path} can't be read ({error.strerror})", "Name an export.") from None


def _read_proof(path: Path) -> Any:
    try:
        if path.stat().st_size > _LONGEST_PROOF:
            raise BadProof(f"{path} is too large for a proof")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise BadProof(f"{path} can't be read ({error.strerror})", "Name a proof.") from None
    except (ValueError, RecursionError):
        raise BadProof(f"{path} is no proof", "Make one with `ai-close audit prove`.") from None


def _say_not_proven(error: NotProven) -> None:
    typer.echo(f"ai-close: {AgentError(f'Not proven: {error}').line}", err=True)


def _print(value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    typer.echo(text.encode("utf-8", "backslashreplace").decode("utf-8"))
