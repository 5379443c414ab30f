"""What somebody with full rights over the database may do to a sealed trail: one function a deed.

Each gets a `Scene`, does its deed by SQL, and returns which events and blocks must be named. `hide` says how
far the deed covers its traces: not at all, the event's own digest, its leaf, its block, or all later blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from odoo.tools import SQL

from tests.tampering import reseal
from tests.tampering.trail import SEALED_COLUMNS, SealedTrail

HIDES = ("nothing", "digest", "leaf", "block", "chain")


@dataclass
class Scene:
    """Where a deed is done."""

    env: Any
    cr: Any
    trail: SealedTrail
    chance: Any


@dataclass(frozen=True)
class Named:
    """What a report must name: these events, and something about these blocks."""

    events: frozenset[int] = frozenset()
    blocks: frozenset[int] = frozenset()


Deed = Callable[[Scene, str], Named]


def _pick(scene, count=1):
    return scene.chance.sample(scene.trail.events, count)


def _named(*events, exact=True):
    ids = frozenset(event.id for event in events) if exact else frozenset()
    return Named(ids, frozenset(event.number for event in events))


def _cover(scene, hide, events):
    """Cover the traces of a changed event as far as wanted."""
    level = HIDES.index(hide)
    for event in events:
        if level >= 1:
            reseal.redigest(scene.cr, event.id)
        if level >= 2:
            reseal.releaf(scene.cr, event.id)
    _cover_blocks(scene, hide, [event.number for event in events])


def _cover_blocks(scene, hide, numbers):
    if hide == "block":
        for number in sorted(set(numbers)):
            reseal.reseal(scene.cr, scene.trail.company_id, number, last=number)
    elif hide == "chain":
        reseal.reseal(scene.cr, scene.trail.company_id, min(numbers))


def _other_value(scene, column, value):
    chance = scene.chance
    if column == "event_at":
        return value + timedelta(microseconds=chance.choice((1, -1, 10**6, -(10**9))))
    if isinstance(value, int):
        return value + chance.choice((1, -1, 1000))
    if (value is None and column.endswith("_id")) or column == "format":
        return chance.randrange(1, 10**6)
    options = [None, "", "x", f"{value}x", str(value)[:-1], str(value).swapcase(), " " + str(value)]
    if column == "action":
        options.remove(None)
    return chance.choice([option for option in options if option != value])


def edit(scene, hide):
    """Change one column of one event."""
    (event,) = _pick(scene)
    column = scene.chance.choice((*SEALED_COLUMNS, "digest"))
    name = SQL.identifier(column)
    scene.cr.execute(SQL("SELECT %s FROM ai_close_audit WHERE id = %s", name, event.id))
    value = _other_value(scene, column, scene.cr.fetchone()[0])
    scene.cr.execute(SQL("UPDATE ai_close_audit SET %s = %s WHERE id = %s", name, value, event.id))
    if column == "digest" and hide == "digest":
        hide = "nothing"
    if column == "digest" and hide != "nothing":
        # what covers the digest would undo the deed: only what comes after it is covered
        reseal.releaf(scene.cr, event.id)
        _cover_blocks(scene, hide, [event.number])
    else:
        _cover(scene, hide, [event])
    return _named(event)


def edit_many(scene, hide):
    """Change the reason of several events."""
    events = _pick(scene, scene.chance.randrange(2, 20))
    scene.cr.execute(
        "UPDATE ai_close_audit SET reason = coalesce(reason, '') || 'x' WHERE id = ANY(%s)",
        [[event.id for event in events]],
    )
    _cover(scene, hide, events)
    return _named(*events)


def delete(scene, hide):
    """Remove events; where traces are covered, their places too."""
    events = _pick(scene, scene.chance.choice((1, 1, 1, 2, 7)))
    ids = [event.id for event in events]
    scene.cr.execute("DELETE FROM ai_close_audit WHERE id = ANY(%s)", [ids])
    if hide != "nothing":
        scene.cr.execute("DELETE FROM ai_close_audit_membership WHERE audit_id = ANY(%s)", [ids])
        for event in events:
            reseal.reorder(scene.cr, event.seal_id)
        _cover_blocks(scene, hide, [event.number for event in events])
    return _named(*events)


def forget_place(scene, hide):
    """Take events out of their block, so that they seem to wait for a seal."""
    events = _pick(scene, scene.chance.choice((1, 3)))
    ids = [event.id for event in events]
    scene.cr.execute("DELETE FROM ai_close_audit_membership WHERE audit_id = ANY(%s)", [ids])
    for event in events:
        reseal.reorder(scene.cr, event.seal_id)
    _cover_blocks(scene, hide, [event.number for event in events])
    return _named(*events)


def insert(scene, hide):
    """Put a copy of an event into a block, under a number of its own."""
    (event,) = _pick(scene)
    columns = SQL(", ").join(SQL.identifier(name) for name in (*SEALED_COLUMNS, "digest"))
    taken = [one.id for one in scene.trail.events] + scene.trail.tail
    number = scene.chance.choice((max(taken) + 1000, min(taken) - 1))
    scene.cr.execute("SELECT 1 FROM ai_close_audit WHERE id = %s", [number])
    if scene.cr.fetchone():
        number = max(taken) + 2000  # the number before ours is another company's event
    scene.cr.execute(
        SQL(
            "INSERT INTO ai_close_audit (id, %s) SELECT %s, %s FROM ai_close_audit WHERE id = %s",
            columns, number, columns, event.id,
        )
    )  # fmt: skip
    scene.cr.execute("UPDATE ai_close_audit SET reason = 'put in' WHERE id = %s", [number])
    reseal.redigest(scene.cr, number)
    scene.cr.execute("DROP INDEX ai_close_audit_membership_place")
    scene.cr.execute(
        "INSERT INTO ai_close_audit_membership (audit_id, seal_id, position, leaf) VALUES (%s, %s, %s, 'x')",
        [number, event.seal_id, scene.chance.randrange(0, 60)],
    )
    reseal.releaf(scene.cr, number)
    if hide in ("block", "chain"):
        reseal.reorder(scene.cr, event.seal_id)
    _cover_blocks(scene, hide, [event.number])
    return Named(frozenset({number}), frozenset({event.number}))


def swap_numbers(scene, hide):
    """Let two events change their numbers."""
    one, two = _pick(scene, 2)
    scene.cr.execute("UPDATE ai_close_audit SET id = -id WHERE id = %s", [one.id])
    scene.cr.execute("UPDATE ai_close_audit SET id = %s WHERE id = %s", [one.id, two.id])
    scene.cr.execute("UPDATE ai_close_audit SET id = %s WHERE id = %s", [two.id, -one.id])
    _cover(scene, hide, [one, two])
    return _named(one, two)


def renumber(scene, hide):
    """Give an event another number, and its place with it."""
    (event,) = _pick(scene)
    number = event.id + 10**6
    scene.cr.execute("UPDATE ai_close_audit SET id = %s WHERE id = %s", [number, event.id])
    scene.cr.execute(
        "UPDATE ai_close_audit_membership SET audit_id = %s WHERE audit_id = %s", [number, event.id]
    )
    if hide in ("leaf", "block", "chain"):
        reseal.releaf(scene.cr, number)
        reseal.reorder(scene.cr, event.seal_id)
    _cover_blocks(scene, hide, [event.number])
    return Named(frozenset({number}), frozenset({event.number}))


def swap_places(scene, hide):
    """Let two events of one block change their places."""
    number = scene.chance.choice([seal["number"] for seal in scene.trail.seals.values() if seal["count"] > 1])
    one, two = scene.chance.sample([each for each in scene.trail.events if each.number == number], 2)
    scene.cr.execute("DROP INDEX ai_close_audit_membership_place")
    scene.cr.execute(
        "UPDATE ai_close_audit_membership SET position = CASE audit_id WHEN %s THEN %s ELSE %s END"
        " WHERE audit_id IN (%s, %s)",
        [one.id, two.position, one.position, one.id, two.id],
    )
    _cover_blocks(scene, hide, [number])
    return Named(frozenset(), frozenset({number}))


def move_to_other_block(scene, hide):
    """Let an event stand in another block."""
    (event,) = _pick(scene)
    other = scene.chance.choice([each for each in scene.trail.seals.values() if each["id"] != event.seal_id])
    scene.cr.execute("DROP INDEX ai_close_audit_membership_place")
    scene.cr.execute(
        "UPDATE ai_close_audit_membership SET seal_id = %s WHERE audit_id = %s", [other["id"], event.id]
    )
    for seal_id in (event.seal_id, other["id"]):
        reseal.reorder(scene.cr, seal_id)
    _cover_blocks(scene, hide, [event.number, other["number"]])
    return _named(event)


def edit_leaf(scene, hide):
    """Change the leaf beside an event."""
    (event,) = _pick(scene)
    leaf = f"{scene.chance.getrandbits(256):064x}"
    scene.cr.execute("UPDATE ai_close_audit_membership SET leaf = %s WHERE audit_id = %s", [leaf, event.id])
    _cover_blocks(scene, hide, [event.number])
    return _named(event, exact=hide not in ("block", "chain"))


def edit_seal(scene, hide):
    """Change one field of a seal."""
    seal = scene.chance.choice(list(scene.trail.seals.values()))
    column = scene.chance.choice(
        ("number", "sealed_at", "count", "first_id", "last_id", "database_uuid", "former_root",
         "merkle_root", "root", "format")
    )  # fmt: skip
    value = seal[column]
    if column == "number":
        value += 10**6
    elif column == "sealed_at":
        value += timedelta(microseconds=1)
    elif isinstance(value, int):
        value += scene.chance.choice((1, 7))
    elif column == "database_uuid":
        value = "00000000-0000-4000-8000-000000000000"
    else:
        value = f"{scene.chance.getrandbits(256):064x}"
    name = SQL.identifier(column)
    scene.cr.execute(SQL("UPDATE ai_close_audit_seal SET %s = %s WHERE id = %s", name, value, seal["id"]))
    covers = column in ("sealed_at", "count", "first_id", "last_id", "database_uuid", "format")
    if covers and hide == "chain":
        reseal.reseal(scene.cr, scene.trail.company_id, seal["number"], merkle=False)
    elif covers and hide == "block":
        reseal.reseal(scene.cr, scene.trail.company_id, seal["number"], last=seal["number"], merkle=False)
    return Named(frozenset(), frozenset({seal["number"]}))


def take_seal_away(scene, hide):
    """Remove a seal, with its places or without."""
    seal = scene.chance.choice(list(scene.trail.seals.values()))
    scene.cr.execute("DELETE FROM ai_close_audit_seal WHERE id = %s", [seal["id"]])
    if hide != "nothing":
        scene.cr.execute("DELETE FROM ai_close_audit_membership WHERE seal_id = %s", [seal["id"]])
    if hide == "chain":
        scene.cr.execute(
            "UPDATE ai_close_audit_seal SET number = -number + 1 WHERE company_id = %s AND number > %s",
            [scene.trail.company_id, seal["number"]],
        )
        scene.cr.execute("UPDATE ai_close_audit_seal SET number = -number WHERE number < 0")
        reseal.reseal(scene.cr, scene.trail.company_id, seal["number"])
    return Named(frozenset(), frozenset({seal["number"]}))


def swap_seals(scene, hide):
    """Let two blocks change their numbers."""
    one, two = scene.chance.sample(list(scene.trail.seals.values()), 2)
    for seal, number in ((one, -1), (two, one["number"]), (one, two["number"])):
        scene.cr.execute("UPDATE ai_close_audit_seal SET number = %s WHERE id = %s", [number, seal["id"]])
    if hide in ("block", "chain"):
        reseal.reseal(scene.cr, scene.trail.company_id, min(one["number"], two["number"]))
    return Named(frozenset(), frozenset({one["number"], two["number"]}))


def other_company(scene, hide):
    """Give an event, or a whole block, to another company."""
    (event,) = _pick(scene)
    other = scene.env.ref("base.main_company").id
    if scene.chance.random() < 0.5:
        scene.cr.execute("UPDATE ai_close_audit SET company_id = %s WHERE id = %s", [other, event.id])
        _cover(scene, hide, [event])
        return _named(event)
    scene.cr.execute(
        "UPDATE ai_close_audit_seal SET company_id = %s, number = number + 10^6 WHERE id = %s",
        [other, event.seal_id],
    )
    return Named(frozenset(), frozenset({event.number}))


def truncate(scene, hide):
    """Empty one of the tables, or all."""
    tables = scene.chance.choice(
        (("ai_close_audit",), ("ai_close_audit_membership",), ("ai_close_audit_seal",),
         ("ai_close_audit", "ai_close_audit_membership", "ai_close_audit_seal"))
    )  # fmt: skip
    for table in tables:
        scene.cr.execute(SQL("TRUNCATE %s", SQL.identifier(table)))
    return Named(frozenset(), frozenset({seal["number"] for seal in scene.trail.seals.values()}))


def restore(scene, hide):
    """Put an older copy in place: everything after a block is gone; perhaps work went on since."""
    keep = scene.chance.randrange(0, len(scene.trail.seals))
    gone = [seal for seal in scene.trail.seals.values() if seal["number"] > keep]
    ids = [seal["id"] for seal in gone]
    lost = [event.id for event in scene.trail.events if event.number > keep] + scene.trail.tail
    # of what was not sealed when the copy was made, some is there
    waiting = lost[: scene.chance.randrange(0, 4)]
    scene.cr.execute("DELETE FROM ai_close_audit_seal WHERE id = ANY(%s)", [ids])
    scene.cr.execute("DELETE FROM ai_close_audit_membership WHERE seal_id = ANY(%s)", [ids])
    scene.cr.execute("DELETE FROM ai_close_audit WHERE id = ANY(%s)", [[n for n in lost if n not in waiting]])
    for _block in range(0 if hide == "nothing" else scene.chance.randrange(0, len(gone) + 3)):
        scene.env["ai.close.audit"]._append("entry.review", scene.trail.company, company=scene.trail.company)
        scene.env["ai.close.audit.seal"]._seal(scene.trail.company)
    return Named(frozenset(), frozenset({gone[-1]["number"]}))


DEEDS: dict[str, tuple[Deed, int]] = {
    "edit": (edit, 30),
    "edit many": (edit_many, 6),
    "delete": (delete, 12),
    "forget place": (forget_place, 5),
    "insert": (insert, 8),
    "swap numbers": (swap_numbers, 8),
    "renumber": (renumber, 5),
    "swap places": (swap_places, 5),
    "move to other block": (move_to_other_block, 5),
    "edit leaf": (edit_leaf, 5),
    "edit seal": (edit_seal, 8),
    "take seal away": (take_seal_away, 4),
    "swap seals": (swap_seals, 3),
    "other company": (other_company, 4),
    "truncate": (truncate, 2),
    "restore": (restore, 8),
}
"""Each deed with how often it is done, by weight."""
