"""The first template, kept beside the downloads: another checkout restores it and need not install Odoo anew.

It holds Odoo's and OCA's modules alone, nothing of ours; its name says of which versions. What can't be
restored is thrown away and built.
"""

import os
import shutil
import tempfile
from pathlib import Path

from tools import odoo_cli, postgres, say
from tools.paths import cache_dir


def _folder(key: str) -> Path:
    # A dump is read by the same or a newer PostgreSQL only.
    return cache_dir() / "templates" / f"base_{key}_{postgres.version()}"


def restore(key: str, db: str, cluster: postgres.Cluster) -> bool:
    """Make the database `db` from what is kept under `key`; return whether there was something to restore."""
    kept = _folder(key)
    if not kept.is_dir():
        return False
    programs, store = postgres.binaries(), odoo_cli.data_dir(cluster) / "filestore" / db
    try:
        cluster.sql(f'create database "{db}" template template0')
        say.run([programs / "pg_restore", "--no-owner", "--exit-on-error", "-d", db, kept / "dump"],
                env=cluster.env())
        shutil.rmtree(store, ignore_errors=True)
        shutil.copytree(kept / "filestore", store)
    except (say.CommandFailed, OSError, shutil.Error) as error:
        say.line(f"  {kept} can't be restored and is made anew: {str(error).splitlines()[-1]}")
        odoo_cli.drop(cluster, db)
        shutil.rmtree(kept, ignore_errors=True)
        return False
    return True


def keep(key: str, db: str, cluster: postgres.Cluster) -> None:
    """Keep the database `db` under `key`, for checkouts to come; what was kept of older versions goes."""
    kept = _folder(key)
    kept.parent.mkdir(parents=True, exist_ok=True)
    store = odoo_cli.data_dir(cluster) / "filestore" / db
    with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".new-") as made:
        draft = Path(made, "kept")
        draft.mkdir()
        say.run([postgres.binaries() / "pg_dump", "-Fc", "-Z1", "-f", draft / "dump", db], env=cluster.env())
        shutil.copytree(store, draft / "filestore")
        for old in kept.parent.glob("base_*"):
            shutil.rmtree(old, ignore_errors=True)
        # another checkout may have been faster: its is as good
        if not kept.exists():
            os.rename(draft, kept)
