"""What the guards look like: a manual entry sent for approval, a trigger dropped by hand, a broken trail.

Told in order, on one copy of the sample company.
"""

import datetime

from playwright.sync_api import expect

from tools import postgres

IN_OCTOBER = datetime.date(2026, 10, 20)


def _as_owner(october, *statements: str) -> None:
    """Do what only the database's owner can: nobody asks the guards."""
    postgres.TEST.sql("; ".join(statements), db=october.database, user=postgres.OWNER)


def test_a_large_manual_entry_is_posted_by_an_approval_only(person, colleague):
    anna, api = person("anna"), colleague("anna")
    draft = api.draft_entry(IN_OCTOBER, amount=7500.0, ref="Bonus, October")
    anna.page.goto(f"{anna.url}/odoo/account.move/{draft}")
    anna.page.locator(".o_form_view").wait_for()
    anna.picture("move-send-for-approval")
    assert api.refused("account.move", "action_post", [draft])
    anna.press("Send for approval")
    anna.state("Prepared")
    anna.picture("entry-sent-for-approval")
    entry = api.record_of(anna.page.url)

    colleague("ben").call("ai.close.entry", "action_review", [entry])
    colleague("carla").call("ai.close.entry", "action_approve", [entry])
    (posted,) = api.read("ai.close.entry", [entry], ["state", "move_id"])
    assert posted["state"] == "posted"
    carla = person("carla")
    carla.page.goto(f"{carla.url}/odoo/account.move/{posted['move_id'][0]}")
    carla.page.locator(".o_form_view").wait_for()
    carla.picture("move-approved")
    for method in ("button_draft", "button_cancel"):
        assert colleague("carla").refused("account.move", method, [posted["move_id"][0]])


def test_a_trigger_dropped_by_hand_is_found_by_the_next_run(person, colleague, october):
    _as_owner(october, "ALTER TABLE account_move_line DISABLE TRIGGER USER")
    october.run_agent()
    api = colleague("carla")
    found = api.search_read(
        "ai.close.finding",
        [("rule", "=", "SYS002"), ("facet", "=", "database"), ("state", "=", "open")],
        ["severity", "close_id"],
    )
    assert [row["severity"] for row in found] == ["critical"]
    carla = person("carla")
    carla.go(f"ai-close-findings/{found[0]['id']}")
    carla.page.locator(".o_form_view").wait_for()
    carla.picture("finding-protection")
    carla.go("ai-close")
    expect(carla.page.locator(".o_ai_close_blocker").first).to_contain_text("Critical")
    _as_owner(october, "ALTER TABLE account_move_line ENABLE TRIGGER USER")
    october.run_agent()
    (row,) = api.read("ai.close.finding", [found[0]["id"]], ["state"])
    assert row["state"] == "closed"


def test_the_trail_says_where_it_is_broken(person, october):
    audrey = person("audrey")
    audrey.go("ai-close-seals")
    audrey.page.locator(".o_data_row").first.wait_for()
    audrey.picture("seals")
    _as_owner(
        october,
        "ALTER TABLE ai_close_audit DISABLE TRIGGER USER",
        "UPDATE ai_close_audit SET user_name = 'Somebody else'"
        " WHERE id = (SELECT min(audit_id) FROM ai_close_audit_membership m"
        " JOIN ai_close_audit_seal s ON s.id = m.seal_id WHERE s.company_id > 0)",
        "ALTER TABLE ai_close_audit ENABLE TRIGGER USER",
    )
    audrey.go("ai-close-audit")
    audrey.press("Verify")
    expect(audrey.page.locator(".alert-danger")).to_contain_text("not as it was sealed")
    expect(audrey.page.locator("[name=message]")).to_contain_text("changed")
    audrey.picture("seal-broken")
