"""Hands proposals in, in batches small enough for one transaction each."""

from collections.abc import Sequence

from agent_service.errors import VersionMismatch
from agent_service.odoo_client.run import PortRun
from agent_service.usecases.ports import Row, RowStatus

BATCH_ROWS = 200


class PortSink:
    """The `Sink` of the use cases, over the port."""

    def __init__(self, run: PortRun, *, batch_rows: int = BATCH_ROWS) -> None:
        """Keep the run that has begun (or will have)."""
        self._run = run
        self._batch_rows = batch_rows
        self.statuses: list[RowStatus] = []

    def submit(self, kind: str, rows: Sequence[Row]) -> list[RowStatus]:
        """Hand in rows of one kind; one status a row, in order."""
        given: list[RowStatus] = []
        for first in range(0, len(rows), self._batch_rows):
            batch = rows[first : first + self._batch_rows]
            given.extend(self._batch(kind, batch))
            self._run.told("submit", kind, len(given), len(rows))
        self.statuses.extend(given)
        return given

    def _batch(self, kind: str, batch: Sequence[Row]) -> list[RowStatus]:
        answer = self._run.port.submit(self._run.lease, kind, batch)
        try:
            statuses = [RowStatus.from_wire(row) for row in answer]
        except (KeyError, TypeError, AttributeError):
            statuses = []
        if [status.key for status in statuses] != [str(row["key"]) for row in batch]:
            raise VersionMismatch(
                f"The add-on's answer to {kind} rows doesn't name them",
                "Install the agent and the add-on of one release.",
            )
        return statuses
