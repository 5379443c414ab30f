"""Delegation as people see it: the cockpit warns, Carla asks, Ben accepts and approves, both names stand."""

import datetime

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

TODAY = datetime.datetime.now(tz=datetime.UTC).date()
LEAVE = {
    "date_from": str(TODAY - datetime.timedelta(days=1)),
    "date_to": str(TODAY + datetime.timedelta(days=20)),
}


def _october(api) -> int:
    """Return the close of the sample's month."""
    (close,) = api.search(
        "ai.close", [("period_start", "=", "2026-10-01"), ("company_id", "=", api.company_id)]
    )
    return close


def test_the_cockpit_says_that_nobody_is_there(person, colleague, october):
    carla, close = colleague("carla"), _october(colleague("carla"))
    for login in ("carla", "dirk"):
        (user,) = carla.search("res.users", [("login", "=", login)])
        carla.call("ai.close.absence", "create", {"user_id": user, "note": "On leave", **LEAVE})
    ben = person("ben")
    ben.go("ai-close")
    ben.page.locator(".o_ai_close_choose").select_option(str(close))
    warning = ben.page.locator(".o_ai_close_uncovered")
    expect(warning).to_contain_text("Approve the lock")
    expect(warning).to_contain_text("Carla Conti, Dirk Control away, without a delegate")
    ben.picture("cockpit-nobody-there")
    # Dirk is back; Carla delegates in the next test
    own = carla.search("ai.close.absence", [("user_id.login", "=", "dirk")])
    carla.call("ai.close.absence", "unlink", own)


def test_carla_delegates_and_ben_accepts(person, colleague, october):
    api = colleague("carla")
    (ben_id,) = api.search("res.users", [("login", "=", "ben")])
    carla = person("carla")
    carla.go("ai-close-delegations/new")
    form = carla.page.locator(".o_form_view")
    form.wait_for()
    form.locator("[name=to_id] input").fill("Ben")
    carla.page.locator(".o-autocomplete--dropdown-item", has_text="Ben Reid").first.click()
    form.locator("[name=role] select, [name=role] input").first.click()
    carla.page.get_by_role("option", name="Controller", exact=True).or_(
        carla.page.locator(".o_select_menu_item", has_text="Controller")
    ).first.click()
    form.locator("[name=reason] textarea").fill("On leave for two weeks")
    last = form.locator("[name=date_to] input, [name=date_to] button").first
    last.click()
    last = form.locator("[name=date_to] input").first
    last.fill((TODAY + datetime.timedelta(days=14)).strftime("%m/%d/%Y"))
    last.press("Tab")
    carla.press("Ask")
    carla.state("To accept")
    record = api.record_of(carla.page.url)
    assert api.refused("ai.close.delegation", "action_accept", [record])

    ben = person("ben")
    ben.go(f"ai-close-delegations/{record}")
    ben.page.locator(".o_form_view").wait_for()
    ben.press("Accept")
    ben.state("Accepted")
    ben.picture("delegation")
    (row,) = colleague("ben").read("ai.close.delegation", [record], ["state", "counts_now", "accepted_by_id"])
    assert (row["state"], row["counts_now"], row["accepted_by_id"][0]) == ("accepted", True, ben_id)


def test_the_delegate_approves_and_both_names_stand(person, colleague, october):
    anna, ben = colleague("anna"), colleague("ben")
    draft = anna.draft_entry(datetime.date(2026, 10, 21), amount=17500.0, ref="Large, while Carla is away")
    anna.call("account.move", "action_ai_close_send_for_approval", [draft])
    (entry,) = anna.search("ai.close.entry", [("origin_move_id", "=", draft)])
    colleague("dirk").call("ai.close.entry", "action_review", [entry])
    screen = person("ben")
    screen.go(f"ai-close-entries/{entry}")
    screen.page.locator(".o_form_view").wait_for()
    screen.press("Approve and post")
    screen.confirm()
    screen.state("Posted")
    (row,) = ben.read("ai.close.entry", [entry], ["state", "approved_by_id"])
    assert (row["state"], row["approved_by_id"][1]) == ("posted", "Ben Reid")

    audrey = person("audrey")
    events = colleague("audrey").search_read(
        "ai.close.audit",
        [("action", "=", "entry.approve"), ("res_id", "=", entry)],
        ["user_name", "on_behalf_of", "role"],
    )
    assert [(row["user_name"], row["on_behalf_of"], row["role"]) for row in events] == [
        ("Ben Reid", "Carla Conti", "controller")
    ]
    audrey.go("ai-close-audit")
    audrey.page.locator(".o_data_row", has_text="entry.approve").first.wait_for()
    expect(audrey.page.locator(".o_data_row", has_text="entry.approve").first).to_contain_text("Carla Conti")
    audrey.picture("audit-on-behalf")


def test_several_entries_are_decided_with_one_reason(person, colleague, october):
    anna, ben = colleague("anna"), colleague("ben")
    drafts = [
        anna.draft_entry(datetime.date(2026, 10, 22), amount=amount, ref=f"Batch {amount:.0f}")
        for amount in (6100.0, 6200.0)
    ]
    for draft in drafts:
        anna.call("account.move", "action_ai_close_send_for_approval", [draft])
    entries = anna.search("ai.close.entry", [("origin_move_id", "in", drafts)])
    screen = person("ben")
    screen.go("ai-close-entries")
    for amount in ("6100", "6200"):
        row = screen.page.locator(".o_data_row", has_text=f"Batch {amount}").first
        row.locator(".o_list_record_selector input").check()
    screen.page.locator(".o_cp_action_menus button, .o-dropdown:has-text('Actions')").first.click()
    screen.page.get_by_role("menuitem", name="Review or approve").click()
    dialog = screen.page.locator(".modal")
    dialog.locator("[name=reason] textarea").fill("Bonus as agreed in the letters of October")
    expect(dialog.locator("[name=sums]")).to_contain_text("12,300.00")
    screen.picture("entries-batch")
    decide = dialog.locator("button[name=action_decide]")
    expect(decide).to_contain_text("Review")
    decide.click()
    expect(dialog.locator("[name=done_count]")).to_contain_text("2")
    states = {row["state"] for row in ben.read("ai.close.entry", entries, ["state"])}
    assert states == {"reviewed"}
