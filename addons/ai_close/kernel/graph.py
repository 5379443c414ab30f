"""A graph of tasks that wait for each other: ``{task: tasks it waits for}``."""

from collections.abc import Collection, Hashable, Mapping


def cycle(needs: Mapping[Hashable, Collection[Hashable]]) -> list | None:
    """Return one cycle as the list of its members, the first one repeated at the end; None when none."""
    done: set = set()
    for first in sorted(needs, key=str):
        path: list = []
        stack = [(first, iter(sorted(needs.get(first, ()), key=str)))]
        path.append(first)
        while stack:
            node, following = stack[-1]
            other = next(following, None)
            if other is None:
                done.add(node)
                stack.pop()
                path.pop()
            elif other in path:
                return [*path[path.index(other) :], other]
            elif other not in done:
                path.append(other)
                stack.append((other, iter(sorted(needs.get(other, ()), key=str))))
    return None


def resolve(needs: Mapping[Hashable, Collection[Hashable]], present: Collection[Hashable]) -> dict:
    """Return who of the ``present`` waits for whom, through those that are absent.

    What is left out passes its own predecessors on: who waited for it waits for what it waited for.
    ``needs`` has to be free of cycles among the absent ones only; a cycle there is passed by.
    """
    present = set(present)
    found = {}
    for node in present:
        wanted, seen = set(), set()
        stack = list(needs.get(node, ()))
        while stack:
            other = stack.pop()
            if other in seen:
                continue
            seen.add(other)
            if other in present:
                wanted.add(other)
            else:
                stack += needs.get(other, ())
        # to wait for oneself through what is left out is nothing; to say so is a cycle
        found[node] = wanted if node in needs.get(node, ()) else wanted - {node}
    return found
