"""Makes the world: runs in `odoo shell` (gives `env`) on the sample company after a run of the agent.

Brings proposals, tasks, matches, locks and drafts into every state that an attempt can meet, by the steps
that people take; writes what it made to AI_CLOSE_WORLD (JSON) for the tests.
"""
# ruff: noqa: F821 - `odoo shell` gives env, entries_shell.py gives submit

import json
import os
from datetime import timedelta

from odoo import Command

OCTOBER, SEPTEMBER, AUGUST = "2026-10-14", "2026-09-16", "2026-08-12"
PASSWORD = os.environ["AI_CLOSE_WORLD_PASSWORD"]
facts = {"users": {}, "companies": {}}
company = env["res.company"].search([("name", "=", "Northwind Trading")])
sister = env["res.company"].search([("name", "=", "Northwind Services")])
# A company that AI Close does not guard: plain Odoo.
plain = env["res.company"].create({"name": "Northwind Plain", "currency_id": company.currency_id.id})
env.user.company_ids += plain
env.cr.commit()
env["account.chart.template"].try_loading("generic_coa", company=plain, install_demo=False)
env = env(context=dict(env.context, allowed_company_ids=(company + sister + plain).ids))
facts["companies"] = {"own": company.id, "sister": sister.id, "plain": plain.id}


# -- people: each knows the own company and the one without guards, nobody but the outsider knows the sister

GROUPS = {
    "anna": "ai_close.group_preparer",
    "paul": "ai_close.group_preparer",
    "ben": "ai_close.group_reviewer",
    "rita": "ai_close.group_reviewer",
    "carla": "ai_close.group_controller",
    "dirk": "ai_close.group_controller",
    "audrey": "ai_close.group_auditor",
    "ivy": "account.group_account_invoice",
    "nora": "base.group_user",
    "olga": "ai_close.group_controller",
}
people = {}
for login, group in GROUPS.items():
    user = env["res.users"].search([("login", "=", login)])
    home = sister if login == "olga" else company
    vals = {
        "password": PASSWORD,
        "tz": "UTC",
        "company_id": home.id,
        "company_ids": [Command.set([home.id] if login == "olga" else [company.id, plain.id])],
    }
    if user:
        user.write(vals)
    else:
        groups = [env.ref("base.group_user").id]
        if not group.startswith("ai_close."):
            groups.append(env.ref(group).id)
        vals |= {"name": login.capitalize(), "login": login, "email": f"{login}@northwind.example"}
        user = env["res.users"].create({**vals, "group_ids": [Command.set(groups)]})
        if group.startswith("ai_close."):
            # The company is guarded already: from the server's shell there is this way only.
            env["ai.close.role.grant"]._set_up(user, group.removeprefix("ai_close.group_"))
    people[login] = user
    facts["users"][login] = user.id
agent = env["res.users"].search([("login", "=", "ai-close-agent")])
agent.write({"company_id": company.id, "company_ids": [Command.set([company.id, plain.id])]})
facts["users"]["agent"] = agent.id


def be(records, login):
    """Return the records as this person has them over RPC."""
    allowed = people[login].company_ids.ids
    return records.sudo(False).with_user(people[login]).with_context({"allowed_company_ids": allowed})


# -- books: drafts, posted and cancelled entries in each period of each company


def entry(of, day, amount, post=False, **more):
    """Return an entry of two lines on an expense and a reconcilable account."""
    Move = env["account.move"].with_company(of)
    find = env["account.account"].with_company(of).search
    expense = find([("account_type", "=", "expense"), ("company_ids", "in", of.ids)], limit=1)
    debt = find([("account_type", "=", "liability_payable"), ("company_ids", "in", of.ids)], limit=1)
    journal = env["account.journal"].search([("type", "=", "general"), ("company_id", "=", of.id)], limit=1)
    move = Move.create(
        {
            "journal_id": journal.id,
            "date": day,
            "ref": f"world {day} {amount}",
            "line_ids": [
                Command.create({"account_id": expense.id, "name": "one", "balance": amount}),
                Command.create({"account_id": debt.id, "name": "two", "balance": -amount}),
            ],
            **more,
        }
    )
    if post:
        move.action_post()
    return move


def settle(of, first, second, amount):
    """Post two entries that settle each other and reconcile them."""
    moves = entry(of, first, amount, post=True) + entry(of, second, -amount, post=True)
    lines = moves.line_ids.filtered(lambda line: line.account_id.reconcile)
    lines.reconcile()
    return moves


