"""The rules as a whole: found by themselves, documented alike, one that raises stops nobody."""

from dataclasses import replace

import pytest

from agent_service.core.checks import Rule, rules, run_checks
from agent_service.core.errors import NoData
from agent_service.core.findings import Finding, Record, group_severity
from agent_service.core.precedence import join_traits, settle_precedence
from tests.agent.core.builders import OCTOBER, Ledger

SECTIONS = ("**What it does**", "**Why it matters**", "**Method**", "**False positives**", "**Source**")


def rule(code, check, yields_to=()):
    return Rule(code, f"Rule {code}", "medium", "why", "remedy", check, yields_to=yields_to)


def finding(code, *records, facet="x"):
    linked = tuple(Record(model, one) for model, one in records)
    return Finding(
        facet=facet, anchor=linked[0], title=f"{code} title", message="m", records=linked, rule=code
    )


def test_every_rule_of_the_folder_is_found_in_the_order_of_codes():
    codes = [one.code for one in rules()]
    assert codes == sorted(codes)
    assert {"CMP001", "CMP002", "CMP004", "CMP008", "CLS004", "EXF001", "STA001"} <= set(codes)


@pytest.mark.parametrize("one", rules(), ids=lambda one: one.code)
def test_a_rules_docstring_has_all_sections_in_order(one):
    assert one.doc.startswith(f"{one.code} {one.title}.")
    places = [one.doc.find(section) for section in SECTIONS]
    assert -1 not in places
    assert places == sorted(places)
    assert "Example" in one.doc or "example" in one.doc
    assert one.why
    assert one.remedy


def test_clean_books_have_no_finding():
    run = run_checks(Ledger().books(), Ledger().policy(), OCTOBER)
    assert run.findings == ()
    assert {one.kind for one in run.failures} <= {"no_data"}, run.failures
    assert {"CMP001", "CMP002", "CMP004", "CMP008", "CLS004", "EXF001", "STA001"} <= set(run.completed)
    assert {*run.completed, *(one.code for one in run.failures)} == {one.code for one in rules()}


def test_a_rule_that_raises_becomes_a_finding_and_the_run_goes_on():
    def broken(_books, _policy, _period):
        raise ValueError("secret customer name")

    ledger = Ledger()
    fine = rule("AAA002", lambda *_: [finding("", ("account.move", 7))])
    run = run_checks(ledger.books(), ledger.policy(), OCTOBER, [rule("AAA001", broken), fine])
    assert [one.rule for one in run.findings] == ["AAA002", "SYS001"]
    row = run.findings[1].row(ledger.books().company)
    assert row["key"] == "SYS001:1:res.company,1:AAA001"
    assert "secret" not in str(row)
    assert row["evidence"]["where"].startswith("test_registry.py:")
    assert run.completed == ("AAA002",)
    assert [(one.code, one.kind, one.message) for one in run.failures] == [("AAA001", "raised", "ValueError")]


def test_a_rule_without_data_is_not_clean():
    def blind(_books, _policy, _period):
        raise NoData("no data: rates can't be read")

    ledger = Ledger()
    run = run_checks(ledger.books(), ledger.policy(), OCTOBER, [rule("AAA001", blind)])
    assert run.findings == ()
    assert run.completed == ()
    assert run.failures[0].kind == "no_data"


def test_every_rule_reports_no_data_when_its_dataset_is_missing():
    ledger = Ledger()
    files = replace(ledger.books("moves"), live=False)
    run = run_checks(files, ledger.policy(), OCTOBER)
    assert run.completed == ()
    assert {one.kind for one in run.failures} == {"no_data"}


def test_an_empty_answer_of_a_server_is_clean_and_an_empty_file_is_no_data():
    def check(books, _policy, _period):
        books.need("moves", "ref")
        return []

    ledger = Ledger()
    answer = ledger.books()
    assert answer.live
    assert not answer.frame("moves").height
    one = rule("AAA001", check)
    assert run_checks(answer, ledger.policy(), OCTOBER, [one]).completed == ("AAA001",)
    run = run_checks(replace(answer, live=False), ledger.policy(), OCTOBER, [one])
    assert (run.completed, [each.kind for each in run.failures]) == ((), ["no_data"])


