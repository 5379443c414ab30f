"""October is closed by four people, in a real browser, on a real Odoo, after one run of the agent.

Told in order: each test goes on where the one before it stopped, and the last one finds October locked.
"""

import datetime
import re

import pytest
from playwright.sync_api import expect

from tests.e2e import accessible
from tests.e2e.browser import DESK, PHONE
from tools import postgres

PERIOD_END = "2026-10-31"
CLOSE = "October 2026"


def test_the_cockpit_says_what_is_open(person, october):
    anna = person("anna", by_form=True)
    anna.go("ai-close")
    page = anna.page
    expect(page.locator(".o_ai_close_period")).to_have_text(CLOSE)
    expect(page.locator(".o_ai_close_blocker").first).to_be_visible()
    expect(page.locator(".o_ai_close_number").first).not_to_have_text("100 %")
    for severity, count in october.truth["slice"]["severities"].items():
        shown = page.locator(f".o_ai_close_findings [data-severity={severity}] .o_ai_close_number")
        expect(shown).to_have_text(str(count))
    anna.picture("cockpit")
    anna.picture("cockpit-phone", phone=True)
    # No month was locked yet; what is drawn says its numbers, to a screen reader and as a table.
    expect(page.locator("[data-chart=days]")).to_contain_text("not measured")
    for chart in ("touchless", "ages"):
        drawn = page.locator(f"[data-chart={chart}]")
        expect(drawn.locator("canvas")).to_have_attribute("aria-label", re.compile("."))
        drawn.get_by_role("button", name=re.compile("Table")).click()
        expect(drawn.locator("table")).to_be_visible()
        drawn.get_by_role("button", name=re.compile("Table")).click()
    accessible.check(page, ".o_ai_close_cockpit")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["wide", "narrow"])