for of in (company, sister, plain):
    for day in (AUGUST, SEPTEMBER, OCTOBER):
        entry(of, day, 11.0)
        entry(of, day, 12.0, post=True)
        entry(of, day, 13.0).button_cancel()
    settle(of, AUGUST, SEPTEMBER, 21.0)
    settle(of, SEPTEMBER, OCTOBER, 22.0)
    settle(of, OCTOBER, OCTOBER, 23.0)
    # Large enough for the policy to want an approval.
    entry(of, OCTOBER, 7000.0)
source = entry(company, OCTOBER, 31.0, post=True)
for each in (company, plain):
    expense = env["account.account"].search(
        [("account_type", "=", "expense"), ("company_ids", "in", each.ids)], limit=1
    )
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", each.id)], limit=1)
    for day in (SEPTEMBER, OCTOBER):
        env["account.bank.statement.line"].with_company(each).create(
            {"journal_id": journal.id, "date": day, "payment_ref": "world", "amount": 41.0}
        )

for of in (company, plain):
    bank = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", of.id)], limit=1)
    for post in (False, True):
        payment = env["account.payment"].with_company(of).create(
            {"payment_type": "inbound", "partner_type": "customer", "amount": 51.0, "date": OCTOBER,
             "partner_id": of.partner_id.id, "journal_id": bank.id}
        )  # fmt: skip
        if post:
            payment.action_post()

# -- what the agent hands in, besides what its own run found

submit(env, "world", range(14), source)
env.cr.commit()

Entry = env["ai.close.entry"]
entries = Entry.search([("key", "like", "world")], order="id")
prepared, reviewed, posted = entries[3:6], entries[6:10], entries[10:12]
be(prepared + reviewed + posted, "anna").action_prepare()
be(reviewed + posted, "ben").action_review()
assert not be(posted, "carla").action_decide_batch("As every month")["failures"]
be(entries[12], "ben").action_reject("It was billed after all")
env.cr.commit()
facts["entries"] = {
    "proposed": entries[:3].ids,
    "prepared": prepared.ids,
    "reviewed": reviewed.ids,
    "posted": posted.ids,
    "rejected": entries[12].ids,
    "source": source.id,
}

# -- matches, findings, tasks

matches = env["ai.close.match"].search([("state", "=", "proposed")], order="id")
small = matches.filtered(lambda match: abs(match.line_amount) < 5000)
for match in small[:4]:
    be(match, "anna").action_accept()
be(small[0], "anna").action_undo()
be(small[4], "anna").action_reject("Not this one, the payer said")
findings = env["ai.close.finding"].search([("state", "=", "open")], order="id")
be(findings[0], "anna").action_explain("The vendor bills it once a quarter only")
be(findings[1], "anna").action_assign(people["anna"].id)
waived = findings.filtered(lambda finding: finding.severity == "high")[-1]
be(waived, "anna").action_waive("Confirmed with the vendor on the phone")
if waived.state != "waived":
    be(waived, "ben").action_waive("Seen the confirmation of the vendor")
env.cr.commit()

close = env["ai.close"].search([("company_id", "=", company.id), ("period_start", "=", "2026-10-01")])
evidence = []
for task in close.task_ids.sorted("sequence"):
    note = be(env["ir.attachment"], "anna").create(
        {"name": f"{task.code}.txt", "raw": b"counted", "res_model": task._name, "res_id": task.id}
    )
    mine = be(task, "anna")
    if task.state == "open" and not task.depends_on_ids:
        mine.write({"evidence_ids": [Command.link(note.id)]})
        mine.action_prepare("Compared with the reports, line by line")
        evidence.append((task, note))
for task, _note in evidence[:-1]:
    try:
        be(task, "carla").action_sign()
    except Exception as error:  # what a self-check does not let pass stays prepared
        print("unsigned", task.code, error)
env.cr.commit()
signed = [note.id for task, note in evidence if task.state == "signed"]
facts["evidence"] = {
    "signed": signed,
    "prepared": [note.id for task, note in evidence if note.id not in signed],
}
assert signed, evidence

# -- schedules in each state, one with a change that counts and one that is still written

