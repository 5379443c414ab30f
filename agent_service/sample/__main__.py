"""`python -m agent_service.sample generate|import`."""

import argparse
import sys
import time
from pathlib import Path

from agent_service.sample import bank_import, generate
from agent_service.sample.rpc import Client, ConnectionFailed

OK, USAGE, CONNECTION = 0, 2, 3


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m agent_service.sample", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("generate", help="write plan.json, truth.json and the bank's file")
    make.add_argument("--seed", type=int, default=7)
    make.add_argument("--months", type=int, default=3, help="months with all flows, before them light ones")
    make.add_argument("--scale", type=int, default=1, help="multiplies orders")
    make.add_argument("--end", default="2026-10", help="the month to be closed, YYYY-MM")
    make.add_argument("--out", type=Path, required=True)
    bring = commands.add_parser("import", help="import a CAMT.053 file through Odoo's wizard")
    bring.add_argument("--url", required=True)
    bring.add_argument("--database", required=True)
    bring.add_argument("--login", default="anna")
    bring.add_argument("--password-file", type=Path, required=True)
    bring.add_argument("--file", type=Path, required=True)
    return parser


def _generate(options: argparse.Namespace) -> int:
    started = time.monotonic()
    try:
        sample = generate.make(options.seed, options.months, options.scale, options.end)
    except ValueError as error:
        return _fail(str(error), USAGE)
    generate.write(sample, options.out)
    plan = sample.plan
    print(
        f"{options.out}: {len(plan.orders)} orders, {len(plan.documents)} documents, "
        f"{len(plan.entries)} entries, {len(plan.bank_lines)} bank lines ({time.monotonic() - started:.1f} s)"
    )
    return OK


def _import(options: argparse.Namespace) -> int:
    try:
        file = bank_import.read(options.file)
        password = options.password_file.read_text(encoding="utf-8").split("\n")[0]
        client = Client(options.url, options.database, options.login, password)
        statement = bank_import.send(client, file)
    except (bank_import.BadFile, UnicodeDecodeError) as error:
        return _fail(str(error), USAGE)
    except ConnectionFailed as error:
        return _fail(str(error), CONNECTION)
    except OSError as error:
        return _fail(f"{options.password_file} can't be read: {error.strerror}", USAGE)
    print(
        f"imported {statement['name']}: {statement['lines']} lines, "
        f"{statement['balance_start']:.2f} to {statement['balance_end_real']:.2f}"
    )
    return OK


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return the exit code."""
    options = _parser().parse_args(arguments)
    return _generate(options) if options.command == "generate" else _import(options)


if __name__ == "__main__":
    sys.exit(main())
