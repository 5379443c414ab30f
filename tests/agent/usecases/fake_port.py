"""The server's side of a run in memory: a ledger's datasets, proposals by key, changes, faults on demand."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from agent_service.core.schema import SCHEMA
from agent_service.usecases.ports import Changes, DatasetUnavailable, Row, RowStatus, RunStart
from tests.agent.core.builders import PARAMS, Ledger

NOTED = {
    "moves": "account.move",
    "lines": "account.move.line",
    "partials": "account.partial.reconcile",
    "statement_lines": "account.bank.statement.line",
    "statements": "account.bank.statement",
    "payments": "account.payment",
    "partners": "res.partner",
    "purchase_lines": "purchase.order.line",
    "sale_lines": "sale.order.line",
    "stock_moves": "stock.move",
    "purchase_bill_lines": "account.move.line",
}
"""Tables whose changes the server notes, and the model that it notes them as."""


def _by_id(ledger: Ledger) -> dict[str, dict[int, dict[str, Any]]]:
    return {dataset: {row["id"]: dict(row) for row in ledger.rows[dataset]} for dataset in NOTED}


PAGE_ROWS = 50
"""So many rows come at a time."""


class Cut(Exception):
    """The connection broke, or the process was killed."""


class FakePort:
    """Reader, sink and run in one; what was proposed outlives the run, as in Odoo."""

    def __init__(self, ledger: Ledger) -> None:
        """Serve a ledger."""
        self.ledger = ledger
        self.params: dict[str, Any] = {**PARAMS, "roles": ledger.roles}
        self.unavailable: set[str] = set()
        self.missing: set[str] = set()
        self.decisions: list[dict[str, str]] = []
        self.starts_on: str | None = None
        self.snapshot_at = "2026-11-21T02:00:00.000000Z"
        self.tz = "America/New_York"
        self.proposals: dict[str, dict[str, Row]] = {
            "finding": {}, "match": {}, "entry": {}, "accuracy": {}, "tie_out": {},
            "variance": {}, "exchange": {}, "text": {},
        }  # fmt: skip
        self.language: dict[str, Any] | str | None = "an add-on that knows none"
        self.seen: set[str] = set()
        self.calls: list[str] = []
        self.finished: dict[str, Any] | None = None
        self.failed: Sequence[Row] | None = None
        self.totals: Callable[[], Mapping[str, Sequence[Any]]] | None = None
        self.xid = 100
        self.held = 0
        self.pending: list[tuple[int, str, int]] = []
        self.asked_from: list[str] = []
        self.noted = _by_id(ledger)
        self.on_call: Callable[[str, int], None] = lambda _name, _count: None

    def _call(self, name: str) -> None:
        self.calls.append(name)
        self.on_call(name, len(self.calls))

    def note(self) -> None:
        """Write to the change log what differs from the ledger as it was last noted, as the triggers do."""
        now = _by_id(self.ledger)
        for dataset, model in NOTED.items():
            old, new = self.noted[dataset], now[dataset]
            for row_id in sorted(old.keys() | new.keys()):
                if old.get(row_id) != new.get(row_id):
                    self.change(model, row_id)
        self.noted = now

    def change(self, model: str = "account.move", row_id: int = 1) -> None:
        """Write to the books while the run is at work."""
        self.pending.append((self.xid, model, row_id))
        self.xid += 1

    # -- Reader ----------------------------------------------------------------------------------------------

    def datasets(self) -> frozenset[str]:
        found = frozenset(SCHEMA) - self.missing
        return found | {"control_totals"} if self.totals else found

    def read(self, dataset: str) -> Mapping[str, Sequence[Any]]:
        self._call(f"read {dataset}")
        if dataset in self.unavailable | self.missing:
            raise DatasetUnavailable(dataset)
        if dataset == "control_totals" and self.totals:
            return self.totals()
        return self.ledger.dataset(dataset)

    def pages(self, dataset: str) -> Iterator[Mapping[str, Sequence[Any]]]:
        columns = self.read(dataset)
        count = len(columns["id"])
        for at in range(0, max(count, 1), PAGE_ROWS):
            yield {name: values[at : at + PAGE_ROWS] for name, values in columns.items()}

    def read_ids(self, dataset: str, ids: Sequence[int]) -> Mapping[str, Sequence[Any]]:
        self._call(f"read_ids {dataset}")
        if dataset in self.unavailable | self.missing:
            raise DatasetUnavailable(dataset)
        columns, wanted = self.ledger.dataset(dataset), set(ids)
        kept = [at for at, one in enumerate(columns["id"]) if one in wanted]
        return {name: [values[at] for at in kept] for name, values in columns.items()}

    def changes(self, after: str) -> Changes:
        self._call("changes")
        self.asked_from.append(after)
        # a transaction that is open elsewhere holds the mark back; what ended since is told all the same
        told = [one for one in enumerate(self.pending, start=1) if one[1][0] >= int(after)]
        rows = tuple((model, row_id) for _mark, (_xid, model, row_id) in told)
        return Changes(str(self.held or self.xid), rows, tuple(mark for mark, _change in told))

    # -- Sink ------------------------------------------------------------------------------------------------

    def submit(self, kind: str, rows: Sequence[Row]) -> list[RowStatus]:
        self._call(f"submit {kind}")
        return [RowStatus(row["key"], self._take(kind, row)) for row in rows]

    def _take(self, kind: str, row: Row) -> str:
        known = self.proposals[kind].get(row["key"])
        self.proposals[kind][row["key"]] = row
        self.seen.add(row["key"])
        return "created" if known is None else "unchanged" if known == row else "updated"

    # -- Run -------------------------------------------------------------------------------------------------

    def begin(
        self, company: int | str, period: str, run_key: str, rules_digest: str, trigger: str
    ) -> RunStart:
        self._call("begin")
        assert len(rules_digest) == 64
        self.seen = set()
        return RunStart.from_wire(
            {
                "run_id": 7,
                "resumed": "begin" in self.calls[:-1],
                "company": {
                    "id": 1,
                    "name": "Harbour Tools",
                    "currency": "USD",
                    "currency_decimals": 2,
                    "tz": self.tz,
                    "starts_on": self.starts_on,
                },
                "period": {"name": period, "start": "2026-10-01", "end": "2026-10-31"},
                "policy": {"id": 3, "version": 1, "params": self.params},
                "snapshot": {"xmin": self.xid, "at": self.snapshot_at},
                "watermark": None,
                "decisions": self.decisions,
                **({} if isinstance(self.language, str) else {"language": self.language}),
            }
        )

    def heartbeat(self) -> None:
        self._call("heartbeat")

    def finish(
        self,
        counters: Mapping[str, Any],
        scopes: Mapping[str, Sequence[str]],
        failures: Sequence[Row],
        cost: str,
        watermark: str | None,
    ) -> Mapping[str, Any]:
        self._call("finish")
        self.finished = {
            "counters": counters,
            "scopes": scopes,
            "failures": list(failures),
            "cost": cost,
            "watermark": watermark,
        }
        gone = set(scopes.get("withdrawn", ()))
        kinds = (
            ("finding", "rule", "rules"),
            ("match", "matcher", "matchers"),
            ("entry", "proposer", "proposers"),
            ("tie_out", "kind", "tie_outs"),
        )
        for kind, name, scope in kinds:
            judged = set(scopes[scope])
            for key, row in list(self.proposals[kind].items()):
                if (row[name] in judged and key not in self.seen) or key in gone:
                    del self.proposals[kind][key]
        return {"state": "done", "close_id": 5, "checklist": {"done": 1, "total": 9}}

    def fail(self, failures: Sequence[Row]) -> None:
        self._call("fail")
        self.failed = failures
