"""The graph of a checklist: a cycle is found and named, what is left out passes its predecessors on."""

import importlib.util
import random
from pathlib import Path

_spec = importlib.util.spec_from_file_location("kernel_loader", Path(__file__).with_name("kernel.py"))
kernel = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(kernel)
graph = kernel.load("graph")


def test_a_cycle_is_named():
    found = graph.cycle({"A": ["B"], "B": ["C"], "C": ["A"], "D": ["A"]})
    assert found[0] == found[-1]
    assert set(found) == {"A", "B", "C"}
    assert graph.cycle({"A": ["A"]}) == ["A", "A"]


def test_no_cycle():
    assert graph.cycle({"A": ["B", "C"], "B": ["C"], "C": []}) is None
    assert graph.cycle({"A": ["unknown"]}) is None
    assert graph.cycle({}) is None


def test_random_graphs_against_the_plain_definition():
    for seed in range(300):
        chance = random.Random(seed)
        nodes = list(range(chance.randint(1, 7)))
        needs = {node: [other for other in nodes if chance.random() < 0.25] for node in nodes}
        reach = {node: set(needs[node]) for node in nodes}
        for _round in nodes:
            for node in nodes:
                reach[node] |= {further for other in set(reach[node]) for further in reach[other]}
        found = graph.cycle(needs)
        assert bool(found) == any(node in reach[node] for node in nodes), (seed, needs)
        for one, other in zip(found or [], (found or [])[1:], strict=False):
            assert other in needs[one], (seed, found)


def test_what_is_left_out_passes_its_predecessors_on():
    needs = {"A": ["B"], "B": ["C", "D"], "C": ["E"], "D": [], "E": []}
    assert graph.resolve(needs, {"A", "D", "E"}) == {"A": {"D", "E"}, "D": set(), "E": set()}
    assert graph.resolve({"A": ["B"], "B": ["B", "A"]}, {"A"}) == {"A": set()}
    assert graph.resolve({"A": ["A"]}, {"A"}) == {"A": {"A"}}, "said by itself, it stays a cycle"
