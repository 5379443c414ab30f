"""Nothing new is forgotten: every public method and every field of ours has a verdict, and none is stale."""

import pytest

from tests.controls import verdicts, world
from tests.controls.invariants_close import INITIAL, SIGNATURES, STATEFUL
from tests.controls.world import MODELS


@pytest.fixture(scope="module")
def registry():
    _name, known = world.ensure()
    return known["registry"]


def _ours(registry):
    return {model: facts for model, facts in registry.items() if model.startswith("ai.close")}


def test_every_public_method_of_ours_has_a_verdict(registry):
    missing = [
        f"{model}.{name}"
        for model, facts in _ours(registry).items()
        for name in facts["methods"]
        if verdicts.method_verdict(model, name) is None
    ]
    assert not missing, f"give these a verdict in tests/controls/verdicts, or make them private: {missing}"


def test_every_field_of_ours_has_a_verdict(registry):
    missing = [
        f"{model}.{name}"
        for model, facts in _ours(registry).items()
        if not facts["abstract"]
        for name, field in facts["fields"].items()
        if verdicts.field_verdict(model, name, field["module"]) is None
    ]
    assert not missing, f"give these a verdict in tests/controls/verdicts: {missing}"


def test_no_verdict_speaks_of_what_is_gone(registry):
    ours = _ours(registry)
    stale = [
        f"{model}.{name}"
        for model, names in verdicts.METHODS.items()
        for name in names
        if name not in ours.get(model, {"methods": ()})["methods"]
    ]
    stale += [
        f"{model}.{name}"
        for table in (
            verdicts.WRITABLE,
            {model: names.split() for model, names in verdicts.PROTECTED.items()},
        )
        for model, names in table.items()
        for name in names
        if name not in ours.get(model, {"fields": ()})["fields"]
    ]
    assert not stale


def test_every_record_with_states_is_judged():
    """Where a record may begin, and whose signatures it bears, is known of each that moves along a table."""
    assert set(INITIAL) == set(STATEFUL.values())
    assert set(SIGNATURES) <= set(STATEFUL)


def test_the_registry_is_the_servers_own(registry):
    """A dump that lost models or methods would make every other test here pass."""
    assert set(MODELS) <= registry.keys()
    assert len(_ours(registry)) >= 20
    assert sum(len(facts["methods"]) for facts in registry.values()) > 1500
    assert "action_approve" in registry["ai.close.entry"]["methods"]
    assert "_approve" not in registry["ai.close.entry"]["methods"]
    assert "button_draft" in registry["account.move"]["methods"]
