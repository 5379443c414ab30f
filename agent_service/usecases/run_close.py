"""Run close: read the books of one company and period, judge, match, propose, and finish the run.

Errors of the ports pass through untouched, so that a killed or disconnected run goes on under its key. An
error of ours ends the run as failed and is raised again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from agent_service.core.control_totals import Control
from agent_service.core.errors import BooksError
from agent_service.core.findings import Failure
from agent_service.core.incremental import Changed, Former
from agent_service.core.model import Books
from agent_service.usecases.judge_drafts import judge_drafts
from agent_service.usecases.kept import Mirror
from agent_service.usecases.outcome import KINDS, Outcome, RunReport
from agent_service.usecases.ports import DatasetUnavailable, Reader, RowStatus, Run, RunStart, Sink
from agent_service.usecases.propose_entries import propose_entries
from agent_service.usecases.propose_matches import propose_matches
from agent_service.usecases.read_books import period_of, policy_of
from agent_service.usecases.reading import Reading
from agent_service.usecases.rules_digest import rules_digest
from agent_service.usecases.texts import Texts, Writer
from agent_service.usecases.tie_out_balances import tie_out_balances
from agent_service.usecases.validate_moves import validate_moves

MAX_ROUNDS = 3
"""So often what changed meanwhile is read anew when somebody writes to the books while the run is at work."""


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
    mirror: Mirror | None = None,
    identity: Mapping[str, str] | None = None,
    full: bool = False,
    writer: Writer | None = None,
) -> RunReport:
    """Run one company and period to its end and report what came of it.

    With a mirror only what changed since the run before is read and judged; `full` reads and judges all of it
    again. `identity` names what a mirror must have been made from. `writer` writes texts
    about what was proposed; it changes nothing of that.
    """
    told = progress or _silent
    start = run.begin(company, period, run_key, rules_digest(), trigger)
    books = Reading(start, reader, told, mirror, identity, full)
    return _Close(start, run, sink, told, books, writer).finish()


@dataclass
class _Close:
    """One run: what was read, what was handed in, and what came of it."""

    start: RunStart
    run: Run
    sink: Sink
    told: Callable[[str], None]
    reading: Reading
    writer: Writer | None = None
    rounds: int = 0
    handed_in: set[str] = field(default_factory=set)
    control: Control | None = None
    told_totals: Mapping[str, object] | None = None

    def finish(self) -> RunReport:
        """Compute until the books stand still, hand in, and end the run."""
        statuses: list[RowStatus] = []
        moved: list[tuple[str, int]] = []
        while True:
            self.rounds += 1
            outcome = self._computed(moved)
            moved = self.reading.moved() if self.rounds < MAX_ROUNDS else []
            apart = None if moved else self._apart()
            if moved or apart is not None:
                moved = moved or apart or []
                continue
            outcome = self._controlled(outcome)
            statuses = self._submitted(outcome)
            known = self.reading.watermark
            moved = self.reading.moved()
            settled = not moved
            if settled or self.rounds >= MAX_ROUNDS:
                break
        scopes = dict(outcome.scopes)
        withdrawn = sorted(self.handed_in - outcome.keys())
        if withdrawn:
            scopes["withdrawn"] = withdrawn
        texts = self._texts(outcome)
        if self.start.takes_texts:
            scopes["texts"] = list(texts.done)
        self.told("finish")
        # Changes that came too late for this run are the next one's.
        watermark = self.reading.watermark if settled else known
        answer = self.run.finish(
            counters={**self._counters(outcome, statuses, settled), **texts.counters()},
            scopes=scopes,
            failures=outcome.failures,
            cost=texts.cost,
            watermark=watermark,
        )
        self.reading.keep(outcome.former or Former({}, {}), watermark)
        reading = self._facts(outcome)
        return RunReport(
            self.start.run_id,
            self.start.resumed,
            self.rounds,
            settled,
            outcome,
            tuple(statuses),
            answer,
            reading,
            texts.counters().get("language", {}),
        )

    def _texts(self, outcome: Outcome) -> Texts:
        """Let texts be written about what was handed in, where the add-on takes them."""
        if self.writer is None or not self.start.takes_texts:
            return Texts()
        return self.writer.write(
            outcome.rows,
            lambda: self.reading.read.books(self.start),
            period_of(self.start),
            self.start.language,
            self.run,
            self.sink,
            resumed=self.start.resumed,
            told=self.told,
        )

    def _computed(self, moved: list[tuple[str, int]]) -> Outcome:
        """Read (at first everything that is needed, later what moved) and compute."""
        try:
            if self.rounds == 1:
                self.reading.open()
            else:
                self.reading.again(moved)
        except DatasetUnavailable as error:
            self.run.fail([Failure("run", "books", "no_data", str(error)).row()])
            raise
        except (BooksError, MemoryError) as error:
            self._failed(error)
            raise
        self.run.heartbeat()
        self.told("judge")
        try:
            books = self.reading.read.books(self.start)
            outcome = compute(self.start, books, self.reading.changed, self.reading.former)
        except Exception as error:
            self._failed(error)
            raise
        self.run.heartbeat()
        return outcome

    def _apart(self) -> list[tuple[str, int]] | None:
        """Compare the control totals; where they differ return what to read again, None where they agree.

        Was nothing written meanwhile, everything is read once more.
        """
        books = self.reading.read.books(self.start)
        self.control = self.reading.control(books)
        self.told_totals = self.control.told(books) if self.control else None
        if self.control is None or self.control.agrees or self.rounds >= MAX_ROUNDS:
            return None
        moved = self.reading.moved()
        if not moved:
            self.reading.doubt("the control totals differed")
        return moved

    def _controlled(self, outcome: Outcome) -> Outcome:
        """Add the finding where totals differ still; with writers at work nothing is said either way."""
        if self.control is None or (self.control.later and not self.control.agrees):
            return outcome
        books = self.reading.read.books(self.start)
        return outcome.controlled(self.control, books)

    def _failed(self, error: Exception) -> None:
        self.run.fail([Failure("run", "compute", "raised", type(error).__name__).row()])

    def _submitted(self, outcome: Outcome) -> list[RowStatus]:
        statuses: list[RowStatus] = []
        for kind in KINDS:
            rows = outcome.rows.get(kind, ())
            if rows:
                self.told(f"submit {len(rows)} {kind}")
                statuses += self.sink.submit(kind, rows)
                self.handed_in |= {row["key"] for row in rows}
        return statuses

    def _facts(self, outcome: Outcome) -> dict[str, object]:
        return self.reading.facts(len(outcome.whole), outcome.former or Former({}, {}))

    def _counters(self, outcome: Outcome, statuses: list[RowStatus], settled: bool) -> Mapping[str, object]:
        given: dict[str, int] = {}
        for one in statuses:
            given[one.status] = given.get(one.status, 0) + 1
        return {
            "read": self.reading.read.rows,
            "reading": self._facts(outcome),
            **outcome.counts(),
            "statuses": given,
            "rounds": self.rounds,
            "settled": settled,
            **({"control_totals": self.told_totals} if self.told_totals else {}),
        }


def compute(
    start: RunStart, books: Books, changed: Changed | None = None, former: Former | None = None
) -> Outcome:
    """Return everything that a run proposes for books as they were read: no input or output in here.

    With `changed` and `former` only that is judged again which what changed may have to do with.
    """
    period = period_of(start)
    policy = policy_of(start, books, period)
    validated = validate_moves(books, policy, period, changed, former)
    if validated.former is not None:  # months that are summed up there hold here, and the other way round
        books = replace(books, history=validated.former.history)
    return Outcome.joined(
        [
            validated,
            propose_matches(
                books, policy, period, start.decisions, since=start.starts_on, version=start.matcher
            ),
            propose_entries(books, policy, period, start.decisions, validated.found),
            judge_drafts(start.params, books, policy, period),
            tie_out_balances(books, policy, period),
        ]
    )
