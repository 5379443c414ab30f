"""The methods of `ai.close.agent`, as the agent calls them: envelope off, refusals raised, repeated."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_service.errors import AgentError, ServerFailed, from_port
from agent_service.odoo_client.retry import ONCE, Retry
from agent_service.odoo_client.transport_base import Transport

MODEL = "ai.close.agent"
# Lost answers of these leave a key that nobody knows: asking twice would leave two.
_NOT_REPEATED = frozenset({"rotate_key"})

Observer = Callable[[str, str, float], None]


def _nobody(_method: str, _outcome: str, _spent_s: float) -> None:
    """Observe nothing."""


@dataclass(frozen=True)
class Lease:
    """The right to work on one run: its id, and the token that others don't have."""

    run_id: int
    token: str = field(repr=False)

    @property
    def arguments(self) -> dict[str, Any]:
        """Return both as the port wants them."""
        return {"run_id": self.run_id, "lease": self.token}


class Port:
    """One method a call of the port; every one raises an `AgentError` when it is refused."""

    def __init__(
        self, transport: Transport, retry: Retry | None = None, observer: Observer = _nobody
    ) -> None:
        """Keep the transport and the patience; the observer hears of each call (for metrics)."""
        self.transport = transport
        self._retry = retry or Retry()
        self._observer = observer

    def close(self) -> None:
        """Close open connections."""
        self.transport.close()

    def _call(self, method: str, **kwargs: Any) -> dict[str, Any]:
        retry = ONCE if method in _NOT_REPEATED else self._retry
        return retry.call(method, lambda: self._once(method, kwargs))

    def _once(self, method: str, kwargs: Mapping[str, Any]) -> dict[str, Any]:
        start, outcome = time.monotonic(), "failed"
        try:
            answer = self.transport.call(MODEL, method, **kwargs)
            result = _unwrap(method, answer)
            outcome = "ok"
        except AgentError as error:
            outcome = "refused" if error.code else "failed"
            raise
        finally:
            self._observer(method, outcome, time.monotonic() - start)
        return result

    def hello(self) -> dict[str, Any]:
        """Return versions, the time, the user with its role and its companies."""
        return self._call("hello")

    def begin(
        self,
        company: int | str,
        period: str,
        run_key: str,
        agent_version: str,
        rules_digest: str,
        trigger: str = "cli",
        known_seal: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Open a run (or resume the one with this key) and return its lease, policy and snapshot.

        `known_seal` is the last block of the audit trail that we know: a server without it refuses.
        """
        known = {} if known_seal is None else {"known_seal": dict(known_seal)}
        return self._call(
            "begin",
            company=company,
            period=period,
            run_key=run_key,
            agent_version=agent_version,
            rules_digest=rules_digest,
            trigger=trigger,
            **known,
        )

    def seals(self, company: int, after: int = 0, limit: int = 200) -> dict[str, Any]:
        """Return the blocks of a company's audit trail behind a number, and what is not sealed yet."""
        return self._call("seals", company=company, after=after, limit=limit)

    def pending(self) -> list[dict[str, Any]]:
        """Return the runs that people asked for in Odoo."""
        return list(self._call("pending").get("runs") or [])

    def pending_backtests(self) -> list[dict[str, Any]]:
        """Return the backtests of a policy that people asked for in Odoo; an older add-on has none."""
        return list(self._call("pending").get("backtests") or [])

    def backtest_begin(self, key: str, agent_version: str, rules_digest: str) -> dict[str, Any]:
        """Return both versions of the policy and the months to judge."""
        return self._call("backtest_begin", key=key, agent_version=agent_version, rules_digest=rules_digest)

    def backtest_extract(self, key: str, dataset: str, after: int = 0, limit: int = 5000) -> dict[str, Any]:
        """Return one page of a dataset for a backtest."""
        return self._call("backtest_extract", key=key, dataset=dataset, after=after, limit=limit)

    def backtest_finish(self, key: str, **result: Any) -> dict[str, Any]:
        """Hand in what both versions found, or why nothing could be judged."""
        return self._call("backtest_finish", key=key, **result)

    def pending_trainings(self) -> list[dict[str, Any]]:
        """Return the versions of the matcher that people asked for in Odoo; an older add-on has none."""
        return list(self._call("pending").get("trainings") or [])

    def matcher_begin(self, key: str, agent_version: str) -> dict[str, Any]:
        """Return the version in use and the months that are held out."""
        return self._call("matcher_begin", key=key, agent_version=agent_version)

    def matcher_extract(self, key: str, after: int = 0, limit: int = 500) -> dict[str, Any]:
        """Return one page of what people decided on matches."""
        return self._call("matcher_extract", key=key, after=after, limit=limit)

    def matcher_finish(self, key: str, **result: Any) -> dict[str, Any]:
        """Hand in what was learned, or why nothing could be."""
        return self._call("matcher_finish", key=key, **result)

    def language_offer(self, company: int, agent_version: str, offer: Mapping[str, Any]) -> dict[str, Any]:
        """Hand in a language model with its prompts and figures, for people to decide on."""
        return self._call("language_offer", company=company, agent_version=agent_version, offer=dict(offer))

    def extract(
        self,
        lease: Lease,
        dataset: str,
        after: int = 0,
        limit: int = 5000,
        *,
        only: Sequence[int] | None = None,
        packed: bool = False,
    ) -> dict[str, Any]:
        """Return one page of a dataset: columns, count and the key of the next page.

        With `only` it holds just the records of these ids; one that is absent is gone.
        With `packed` big datasets may give their columns as one text each (see `packed.py`).
        """
        more: dict[str, Any] = {} if only is None else {"only": list(only)}
        if packed:
            more["packed"] = True
        return self._call("extract", **lease.arguments, dataset=dataset, after=after, limit=limit, **more)

    def submit(self, lease: Lease, kind: str, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Hand rows of one kind in and return what became of each."""
        return list(self._call("submit", **lease.arguments, kind=kind, rows=list(rows)).get("rows") or [])

    def heartbeat(self, lease: Lease) -> dict[str, Any]:
        """Keep the lease."""
        return self._call("heartbeat", **lease.arguments)

    def finish(
        self,
        lease: Lease,
        counters: Mapping[str, Any],
        scopes: Mapping[str, Sequence[str]],
        failures: Sequence[Any] = (),
        cost: str = "0",
        watermark: str | None = None,
    ) -> dict[str, Any]:
        """End the run; absent findings are closed only within the scopes."""
        return self._call(
            "finish",
            **lease.arguments,
            counters=dict(counters),
            scopes={name: list(codes) for name, codes in scopes.items()},
            failures=list(failures),
            cost=cost,
            watermark=watermark,
        )

    def fail(self, lease: Lease, failures: Sequence[Any]) -> dict[str, Any]:
        """End the run as failed: nothing is closed."""
        return self._call("fail", **lease.arguments, failures=list(failures))

    def rotate_key(self) -> dict[str, Any]:
        """Make a new key for this user and return it with its name and its end."""
        return self._call("rotate_key")

    def drop_other_keys(self, keep_name: str) -> dict[str, Any]:
        """Forget every key of this user but one."""
        return self._call("drop_other_keys", keep_name=keep_name)


def _unwrap(method: str, answer: Any) -> dict[str, Any]:
    """Return the result inside the port's envelope, or raise what it refuses."""
    if isinstance(answer, Mapping) and answer.get("ok") is True and isinstance(answer.get("result"), Mapping):
        return dict(answer["result"])
    if isinstance(answer, Mapping) and answer.get("ok") is False and isinstance(answer.get("error"), Mapping):
        raise from_port(dict(answer["error"]))
    raise ServerFailed(
        f"The add-on's answer to {method} has no known shape",
        "Install the agent and the add-on of one release.",
    )
