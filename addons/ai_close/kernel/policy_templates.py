"""The templates that a company's first policy is made from: plain data, without accounts or journals."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "data" / "policy_templates"


def names():
    """Return ``(key, title)`` of every template, in their order."""
    found = sorted(FOLDER.glob("*.json"), key=lambda path: (load(path.stem)["sequence"], path.stem))
    return [(path.stem, load(path.stem)["name"]) for path in found]


def load(key):
    """Return the template ``key``: its name, what it is about, and its parameters."""
    return json.loads((FOLDER / f"{key}.json").read_text(encoding="utf-8"))
