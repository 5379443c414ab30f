"""Posters against a locker, inside `odoo shell`: real cursors, real commits, steps in a given order.

Two threads run Odoo's own code, the poster under Odoo's own retry, the locker through
``ai.close.lock.action_approve``.  A conductor lets one of them take a step at a time; who waits for a lock of
the database keeps its place, and takes its later steps as soon as it can.
"""

import itertools
import random
from types import SimpleNamespace

from odoo import api
from odoo.fields import Command
from odoo.service import model as service

from tests.controls.conductor import ORDERS, Actor, Conductor

LOCKED_TO = "2019-12-31"
POSTERS = ("post", "add_line", "reconcile", "unreconcile")
FIELDS = ("fiscalyear_lock_date", "hard_lock_date")


class Stage:
    """The company, its people, and what is made anew for each run."""

    def __init__(self, env, company, clerk, asker, approver):
        self.registry, self.company, self.clerk = env.registry, company.id, clerk.id
        self.asker, self.approver = asker.id, approver.id
        self.conductor = Conductor(env)
        self.locker, self.seen = None, None
        journal = env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "general")], limit=1
        )
        accounts = env["account.account"].with_company(company)
        kinds = [("company_ids", "in", company.ids)]
        self.journal = journal.id
        self.expense = accounts.search([*kinds, ("account_type", "=", "expense")], limit=1).id
        self.open = accounts.search([*kinds, ("account_type", "=", "asset_receivable")], limit=1).id
        self.other = accounts.search([*kinds, ("account_type", "=", "liability_current")], limit=1).id
        self._hook(env)

    def _hook(self, env):
        """Let the locker stop before the gate, the look, the write and the commit."""
        gate, lock = env.registry["ai.close.gate"], env.registry["ai.close.lock"]
        shut, apply, carry_out = gate._shut, lock._apply, lock._carry_out

        def at_gate(records):
            self.locker.pid = records.env.cr._cnx.get_backend_pid()
            self.locker.step()
            return shut(records)

        def look(records, action):
            # Whether a close is ready is not the matter here: the gate alone has to hold.
            self.locker.step()
            self.seen = self.books(records.env.cr)
            return {"pct": 100, "blockers": [], "counters": {}, "formula": ""}

        def write(records):
            self.locker.step()
            return carry_out(records)

        def until_commit(records):
            result = apply(records)
            self.locker.step()
            return result

        gate._shut, lock._need_ready, lock._carry_out, lock._apply = at_gate, look, write, until_commit

    def books(self, cr):
        """Return what stands in the locked period: posted items, and what settles them."""
        cr.execute(
            "SELECT id, move_id, account_id, date::text, parent_state, balance::text FROM account_move_line"
            " WHERE company_id = %s AND date <= %s AND parent_state = 'posted'",
            [self.company, LOCKED_TO],
        )
        items = set(cr.fetchall())
        cr.execute(
            "SELECT id, debit_move_id, credit_move_id, amount::text FROM account_partial_reconcile"
            " WHERE company_id = %s AND max_date <= %s",
            [self.company, LOCKED_TO],
        )
        return items, set(cr.fetchall())

    def env(self, cr, uid=api.SUPERUSER_ID):
        return api.Environment(cr, uid, {"allowed_company_ids": [self.company], "lang": "en_US"})

    def entry(self, env, date, *accounts):
        """Return a posted entry of two lines."""
        move = env["account.move"].create(
            {
                "move_type": "entry",
                "date": date,
                "journal_id": self.journal,
                "line_ids": [
                    Command.create({"account_id": account, "name": "x", "balance": amount})
                    for account, amount in zip(accounts, (7.0, -7.0), strict=True)
                ],
            }
        )
        move.action_post()
        return move

    def prepare(self, poster, field, chance):
        """Open the period again, as only the owner of the database can; make what the poster needs."""
        day = f"2019-12-{chance.randint(1, 31):02}"
        with self.registry.cursor() as cr:
            cr.execute("ALTER TABLE res_company DISABLE TRIGGER ai_close_company_lock_date")
            cr.execute(
                "UPDATE res_company SET fiscalyear_lock_date = NULL, hard_lock_date = NULL WHERE id = %s",
                [self.company],
            )
            cr.execute("ALTER TABLE res_company ENABLE TRIGGER ai_close_company_lock_date")
            cr.execute("DELETE FROM ai_close_lock WHERE company_id = %s", [self.company])
        with self.registry.cursor() as cr:
            env = self.env(cr)
            close = env["ai.close"]._for_period(env["res.company"].browse(self.company), LOCKED_TO)
            close.sudo()._guarded().write({"state": "requested"})
            request = (
                env["ai.close.lock"]
                ._guarded()
                .create(
                    {
                        "name": "x",
                        "company_id": self.company,
                        "close_id": close.id,
                        "field": field,
                        "date_new": LOCKED_TO,
                        "requested_by_id": self.asker,
                        "state": "requested",
                    }
                )
            )
            made = env["account.move.line"]
            if poster == "add_line":
                made = self.entry(env, day, self.expense, self.other).line_ids
            elif poster in ("reconcile", "unreconcile"):
                made = self.entry(env, day, self.open, self.other).line_ids
                made |= self.entry(env, day, self.other, self.open).line_ids
                made = made.filtered(lambda line: line.account_id.id == self.open)
                if poster == "unreconcile":
                    made.reconcile()
            return request.id, made.ids, day

    def act(self, env, poster, items, day):
        """What the poster does."""
        lines = env["account.move.line"].browse(items)
        if poster == "post":
            self.entry(env, day, self.expense, self.other)
        elif poster == "add_line":
            lines.create(
                [
                    {"move_id": lines.move_id.id, "account_id": self.expense, "name": "late", "balance": 5.0},
                    {"move_id": lines.move_id.id, "account_id": self.other, "name": "late", "balance": -5.0},
                ]
            )
        elif poster == "reconcile":
            lines.reconcile()
        else:
            lines.remove_move_reconcile()


