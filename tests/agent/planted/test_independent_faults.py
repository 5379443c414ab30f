"""Faults planted by somebody who hasn't read the rules, found by `ai-close check` on files."""

import json
from pathlib import Path

from typer.testing import CliRunner

from agent_service.cli import app
from tests.agent.planted import noise, plants
from tests.agent.planted.books import Books

NOT_YET: set[tuple[str, str]] = set()
"""Faults that no rule finds today; the list may only get shorter."""
RIGHT_TOO = {"CMP008", "STA001", "STA002", "STA003"}
"""Rules that may say something about a planted entry besides the fault that was planted."""


def judged(folder: Path, seed: int, *, faulty: bool) -> tuple[Books, list[dict]]:
    """Make a ledger, check it, and return its books and the findings."""
    books = Books(seed)
    cast = noise.build(books, whole=not faulty)
    if faulty:
        plants.plant(books, cast)
    plants.finish(books)
    books.close()
    if faulty:
        plants.break_statements(books)
    books.write(folder)
    policy, found = folder / "policy.json", folder / "findings.jsonl"
    policy.write_text(json.dumps(plants.policy(cast)), encoding="utf-8")
    words = ["check", "--ledger", str(folder), "--policy", str(policy), "--out", str(found), "--json"]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code in {0, 1}, ended.output
    return books, [json.loads(line) for line in found.read_text(encoding="utf-8").splitlines()]


def records(finding: dict) -> set[tuple[str, str]]:
    """Return what a finding names."""
    return {(table, str(number)) for table, number in finding["records"]}


def test_each_fault_is_found_by_its_own_rule(tmp_path):
    books, findings = judged(tmp_path, 3, faulty=True)
    assert len(books.plants) == 111
    missed = {
        (one.rule, one.what)
        for one in books.plants
        if not any(found["rule"] == one.rule and records(found) & one.records for found in findings)
    }
    assert missed <= NOT_YET
    planted = {record for one in books.plants for record in one.records}
    named = {(one.rule, record) for one in books.plants for record in one.records}
    false = [
        (found["rule"], found["reason"], found["explanation"])
        for found in findings
        if not {(found["rule"], record) for record in records(found)} & named
        and not (found["rule"] in RIGHT_TOO and records(found) & planted)
    ]
    assert [one for one in false if one[:2] not in NOT_YET_QUIET] == []


NOT_YET_QUIET: set[tuple[str, str]] = set()
"""False findings of today."""
