"""ai.close.audit.seal: blocks of audit events, each with a Merkle root that names the root before it.

A block holds what was not in one before, so that an event whose transaction ended late stands in the next
block.  ``ai_close_audit_membership`` says which event stands where; both tables take inserts only.
"""

import logging
from datetime import UTC, datetime

from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tools import SQL, file_open

from ..kernel import seal
from ..kernel.canonical import timestamp
from .close_audit import SEALED

_logger = logging.getLogger(__name__)

# Bounds the memory of a sealer, of a reader of the port and of the verification.
BLOCK_ROWS = 10_000
# A transaction that ends while this many younger events were sealed is rarer than the nightly look at all.
LATE_EVENTS = 100_000
# Any number: the first half of the advisory lock's key, so that nobody else uses it by chance.
LOCK_CLASS = 0x41434C53
# Who waited for another sealer has a snapshot from before, and looks again.
ATTEMPTS = 3
EVENT_COLUMNS = ("id", *SEALED, "digest")


class CloseAuditSeal(models.Model):
    _name = "ai.close.audit.seal"
    _inherit = ["ai.close.append.only"]
    _description = "Block of the audit trail"
    _log_access = False
    _order = "company_id, number desc"

    # No relation, like the events: a block outlives its company.  0 holds the events without one.
    company_id = fields.Integer("Company ID", required=True, readonly=True)
    company_name = fields.Char("Company", compute="_compute_company_name")
    number = fields.Integer("Block", required=True, readonly=True, aggregator=None)
    sealed_at = fields.Datetime(required=True, readonly=True)
    count = fields.Integer("Events", required=True, readonly=True)
    first_id = fields.Integer("First event", required=True, readonly=True, aggregator=None)
    last_id = fields.Integer("Last event", required=True, readonly=True, aggregator=None)
    database_uuid = fields.Char("Database", required=True, readonly=True)
    former_root = fields.Char("Proof code before", required=True, readonly=True)
    merkle_root = fields.Char("Root of the events", required=True, readonly=True)
    root = fields.Char("Proof code", required=True, readonly=True, index=True)
    format = fields.Integer(required=True, readonly=True, aggregator=None)

    _number = models.Constraint("UNIQUE (company_id, number)", "There is a block of this number.")

    def init(self):
        with file_open("ai_close/sql/seal.sql") as script:
            self.env.cr.execute(script.read())

    @api.depends("number")
    def _compute_display_name(self):
        for block in self:
            block.display_name = self.env._("Block %s", block.number)

    @api.depends("company_id")
    def _compute_company_name(self):
        names = {
            company.id: company.name
            for company in self.env["res.company"].sudo().browse(set(self.mapped("company_id"))).exists()
        }
        for block in self:
            block.company_name = names.get(block.company_id) or (
                self.env._("no company") if not block.company_id else str(block.company_id)
            )

    # -- sealing ---

    @api.model
    @api.private
    def _seal(self, company, everything=True, wait=True, blocks=None):
        """Put the events of ``company`` (a record, an id, 0 for none) that stand in no block into new ones.

        In this transaction: its own events are taken too.  Whoever sealed since this transaction began makes
        it fail with a ConcurrencyError, and Odoo runs the request again.

        :param everything: look at all events, or only at those that can be new since the last block
        :param wait: wait for another sealer of the company, or leave it to him
        :param blocks: make at most so many blocks
        :return: the new blocks
        """
        company_id = company if isinstance(company, int) else company.id
        if not self._take_turn(company_id, wait):
            return self.browse()
        self.env["ai.close.audit"].flush_model()
        number, root, last_id = self._last(company_id)
        floor = 0 if everything else max(0, last_id - LATE_EVENTS)
        made = []
        while blocks is None or len(made) < blocks:
            rows = self._unsealed_rows(company_id, floor)
            if not rows:
                break
            number += 1
            block_id, root = self._insert_block(company_id, number, root, rows)
            made.append(block_id)
            if len(rows) < BLOCK_ROWS:
                break
        return self.browse(made)

    def _take_turn(self, company_id, wait):
        """Take the company's lock until this transaction ends; False when somebody else has it."""
        if wait:
            self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, company_id])
            return True
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK_CLASS, company_id])
        return self.env.cr.fetchone()[0]

    @api.model
    @api.private
    def _last(self, company_id):
        """Return number, root and last event of the company's last block."""
        self.env.cr.execute(
            "SELECT number, root, last_id FROM ai_close_audit_seal WHERE company_id = %s"
            " ORDER BY number DESC LIMIT 1",
            [company_id],
        )
        return self.env.cr.fetchone() or (0, seal.NO_ROOT, 0)

    @api.model
    @api.private
    def _of_company(self, company_id):
        """Return the condition for the events of a company, which an index serves."""
        column = SQL.identifier("event", "company_id")
        return (
            SQL("%s = %s", column, company_id)
            if company_id
            else SQL("(%s IS NULL OR %s = 0)", column, column)
        )

    @api.model
    @api.private
    def _event_columns(self):
        return SQL(", ").join(SQL.identifier("event", name) for name in EVENT_COLUMNS)

    def _unsealed_rows(self, company_id, floor):
        return self.env.execute_query(
            SQL(
                "SELECT %s FROM ai_close_audit event WHERE %s AND event.id > %s AND NOT EXISTS"
                " (SELECT 1 FROM ai_close_audit_membership member WHERE member.audit_id = event.id)"
                " ORDER BY event.id LIMIT %s",
                self._event_columns(),
                self._of_company(company_id),
                floor,
                BLOCK_ROWS,
            )
        )

    def _insert_block(self, company_id, number, former_root, rows):
        leaves = [seal.leaf(line) for line in map(event_line, rows)]
        now = self._clock().replace(tzinfo=None)
        header = {
            "format": seal.FORMAT,
            "database_uuid": self.env["ir.config_parameter"].sudo().get_param("database.uuid") or "",
            "company_id": company_id,
            "number": number,
            "former_root": former_root,
            "count": len(rows),
            "first_id": rows[0][0],
            "last_id": rows[-1][0],
            "sealed_at": timestamp(now),
            "merkle_root": seal.merkle_root(leaves),
        }
        root = seal.block_root(header)
        values = header | {"sealed_at": now, "root": root}
        try:
            self.env.cr.execute(
                SQL(
                    "INSERT INTO ai_close_audit_seal (%s) VALUES %s RETURNING id",
                    SQL(", ").join(map(SQL.identifier, values)),
                    tuple(values.values()),
                ),
                log_exceptions=False,
            )
            (block_id,) = self.env.cr.fetchone()
            self.env.cr.execute(
                "INSERT INTO ai_close_audit_membership (audit_id, seal_id, position, leaf)"
                " SELECT member.audit_id, %s, member.place - 1, member.leaf"
                " FROM unnest(%s::int[], %s::text[]) WITH ORDINALITY AS member (audit_id, leaf, place)",
                [block_id, [row[0] for row in rows], leaves],
            )
        except UniqueViolation as error:
            # our snapshot is older than the last block: with a fresh one it goes on
            raise ConcurrencyError("the trail was sealed at the same time") from error
        return block_id, root

    @api.model
    def _clock(self):
        """The time now; a method, so that a test can set it."""
        return datetime.now(UTC)

    # -- when ---

    @api.model
    @api.private
    def _seal_after_commit(self, company):
        """Seal the company's events as soon as this transaction is committed, in one of its own.

        The act that is committed must not fail by it: what goes wrong here is sealed within the minute.
        """
        dbname, company_id = self.env.cr.dbname, company.id

        def seal_now():
            for _time in range(ATTEMPTS):
                try:
                    with Registry(dbname).cursor() as cr:
                        env = api.Environment(cr, SUPERUSER_ID, {})
                        env["ai.close.audit.seal"]._seal(company_id, everything=False)
                    return
                except ConcurrencyError:
                    _logger.info("the trail of company %s was sealed by somebody else", company_id)
                except Exception:
                    _logger.exception("the trail of company %s is not sealed yet", company_id)
                    return

        self.env.cr.postcommit.add(seal_now)

    @api.model
    @api.private
    def _companies(self):
        """Return the ids of all companies that events tell of, 0 among them when some tell of none."""
        # one look into the index a company, however many events there are
        rows = self.env.execute_query(
            SQL(
                """
            WITH RECURSIVE company(id) AS (
                (SELECT company_id FROM ai_close_audit WHERE company_id > 0 ORDER BY company_id LIMIT 1)
                UNION ALL
                SELECT (SELECT company_id FROM ai_close_audit WHERE company_id > company.id
                         ORDER BY company_id LIMIT 1)
                  FROM company WHERE company.id IS NOT NULL
            )
            SELECT id FROM company WHERE id IS NOT NULL
            UNION ALL
            SELECT 0 WHERE EXISTS (SELECT 1 FROM ai_close_audit WHERE company_id IS NULL OR company_id = 0)
            """
            )
        )
        return [row[0] for row in rows]

    @api.model
    def _cron_seal(self, everything=False):
        """Every minute: tell the refusals that were only counted, then seal, each block in a commit."""
        commit = self.env["ir.cron"]._commit_progress
        self.env["ai.close.audit"]._sum_up_refusals()
        commit()
        for company_id in self._companies():
            try:
                while self._seal(company_id, everything=everything, wait=False, blocks=1):
                    commit(1)
                commit()
            except ConcurrencyError:
                self.env.cr.rollback()

    # -- what is not sealed yet ---

    @api.model
    @api.private
    def _unsealed(self, company_id):
        """Return ``(count, oldest event's time or None)`` of the events that stand in no block."""
        return self.env.execute_query(
            SQL(
                "SELECT count(*), min(event.event_at) FROM ai_close_audit event WHERE %s AND NOT EXISTS"
                " (SELECT 1 FROM ai_close_audit_membership member WHERE member.audit_id = event.id)",
                self._of_company(company_id),
            )
        )[0]

    @api.model
    @api.private
    def _contains(self, company_id, number, root):
        """Does the company's chain have this root at this number?"""
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM ai_close_audit_seal WHERE company_id = %s AND number = %s AND root = %s",
                    company_id,
                    number,
                    root,
                )
            )
        )

    @api.model
    @api.private
    def _blocks(self, company_id, after=0, limit=None, leaves=True):
        """Yield the company's blocks in order: header, id, root and (with ``leaves``) their stored leaves."""
        names = ("id", "root", *seal.HEADER)
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM ai_close_audit_seal WHERE company_id = %s AND number > %s"
                " ORDER BY number LIMIT %s",
                SQL(", ").join(map(SQL.identifier, names)),
                company_id,
                after,
                limit,
            )
        )
        for row in rows:
            block = dict(zip(names, row, strict=True))
            block["sealed_at"] = timestamp(block["sealed_at"])
            if leaves:
                block["leaves"] = [
                    each[0]
                    for each in self.env.execute_query(
                        SQL(
                            "SELECT leaf FROM ai_close_audit_membership WHERE seal_id = %s"
                            " ORDER BY position, audit_id",
                            block["id"],
                        )
                    )
                ]
            yield block


def event_line(row):
    """Return the bytes of one event, of a row in the order of ``EVENT_COLUMNS``."""
    event = dict(zip(EVENT_COLUMNS, row, strict=True))
    event["event_at"] = timestamp(event["event_at"])
    return seal.event_line(event)
