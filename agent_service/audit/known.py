"""Roots that are known from outside the database: kept by the agent, or copied from a mail."""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent_service.audit.errors import BadKnownRoots
from agent_service.audit.export import is_count, is_hash, wrong_seal
from agent_service.audit.report import AcceptedGap
from agent_service.audit.tree import NO_ROOT, block_root, header_of, merkle_root

_BARE = re.compile(r"(?:block\s+)?(\d{1,12})[\s:,;]+(?:root\s+)?([0-9a-f]{64})")


@dataclass(frozen=True)
class KnownSeal:
    """One block as it was once seen: at least its number and root."""

    number: int
    root: str
    header: dict[str, Any] | None = None


@dataclass
class Known:
    """All that is known of one company's chain, gaps that were accepted already taken into account."""

    database_uuids: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    company_id: int | None = None
    seals: dict[int, KnownSeal] = field(default_factory=dict)
    gaps: list[AcceptedGap] = field(default_factory=list)
    given_up: int = 0
    kept_at: str = ""
    leaves_of: Callable[[str], Sequence[bytes] | None] = lambda _root: None

    @property
    def last(self) -> KnownSeal | None:
        """Return the newest known block."""
        return self.seals[max(self.seals)] if self.seals else None

    def leaves(self, number: int) -> Sequence[bytes] | None:
        """Return the known leaves of a block, but only if they make its known root."""
        seal = self.seals.get(number)
        if seal is None or seal.header is None:
            return None
        leaves = self.leaves_of(seal.root)
        if leaves is None or merkle_root(leaves).hex() != seal.header["merkle_root"]:
            return None
        return leaves

    def add(self, line: str, number: int) -> None:
        """Take in one line of a file of known roots; raises BadKnownRoots."""
        bare = _BARE.fullmatch(line.strip())
        if bare:
            self._add_seal(KnownSeal(int(bare[1]), bare[2]), number)
            return
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise _unreadable(number)
        try:
            self._add_fields(fields, number)
        except (KeyError, TypeError, ValueError):
            raise _unreadable(number) from None

    def _add_fields(self, fields: dict[str, Any], number: int) -> None:
        kind = fields.get("kind")
        self.kept_at = max(self.kept_at, str(fields.get("kept_at") or ""))
        if kind == "head":
            self.company_id = int(fields["company_id"])
            self.database_uuids.append(str(fields["database_uuid"]))
            self.places.append(str(fields["place"]))
        elif kind == "place":
            self.database_uuids.append(str(fields["database_uuid"]))
            self.places.append(str(fields["place"]))
        elif kind == "gap":
            self._add_gap(fields)
        elif is_count(fields.get("number")) and is_hash(fields.get("root")):
            header = None
            if "merkle_root" in fields:
                header = header_of(fields)
                if block_root(header) != fields["root"]:
                    raise _unreadable(number)
                if self.company_id is None:
                    self.company_id = int(header["company_id"])
            self._add_seal(KnownSeal(fields["number"], fields["root"], header), number)
        else:
            raise _unreadable(number)

    def _add_seal(self, seal: KnownSeal, number: int) -> None:
        former = self.seals.get(seal.number)
        if former is not None and former.root != seal.root:
            raise BadKnownRoots(
                f"Line {number} of the known roots names another root for block {seal.number} than before",
                "Use one file of known roots for one company.",
            )
        self.seals[seal.number] = seal if seal.header or former is None else former

    def _add_gap(self, fields: dict[str, Any]) -> None:
        common = int(fields["common"])
        given_up = [number for number in self.seals if number > common]
        for number in given_up:
            del self.seals[number]
        self.given_up += len(given_up)
        self.gaps.append(
            AcceptedGap(
                number=int(fields["number"]),
                root=str(fields["root"]),
                by=str(fields["by"]),
                at=str(fields["at"]),
                reason=str(fields["reason"]),
                told_by="known roots",
            )
        )


def read_known(lines: Iterable[str]) -> Known:
    """Return what the lines of a file say: JSON lines of the agent, or `NUMBER ROOT` as in a mail."""
    known = Known()
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.startswith("#"):
            known.add(line, number)
    return known


def _unreadable(number: int) -> BadKnownRoots:
    return BadKnownRoots(
        f"Line {number} of the known roots can't be read",
        "Take the file from a copy; never mend it by hand.",
    )


class ChainBroken(ValueError):
    """Seals that a server shows are not one chain, or not the one that is known."""


def check_seal(seal: Any, company_id: int, number: int, former_root: str | None) -> None:
    """Check one seal of a server by itself and against the block before; raises ChainBroken."""
    wrong = wrong_seal(seal) if isinstance(seal, dict) else "it is no object"
    if wrong:
        raise ChainBroken(f"block {number} has not the agreed shape: {wrong}")
    if seal["number"] != number or seal["company_id"] != company_id:
        raise ChainBroken(
            f"block {number} of company {company_id} was asked for, block {seal['number']} of company "
            f"{seal['company_id']} came"
        )
    wanted = NO_ROOT if number == 1 else former_root
    if wanted is not None and seal["former_root"] != wanted:
        raise ChainBroken(f"block {number} does not follow the block before it")
    if seal["count"] != len(seal["leaves"]):
        raise ChainBroken(f"block {number} has {len(seal['leaves'])} leaves for {seal['count']} events")
    if merkle_root([bytes.fromhex(leaf) for leaf in seal["leaves"]]).hex() != seal["merkle_root"]:
        raise ChainBroken(f"the leaves of block {number} don't give its Merkle root")
    if block_root(seal) != seal["root"]:
        raise ChainBroken(f"the header of block {number} does not give its root")
