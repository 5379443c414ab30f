"""What the times of events tell: a clock that went back, the longest silence, the longest wait for a seal."""

from agent_service.audit.canonical import seconds_between
from agent_service.audit.events import CLOCK_STEP_S, Scan
from agent_service.audit.report import Report

_SILENCE_S = 3600
_MOST = 20


class Clock:
    """Follows the events in the order of their numbers; late commits (lower numbers) are no step back."""

    def __init__(self, report: Report) -> None:
        """Write into a report."""
        self.report = report
        self._id, self._moment = 0, b""
        self._sealed_at: str | None = None
        self._steps = 0

    def events(self, scan: Scan) -> None:
        """Follow the events of one block, or of the tail."""
        if not scan.ids:
            return
        first, last = scan.moments[0], scan.moments[-1]
        known = [each for each in scan.moments if each]
        if known:
            low, high = min(known).decode(errors="replace"), max(known).decode(errors="replace")
            report = self.report
            report.first_event_at = min(report.first_event_at or low, low)
            report.last_event_at = max(report.last_event_at or high, high)
        quick = (
            None not in scan.ids
            and scan.ids[0] > self._id
            and self._moment[:13] == first[:13] == last[:13]
            and self._moment <= first
            and scan.moments == sorted(scan.moments)
            and scan.rising()
        )
        if quick:
            # nothing went back and nobody was silent for an hour: no need to look at each
            self._id, self._moment = scan.ids[-1] or 0, last
            return
        for number, moment in zip(scan.ids, scan.moments, strict=True):
            if number is not None and number > self._id and moment:
                self._step(number, moment)

    def _step(self, number: int, moment: bytes) -> None:
        former, self._id = self._moment, number
        if not former:
            self._moment = moment
            return
        if moment < former:
            back = seconds_between(moment.decode(errors="replace"), former.decode(errors="replace"))
            if back is not None and back > CLOCK_STEP_S:
                self._back(f"event {number} is {back:.0f} s earlier than the event before it")
                self._moment = moment
            return
        if moment[:13] != former[:13]:
            start, end = former.decode(errors="replace"), moment.decode(errors="replace")
            silent = seconds_between(start, end)
            longest = self.report.longest_gap
            if silent is not None and silent >= _SILENCE_S and silent > (longest or {}).get("seconds", 0):
                self.report.longest_gap = {
                    "from": start, "to": end, "seconds": round(silent), "before_event": number,
                }  # fmt: skip
        self._moment = moment

    def sealed(self, number: int, sealed_at: str, scan: Scan) -> None:
        """Follow the times of seals."""
        if self._sealed_at is not None and sealed_at < self._sealed_at:
            self._back(f"block {number} was sealed at {sealed_at}, before the block before it")
        self._sealed_at = sealed_at
        oldest = min((each for each in scan.moments if each), default=b"").decode(errors="replace")
        waited = seconds_between(oldest, sealed_at)
        if waited is not None:
            longest = self.report.longest_unsealed_s
            self.report.longest_unsealed_s = max(waited, longest or 0.0)

    def _back(self, text: str) -> None:
        self._steps += 1
        if self._steps <= _MOST:
            self.report.remarks.append(f"The clock ran backwards: {text}.")
        elif self._steps == _MOST + 1:
            self.report.remarks.append("The clock ran backwards more often than is listed here.")
