"""What is the same for many records judged together, asked once: policies, delegations, existence."""

from contextlib import contextmanager

_NAME = "ai_close_memo"


@contextmanager
def remembering(records, locked=False):
    """Ask once what is asked of each of ``records``, which are known to exist.

    Only for a stretch that writes nothing: what is remembered is forgotten at its end.

    :param locked: their rows were locked by this transaction just now, and need not be locked again
    """
    cache = records.env.cr.cache
    if _NAME in cache:
        yield
        return
    cache[_NAME] = {("exists", records._name): set(records.sudo().exists().ids)}
    if locked:
        cache[_NAME]["locked", records._name] = set(records.ids)
    try:
        yield
    finally:
        cache.pop(_NAME, None)


def remembered(records, what, key, ask):
    """Return what ``ask`` finds, in the environment of ``records``; asked once while remembering."""
    known = records.env.cr.cache.get(_NAME)
    if known is None:
        return ask()
    if (what, key) not in known:
        known[what, key] = ask().ids
    return records.browse(known[what, key])


def known(env, what, key, ask):
    """Return what ``ask`` finds, plain values that nobody changes; asked once while remembering."""
    memory = env.cr.cache.get(_NAME)
    if memory is None:
        return ask()
    if (what, key) not in memory:
        memory[what, key] = ask()
    return memory[what, key]


def exists(record):
    """Return ``record`` if it exists, else nothing."""
    known = record.env.cr.cache.get(_NAME, {}).get(("exists", record._name), ())
    return record if record.id in known else record.exists()


def is_locked(records):
    """Were the rows of ``records`` locked by this transaction, and nothing written since?"""
    known = records.env.cr.cache.get(_NAME, {}).get(("locked", records._name), ())
    return bool(records.ids) and set(records.ids) <= set(known)


def gathered(records, what, gather):
    """Return what ``gather(ids)`` finds of each of ``records``, ``{id: value}``.

    While remembering, what one call gathered of many serves those after it.
    """
    known = records.env.cr.cache.get(_NAME)
    if known is None:
        return gather(records.ids)
    found = known.setdefault((what, records._name), {})
    missing = [each for each in records.ids if each not in found]
    if missing:
        found.update(gather(missing))
    return {each: found[each] for each in records.ids}
