"""Texts as the agent hands them in: only of the model and the prompts in use, only about what is there."""

from odoo import api, models

from ..kernel.language import CHOICE_TASKS, SUBJECTS
from .close_text import ABOUT, PAY_MODELS, PAY_PREFIX

CHOSEN = {"account": "account.account", "payer": "res.partner"}
PAY_PROPOSERS = ("HO",)


class CloseText(models.Model):
    _inherit = "ai.close.text"

    @api.model
    @api.private
    def _submit_rows(self, run, rows):
        """Write the texts of a run, each by its key, and say what became of each."""
        run = run.sudo()
        texts = self.sudo().with_context(active_test=False)
        domain = [("company_id", "=", run.company_id.id), ("key", "in", [row["key"] for row in rows])]
        known = {one.key: one for one in texts.search(domain)}
        targets = self._targets(run, rows)
        digests = self._digests({kind: self._union(kind, targets) for kind in ABOUT})
        asked = self._asked(run, rows)
        answers, seen = [], self.sudo().browse()
        for row in rows:
            kind = row["about"]["kind"]
            target = targets.get((kind, row["about"]["key"]))
            problem = self._row_problem(run, row, target, asked)
            if problem:
                refused = {"status": "refused", "code": "ENT010", "reason": problem}
                answers.append({"key": row["key"], **refused})
                continue
            vals = self._row_vals(run, row, target, digests[kind, target.id])
            one, status = self._take_row(known.get(row["key"]), vals, run, row)
            seen |= one
            answers.append({"key": row["key"], "status": status, "code": None, "reason": None})
        seen._guarded().write({"run_id": run.id})
        return answers

    def _take_row(self, found, vals, run, row):
        if not found:
            own = {"key": row["key"], "company_id": run.company_id.id, "run_id": run.id}
            found, status = self._guarded().create({**vals, **own}), "created"
        elif not found.active or any(not found._same(name, vals[name]) for name in vals):
            found._guarded().write({**vals, "active": True})
            status = "updated"
        else:
            status = "unchanged"
        found._explain()
        return found, status

    def _same(self, name, value):
        now = self[name]
        if isinstance(now, models.BaseModel):
            return now.id == value
        return (now or None) == (value or None)

    def _row_vals(self, run, row, target, digest):
        return {
            "close_id": run.close_id.id,
            "language_id": run.language_id.id,
            "task": row["task"],
            "about_kind": row["about"]["kind"],
            "about_key": row["about"]["key"],
            "about_model": target._name,
            "about_id": target.id,
            "about_digest": digest,
            "text": row["text"],
            "choice": row["choice"] or False,
            "facts": row["facts"],
            "exchange": row["exchange"],
            "prompt": row["prompt"],
            "prompt_digest": row["prompt_digest"],
            "model": row["model"],
            "is_pay": self._is_pay(row["about"]["kind"], target),
        }

    # -- what is refused

    def _row_problem(self, run, row, target, asked):
        """Say why a row is no text of this run, or None."""
        kind, key = row["about"]["kind"], row["about"]["key"]
        if not run.language_id._covers(run.policy_id, row):
            return self.env._("this model with this prompt may not be asked")
        if kind not in SUBJECTS[row["task"]] or row["key"] != f"{row['task']}:{key}":
            return self.env._("the key does not name the task and what the text is about")
        if not target:
            return self.env._("what it is about is not of this company and close")
        if row["exchange"] not in asked.get((row["task"], row["prompt_digest"]), ()):
            return self.env._("the question was not handed in, or its answer was not taken")
        return self._choice_problem(run, row)

    def _choice_problem(self, run, row):
        """Say why a choice is none, or None: only of this company's accounts and partners, and labelled."""
        choice, task = row["choice"], row["task"]
        if (choice is None) == (task in CHOICE_TASKS):
            return self.env._("this task has a choice, or has none")
        if choice is None:
            return None
        wanted = CHOSEN.get(task, "")
        if choice["model"] != wanted or bool(choice["id"]) != bool(wanted):
            return self.env._("the choice is no record of this task")
        if not wanted:
            return None
        model = self.env[wanted].sudo().with_company(run.company_id)
        found = model.search(
            [("id", "=", choice["id"]), *model._check_company_domain(run.company_id)], limit=1
        )
        return None if found else self.env._("the choice is not of this company")

    def _targets(self, run, rows):
        """Return ``{(kind, key): record}`` of what rows are about: of the run's company and close only."""
        wanted = {}
        for row in rows:
            wanted.setdefault(row["about"]["kind"], set()).add(row["about"]["key"])
        found = {}
        for kind in {"finding", "entry", "variance"} & wanted.keys():
            records = (
                self.env[ABOUT[kind]]
                .sudo()
                .search(
                    [
                        ("company_id", "=", run.company_id.id),
                        ("close_id", "=", run.close_id.id),
                        ("key", "in", list(wanted[kind])),
                    ]
                )
            )
            found |= {(kind, record.key): record for record in records}
        ids = [int(key) for key in wanted.get("statement_line", ()) if key.isascii() and key.isdigit()]
        lines = self.env[ABOUT["statement_line"]].sudo().browse([each for each in ids if each < 2**31])
        for line in lines.exists():
            if line.company_id == run.company_id and line.date <= run.close_id.period_end:
                found["statement_line", str(line.id)] = line
        return found

    def _union(self, kind, targets):
        ids = [record.id for (each, _key), record in targets.items() if each == kind]
        return self.env[ABOUT[kind]].sudo().browse(ids)

    def _asked(self, run, rows):
        """Return the questions of this company whose answers were taken: (task, prompt) -> keys."""
        exchanges = (
            self.env["ai.close.exchange"]
            .sudo()
            .search(
                [
                    ("company_id", "=", run.company_id.id),
                    ("key", "in", [row["exchange"] for row in rows]),
                    ("model", "=", run.language_id.model),
                    ("language_id", "!=", False),
                    ("outcome", "=", "taken"),
                ]
            )
        )
        found = {}
        for one in exchanges:
            found.setdefault((one.task, one.prompt_digest), set()).add(one.key)
        return found

    def _is_pay(self, kind, target):
        """Tell whether a record rests on what single people earn or who they are."""
        if kind == "entry":
            models_cited = target.source_ids.mapped("model")
            return target.proposer in PAY_PROPOSERS or any(map(_of_people, models_cited))
        if kind == "finding":
            cited = [target.anchor_model, *(link.get("model", "") for link in target.records or ())]
            return any(map(_of_people, cited))
        return False

    # -- what no run tells any more

    @api.model
    @api.private
    def _finish_run(self, run, scopes):
        """Archive what a completed task did not tell again; all of it where no model may be asked."""
        run = run.sudo()
        texts = self.sudo().search([("close_id", "=", run.close_id.id)])
        if run.language_id.state == "in_force":
            tasks = set(scopes.get("texts", ())) & set(run.language_id._tasks(run.policy_id))
            texts = texts.filtered(lambda one: one.task in tasks and one.run_id != run)
        self._withdraw(texts)
        return {"texts_ended": len(texts)} if texts else {}

    @api.model
    @api.private
    def _decisions(self, close):
        """People decide nothing on a text."""
        return []

    @api.private
    def _withdraw(self, texts):
        """Take texts of closes not locked back; where one explains a balance the template returns."""
        unlocked = texts.close_id.filtered(lambda close: not close._is_locked_now())
        texts = texts.filtered(lambda one: one.close_id in unlocked)
        for one in texts.filtered(lambda one: one.about_kind == "variance"):
            self.env["ai.close.variance"].sudo().browse(one.about_id).exists()._to_template()
        texts._guarded().write({"active": False})

    def _explain(self):
        """Let the text of a balance's move stand as its explanation, never over a person's."""
        for one in self.filtered(lambda one: one.task == "variance"):
            variance = self.env["ai.close.variance"].sudo().browse(one.about_id)
            if variance.state != "open" or variance.author not in ("template", "model"):
                continue
            vals = {"explanation": one.text, "author": "model", "text_model": one.model}
            if any((variance[name] or "") != value for name, value in vals.items()):
                variance._guarded().write(vals)


class CloseVariance(models.Model):
    _inherit = "ai.close.variance"

    @api.private
    def _to_template(self):
        """Put the template's text back where a model's stands and nobody handed it on."""
        for one in self.sudo().filtered(lambda one: one.author == "model" and one.state == "open"):
            one._guarded().write(
                {"explanation": one.template or "", "author": "template", "text_model": False}
            )


def _of_people(model):
    return model in PAY_MODELS or (model or "").startswith(PAY_PREFIX)
