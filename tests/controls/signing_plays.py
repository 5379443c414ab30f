"""Plays of signers beside posters, run inside `odoo shell`: of tasks, and of balances that moved."""

import itertools
import random
from datetime import date
from types import SimpleNamespace

from odoo.fields import Command
from odoo.service import model as service

from tests.controls.balance_poster import BalanceDesk
from tests.controls.conductor import ORDERS
from tests.controls.signer_poster import Desk, play


def run(env, runs, seed):
    """Play ``runs`` of all orders, shuffled by ``seed``; every third is of a balance."""
    # Odoo waits a random while before it tries again; nobody has to here.
    service.time = SimpleNamespace(sleep=lambda _seconds: None)
    chance = random.Random(seed)
    domain = [("state", "in", ("open", "working", "ready"))]
    close = env["ai.close"].search(domain, limit=1)
    if not close:
        company = env["res.company"].search([("ai_close_enabled", "=", True)], order="id", limit=1)
        close = env["ai.close"]._for_period(company, date(2026, 10, 31))
    task = close.task_ids.filtered(lambda task: task.reviewer_role == "reviewer")[:1]
    company = close.company_id
    people = env["res.users"]
    for number, role in enumerate(("preparer", "reviewer", None)):
        groups = ["base.group_user"] if role else ["base.group_user", "account.group_account_manager"]
        person = people.create(
            {
                "name": f"Desk {number}",
                "login": f"desk-{number}",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.link(env.ref(group).id) for group in groups],
            }
        )
        if role:
            env["ai.close.role.grant"]._set_up(person, role)
        people |= person
    env.cr.commit()
    desks = {"task": Desk(env, close, people, task), "balance": BalanceDesk(env, close, people, task)}
    env.cr.rollback()
    plays = [("task", *each) for each in itertools.product(ORDERS, (True, False))]
    balances = [("balance", *each) for each in itertools.product(ORDERS, (True, False))]
    chance.shuffle(plays)
    chance.shuffle(balances)
    for at, each in enumerate(balances):
        plays.insert(3 * at + 2, each)
    return [
        {"desk": name, **play(desks[name], *each)}
        for name, *each in itertools.islice(itertools.cycle(plays), runs)
    ]
