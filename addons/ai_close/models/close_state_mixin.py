"""Records of the close: protected fields, and states that change by the kernel's table only."""

from odoo import api, fields, models
from odoo.tools import SQL

from ..kernel import sod, transitions
from .close_audit import audit_values
from .memo import is_locked, remembering
from .refusal import refuse

# Compared by identity.  A caller over RPC can send any JSON under this key, and none of it is this object.
_PASS = object()
_CONTEXT_NAME = "ai_close_pass"
REASON_MIN_CHARS = 3
ROLE_ORDER = (sod.PREPARER, sod.REVIEWER, sod.CONTROLLER, sod.AGENT)


def passes(env):
    """Does this environment come from ``_guarded()``, hence from our own code?"""
    return env.context.get(_CONTEXT_NAME) is _PASS


class CloseStateMixin(models.AbstractModel):
    """What every model with a state machine shares.

    A model names the fields that only its own methods write in ``_ai_close_protected`` (``state`` always is
    one), and changes state by ``_transition``.
    """

    _name = "ai.close.state.mixin"
    _inherit = ["ai.close.access.mixin"]
    _description = "Close record with guarded states"

    _ai_close_protected = frozenset()

    @api.model
    @api.private
    def _protected(self):
        # A company of the caller's choice would hide the record from those who have to sign it.
        return self._ai_close_protected | {"state"} | ({"company_id"} & self._fields.keys())

    @api.private
    def _guarded(self):
        """Return ``self`` with the right to write protected fields: sudo, the uid stays, and of the caller's
        context only language, time zone and companies, so that no ``default_*`` and no ``tracking_disable``
        reaches what is written."""
        kept = {
            key: self.env.context[key]
            for key in ("lang", "tz", "allowed_company_ids")
            if key in self.env.context
        }
        return self.sudo().with_context(dict(kept, **{_CONTEXT_NAME: _PASS}))

    @api.private
    def _unguarded(self):
        """Return ``self`` as the caller had it, without the right that ``_guarded`` gave."""
        return self.with_context({k: v for k, v in self.env.context.items() if k != _CONTEXT_NAME}).sudo(
            False
        )

    # -- the guard ---

    @api.model_create_multi
    def create(self, vals_list):
        if not passes(self.env):
            protected = self._protected()
            sent = {name for vals in vals_list for name in vals}
            sent |= {key.removeprefix("default_") for key in self.env.context if key.startswith("default_")}
            self._refuse_protected(protected & sent)
        return super().create(vals_list)

    def write(self, vals):
        if not passes(self.env):
            self._refuse_protected(self._protected() & vals.keys())
        return super().write(vals)

    @api.ondelete(at_uninstall=True)  # False can be skipped by a context key that RPC sends
    def _unlink_except_guarded(self):
        if not passes(self.env):
            raise refuse(self, "AUD003", action=f"{self._name}.unlink")

    def _refuse_protected(self, names):
        if names:
            raise refuse(
                self,
                "AUD002",
                self.env._(
                    "%(fields)s of %(model)s change through the steps of the close only.",
                    fields=", ".join(sorted(names)),
                    model=self._description,
                ),
                action=f"{self._name}.write",
            )

    # -- the steps (who takes one, and in whose name: close_acting.py) ---

    @api.private
    def _role_sentence(self, code, roles):
        """Say who may take the step; None leaves the code's own sentence."""
        names = [role for role in ROLE_ORDER if role in roles]
        if code != "SOD003" or not names:
            return None
        return self.env._("Your role does not include this step; it is for: %s.", ", ".join(names))

    @api.private
    def _duty_amount(self):
        """Return the amount that the limits of the policy's duties are compared with.

        None, as here: it has none, and counts as the largest.
        """

    @api.private
    def _need_state(self, state, action):
        """Refuse unless each record stands in ``state``."""
        for record in self:
            if record.state != state:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise refuse(
                    record,
                    "ENT001",
                    self.env._(
                        "%(name)s is %(state)s; this step needs: %(wanted)s.",
                        name=record.display_name,
                        state=labels[record.state],
                        wanted=labels[state],
                    ),
                    action=action,
                )

    @api.private
    def _need_reason(self, reason, action):
        """Return the reason without spaces around it, or refuse: RPC may send anything."""
        reason = reason.strip() if isinstance(reason, str) else ""
        if len(reason) < REASON_MIN_CHARS:
            raise refuse(self[:1], "ENT006", action=action)
        return reason

    @api.private
    def _form(self):
        """Return the action that opens this record."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [[False, "form"]],
        }

    @api.private
    def _lock_rows(self):
        """Lock these rows until the transaction ends and forget what was read of them before.

        A row that somebody changed since this transaction began raises a serialization failure, and Odoo
        runs the request again with fresh eyes.
        """
        ids = sorted(self.ids)
        if not ids or is_locked(self):
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(self._table),
                ids,
            )
        )
        self.invalidate_recordset()

    @api.private
    def _transition(self, to, role=None, reason=None, vals=None, action=None):
        """Move these records to state ``to``: check the table and the role, write, and tell the audit trail.

        :param role: the role in which the step is taken.  ``server`` marks the add-on's own steps and is
            never derived from the caller; any other the caller must hold.  None takes the caller's own.
        :param vals: values to write together with the state (signatures, reasons), or a function of the
            record that returns them
        :param action: another audit action than the table's
        """
        self.check_access("read")
        self._lock_rows()
        values = vals if callable(vals) else lambda _record: vals or {}
        with remembering(self):
            taken_steps = []
            for record in self:
                written = dict(values(record), state=to)
                before = audit_values(record, written)
                taken_steps.append((record, *record._step_and_role(to, role, action), before, written))
        self._write_together({record.id: written for record, *_step, written in taken_steps})
        evidence = self._audit_evidence()
        self.env["ai.close.audit"]._append_all(
            [
                {
                    "action": name,
                    "record": record,
                    "before": before,
                    "after": audit_values(record, written),
                    "evidence": evidence.get(record.id),
                    "reason": reason,
                    "role": taken,
                }
                for record, name, taken, before, written in taken_steps
            ]
        )
        return True

    def _write_together(self, values):
        """Write ``{id: values}``, the same names for each: first what differs, then the rest in one go."""
        (first, *others) = values.values() if values else ({},)
        shared = {name: value for name, value in first.items() if all(each[name] == value for each in others)}
        for record in self:
            own = {name: value for name, value in values[record.id].items() if name not in shared}
            if own:
                record._guarded().write(own)
        if shared:
            self._guarded().write(shared)

    def _step_and_role(self, to, role, action):
        """Refuse unless the caller may take a step to ``to``; return its action and role."""
        step = transitions.step(self._name, self.state, to)
        if step is None:
            raise refuse(
                self,
                "AUD004",
                self.env._(
                    "%(name)s is %(state)s; from there is no step to %(to)s.",
                    name=self.display_name,
                    state=self.state,
                    to=to,
                ),
                action=action,
            )
        name = action or step.action
        if role == sod.SERVER and sod.SERVER in step.roles:
            return name, sod.SERVER
        return name, self._taken_as(role, step, name)

    def _taken_as(self, role, step, action):
        """Return the role in which the caller takes ``step`` of this record, or refuse."""
        wanted, held = {role} & step.roles if role else step.roles, self._roles()
        verdict = sod.judge(wanted or {role}, held)
        if verdict or not wanted:
            code = verdict.code if verdict else "SOD003"
            raise refuse(self, code, self._role_sentence(code, step.roles), action=action)
        left = self._narrowed(wanted, step.action)
        if not left & held:
            raise self._outside_duties(left, held, step.action)
        left &= self._settle_name(left, action, keep=True).roles
        # somebody's own role before one that he only has for somebody absent
        own = self.env.user._ai_close_roles()
        return next(
            name
            for usable in (own, held)
            for name in (sod.CONTROLLER, sod.REVIEWER, sod.PREPARER, sod.AUDITOR, sod.AGENT, sod.SERVER)
            if name in left & usable
        )

    @api.private
    def _audit_evidence(self):
        """Return what a step of each record rests on (id -> plain values): digests, not contents.

        Here the files that hang on the record; a model adds what is signed of it.
        """
        found = {}
        self.env["ir.attachment"].flush_model(["res_model", "res_id", "name"])
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id, id, name, checksum FROM ir_attachment"
                " WHERE res_model = %s AND res_id = ANY(%s) AND res_field IS NULL ORDER BY id",
                self._name,
                self.ids,
            )
        )
        for res_id, attachment_id, name, checksum in rows:
            files = found.setdefault(res_id, {}).setdefault("files", [])
            files.append({"id": attachment_id, "name": name, "sha1": checksum})
        return found

    @api.private
    def _now(self):
        return fields.Datetime.now()
