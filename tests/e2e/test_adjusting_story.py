"""What people booked by hand is decided by two, and entries that are alike are posted as a whole and undone.

Told in order, on one copy of the sample company.
"""

import datetime

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible

pytestmark = pytest.mark.slow

FORM = ".o_form_sheet"
# What stands on the account of accrued bills in October, and how it is taken back.
BY_HAND = {"Power, estimate": 400.0, "Cleaning": 250.0, "Audit fee": 600.0, "Power, keyed again": 400.0}


def _accounts(api) -> tuple[int, int]:
    """Return the accounts of utilities and of accrued bills."""
    own = {"context": {"allowed_company_ids": [api.company_id]}}
    return tuple(
        api.search("account.account", [("code", "=", code), ("company_ids", "in", api.company_id)], **own)[0]
        for code in ("613000", "211600")
    )


def _book(api, ref: str, amount: float) -> int:
    """Post an accrual the way a spreadsheet's owner does."""
    cost, accrued = _accounts(api)
    draft = api.draft_entry(datetime.date(2026, 10, 31), amount=amount, ref=ref)
    lines = api.search("account.move.line", [("move_id", "=", draft)], order="balance desc")
    for line, account in zip(lines, (cost, accrued), strict=True):
        api.call("account.move.line", "write", [line], {"account_id": account})
    api.call("account.move", "action_post", [draft])
    return draft


def _take_back(api, move: int) -> None:
    """Reverse an entry on the first of November, as Odoo's own dialog does."""
    (journal,) = api.read("account.move", [move], ["journal_id"])
    vals = {"move_ids": [(6, 0, [move])], "journal_id": journal["journal_id"][0], "date": "2026-11-01"}
    dialog = api.call("account.move.reversal", "create", vals)
    made = api.call("account.move.reversal", "reverse_moves", [dialog])
    back = api.search("account.move", [("reversed_entry_id", "=", move)])
    assert back, made
    (row,) = api.read("account.move", back, ["state"])
    if row["state"] == "draft":
        api.call("account.move", "action_post", back)


def _row(someone, text: str):
    return someone.page.locator(".o_data_row", has_text=text)


def _decide(someone, ref: str, button: str) -> None:
    """Open the decision about an entry from the list of what was booked by hand."""
    someone.go("ai-close-by-hand")
    _row(someone, ref).get_by_role("button", name=button, exact=True).click()
    someone.state("Draft")


def test_what_was_booked_by_hand_is_decided_by_two(person, colleague):
    api = colleague("anna")
    moves = {ref: _book(api, ref, amount) for ref, amount in BY_HAND.items()}
    _take_back(api, moves["Power, estimate"])

    anna = person("anna")
    anna.go("ai-close-by-hand")
    for ref in BY_HAND:
        expect(_row(anna, ref).first).to_contain_text("Missing recurring bill")
    anna.picture("by-hand")
    accessible.check(anna.page, ".o_list_renderer")

    # It was taken back on the first: the decision knows by which entry.
    _decide(anna, "Power, estimate", "Adopt...")
    expect(anna.page.locator("[name=reversal_move_id] input")).not_to_have_value("")
    accessible.check(anna.page, FORM)
    anna.page.keyboard.press("Alt+q")
    anna.state("To review")
    anna.press("Review")
    refusal = anna.page.locator(".modal-body, .o_notification").first
    expect(refusal).to_contain_text("SOD00")
    anna.picture("adoption-own-work-refused")
    anna.page.keyboard.press("Escape")

    _decide(anna, "Cleaning", "Adopt...")
    anna.press("Prepare")
    anna.state("To review")
    expect(anna.page.locator("[name=reversal_date]").first).to_contain_text("Nov 1")
    _decide(anna, "Audit fee", "Adopt...")
    anna.page.locator("[name=reversal] select, [name=reversal] input").first.click()
    anna.page.get_by_text("None: the next proposal takes it into account", exact=True).first.click()
    anna.press("Prepare")
    anna.state("To review")
    _decide(anna, "Power, keyed again", "Reject...")
    anna.press("Prepare")
    expect(anna.page.locator("[name=reason].o_field_invalid")).to_have_count(1)
    anna.page.locator("[name=reason] input").fill("Accrued twice: it is in the first entry")
    anna.press("Prepare")
    anna.state("To review")
    anna.picture("adoption-rejected")
    anna.picture("adoption-rejected-phone", phone=True)

    ben = person("ben")
    ben.go("ai-close-adoptions")
    expect(ben.page.locator(".o_data_row")).to_have_count(len(BY_HAND))
    ben.picture("adoptions")
    _row(ben, "Power, estimate").locator("td[name=move_id]").click()
    ben.state("To review")
    ben.picture("adoption")
    ben.press("Review")
    ben.state("Counts")
    ben.go("ai-close-adoptions")
    for ref in ("Cleaning", "Audit fee", "Power, keyed again"):
        _row(ben, ref).locator(".o_list_record_selector input").check()
    ben.press("Review")
    expect(_row(ben, "Counts")).to_have_count(len(BY_HAND))

    # Adopted ones are gone from the list; what is rejected stands there until its reversal is posted.
    anna.go("ai-close-by-hand")
    expect(_row(anna, "Power, keyed again")).to_contain_text("Counts")
    expect(_row(anna, "Audit fee")).to_have_count(0)
    decided = api.search_read("ai.close.adoption", [], ["move_id", "decision", "reversal", "staged_entry_id"])
    staged = {row["move_id"][0]: bool(row["staged_entry_id"]) for row in decided}
    assert staged == {move: ref in ("Cleaning", "Power, keyed again") for ref, move in moves.items()}
    (cleaning,) = [row["id"] for row in decided if row["move_id"][0] == moves["Cleaning"]]
    anna.go(f"ai-close-adoptions/{cleaning}")
    anna.page.locator("button[name=action_open_entry]").click()
    anna.state("Proposed")
    expect(anna.page.locator(".o_form_view h1")).to_contain_text("Reversal:")