account = env["account.account"].with_company(company).search
prepaid = account([("account_type", "=", "asset_prepayments"), ("company_ids", "in", company.ids)], limit=1)
expense = account([("account_type", "=", "expense"), ("company_ids", "in", company.ids)], limit=1)
schedules = be(env["ai.close.schedule"], "anna").with_company(company).create(
    [
        {
            "name": f"Insurance {number}", "kind": "prepaid", "method": "days",
            "start_date": OCTOBER, "end_date": "2027-09-30", "booked_on": OCTOBER, "total": 1200.0 + number,
            "balance_account_id": prepaid.id, "booked_account_id": prepaid.id,
            "result_account_id": expense.id,
        }
        for number in range(4)
    ]
)  # fmt: skip
schedules[1:].action_prepare()
be(schedules[2:], "ben").action_review()
changes = be(env["ai.close.schedule.change"], "anna").with_company(company).create(
    [
        {
            "schedule_id": schedule.id, "kind": "amount", "date": OCTOBER, "amount": 10.0, "label": "a note",
            "account_id": prepaid.id,
        }
        for schedule in schedules[2:]
    ]
)  # fmt: skip
changes[1:].action_prepare()
be(changes[1:], "ben").action_review()
env.cr.commit()

# -- entries booked by hand on an accrual's account, with a decision in each state

grni = env["ai.close.policy"].sudo()._in_force(company).params["roles"]["grni"]
for steps in range(3):
    hand = entry(company, OCTOBER, 61.0 + steps)
    hand.line_ids.filtered(lambda line: line.balance < 0).account_id = grni
    hand.action_post()
    adoption = env["ai.close.adoption"].browse(be(hand, "anna").action_ai_close_adopt()["res_id"])
    be(adoption, "anna").reversal = "none"
    if steps:
        be(adoption, "anna").action_prepare()
    if steps > 1:
        be(adoption, "ben").action_review()
env.cr.commit()

# -- what people give: loans, pay runs, holidays owed and contracts, written, to be reviewed and counting

vendor = env["res.partner"].search([("supplier_rank", ">", 0)], limit=1).id
for model, vals, maker, second in (
    ("loan", {"partner_id": vendor, "principal": 2500, "rate": 4.8, "start_date": SEPTEMBER}, "anna", "ben"),
    ("loan.movement", {"kind": "principal", "date": OCTOBER, "label": "one"}, "anna", "ben"),
    ("pay.run", {"start_date": OCTOBER, "end_date": "2026-11-06", "amount": 4800}, "anna", "ben"),
    ("holiday.balance", {"as_of": "2026-10-31", "days": 12.5, "day_rate": 240}, "carla", "dirk"),
    ("contract", {"partner_id": vendor, "amount": 320, "start_date": SEPTEMBER, "terms": "monthly"},
     "anna", "ben"),
):  # fmt: skip
    Given = be(env[f"ai.close.{model}"], maker).with_company(company)
    for steps in range(3):
        named = {"name": f"World {steps}"} if "name" in Given._fields else {}
        if model == "holiday.balance":
            named = {"key": f"P-{steps}"}
        elif model == "loan.movement":
            loan = env["ai.close.loan"].search([("state", "=", "reviewed")], limit=1)
            named = {"loan_id": loan.id, "amount": -100 - steps}
        given = Given.create({**vals, **named})
        if steps:
            given.action_prepare()
        if steps > 1:
            be(given, second).action_review()
env.cr.commit()

# -- tie-outs in each state, on accounts that nothing is posted on any more

Tie = env["ai.close.tie.out"]
run = env["ai.close.run"].search([("close_id", "=", close.id), ("state", "=", "done")], order="id", limit=1)
chart = account([("account_type", "=", "asset_current"), ("company_ids", "in", company.ids)], limit=5)
tied = []
for number, each in enumerate(chart):
    spec = {"company_id": company.id, "date": close.period_end, "account_ids": each.ids, "partner_id": None,
            "currency_id": None}  # fmt: skip
    balance = f"{Tie._sums([spec])[0][0]:.2f}"
    tied.append(
        {
            "key": f"TIE:{company.id}:{close.period_end}:clearing:world-{each.id}", "kind": "clearing",
            "name": f"World {number}", "date": str(close.period_end), "account_ids": each.ids,
            "partner_id": None, "currency": company.currency_id.name, "by_currency": False,
            "source": "world", "why": "" if number else "Nobody knows.", "balance": balance, "items": [],
            "other": balance if number else None, "source_state": "read" if number else "no_data",
        }
    )  # fmt: skip
answers = Tie.with_user(agent).sudo()._submit_rows(run, tied)
assert {answer["status"] for answer in answers} == {"created"}, answers
ties = Tie.search([("key", "like", "world-")], order="id")
be(ties[2:], "anna").action_prepare()
be(ties[3:], "ben").action_sign()
env.cr.commit()

