"""The JSON Schema files of the port, printed from the shapes that the server checks with.

The files in ``agent/schemas`` are for the tests of both sides; a test keeps them equal to what is printed.
"""

import json
from pathlib import Path

from .answer import ERROR, RESULTS
from .payload import REQUESTS, ROWS

FOLDER = Path(__file__).parents[1] / "agent" / "schemas"
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def texts():
    """Return ``{file name: text}`` of all schema files."""
    shapes = {f"{name}.request": shape for name, shape in REQUESTS.items()}
    shapes |= {f"{name}.result": shape for name, shape in RESULTS.items()}
    shapes |= ROWS | {"error": ERROR}
    return {
        f"{name}.json": json.dumps(
            {"$schema": DRAFT, "title": name, **shape.schema()}, indent=2, ensure_ascii=False
        )
        + "\n"
        for name, shape in shapes.items()
    }


def write():
    """Write the files anew, and remove those that nobody prints any more."""
    FOLDER.mkdir(exist_ok=True)
    wanted = texts()
    for old in FOLDER.glob("*.json"):
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
