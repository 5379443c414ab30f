"""Clean ledgers of many seeds: at most one false finding in a thousand entries, over all rules together."""

import pytest

from agent_service.ledger_files.check import check_ledger
from benchmarks.clean_ledger import Clean

SEEDS = (11, 23, 58, 97, 1013, 20261031, *range(100, 106))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    made = {}
    for seed in SEEDS:
        clean, folder = Clean(seed), tmp_path_factory.mktemp(f"clean{seed}")
        clean.write(folder)
        month = sum(str(one["date"]).startswith("2026-10") for one in clean.rows["moves"])
        made[seed] = (month, check_ledger(folder, folder / "policy.json", "2026-10"))
    return made


def test_at_most_one_false_finding_in_a_thousand_clean_entries(reports):
    judged = sum(month for month, _report in reports.values())
    false = [row["explanation"] for _month, report in reports.values() for row in report.rows]
    assert len(false) * 1000 <= judged, false


def test_nearly_every_rule_judged(reports):
    for _month, report in reports.values():
        missing = {one["rule"]: one["kind"] for one in report.not_judged}
        assert missing == {"CLS005": "no_data", "VAL003": "no_data", "VAL005": "no_data"}
        assert len(report.judged) >= 50