def test_a_blocker_leads_to_its_cause(person, size):
    """One click on the gravest blocker opens exactly what it counts."""
    anna = person("anna")
    page = anna.page
    page.set_viewport_size(size)
    anna.go("ai-close")
    blocker = page.locator(".o_ai_close_blocker").filter(has_text="findings open").first
    expect(blocker).to_be_visible()
    count = int(blocker.locator(".o_ai_close_count").inner_text())
    blocker.get_by_role("button").click()
    rows = page.locator(".o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
    expect(rows).to_have_count(count)
    rows.first.click()
    expect(page.locator(".o_form_view")).to_contain_text("What puts it right")


# What a preparer may accept: something is proposed, within the policy's limit.
ACCEPTABLE = [
    ("state", "=", "proposed"),
    ("kind", "!=", "none"),
    ("line_amount", "<", 10000),
    ("line_amount", ">", -10000),
]


def test_the_preparer_accepts_one_match_and_undoes_it(person, colleague):
    anna, api = person("anna"), colleague("anna")
    anna.go("ai-close-matches")
    anna.page.locator(".o_data_row").first.wait_for()
    anna.picture("matches")
    match_id = api.search("ai.close.match", [*ACCEPTABLE, ("kind", "=", "items"), ("band", "=", "auto")])[0]
    anna.go(f"ai-close-matches/{match_id}")
    anna.page.locator(".o_form_view").wait_for()
    (match,) = api.read("ai.close.match", [match_id], ["statement_line_id"])
    line_id = match["statement_line_id"][0]

    anna.press("Accept")
    anna.state("Accepted")
    anna.picture("match-accepted")
    (line,) = api.read("account.bank.statement.line", [line_id], ["is_reconciled"])
    assert line["is_reconciled"]

    anna.press("Undo")
    expect(anna.page.get_by_role("button", name="Undo", exact=True)).to_have_count(0)
    (line,) = api.read("account.bank.statement.line", [line_id], ["is_reconciled"])
    assert not line["is_reconciled"]


def test_the_preparer_accepts_the_rest_at_once(person, colleague):
    anna, api = person("anna"), colleague("anna")
    api.run_agent_again()
    before = api.count("ai.close.match", ACCEPTABLE)
    assert before > 20
    # Most of them by twenties, so that the screen's own call is a short one.
    others = api.search("ai.close.match", ACCEPTABLE)[20:]
    for start in range(0, len(others), 20):
        api.call("ai.close.match", "action_accept", others[start : start + 20])
    anna.go("ai-close-matches")
    anna.page.locator(".o_data_row").first.wait_for()
    anna.page.locator("thead .o_list_record_selector input").click()
    anna.picture("matches-selected")
    anna.press("Accept the selected matches")
    anna.confirm()
    expect(anna.page.locator(".o_notification")).to_contain_text("accepted")
    assert api.count("ai.close.match", [("state", "=", "accepted")]) == before


def test_a_line_that_nobody_matched_is_settled_by_hand(person, colleague):
    anna, api = person("anna"), colleague("anna")
    lines = api.open_bank_lines(PERIOD_END)
    assert lines
    anna.go("ai-close-bank-lines")
    anna.page.locator(".o_data_row").first.wait_for()
    anna.picture("bank-lines")
    anna.press("Settle...")
    anna.page.locator(".modal [name=item_ids]").wait_for()
    anna.picture("settle")
    anna.page.locator(".modal [name=account_id] input").fill("Bank Fees")
    anna.page.locator(".o-autocomplete--dropdown-item").filter(has_text="Bank Fees").first.click()
    anna.press("Match")
    expect(anna.page.locator(".modal")).to_have_count(0)
    left = api.open_bank_lines(PERIOD_END)
    assert len(left) == len(lines) - 1
    for line in left:
        api.settle(line, account="bank")
    # Above the policy's limit the preparer's choice is a proposal, and a reviewer accepts it.
    above = api.search("ai.close.match", [("origin", "=", "person"), ("state", "=", "proposed")])
    assert above
    assert len(above) == len(api.open_bank_lines(PERIOD_END))
    assert api.refused("ai.close.match", "action_accept", above[:1])
    colleague("ben").call("ai.close.match", "action_accept", above)
    assert not api.open_bank_lines(PERIOD_END)


def test_findings_are_put_right_or_waived_by_two(person, colleague):
    anna, ben, api = person("anna"), person("ben"), colleague("anna")
    anna.go("ai-close-findings")
    anna.page.locator(".o_data_row, .o_group_header").first.wait_for()
    anna.picture("findings")
    api.delete_drafts(PERIOD_END)
    api.run_agent_again()
    assert not api.count("ai.close.finding", [("rule", "=", "CMP001"), ("state", "=", "open")])
    assert api.count("ai.close.finding", [("rule", "=", "CMP001"), ("state", "=", "closed")])

    colleague("ben").confirm_cures()
    (first, *others) = api.blocking_findings()
    anna.go(f"ai-close-findings/{first}")
    anna.page.locator(".o_form_view").wait_for()
    anna.picture("finding")
    anna.press("Waive...")
    anna.give_reason("Confirmed with the vendor, both were delivered")
    (asked,) = api.read("ai.close.finding", [first], ["state"])
    assert asked["state"] not in ("waived", "closed")
    ben.go(f"ai-close-findings/{first}")
    ben.page.locator(".o_form_view").wait_for()
    ben.press("Confirm waiver...")
    ben.give_reason("Seen the confirmation of the vendor")
    (waived,) = api.read("ai.close.finding", [first], ["state"])
    assert waived["state"] == "waived"

    for finding in others:
        api.call("ai.close.finding", "action_waive", [finding], "Checked with the vendor on the phone")
        for second in ("ben", "carla", "dirk"):
            (row,) = api.read("ai.close.finding", [finding], ["state"])
            if row["state"] != "waived":
                colleague(second).call(
                    "ai.close.finding", "action_waive", [finding], "Seen what the vendor sent"
                )
    assert not api.blocking_findings()


def test_the_revaluation_and_a_bill_are_signed_and_a_wide_guess_is_refused(person, colleague):
    anna, ben, carla = colleague("anna"), colleague("ben"), colleague("carla")
    # The matches settled foreign items: what the first run proposed for them was proposed anew by the second.
    waiting = anna.search_read(
        "ai.close.entry",
        [("state", "=", "proposed"), ("proposer", "!=", "GR")],
        ["proposer", "confidence"],
    )
    assert sorted(entry["proposer"] for entry in waiting) == ["FX", "RB", "RB"]
    (unsure,) = [entry["id"] for entry in waiting if entry["confidence"] < 0.7]
    anna.call("ai.close.entry", "action_reject", [unsure], "The power company sends the bill next week")
    for entry in waiting:
        if entry["id"] != unsure:
            anna.call("ai.close.entry", "action_prepare", [entry["id"]])
            ben.call("ai.close.entry", "action_review", [entry["id"]])
            carla.call("ai.close.entry", "action_approve", [entry["id"]])
    assert anna.count("ai.close.entry", [("proposer", "!=", "GR"), ("state", "=", "posted")]) == 2


def _type_more(who, side):
    """Type 100.00 more into the first amount of a side of the entry."""
    for row in who.page.locator("[name=line_ids] .o_data_row").all():
        cell = row.locator(f"td[name={side}]")
        amount = float(re.sub(r"[^0-9.]", "", cell.inner_text()) or 0)
        if amount:
            cell.click()
            cell.locator("input").fill(f"{amount + 100:.2f}")
            return


def test_the_entry_takes_three_people(person, colleague, october):
    api = colleague("anna")
    (entry_id,) = api.search("ai.close.entry", [("proposer", "=", "GR"), ("state", "=", "proposed")])
    (entry,) = api.read("ai.close.entry", [entry_id], ["amount_total"])
    assert f"{entry['amount_total']:.2f}" == october.truth["slice"]["gr_amount"]

    anna = person("anna")
    anna.go(f"ai-close-entries/{entry_id}")
    anna.page.locator(".o_form_view").wait_for()
    # What she changes stands against what was proposed, with her reason, for those who sign.
    effect = anna.page.locator("[name=effect] tbody tr")
    assert effect.count() > 1
    for side in ("debit", "credit"):
        _type_more(anna, side)
    anna.page.locator("[name=edit_reason] input").fill("A late receipt, told by the warehouse")
    anna.page.locator(".o_form_button_save").click()
    edits = anna.page.locator(".o_ai_close_edits")
    expect(edits).to_contain_text("A late receipt, told by the warehouse")
    expect(edits).to_contain_text("100.00")
    anna.to_top()
    anna.picture("entry-edited")
    anna.press("Prepare")
    anna.state("Prepared")
    anna.page.get_by_role("tab", name="Calculation").click()
    anna.picture("entry-calculation")
    anna.press("Review")
    expect(anna.page.locator(".modal-body, .o_notification").first).to_contain_text("SOD00")
    anna.picture("entry-own-work-refused")

    ben = person("ben")
    ben.go(f"ai-close-entries/{entry_id}")
    ben.page.locator(".o_form_view").wait_for()
    ben.picture("entry-to-review")
    ben.press("Review")
    ben.state("Reviewed")

    # An order's price changes between the review and the approval.
    (source,) = api.search(
        "ai.close.entry.source", [("entry_id", "=", entry_id), ("model", "=", "purchase.order.line")], limit=1
    )
    (line,) = api.read("ai.close.entry.source", [source], ["res_id"])
    price = "UPDATE purchase_order_line SET price_unit = price_unit {} 1 WHERE id = {}"
    postgres.TEST.sql(price.format("+", line["res_id"]), db=october.database, user=postgres.OWNER)
    carla = person("carla")
    carla.go(f"ai-close-entries/{entry_id}")
    changed = carla.page.locator(".o_ai_close_changed_sources")
    expect(changed).to_contain_text("sources changed since the review")
    expect(changed).to_contain_text("price unit")
    carla.picture("entry-source-changed")
    carla.press("Approve and post")
    carla.page.locator(".modal footer button.btn-primary").first.click()
    expect(carla.page.locator(".modal-body").last).to_contain_text("ENT004")
    assert api.read("ai.close.entry", [entry_id], ["state", "move_id"])[0]["state"] == "reviewed"
    postgres.TEST.sql(price.format("-", line["res_id"]), db=october.database, user=postgres.OWNER)

    carla.go(f"ai-close-entries/{entry_id}")
    carla.page.locator(".o_form_view").wait_for()
    expect(carla.page.locator(".o_ai_close_changed_sources")).to_be_hidden()
    carla.picture("entry-to-approve")
    carla.press("Approve and post")
    carla.confirm()
    carla.state("Posted")
    expect(carla.page.locator(".o-mail-Message").filter(has_text="reversed by").first).to_be_visible()
    carla.picture("entry-posted")
    carla.picture("entry-posted-phone", phone=True)

    (entry,) = api.read("ai.close.entry", [entry_id], ["move_id", "reversal_move_id"])
    moves = api.read(
        "account.move",
        [entry["move_id"][0], entry["reversal_move_id"][0]],
        ["state", "date", "reversed_entry_id"],
    )
    assert [(move["state"], move["date"]) for move in moves] == [
        ("posted", PERIOD_END),
        ("posted", "2026-11-01"),
    ]
    assert moves[1]["reversed_entry_id"][0] == entry["move_id"][0]


def test_a_posted_entry_is_undone_by_a_new_pair_only(person, colleague):
    api = colleague("ben")
    (entry_id,) = api.search("ai.close.entry", [("proposer", "=", "GR"), ("state", "=", "posted")])
    anna = person("anna")
    anna.go(f"ai-close-entries/{entry_id}")
    anna.page.locator(".o_form_view").wait_for()
    anna.press("Propose reversal")
    anna.give_reason("To see what it would be")
    anna.state("Proposed")
    anna.picture("entry-reversal")
    (reversal,) = api.search("ai.close.entry", [("proposer", "=", "REV"), ("state", "=", "proposed")])
    lines = {
        each: [(row["account_id"][0], row["balance"]) for row in api.search_read(
            "ai.close.entry.line", [("entry_id", "=", each)], ["account_id", "balance"]
        )]
        for each in (entry_id, reversal)
    }  # fmt: skip
    assert sorted(lines[reversal]) == sorted((account, -balance) for account, balance in lines[entry_id])
    api.call("ai.close.entry", "action_reject", [reversal], "The accrual was right")
    assert api.read("ai.close.entry", [entry_id], ["state"])[0]["state"] == "posted"


def test_the_list_of_manual_entries_is_signed_by_a_second_person(person, colleague):
    anna, ben = colleague("anna"), person("ben")
    (listed,) = anna.search("ai.close.manual.list", [("close_id", "=", anna.close_id())])
    (before,) = anna.read("ai.close.manual.list", [listed], ["count", "rows", "state"])
    assert before["count"] == len(before["rows"]) > 0
    assert before["state"] == "open"
    assert anna.refused("ai.close.manual.list", "action_sign", [listed])
    ben.go(f"ai-close-manual-entries/{listed}")
    ben.page.locator(".o_form_view").wait_for()
    expect(ben.page.locator("[name=rows] tbody tr")).to_have_count(before["count"])
    ben.picture("manual-entries")
    ben.press("Sign the list")
    ben.state("Signed")


def test_the_checklist_is_finished_by_two(person, colleague):
    anna, ben, api = person("anna"), person("ben"), colleague("anna")
    anna.go("ai-close-checklist")
    anna.page.locator(".o_kanban_record").first.wait_for()
    anna.picture("checklist")
    api.refresh_close()
    stock = api.task("STOCK")
    # periodic stock: what lies there is booked by the adjusting entry, and the run was before it
    assert stock["check_state"] == "fail"
    assert stock["state"] == "open"
    anna.go(f"ai-close-checklist/{stock['id']}")
    anna.page.locator(".o_form_view").wait_for()
    anna.page.get_by_role("tab", name="Evidence").click()
    anna.page.locator("[name=evidence_note] textarea").fill(
        "Count sheets of 31 October, compared line by line"
    )
    anna.press("Mark as prepared")
    anna.state("Prepared")
    anna.picture("task-check-fails")
    ben.go(f"ai-close-checklist/{stock['id']}")
    ben.page.locator(".o_form_view").wait_for()
    ben.press("Sign off")
    ben.state("Signed off")

    for code, signer in (
        ("RUN", "ben"),
        ("BANK", "ben"),
        ("DRAFT", "ben"),
        ("FINDING", "ben"),
        ("ACCRUAL", "ben"),
        ("AGEING", "ben"),
        ("TRIAL", "carla"),
    ):
        api.refresh_close()
        if api.task(code)["state"] != "prepared":
            api.call(
                "ai.close.task",
                "action_prepare",
                [api.task(code)["id"]],
                "Compared with the reports of 31 October",
            )
        colleague(signer).call("ai.close.task", "action_sign", [api.task(code)["id"]])
    api.refresh_close()
    assert {api.task(code)["state"] for code in api.task_codes()} == {"signed"}


def test_a_controller_asks_and_another_one_locks(person, colleague):
    carla = person("carla")
    carla.go("ai-close")
    expect(carla.page.locator(".o_ai_close_nothing")).to_be_visible()
    carla.picture("cockpit-ready")
    carla.press("Request lock")
    carla.page.locator(".o_form_view").wait_for()
    carla.press("Request lock")
    carla.state("Requested")
    carla.picture("lock-requested")
    lock_id = colleague("carla").record_of(carla.page.url)

    dirk, api = person("dirk"), colleague("dirk")
    assert api.count("mail.activity", [("res_model", "=", "ai.close.lock"), ("res_id", "=", lock_id)])
    dirk.go(f"ai-close-locks/{lock_id}")
    dirk.page.locator(".o_form_view").wait_for()
    dirk.press("Approve and lock")
    dirk.confirm()
    dirk.state("Applied")
    dirk.picture("lock-applied")
    (company,) = api.read("res.company", [api.company_id], ["fiscalyear_lock_date"])
    assert company["fiscalyear_lock_date"] == PERIOD_END
    assert not api.count("mail.activity", [("res_model", "=", "ai.close.lock"), ("res_id", "=", lock_id)])

    dirk.go("ai-close")
    expect(dirk.page.locator(".o_ai_close_locked")).to_contain_text("is locked")
    dirk.picture("cockpit-locked")
    dirk.go("ai-close-key-figures")
    pivot = dirk.page.locator("div.o_pivot")
    expect(pivot).to_contain_text("Days to close")
    expect(pivot).to_contain_text("Bank lines matched as proposed")


def test_a_draft_in_the_locked_month_is_not_posted(person, colleague):
    anna, api = person("anna"), colleague("anna")
    draft = api.draft_entry(datetime.date(2026, 10, 14))
    anna.page.goto(f"{anna.url}/odoo/account.move/{draft}")
    anna.page.locator(".o_form_view").wait_for()
    anna.press("Post")
    refused = anna.page.locator(".modal-body")
    expect(refused).to_contain_text("LCK002")
    anna.picture("draft-refused")
    (move,) = api.read("account.move", [draft], ["state", "date"])
    assert (move["state"], move["date"]) == ("draft", "2026-10-14")


def test_the_same_draft_is_posted_after_the_lock(person, colleague):
    anna, api = person("anna"), colleague("anna")
    (draft,) = api.search("account.move", [("ref", "=", "late"), ("state", "=", "draft")])
    anna.page.goto(f"{anna.url}/odoo/account.move/{draft}")
    anna.page.locator(".o_form_view").wait_for()
    anna.picture("move-banner")
    anna.page.locator("button[name=action_ai_close_post_dated]").click()
    anna.state("Posted")
    (move,) = api.read("account.move", [draft], ["state", "date"])
    assert (move["state"], move["date"]) == ("posted", "2026-11-01")
    assert api.refused("account.move.line", "remove_move_reconcile", api.settled_below("2026-10-31"))


def test_the_auditor_reads_every_step_and_changes_nothing(person, colleague):
    audrey, api = person("audrey"), colleague("audrey")
    audrey.go("ai-close-audit")
    audrey.page.locator(".o_data_row").first.wait_for()
    audrey.picture("audit")
    steps = {row["action"] for row in api.search_read("ai.close.audit", [], ["action"])}
    assert {
        "run.begin",
        "run.finish",
        "match.accept",
        "match.undo",
        "finding.waive",
        "entry.prepare",
        "entry.review",
        "entry.approve",
        "entry.post",
        "list.sign",
        "task.prepare",
        "task.sign",
        "lock.request",
        "lock.approve",
        "lock.apply",
        "close.lock",
    } <= steps
    refused = {row["refusal_code"] for row in api.search_read("ai.close.audit", [], ["refusal_code"])}
    assert {"LCK002"} <= refused
    audrey.page.locator(".o_data_row").filter(has_text="entry.approve").first.click()
    audrey.page.locator(".o_form_view").wait_for()
    audrey.picture("audit-event")
    audrey.go("ai-close-audit")
    audrey.press("Verify")
    expect(audrey.page.locator(".alert-success")).to_contain_text("as it was sealed")
    audrey.picture("audit-verified")
    (one,) = api.search("ai.close.audit", [], limit=1)
    assert api.refused("ai.close.audit", "write", [one], {"action": "nothing"})
    assert api.refused("ai.close.audit", "unlink", [one])
    assert api.refused("ai.close.lock", "action_approve", api.search("ai.close.lock", []))