def play(stage, order, poster, field, chance):
    """Play one order of steps to its end; return what came of it."""
    request, items, day = stage.prepare(poster, field, chance)
    stage.seen = None

    def post(actor):
        with stage.registry.cursor() as cr:
            env = stage.env(cr, stage.clerk)
            actor.pid = cr._cnx.get_backend_pid()

            def steps():
                actor.tries += 1
                actor.step()
                cr.execute("SELECT count(*) FROM res_company")  # takes the snapshot
                actor.step()
                stage.act(env, poster, items, day)
                actor.step()
                env.flush_all()
                actor.step()

            service.retrying(steps, env)

    def lock(_actor):
        with stage.registry.cursor() as cr:
            stage.env(cr, stage.approver)["ai.close.lock"].browse(request).action_approve(LOCKED_TO)

    actors = {True: Actor(post), False: Actor(lock)}
    stage.locker = actors[False]
    stage.conductor.play(actors, order)
    with stage.registry.cursor() as cr:
        cr.execute(f"SELECT {field}::text FROM res_company WHERE id = %s", [stage.company])
        (locked,) = cr.fetchone()
        items_now, settled_now = stage.books(cr)
    items_then, settled_then = stage.seen or (set(), set())
    return {
        "poster": poster,
        "field": field,
        "order": "".join("P" if turn else "L" for turn in order),
        "outcome": actors[True].outcome,
        "tries": actors[True].tries,
        "locker": actors[False].outcome,
        "locked": locked,
        "changed_items": sorted(items_now ^ items_then),
        "undone": sorted(settled_then - settled_now),
    }


def run(env, runs, seed):
    """Play ``runs`` of all orders, posters and dates, shuffled by ``seed``; return what came of each."""
    # Odoo waits a random while before it tries again; nobody has to here.
    service.time = SimpleNamespace(sleep=lambda _seconds: None)
    chance = random.Random(seed)
    company = env["res.company"].search([("ai_close_enabled", "=", True)], limit=1)
    people = env["res.users"].with_context(active_test=True)
    clerk = people.create(
        {
            "name": "Clerk",
            "login": "clerk-of-the-race",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [Command.link(env.ref("account.group_account_manager").id)],
        }
    )
    asker, approver = (
        env["ai.close.role.grant"]._set_up(
            people.create(
                {
                    "name": name,
                    "login": f"{name.lower()}-of-the-race",
                    "company_id": company.id,
                    "company_ids": [Command.set(company.ids)],
                }
            ),
            "controller",
        )
        for name in ("Asker", "Approver")
    )
    env.cr.commit()
    stage = Stage(env, company, clerk, asker, approver)
    env.cr.rollback()
    plays = list(itertools.product(ORDERS, POSTERS, FIELDS))
    chance.shuffle(plays)
    chosen = itertools.islice(itertools.cycle(plays), runs)
    return [play(stage, order, poster, field, chance) for order, poster, field in chosen]
