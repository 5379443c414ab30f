"""A policy file as it stands: one JSON object, numbers with a point as their text."""

import json
from pathlib import Path
from typing import Any

from agent_service.errors import BadInput


def read_object(path: Path) -> dict[str, Any]:
    """Return the object of a file; raises BadInput."""
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=str)
    except OSError as error:
        raise BadInput(f"{path} can't be read ({error.strerror})", "Name another file.") from None
    except ValueError as error:
        raise BadInput(f"{path} is no JSON ({error})", "Mend the file.") from None
    if not isinstance(values, dict):
        raise BadInput(f"{path} holds no object", "Write the policy as {...}.")
    return values
