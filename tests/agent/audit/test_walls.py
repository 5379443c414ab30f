"""The verifier is independent: it imports nothing of the add-on, and its pure part reaches for nothing."""

import ast
from pathlib import Path

import pytest

from agent_service import audit
from tests.agent.core.test_purity import ALLOWED, check, imported

FOLDER = Path(audit.__file__).parent
REACHING_OUT = {"store.py", "keep.py"}
"""Files, and the port; everything else works on what it is given."""

PURE = sorted(path for path in FOLDER.glob("*.py") if path.name not in REACHING_OUT)
NAMES = ALLOWED | {"bisect", "hashlib", "json", "agent_service.audit", "agent_service.errors.BadInput"}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.name)
def test_the_verifier_reaches_for_nothing_outside(path):
    check(path, NAMES)
    names = set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    outside = tuple(f"agent_service.audit.{name.removesuffix('.py')}" for name in REACHING_OUT)
    assert not [name for name in names if name.startswith(outside)]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.py")), ids=lambda path: path.name)
def test_no_file_knows_the_add_on_or_grows_beyond_one_thing(path):
    text = path.read_text(encoding="utf-8")
    names = list(imported(ast.parse(text)))
    assert not [name for name in names if name.split(".")[0] in ("odoo", "addons", "ai_close")]
    assert len(text.splitlines()) < 400
