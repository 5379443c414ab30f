"""Known roots in files: append-only, private, healed after a kill, and never silently forgotten."""

import json
import os
import stat
import subprocess
import sys
import textwrap

import pytest

from agent_service.audit.errors import BadKnownRoots
from agent_service.audit.store import RootStore, load_known
from agent_service.errors import BadInput
from tests.agent.audit.trail import Trail

PLACE = "https://books.example books"
AT = "2026-11-21T06:00:00.000000Z"
UUID = "5f9d0c3e-0000-4000-8000-000000000000"


@pytest.fixture
def seals():
    return Trail().seals


@pytest.fixture
def store(tmp_path):
    return RootStore(tmp_path / "state")


@pytest.fixture
def book(store):
    return store.book(UUID, 1, PLACE)


def keep(book, seals):
    with book.held():
        book.append_seals(seals, AT)


def test_nothing_is_known_at_first(book):
    assert book.known().last is None
    assert not book.path.exists()


def test_what_was_kept_is_known_with_its_leaves(store, book, seals):
    keep(book, seals[:2])
    keep(book, seals[2:])
    known = store.book(UUID, 1, PLACE).known()
    assert sorted(known.seals) == [1, 2, 3]
    assert known.last.root == seals[-1]["root"]
    for seal in seals:
        assert [leaf.hex() for leaf in known.leaves(seal["number"])] == seal["leaves"]


def test_files_are_private_and_only_grow(book, seals):
    os.umask(0)
    keep(book, seals[:1])
    before = {path: path.read_bytes() for path in (book.path, book.leaves_path)}
    keep(book, seals[1:])
    for path, content in before.items():
        assert path.read_bytes().startswith(content)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(book.path.parent.stat().st_mode) == 0o700
    assert book.path.read_text().count('"kind":"head"') == 1


@pytest.mark.parametrize("at", [1, 20, 200, -2])
def test_a_torn_last_line_is_no_line_and_is_healed(book, seals, at):
    keep(book, seals[:2])
    whole = {path: path.read_bytes() for path in (book.path, book.leaves_path)}
    for path, content in whole.items():
        last = content.splitlines()[-1]
        path.write_bytes(content + last[:at])
    assert sorted(book.known().seals) == [1, 2]
    with book.held():
        for path, content in whole.items():
            assert path.read_bytes() == content
        book.append_seals(seals[2:], AT)
    assert sorted(book.known().seals) == [1, 2, 3]
    assert book.known().leaves(3)


def test_a_file_that_is_one_torn_line_is_empty_again(book, seals):
    book.path.parent.mkdir(parents=True)
    book.path.write_text('{"company_id":1,"da')
    assert book.known().last is None
    keep(book, seals)
    assert book.known().last.number == 3


def test_leaves_without_their_root_are_kept_again(book, seals):
    """Killed between the two files: the leaves stand there, the root does not."""
    keep(book, seals)
    content = book.path.read_text().splitlines(keepends=True)
    book.path.write_text("".join(content[:-1]))
    assert book.known().last.number == 2
    keep(book, seals[2:])
    assert [leaf.hex() for leaf in book.known().leaves(3)] == seals[2]["leaves"]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace('"count":3', '"count":4'),
        lambda text: text.replace('"kind":"seal"', '"kind":"x"', 1).replace('"root"', '"rood"', 1),
        lambda text: "\0\0\0\n" + text,
        lambda text: text.replace("\n", "\nnothing\n", 1),
        lambda text: text.replace('"company_id":1', '"company_id":"x"', 1),
        lambda text: "[" * 50_000 + "\n" + text,
    ],
)
def test_a_damaged_file_is_never_taken_for_an_empty_one(book, seals, change):
    keep(book, seals)
    text = book.path.read_text()
    changed = change(text)
    assert changed != text
    book.path.write_text(changed)
    with pytest.raises(BadKnownRoots, match="Line"):
        book.known()


def test_changed_leaves_are_not_believed(book, seals):
    keep(book, seals)
    text = book.leaves_path.read_text()
    book.leaves_path.write_text(text.replace(seals[1]["leaves"][0], "ab" * 32))
    known = book.known()
    assert known.leaves(2) is None
    assert known.leaves(1)


def test_without_the_leaves_the_roots_still_count(book, seals):
    keep(book, seals)
    book.leaves_path.unlink()
    assert book.known().last.number == 3
    assert book.known().leaves(1) is None


def test_companies_and_databases_have_their_own_files(store, book, seals):
    keep(book, seals)
    assert store.book(UUID, 2, PLACE).known().last is None
    assert store.book("another", 1, "https://other.example books").known().last is None


def test_a_database_restored_under_a_new_id_is_still_known_at_its_address(store, book, seals):
    keep(book, seals[:2])
    again = store.book("new-id", 1, PLACE)
    assert again.known().last.number == 2
    keep(again, seals[2:])
    assert store.find("new-id", 1) == book.path
    assert store.find(UUID, 1) == book.path
    assert store.book("new-id", 1, "https://moved.example books").known().last.number == 3


def test_after_a_gap_the_chain_goes_on_from_what_is_common(book, seals):
    keep(book, seals)
    gap = {"number": 3, "root": seals[2]["root"], "by": "Carla", "at": AT, "reason": "disk failed"}
    with book.held():
        book.append_gap(gap, 1, AT)
    known = book.known()
    assert (known.last.number, known.given_up) == (1, 2)
    assert [(each.number, each.by) for each in known.gaps] == [(3, "Carla")]
    assert book.path.read_text().count('"kind":"seal"') == 3


def test_roots_of_a_mail_are_read(tmp_path):
    path = tmp_path / "roots.txt"
    path.write_text(f"# from the mail of 2 November\n\n3 {'ab' * 32}\nblock 4: {'cd' * 32}")
    known = load_known(path)
    assert {number: seal.root[:2] for number, seal in known.seals.items()} == {3: "ab", 4: "cd"}


def test_two_roots_for_one_block_are_refused(tmp_path):
    path = tmp_path / "roots.txt"
    path.write_text(f"3 {'ab' * 32}\n3 {'cd' * 32}\n")
    with pytest.raises(BadKnownRoots, match="another root for block 3"):
        load_known(path)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nothing\n", b"7\n", b'{"kind":"head"}\n'])
def test_what_is_no_file_of_roots_is_said_plainly(tmp_path, content):
    path = tmp_path / "roots"
    path.write_bytes(content)
    with pytest.raises(BadKnownRoots):
        load_known(path)


def test_a_missing_file_is_said_plainly(tmp_path):
    with pytest.raises(BadKnownRoots, match="can't be read"):
        load_known(tmp_path / "nowhere")


def test_a_folder_that_cannot_be_made_is_said_plainly(seals):
    with pytest.raises(BadInput, match="can't be written"):
        keep(RootStore(__import__("pathlib").Path("/proc/nowhere")).book(UUID, 1, PLACE), seals)


def test_a_second_process_waits_until_the_first_has_written(book, seals, tmp_path):
    keep(book, seals[:1])
    other = textwrap.dedent(f"""
        from pathlib import Path
        from agent_service.audit.store import RootStore
        book = RootStore(Path({str(tmp_path / "state")!r})).book({UUID!r}, 1, {PLACE!r})
        print("asks", flush=True)
        with book.held():
            print(book.known().last.number, flush=True)
    """)
    with book.held():
        process = subprocess.Popen([sys.executable, "-c", other], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "asks\n"
        book.append_seals(seals[1:], AT)
    assert process.communicate(timeout=60)[0] == "3\n"
    assert json.loads(book.path.read_text().splitlines()[-1])["number"] == 3