def _alike(anna, ben) -> list[int]:
    """Send three entries for approval and let Ben review them; return their ids."""
    refs = {"Bonus sales": 6100.0, "Bonus stores": 6200.0, "Bonus office": 6300.0}
    drafts = [anna.draft_entry(datetime.date(2026, 10, 22), amount, ref) for ref, amount in refs.items()]
    for draft in drafts:
        anna.call("account.move", "action_ai_close_send_for_approval", [draft])
    entries = anna.search("ai.close.entry", [("origin_move_id", "in", drafts)], order="id")
    ben.call("ai.close.entry", "action_review", entries[:2])
    return entries


def test_entries_alike_are_posted_together_or_not_at_all(person, colleague):
    api = colleague("carla")
    entries = _alike(colleague("anna"), colleague("ben"))
    # Carla reviewed one of them herself: it is not hers to approve, and none is posted beside it.
    api.call("ai.close.entry", "action_review", entries[2:])
    carla = person("carla")
    carla.go("ai-close-entries")
    for row in _row(carla, "Bonus").all():
        row.locator(".o_list_record_selector input").check()
    carla.press("Review or approve")
    dialog = carla.page.locator(".modal")
    expect(dialog.locator("[name=sums]")).to_contain_text("18,600.00")
    decide = dialog.locator("button[name=action_decide]:visible")
    expect(decide).to_have_text("Approve and post 3 entries")
    dialog.locator("[name=reason] textarea").fill("Bonus as agreed in the letters of October")
    carla.picture("entries-approve")
    carla.picture("entries-approve-phone", phone=True)
    accessible.check(carla.page, ".modal")
    carla.page.keyboard.press("Alt+q")
    expect(dialog.locator(".alert-warning")).to_contain_text("SOD00")
    expect(dialog.locator(".alert-success")).to_be_hidden()
    expect(dialog.locator(".modal-title")).to_have_text("Not decided")
    assert dialog.locator(".alert-warning th").all_inner_texts()[0].lower() == "entry"
    carla.picture("entries-approve-refused")
    accessible.check(carla.page, ".modal")
    assert {row["state"] for row in api.read("ai.close.entry", entries, ["state"])} == {"reviewed"}
    dialog.get_by_role("button", name="Leave these out").click()
    expect(decide).to_have_text("Approve and post 2 entries")
    decide.click()
    expect(dialog.locator(".alert-success")).to_contain_text("2 decided")
    dialog.locator("[name=posting_id] a").click()

    # What was posted together says what the ledger said before, and is undone as a whole.
    expect(carla.page.locator(".o_form_view [name=entry_ids] .o_data_row")).to_have_count(2)
    carla.picture("posted-together")
    accessible.check(carla.page, FORM)
    carla.page.get_by_role("tab", name="Ledger before and after").click()
    expect(carla.page.locator("[name=snapshot] tbody tr")).to_have_count(2)
    carla.picture("posted-together-ledger")
    posting = api.record_of(carla.page.url)
    carla.press("Propose reversals")
    carla.give_reason("The board takes the bonus back")
    expect(_row(carla, "Reversal")).to_have_count(2)
    carla.picture("posted-together-undoing")
    carla.go(f"ai-close-postings/{posting}")
    carla.state("Reversals wait")
    carla.go("ai-close-postings")
    expect(carla.page.locator(".o_data_row")).to_contain_text("Reversals wait")
    carla.picture("postings")
    assert {row["state"] for row in api.read("ai.close.entry", entries[:2], ["state"])} == {"posted"}
