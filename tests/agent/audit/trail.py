"""A small audit trail that tests tamper with: blocks of 5, 3 and 8 events, two more not sealed yet."""

import json
from dataclasses import dataclass, field

from agent_service.audit.known import Known, read_known
from agent_service.audit.report import Report
from agent_service.audit.verify import verify
from tests.support import exports, rfc6962


@dataclass
class Trail:
    """Blocks of event lines with their seals, as an honest server has them; tests change copies."""

    blocks: list[list[bytes]] = field(default_factory=lambda: exports.blocks_of([5, 3, 8]))
    tail: list[bytes] = field(default_factory=lambda: [exports.line(exports.event(n)) for n in (27, 28)])
    seals: list[dict] = field(default_factory=list)
    head: dict = field(default_factory=dict)

    def __post_init__(self):
        self.seals = self.seals or exports.chain(self.blocks)

    def reseal(self):
        """Write all seals anew over the events as they stand now, as who owns the database could."""
        self.seals = exports.chain(self.blocks)

    def lines(self):
        return exports.export(self.seals, self.blocks, self.tail, **self.head)

    def verify(self, known: Known | None = None) -> Report:
        return verify(in_chunks(self.lines()), known)

    def change(self, block, at, **values):
        """Edit one event behind everybody's back; its own digest is made to fit."""
        before = json.loads(self.blocks[block - 1][at])
        content = {k: v for k, v in {**before, **values}.items() if k not in ("id", "digest")}
        event_id = values.pop("id", before["id"])
        after = {k: v for k, v in {**before, **values}.items() if k not in ("id", "digest", "event_at")}
        made = exports.event(event_id, **{**after, "event_at": content["event_at"]})
        self.blocks[block - 1][at] = exports.line(made)
        return event_id


def in_chunks(lines, size=700):
    """The bytes of a file, in pieces that split lines anywhere."""
    whole = b"".join(line + b"\n" for line in lines)
    return [whole[at : at + size] for at in range(0, len(whole), size)]


def known_of(seals, leaves=True, bare=False) -> Known:
    """What an agent knows that has kept these seals."""
    if bare:
        return read_known(f"{seal['number']} {seal['root']}" for seal in seals)
    rows = [{"kind": "seal", **{k: v for k, v in seal.items() if k != "leaves"}} for seal in seals]
    known = read_known(rfc6962.text(row) for row in rows)
    if leaves:
        kept = {seal["root"]: [bytes.fromhex(leaf) for leaf in seal["leaves"]] for seal in seals}
        known.leaves_of = kept.get
    return known


def kinds(report):
    return sorted({found.what for found in report.found})


def ids(report, what=None):
    return sorted({n for found in report.found if what in (None, found.what) for n in found.events})
