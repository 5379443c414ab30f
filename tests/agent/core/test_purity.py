"""The core stays pure: no input or output, no clock, no environment, no randomness, no Odoo, no model."""

import ast
from pathlib import Path

import pytest

import agent_service

CORE = Path(agent_service.__file__).parent / "core"
USECASES = CORE.parent / "usecases"
ALLOWED = {
    "bisect",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "hashlib",
    "importlib",
    "itertools",
    "json",
    "math",
    "operator",
    "pathlib.PurePath",
    "pkgutil",
    "polars",
    "rapidfuzz",
    "stdnum",
    "re",
    "traceback",
    "types",
    "typing",
    "unicodedata",
    "agent_service.core",
}
ALLOWED_IN_USECASES = ALLOWED | {"hashlib", "zoneinfo", "agent_service.usecases"}
FORBIDDEN_CALLS = {"open", "print", "input", "eval", "exec", "compile", "__import__", "breakpoint"}
FORBIDDEN_METHODS = {
    "now",
    "utcnow",
    "today",
    "getenv",
    "environ",
    "read_text",
    "write_text",
    "read_bytes",
    "write_bytes",
    "read_csv",
    "read_parquet",
    "scan_parquet",
    "read_database",
    "write_csv",
    "write_parquet",
    "read_json",
    "urlopen",
    "sample",
    "shuffle",
}


def modules(folder):
    return [
        pytest.param(path, id=str(path.relative_to(folder.parent))) for path in sorted(folder.rglob("*.py"))
    ]


def imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            yield from (f"{node.module}.{one.name}" for one in node.names)


def allowed(name, names):
    return any(name == one or name.startswith(f"{one}.") for one in names)


def check(path, names):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    outside = [name for name in imported(tree) if not allowed(name, names)]
    assert not outside
    called = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [one.id for one in called if isinstance(one, ast.Name) and one.id in FORBIDDEN_CALLS]
    assert not [
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_METHODS
    ]


@pytest.mark.parametrize("path", modules(CORE))
def test_the_core_reaches_for_nothing_outside(path):
    check(path, ALLOWED)


@pytest.mark.parametrize("path", modules(USECASES))
def test_use_cases_reach_the_outside_through_ports_alone(path):
    check(path, ALLOWED_IN_USECASES | {"agent_service.core"})


@pytest.mark.parametrize("path", [*modules(CORE), *modules(USECASES)])
def test_no_file_grows_beyond_one_thing(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) < 400


def test_the_guard_sees_what_it_should():
    def refuses(source):
        path = type("Source", (), {"read_text": lambda _self, encoding: source})()
        with pytest.raises(AssertionError):
            check(path, ALLOWED)

    for source in (
        "import os",
        "from pathlib import Path",
        "import random",
        "from datetime import date\ndate.today()",
        "open('x')",
        "from agent_service.odoo_client import port",
        "import odoo",
        "from . import x",
    ):
        refuses(source)
