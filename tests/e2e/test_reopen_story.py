"""A locked month opened again: asked for, approved, used by one person, locked by itself, written up, signed.

Told in order, on one copy of the sample company.
"""

from playwright.sync_api import expect

from tools import postgres


def _as_owner(october, *statements: str) -> None:
    """Do what only the database's owner can: nobody asks the guards."""
    postgres.TEST.sql("; ".join(statements), db=october.database, user=postgres.OWNER)


def _lock_october(october, company_id: int) -> None:
    _as_owner(
        october,
        "ALTER TABLE res_company DISABLE TRIGGER USER",
        f"UPDATE res_company SET fiscalyear_lock_date = '2026-10-31' WHERE id = {company_id}",
        "ALTER TABLE res_company ENABLE TRIGGER USER",
        f"UPDATE ai_close SET state = 'locked' WHERE company_id = {company_id}",
    )


def _let_time_pass(october) -> None:
    """The window is over, and nothing of the server's ran since."""
    over = "(now() AT TIME ZONE 'UTC')::timestamp(0) - interval '1 second'"
    _as_owner(
        october,
        "ALTER TABLE account_lock_exception DISABLE TRIGGER USER",
        f"UPDATE account_lock_exception SET end_datetime = {over} WHERE ai_close_lock_id IS NOT NULL",
        "ALTER TABLE account_lock_exception ENABLE TRIGGER USER",
        f"UPDATE ai_close_lock SET exception_until = {over} WHERE kind = 'reopen'",
    )


def _credit_note(api) -> int:
    """Create the draft that came late: a liability against an expense."""
    (journal,) = api.search(
        "account.journal", [("type", "=", "general"), ("company_id", "=", api.company_id)], limit=1
    )
    expense, liability = (
        api.search(
            "account.account",
            [("account_type", "=", kind), ("company_ids", "in", api.company_id)],
            limit=1,
        )[0]
        for kind in ("expense", "liability_current")
    )
    return api.call(
        "account.move",
        "create",
        {
            "journal_id": journal,
            "date": "2026-10-20",
            "ref": "credit note 88",
            "line_ids": [
                (0, 0, {"account_id": expense, "balance": 120.0, "name": "credit note 88"}),
                (0, 0, {"account_id": liability, "balance": -120.0, "name": "credit note 88"}),
            ],
        },
    )


def test_one_asks_and_a_controller_opens_it(person, colleague, october):
    api = colleague("ben")
    close = api.close_id()
    _lock_october(october, api.company_id)
    ben = person("ben")
    ben.go(f"ai-close-periods/{close}")
    ben.state("Locked")
    ben.press("Request reopen")
    dialog = ben.page.locator(".modal")
    dialog.locator("[name=user_ids] input").fill("Anna")
    ben.page.locator(".o-autocomplete--dropdown-item", has_text="Anna").first.click()
    expect(dialog.locator("[name=user_ids] .o_tag")).to_have_count(1)
    dialog.locator("[name=reason] textarea").fill("credit note 88 came late")
    ben.picture("reopen-asked")
    dialog.get_by_role("button", name="Request reopen", exact=True).click()
    ben.state("Requested")

    carla = person("carla")
    carla.go(f"ai-close-locks/{api.record_of(ben.page.url)}")
    carla.state("Requested")
    carla.press("Approve reopen")
    carla.confirm()
    carla.state("Applied")
    expect(carla.page.locator(".alert-warning").filter(visible=True).first).to_contain_text("Open now")
    carla.picture("reopen-approved")
    (row,) = api.read("ai.close", [close], ["state", "window_until"])
    assert row["state"] == "reopened"
    assert row["window_until"]


def test_only_the_named_person_posts_until_it_ends(colleague, october):
    api = colleague("anna")
    draft, late = _credit_note(api), _credit_note(api)
    assert colleague("carla").refused("account.move", "action_post", [draft])
    api.call("account.move", "action_post", [draft])
    (row,) = api.read("account.move", [draft], ["state", "date"])
    assert (row["state"], row["date"]) == ("posted", "2026-10-20")
    _let_time_pass(october)
    assert api.refused("account.move", "action_post", [late])


def test_it_is_locked_by_itself_and_written_up(person, colleague):
    api = colleague("carla")
    close = api.close_id()
    assert api.refused("ai.close", "action_run_now", [close])
    carla = person("carla")
    carla.go(f"ai-close-periods/{close}")
    carla.state("Reopened")
    carla.press("Check again")
    carla.state("Locked")
    expect(carla.page.locator(".alert-warning").filter(visible=True).first).to_contain_text("not yet signed")
    carla.picture("reopened-relocked")
    (report,) = api.search_read(
        "ai.close.reopen.report", [("close_id", "=", close)], ["count_posted", "result", "adds_up", "state"]
    )
    told = (report["count_posted"], report["result"], report["adds_up"], report["state"])
    assert told == (1, -120.0, True, "unsigned")

    carla.go(f"ai-close-reopens/{report['id']}")
    carla.state("To be signed")
    expect(carla.page.locator(".o_form_view")).to_contain_text("credit note 88 came late")
    carla.press("Sign the report")
    carla.state("Signed")
    carla.picture("reopen-report")
    (row,) = api.read("ai.close", [close], ["state", "version", "unsigned_report_id"])
    assert (row["state"], row["version"], row["unsigned_report_id"]) == ("locked", 2, False)
