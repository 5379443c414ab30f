"""Writes leaves, Merkle roots and seals anew over whatever the events say: what full rights allow.

It computes with the add-on's own kernel, as somebody who has its source would.
"""

from odoo.addons.ai_close.kernel import seal as kernel
from odoo.addons.ai_close.kernel.canonical import digest, timestamp
from odoo.addons.ai_close.models.close_audit import SEALED
from odoo.addons.ai_close.models.close_audit_seal import EVENT_COLUMNS, event_line
from odoo.tools import SQL


def redigest(cr, event_id):
    """Make an event's own digest fit its content."""
    columns = SQL(", ").join(SQL.identifier(name) for name in SEALED)
    cr.execute(SQL("SELECT %s FROM ai_close_audit WHERE id = %s", columns, event_id))
    content = dict(zip(SEALED, cr.fetchone(), strict=True))
    content["event_at"] = timestamp(content["event_at"])
    cr.execute("UPDATE ai_close_audit SET digest = %s WHERE id = %s", [digest(content), event_id])


def _line(cr, event_id):
    columns = SQL(", ").join(SQL.identifier(name) for name in EVENT_COLUMNS)
    cr.execute(SQL("SELECT %s FROM ai_close_audit WHERE id = %s", columns, event_id))
    return event_line(cr.fetchone())


def releaf(cr, event_id):
    """Make the leaf in the membership fit the event."""
    leaf = kernel.leaf(_line(cr, event_id))
    cr.execute("UPDATE ai_close_audit_membership SET leaf = %s WHERE audit_id = %s", [leaf, event_id])


def reorder(cr, seal_id):
    """Give a block's events places in the order of their numbers, as an honest block has them."""
    cr.execute("DROP INDEX IF EXISTS ai_close_audit_membership_place")
    cr.execute(
        "UPDATE ai_close_audit_membership member SET position = place.at FROM (SELECT audit_id,"
        " row_number() OVER (ORDER BY audit_id) - 1 AS at FROM ai_close_audit_membership"
        " WHERE seal_id = %s) place WHERE place.audit_id = member.audit_id",
        [seal_id],
    )


def reseal(cr, company_id, first, *, last=None, merkle=True):
    """Write the seals from a block on anew, so that nothing contradicts itself.

    :param last: the last block to write anew; None for all
    """
    names = SQL(", ").join(SQL.identifier(name) for name in kernel.HEADER)
    cr.execute(
        SQL(
            "SELECT id, root, %s FROM ai_close_audit_seal WHERE company_id = %s ORDER BY number",
            names,
            company_id,
        )
    )
    former = kernel.NO_ROOT
    for seal_id, root, *values in cr.fetchall():
        block = dict(zip(kernel.HEADER, values, strict=True))
        if block["number"] < first or (last is not None and block["number"] > last):
            former = root
            continue
        cr.execute(
            "SELECT leaf, audit_id FROM ai_close_audit_membership WHERE seal_id = %s ORDER BY position",
            [seal_id],
        )
        rows = cr.fetchall()
        if rows and merkle:
            block |= {
                "count": len(rows),
                "first_id": rows[0][1],
                "last_id": rows[-1][1],
                "merkle_root": kernel.merkle_root([row[0] for row in rows]),
            }
        block["former_root"] = former
        former = kernel.block_root(block | {"sealed_at": timestamp(block["sealed_at"])})
        cr.execute(
            "UPDATE ai_close_audit_seal SET count = %s, first_id = %s, last_id = %s, merkle_root = %s,"
            " former_root = %s, root = %s WHERE id = %s",
            [block["count"], block["first_id"], block["last_id"], block["merkle_root"],
             block["former_root"], former, seal_id],
        )  # fmt: skip
