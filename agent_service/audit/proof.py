"""Proofs that one event was sealed: made from an export, checked with nothing but a root."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from agent_service.audit.canonical import canonical_bytes
from agent_service.audit.errors import BadProof
from agent_service.audit.events import Scan, parsed
from agent_service.audit.export import Control, Damage, Events, is_count, is_hash, read
from agent_service.audit.tree import (
    FORMAT,
    block_root,
    header_of,
    inclusion_path,
    leaf_hash,
    merkle_root,
    root_of_path,
    sides_of,
)
from agent_service.errors import BadInput

KIND = "ai-close-audit-proof"


class NotProven(ValueError):
    """The proof does not lead from the event to the root."""


@dataclass
class _Open:
    """The block that is being read."""

    seal: dict[str, Any]
    scan: Scan
    lines: dict[int, bytes]


def prove(chunks: Iterable[bytes], event_id: int) -> dict[str, Any]:
    """Return a proof that an event stands in the export's chain of blocks.

    Raises BadInput where the export has no such event, NotProven where its block is broken.
    """
    proof: dict[str, Any] | None = None
    block: _Open | None = None
    in_tail = seen_in_tail = False
    for part in read(chunks):
        if isinstance(part, Damage):
            raise NotProven(f"the export is damaged: {part.message}")
        if isinstance(part, Events):
            if block is not None and proof is None:
                _look(block, part, event_id)
            elif in_tail:
                seen_in_tail |= any(parsed(line).get("id") == event_id for line in part.lines)
            continue
        if block is not None and proof is None and block.lines:
            proof = _proof(block, event_id)
        block = None
        in_tail = isinstance(part, Control) and part.kind == "tail"
        if part.kind == "seal":
            if proof is None:
                block = _Open(part.fields, Scan(), {})
            else:
                _extend(proof, part.fields)
    if proof is None and seen_in_tail:
        raise BadInput(
            f"Event {event_id} is not sealed yet", "Export again when the next block is sealed, in a minute."
        )
    if proof is None:
        raise BadInput(f"The export has no event {event_id}", "The audit list in Odoo shows the ids.")
    return proof


def _look(block: _Open, part: Events, event_id: int) -> None:
    start = len(block.scan.ids)
    block.scan.add(part.lines)
    for at, number in enumerate(block.scan.ids[start:]):
        if number == event_id:
            block.lines[start + at] = part.lines[at]


def _proof(block: _Open, event_id: int) -> dict[str, Any]:
    seal, leaves = block.seal, block.scan.leaves
    position, line = next(iter(block.lines.items()))
    broken = (
        len(block.lines) != 1
        or block_root(seal) != seal["root"]
        or merkle_root(leaves).hex() != seal["merkle_root"]
    )
    if broken:
        raise NotProven(
            f"block {seal['number']}, where event {event_id} stands, is not as it was sealed; "
            "`ai-close audit verify` names what differs"
        )
    return {
        "kind": KIND,
        "format": FORMAT,
        "event": line.decode("utf-8"),
        "position": position,
        "path": [[side, neighbour.hex()] for side, neighbour in inclusion_path(leaves, position)],
        "headers": [header_of(seal)],
        "root": seal["root"],
    }


def _extend(proof: dict[str, Any], seal: Mapping[str, Any]) -> None:
    """Add the next block, so that a later root proves the event too."""
    if seal["former_root"] != proof["root"] or block_root(seal) != seal["root"]:
        raise NotProven(f"block {seal['number']} does not follow the block before it")
    proof["headers"].append(header_of(seal))
    proof["root"] = seal["root"]


def check(proof: Any, root: str) -> dict[str, Any]:
    """Return the event that a proof is about, and the block with this root; raises NotProven, BadProof."""
    if not is_hash(root):
        raise BadInput("A root is 64 hex digits in lower case", "Copy it from the mail or the agent's file.")
    line, headers, path = _shape(proof)
    first = headers[0]
    if [side for side, _hash in path] != sides_of(proof["position"], first["count"]):
        raise NotProven(f"the path does not fit place {proof['position'] + 1} of {first['count']}")
    if root_of_path(leaf_hash(line), path).hex() != first["merkle_root"]:
        raise NotProven("the event and its path do not lead to the block's Merkle root")
    at = None
    former = None
    for header in headers:
        if former is not None and header["former_root"] != former:
            raise NotProven(f"block {header['number']} does not follow the block before it")
        former = block_root(header)
        if former == root:
            at = header["number"]
    if at is None:
        raise NotProven("the root is that of none of the proof's blocks")
    event = parsed(line)
    return {
        "event": event,
        "position": proof["position"],
        "block": first["number"],
        "database_uuid": first["database_uuid"],
        "company_id": first["company_id"],
        "sealed_at": first["sealed_at"],
        "root_of_block": at,
        "root": root,
    }


def _shape(proof: Any) -> tuple[bytes, list[dict[str, Any]], list[tuple[str, bytes]]]:
    """Return line, headers and path of a proof, or say that it is none."""
    if not isinstance(proof, dict) or proof.get("kind") != KIND or proof.get("format") != FORMAT:
        raise BadProof("The file is no proof of the audit trail", "Make one with `ai-close audit prove`.")
    try:
        line = proof["event"].encode("utf-8")
        headers = [header_of(each) for each in proof["headers"]]
        path = [(side, bytes.fromhex(text)) for side, text in proof["path"]]
        fine = (
            bool(headers)
            and is_count(proof["position"])
            and is_count(headers[0]["count"])
            and headers[0]["count"] < 2**40
            and all(is_hash(text) and side in ("left", "right") for side, text in proof["path"])
            and isinstance(parsed(line).get("id"), int)
        )
        for header in headers:
            canonical_bytes(header)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        fine = False
    if not fine:
        raise BadProof("The proof can't be read", "Make it again with `ai-close audit prove`.")
    return line, headers, path
