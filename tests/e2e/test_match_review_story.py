"""A statement is reviewed by keyboard in a real browser: accept, undo, reject, another item, many lines.

Told in order, on one copy of the sample company after one run of the agent.
"""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Person
from tests.e2e.review import ROW, Review, add_many, lock_october, other_way, remove_many

MANY = 5000


@pytest.fixture(scope="module")
def anna(browser, october):
    """Anna stays at her desk; a dirty console fails when she leaves."""
    someone = Person(browser, october.url, "anna", october.logins["anna"])
    yield someone
    someone.close()


def test_the_preparer_reviews_the_statement_by_keyboard(anna, colleague):
    api = colleague("anna")
    review = Review(anna)
    review.tab("auto")
    waiting = review.count("auto")
    anna.picture("match-review")
    anna.picture("match-review-phone", phone=True)

    first = review.active()
    (match,) = api.read("ai.close.match", [first], ["statement_line_id"])
    line = match["statement_line_id"][0]
    expect(review.detail()).to_contain_text("settled in full")
    review.press("a")
    review.is_now(first, "accepted")
    assert review.active() != first
    assert api.read("account.bank.statement.line", [line], ["is_reconciled"])[0]["is_reconciled"]
    anna.picture("match-accepted")
    review.to(first)
    expect(review.detail()).to_contain_text("Accepted by")
    review.press("u")
    review.is_now(first, "undone")
    assert not api.read("account.bank.statement.line", [line], ["is_reconciled"])[0]["is_reconciled"]

    review.press("s")
    second = review.active()
    review.detail()
    review.press("r")
    expect(review.page.locator(".o_ai_close_match_bar")).to_contain_text("Why not?")
    anna.picture("match-reject")
    review.press("2")
    review.is_now(second, "rejected")
    (match,) = api.read("ai.close.match", [second], ["reject_reason"])
    assert match["reject_reason"] == "Another partner paid"

    review.press("Space", "j", "Space")
    expect(review.page.locator(".o_ai_close_match_bar")).to_contain_text("2 selected")
    chosen = [int(row.get_attribute("data-id")) for row in review.page.locator(f"{ROW}.o_selected").all()]
    review.press("a")
    for match in chosen:
        review.is_now(match, "accepted")
    # What remains is counted by the server.
    expect(review.page.locator("[data-tab=auto]")).to_contain_text(str(waiting - 4))
    expect(review.page.locator("[data-tab=done]")).to_contain_text("4")
    review.press("h")
    expect(review.page.locator(".modal")).to_contain_text("take an alternative")
    anna.picture("match-help")
    review.press("Escape")
    expect(review.page.locator(".modal")).to_have_count(0)


def _plain(api) -> dict:
    """Return the first sure match without a write-off."""
    found = api.search_read(
        "ai.close.match",
        [("state", "=", "proposed"), ("band", "=", "auto"), ("item_ids", "!=", False)],
        ["statement_line_id", "item_ids", "write_offs", "line_date"],
    )
    plain = [each for each in found if not each["write_offs"]]
    return min(plain, key=lambda each: (each["line_date"], each["id"]))


def _by_person(api, match: dict) -> dict:
    """Return the one match that a person made for the bank line of this one."""
    (made,) = api.search_read(
        "ai.close.match",
        [("statement_line_id", "=", match["statement_line_id"][0]), ("origin", "=", "person")],
        ["state"],
    )
    return made


def test_another_explanation_is_taken_with_its_number(anna, colleague, october):
    api = colleague("anna")
    match = _plain(api)
    fields = ["move_line_id", "amount", "amount_currency"]
    items = [
        {
            "line_id": item["move_line_id"][0],
            "amount": f"{item['amount']:.2f}",
            "amount_currency": f"{item['amount_currency']:.2f}",
        }
        for item in api.read("ai.close.match.item", match["item_ids"], fields)
    ]
    other_way(october.database, match["id"], items)
    review = Review(anna)
    review.tab("auto")
    review.to(match["id"])
    expect(review.detail().locator(".o_ai_close_match_alternatives")).to_contain_text("20.0 %")
    anna.picture("match-alternatives")
    review.press("1")
    expect(review.row(match["id"])).to_have_count(0)
    made = _by_person(api, match)
    review.is_now(made["id"], "accepted")
    assert made["state"] == "accepted"


