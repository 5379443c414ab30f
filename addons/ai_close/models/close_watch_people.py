"""Passwords and keys: who set them.  Odoo's own tables don't say; a person's own are nobody's business."""

import threading

from odoo import api, models
from odoo.http import request

from . import close_watch_items as items


class ResUsers(models.Model):
    _inherit = "res.users"

    def _set_encrypted_password(self, uid, pw):
        result = super()._set_encrypted_password(uid, pw)
        user = self.browse(uid)
        if "ai.close.audit" in self.env and not user.sudo().share:
            self.env["ai.close.audit"]._append("user.password", user, after=_origin(self.env, uid))
        return result


class ResUsersApikeys(models.Model):
    _inherit = "res.users.apikeys"

    def _generate(self, scope, name, expiration_date):
        key = super()._generate(scope, name, expiration_date)
        if not self.env.user.share:
            origin = _origin(self.env, self.env.uid)
            self.env["ai.close.audit"]._append("user.key", self.env.user, after={**origin, "name": name})
        return key


def _origin(env, uid):
    """Tell whether user ``uid`` did it: an environment knows whom it plays, the thread whom it serves.

    Nobody is logged in yet while a login renews an old hash; a shell and a scheduled action serve nobody.
    """
    caller = getattr(threading.current_thread(), "uid", None)
    if caller is None and request:
        caller = env.uid
    return {"own": uid == env.uid == caller, "caller": caller}


class CloseWatch(models.AbstractModel):
    _inherit = "ai.close.watch"

    @api.model
    def _excuse_res_users(self, change, since, company):
        """Leave out a password that its owner changed; name who changed another's."""
        if change["before"] is None or change["after"] is None or items.PASSWORD not in change["after"]:
            return change
        events = self._people_events("user.password", change["id"], since)
        if events and all(event["own"] for event in events):
            rest = change["after"].keys() - {items.PASSWORD}
            return self._only(change, rest) if rest else None
        if events:
            change["who"], change["when"] = events[-1]["who"], events[-1]["at"]
        else:
            change["who"], change["when"] = self.env._("the database"), None
        return change

    @api.model
    def _excuse_res_users_apikeys(self, change, since, company):
        """Leave out keys that end, and those that their owner made."""
        if change["after"] is None:
            return None
        events = self._people_events("user.key", None, since, change["after"].get("name"))
        if any(event["own"] and event["login"] == change["after"].get("user_id") for event in events):
            return None
        if events:
            change["who"], change["when"] = events[-1]["who"], events[-1]["at"]
        return change

    @api.model
    def _excuse_res_company(self, change, since, company):
        """Leave out a lock date that an approved request moved to where it is."""
        if change["before"] is None or change["after"] is None:
            return change
        self.env.cr.execute(
            "SELECT DISTINCT ON (field) field, date_new::text FROM ai_close_lock"
            " WHERE company_id = %s AND state = 'applied' ORDER BY field, approved_at DESC, id DESC",
            [company.id],
        )
        approved = dict(self.env.cr.fetchall())
        rest = {
            name
            for name in change["after"]
            if name not in items.LOCK_DATES
            or not approved.get(name)
            or approved[name] != change["after"][name]
        }
        return self._only(change, rest) if rest else None

    def _only(self, change, names):
        return dict(
            change,
            before={name: change["before"].get(name) for name in sorted(names)},
            after={name: change["after"].get(name) for name in sorted(names)},
        )

    def _people_events(self, action, user_id, since, name=None):
        """Return what the audit trail tells of passwords and keys after event ``since``, oldest first."""
        self.env.cr.execute(
            "SELECT res_id, res_name, user_login, event_at, after::jsonb FROM ai_close_audit"
            " WHERE action = %s AND id > %s ORDER BY id",
            [action, since],
        )
        return [
            {
                "own": after.get("own"),
                "who": self._login(after["caller"]) if after.get("caller") else login,
                "login": login,
                "at": str(at)[:19],
            }
            for res_id, _name, login, at, after in self.env.cr.fetchall()
            if user_id in (None, res_id) and name in (None, after.get("name"))
        ]
