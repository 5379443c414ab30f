"""A signer beside a poster, inside `odoo shell`: real cursors, real commits, steps in a given order.

A task that watches the ledger is prepared.  One person signs it, another one posts into its period; each runs
Odoo's own code under Odoo's own retry.  Whoever comes first, no signature may stand beside a posting that it
did not see.
"""

import threading

from odoo import api
from odoo.fields import Command
from odoo.service import model as service

from tests.controls.conductor import Actor, Conductor


class Desk:
    """The company, its people, a task, and the stops of the poster."""

    def __init__(self, env, close, people, task):
        self.registry, self.company = env.registry, close.company_id.id
        self.day, self.task = str(close.period_end), task.id
        self.preparer, self.signer, self.clerk = (person.id for person in people)
        self.conductor = Conductor(env)
        self.poster = None
        company = close.company_id
        domain = [("company_id", "=", company.id), ("type", "=", "general")]
        self.journal = env["account.journal"].search(domain, limit=1).id
        accounts = env["account.account"].with_company(company)
        kinds = [("company_ids", "in", company.ids)]
        self.accounts = [
            accounts.search([*kinds, ("account_type", "=", kind)], limit=1).id
            for kind in ("expense", "liability_current")
        ]
        self._hook(env)

    def _hook(self, env):
        """Let the poster stop between its judgement and its commit, once a try."""
        dirty = env.registry["ai.close.dirty"]
        judge = dirty._judge_transaction

        def judged(records):
            result = judge(records)
            if self.poster is threading.current_thread() and not self.poster.judged:
                self.poster.judged = True
                self.poster.step()
            return result

        dirty._judge_transaction = judged

    def env(self, cr, uid=api.SUPERUSER_ID):
        return api.Environment(cr, uid, {"allowed_company_ids": [self.company], "lang": "en_US"})

    def prepare(self, by_server):
        """Have the task prepared once more, as if nothing had been posted since.

        By a person, a posting strikes the preparation: both write the task.  By the server, a posting that
        does not see the signature writes nothing, and only the meeting point is between the two.
        """
        with self.registry.cursor() as cr:
            task = self.env(cr)["ai.close.task"].browse(self.task)
            task._guarded().write(
                {
                    "state": "prepared",
                    "prepared_by_id": False if by_server else self.preparer,
                    "prepared_at": task._now(),
                    "signed_by_id": False,
                    "signed_at": False,
                    "evidence_by_id": False,
                    "evidence_digest": False,
                    "seen": False,
                    "stale_reason": False,
                    "watches": "ledger",
                    "self_check": False,
                    "depends_on_ids": [Command.clear()],
                }
            )

    def work(self, actor, uid, act):
        """Run ``act`` as a request of ``uid``, with a stop before each step."""
        with self.registry.cursor() as cr:
            env = self.env(cr, uid)
            actor.pid = cr._cnx.get_backend_pid()

            def steps():
                actor.tries += 1
                actor.judged = False
                actor.step()
                cr.execute("SELECT count(*) FROM ai_close_task")  # takes the snapshot
                actor.step()
                act(env)
                actor.step()

            service.retrying(steps, env)

    def sign(self, actor):
        self.work(actor, self.signer, lambda env: env["ai.close.task"].browse(self.task).action_sign())

    def post(self, actor):
        self.work(actor, self.clerk, self.entry)

    def entry(self, env):
        vals = {
            "move_type": "entry",
            "date": self.day,
            "journal_id": self.journal,
            "line_ids": [
                Command.create({"account_id": account, "name": "x", "balance": amount})
                for account, amount in zip(self.accounts, (7.0, -7.0), strict=True)
            ],
        }
        env["account.move"].create(vals).action_post()

    def outcome(self):
        """Return what stands in the end: the state, who is struck, and changes that nobody saw."""
        with self.registry.cursor() as cr:
            env = self.env(cr)
            task = env["ai.close.task"].browse(self.task)
            return {
                "state": task.state,
                "why": task.stale_reason or "",
                "unseen": len(env["ai.close.dirty"]._unseen(task)) if task.state == "signed" else 0,
            }


def play(desk, order, by_server):
    """Play one order of steps (True: the poster's) to its end; return what came of it."""
    desk.prepare(by_server)
    actors = {True: Actor(desk.post), False: Actor(desk.sign)}
    desk.poster = actors[True]
    for actor in actors.values():
        actor.judged = False
    desk.conductor.play(actors, order)
    return {
        "by_server": by_server,
        "order": "".join("P" if turn else "S" for turn in order),
        "poster": actors[True].outcome,
        "poster_tries": actors[True].tries,
        "signer": actors[False].outcome,
        "signer_tries": actors[False].tries,
        **desk.outcome(),
    }
