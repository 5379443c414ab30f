"""Accepted gaps: a controller has said why sealed blocks are gone."""

import json
from collections.abc import Iterable
from typing import Any

from agent_service.audit.events import digest_fits, parsed
from agent_service.audit.export import is_count, is_hash
from agent_service.audit.report import AcceptedGap

_GAP = b'{"action":"audit.gap_'
_FOUND, _ACCEPTED = "audit.gap_found", "audit.gap_accepted"


class GapEvents:
    """Collects the events that tell of gaps: one that it was found, one that it was accepted."""

    def __init__(self) -> None:
        """Begin without any."""
        self._found: dict[Any, tuple[int, str]] = {}
        self._accepted: list[tuple[dict[str, Any], tuple[int, str] | None]] = []

    def look(self, lines: Iterable[bytes]) -> None:
        """Take in event lines; what does not fit its own digest tells nothing."""
        for line in lines:
            if not line.startswith(_GAP):
                continue
            values = parsed(line)
            if not digest_fits(values):
                continue
            if values.get("action") == _FOUND:
                known = _number_and_root(values)
                if known:
                    self._found[values.get("res_id")] = known
            elif values.get("action") == _ACCEPTED:
                self._accepted.append((values, _number_and_root(values)))

    def accepted(self) -> list[AcceptedGap]:
        """Return the gaps that were accepted, each with the block that was known."""
        gaps = []
        for values, known in self._accepted:
            known = known or self._found.get(values.get("res_id"))
            if known is None:
                continue
            gaps.append(
                AcceptedGap(
                    number=known[0],
                    root=known[1],
                    by=str(values.get("user_name") or values.get("user_login") or "nobody"),
                    at=str(values.get("event_at") or ""),
                    reason=str(values.get("reason") or ""),
                    told_by=f"event {values.get('id')}",
                )
            )
        return gaps


def _number_and_root(values: dict[str, Any]) -> tuple[int, str] | None:
    """Return which block an event says was known."""
    for name in ("after", "before"):
        try:
            content = json.loads(values.get(name) or "null")
        except (TypeError, ValueError, RecursionError):
            continue
        if not isinstance(content, dict):
            continue
        for number, root in (("known_number", "known_root"), ("number", "root")):
            if is_count(content.get(number)) and is_hash(content.get(root)):
                return content[number], content[root]
    return None
