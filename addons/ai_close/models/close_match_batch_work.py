"""The work of a batch: chunks, each committed, in the name of the person who asked."""

import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..kernel.sod import SERVER
from .close_match_batch import PEOPLE
from .refusal import CloseRefusal, refuse

_logger = logging.getLogger(__name__)

CHUNK = 50
# Somebody else wrote the same: the chunk is taken again with fresh eyes, so often before the next call does.
TRIES = 5


class CloseMatchBatch(models.Model):
    _inherit = "ai.close.match.batch"

    @api.model
    def _cron_work(self):
        """Accept what waits, chunk by chunk; what is committed stays whatever ends this call."""
        # Whoever presses "Run manually": the steps are the requester's or the server's.
        server = self.with_user(SUPERUSER_ID).with_context({})
        for batch in server.search([("state", "in", ("waiting", "running"))], order="id"):
            tries = 0
            while True:
                try:
                    left = batch._work_chunk()
                    seconds = self.env["ir.cron"]._commit_progress(CHUNK, remaining=left)
                except OperationalError:
                    self.env.cr.rollback()
                    tries += 1
                    if tries >= TRIES:
                        _logger.info("batch %s of matches is put off: others write the same rows", batch.id)
                        break
                    continue
                tries = 0
                if not left:
                    break
                if not seconds:
                    return

    @api.private
    def _work_chunk(self):
        """Accept the next chunk of this batch and return how many matches are left.

        Everything that a chunk does belongs to one transaction: killed before its commit it did not happen.
        """
        self._lock_rows()
        if self.state not in ("waiting", "running"):
            return 0
        if self.state == "waiting":
            self._transition("running", role=SERVER)
        why = self._requester_unfit()
        if why:
            self._end("stopped", why)
            return 0
        lines = self.env["ai.close.match.batch.line"].search(
            [("batch_id", "=", self.id), ("outcome", "=", "waiting")], order="id", limit=CHUNK
        )
        if lines:
            self._note(lines, self._accepted(lines))
        left = self.total - self.done_count - self.failed_count if lines else 0
        if left <= 0:
            self._end("done")
            return 0
        return left

    def _end(self, state, why=None):
        self._transition(
            state, role=SERVER, reason=why, vals={"done_at": self._now(), "reason": why or False}
        )

    def _requester_unfit(self):
        """Return why the batch may not go on in its requester's name, or None; asked for each chunk."""
        if self.origin == "policy":
            return self._policy_ended()
        user, company = self.requested_by_id, self.company_id
        if not user.active or company not in user.company_ids:
            return self.env._("%s does not work in this company any more.", user.name)
        try:
            self.with_user(user)._need_role(*PEOPLE, action="match.accept")
        except CloseRefusal as refusal:
            return refusal.sentence
        return None

    def _policy_ended(self):
        """Return why nothing may be accepted unattended any more (close_match_unattended.py)."""
        return self.env._("No policy lets the server accept matches.")

    # -- accepting

    def _accepted(self, lines):
        """Accept the matches of ``lines``; return why not, by match id, of those that stay as they are."""
        matches, failed = self._unchanged(lines)
        if not matches:
            return failed
        step = self._step_of(matches)
        if len(matches) > 1:
            try:
                with self.env.cr.savepoint():
                    return failed | step(matches)
            except OperationalError:
                raise
            except Exception as error:
                # one of them; found out below, so that it alone stays behind
                _logger.info("batch %s: a chunk is taken one by one: %s", self.id, type(error).__name__)
                self.env.invalidate_all()
        for match in matches:
            try:
                with self.env.cr.savepoint():
                    failed |= step(match)
            except OperationalError:
                raise
            except (UserError, AccessError, ValidationError) as error:
                self.env.invalidate_all()
                failed[match.id] = str(error.args[0] if error.args else error)
            except Exception:
                _logger.exception("batch %s, match %s", self.id, match.id)
                self.env.invalidate_all()
                failed[match.id] = self.env._(
                    "Something unexpected happened; the server's log has the details."
                )
        return failed

    def _unchanged(self, lines):
        """Return the matches that say what they said when the batch was opened, and the others' reason."""
        now, fit, failed = lines.match_id._proofs(), [], {}
        for line in lines:
            match = line.match_id
            if match.state != "proposed" or match.band != self.band:
                failed[match.id] = self.env._("It is %s by now.", match._state_label().lower())
            elif now.get(match.id) != line.proof:
                failed[match.id] = self.env._("It was proposed otherwise meanwhile: look at it again.")
            else:
                fit.append(match.id)
        return lines.match_id.browse(fit), failed

    def _step_of(self, matches):
        """Return the step that accepts matches and returns why not, by match id."""
        user, company = self.requested_by_id, self.company_id

        def accept(some):
            context = {"allowed_company_ids": company.ids, "lang": user.lang or "en_US", "tz": user.tz}
            answer = some.with_user(user).with_context(context).action_accept()
            return {each["id"]: each["message"] for each in answer["infos"]["failures"]}

        return accept

    def _note(self, lines, failed):
        """Write down what became of each line of a chunk."""
        now = self._now()
        for line in lines:
            why = failed.get(line.match_id.id)
            line._guarded().write(
                {"outcome": "failed" if why else "accepted", "message": why or False, "done_at": now}
            )
        count = sum(1 for line in lines if line.match_id.id in failed)
        self._guarded().write(
            {
                "done_count": self.done_count + len(lines) - count,
                "failed_count": self.failed_count + count,
            }
        )

    @api.model
    @api.private
    def _need_none_running(self, company):
        """Refuse a second batch of a company while one works: both would take the same rows."""
        other = self.sudo().search(
            [("company_id", "=", company.id), ("state", "in", ("waiting", "running"))], limit=1
        )
        if other:
            raise refuse(
                self,
                "ENT038",
                self.env._("%s is not finished yet.", other.display_name),
                action="batch.request",
            )
