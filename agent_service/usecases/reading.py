"""The books of one run while it works: read whole or by what changed, and kept abreast of other writers."""

from collections.abc import Callable, Mapping
from datetime import datetime

from agent_service.core.control_totals import Control, control
from agent_service.core.incremental import Changed, Former
from agent_service.core.model import Books
from agent_service.usecases.follow import Read, Touched, Whole, follow, read_whole
from agent_service.usecases.kept import Kept, Mirror, identity_of, misfit
from agent_service.usecases.ports import Changes, Reader, RunStart

TOTALS = "control_totals"
OWN_MODELS = "ai.close"
"""What we write ourselves is no change of the books."""


class Reading:
    """What was read, what of it changed since the run before, and from where changes count."""

    def __init__(
        self,
        start: RunStart,
        reader: Reader,
        told: Callable[[str], None],
        mirror: Mirror | None = None,
        identity: Mapping[str, str] | None = None,
        full: bool = False,
    ) -> None:
        """Know the run; nothing is read yet."""
        self.start, self.reader, self.told, self.mirror = start, reader, told, mirror
        self.identity = identity_of(start, reader.datasets(), identity or {})
        self.day = datetime.fromisoformat(start.snapshot_at).date().toordinal()
        self.read_on = str(self.day)
        self.watermark = start.snapshot_xmin
        self.read = Read({}, frozenset())
        self.touched: Touched | None = None
        self.former: Former | None = None
        self.why = "asked for" if full else "there is no copy of the books" if mirror else "no copy is kept"
        self.full = full
        self.rows_read = 0
        self._doubted = False
        self._known: set[int] = set()

    def open(self) -> None:
        """Read what changed since the run before, or everything; raises DatasetUnavailable."""
        kept = None if self.full or self.mirror is None else self.mirror.load()
        if kept is not None:
            self.why = misfit(kept, self.identity, self.start, self.day)
            if not self.why:
                try:
                    self._follow_from(kept)
                    return
                except Whole as reason:
                    self.why = str(reason)
        self._whole()

    def _follow_from(self, kept: Kept) -> None:
        changes = self._changes(kept.watermark)
        self.read = kept.read
        self.touched = follow(self.reader, self.start, self.read, _foreign(changes.rows), self.told)
        self.rows_read += self.touched.read
        self.former, self.read_on, self.watermark = kept.former, kept.read_on, changes.watermark

    def _whole(self) -> None:
        self.touched = self.former = None
        self.read = Read({}, frozenset())
        self.read_on = str(self.day)
        self.read = read_whole(self.reader, self.start, self.told)
        self.rows_read += sum(self.read.rows.values())

    def moved(self) -> list[tuple[str, int]]:
        """Return what others wrote since the last look, and look from there next time."""
        changes = self._changes(self.watermark)
        self.watermark = changes.watermark
        return _foreign(changes.rows)

    def _changes(self, after: str) -> Changes:
        """Return the changes that this run has not seen yet.

        A transaction that stays open somewhere holds the watermark back: then a change comes twice.
        """
        changes = self.reader.changes(after)
        if not changes.marks:
            return changes
        pairs = zip(changes.rows, changes.marks, strict=True)
        new = tuple(row for row, mark in pairs if mark not in self._known)
        self._known.update(changes.marks)
        return Changes(changes.watermark, new)

    def again(self, changes: list[tuple[str, int]]) -> None:
        """Read what changed while the run was at work, by its ids where that can be told."""
        if self._doubted:
            self._whole()
            return
        try:
            touched = follow(self.reader, self.start, self.read, changes, self.told)
        except Whole as reason:
            self.why = str(reason)
            self._whole()
            return
        self.rows_read += touched.read
        if self.touched is not None:
            self.touched.add(touched)

    def control(self, books: Books) -> Control | None:
        """Compare what was read with the server's own sums; None where it gives none."""
        if TOTALS not in self.reader.datasets():
            return None
        self.told(f"read {TOTALS}")
        return control(self.reader.read(TOTALS), books)

    def doubt(self, why: str) -> None:
        """Read everything the next time."""
        self._doubted, self.why = True, why

    @property
    def changed(self) -> Changed | None:
        """Return what to judge again; None where all is."""
        if self.touched is None:
            return None
        return Changed(frozenset(self.touched.entries), frozenset(self.touched.months))

    def keep(self, former: Former, watermark: str) -> None:
        """Leave a copy for the next run."""
        if self.mirror is not None:
            changed = None if self.touched is None else self.touched.rows
            self.mirror.save(Kept(self.identity, watermark, self.read_on, self.read, former, changed))

    def facts(self, whole: int, former: Former) -> dict[str, object]:
        """Return what people see of it; `whole` is how many rules judged everything."""
        rows = sum(self.read.rows.values())
        facts: dict[str, object] = {
            "mode": "full" if self.touched is None else "incremental",
            "rows_read": self.rows_read,
            "rows": rows,
            "rules_whole": whole,
            "rules": len(former.findings),
            "months": len(former.history.all_months),
            "months_again": len(former.history.made),
        }
        if self.touched is None:
            return {**facts, "reason": self.why}
        return {**facts, "entries_changed": len(self.touched.entries)}


def _foreign(rows: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    return [(model, number) for model, number in rows if not model.startswith(OWN_MODELS)]
