"""October is locked although a few things stay open: named, agreed to by two, taken over by November.

Told in order, on one copy of the sample company.
"""

import datetime
from concurrent.futures import ThreadPoolExecutor

from playwright.sync_api import expect

from tests.e2e.colleague import Refused

PERIOD_END = "2026-10-31"
WHY = "The count sheets come with the carrier in November"


def _open_lock(who, lock: int) -> None:
    who.go(f"ai-close-locks/{lock}")
    who.page.locator(".o_form_view").wait_for()


def test_a_lock_that_is_not_ready_names_what_is_open(person, colleague):
    ben = person("ben")
    ben.go("ai-close")
    ben.press("Request lock")
    ben.page.locator(".o_ai_close_open_rows").wait_for()
    rows = ben.page.locator(".o_ai_close_open_rows tbody tr")
    assert rows.count() > 5
    expect(ben.page.locator(".o_ai_close_open_rows")).to_contain_text(
        "Odoo locks no month with an unreconciled"
    )
    ben.picture("lock-not-ready")
    ben.press("Request lock")
    expect(ben.page.locator(".modal-body, .o_notification").first).to_contain_text("LCK003")
    lock = colleague("ben").record_of(ben.page.url)
    assert colleague("ben").read("ai.close.lock", [lock], ["state"])[0]["state"] == "draft"


def test_all_but_the_stock_and_a_late_draft_is_done(colleague):
    anna, ben, carla = colleague("anna"), colleague("ben"), colleague("carla")
    proposed = anna.search("ai.close.match", [("state", "=", "proposed")])
    for start in range(0, len(proposed), 20):
        anna.call("ai.close.match", "action_accept", proposed[start : start + 20])
    for line in anna.open_bank_lines(PERIOD_END):
        anna.settle(line, account="bank")
    above = anna.search("ai.close.match", [("origin", "=", "person"), ("state", "=", "proposed")])
    ben.call("ai.close.match", "action_accept", above)
    anna.delete_drafts(PERIOD_END)
    anna.run_agent_again()
    ben.confirm_cures()
    for finding in anna.blocking_findings():
        for who in ("anna", "ben", "carla", "dirk"):
            (row,) = anna.read("ai.close.finding", [finding], ["state"])
            if row["state"] != "waived":
                # a preparer may not waive a critical one: then the next of them does
                colleague(who).refused("ai.close.finding", "action_waive", [finding], WHY)
    assert not anna.blocking_findings()
    entries = anna.search("ai.close.entry", [("state", "=", "proposed")])
    for entry in entries:
        anna.call("ai.close.entry", "action_prepare", [entry])
        ben.call("ai.close.entry", "action_review", [entry])
        carla.call("ai.close.entry", "action_approve", [entry])
    listed = anna.search(
        "ai.close.manual.list", [("close_id", "=", anna.close_id()), ("state", "!=", "signed")]
    )
    ben.call("ai.close.manual.list", "action_sign", listed)
    anna.draft_entry(datetime.date(2026, 10, 20), amount=120.0)
    for code in ("RUN", "BANK", "FINDING", "ACCRUAL", "AGEING"):
        anna.refresh_close()
        if anna.task(code)["state"] != "prepared":
            anna.call("ai.close.task", "action_prepare", [anna.task(code)["id"]], "Compared with the reports")
        ben.call("ai.close.task", "action_sign", [anna.task(code)["id"]])


def test_what_stays_open_is_named_with_a_reason(person, colleague):
    ben, api = person("ben"), colleague("ben")
    (lock,) = api.search("ai.close.lock", [("state", "=", "draft")])
    api.refresh_close()
    _open_lock(ben, lock)
    ben.press("Name open items...")
    ben.page.locator(".modal .o_data_row").first.wait_for()
    count = ben.page.locator(".modal .o_data_row").count()
    for number in range(count):
        ben.page.locator(".modal .o_data_row").nth(number).locator("td[name=reason]").click()
        ben.page.locator(".modal .o_selected_row [name=reason] input").fill(WHY)
    ben.picture("lock-name-items")
    ben.press("Name them")
    expect(ben.page.locator(".modal")).to_have_count(0)
    expect(ben.page.locator("[name=open_item_ids] .o_data_row")).to_have_count(count)
    ben.press("Request lock")
    ben.state("Requested")
    ben.picture("lock-open-items")
    items = api.search_read("ai.close.open.item", [("lock_id", "=", lock)], ["code", "state", "reason"])
    assert {item["code"] for item in items} == {"DRAFT", "TASK"}
    assert {item["reason"] for item in items} == {WHY}


def test_two_controllers_agree(person, colleague):
    api = colleague("dirk")
    (lock,) = api.search("ai.close.lock", [("state", "=", "requested")])
    assert api.refused("ai.close.lock", "action_approve", [lock])
    dirk = person("dirk")
    _open_lock(dirk, lock)
    dirk.press("Accept open items")
    dirk.confirm()
    expect(dirk.page.locator("[name=second_by_id]")).to_contain_text("Dirk")
    assert api.refused("ai.close.lock", "action_approve", [lock])
    carla = person("carla")
    _open_lock(carla, lock)
    carla.press("Approve and lock")
    carla.page.locator(".modal [name=effect]").wait_for()
    expect(carla.page.locator(".modal")).to_contain_text("stay open")
    carla.picture("lock-approve")
    carla.confirm()
    carla.state("Applied")
    (company,) = api.read("res.company", [api.company_id], ["fiscalyear_lock_date"])
    assert company["fiscalyear_lock_date"] == PERIOD_END


def test_the_open_items_wait_for_the_next_close(person, colleague):
    audrey = person("audrey")
    audrey.go("ai-close-open-items")
    audrey.page.locator(".o_data_row").first.wait_for()
    expect(audrey.page.locator(".o_data_row").first).to_contain_text("October 2026")
    audrey.picture("open-items")
    api = colleague("anna")
    states = api.search_read("ai.close.open.item", [("state", "!=", "dropped")], ["state", "accepted_by_id"])
    assert {row["state"] for row in states} == {"open"}
    assert {row["accepted_by_id"][1] for row in states} == {"Carla Conti"}


def test_of_two_approvals_at_the_same_moment_one_wins(colleague):
    ben = colleague("ben")
    asked = ben.call(
        "ai.close.lock.ask",
        "create",
        {
            "company_id": ben.company_id,
            "kind": "lock",
            "field": "sale_lock_date",
            "date_new": PERIOD_END,
            "reason": "All invoices of October are sent",
        },
    )
    lock = ben.call("ai.close.lock.ask", "action_ask", [asked])["res_id"]

    def approve(who):
        try:
            return bool(who.call("ai.close.lock", "action_approve", [lock]))
        except Refused as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(approve, [colleague("carla"), colleague("dirk")]))
    assert answers.count(True) == 1
    (sentence,) = [answer for answer in answers if answer is not True]
    assert "Applied" in sentence or "LCK007" in sentence
    (company,) = ben.read("res.company", [ben.company_id], ["sale_lock_date"])
    assert company["sale_lock_date"] == PERIOD_END
