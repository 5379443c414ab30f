"""The checklist at a screen: what waits for what, and a sign-off that a bank line makes stale.

Told in order, on one copy of the sample company.
"""

from playwright.sync_api import expect

LAST_DAY = "2026-10-31"
NOTE = "Compared with the bank's own list, line by line."


def _card(page, name):
    """The card with this title; other cards name it among what they wait for."""
    return page.locator(".o_kanban_record").filter(has=page.locator(".fw-bold", has_text=name))


def test_what_waits_for_what(person, colleague):
    run = colleague("ben").task("RUN")
    carla = person("carla")
    carla.go("ai-close-checklist")
    card = _card(carla.page, "Trial balance reviewed")
    expect(card).to_contain_text("Waits for")
    expect(card).to_contain_text("Bank statements reconciled")
    column = carla.page.locator(".o_kanban_group", has_text="WD+01")
    expect(column.locator(".o_ai_close_due_count")).to_contain_text("0/1")
    expect(column.locator(".o_ai_close_due_date")).to_contain_text("Mon")
    assert not carla.page.locator(".o_kanban_record.o_draggable").count()
    colleague("ben").call("ai.close.task", "action_sign", [run["id"]])
    carla.go("ai-close-checklist")
    expect(column.locator(".o_ai_close_due_count")).to_contain_text("1/1")
    carla.picture("checklist-waiting")


def test_a_stale_sign_off(person, colleague):
    anna, ben = colleague("anna"), colleague("ben")
    bank = anna.task("BANK")["id"]
    anna.call("ai.close.task", "action_prepare", [bank], NOTE)
    ben.call("ai.close.task", "action_sign", [bank])
    assert anna.task("BANK")["state"] == "signed"
    sure = [("state", "=", "proposed"), ("band", "=", "auto"), ("kind", "=", "items")]
    match = anna.search("ai.close.match", sure, limit=1)
    anna.call("ai.close.match", "action_accept", match)
    assert anna.task("BANK")["state"] == "stale", "in the transaction of the change"

    carla = person("carla")
    carla.go("ai-close-checklist")
    expect(_card(carla.page, "Bank statements reconciled")).to_contain_text("Bank line")
    carla.picture("checklist-stale")
    carla.go(f"ai-close-checklist/{bank}")
    carla.page.locator(".o_form_view").wait_for()
    struck = carla.page.locator(".o_ai_close_struck")
    expect(struck.locator("s")).to_have_count(2)
    expect(struck.locator("s").first).to_contain_text("Anna")
    expect(struck.locator("s").last).to_contain_text("Ben")
    carla.picture("task-stale")

    anna.call("ai.close.task", "action_prepare", [bank], NOTE)
    ben.call("ai.close.task", "action_sign", [bank])
    assert anna.task("BANK")["state"] == "signed"
