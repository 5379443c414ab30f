"""Settings: the fixed names, plain words for what is wrong, and a key that nobody sees."""

import copy
import pickle
from pathlib import Path

import pytest

from agent_service.errors import BadInput
from agent_service.secret import Secret, read_secret
from agent_service.settings import load

KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def env(monkeypatch, tmp_path):
    import os

    for name in list(os.environ):
        if name.startswith("AI_CLOSE_"):
            monkeypatch.delenv(name)
    key_file = tmp_path / "agent.key"
    key_file.write_text(f"{KEY}\n")
    key_file.chmod(0o600)

    def put(**values):
        given = {"URL": "http://127.0.0.1:8069", "DATABASE": "books", "KEY_FILE": str(key_file)} | values
        for name, value in given.items():
            if value is None:
                monkeypatch.delenv(f"AI_CLOSE_{name}", raising=False)
            else:
                monkeypatch.setenv(f"AI_CLOSE_{name}", value)

    put()
    return put


def test_the_fixed_names_are_read(env):
    env(
        LOGIN="robot", TRANSPORT="jsonrpc", STATE_DIR="/tmp/x", LLM_URL="http://localhost:1/v1", LLM_MODEL="m"
    )
    settings = load()
    assert (settings.url, settings.database, settings.login) == ("http://127.0.0.1:8069", "books", "robot")
    assert (settings.transport, settings.state_dir) == ("jsonrpc", Path("/tmp/x"))
    assert (settings.llm_url, settings.llm_model) == ("http://localhost:1/v1", "m")
    assert settings.key == Secret(KEY)


def test_what_is_left_out_has_its_default(env, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/var/states")
    settings = load()
    assert (settings.login, settings.transport) == ("ai-close-agent", "auto")
    assert settings.state_dir == Path("/var/states/ai-close")
    assert settings.llm_url is settings.llm_key is settings.metrics_port is None


def test_what_is_missing_is_named_at_once(env):
    env(URL=None, DATABASE="")
    with pytest.raises(BadInput, match="AI_CLOSE_URL, AI_CLOSE_DATABASE are not set"):
        load()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("URL", "http://books.example", "in the clear"),
        ("LLM_URL", "http://model.example/v1", "AI_CLOSE_LLM_URL"),
        ("DATABASE", "books; drop", "AI_CLOSE_DATABASE"),
        ("TRANSPORT", "xmlrpc", "AI_CLOSE_TRANSPORT"),
        ("NIGHTLY_HOUR", "24", "AI_CLOSE_NIGHTLY_HOUR"),
        ("METRICS_PORT", "many", "AI_CLOSE_METRICS_PORT"),
        ("TIMEOUT_S", "0", "AI_CLOSE_TIMEOUT_S"),
        ("LOGIN", "two words", "AI_CLOSE_LOGIN"),
    ],
)
def test_a_bad_value_is_named_by_its_setting(env, name, value, words):
    env(**{name: value})
    with pytest.raises(BadInput) as caught:
        load()
    assert words in caught.value.line
    assert "\n" not in caught.value.line


def test_a_file_fills_what_the_environment_leaves_out(env, tmp_path):
    env(DATABASE=None)
    file = tmp_path / "agent.env"
    file.write_text("AI_CLOSE_DATABASE=from_file\nAI_CLOSE_URL=http://127.0.0.1:1\n")
    settings = load(file)
    assert (settings.database, settings.url) == ("from_file", "http://127.0.0.1:8069")
    with pytest.raises(BadInput, match="is no file"):
        load(tmp_path / "absent")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o777])
def test_a_key_file_that_others_can_read_is_refused(env, tmp_path, mode):
    (tmp_path / "agent.key").chmod(mode)
    with pytest.raises(BadInput) as caught:
        _key = load().key
    assert "chmod 600" in caught.value.line
    assert KEY not in caught.value.line


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_key_file_of_its_owner_is_read(env, tmp_path, mode):
    (tmp_path / "agent.key").chmod(mode)
    assert load().key.reveal() == KEY


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\n" + KEY.encode(), b"two words\n", b"\xff\xfe\x00", b"a\x00b\n"]
)
def test_a_file_without_a_key_is_refused(env, tmp_path, raw):
    (tmp_path / "agent.key").write_bytes(raw)
    with pytest.raises(BadInput, match="holds no key"):
        _key = load().key


def test_a_key_file_that_is_absent_or_a_folder_is_refused(env, tmp_path):
    with pytest.raises(BadInput, match="doesn't exist"):
        read_secret(tmp_path / "absent", "AI_CLOSE_KEY_FILE")
    with pytest.raises(BadInput, match="no file"):
        read_secret(tmp_path, "AI_CLOSE_KEY_FILE")


def test_a_secret_is_not_shown_not_pickled_and_not_copied_away(env):
    key = load().key
    for shown in (repr(key), str(key), f"{key}", repr(load()), str(load()), load().model_dump_json()):
        assert KEY not in shown
    for leak in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(key)