def test_another_item_is_searched_picked_and_booked(anna, colleague):
    api = colleague("anna")
    review = Review(anna)
    review.tab("auto")
    before = _plain(api)
    match = before["id"]
    review.to(match)
    items = api.read("ai.close.match.item", before["item_ids"], ["move_id"])
    review.detail()
    review.press("e")
    search = review.page.locator(".o_ai_close_match_search")
    expect(search.locator("input")).to_be_focused()
    for count, item in enumerate(items, 1):
        review.page.keyboard.type(item["move_id"][1].split(" ")[0])
        expect(search.locator("[role=option]")).to_have_count(1)
        review.press("Enter")
        expect(search.locator(".o_ai_close_match_picked li")).to_have_count(count)
        expect(search.locator("input")).to_have_value("")
    expect(search.locator(".o_ai_close_match_rest")).to_contain_text("0.00")
    anna.picture("match-search")
    review.press("Control+Enter")
    expect(search).to_have_count(0)
    expect(review.row(match)).to_have_count(0)
    made = _by_person(api, before)
    review.is_now(made["id"], "accepted")
    assert made["state"] == "accepted"
    (corrected,) = api.read("ai.close.match", [match], ["state"])
    assert corrected["state"] == "superseded"

    # Back from a document the person stands where she was.
    stood = review.active()
    review.detail()
    review.press("d")
    review.page.locator(".o_form_view").wait_for()
    review.page.go_back()
    review.page.locator(ROW).first.wait_for()
    assert review.active() == stood


@pytest.mark.slow
def test_five_thousand_proposals_stay_quick(anna, october, record_property):
    add_many(october.database, MANY)
    try:
        start = time.monotonic()
        review = Review(anna)
        review.tab("look")
        loaded = time.monotonic() - start
        assert review.count("look") >= MANY
        anna.picture("match-5000")
        times = review.key_times(50)
        record_property("load_seconds", round(loaded, 2))
        record_property("key_ms_median", round(times[len(times) // 2], 1))
        print(f"{MANY} proposals: {loaded:.2f} s; next line {times[25]:.0f} ms, slowest {times[-1]:.0f} ms")
        review.press("End")
        expect(review.page.locator(f"{ROW}.o_active")).to_have_attribute(
            "aria-posinset", str(review.count("look"))
        )
        review.detail()
        # Thousands of lines, some hundred in the page.
        assert review.page.locator(ROW).count() < 150
    finally:
        remove_many(october.database)


def test_a_whole_band_shows_a_sample_first(anna):
    review = Review(anna)
    review.tab("auto")
    review.page.locator(".o_ai_close_match_band").click()
    dialog = review.page.locator(".modal")
    expect(dialog.locator("[name=sample_ids] .o_data_row").first).to_be_visible()
    anna.picture("match-batch")
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    expect(dialog).to_have_count(0)
    expect(review.page.locator(".o_ai_close_match_list")).to_be_focused()


def test_what_a_lock_forbids_is_said_before_and_refused(anna, october):
    """As if October had been locked meanwhile: who looks is told why, who tries all the same is refused."""
    lock_october(october.database, october.company)
    review = Review(anna)
    review.tab("done")
    review.to(review.accepted())
    review.press("u")
    row = review.active()
    review.is_now(row, "failed")
    expect(review.detail()).to_contain_text("[LCK001]")
    anna.picture("match-done-locked")
    review.tab("auto")
    expect(review.detail().locator(".o_ai_close_match_hindrance")).to_contain_text(
        "a reopen can be requested"
    )
    anna.picture("match-locked")
    expect(review.page.get_by_role("button", name="Accept", exact=False).first).to_be_disabled()
