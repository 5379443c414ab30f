"""What of the settings changed since the last lock, by whom and when."""

import json

from odoo import api, models
from odoo.tools import SQL

from ..kernel.canonical import canonical_json
from ..kernel.files import short
from ..kernel.sod import SERVER
from . import close_watch_items as items

RULE = "SYS003"
MOST_SHOWN = 200
MODELS = {watched.model: watched.facet for watched in items.WATCHED}


class CloseWatch(models.AbstractModel):
    _inherit = "ai.close.watch"

    # -- baselines ---

    @api.model
    @api.private
    def _begin_watch(self):
        """Give every enabled company that has none a baseline of settings and of its locked books."""
        for company in self.env["res.company"].sudo().search([("ai_close_enabled", "=", True)]):
            if not self._settings_row(company):
                self._take_settings(company, "begin")
                self.env["ai.close.snapshot"]._take(company, "begin")

    @api.model
    @api.private
    def _take_settings(self, company, kind, lock=None):
        """Remember how the settings are, and put their digest into the audit trail."""
        content = canonical_json(self._settings(company))
        digest = short(content.encode())
        self.env.cr.execute(
            "INSERT INTO ai_close_snapshot_settings (company_id, kind, lock_id, content, digest, taken_by)"
            " VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            [company.id, kind, lock.id if lock else None, content, digest, self.env.uid],
        )
        self.env["ai.close.audit"]._append(
            "watch.settings",
            role=SERVER,
            company=company,
            after={"snapshot": self.env.cr.fetchone()[0], "kind": kind, "digest": digest},
        )

    def _settings(self, company):
        found = items.read(self.env, company)
        baseline, _event = self._baseline()
        # of our own modules also what they are made of: an update may keep the version
        for item in found["ir.module.module"].values():
            name = item["f"]["name"]
            if name.startswith("ai_close") and baseline:
                ours = {
                    path: digest for path, digest in baseline["files"].items() if path.startswith(f"{name}/")
                }
                item["f"]["files"] = short(canonical_json(ours).encode())[:16]
        return found

    def _settings_row(self, company):
        """Return the last baseline of ``company``: id, kind, content, digest and time; or None."""
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, kind, content, digest, taken_at FROM ai_close_snapshot_settings"
                " WHERE company_id = %s ORDER BY id DESC LIMIT 1",
                company.id,
            )
        )
        return rows[0] if rows else None

    # -- the check ---

    @api.model
    @api.private
    def _look_settings(self, close):
        """Return a finding for each kind of settings that changed since the last lock."""
        company = close.company_id
        row = self._settings_row(company)
        if not row:
            return [self._settings_finding(close, "baseline", [self._no_baseline()], None)]
        sealed = self._settings_sealed(row)
        changes = self._settings_changes(company, json.loads(row["content"]), row)
        if not sealed:
            changes.append(self._forged(row))
        found = []
        for facet in (*items.FACETS, "baseline"):
            of_facet = [change for change in changes if change["facet"] == facet]
            if of_facet:
                found.append(self._settings_finding(close, facet, of_facet, row))
        return found

    def _settings_sealed(self, row):
        """Is the baseline still what the audit trail says it was?  Notes the event that says so."""
        self.env.cr.execute(
            "SELECT id FROM ai_close_audit WHERE action = 'watch.settings'"
            " AND after::jsonb @> jsonb_build_object('snapshot', %s::bigint, 'digest', %s::text) LIMIT 1",
            [row["id"], row["digest"]],
        )
        event = self.env.cr.fetchone()
        row["event_id"] = event[0] if event else 0
        return bool(event) and short(row["content"].encode()) == row["digest"]

    def _settings_changes(self, company, former, row):
        present = self._settings(company)
        changes = []
        for model, facet in MODELS.items():
            was, now = former.get(model, {}), present.get(model, {})
            for key in sorted(was.keys() | now.keys(), key=int):
                change = self._settings_change(was.get(key), now.get(key), row["taken_at"])
                if change:
                    change.update(facet=facet, model=model, id=int(key))
                    excuse = getattr(self, f"_excuse_{model.replace('.', '_')}", None)
                    change = excuse(change, row["event_id"], company) if excuse else change
                if change:
                    changes.append(change)
        return self._folded(changes)

    def _settings_change(self, was, now, since):
        before, after = (was or {}).get("f"), (now or {}).get("f")
        if before == after:
            return None
        item = now or was
        differing = sorted(
            name for name in (before or {}).keys() | (after or {}).keys()
            if (before or {}).get(name) != (after or {}).get(name)
        )  # fmt: skip
        who, when = self._noted(now, since)
        return {
            "label": item["l"],
            "module": item["m"],
            "what": self.env._("removed")
            if now is None
            else self.env._("added")
            if was is None
            else self.env._("changed"),
            "before": None if was is None else {name: before.get(name) for name in differing},
            "after": None if now is None else {name: after.get(name) for name in differing},
            "who": who,
            "when": when,
        }

    def _noted(self, item, since):
        """Who changed a setting and when, where Odoo noted it after ``since``; nobody else is known."""
        uid, when = (item or {}).get("w") or (None, None)
        if not uid or not when or when < str(since)[:19]:
            return self.env._("not known"), None
        return self._login(uid), when

    @api.model
    @api.private
    def _login(self, uid):
        user = self.env["res.users"].sudo().with_context(active_test=False).browse(uid).exists()
        return user.login or f"#{uid}"

    def _folded(self, changes):
        """Count under a module what its installation, update or removal brought with it."""
        moved = {change["label"]: change for change in changes if change["model"] == "ir.module.module"}
        kept = []
        for change in changes:
            module = moved.get(change["module"]) if change["model"] != "ir.module.module" else None
            if module is None:
                kept.append(change)
            else:
                along = module.setdefault("along", {})
                along[change["facet"]] = along.get(change["facet"], 0) + 1
        return kept

    def _no_baseline(self):
        return {
            "facet": "baseline",
            "model": self._name,
            "id": 0,
            "label": self.env._("settings"),
            "module": None,
            "what": self.env._("there is no baseline"),
            "before": None,
            "after": None,
            "who": "-",
            "when": None,
        }

    def _forged(self, row):
        return dict(
            self._no_baseline(),
            id=row["id"],
            what=self.env._("the remembered settings are not those that the audit trail knows"),
        )

    # -- the finding ---

    def _settings_finding(self, close, facet, changes, row):
        titles = {
            "modules": self.env._("%s modules changed since the last lock", len(changes)),
            "code": self.env._("%s server actions or automations changed since the last lock", len(changes)),
            "rights": self.env._("%s access rights changed since the last lock", len(changes)),
            "people": self.env._("%s changes of users, roles or keys since the last lock", len(changes)),
            "company": self.env._("%s settings of the company changed since the last lock", len(changes)),
            "baseline": self.env._("Settings can't be compared with the last lock"),
        }
        shown = changes[:MOST_SHOWN]
        return {
            "rule": RULE,
            "facet": facet,
            "severity": "critical",
            "rule_title": self.env._("Settings changed"),
            "title": titles[facet],
            "message": "\n".join(self._sentence(change) for change in shown),
            "why": self.env._(
                "Whoever may change settings can write code that runs without the limits of people, give"
                " rights,"
                " or act as somebody else. The guards can't refuse it; a controller has to know of it."
            ),
            "remedy": self.env._(
                "Ask the person named. Undo what was not agreed; waive what was, with a document: two"
                " controllers."
                " The next lock takes the settings as they are then as its baseline."
            ),
            "records": [
                {"model": change["model"], "id": change["id"], "label": change["label"]}
                for change in shown
                if change["after"] is not None and change["model"] != "res.users.apikeys"
            ],
            "evidence": {
                "since": str(row["taken_at"])[:19] if row else None,
                "count": len(changes),
                "changes": [
                    {
                        "what": change["label"],
                        "change": change["what"],
                        "before": _written(change["before"]),
                        "after": _written(change["after"]),
                        "who": change["who"],
                        "when": change["when"] or "-",
                    }
                    for change in shown
                ],
            },
            "keys": [_key(change) for change in changes],
        }

    def _sentence(self, change):
        text = self.env._(
            "%(label)s: %(what)s by %(who)s", label=change["label"], what=change["what"], who=change["who"]
        )
        if change["before"] or change["after"]:
            text += f" ({_written(change['before'])} → {_written(change['after'])})"
        if change.get("along"):
            text += " " + self.env._(
                "(with %s)", ", ".join(f"{count} {facet}" for facet, count in sorted(change["along"].items()))
            )
        return text


def _written(facts):
    return ", ".join(f"{name} {_value(value)}" for name, value in (facts or {}).items()) or "-"


def _value(value):
    return (
        "+".join(map(str, value)) or "-" if isinstance(value, list) else "-" if value is None else str(value)
    )


def _key(change):
    content = canonical_json([change["before"], change["after"]])
    return f"{change['model']},{change['id']}:{short(content.encode())[:12]}"
