"""The chain of blocks, read from its beginning: as an export, and recomputed with the server's own eyes."""

from hashlib import sha256

from odoo import api, models
from odoo.tools import SQL

from ..kernel import seal
from ..kernel.canonical import canonical_json, timestamp
from .close_audit_seal import EVENT_COLUMNS, event_line


class CloseAuditSeal(models.Model):
    _inherit = "ai.close.audit.seal"

    def _members(self, block_id):
        """Return the rows of a block: place, stored leaf and number of the event, then the event itself.

        An event that is gone leaves its place, with nothing behind it.
        """
        return self.env.execute_query(
            SQL(
                "SELECT member.position, member.leaf, member.audit_id, %s"
                " FROM ai_close_audit_membership member"
                " LEFT JOIN ai_close_audit event ON event.id = member.audit_id"
                " WHERE member.seal_id = %s ORDER BY member.position, member.audit_id",
                self._event_columns(),
                block_id,
            )
        )

    # -- the export ---

    @api.model
    @api.private
    def _export_lines(self, company):
        """Yield the lines (bytes, with their LF) of the export of a company; 0 gives events without one."""
        company_id = company if isinstance(company, int) else company.id
        self.env["ai.close.audit"].flush_model()
        hashed, lines = sha256(), 0
        for line in self._export_content(company_id):
            line += b"\n"
            hashed.update(line)
            lines += 1
            yield line
        yield _line({"kind": "end", "lines": lines, "sha256": hashed.hexdigest()}) + b"\n"

    def _export_content(self, company_id):
        record = self.env["res.company"].sudo().browse(company_id).exists()
        blocks = list(self._blocks(company_id, leaves=False))
        tail, oldest = self._unsealed(company_id)
        yield _line(
            {
                "kind": "head",
                "format": seal.FORMAT,
                "database_uuid": self.env["ir.config_parameter"].sudo().get_param("database.uuid") or "",
                "company": {"id": company_id, "name": record.name or None},
                "exported_at": timestamp(self._clock()),
                "first_seal": blocks[0]["number"] if blocks else None,
                "last_seal": blocks[-1]["number"] if blocks else None,
                "events": sum(block["count"] for block in blocks) + tail,
            }
        )
        for block in blocks:
            rows = self._members(block["id"])
            yield _line(
                {
                    "kind": "seal",
                    **seal.header_of(block),
                    "root": block["root"],
                    "leaves": [row[1] for row in rows],
                }
            )
            # what is stored now, not what was hashed: who reads it finds the difference
            yield from (event_line(row[3:]) for row in rows if row[3] is not None)
        yield _line({"kind": "tail", "count": tail, "oldest_at": timestamp(oldest) if oldest else None})
        floor = 0
        while rows := self._unsealed_rows(company_id, floor):
            yield from map(event_line, rows)
            floor = rows[-1][0]

    # -- the server's own look ---

    @api.model
    @api.private
    def _verify(self, company):
        """Recompute the chain of ``company`` and return what was found.

        ``problem`` is None, or the first thing that does not fit, in plain words.  This is the server
        looking at itself: who owns the database can make it say anything, which is why roots leave it.
        """
        company_id = company if isinstance(company, int) else company.id
        self.env["ai.close.audit"].flush_model()
        found = {"blocks": 0, "events": 0, "problem": None, "root": seal.NO_ROOT}
        for block in self._blocks(company_id, leaves=False):
            problem = self._chain_problem(block, found) or self._block_problem(block)
            if problem:
                found["problem"] = problem
                break
            found["blocks"] += 1
            found["events"] += block["count"]
            found["root"] = block["root"]
        if not found["problem"]:
            found["problem"] = self._stray_problem()
        found["unsealed"], oldest = self._unsealed(company_id)
        found["oldest_at"] = oldest
        return found

    def _chain_problem(self, block, found):
        """What is wrong with the place of ``block`` in the chain."""
        number = found["blocks"] + 1
        if block["number"] != number:
            return self.env._(
                "Block %(wanted)s is missing; after it comes block %(number)s.",
                wanted=number,
                number=block["number"],
            )
        if block["former_root"] != found["root"]:
            return self.env._("Block %s does not follow the block before it.", number)
        if seal.block_root(block) != block["root"]:
            return self.env._("The head of block %s was changed.", number)
        return None

    def _block_problem(self, block):
        """What is wrong inside ``block``: the first event that does not fit, by name."""
        rows = self._members(block["id"])
        known = {row[1] for row in rows}
        former = 0
        for place, (position, leaf, audit_id, *event) in enumerate(rows):
            name = self._name_of(audit_id, event)
            if position != place:
                return self.env._(
                    "Block %(number)s: the event at place %(place)s was removed.",
                    number=block["number"],
                    place=place + 1,
                )
            if audit_id <= former:
                return self.env._(
                    "Block %(number)s: %(event)s does not stand where it was sealed: events were reordered.",
                    number=block["number"],
                    event=name,
                )
            if event[0] is None:
                return self.env._(
                    "Block %(number)s: %(event)s was removed.", number=block["number"], event=name
                )
            now = seal.leaf(event_line(event))
            if now != leaf and now in known:
                return self.env._(
                    "Block %(number)s: %(event)s stands in another's place: events were reordered.",
                    number=block["number"],
                    event=name,
                )
            if now != leaf:
                return self.env._(
                    "Block %(number)s: %(event)s was changed.", number=block["number"], event=name
                )
            if place >= block["count"]:
                return self.env._(
                    "Block %(number)s: %(event)s was inserted.", number=block["number"], event=name
                )
            former = audit_id
        if len(rows) < block["count"]:
            return self.env._(
                "Block %(number)s: %(count)s events were removed.",
                number=block["number"],
                count=block["count"] - len(rows),
            )
        if seal.merkle_root([row[1] for row in rows]) != block["merkle_root"]:
            return self._unlike_the_root(block, rows)
        return None

    def _unlike_the_root(self, block, rows):
        """Every event fits its leaf and yet the root is another: a leaf was written anew with its event."""
        return self.env._(
            "Block %(number)s: events between %(first)s and %(last)s were changed together with their"
            " proof codes.",
            number=block["number"],
            first=rows[0][2],
            last=rows[-1][2],
        )

    def _stray_problem(self):
        """Places in blocks that are not there: somebody took the block away."""
        rows = self.env.execute_query(
            SQL(
                "SELECT member.seal_id, count(*) FROM ai_close_audit_membership member WHERE NOT EXISTS"
                " (SELECT 1 FROM ai_close_audit_seal block WHERE block.id = member.seal_id)"
                " GROUP BY member.seal_id ORDER BY member.seal_id LIMIT 1"
            )
        )
        if rows:
            return self.env._("A block of %(count)s events was removed.", count=rows[0][1])
        return None

    def _name_of(self, audit_id, event):
        """Name an event so that a person finds it: number, action, time and who."""
        if event[0] is None:
            return self.env._("event %s", audit_id)
        by_name = dict(zip(EVENT_COLUMNS, event, strict=True))
        return self.env._(
            "event %(id)s (%(action)s, %(who)s, %(at)s)",
            id=audit_id,
            action=by_name["action"],
            who=by_name["user_name"] or "-",
            at=by_name["event_at"].strftime("%Y-%m-%d %H:%M:%S UTC") if by_name["event_at"] else "-",
        )


def _line(values):
    return canonical_json(values).encode("utf-8")
