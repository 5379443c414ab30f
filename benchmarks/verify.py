"""Verifying an export of the audit trail against hashing its lines once, which nothing can go below."""

import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent_service.audit.canonical import canonical_bytes
from agent_service.audit.tree import FORMAT, NO_ROOT, block_root, leaf_hash, merkle_root
from agent_service.audit.verify import verify
from benchmarks.measure import Comparison, compare

EVENTS = 1_000_000
A_BLOCK = 500
PAIRS = 5
_CHUNK = 2**20
_START = datetime(2026, 11, 2, tzinfo=UTC)
_UUID = "5f9d0c3e-0000-4000-8000-000000000000"


def _moment(event_id: int) -> str:
    return (_START + timedelta(seconds=event_id)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _event(event_id: int) -> bytes:
    """Return one event as the add-on writes them, about half a kilobyte."""
    head = (
        '{"action":"entry.review","after":"{\\"reviewed_at\\":\\"2026-11-02T01:00:00.000000Z\\",'
        f'\\"state\\":\\"reviewed\\"}}","before":"{{\\"state\\":\\"prepared\\"}}","close_id":3,"company_id":1,'
        f'"evidence":"{{\\"payload\\":\\"{event_id:064x}\\"}}"'
    )
    moment = f',"event_at":"{_moment(event_id)}","format":1'
    rest = (
        f',"model":"ai.close.entry","reason":null,"refusal_code":null,"res_id":{event_id % 5000 + 1},'
        f'"res_name":"Goods received, not invoiced {event_id % 5000 + 1}","role":"reviewer","run_id":null,'
        '"user_id":9,"user_login":"anna","user_name":"Anna Müller"}'
    )
    digest = hashlib.sha256(f"{head}{moment}{rest}".encode()).hexdigest()
    return f'{head},"digest":"{digest}"{moment},"id":{event_id}{rest}'.encode()


def _lines() -> Iterator[bytes]:
    blocks = EVENTS // A_BLOCK
    yield canonical_bytes(
        {
            "kind": "head", "format": FORMAT, "database_uuid": _UUID, "company": {"id": 1, "name": "Books"},
            "exported_at": _moment(EVENTS + 60), "first_seal": 1, "last_seal": blocks, "events": EVENTS,
        }
    )  # fmt: skip
    former = NO_ROOT
    for number in range(1, blocks + 1):
        first = (number - 1) * A_BLOCK + 1
        events = [_event(event_id) for event_id in range(first, first + A_BLOCK)]
        leaves = [leaf_hash(line) for line in events]
        header = {
            "format": FORMAT, "database_uuid": _UUID, "company_id": 1, "number": number,
            "former_root": former,
            "count": A_BLOCK, "first_id": first, "last_id": first + A_BLOCK - 1,
            "sealed_at": _moment(first + A_BLOCK), "merkle_root": merkle_root(leaves).hex(),
        }  # fmt: skip
        former = block_root(header)
        yield canonical_bytes(
            {"kind": "seal", **header, "root": former, "leaves": [leaf.hex() for leaf in leaves]}
        )
        yield from events
    yield canonical_bytes({"kind": "tail", "count": 0, "oldest_at": None})


def write_export(path: Path) -> None:
    """Write an export of `EVENTS` events."""
    whole, count = hashlib.sha256(), 0
    with path.open("wb") as handle:
        for line in _lines():
            handle.write(line + b"\n")
            whole.update(line + b"\n")
            count += 1
        end = {"kind": "end", "lines": count, "sha256": whole.hexdigest()}
        handle.write(canonical_bytes(end) + b"\n")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            yield chunk


def _verified(path: Path) -> float:
    """Verify and return the processor's seconds: the machine may do other things meanwhile."""
    start = time.process_time()
    report = verify(_chunks(path))
    spent = time.process_time() - start
    if (report.result, report.events) != ("unbroken", EVENTS):
        raise RuntimeError(json.dumps(report.shown())[:1000])
    return spent


def _hashed(path: Path) -> None:
    with path.open("rb") as handle:
        for line in handle:
            hashlib.sha256(line).digest()


def run() -> list[Comparison]:
    """Verify an export of a million events on one core, in turn with one bare hash of each of its lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.jsonl"
        write_export(path)
        size_mb = path.stat().st_size / 1e6
        spent: list[float] = []
        result = compare(
            ("verify an export", lambda: spent.append(_verified(path))),
            ("hashlib.sha256 of each line", lambda: _hashed(path)),
            pairs=PAIRS,
        )
    result.note = (
        f"{EVENTS:,} events in blocks of {A_BLOCK}, {size_mb:,.0f} MB, one core: "
        f"{EVENTS / statistics.median(spent):,.0f} events a second of its time "
        f"({EVENTS / result.ours_median:,.0f} by the clock on the wall)"
    )
    return [result]
