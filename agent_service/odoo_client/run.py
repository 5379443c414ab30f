"""One run of one company and period: begins, keeps the lease to itself, ends."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from agent_service.errors import VersionMismatch
from agent_service.odoo_client.port import Lease, Port
from agent_service.usecases.ports import Row, RunStart

Told = Callable[[str, str, int, int | None], None]
"""Hears of progress: verb (read, submit), what, how many so far, of how many (None: unknown)."""

_BEATS_A_LEASE = 3


def _nobody(_verb: str, _what: str, _done: int, _total: int | None) -> None:
    """Hear nothing."""


class Seals(Protocol):
    """What is known of the server's audit trail, and what to make of the answer of `begin`."""

    def known_seal(self) -> Mapping[str, Any] | None:
        """Return number and root of the last block that we know."""
        ...

    def begun(self, result: Mapping[str, Any]) -> None:
        """Check that the server has that block; raises an AgentError when it has not."""
        ...


class PortRun:
    """The `Run` of the use cases, over the port."""

    def __init__(
        self,
        port: Port,
        agent_version: str,
        *,
        told: Told = _nobody,
        seals: Seals | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Keep the port; nothing begins yet."""
        self.port = port
        self.told = told
        self._seals = seals
        self._agent_version = agent_version
        self._clock = clock
        self._lease: Lease | None = None
        self._beat_every_s = 0.0
        self._beat_at = 0.0

    @property
    def lease(self) -> Lease:
        """Return the right to work; keeps it alive when a good part of it is over."""
        if self._lease is None:
            raise RuntimeError("the run has not begun")
        if self._clock() - self._beat_at > self._beat_every_s:
            self.heartbeat()
        return self._lease

    @property
    def begun(self) -> bool:
        """Tell whether there is a run that must be ended."""
        return self._lease is not None

    def begin(
        self, company: int | str, period: str, run_key: str, rules_digest: str, trigger: str
    ) -> RunStart:
        """Open the run of this key, or resume it."""
        known = self._seals.known_seal() if self._seals else None
        result = self.port.begin(
            company, period, run_key, self._agent_version, rules_digest, trigger, known_seal=known
        )
        try:
            start = RunStart.from_wire(result)
            lease = Lease(start.run_id, str(result["lease"]))
            self._beat_every_s = float(result["lease_s"]) / _BEATS_A_LEASE
        except (KeyError, TypeError, ValueError) as error:
            raise VersionMismatch(
                f"The add-on's answer to begin is not the agreed one ({error})",
                "Install the agent and the add-on of one release.",
            ) from None
        self._lease, self._beat_at = lease, self._clock()
        if self._seals:
            self._seals.begun(result)
        return start

    def heartbeat(self) -> None:
        """Keep the right to work on it; raises when somebody else took it over."""
        if self._lease is None:
            raise RuntimeError("the run has not begun")
        self.port.heartbeat(self._lease)
        self._beat_at = self._clock()

    def finish(
        self,
        counters: Mapping[str, Any],
        scopes: Mapping[str, Sequence[str]],
        failures: Sequence[Row],
        cost: str,
        watermark: str | None,
    ) -> Mapping[str, Any]:
        """End the run and name what completed; the server closes what is absent only there."""
        return self.port.finish(self.lease, counters, scopes, failures, cost, watermark)

    def fail(self, failures: Sequence[Row]) -> None:
        """End the run as failed: nothing is closed."""
        if self._lease is not None:
            self.port.fail(self._lease, failures)
