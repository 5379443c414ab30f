"""The sample may not know the code that it judges."""

import ast
from pathlib import Path

import pytest

import agent_service.sample

FOLDER = Path(agent_service.sample.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, functions' own imports included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
            "__import__",
            "import_module",
        ):
            raise AssertionError(f"{path} imports by name")
    return found


def test_there_is_something_to_walk():
    assert {"planted.py", "truth.py", "ledger.py"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_of_our_own_the_sample_imports_only_itself(path):
    ours = {name for name in imported(path) if name.split(".")[0] == "agent_service"}
    foreign = {name for name in ours if not f"{name}.".startswith("agent_service.sample.")}
    assert foreign <= {"agent_service"}, f"{path} imports {foreign}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))
def test_the_generator_needs_no_odoo(path):
    assert not any(name.split(".")[0] == "odoo" for name in imported(path))
    if path.parent.name != "load" and path.name != "load_shell.py":
        assert not any(".sample.load" in name for name in imported(path))


def test_importing_the_generator_brings_no_core():
    import subprocess
    import sys

    code = (
        "import sys, agent_service.sample.__main__; "
        "print([name for name in sys.modules if 'agent_service.core' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
