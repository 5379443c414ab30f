"""A statement is reviewed by keyboard in a real browser: accept, undo, reject, another item, many lines.

Told in order, on one copy of the sample company after one run of the agent.
"""

import time

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tests.e2e.browser import Person
from tests.e2e.review import (
    ROW,
    Review,
    add_many,
    join_lines,
    lock_october,
    other_way,
    remove_many,
    work_batches,
)

MANY = 5000


@pytest.fixture(scope="module")
def anna(browser, october):
    """Anna stays at her desk; a dirty console fails when she leaves."""
    someone = Person(browser, october, "anna")
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


def test_a_reason_of_ones_own_and_second_thoughts(anna, colleague):
    api = colleague("anna")
    review = Review(anna)
    review.tab("auto")
    match = review.active()
    review.press("r", "5")
    expect(review.page.get_by_label("Reason", exact=True)).to_be_focused()
    review.page.keyboard.type("paid twice, I think")
    review.press("Enter")
    review.is_now(match, "rejected")
    assert api.read("ai.close.match", [match], ["reject_reason"])[0]["reject_reason"] == "paid twice, I think"
    review.to(match)
    expect(review.detail()).to_contain_text("paid twice")
    review.press("p")
    review.is_now(match, "proposed")
    expect(review.detail().locator(".o_ai_close_match_then")).to_be_visible()


def test_whoever_sees_or_hears_it_otherwise_can_work_with_it(anna):
    """Names, roles, references, contrast and the order of the focus, in each state of the screen."""
    review = Review(anna)
    review.tab("auto")
    accessible.check(review.page, ".o_ai_close_match_review")
    assert accessible.zones(review.page, "[data-tab=look]", accessible.REVIEW) == list(accessible.REVIEW)
    review.page.locator(".o_ai_close_match_list").focus()
    review.press("Space", "j", "Space")
    accessible.check(review.page, ".o_ai_close_match_review")
    review.press("Escape", "r")
    accessible.check(review.page, ".o_ai_close_match_review")
    review.press("Escape", "e")
    expect(review.page.locator(".o_ai_close_match_search input[role=combobox]")).to_be_focused()
    expect(review.page.locator(".o_ai_close_match_found [role=option]").first).to_be_visible()
    accessible.check(review.page, ".o_ai_close_match_review")
    review.press("Escape", "h")
    expect(review.page.locator(".modal")).to_be_visible()
    accessible.check(review.page, ".modal")
    review.press("Escape")
    expect(review.page.locator(".modal")).to_have_count(0)
    review.tab("done")
    accessible.check(review.page, ".o_ai_close_match_review")


def _plain(api) -> dict:
    """Return the first sure match without a write-off."""
    found = api.search_read(
        "ai.close.match",
        [("state", "=", "proposed"), ("band", "=", "auto"), ("item_ids", "!=", False)],
        ["statement_line_id", "item_ids", "write_offs", "line_date", "line_amount"],
    )
    plain = [each for each in found if not each["write_offs"]]
    return min(plain, key=lambda each: (each["line_date"], each["id"]))


def _of_no_match(api, match: dict) -> dict:
    """Return an open item that this match's bank line could pay, and that nothing is proposed for."""
    proposed = api.search_read("ai.close.match.item", [], ["move_line_id"])
    kind, sign = ("asset_receivable", 1) if match["line_amount"] > 0 else ("liability_payable", -1)
    found = api.search_read(
        "account.move.line",
        [
            ("company_id", "=", api.company_id),
            ("account_type", "=", kind),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("id", "not in", [each["move_line_id"][0] for each in proposed]),
        ],
        ["amount_residual", "amount_residual_currency"],
    )
    small = [
        each
        for each in found
        if each["amount_residual"] == each["amount_residual_currency"]
        and 0 < each["amount_residual"] * sign <= abs(match["line_amount"])
    ]
    return max(small, key=lambda each: (abs(each["amount_residual"]), each["id"]))


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
    item = _of_no_match(api, match)
    share = {"amount": f"{item['amount_residual']:.2f}", "amount_currency": f"{item['amount_residual']:.2f}"}
    items = [{"line_id": item["id"], **share}]
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


