"""The template that outlives a checkout: restored as it was, and built anew when it can't be."""

import os

import pytest

from tests.support.demo import CLUSTER
from tools import kept, odoo_cli

SOURCE, COPY = (f"kept{os.getpid()}_{name}" for name in ("source", "copy"))


@pytest.fixture
def source(tmp_path, monkeypatch):
    """A small database with a stored file, and a cache of its own."""
    monkeypatch.setenv("AI_CLOSE_CACHE", str(tmp_path))
    store = odoo_cli.data_dir(CLUSTER) / "filestore"
    CLUSTER.start()
    CLUSTER.sql(f'CREATE DATABASE "{SOURCE}"')
    CLUSTER.sql("CREATE TABLE kept AS SELECT 'a word' AS word", db=SOURCE)
    (store / SOURCE / "ab").mkdir(parents=True)
    (store / SOURCE / "ab" / "abc").write_text("a file")
    yield store
    for database in (SOURCE, COPY):
        odoo_cli.drop(CLUSTER, database)


def test_what_is_kept_comes_back_and_nothing_else_does(source, tmp_path):
    assert not kept.restore("one", COPY, CLUSTER)
    kept.keep("one", SOURCE, CLUSTER)
    assert not kept.restore("other", COPY, CLUSTER)
    assert kept.restore("one", COPY, CLUSTER)
    assert CLUSTER.sql("SELECT word FROM kept", db=COPY) == "a word"
    assert (source / COPY / "ab" / "abc").read_text() == "a file"
    # what is kept of older versions goes
    kept.keep("other", SOURCE, CLUSTER)
    assert [path.name.split("_")[1] for path in (tmp_path / "templates").iterdir()] == ["other"]


def test_a_broken_one_is_said_thrown_away_and_leaves_no_database(source, tmp_path, capsys):
    kept.keep("one", SOURCE, CLUSTER)
    (folder,) = (tmp_path / "templates").iterdir()
    (folder / "dump").write_bytes(b"nothing")
    assert not kept.restore("one", COPY, CLUSTER)
    assert "made anew" in capsys.readouterr().out
    assert not folder.exists()
    assert not CLUSTER.exists(COPY)
