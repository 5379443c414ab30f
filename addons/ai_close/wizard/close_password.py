"""ai.close.password: the password once more, for one step that the policy asks it for, in the same call."""

from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import AccessDenied

from ..kernel import duties
from ..models.refusal import refuse

# Whose password was right in the call that is running: (database, user).  No caller's context reaches it, and
# it crosses to the cursor of its own in which a lock is applied.
_CONFIRMED: ContextVar[tuple | None] = ContextVar("ai_close_confirmed", default=None)
# The steps that the dialog may take; each of them checks roles and duties itself.
STEPS = frozenset(
    {
        ("ai.close.lock", "action_approve"),
        ("ai.close.lock", "action_accept_items"),
        ("ai.close.policy", "action_approve"),
        ("ai.close.matcher", "action_approve"),
        ("ai.close.language", "action_approve"),
    }
)


GIVEN = frozenset({"typed", "reason"})


@contextmanager
def _confirmed(env):
    token = _CONFIRMED.set((env.cr.dbname, env.uid))
    try:
        yield
    finally:
        _CONFIRMED.reset(token)


def _is_confirmed(env):
    return _CONFIRMED.get() == (env.cr.dbname, env.uid)


class AiClosePassword(models.TransientModel):
    _name = "ai.close.password"
    _description = "Password again"

    res_model = fields.Char(required=True)
    res_id = fields.Integer(required=True)
    method = fields.Char(required=True)
    given = fields.Json(help="What else the step was given.")
    # Never stored: the button sends it in its context, as Odoo's own dialog does.
    password = fields.Char(store=False)

    def action_confirm(self):
        """Check the password that came in the context (``password``) and take the step in the same call."""
        self.ensure_one()
        if (self.res_model, self.method) not in STEPS:
            raise refuse(self, "AUD004", action="password.confirm")
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise refuse(self, "AUD004", action="password.confirm")
        record.check_access("read")
        credential = {
            "login": self.env.user.login,
            "password": self.env.context.get("password"),
            "type": "password",
        }
        try:
            # interactive: a key made for programs is no password
            self.env.user._check_credentials(credential, {"interactive": True})
        except AccessDenied:
            raise refuse(
                record, "SOD007", self.env._("This is not your password."), action="password.confirm"
            ) from None
        kept = {key: value for key, value in self.env.context.items() if key != "password"}
        record = record.with_context(kept)  # pylint: disable=context-overridden
        with _confirmed(self.env):
            result = getattr(record, self.method)(**self._given())
        return result if isinstance(result, dict) else {"type": "ir.actions.act_window_close"}

    def _given(self):
        """Return what the step was given; a caller may have stored anything here."""
        given = self.given if isinstance(self.given, dict) else {}
        return {name: given[name] for name in GIVEN & given.keys()}


class CloseStateMixin(models.AbstractModel):
    _inherit = "ai.close.state.mixin"

    @api.private
    def _password_kind(self):
        """Return for what the policy may ask the password here: lock, reopen, policy, or None."""
        return

    @api.private
    def _password_dialog(self, method, **given):
        """Return the dialog that asks for the password and takes the step; None where nothing is asked."""
        kind = self._password_kind()
        if not kind or _is_confirmed(self.env) or not duties.wants_password(self._duties(), kind):
            return None
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your password again"),
            "res_model": "ai.close.password",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_res_model": self._name,
                "default_res_id": self.id,
                "default_method": method,
                "default_given": {name: value for name, value in given.items() if value is not None},
                "dialog_size": "medium",
                # what the screen showed when the step was begun
                **{key: seen for key, seen in self.env.context.items() if key.startswith("ai_close_seen")},
            },
        }

    @api.private
    def _need_password(self, kind):
        """Refuse where the policy asks for the password again and this call did not bring it."""
        for record in self:
            if not duties.wants_password(record._duties(), kind):
                continue
            if not _is_confirmed(self.env):
                raise refuse(
                    record,
                    "SOD007",
                    self.env._(
                        "The policy asks for your password here: take this step by the dialog that asks for"
                        " it."
                    ),
                    action=f"{kind}.password",
                )


class CloseLock(models.Model):
    _inherit = "ai.close.lock"

    @api.private
    def _password_kind(self):
        """A lock, or the reopening of a locked period for somebody."""
        return "reopen" if self.kind in ("exception", "reopen") else "lock"

    def action_approve(self, typed=None):
        """Approve; where the policy asks for the password, return the dialog that asks and goes on."""
        self.ensure_one()
        dialog = self._password_dialog("action_approve", typed=typed)
        return dialog or super().action_approve(typed=typed)

    def action_accept_items(self):
        """Accept the open items; where the policy asks for the password, return the dialog that asks."""
        self.ensure_one()
        return self._password_dialog("action_accept_items") or super().action_accept_items()


class ClosePolicy(models.Model):
    _inherit = "ai.close.policy"

    @api.private
    def _password_kind(self):
        """A policy."""
        return "policy"

    def action_approve(self):
        """Approve; where the policy asks for the password, return the dialog that asks and goes on."""
        self.ensure_one()
        return self._password_dialog("action_approve") or super().action_approve()


class CloseMatcher(models.Model):
    _inherit = "ai.close.matcher"

    @api.private
    def _password_kind(self):
        """A version of the matcher is taken into use like a policy."""
        return "policy"

    def action_approve(self, reason=None):
        """Take it into use; where the policy asks for the password, return the dialog that asks."""
        self.ensure_one()
        dialog = self._password_dialog("action_approve", reason=reason)
        return dialog or super().action_approve(reason=reason)


class CloseLanguage(models.Model):
    _inherit = "ai.close.language"

    @api.private
    def _password_kind(self):
        """A language model is taken into use like a policy."""
        return "policy"

    def action_approve(self):
        """Take it into use; where the policy asks for the password, return the dialog that asks."""
        self.ensure_one()
        return self._password_dialog("action_approve") or super().action_approve()
