"""A version of what the matcher learned, as it travels between the two programs and is kept in Odoo.

Its weights and curves are decimal texts there, so that they are the same for both programs, and signed alike.
"""

from collections.abc import Mapping
from typing import Any

from agent_service.core.errors import MatcherError
from agent_service.core.matching.learned import Learned

_NUMBERS = ("weights", "curves")


def to_wire(learned: Learned) -> dict[str, Any]:
    """Return a version as it travels and is kept: its numbers as decimal texts, the same everywhere."""
    payload = learned.payload()
    return {**payload, **{name: _texts(payload[name]) for name in _NUMBERS}}


def from_wire(version: Mapping[str, Any] | None) -> Learned:
    """Return the version that the port hands out; None is the one that was delivered.

    Raises MatcherError where it has another shape.
    """
    if not version:
        return Learned.default()
    try:
        payload = dict(version["payload"])
        numbers = {name: _floats(payload.get(name) or {}) for name in _NUMBERS}
    except (KeyError, TypeError, ValueError) as error:
        raise MatcherError(f"this matcher version can't be read: {error}") from error
    return Learned.of({**payload, **numbers})


def _texts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _texts(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(one) for one in value]
    return repr(float(value))


def _floats(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _floats(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_floats(one) for one in value]
    return float(value)
