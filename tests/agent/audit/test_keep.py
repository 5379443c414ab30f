"""Fetching roots: the server is not believed, what it shows is computed anew."""

import pytest

from agent_service.audit.keep import SealKeeper
from agent_service.audit.report import AcceptedGap
from agent_service.audit.store import RootStore
from agent_service.errors import DatabaseOlder, ExitCode, SealsBroken, VersionMismatch
from tests.agent.audit.trail import Trail
from tests.support import exports

UUID = "5f9d0c3e-0000-4000-8000-000000000000"


class Server:
    """A server's `seals`, page by page."""

    def __init__(self, seals):
        self.all, self.asked, self.page = seals, [], 200
        self.unsealed = {"count": 2, "oldest_at": exports.at(27)}

    def seals(self, company, after=0, limit=200):
        self.asked.append((after, limit))
        limit = min(limit, self.page)
        behind = [seal for seal in self.all if seal["number"] > after]
        following = behind[limit - 1]["number"] if len(behind) > limit else None
        return {"seals": behind[:limit], "next": following, "unsealed": self.unsealed}


@pytest.fixture
def trail():
    return Trail()


@pytest.fixture
def server(trail):
    return Server(trail.seals)


@pytest.fixture
def keeper(server, tmp_path):
    book = RootStore(tmp_path).book(UUID, 1, "place")
    return SealKeeper(server, book, 1, "Northwind", lambda: exports.at(90))


@pytest.mark.parametrize("page", [1, 2, 3, 200])
def test_everything_is_fetched_page_by_page_and_once(keeper, server, page):
    server.page = page
    kept = keeper.keep()
    assert (kept["number"], kept["new"], kept["root"]) == (3, 3, server.all[-1]["root"])
    assert kept["unsealed"] == {"count": 2, "oldest_at": exports.at(27), "age_s": 63, "late": True}
    server.page = 200
    assert keeper.keep()["new"] == 0
    assert keeper.known_seal() == {"number": 3, "root": server.all[-1]["root"]}


def test_only_what_is_new_is_asked_for(keeper, server):
    rest, server.all = server.all, server.all[:2]
    keeper.keep()
    server.all = rest
    server.asked.clear()
    assert keeper.keep()["new"] == 1
    assert server.asked == [(1, 200)]


def test_an_empty_trail_is_no_error(keeper, server):
    server.all = []
    server.unsealed = {"count": 0, "oldest_at": None}
    assert keeper.keep()["number"] is None
    assert keeper.known_seal() is None
    keeper.begun({"gap_accepted": None})


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("root", "ab" * 32, "does not give its root"),
        ("merkle_root", "ab" * 32, "don't give its Merkle root"),
        ("former_root", "ab" * 32, "does not follow"),
        ("number", 7, "block 7"),
        ("company_id", 2, "company 2"),
        ("count", 4, "3 leaves for 4"),
        ("sealed_at", "2026-01-01T00:00:00.000000Z", "does not give its root"),
        ("leaves", [], "0 leaves for 3"),
        ("leaves", "x", "shape"),
        ("first_id", None, "shape"),
    ],
)
def test_what_does_not_compute_is_refused_and_not_kept(keeper, server, name, value, words):
    server.all[1] = {**server.all[1], name: value}
    if name == "number":
        del server.all[2]
    with pytest.raises(SealsBroken, match=words) as caught:
        keeper.keep()
    assert caught.value.exit_code == ExitCode.PARTLY_FAILED
    assert keeper.known_seal() is None


def test_a_page_that_never_ends_is_refused(keeper, server):
    server.all = []
    honest = server.seals
    server.seals = lambda *args, **kwargs: {**honest(*args, **kwargs), "next": 5}
    with pytest.raises(SealsBroken, match="no end"):
        keeper.keep()


@pytest.mark.parametrize("answer", [{}, {"seals": None}, {"seals": [1]}])
def test_an_answer_of_another_shape_is_refused(keeper, server, answer):
    server.seals = lambda *_args, **_kwargs: answer
    with pytest.raises(VersionMismatch):
        keeper.keep()


def test_a_server_without_the_known_block_is_refused_in_begin_and_after(keeper, server):
    keeper.keep()
    server.all = server.all[:2]
    keeper.known_seal()
    for ask in (lambda: keeper.begun({}), keeper.keep):
        with pytest.raises(DatabaseOlder, match="block 3") as caught:
            ask()
        assert caught.value.exit_code == ExitCode.VERSION


def test_a_server_whose_known_block_is_another_is_refused(keeper, server, trail):
    keeper.keep()
    trail.change(2, 1, reason="other")
    trail.reseal()
    server.all = trail.seals
    keeper.known_seal()
    with pytest.raises(DatabaseOlder):
        keeper.begun({"gap_accepted": None})


def _gap(server_root, number=3):
    return {"number": number, "root": server_root, "by": "Carla", "at": exports.at(80), "reason": "disk"}


@pytest.mark.parametrize("common", [0, 1, 2])
def test_an_accepted_gap_starts_from_what_both_have(keeper, server, trail, common):
    keeper.keep()
    known = keeper.known_seal()
    blocks = [*trail.blocks[:common], *exports.blocks_of([2, 2], first=60)]
    server.all = exports.chain(blocks)
    keeper.begun({"gap_accepted": _gap(known["root"])})
    assert (keeper.known_seal() or {"number": 0})["number"] == common
    assert keeper.keep()["number"] == common + 2
    assert keeper._book.known().gaps[0].reason == "disk"


def test_a_gap_is_marked_once_although_begin_is_repeated(keeper, server, trail):
    keeper.keep()
    known = keeper.known_seal()
    server.all = exports.chain([*trail.blocks[:1], *exports.blocks_of([2], first=60)])
    calls = []
    keeper._at_gap = lambda: calls.append(len(keeper._book.known().gaps))
    keeper.begun({"gap_accepted": _gap(known["root"])})
    keeper.begun({"gap_accepted": _gap(known["root"])})
    assert len(keeper._book.known().gaps) == 1
    assert calls == [0], "what rests on the lost blocks is forgotten before the gap is marked"


def test_an_accepted_gap_of_another_root_is_none(keeper, server):
    keeper.keep()
    keeper.known_seal()
    server.all = server.all[:1]
    with pytest.raises(DatabaseOlder):
        keeper.begun({"gap_accepted": _gap("ab" * 32)})
    assert keeper.known_seal()["number"] == 3


@pytest.mark.parametrize(("at", "explained"), [(95, True), (85, False)])
def test_a_chain_beside_goes_along_with_a_gap_accepted_since(keeper, server, trail, at, explained):
    """The clock of the keeper stands at 90: only what was accepted later explains anything."""
    keeper.keep()
    server.all = exports.chain([*trail.blocks[:1], *exports.blocks_of([2], first=60)])
    gap = AcceptedGap(9, "ab" * 32, "Carla", exports.at(at), "disk", "known roots")
    for _again in range(2):
        kept = keeper.keep_beside([gap])
        assert ("problem" not in kept) is explained
    assert len(keeper.gaps()) == explained


def test_a_chain_beside_that_is_broken_is_told(keeper, server):
    server.all[1] = {**server.all[1], "root": "ab" * 32}
    assert "header of block 2" in keeper.keep_beside([])["problem"]


def test_a_gap_of_another_shape_is_refused(keeper):
    keeper.keep()
    keeper.known_seal()
    with pytest.raises(VersionMismatch):
        keeper.begun({"gap_accepted": {"number": "x"}})
