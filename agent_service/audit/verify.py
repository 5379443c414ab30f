"""Verifies an export of the audit trail offline: against itself, and against what is known from outside."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from agent_service.audit.block import Block, Budget, known_words
from agent_service.audit.canonical import seconds_between
from agent_service.audit.clock import Clock
from agent_service.audit.diff import Difference, Gap, Lost, Stranger
from agent_service.audit.errors import BadKnownRoots
from agent_service.audit.events import Scan
from agent_service.audit.export import Control, Damage, Events, read
from agent_service.audit.gaps import GapEvents
from agent_service.audit.known import Known
from agent_service.audit.naming import events_in_words, named
from agent_service.audit.report import AcceptedGap, Found, Report, ranges, things
from agent_service.audit.tree import NO_ROOT

UNSEALED_S = 60
"""Events wait for their seal no longer than this; the cron comes every minute."""

_TAIL_KEPT = 10_000


def verify(chunks: Iterable[bytes], known: Known | None = None) -> Report:
    """Return what is to be said about an export; raises BadExport for what is none."""
    verifier = _Verifier(known)
    for part in read(chunks):
        if isinstance(part, Events):
            verifier.events(part)
        elif isinstance(part, Damage):
            verifier.damaged(part)
        else:
            verifier.control(part)
    return verifier.finished()


@dataclass
class _Tail:
    count: int
    oldest_at: object
    scan: Scan = field(default_factory=Scan)
    kept: list[Stranger] = field(default_factory=list)


def _missing(first: int, last: int) -> str:
    return f"block {first} is missing." if first == last else f"blocks {first}-{last} are missing."


class _Verifier:
    def __init__(self, known: Known | None) -> None:
        self.known = known
        self.report = Report()
        self.clock = Clock(self.report)
        self.budget = Budget()
        self.block: Block | None = None
        self.former: Block | None = None
        self.tail: _Tail | None = None
        self.numbers: set[int] = set()
        self.first_number: int | None = None
        self.uuids: list[tuple[str, int]] = []
        self.compared: list[Block] = []
        """Blocks with another root than is known."""
        self.differences: list[Block] = []
        self.absent: list[int] = []
        self.confirmed: list[int] = []
        self.gap_events = GapEvents()
        self.skipping = False

    # -- parts ---

    def control(self, part: Control) -> None:
        """Take in the head, a seal or the tail."""
        self._close_block()
        if part.kind == "head":
            self._head(part)
        elif self.tail is not None:
            self.report.damaged(f"Line {part.line} ({part.kind}) stands behind the tail.")
        elif part.kind == "seal":
            self._seal(part)
        else:
            self.skipping = False
            self.tail = _Tail(part.fields["count"], part.fields.get("oldest_at"))
            self._absent()

    def _head(self, part: Control) -> None:
        self.report.head = part.fields
        company = part.fields["company"]
        if self.known and self.known.company_id not in (None, company["id"]):
            raise BadKnownRoots(
                f"The known roots are of company {self.known.company_id}, the export is of company "
                f"{company['id']} ({company.get('name')})",
                "Name the file of this company with --known.",
            )

    def damaged(self, part: Damage) -> None:
        """Take in a damage; a seal that can't be read takes its events with it."""
        self.report.damaged(part.message)
        if "seal of a block" in part.message or "(seal)" in part.message:
            self._close_block()
            self.skipping = True

    def events(self, part: Events) -> None:
        """Take in events of a block or of the tail."""
        self.gap_events.look(part.lines)
        if self.block is not None:
            self.block.add(part.line, part.lines)
        elif self.tail is not None:
            self.tail.scan.add(part.lines)
            room = _TAIL_KEPT - len(self.tail.kept)
            start = len(self.tail.scan.ids) - len(part.lines)
            self.tail.kept += [
                Stranger(None, self.tail.scan.ids[start + at], self.tail.scan.leaves[start + at],
                         part.line + at, line)
                for at, line in enumerate(part.lines[:room])
            ]  # fmt: skip
        elif not self.skipping:
            self.report.damaged(f"Line {part.line} is an event that stands before every seal.")
            self.skipping = True

    # -- blocks ---

    def _seal(self, part: Control) -> None:
        seal, self.skipping = part.fields, False
        number = seal["number"]
        known = self.known.seals.get(number) if self.known else None
        leaves = self.known.leaves(number) if self.known and known and known.header else None
        block = Block(seal, part.line, known, leaves, self.budget)
        self.block = block
        if self.first_number is None:
            self.first_number = number
        if not self.uuids or self.uuids[-1][0] != seal["database_uuid"]:
            self.uuids.append((seal["database_uuid"], number))
        if seal["company_id"] != self.report.head["company"]["id"]:
            text = f"Block {number} is of company {seal['company_id']}, which is not the export's."
            self.report.found.append(Found("header", text, number))
        self._chain(block)
        self.numbers.add(number)
        if block.rewritten:
            self.compared.append(block)
        elif known is not None:
            self.confirmed.append(number)

    def _chain(self, block: Block) -> None:
        """Check that a block follows the one before."""
        former, number = self.former, block.number
        found = self.report.found
        follows = block.seal["former_root"]
        if former is None:
            if number == 1 and follows != NO_ROOT:
                found.append(Found("chain", "Block 1 names a block before it.", 1))
            elif number > 1:
                before = self.known.seals.get(number - 1) if self.known else None
                if before is not None and before.root == follows:
                    self.report.remarks.append(
                        f"The export begins with block {number}, which follows the known block {number - 1}."
                    )
                else:
                    text = f"The export begins with block {number}; {_missing(1, number - 1)}"
                    found.append(Found("missing", text, number - 1))
        elif number in self.numbers or number < former.number:
            text = f"Block {number} stands behind block {former.number}, or twice."
            found.append(Found("chain", text, number))
        elif number > former.number + 1:
            text = _missing(former.number + 1, number - 1)
            found.append(Found("missing", text[0].upper() + text[1:], former.number + 1))
        elif follows not in former.roots():
            text = f"Block {number} does not follow block {former.number}: it names another root before it."
            found.append(Found("chain", text, number))

    def _close_block(self) -> None:
        block, self.block = self.block, None
        if block is None:
            return
        block.close()
        self.report.blocks += 1
        self.report.events += len(block.scan.ids)
        self.report.last_number, self.report.last_root = block.number, block.root
        self.clock.events(block.scan)
        self.clock.sealed(block.number, block.seal["sealed_at"], block.scan)
        self.report.found += block.found
        if block.own is not None or block.former is not None:
            self.differences.append(block)
        block.release()
        self.former = block

    def _absent(self) -> None:
        """Find the known blocks that the export does not have."""
        if self.known is None:
            return
        self.absent = sorted(set(self.known.seals) - self.numbers)

    # -- the end ---

    def finished(self) -> Report:
        """Return the report when everything was read."""
        self._close_block()
        if self.tail is None:
            self._absent()
        accepted = self._accepted()
        common = self._common() if accepted else None
        self._name(common)
        self._known_words(common, accepted)
        self._tail()
        self._head_fits()
        if len(self.uuids) > 1:
            told = ", ".join(f"{uuid} from block {number} on" for uuid, number in self.uuids)
            self.report.remarks.append(
                f"The database got another id ({told}): it was copied, or restored as a copy."
            )
        return self.report

    def _accepted(self) -> AcceptedGap | None:
        """Return the gap in the export that accepts what the known roots contradict; list all gaps."""
        last = self.known.last if self.known else None
        known_gaps = list(self.known.gaps) if self.known else []
        seen = {(gap.number, gap.root) for gap in known_gaps}
        gaps = self.gap_events.accepted()
        self.report.gaps = known_gaps + [gap for gap in gaps if (gap.number, gap.root) not in seen]
        told = {(gap.number, gap.root) for gap in gaps}
        for gap in known_gaps:
            if (gap.number, gap.root) not in told:
                self.report.warnings.append(
                    f"No event of the export tells that the gap at block {gap.number} was accepted."
                )
        if last is None or not (self.compared or self.absent):
            return None
        return next((gap for gap in gaps if (gap.number, gap.root) == (last.number, last.root)), None)

    def _common(self) -> int:
        """Return the last block up to which all that is known stands in the export."""
        wrong = {block.number for block in self.compared} | set(self.absent)
        return max((number for number in self.known.seals if number < min(wrong)), default=0)

    def _name(self, common: int | None) -> None:
        """Name what became of each event that does not fit."""
        differences = []
        for block in self.differences:
            given_up = common is not None and block.number > common
            difference = block.own if given_up else block.difference
            if difference is not None:
                differences.append(difference)
        for number in self.absent if common is None else ():
            header = self.known.seals[number].header
            leaves = self.known.leaves(number) or ()
            lost = [Lost(number, position, leaf) for position, leaf in enumerate(leaves)]
            if header and lost:
                ends = (header["first_id"] - 1, header["last_id"] + 1)
                differences.append(Difference(number, [Gap(number, *ends, lost=lost)]))
        if differences:
            self.report.found += named(differences, self.tail.kept if self.tail else ())

    def _known_words(self, common: int | None, accepted: AcceptedGap | None) -> None:
        known = self.known
        last = known.last if known else None
        if known is None or last is None:
            self.report.warnings.append(
                "No known root was compared: this shows that the export fits itself, not that it is "
                "what was once sealed."
            )
            return
        self.report.known = {
            "seals": len(known.seals),
            "last": {"number": last.number, "root": last.root},
            "confirmed": len(self.confirmed),
            "confirmed_up_to": max(self.confirmed, default=None),
        }
        uuid = self.report.head.get("database_uuid")
        if known.database_uuids and uuid not in known.database_uuids:
            self.report.remarks.append("The known roots were kept under another id of the database.")
        if accepted is not None:
            gone = [number for number in known.seals if number > (common or 0)]
            self.report.warnings.append(
                f"Known blocks {ranges(gone)} are given up by an accepted gap that only the export tells "
                f"of ({accepted.told_by}): ask {accepted.by}."
            )
            return
        differing = [block.difference for block in self.differences if block.difference]
        self.report.found += known_words(self.compared, differing)
        self._older(last.number)

    def _older(self, last_known: int) -> None:
        newest = max(self.numbers, default=0)
        behind = [number for number in self.absent if number > newest]
        between = [number for number in self.absent if number < newest]
        headers = [self.known.seals[number].header for number in behind]
        counted = sum(header["count"] for header in headers if header)
        if behind:
            end = f"ends with block {newest}" if newest else "has no block"
            events = f" with {things(counted, 'event')}" if counted else ""
            text = (
                f"The export is older than the last known root: it {end}, block {last_known} is known. "
                f"Missing: blocks {ranges(behind)}{events}. A backup was restored, or blocks were removed."
            )
            self.report.found.append(Found("older", text, last_known))
        named_already = {each.block for each in self.report.found if each.what == "missing"}
        rest = [number for number in between if number > (self.first_number or 0)]
        if rest and not named_already:
            self.report.found.append(Found("missing", f"Known blocks {ranges(rest)} are missing.", rest[0]))

    def _tail(self) -> None:
        tail, report = self.tail, self.report
        if tail is None:
            return
        ids = tail.scan.ids
        self.clock.events(tail.scan)
        oldest = min((each for each in tail.scan.moments if each), default=None)
        oldest_at = oldest.decode(errors="replace") if oldest else None
        age = seconds_between(oldest_at, report.head.get("exported_at"))
        age = None if age is None else max(0, round(age))
        report.unsealed = {"count": len(ids), "oldest_at": oldest_at, "age_s": age}
        if age is not None and age > UNSEALED_S:
            report.warnings.append(
                f"{things(len(ids), 'event')} not sealed yet, the oldest for {age:,} s (more than "
                f"{UNSEALED_S} s): does the job that seals run?"
            )
        if tail.count != len(ids) or tail.oldest_at != oldest_at:
            text = (
                f"The tail speaks of {things(tail.count, 'event')} since {tail.oldest_at}; there are "
                f"{len(ids):,} since {oldest_at}."
            )
            report.found.append(Found("tail", text))
        unfit = tuple(ids[place] or 0 for place in tail.scan.unfit)
        if unfit:
            text = f"Not sealed yet, {events_in_words(unfit)}: the content does not fit its own digest."
            report.found.append(Found("digest", text, None, unfit))

    def _head_fits(self) -> None:
        head, report = self.report.head, self.report
        if report.damage:
            return
        unsealed = (report.unsealed or {}).get("count", 0)
        wrong = []
        if head.get("events") not in (report.events, report.events + unsealed):
            wrong.append(f"{head.get('events')} events")
        numbers = (self.first_number, report.last_number)
        if (head.get("first_seal") or None, head.get("last_seal") or None) != numbers:
            wrong.append(f"blocks {head.get('first_seal')} to {head.get('last_seal')}")
        if wrong:
            there = f"{report.events + unsealed:,} events, blocks {numbers[0]} to {numbers[1]}"
            text = f"The first line speaks of {' and '.join(wrong)}; the file has {there}."
            report.found.append(Found("head", text))
