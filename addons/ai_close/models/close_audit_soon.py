"""Events are sealed within half a minute, by a timer in the server's own process.

Odoo's scheduler can't promise that: it looks once in 60 seconds or more, a job that is due a moment later
waits for the next look, and a job that is triggered for a moment ahead does, too.  So the process that
appended an event seals soon after, and the process that runs the scheduled jobs does so again and again in
between, for events whose own process ended.  The scheduled job stays: it begins anew after a restart.
"""

import logging
import threading
from contextlib import suppress

from psycopg2 import Error as DatabaseError

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import ConcurrencyError
from odoo.modules.registry import Registry
from odoo.tools import config

_logger = logging.getLogger(__name__)

SOON_S = 30
# Rounds after each look of the scheduler: enough for a look that comes late, and an end when that is off.
ROUNDS = 5
_MARK = "ai_close_seal_soon"

_rounds: dict[str, int] = {}
_guard = threading.Lock()


def seal_soon(dbname, rounds=1):
    """Seal what is not sealed in half a minute, unless that is under way, and so on for ``rounds``."""
    with _guard:
        waiting = _rounds.get(dbname, 0)
        _rounds[dbname] = max(waiting, rounds)
        if waiting:
            return
    _start_timer(dbname)


def _start_timer(dbname):
    timer = threading.Timer(SOON_S, _fire, [dbname])
    timer.name = f"ai_close.seal.{dbname}"
    timer.daemon = True
    timer.start()


def _fire(dbname):
    threading.current_thread().dbname = dbname
    with _guard:
        # before the look at what is open: an event that comes after it starts a timer of its own
        left = _rounds.pop(dbname, 1) - 1
    try:
        _seal_all(dbname)
    except DatabaseError as error:
        # it may be gone, or restored from a backup this moment
        _logger.info("the trail of %s is sealed later: %s", dbname, error)
    except Exception:
        _logger.exception("the trail of %s is not sealed yet", dbname)
    if left > 0:
        seal_soon(dbname, left)


def _seal_all(dbname):
    """Seal every company's events, each in a transaction of its own; who is sealing already is left to it."""
    registry = Registry(dbname)
    if "ai.close.audit.seal" not in registry:
        return
    with registry.cursor() as cr:
        company_ids = api.Environment(cr, SUPERUSER_ID, {})["ai.close.audit.seal"]._companies()
    for company_id in company_ids:
        with suppress(ConcurrencyError), registry.cursor() as cr:
            trail = api.Environment(cr, SUPERUSER_ID, {})["ai.close.audit.seal"]
            trail._seal(company_id, everything=False, wait=False)


class CloseAudit(models.Model):
    _inherit = "ai.close.audit"

    def _insert_all(self, vals_list):
        """Append, and see to it that the event is sealed soon after the commit, on a server that seals."""
        cr = self.env.cr
        if config["max_cron_threads"] and _MARK not in cr.postcommit.data:
            cr.postcommit.data[_MARK] = True
            dbname = cr.dbname
            cr.postcommit.add(lambda: seal_soon(dbname))
        return super()._insert_all(vals_list)


class CloseAuditSeal(models.Model):
    _inherit = "ai.close.audit.seal"

    @api.model
    def _cron_seal(self, everything=False):
        """Seal, and go on between this look of the scheduler and the next ones."""
        result = super()._cron_seal(everything=everything)
        if config["max_cron_threads"]:
            seal_soon(self.env.cr.dbname, ROUNDS)
        return result
