"""A training of the matcher over the port: what people decided comes in pages, what was learned goes out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent_service.core.matching.learned import Learned
from agent_service.core.matching.versions import to_wire
from agent_service.odoo_client.port import Port
from agent_service.odoo_client.run import Told

_PAGE = 500


def _nobody(_verb: str, _what: str, _done: int, _total: int | None) -> None:
    """Hear nothing."""


class TrainingRun:
    """The calls of one training, under the key of its request."""

    def __init__(self, port: Port, key: str, told: Told = _nobody) -> None:
        """Keep the port and the key of the request."""
        self._port = port
        self._key = key
        self._told = told

    def begin(self, agent_version: str) -> dict[str, Any]:
        """Return the company, the version in use and the months that are held out."""
        return self._port.matcher_begin(self._key, agent_version)

    def history(self) -> Iterator[Mapping[str, Any]]:
        """Give what people decided, proposal by proposal, the oldest first."""
        after: int | None = 0
        read = 0
        while after is not None:
            page = self._port.matcher_extract(self._key, after, _PAGE)
            yield from page["rows"]
            read += len(page["rows"])
            self._told("read", "match_history", read, None)
            after = page["next"]

    def finish(self, learned: Learned, card: str, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Hand in a version, with what it and the one in use would have proposed on the months held out."""
        return self._port.matcher_finish(
            self._key, payload=to_wire(learned), card=card, answers=list(answers), failed=None
        )

    def fail(self, why: str) -> dict[str, Any]:
        """Say why nothing could be learned."""
        empty = to_wire(Learned.default())
        return self._port.matcher_finish(
            self._key, payload=empty, card="", answers=[], failed=why[:2000] or "no reason was given"
        )
