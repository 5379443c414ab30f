"""Template databases with their filestore, built once and cloned in about a second.

A template is named by a digest of Odoo's version and of the sources that matter, so a change
builds a new one and an old one is never used by mistake.
"""

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from tools import kept, oca, odoo_cli, odoo_source, postgres, say, venv
from tools.locking import locked
from tools.paths import ADDONS, ROOT, var_dir

BASE_MODULES = [
    "account",
    "sale_management",
    "purchase",
    "stock",
    "sale_stock",
    "purchase_stock",
    "account_statement_import_camt",
]
_SKIPPED = {"__pycache__", "tests", "i18n", "readme"}
Build = Callable[[str], None]


def digest(keys: Iterable[str], folders: Iterable[Path] = ()) -> str:
    """Return a short digest of words and of the files in folders (without tests and caches)."""
    total = hashlib.sha256("\0".join(keys).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and not _SKIPPED.intersection(inner.parts):
                total.update(f"{folder.name}/{inner}\0".encode())
                total.update(path.read_bytes())
    return total.hexdigest()[:12]


def own_modules() -> list[str]:
    """Return our add-ons that belong into the second layer.

    Left out are bridges to what the first layer doesn't have: OCA's screens, employees.
    """
    names = sorted(path.parent.name for path in ADDONS.glob("ai_close*/__manifest__.py"))
    return [name for name in names if not name.endswith(("_oca", "_hr"))]


def _filestore(cluster: postgres.Cluster, db: str) -> Path:
    return odoo_cli.data_dir(cluster) / "filestore" / db


def _hard_link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def clone(source: str, target: str, cluster: postgres.Cluster = postgres.TEST) -> None:
    """Copy a database and its filestore (by hard links: Odoo never changes a stored file)."""
    cluster.start()
    shutil.rmtree(_filestore(cluster, target), ignore_errors=True)
    cluster.clone(source, target)
    if _filestore(cluster, source).is_dir():
        shutil.copytree(_filestore(cluster, source), _filestore(cluster, target),
                        copy_function=_hard_link)


def reclone(source: str, target: str, cluster: postgres.Cluster = postgres.TEST) -> None:
    """Copy a database over another that may exist."""
    odoo_cli.drop(cluster, target)
    clone(source, target, cluster)


def ensure(
    name: str,
    key: str,
    build: Build,
    *,
    start_from: str | None = None,
    cluster: postgres.Cluster = postgres.TEST,
) -> str:
    """Return the name of the template `name` with this key, building it where it is missing.

    `build` gets the name of the database to fill, which is a clone of `start_from` if given. What
    fails half-way leaves nothing behind; older templates of the same name are dropped.
    """
    cluster.start()
    wanted = f"tpl_{name}_{key}"
    if cluster.exists(wanted):
        return wanted
    with locked(var_dir("run") / f"template-{cluster.name}-{name}.lock"):
        if cluster.exists(wanted):
            return wanted
        raw = f"{wanted}_raw"
        odoo_cli.drop(cluster, raw)
        with say.step(f"template {name}"):
            if start_from:
                clone(start_from, raw, cluster)
            build(raw)
            rename(raw, wanted, cluster)
        for old in cluster.databases():
            if old.startswith(f"tpl_{name}_") and old != wanted:
                odoo_cli.drop(cluster, old)
    return wanted


def rename(old: str, new: str, cluster: postgres.Cluster) -> None:
    """Give a finished database its final name: only what is complete is ever seen."""
    shutil.rmtree(_filestore(cluster, new), ignore_errors=True)
    if _filestore(cluster, old).is_dir():
        _filestore(cluster, old).rename(_filestore(cluster, new))
    end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'"
    end += " and backend_type = 'client backend'"
    cluster.sql(end.format(old))
    cluster.sql(f'alter database "{old}" rename to "{new}"')


def base_key() -> str:
    """Return what the first layer depends on."""
    version = odoo_source.version_of(odoo_source.ensure())
    return digest([version, oca.LOCK.read_text(), *BASE_MODULES])


def base(cluster: postgres.Cluster = postgres.TEST) -> str:
    """Return layer 1: the books' modules without ours, without demo data.

    It is kept beside the downloads where Odoo is a package of a known version.
    """
    key = digest([base_key(), venv.LOCK.read_text()])

    def build(db: str) -> None:
        packaged = odoo_source.is_packaged(odoo_source.ensure())
        if packaged and kept.restore(key, db, cluster):
            return
        odoo_cli.install(cluster, db, BASE_MODULES)
        if packaged:
            kept.keep(key, db, cluster)

    return ensure("base", base_key(), build, cluster=cluster)


def addons_key() -> str:
    """Return what a database with our add-ons depends on."""
    folders = [ADDONS / name for name in own_modules()]
    return digest([base_key(), *own_modules()], folders)


def with_addons(cluster: postgres.Cluster = postgres.TEST) -> str:
    """Return layer 1 plus our add-ons, without any company data."""
    return ensure(
        "addons", addons_key(), lambda db: odoo_cli.install(cluster, db, own_modules()),
        start_from=base(cluster), cluster=cluster,
    )


def sample_key() -> str:
    """Return what a database with the sample company depends on."""
    return digest([addons_key()], [ROOT / "agent_service" / "sample"])


def with_sample(load: Build, cluster: postgres.Cluster = postgres.TEST) -> str:
    """Return layer 2: our add-ons and the sample company that `load` puts in."""
    return ensure(
        "sample", sample_key(), load, start_from=with_addons(cluster), cluster=cluster
    )


def main(arguments: list[str]) -> None:
    """`clone-base|clone-addons DB`: a fresh database from a template, over an older one."""
    verb, target = arguments
    source = {"clone-base": base, "clone-addons": with_addons}[verb]()
    reclone(source, target)
    say.line(f"{target}: clone of {source}")


if __name__ == "__main__":
    main(sys.argv[1:])