def test_several_bank_lines_are_corrected_together(anna, colleague, october):
    api = colleague("anna")
    found = api.search_read(
        "ai.close.match",
        [("state", "=", "proposed"), ("band", "=", "auto"), ("line_amount", ">", 0), ("kind", "=", "items")],
        ["statement_line_id", "item_ids", "write_offs", "line_date"],
    )
    plain = [each for each in found if not each["write_offs"] and len(each["item_ids"]) == 1]
    one, two = sorted(plain, key=lambda each: (each["line_date"], each["id"]))[:2]
    join_lines(october.database, one["id"], two["id"])
    review = Review(anna)
    review.tab("auto")
    review.to(one["id"])
    review.detail()
    review.press("e")
    search = review.page.locator(".o_ai_close_match_search")
    boxes = search.locator(".o_ai_close_match_together input")
    expect(boxes).to_have_count(2)
    boxes.nth(1).uncheck()
    expect(boxes.nth(0)).to_be_disabled()
    boxes.nth(1).check()
    expect(search.locator(".o_ai_close_match_rest")).to_contain_text("2 bank lines")
    for item in api.read("ai.close.match.item", one["item_ids"] + two["item_ids"], ["move_id"]):
        search.locator("input[role=combobox]").fill(item["move_id"][1].split(" ")[0])
        expect(search.locator("[role=option]")).to_have_count(1)
        review.press("Enter")
    expect(search.locator(".o_ai_close_match_picked li")).to_have_count(2)
    expect(search.locator(".o_ai_close_match_rest")).to_contain_text("0.00")
    anna.picture("match-several-lines")
    review.press("Control+Enter")
    expect(search).to_have_count(0)
    review.is_now(_by_person(api, one)["id"], "accepted")
    lines = [each["statement_line_id"][0] for each in (one, two)]
    assert all(
        each["is_reconciled"] for each in api.read("account.bank.statement.line", lines, ["is_reconciled"])
    )


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


def test_a_whole_band_shows_a_sample_first_and_is_accepted_to_its_end(anna, colleague, october):
    api = colleague("anna")
    review = Review(anna)
    review.tab("auto")
    review.page.locator(".o_ai_close_match_band").click()
    dialog = review.page.locator(".modal")
    rows = dialog.locator("[name=sample_ids] .o_data_row")
    expect(rows.first).to_be_visible()
    anna.picture("match-batch")
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    expect(dialog).to_have_count(0)
    expect(review.page.locator(".o_ai_close_match_list")).to_be_focused()

    review.page.locator(".o_ai_close_match_band").click()
    expect(rows.first).to_be_visible()
    for at in range(rows.count()):
        rows.nth(at).get_by_role("button", name="Open").click()
        expect(dialog.locator(".text-muted[data-id], .o_data_row.text-muted")).to_have_count(at + 1)
    dialog.get_by_role("button", name="Accept them all").click()
    bar = dialog.get_by_role("progressbar")
    expect(bar).to_have_attribute("aria-valuenow", "0")
    (batch,) = api.search("ai.close.match.batch", [("state", "=", "waiting")])
    work_batches(october.database)
    # The dialog reads on by itself.
    expect(bar).to_have_attribute("aria-valuenow", "100")
    anna.picture("match-batch-done")
    (ended,) = api.read("ai.close.match.batch", [batch], ["state", "total", "done_count", "failed_count"])
    assert (ended["state"], ended["done_count"], ended["failed_count"]) == ("done", ended["total"], 0)
    expect(dialog).to_contain_text(f"{ended['total']} of {ended['total']} accepted, 0 not")
    dialog.get_by_role("button", name="Close", exact=True).last.click()
    expect(dialog).to_have_count(0)
    # What is above her limit stays for somebody else.
    assert review.count("auto") == api.count(
        "ai.close.match", [("state", "=", "proposed"), ("band", "=", "auto")]
    )


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
