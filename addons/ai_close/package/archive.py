"""An archive of files with a manifest of their digests: sorted, without times, the same each time."""

import hashlib
import re
import zipfile
from io import BytesIO

from ..kernel.canonical import canonical_json

# The earliest time that the format knows.
NO_TIME = (1980, 1, 1, 0, 0, 0)
MANIFEST = "manifest.json"
_UNSAFE = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')


def safe(name, most=100):
    """Return ``name`` as part of a path that every system takes, and that leads nowhere else."""
    cleaned = _UNSAFE.sub("_", name or "").strip(" .")
    stem, dot, end = cleaned.rpartition(".")
    if dot and len(end) <= 8:
        return (stem[: most - len(end) - 1].strip(" .") or "_") + "." + end
    return cleaned[:most].strip(" .") or "_"


def build(files, about):
    """Return the archive (bytes) of ``files`` (path -> bytes); its manifest has ``about`` and all digests."""
    listed = [
        {"path": path, "sha256": hashlib.sha256(files[path]).hexdigest(), "size": len(files[path])}
        for path in sorted(files)
    ]
    manifest = (canonical_json({**about, "files": listed}) + "\n").encode()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path, content in [
            (MANIFEST, manifest),
            *((each["path"], files[each["path"]]) for each in listed),
        ]:
            info = zipfile.ZipInfo(path, NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            # a plain file that everybody may read, whatever system made the archive
            info.create_system, info.external_attr = 3, 0o644 << 16
            archive.writestr(info, content, compresslevel=6)
    return out.getvalue()
