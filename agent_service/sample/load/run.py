"""All steps of loading, in their order."""

import os
import sys
from pathlib import Path

from agent_service.sample import plan_file
from agent_service.sample.load import banking, books, company, control, master, trade, verify
from agent_service.sample.load.context import Context, LoadError


def load(env, folder: Path, *, books_only: bool = False) -> Context:
    """Load a folder's plan; raise LoadError where it can't be, or where the books differ from the truth.

    `books_only` leaves AI Close out: the books of a company before the add-on comes.
    """
    control.check(env, books_only=books_only)
    ctx = Context(env, plan_file.read(folder / "plan.json"), folder)
    for step in (company, master, trade, books, banking):
        step.load(ctx)
    if not books_only:
        control.load(ctx)
    ctx.write_json("loaded.json", ctx.loaded)
    differing = verify.load(ctx)
    for row in differing[:20]:
        print(f"DIFFERS {row}")
    if differing:
        raise LoadError(f"{len(differing)} balances differ from the truth")
    return ctx


def main(env) -> None:
    """Run inside `odoo shell`; say in one line what went wrong, and end the process with 1 then."""
    folder = os.environ.get("AI_CLOSE_SAMPLE_DIR")
    try:
        if not folder or not (Path(folder) / "plan.json").is_file():
            raise LoadError("AI_CLOSE_SAMPLE_DIR does not name a folder with plan.json")
        ctx = load(env, Path(folder), books_only=os.environ.get("AI_CLOSE_SAMPLE_BOOKS_ONLY") == "1")
    except LoadError as error:
        env.cr.rollback()
        print(f"LOAD FAILED: {error}", flush=True)
        sys.stdout.flush()
        os._exit(1)
    print(f"LOADED in {ctx.seconds():.1f} s; balances equal the truth", flush=True)
