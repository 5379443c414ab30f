"""Run close: read the books of one company and period, judge, match, propose, and finish the run.

Errors of the ports pass through untouched, so that a killed or disconnected run goes on under its key. An
error of ours ends the run as failed and is raised again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent_service.core.findings import Failure
from agent_service.usecases.outcome import KINDS, Outcome, RunReport
from agent_service.usecases.ports import Columns, DatasetUnavailable, Reader, RowStatus, Run, RunStart, Sink
from agent_service.usecases.propose_entries import propose_entries
from agent_service.usecases.propose_matches import propose_matches
from agent_service.usecases.read_books import books_of, period_of, policy_of, read_datasets
from agent_service.usecases.rules_digest import rules_digest
from agent_service.usecases.validate_moves import validate_moves

MAX_ROUNDS = 3
"""So often the books are read anew when somebody writes to them meanwhile."""

OWN_MODELS = "ai.close"
"""What we write ourselves is no change of the books."""


def _silent(_what: str) -> None:
    """Tell nobody."""


def run_close(
    run: Run,
    reader: Reader,
    sink: Sink,
    *,
    company: int | str,
    period: str,
    run_key: str,
    trigger: str = "cli",
    progress: Callable[[str], None] | None = None,
) -> RunReport:
    """Run one company and period to its end and report what came of it."""
    start = run.begin(company, period, run_key, rules_digest(), trigger)
    return _Close(start, run, reader, sink, progress or _silent).finish()


@dataclass
class _Close:
    """One run: what was read, what was handed in, and from where changes count."""

    start: RunStart
    run: Run
    reader: Reader
    sink: Sink
    told: Callable[[str], None]
    watermark: str = ""
    rounds: int = 0
    handed_in: set[str] = field(default_factory=set)
    read_rows: dict[str, int] = field(default_factory=dict)

    def finish(self) -> RunReport:
        """Compute until the books stand still, hand in, and end the run."""
        self.watermark = self.start.snapshot_xmin
        statuses: list[RowStatus] = []
        while True:
            self.rounds += 1
            outcome = self._computed()
            if self.rounds < MAX_ROUNDS and self._moved():
                continue
            statuses = self._submitted(outcome)
            known = self.watermark
            settled = not self._moved()
            if settled or self.rounds >= MAX_ROUNDS:
                break
        scopes = dict(outcome.scopes)
        withdrawn = sorted(self.handed_in - outcome.keys())
        if withdrawn:
            scopes["withdrawn"] = withdrawn
        self.told("finish")
        answer = self.run.finish(
            counters=self._counters(outcome, statuses, settled),
            scopes=scopes,
            failures=outcome.failures,
            cost="0",
            # Changes that came too late for this run are the next one's.
            watermark=self.watermark if settled else known,
        )
        return RunReport(
            self.start.run_id, self.start.resumed, self.rounds, settled, outcome, tuple(statuses), answer
        )

    def _computed(self) -> Outcome:
        try:
            datasets = read_datasets(self.reader, self.told)
        except DatasetUnavailable as error:
            self.run.fail([Failure("run", "books", "no_data", str(error)).row()])
            raise
        self.read_rows = {name: len(columns.get("id", ())) for name, columns in datasets.items()}
        self.run.heartbeat()
        self.told("judge")
        try:
            outcome = compute(self.start, datasets)
        except Exception as error:
            self.run.fail([Failure("run", "compute", "raised", type(error).__name__).row()])
            raise
        self.run.heartbeat()
        return outcome

    def _moved(self) -> bool:
        """Tell whether the books were written to since the last look, and look from there next time."""
        changes = self.reader.changes(self.watermark)
        self.watermark = changes.watermark
        return any(not model.startswith(OWN_MODELS) for model, _id in changes.rows)

    def _submitted(self, outcome: Outcome) -> list[RowStatus]:
        statuses: list[RowStatus] = []
        for kind in KINDS:
            rows = outcome.rows.get(kind, ())
            if rows:
                self.told(f"submit {len(rows)} {kind}")
                statuses += self.sink.submit(kind, rows)
                self.handed_in |= {row["key"] for row in rows}
        return statuses

    def _counters(self, outcome: Outcome, statuses: list[RowStatus], settled: bool) -> Mapping[str, object]:
        given: dict[str, int] = {}
        for one in statuses:
            given[one.status] = given.get(one.status, 0) + 1
        return {
            "read": self.read_rows,
            **outcome.counts(),
            "statuses": given,
            "rounds": self.rounds,
            "settled": settled,
        }


def compute(start: RunStart, datasets: Mapping[str, Columns]) -> Outcome:
    """Return everything that a run proposes for books as they were read: no input or output in here."""
    books = books_of(start, datasets)
    period = period_of(start)
    policy = policy_of(start, books, period)
    return Outcome.joined(
        [
            validate_moves(books, policy, period),
            propose_matches(books, policy, period, start.decisions, since=start.starts_on),
            propose_entries(books, policy, period, start.decisions),
        ]
    )
