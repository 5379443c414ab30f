"""Canonical JSON, as the seals are made of: one text for one content."""

import json
import re
from datetime import UTC, datetime
from typing import Any

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def canonical_json(value: Any) -> str:
    """Return sorted keys, no blanks, no escapes but the needed ones; raises ValueError on a float."""
    _no_floats(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical_bytes(value: Any) -> bytes:
    """Return the canonical text as UTF-8; raises ValueError on what UTF-8 can't hold."""
    return canonical_json(value).encode("utf-8")


def _no_floats(value: Any) -> None:
    if isinstance(value, float):
        raise ValueError("a float has no canonical form")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key is not a text")
        for item in value.values():
            _no_floats(item)
    # the leaves of a block are many and plain: no call for each
    elif isinstance(value, list) and set(map(type, value)) != {str}:
        for item in value:
            _no_floats(item)


def moment(text: Any) -> datetime | None:
    """Return the time that a canonical timestamp says, or None where it is no such timestamp."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def seconds_between(earlier: Any, later: Any) -> float | None:
    """Return how many seconds lie between two canonical timestamps; None where one can't be read."""
    start, end = moment(earlier), moment(later)
    return None if start is None or end is None else (end - start).total_seconds()
