"""Tampers with a sealed trail, exports it as the server does, verifies, rolls back; again and again.

Runs inside `odoo shell`, as the database's superuser and with all triggers off. Prints one line of JSON for
each tampering that was not found or not named, and one at the end.
"""

import json
import random
from collections import Counter

from agent_service.audit.report import Report
from agent_service.audit.verify import verify
from tests.tampering.deeds import DEEDS, HIDES, Named, Scene
from tests.tampering.trail import SealedTrail, build

_AT_A_TIME = 250
"""Then the transaction ends and the tables are vacuumed: rows that were rolled back slow everything down."""


def main(env, count: int, seed: int) -> None:
    """Do so many tamperings and print what came of them."""
    chance = random.Random(seed)
    trail = build(env, chance)
    honest = verify(trail.honest, trail.known)
    _tell(
        honest=honest.result, warnings=honest.warnings, found=[each.message for each in honest.found],
        blocks=len(trail.seals), events=len(trail.events), unsealed=len(trail.tail),
    )  # fmt: skip
    done: Counter[str] = Counter()
    idle: Counter[str] = Counter()
    missed = 0
    names, weights = list(DEEDS), [weight for _deed, weight in DEEDS.values()]
    while sum(done.values()) < count:
        if sum(done.values()) % _AT_A_TIME == 0:
            _fresh(env)
        (name,), hide = chance.choices(names, weights), chance.choice(HIDES)
        problem = _one(Scene(env, env.cr, trail, chance), name, hide)
        if problem == "idle":
            idle[f"{name}, {hide} hidden"] += 1
            if sum(idle.values()) > 1000 + count:
                raise AssertionError(f"nothing is tampered with: {idle}")
            continue
        done[name] += 1
        if problem:
            missed += 1
            if missed <= 20:
                _tell(missed=name, hide=hide, number=sum(done.values()), **problem)
    env.cr.rollback()
    _tell(done=sum(done.values()), missed=missed, kinds=dict(done), idle=dict(idle))


def _tell(**values) -> None:
    print("TAMPERING " + json.dumps(values, default=str), flush=True)


def _fresh(env) -> None:
    env.cr.rollback()
    env.invalidate_all()
    env.cr._cnx.autocommit = True
    for table in ("ai_close_audit", "ai_close_audit_membership", "ai_close_audit_seal"):
        env.cr.execute(f"VACUUM {table}")
    env.cr._cnx.autocommit = False
    env.cr.execute("SET session_replication_role = 'replica'")


def _one(scene: Scene, name: str, hide: str) -> dict | str | None:
    """Do one deed and return None when it was found and named, 'idle' when it left the export as it was."""
    scene.cr.execute("SAVEPOINT tampering")
    try:
        named = DEEDS[name][0](scene, hide)
        lines = list(scene.env["ai.close.audit.seal"]._export_lines(scene.trail.company))
    finally:
        scene.cr.execute("ROLLBACK TO SAVEPOINT tampering")
        scene.cr.execute("RELEASE SAVEPOINT tampering")
        scene.env.invalidate_all()
    if _content(lines) == _content(scene.trail.honest):
        return "idle"
    return _judge(scene.trail, named, lines)


def _content(lines: list[bytes]) -> list[bytes]:
    """Return an export without the lines that tell when it was made."""
    return lines[1:-1]


def _judge(trail: SealedTrail, named: Named, lines: list[bytes]) -> dict | None:
    by_root = verify(lines, trail.last_root)
    if by_root.result != "found":
        return {"problem": "not found by the last root", "report": by_root.shown()}
    report = verify(lines, trail.known)
    if report.result != "found":
        return {"problem": "not found by the known roots", "report": report.shown()}
    events = {number for found in report.found for number in found.events}
    if not named.events <= events:
        return {"problem": "events not named", "wanted": sorted(named.events - events), **_words(report)}
    if not named.blocks <= _blocks(report):
        return {
            "problem": "blocks not named", "wanted": sorted(named.blocks - _blocks(report)), **_words(report)
        }  # fmt: skip
    return None


def _blocks(report: Report) -> set[int]:
    """Return the blocks that a report names, ranges included."""
    named = {found.block for found in report.found if found.block is not None}
    for found in report.found:
        if found.what in ("older", "missing", "known"):
            words = found.message.replace(".", " ").replace(",", " ").split()
            for word in words:
                low, _dash, high = word.partition("-")
                if low.isdigit() and high.isdigit():
                    named |= set(range(int(low), int(high) + 1))
                elif low.isdigit():
                    named.add(int(low))
    return named


def _words(report: Report) -> dict:
    return {"found": [each.message for each in report.found]}
