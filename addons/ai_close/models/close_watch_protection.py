"""Is what protects the books still there?  Triggers, functions, constraints, and the add-on's own files.

Two independent answers are compared with the database: what the running code would create now
(``close_watch_objects.expected``), and the baseline that the last installation or update wrote into the audit
trail.  Who drops, disables or rewrites something has to forge a sealed event *and* the files to hide it.
"""

import json
from pathlib import Path

from odoo import api, models
from odoo.modules.module import get_module_path

from ..kernel import files
from ..kernel.sod import SERVER
from . import close_watch_objects as objects

RULE = "SYS002"
MOST_SHOWN = 100


class CloseWatch(models.AbstractModel):
    _name = "ai.close.watch"
    _description = "Watch over the guards, the settings and the locked books"

    # -- the baseline ---

    def _register_hook(self):
        """Take a baseline when this load of the registry installed, updated or removed an add-on of ours."""
        super()._register_hook()
        updated = {name for name in self.pool.updated_modules if name.startswith("ai_close")}
        baseline, _event = self._baseline()
        if baseline:
            # what a bridge that left had is missed by nobody; that it left is told as a change of settings
            updated |= baseline["versions"].keys() ^ self._versions().keys()
        if updated:
            self._take_baseline(sorted(updated))
            self._begin_watch()

    @api.model
    @api.private
    def _take_baseline(self, updated):
        """Append what is there now to the audit trail: from here on, changes are told."""
        state = self._protection_state()
        self.env["ai.close.audit"]._append(
            "watch.baseline",
            role=SERVER,
            after={"updated": updated, **state},
            before=self._baseline_versions(),
        )

    @api.model
    def _protection_state(self):
        """Return what the database and the disk hold, as digests by name."""
        cr = self.env.cr
        found = {**objects.found(cr), **objects.surroundings(cr)}
        return {
            "objects": {key: files.short(text.encode())[:16] for key, text in found.items()},
            "files": self._files(),
            "versions": self._versions(),
        }

    @api.model
    def _versions(self):
        self.env.cr.execute(
            r"SELECT name, latest_version FROM ir_module_module"
            r" WHERE name LIKE 'ai\_close%' AND state IN ('installed', 'to upgrade', 'to install')"
        )
        return dict(self.env.cr.fetchall())

    @api.model
    def _files(self):
        """Return path -> digest of the files of the installed add-ons of ours."""
        found = {}
        for name in self._versions():
            folder = get_module_path(name, display_warning=False)
            if folder:
                found.update(files.digests(Path(folder)))
        return found

    @api.model
    @api.private
    def _baseline(self):
        """Return ``(content, event)`` of the last baseline, or ``(None, None)``."""
        self.env.cr.execute(
            "SELECT id, event_at, after FROM ai_close_audit WHERE action = 'watch.baseline' ORDER BY id"
            " DESC LIMIT 1"
        )
        row = self.env.cr.fetchone()
        return (json.loads(row[2]), {"id": row[0], "at": row[1]}) if row else (None, None)

    @api.model
    def _baseline_versions(self):
        content, _event = self._baseline()
        return {"versions": content["versions"]} if content else None

    # -- the check ---

    @api.model
    @api.private
    def _look_protection(self, close):
        """Return the findings about the protection of the database and of the files."""
        baseline, event = self._baseline()
        rows = [self._objects_row(close, self._changed_objects(baseline), event)]
        if baseline:
            rows.append(self._files_row(close, files.compare(baseline["files"], self._files()), event))
        return [row for row in rows if row]

    @api.model
    def _changed_objects(self, baseline):
        """Return ``{key: what}`` for each object that is not what it should be."""
        cr = self.env.cr
        present, around = objects.found(cr), objects.surroundings(cr)
        wanted = self._expected()
        changed = {}
        if baseline is None:
            changed["baseline"] = self.env._("there is none in the audit trail")
        else:
            now = {key: files.short(text.encode())[:16] for key, text in {**present, **around}.items()}
            for key in baseline["objects"].keys() | now.keys():
                before, after = baseline["objects"].get(key), now.get(key)
                if before != after:
                    changed[key] = self._what(before, after)
        for key in (wanted or {}).keys() | {
            key for key in present if key.startswith(("trigger ", "function "))
        }:
            if wanted is not None and wanted.get(key) != present.get(key):
                changed[key] = self._what(wanted.get(key), present.get(key))
        if "setting session_replication_role" in around:
            changed["setting session_replication_role"] = self.env._(
                "%s: triggers don't fire", around["setting session_replication_role"]
            )
        return changed

    @api.model
    def _expected(self):
        """Return what the running code would create, or None where it may not make a schema to try."""
        return objects.expected(self.env)

    def _what(self, before, after):
        if after is None:
            return self.env._("missing")
        if before is None:
            return self.env._("not ours, or added")
        if before[0] == "O" != after[0] and before[1:] == after[1:]:
            return self.env._("switched off")
        return self.env._("changed")

    def _objects_row(self, close, changed, event):
        if not changed:
            return None
        listed = sorted(changed.items())
        return {
            "rule": RULE,
            "facet": "database",
            "severity": "critical",
            "rule_title": self.env._("Protection changed"),
            "title": self.env._("%s guards of the database are not what they should be", len(listed)),
            "message": "\n".join(f"{key}: {what}" for key, what in listed[:MOST_SHOWN]),
            "why": self.env._(
                "While a trigger or a function is missing, changed or switched off, locked books can be"
                " changed"
                " without a refusal and without a trace."
            ),
            "remedy": self.env._(
                "Ask who changed the database. An update of the add-on (-u ai_close) makes the guards"
                " again and"
                " says so in the audit trail; then compare the books with the last lock."
            ),
            "evidence": {
                "guards": [{"object": key, "state": what} for key, what in listed[:MOST_SHOWN]],
                "count": len(listed),
                **self._since(event),
            },
            "keys": [f"{key}={what}" for key, what in listed],
        }

    def _files_row(self, close, changed, event):
        if not changed:
            return None
        return {
            "rule": RULE,
            "facet": "files",
            "severity": "critical",
            "rule_title": self.env._("Protection changed"),
            "title": self.env._("%s files of the add-on changed without an update", len(changed)),
            "message": "\n".join(f"{path}: {what}" for path, what in changed[:MOST_SHOWN]),
            "why": self.env._("The guards are made of these files."),
            "remedy": self.env._(
                "Ask who changed the server. If it was an installation of a new version, finish it by an"
                " update"
                " of the add-on (-u ai_close)."
            ),
            "evidence": {
                "files": [{"file": path, "state": what} for path, what in changed[:MOST_SHOWN]],
                "count": len(changed),
                **self._since(event),
            },
            "keys": [f"{path}={what}={self._files_now(path)}" for path, what in changed],
        }

    def _files_now(self, path):
        name, _slash, inner = path.partition("/")
        folder = get_module_path(name, display_warning=False)
        file = Path(folder or "/nowhere") / inner
        return files.short(file.read_bytes())[:8] if file.is_file() else "-"

    def _since(self, event):
        return {"since_update_at": str(event["at"])[:19], "audit_event": event["id"]} if event else {}
