"""Proposals of a file, written and read: one JSON object a row, amounts as decimal texts."""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from agent_service.core.matching.evaluation import Answer
from agent_service.core.matching.model import Proposal, ProposalKind, WriteOff, WriteOffKind
from agent_service.core.money import minor_text
from agent_service.errors import BadInput
from agent_service.match_files import fields
from agent_service.match_files.rows import Skipped, read_rows

_KINDS = frozenset(get_args(ProposalKind))
_WRITE_OFFS = frozenset(get_args(WriteOffKind))
_PLACES = 6
"""Write-offs are compared at a scale that every currency fits, for a file of them names no currency."""


def row_of(proposal: Proposal, places: int) -> dict[str, Any]:
    """Return a proposal as a file has it; `places` are the company currency's decimals."""
    row: dict[str, Any] = {
        "line_ids": list(proposal.lines),
        "item_ids": list(proposal.items),
        "kind": proposal.kind,
        "write_offs": [
            {"kind": one.kind, "amount": minor_text(one.amount, places)} for one in proposal.write_offs
        ],
        "confidence": float(proposal.confidence),
        "band": proposal.band,
        "reasons": [one.text for one in proposal.reasons],
        "alternatives": [
            {"item_ids": list(one.items), "confidence": float(one.confidence)}
            for one in proposal.alternatives
        ],
    }
    if proposal.account is not None:
        row["account"] = proposal.account
    return row


def write(path: Path, proposals: Iterable[Proposal], places: int) -> None:
    """Write the file whole or not at all; raises BadInput."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("w", encoding="utf-8") as file:
            for one in proposals:
                file.write(json.dumps(row_of(one, places), ensure_ascii=False))
                file.write("\n")
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(f"{path} can't be written ({error.strerror})", "Name another file.") from None


def read_answers(path: Path, skipped: Skipped) -> Iterator[Answer]:
    """Yield the proposals, or the truth, of a file for their evaluation; raises BadInput."""
    return read_rows(path, answer_of, skipped)


def answer_of(row: Mapping[str, Any]) -> Answer:
    """Return a row as an answer; a truth has no confidence and no band. Raises BadRow."""
    kind = fields.needed(row, "kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise fields.bad("kind", kind, f"one of {', '.join(sorted(_KINDS))}")
    confidence = row.get("confidence", 1)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float | str):
        raise fields.bad("confidence", confidence, "a number from 0 to 1")
    try:
        sure = Decimal(str(confidence))
    except ArithmeticError:
        raise fields.bad("confidence", confidence, "a number from 0 to 1") from None
    if not 0 <= sure <= 1:
        raise fields.bad("confidence", confidence, "a number from 0 to 1")
    return Answer(
        lines=fields.keys(fields.needed(row, "line_ids"), "line_ids"),
        items=fields.keys(row.get("item_ids") or [], "item_ids"),
        kind=kind,
        write_offs=tuple(_write_off(one) for one in row.get("write_offs") or []),
        confidence=sure,
        band=fields.text(row, "band") or "auto",
        case=fields.text(row, "case"),
        answerable=fields.flag(row, "answerable"),
    )


def _write_off(row: Any) -> WriteOff:
    if not isinstance(row, dict):
        raise fields.bad("write_offs", row, "a list of {kind, amount}")
    kind = fields.needed(row, "kind")
    if not isinstance(kind, str) or kind not in _WRITE_OFFS:
        raise fields.bad("write-off's kind", kind, f"one of {', '.join(sorted(_WRITE_OFFS))}")
    return WriteOff(kind, fields.amount(fields.needed(row, "amount"), "write-off's amount", _PLACES))