# -- balances that moved, in each state: of accounts that nothing was posted on since the run compared them

moved = env["ai.close.variance"].search([("close_id", "=", close.id)], order="is_over desc, id")
compared = env["ai.close.ledger"].sudo()._compared(company, close.period_end, moved.account_id.ids)
moved = moved.filtered(lambda one: one._stands(compared))[:5]
assert len(moved) == 5, moved
for steps, one in enumerate(moved):
    mine = be(one, "anna")
    if steps:
        mine.write({"explanation": "A customer came, and pays at the end of the quarter"})
    if steps > 1:
        mine.action_prepare()
    if steps > 2:
        be(one, "ben").action_sign()
    if steps > 3:
        mine.write({"explanation": "Two customers came, and pay at the end of the quarter"})
assert sorted(moved.mapped("state")) == ["open", "open", "prepared", "signed", "stale"], moved.mapped("state")
env.cr.commit()

# -- a blind sample: one answered, the others not

be(close, "rita").action_blind_sample()
blind = env["ai.close.blind"].search([("close_id", "=", close.id)], order="id")
for one in blind[:1]:
    be(one, "rita").action_answer("N")
env.cr.commit()

# -- a language model: a version offered, proposed and in use; a question, and texts about what is there

Language = env["ai.close.language"]
prompt = {"version": 1, "digest": "ab" * 32}
offers = []
for number in range(3):
    offer = {
        "model": f"model-{number}", "address": "127.0.0.1:11434", "cost": "0", "currency": "USD",
        "prompts": {"finding": prompt, "variance": prompt}, "figures": {},
        "usage": {"calls": number, "tokens_in": 0, "tokens_out": 0},
    }  # fmt: skip
    offers.append(Language.with_user(agent)._offer(company, "1.0.0", offer).with_user(env.user))
for language in offers[:2]:
    be(language, "ben").action_propose("world")
    if language == offers[0]:
        be(language, "carla").action_approve()
asked = {
    "key": "cd" * 32, "task": "finding", "prompt": "finding@1", "prompt_digest": prompt["digest"],
    "model": "model-0", "request_digest": "ef" * 32, "request": "[]", "answers": ["{}"],
    "outcome": "taken", "tokens_in": 1, "tokens_out": 1, "cost": "0.001",
}  # fmt: skip
env["ai.close.exchange"].with_user(agent).sudo()._submit_rows(run, [asked])
for task, about in (("finding", env["ai.close.finding"]), ("variance", env["ai.close.variance"])):
    about = about.search([("close_id", "=", close.id), ("state", "=", "open")], order="id", limit=1)
    (about_digest,) = env["ai.close.text"]._digests({task: about}).values()
    env["ai.close.text"]._guarded().create(
        {
            "key": f"{task}:{about.key}", "company_id": company.id, "close_id": close.id, "run_id": run.id,
            "language_id": offers[0].id, "task": task, "about_kind": task, "about_key": about.key,
            "about_model": about._name, "about_id": about.id, "about_digest": about_digest,
            "text": "A text.", "facts": [], "exchange": asked["key"], "prompt": f"{task}@1",
            "prompt_digest": prompt["digest"], "model": "model-0",
        }
    )  # fmt: skip
env.cr.commit()

# -- packages: made, sent to a reviewer, evidence, and one that waits

made = env["ai.close.package"].browse(be(close, "carla").action_package()["res_id"])
assert made.state == "done", made.message
made._guarded().write({"told_ids": [Command.link(people["ben"].id)]})
be(close, "audrey").action_evidence()
env["ai.close.package"]._note(close, "package")
env.cr.commit()

# -- talk: messages and activities of people on documents

for record, login in ((entries[0], "anna"), (posted[0], "ben"), (close, "carla"), (source, "anna")):
    be(record, login).message_post(body=f"Noted by {login}")
    env["ir.attachment"].create(
        {"name": "note.txt", "raw": b"note", "res_model": record._name, "res_id": record.id}
    )
    record.sudo().activity_schedule("mail.mail_activity_data_todo", user_id=people["ben"].id, summary="world")
env.cr.commit()
facts["expires"] = str(env.cr.now() + timedelta(days=1))
key = (
    env["res.users.apikeys"]
    .with_user(agent)
    .sudo()
    ._generate("rpc", "world", env.cr.now() + timedelta(days=60))
)
env.cr.commit()
with open(os.environ["AI_CLOSE_WORLD"], "w") as file:
    json.dump({**facts, "key": key, "close": close.id}, file)
print("WORLD READY")
