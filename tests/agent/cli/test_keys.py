"""`ai-close key rotate`: at every moment one key works and is in the file."""

import json

import pytest

from tests.agent.odoo_stub import KEY, Refusal

NEW = "fedcba9876543210fedcba9876543210fedcba98"


@pytest.fixture
def rotating(stub, port):
    """A port that makes a key, takes it from then on beside the old one, and forgets the old one."""

    class Keys:
        good = True
        dropped: list = []

    def rotate_key():
        if Keys.good:
            stub.keys.add(NEW)
        return {"key": NEW, "name": "ai-close 2", "expires_at": "2027-02-01T00:00:00.000000Z"}

    def drop_other_keys(keep_name):
        Keys.dropped.append(keep_name)
        stub.keys.discard(KEY)
        return {"dropped": 1}

    Keys.dropped = []
    stub.port("rotate_key", rotate_key)
    stub.port("drop_other_keys", drop_other_keys)
    return Keys


@pytest.mark.parametrize("transport", ["json2", "jsonrpc"])
def test_the_new_key_is_written_tried_and_the_old_one_dropped(
    ai_close, env, stub, key_file, rotating, transport
):
    env("TRANSPORT", transport)
    code, out, err = ai_close("key", "rotate")
    assert (code, err) == (0, "")
    assert key_file.read_text() == f"{NEW}\n"
    assert key_file.stat().st_mode & 0o777 == 0o600
    assert rotating.dropped == ["ai-close 2"]
    assert stub.keys == {NEW}
    assert "1 older dropped" in out
    assert NEW not in out


def test_json_never_shows_the_key(ai_close, rotating, key_file):
    code, out, _err = ai_close("key", "rotate", "--json")
    assert code == 0
    assert json.loads(out) == {
        "name": "ai-close 2",
        "expires_at": "2027-02-01T00:00:00.000000Z",
        "dropped": 1,
        "key_file": str(key_file),
    }


def test_a_new_key_that_does_not_work_leaves_the_old_one(ai_close, stub, key_file, rotating):
    rotating.good = False
    code, _out, err = ai_close("key", "rotate")
    assert code == 3
    assert "former key is back" in err
    assert key_file.read_text() == f"{KEY}\n"
    assert rotating.dropped == []
    assert stub.keys == {KEY}


def test_a_drop_that_is_refused_leaves_the_old_one(ai_close, stub, key_file, rotating):
    def refuse(keep_name):
        raise Refusal("RUN900", "Broken.", "give_up")

    stub.port("drop_other_keys", refuse)
    assert ai_close("key", "rotate")[0] == 6
    assert key_file.read_text() == f"{KEY}\n"


def test_a_lost_answer_to_the_drop_is_asked_again(ai_close, stub, key_file, rotating):
    def drop_and_lose(keep_name):
        rotating.dropped.append(keep_name)
        stub.keys.discard(KEY)
        if len(rotating.dropped) == 1:
            stub.lose = True
        return {"dropped": 0}

    stub.port("drop_other_keys", drop_and_lose)
    assert ai_close("key", "rotate")[0] == 0
    assert len(rotating.dropped) == 2
    assert key_file.read_text() == f"{NEW}\n"


def test_a_folder_that_cannot_be_written_is_told_before_a_key_is_made(
    ai_close, stub, key_file, rotating, monkeypatch
):
    monkeypatch.setattr("agent_service.keys.os.access", lambda *_args: False)
    code, _out, err = ai_close("key", "rotate")
    assert code == 2
    assert "can't be written" in err
    assert "rotate_key" not in stub.names()


def test_a_link_to_the_key_stays_a_link(ai_close, env, key_file, rotating, tmp_path):
    link = tmp_path / "link.key"
    link.symlink_to(key_file)
    env("KEY_FILE", str(link))
    assert ai_close("key", "rotate")[0] == 0
    assert link.is_symlink()
    assert key_file.read_text() == f"{NEW}\n"
