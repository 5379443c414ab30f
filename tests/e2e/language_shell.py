"""Hands in what a language model wrote, by the port as the agent: runs in `odoo shell` (gives `env`).

LANGUAGE says which part: `offer`, or `run` for a run with questions and texts about what the sample has.
"""
# ruff: noqa: F821 - `odoo shell` gives env

import os

MODEL = "small-model:8b"
MARKUP = '<img src=x onerror="window.hacked = 1"> '
FIGURES = {"cases": 5, "taken": 4, "template": 1, "right": 3, "checked": 4}
agent = env["res.users"].search([("login", "=", "ai-close-agent")])
port = env["ai.close.agent"].with_user(agent).with_context({})
last = env["ai.close.run"].search([("state", "=", "done")], order="id desc", limit=1)
close, company = last.close_id, last.company_id
tasks = ("variance", "finding", "entry", "account")
prompts = {task: {"version": 1, "digest": f"{at:02x}" * 32} for at, task in enumerate(tasks, 1)}


def result(answer):
    assert answer["ok"], answer
    return answer["result"]


def offer():
    result(
        port.language_offer(
            company=company.id,
            agent_version="1.0.0",
            offer={
                "model": MODEL,
                "address": "127.0.0.1:11434",
                "prompts": prompts,
                "figures": dict.fromkeys(tasks, FIGURES),
                "usage": {"calls": 31, "tokens_in": 24120, "tokens_out": 1480},
                "cost": "0.004506",
                "currency": "USD",
            },
        )
    )


def told(held, number, task, kind, record, text, choice=None):
    """Hand in a question and the text that came of it."""
    shared = {
        "task": task, "prompt": f"{task}@1", "prompt_digest": prompts[task]["digest"], "model": MODEL,
    }  # fmt: skip
    key = f"{number:064x}"
    asked = {
        **shared, "key": key, "request_digest": "ef" * 32,
        "request": '[{"role": "user", "content": "a vendor, change +4000.00 up, [NAME_1]"}]',
        "answers": ['{"text": "{account} rose by {change}."}'], "outcome": "taken", "tokens_in": 900,
        "tokens_out": 40, "cost": "0.000159",
    }  # fmt: skip
    row = {
        **shared, "key": f"{task}:{record.key}", "about": {"kind": kind, "key": record.key}, "text": text,
        "choice": choice, "exchange": key,
        "facts": [{"key": "change", "role": "change from September 2026", "shown": "+4,000.00 USD"}],
    }  # fmt: skip
    for kind_of_row, each in (("exchange", asked), ("text", row)):
        (status,) = result(port.submit(**held, kind=kind_of_row, rows=[each]))["rows"]
        assert status["status"] == "created", status


def run():
    begun = result(
        port.begin(
            company=company.id, period=close.period_start.strftime("%Y-%m"), run_key="language-story",
            agent_version="1.0.0", rules_digest=last.rules_digest or "x", trigger="cli",
        )
    )  # fmt: skip
    assert begun["language"]["model"] == MODEL, begun["language"]
    held = {"run_id": begun["run_id"], "lease": begun["lease"]}
    here = [("close_id", "=", close.id), ("company_id", "=", company.id)]
    open_one = [*here, ("state", "=", "open")]
    variance = env["ai.close.variance"].search(
        [*open_one, ("author", "=", "template")], order="size desc", limit=1
    )
    finding = env["ai.close.finding"].search([*open_one, ("anchor_model", "=like", "account.move%")], limit=1)
    entry = env["ai.close.entry"].search(
        [*here, ("state", "=", "proposed"), ("proposer", "=", "GR")], limit=1
    )
    account = env["account.account"].search(
        [("company_ids", "in", company.ids), ("account_type", "=", "expense")], limit=1
    )
    rose = "It rose by +4,000.00 USD, mainly due to one vendor with +3,600.00 USD."
    told(held, 1, "variance", "variance", variance, rose)
    told(
        held,
        2,
        "finding",
        "finding",
        finding,
        MARKUP + "A vendor's bill stands there twice with 4,200.00 USD.",
    )
    choice = {"label": "600000 Expenses", "model": "account.account", "id": account.id}
    told(held, 3, "account", "finding", finding, "Other bills of this vendor went there.", choice)
    told(held, 4, "entry", "entry", entry, "Received in October 2026 and not billed: 1,102.50 USD.")
    counters = {
        "language": {
            "calls": 5, "tokens_in": 3600, "tokens_out": 160, "cached": 0, "taken": 4, "template": 1,
            "why": {"the sentence names no fact": 1},
        }
    }  # fmt: skip
    scopes = {"texts": list(tasks)}
    result(port.finish(**held, counters=counters, scopes=scopes, cost="0.000636", failures=[]))


{"offer": offer, "run": run}[os.environ["LANGUAGE"]]()
env.cr.commit()
