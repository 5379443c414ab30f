"""Linters: ruff on all Python, pylint with Odoo's rules on the add-ons."""

import subprocess
import sys

from tools import say
from tools.paths import ADDONS, ROOT, VENV

# README.rst is what the OCA's bot makes of readme fragments; one thing a file is wanted here; the
# guards replace a context whole so that nothing of the caller's stays in it.
_NOT_OURS = "--disable=missing-readme,consider-merging-classes-inherited,context-overridden"


def addons() -> list[str]:
    """Return our add-on folders, relative to the checkout."""
    found = sorted(path.parent for path in ADDONS.glob("*/__manifest__.py"))
    return [str(path.relative_to(ROOT)) for path in found]


def commands() -> list[list[str]]:
    """Return the linters' commands."""
    binaries = VENV / "bin"
    listed = [[str(binaries / "ruff"), "check", "--no-cache", "--output-format", "concise", "."]]
    if addons():
        listed.append([str(binaries / "pylint"), _NOT_OURS, *addons()])
    return listed


def main() -> int:
    """Run each linter; return how many complained."""
    failed = 0
    for command in commands():
        done = subprocess.run(command, cwd=ROOT, check=False)
        name = command[0].rpartition("/")[2]
        say.line(f"{name}: {'clean' if done.returncode == 0 else 'complains'}")
        failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
