"""The one way AI Close says no: an exception with a code, and an audit row that survives the rollback."""

import logging

from psycopg2.errors import LockNotAvailable

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.sql_db import Cursor

from ..kernel.codes import known

_logger = logging.getLogger(__name__)

# A second cursor must never wait for its own request: it would be a deadlock that PostgreSQL can't see.
# Long enough for a queue of refusals of the same thing, each of which takes milliseconds.
LOCK_TIMEOUT_MS = 5000
# A flood on a machine that is held up for a while: the count still has to come out right.
WRITE_TRIES = 3


class CloseRefusal(UserError):
    """A step that AI Close refuses.  ``code`` and ``kind`` stand in ``kernel/codes.py``."""

    def __init__(self, code, message=None):
        entry = known(code)
        self.code = code
        self.kind = entry.kind
        self.code_name = entry.name
        self.sentence = message or entry.sentence
        super().__init__(f"{self.sentence} [{code}]")


def refuse(records, code, message=None, action=None):
    """Return the exception to raise, having made sure that the audit trail will tell of it.

    The row is written by a cursor of its own, after the rollback that the exception causes, or after the
    commit when a caller (the agent's port) turns the exception into an answer.

    :param records: the records that the refused step was about; a model without records will do
    :param action: what was tried, as the audit names it (``entry.approve``)
    """
    refusal = CloseRefusal(code, message)
    tell(records, code, refusal.sentence, action)
    return refusal


def tell(records, code, sentence, action=None):
    """Make sure that the audit trail tells of a refusal, whatever becomes of this transaction."""
    env = records.env
    facts = {
        "user_id": env.uid,
        "action": action or "refused",
        "model": records._name,
        "res_id": records.ids[0] if len(records.ids) == 1 else 0,
        "refusal_code": code,
        "reason": sentence,
        "company_id": _company_id(records),
        "event_at": fields.Datetime.now(),
    }
    dbname, written = env.cr.dbname, []

    def write_once():
        if not written:
            written.append(True)
            _write(dbname, facts)

    env.cr.postrollback.add(write_once)
    env.cr.postcommit.add(write_once)


def _company_id(records):
    """The company the refusal is told to; the reader's own when the record has none or can't be read."""
    field = records._fields.get("company_id")
    if len(records) == 1 and records.id and field and field.comodel_name == "res.company":
        company = records.sudo().company_id
        if company:
            return company.id
    return records.env.user.sudo().company_id.id


def _write(dbname, facts):
    """Append the refusal in a new transaction; a trail that can't be written must not hide the refusal."""
    try:
        for left in reversed(range(WRITE_TRIES)):
            try:
                _write_once(dbname, facts)
                return
            except LockNotAvailable:
                if not left:
                    raise
    except Exception:
        _logger.exception(
            "the refusal %s of user %s is not in the audit trail", facts["refusal_code"], facts["user_id"]
        )


def _write_once(dbname, facts):
    with Registry(dbname).cursor() as cr:
        if isinstance(cr, Cursor):
            # Two refusals of the same thing raise one count: with a frozen snapshot one of them would be
            # lost.  (The cursor of Odoo's tests is inside a transaction already.)
            cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        cr.execute("SELECT set_config('lock_timeout', %s, true)", [str(LOCK_TIMEOUT_MS)])
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["ai.close.audit"]._append_refusal(facts)
