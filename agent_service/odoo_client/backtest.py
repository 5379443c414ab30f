"""A backtest over the port: its data read like a run's, without a run and without a lease."""

from collections.abc import Mapping
from typing import Any

from agent_service.odoo_client.port import Port
from agent_service.odoo_client.run import Told


def _nobody(_verb: str, _what: str, _done: int, _total: int | None) -> None:
    """Hear nothing."""


class BacktestRun:
    """Stands in for a run where datasets are read, and takes the result."""

    lease = None

    def __init__(self, port: Port, key: str, told: Told = _nobody) -> None:
        """Keep the port and the key of the request."""
        self._port = port
        self._key = key
        self.told = told

    @property
    def port(self) -> "BacktestRun":
        """Return what answers `extract`: this request's own call."""
        return self

    def extract(
        self, _lease: None, dataset: str, after: int = 0, limit: int = 5000, **_more: Any
    ) -> dict[str, Any]:
        """Return one page of a dataset."""
        return self._port.backtest_extract(self._key, dataset, after, limit)

    def begin(self, agent_version: str, rules_digest: str) -> dict[str, Any]:
        """Return both versions of the policy and the months to judge."""
        return self._port.backtest_begin(self._key, agent_version, rules_digest)

    def finish(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """Hand in what both versions found."""
        return self._port.backtest_finish(self._key, **result)
