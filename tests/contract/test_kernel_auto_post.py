"""Automatic posting: what a policy may say, and that nothing unknown counts as fine."""

import pytest

from tests.contract import kernel

auto_post = kernel.load("auto_post")
shape = kernel.load("shape")


def test_a_fact_that_nobody_looked_up_keeps_the_draft():
    clean = dict.fromkeys(auto_post.REASONS, False)
    assert auto_post.reason_left(clean) is None
    for name in auto_post.REASONS:
        assert auto_post.reason_left({**clean, name: True}) == name
        assert auto_post.reason_left({each: False for each in clean if each != name}) == name


def test_rules_that_are_on_have_to_complete():
    rules = {"EXF001": {"enabled": False}, "ACC001": {"severity": "low"}}
    assert auto_post.not_completed(["ACC001", "ACC002", "EXF001"], rules, ["ACC002"]) == ["ACC001"]
    assert auto_post.not_completed(["ACC001", "ACC002"], {}, ["ACC001", "ACC002"]) == []


@pytest.mark.parametrize("phase", [None, "observe", "supervised"])
def test_people_post_everything_before_the_last_phase(phase):
    section = {"auto_post": {"journals": [1], "limit": "10.00"}}
    auto_post.check_auto_post({**section, "phase": "automatic"})
    with pytest.raises(shape.PayloadError):
        auto_post.check_auto_post({**section, **({"phase": phase} if phase else {})})


def test_the_agent_names_drafts_as_it_ends_a_run():
    payload = kernel.load("payload")
    said = {
        "run_id": 1, "lease": "x" * 20, "counters": {}, "failures": [], "cost": "0", "watermark": "5",
        "scopes": {"rules": ["CMP001"], "drafts_passed": [4, 7]},
    }  # fmt: skip
    payload.check_request("finish", said)
    with pytest.raises(payload.PayloadError):
        payload.check_request("finish", {**said, "scopes": {"drafts_passed": ["4"]}})
