"""Makes audit exports as the add-on writes them, block by block, without Odoo."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tests.support import rfc6962

UUID = "5f9d0c3e-0000-4000-8000-000000000000"
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
EMPTY = dict.fromkeys(
    ("event_at", "company_id", "user_id", "user_login", "user_name", "role", "action", "model", "res_id",
     "res_name", "close_id", "run_id", "before", "after", "reason", "refusal_code", "format")
)  # fmt: skip


def at(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def event(event_id, *, seconds=None, company=1, **values):
    """One event with its digest, as plain values."""
    content = {
        **EMPTY, "event_at": at(event_id if seconds is None else seconds),
        "company_id": company, "user_id": 9,
        "user_login": "anna", "user_name": "Anna Müller", "role": "reviewer", "action": "entry.review",
        "model": "ai.close.entry", "res_id": event_id % 50 + 1, "res_name": f"Entry “{event_id}”",
        "close_id": 3, "before": '{"state":"prepared"}', "after": '{"state":"reviewed"}', "format": 1,
        **values,
    }  # fmt: skip
    digest = hashlib.sha256(rfc6962.text(content).encode()).hexdigest()
    return {**content, "id": event_id, "digest": digest}


def line(event_values):
    return rfc6962.text(event_values).encode()


def seal(number, former_root, lines, *, sealed_at=None, company=1, uuid=UUID):
    """A seal over event lines, with root and leaves."""
    ids = [json.loads(each)["id"] for each in lines]
    leaves = [rfc6962.leaf(each) for each in lines]
    header = {
        "format": 1, "database_uuid": uuid, "company_id": company, "number": number,
        "former_root": former_root,
        "count": len(lines), "first_id": ids[0], "last_id": ids[-1],
        "sealed_at": sealed_at or at(ids[-1] + 30), "merkle_root": rfc6962.mth(leaves).hex(),
    }  # fmt: skip
    return {**header, "root": rfc6962.block(header), "leaves": [each.hex() for each in leaves]}


def chain(blocks, **more):
    """Seals over lists of event lines, each on the one before."""
    seals, former = [], "0" * 64
    for number, lines in enumerate(blocks, 1):
        seals.append(seal(number, former, lines, **more))
        former = seals[-1]["root"]
    return seals


def blocks_of(sizes, first=11, **more):
    """Event lines in blocks of these sizes."""
    bounds = [first]
    for size in sizes:
        bounds.append(bounds[-1] + size)
    return [[line(event(one, **more)) for one in range(start, end)] for start, end in pairwise(bounds)]


def export(seals, blocks, tail=(), *, exported_at=None, company=1, name="Northwind", uuid=UUID, **head):
    """The lines of a whole export, without their newlines."""
    last = max((json.loads(each)["id"] for lines in (*blocks, tail) for each in lines), default=0)
    rows = [
        {
            "kind": "head", "format": 1, "database_uuid": uuid, "company": {"id": company, "name": name},
            "exported_at": exported_at or at(last + 50),
            "first_seal": seals[0]["number"] if seals else None,
            "last_seal": seals[-1]["number"] if seals else None,
            "events": sum(map(len, blocks)) + len(tail), **head,
        }
    ]  # fmt: skip
    lines = [rfc6962.text(rows[0]).encode()]
    for each, events in zip(seals, blocks, strict=True):
        lines += [rfc6962.text({"kind": "seal", **each}).encode(), *events]
    oldest = min((json.loads(each)["event_at"] for each in tail), default=None)
    lines += [rfc6962.text({"kind": "tail", "count": len(tail), "oldest_at": oldest}).encode(), *tail]
    return ended(lines)


def ended(lines):
    """The lines with a fitting last one."""
    body = b"".join(each + b"\n" for each in lines)
    end = {"kind": "end", "lines": len(lines), "sha256": hashlib.sha256(body).hexdigest()}
    return [*lines, rfc6962.text(end).encode()]


def write(path, lines):
    path.write_bytes(b"".join(each + b"\n" for each in lines))
    return path
