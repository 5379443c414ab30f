"""How a policy changes: drafted in a form, shown as a difference, approved by somebody else; observe mode.

Told in order, on one copy of the sample company.
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.colleague import Refused
from tools import postgres

pytestmark = pytest.mark.slow


def _open(someone, policy: int) -> None:
    """Show one version."""
    someone.page.goto(f"{someone.url}/odoo/ai-close-policies/{policy}")
    someone.page.locator(".o_form_view").wait_for()


def _of_company(api, state: str) -> int:
    """Return the company's version in this state."""
    (found,) = api.search("ai.close.policy", [("company_id", "=", api.company_id), ("state", "=", state)])
    return found


def _next_version(colleague, who: str, reason: str, **values) -> int:
    """Draft the next version with these values of the form and propose it for today."""
    api = colleague(who)
    policy = api.call("ai.close.policy", "action_draft_next", [_of_company(api, "in_force")])["res_id"]
    context = {"active_model": "ai.close.policy", "active_id": policy}
    edit = api.call("ai.close.policy.edit", "create", [values], context=context)
    api.call("ai.close.policy.edit", "action_save", edit)
    api.call("ai.close.policy", "action_propose", [policy], reason, api.today())
    return policy


def _backtest(api, policy: int) -> dict:
    """Return the version's backtest."""
    fields = ["state", "note", "flagged_before", "flagged_after", "figures", "failures"]
    (found,) = api.search_read("ai.close.backtest", [("policy_id", "=", policy)], fields)
    assert found["state"] == "done", found
    return found


def _book_in_november(anna) -> None:
    """Let three charges of the bank come in a month later, and book them to an account."""
    (journal,) = anna.search("account.journal", [("code", "=", "BNK1"), ("company_id", "=", anna.company_id)])
    for day in ("05", "12", "19"):
        line = {"journal_id": journal, "date": f"2026-11-{day}", "amount": -12.5}
        text = {"payment_ref": "MONTHLY ACCOUNT FEE", "partner_name": "First National Bank"}
        made = anna.call("account.bank.statement.line", "create", [{**line, **text}])
        anna.settle(made[0] if isinstance(made, list) else made, account="bank")


def test_a_change_is_drafted_shown_and_approved_by_another(person, colleague, october):
    ben, api = person("ben"), colleague("ben")
    _open(ben, _of_company(api, "in_force"))
    ben.press("Draft the next version")
    ben.state("Draft")
    policy = _of_company(api, "draft")
    ben.press("Edit parameters")
    dialog = ben.page.locator(".modal")
    dialog.locator("[name=materiality] input").fill("2500")
    dialog.locator("[name=limit_match] input").fill("8000")
    rules = dialog.locator("[name=rule_ids] .o_data_row", has_text="STA001")
    rules.locator("[name=enabled] input").click()
    ben.to_top(".modal-body")
    ben.picture("policy-edit")
    dialog.get_by_role("tab", name="Accounts").click()
    expect(dialog.locator("[name=role_ids]")).to_contain_text("Goods received, not invoiced")
    ben.picture("policy-accounts")
    dialog.get_by_role("tab", name="Adjusting entries").click()
    ben.picture("policy-adjusting")
    ben.press("Save the draft")
    expect(dialog).to_have_count(0)
    changes = ben.page.locator(".o_form_sheet .o_ai_close_policy_changes")
    expect(changes.locator("[data-path=materiality]")).to_contain_text("2,500.00")
    expect(changes.locator("[data-path='rules.STA001.enabled']")).to_contain_text("no")

    ben.press("Propose...")
    dialog.locator("[name=reason] textarea").fill("The auditors asked for a lower materiality.")
    dialog.locator("footer").get_by_role("button", name="Propose", exact=True).click()
    expect(dialog).to_have_count(0)
    ben.state("Proposed")

    with pytest.raises(Refused, match="SOD003"):
        api.call("ai.close.policy", "action_approve", [policy])
    carla = person("carla")
    _open(carla, policy)
    expect(carla.page.locator(".o_ai_close_policy_changes tbody tr")).to_have_count(3)
    carla.picture("policy-diff")
    # A rule goes off: proposing asked for the backtest, and nobody approves without it.
    with pytest.raises(Refused, match="POL016"):
        colleague("carla").call("ai.close.policy", "action_approve", [policy])
    october.backtest()
    test = _backtest(colleague("carla"), policy)
    assert test["flagged_before"] > 0
    assert [row["after"] for row in test["figures"] if row["rule"] == "STA001" and row["after"]] == []
    carla.page.reload()
    expect(carla.page.locator(".o_ai_close_backtest_text")).to_contain_text("6 months: flagged")
    carla.picture("policy-backtest")
    carla.page.goto(f"{carla.url}/odoo/ai-close-backtests/{test['id']}")
    expect(carla.page.locator(".o_ai_close_backtest_totals")).to_contain_text("Flagged")
    carla.page.get_by_role("tab", name="By rule").click()
    expect(carla.page.locator(".o_ai_close_backtest tbody tr").first).to_be_visible()
    carla.picture("policy-backtest-rules")
    _open(carla, policy)
    carla.press("Approve")
    carla.confirm()
    carla.state("In force")
    carla.go("ai-close-policies")
    expect(carla.page.locator(".o_data_row").first).to_contain_text("In Force", ignore_case=True)
    carla.picture("policy-versions")