def test_a_rule_that_is_switched_off_finds_nothing_and_lets_its_findings_close():
    ledger = Ledger()
    off = ledger.policy(rules={"AAA001": {"enabled": False}})
    one = rule("AAA001", lambda *_: [finding("", ("account.move", 7))])
    run = run_checks(ledger.books(), off, OCTOBER, [one])
    assert (run.findings, run.completed) == ((), ("AAA001",))


def test_the_policy_sets_a_rules_severity_and_a_finding_may_set_its_own():
    ledger = Ledger()
    stricter = ledger.policy(rules={"AAA001": {"severity": "low"}})
    own = Finding("y", Record("account.move", 8), "t", "m", severity="critical")
    one = rule("AAA001", lambda *_: [own, finding("", ("account.move", 7))])
    assert [(each.facet, each.severity) for each in one.findings(ledger.books(), stricter, OCTOBER)] == [
        ("x", "low"),
        ("y", "critical"),
    ]


class TestPrecedence:
    loser = rule("STA001", None, yields_to=("EXF001", "ACC"))

    def settle(self, *findings):
        return settle_precedence(findings, {"STA001": self.loser.yields_to})

    def test_a_loser_on_the_winners_entry_becomes_a_line_of_its_evidence(self):
        kept = self.settle(
            finding("STA001", ("account.move.line", 1), ("account.move", 7)),
            finding("EXF001", ("account.move", 7), ("account.move", 3)),
        )
        assert [one.rule for one in kept] == ["EXF001"]
        assert kept[0].evidence["also"] == [{"rule": "STA001", "title": "STA001 title"}]

    def test_a_beginning_of_a_code_names_a_family(self):
        kept = self.settle(
            finding("STA001", ("account.move.line", 1)), finding("ACC005", ("account.move.line", 1))
        )
        assert [one.rule for one in kept] == ["ACC005"]

    def test_another_entry_is_another_matter(self):
        kept = self.settle(
            finding("STA001", ("account.move", 8)),
            finding("EXF001", ("account.move", 7)),
            finding("CMP008", ("account.move", 8)),
        )
        assert [one.rule for one in kept] == ["CMP008", "EXF001", "STA001"]

    def test_a_common_account_or_company_is_no_common_cause(self):
        kept = self.settle(
            finding("STA001", ("account.account", 8)), finding("EXF001", ("account.account", 8))
        )
        assert len(kept) == 2


def trait(code, entry, severity):
    return Finding("x", Record("account.move", entry), f"{code} title", "m", rule=code, severity=severity)


def test_two_traits_of_one_entry_become_one_finding_a_step_up():
    one, other = join_traits(
        [trait("EXF008", 7, "low"), trait("EXF015", 7, "low"), trait("EXF009", 8, "low")]
    )
    assert (one.rule, one.severity, one.evidence["also"]) == (
        "EXF008", "medium", [{"rule": "EXF015", "title": "EXF015 title"}],
    )  # fmt: skip
    assert (other.rule, other.severity) == ("EXF009", "low")


def test_joined_traits_never_become_critical():
    (one,) = join_traits([trait("EXF010", 7, "high"), trait("EXF015", 7, "low")])
    assert (one.rule, one.severity) == ("EXF010", "high")


def test_a_winner_that_lost_itself_hands_the_note_on():
    yields = {"AAA001": ("BBB001",), "BBB001": ("CCC001",)}
    rows = [finding(code, ("account.move", 7)) for code in ("AAA001", "BBB001", "CCC001")]
    (one,) = settle_precedence(rows, yields)
    assert [note["rule"] for note in one.evidence["also"]] == ["AAA001", "BBB001"]


@pytest.mark.parametrize(
    ("severity", "members", "total", "expected"),
    [
        ("high", 1, 900000, "high"),
        ("medium", 2, 500000, "high"),
        ("medium", 2, 499999, "medium"),
        ("high", 2, 900000, "high"),
        ("high", 2, 4999, "medium"),
        ("high", 2, 5000, "high"),
        ("low", 2, 1, "low"),
        ("critical", 2, 1, "critical"),
    ],
)
def test_a_groups_severity_moves_one_step_and_never_to_or_from_critical(severity, members, total, expected):
    assert group_severity(severity, members, total, 500000) == expected
