"""The third phase: a policy that two people sign lets the server post small drafts; people see and undo it.

Told in order, on one copy of the sample company.
"""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.e2e.colleague import Refused
from tools import odoo_cli, postgres

pytestmark = pytest.mark.slow

LIMIT = "100"
# Of each what it is booked with, and whether the policy's limit lets the server post it.
DRAFTS = {"coffee for the office": 41.37, "stamps": 18.62, "a new desk": 240.85}


def _open(someone, path: str) -> None:
    someone.page.goto(f"{someone.url}/odoo/{path}")
    someone.page.locator(".o_form_view").wait_for()


def _policy(api, state: str) -> int:
    (found,) = api.search("ai.close.policy", [("company_id", "=", api.company_id), ("state", "=", state)])
    return found


def _not_judged(api) -> list[str]:
    """Return the rules that are on and that the last run could not judge here: they have no data."""
    runs = [("state", "=", "done"), ("company_id", "=", api.company_id)]
    (run,) = api.call("ai.close.run", "search_read", runs, ["failures"], order="id desc", limit=1)
    return sorted({one["rule"] for one in run["failures"] or []})


def _let_the_server_work(books) -> None:
    """Do what the server's own job does within minutes after a run."""
    odoo_cli.shell(postgres.TEST, books.database, "env['ai.close.auto.post']._cron_post(); env.cr.commit()")


def _batch(api) -> dict:
    names = ["state", "reason", "posted_count", "left_count", "amount", "line_ids", "policy_id"]
    (found,) = api.search_read("ai.close.auto.post", [], names)
    return found


def test_a_policy_that_two_people_sign_switches_it_on(person, colleague, october):
    api = colleague("ben")
    (general,) = api.search_read(
        "account.journal", [("type", "=", "general"), ("company_id", "=", api.company_id)], ["name"]
    )[:1]
    ben = person("ben")
    _open(ben, f"ai-close-policies/{_policy(api, 'in_force')}")
    ben.press("Draft the next version")
    ben.state("Draft")
    policy = _policy(api, "draft")
    ben.press("Edit parameters")
    dialog = ben.page.locator(".modal")
    dialog.locator("[name=phase] input").click()
    ben.page.locator(".o_select_menu_item", has_text="Automatic for low risk").click()
    dialog.locator("[name=automatic_max_amount] input").fill(LIMIT)
    dialog.locator("[name=automatic_match] input").check()
    journals = dialog.locator("[name=auto_post_journal_ids] input")
    journals.fill(general["name"])
    ben.page.locator(".o-autocomplete--dropdown-item", has_text=general["name"]).first.click()
    dialog.locator("[name=auto_post_limit] input").fill(LIMIT)
    # What has no data here can't be judged, and what can't be judged must not wait behind a posting.
    for rule in _not_judged(api):
        dialog.locator("[name=rule_ids] .o_data_row", has_text=rule).locator("[name=enabled] input").click()
    ben.to_top(".modal-body")
    ben.picture("auto-post-policy")
    ben.press("Save the draft")
    expect(dialog).to_have_count(0)
    ben.press("Propose...")
    dialog.locator("[name=reason] textarea").fill("Small postings passed in each month that we observed.")
    dialog.locator("footer").get_by_role("button", name="Propose", exact=True).click()
    ben.state("Proposed")
    with pytest.raises(Refused, match="SOD003"):
        api.call("ai.close.policy", "action_approve", [policy])
    october.backtest()
    carla = person("carla")
    _open(carla, f"ai-close-policies/{policy}")
    changes = carla.page.locator(".o_ai_close_policy_changes")
    expect(changes.locator("[data-path='auto_post.limit']")).to_contain_text("100.00")
    carla.press("Approve")
    carla.confirm()
    carla.state("In force")


def test_the_server_posts_what_passes_and_leaves_the_rest_to_people(person, colleague, october):
    api = colleague("anna")
    moves = {ref: api.draft_entry(date(2026, 10, 14), amount, ref) for ref, amount in DRAFTS.items()}
    october.run_agent()
    assert _batch(api)["state"] == "waiting"
    states = api.read("account.move", list(moves.values()), ["state"])
    assert {row["state"] for row in states} == {"draft"}, "the agent posts nothing"
    _let_the_server_work(october)
    batch = _batch(api)
    assert (batch["state"], batch["posted_count"], batch["amount"]) == ("done", 2, 59.99), (
        batch,
        api.read("ai.close.auto.post.line", batch["line_ids"], ["name", "outcome", "reason"]),
    )
    anna = person("anna")
    anna.go("ai-close-auto-posts")
    expect(anna.page.locator(".o_data_row")).to_have_count(1)
    anna.picture("auto-post-list")
    anna.page.locator(".o_data_row").first.click()
    anna.state("Posted")
    lines = anna.page.locator("div[name=line_ids]")
    expect(lines).to_contain_text("stamps")
    expect(lines.locator(".o_data_row", has_text="a new desk")).to_contain_text("limit")
    anna.picture("auto-post")
    anna.page.get_by_role("tab", name="Before and after").click()
    expect(anna.page.locator("div[name=balance_rows] tbody tr")).to_have_count(2)
    anna.picture("auto-post-balances")
    (entry,) = api.read("account.move", [moves["stamps"]], ["state", "ai_close_posted_by"])
    assert (entry["state"], entry["ai_close_posted_by"][1]) == ("posted", "OdooBot")
    _open(anna, f"ai-close-policies/{batch['policy_id'][0]}")


def test_anybody_stops_it_and_one_click_drafts_the_reversals(person, colleague, october):
    api = colleague("anna")
    batch = _batch(api)["id"]
    anna = person("anna")
    _open(anna, f"ai-close-auto-posts/{batch}")
    anna.press("Draft the reversals")
    anna.give_reason("The receipts belong to another company.")
    rows = anna.page.locator(".o_list_view .o_data_row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Reversal of")
    anna.picture("auto-post-reversals")
    drafts = api.search("account.move", [("ref", "like", "Reversal of"), ("state", "=", "draft")])
    days = [row["date"] for row in api.read("account.move", drafts, ["date"])]
    assert days == ["2026-10-14"] * 2, "drafts on the entries' own day: people look at them and post them"
    api.call("account.move", "action_post", drafts)
    assert _batch(api)["state"] == "reversed"
    anna.go("ai-close-auto-posts")
    anna.press("Stop automatic posting")
    anna.confirm()
    api.draft_entry(date(2026, 10, 15), 23.11, "printer paper")
    october.run_agent()
    _let_the_server_work(october)
    (last,) = api.call("ai.close.auto.post", "search_read", [("run_id", "!=", False)], ["state", "reason"],
                       order="id desc", limit=1)  # fmt: skip
    assert (last["state"], last["reason"]) == ("refused", "Automatic posting is stopped.")