def test_observe_mode_asks_nobody_and_is_scored(person, colleague, october):
    policy = _next_version(colleague, "ben", "The first months are for looking.", phase="observe")
    colleague("carla").call("ai.close.policy", "action_approve", [policy])
    anna = colleague("anna")
    matches = anna.search_read(
        "ai.close.match",
        [("state", "=", "proposed"), ("origin", "=", "agent"), ("item_ids", "!=", False)],
        ["statement_line_id", "item_ids", "close_id"],
    )
    with pytest.raises(Refused, match="POL009"):
        anna.call("ai.close.match", "action_accept", [matches[0]["id"]])
    page = person("anna")
    page.page.goto(f"{page.url}/odoo/ai-close-matches/{matches[0]['id']}")
    expect(page.page.locator(".o_form_view .alert-info")).to_contain_text("nobody decides on this")
    expect(page.page.get_by_role("button", name="Accept", exact=True)).to_have_count(0)
    # Anna books as she always did, most of it the way that was proposed.
    for match in matches[:5]:
        items = anna.read("ai.close.match.item", match["item_ids"], ["move_line_id"])
        wizard = anna.call(
            "ai.close.match.manual",
            "create",
            [
                {
                    "statement_line_id": match["statement_line_id"][0],
                    "item_ids": [[6, 0, [item["move_line_id"][0] for item in items]]],
                }
            ],
        )
        anna.call("ai.close.match.manual", "action_match", wizard)
    close = matches[0]["close_id"][0]
    anna.call("ai.close", "action_refresh", [close])
    (score,) = anna.search_read(
        "ai.close.score",
        [("close_id", "=", close), ("kind", "=", "match"), ("part", "=", False)],
        ["hits", "extra", "waiting", "few"],
    )
    assert (score["hits"], score["few"]) == (5, True)
    assert score["extra"] == 0 < score["waiting"]
    page.go("ai-close-observed")
    expect(page.page.locator(".o_data_row").first).to_contain_text("%")
    page.picture("policy-observe")

    # As if the month had been locked: its scores are final, and stand beside the move to the next phase.
    postgres.TEST.sql("UPDATE ai_close_score SET frozen = true", db=october.database, user=postgres.OWNER)
    policy = _next_version(colleague, "ben", "What was observed is enough.", phase="supervised")
    carla = person("carla")
    _open(carla, policy)
    row = carla.page.locator(".o_ai_close_exit_figures [data-row=match]")
    expect(row).to_contain_text("100.0 %")
    expect(row).to_contain_text("too few")
    carla.page.locator("[name=exit_figures]").first.scroll_into_view_if_needed()
    carla.picture("policy-exit-figures")
    carla.press("Approve")
    carla.confirm()
    carla.state("In force")


def test_what_people_matched_teaches_the_matcher(person, colleague, october):
    """Two months of decisions, a version that the agent trains, a controller who takes it into use."""
    anna, ben = colleague("anna"), colleague("ben")
    with pytest.raises(Refused, match="POL023"):
        ben.call("ai.close.matcher", "action_train")
    wanted = [("state", "=", "proposed"), ("origin", "=", "agent"), ("item_ids", "!=", False)]
    anna.call("ai.close.match", "action_accept", anna.search("ai.close.match", wanted, limit=20))
    for line in anna.open_bank_lines("2026-10-31")[:3]:
        anna.settle(line, account="bank")
    _book_in_november(anna)
    ben.call("ai.close.matcher", "action_train")
    (done,) = october.train()
    assert (done["state"], done["held_out"]) == ("proposed", 3), done
    assert done["learned_from"] >= 20
    (matcher,) = ben.search("ai.close.matcher", [("state", "=", "proposed")])
    with pytest.raises(Refused, match="SOD003"):
        ben.call("ai.close.matcher", "action_approve", [matcher])
    carla = person("carla")
    carla.go("ai-close-matchers")
    carla.page.locator(".o_data_row").first.click()
    carla.state("Proposed")
    expect(carla.page.locator(".o_ai_close_matcher [data-kind=all]")).to_contain_text("All")
    expect(carla.page.locator(".o_ai_close_matcher [data-kind]").first).to_contain_text("too few")
    carla.picture("matcher-version")
    carla.page.get_by_role("tab", name="Model card").click()
    expect(carla.page.locator("div[name=card]")).to_contain_text("none of which it was trained on")
    carla.picture("matcher-card")
    carla.page.get_by_role("tab", name="What it learned").click()
    expect(carla.page.locator("div[name=alias_rows] tbody tr").first).to_be_visible()
    carla.picture("matcher-learned")
    carla.press("Take into use")
    carla.confirm()
    carla.state("In use")
    used = {row["id"]: row["state"] for row in ben.search_read("ai.close.matcher", [], ["state"])}
    assert used == {matcher: "in_force"}
