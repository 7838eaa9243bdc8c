"""One foreign library, one folder: a header of a library is included only where its row says."""
import re

import cpp_text
import tables
from source_tree import inside

_STANDARD = re.compile(r'^[a-z_0-9]+$')


def _row(header):
    for library, pattern, folders in tables.FOREIGN:
        if re.match(pattern, header):
            return library, folders
    return None


def _sees(path, folders):
    if path.startswith("tests/install/"):
        return False
    # tests/storage/x and bench/storage/x see what engine/storage sees.
    if any(inside(path, top) for top in ("tests", "bench")):
        return True
    return any(inside(path, folder) for folder in folders)


def check(tree):
    for path in tree.code():
        for line, kind, header in cpp_text.includes(tree.read(path)):
            if header.startswith("cairn/") or (kind == '"' and tree.exists(header)):
                continue
            if kind == '"' and header.endswith(("_generated.h", "/table.inc", ".gen.inc")):
                continue
            if _STANDARD.match(header):
                continue
            row = _row(header)
            if row is None:
                if kind == "<":
                    yield path, line, "<%s> is in no row of FOREIGN in tables.py" % header
            elif not _sees(path, row[1]):
                yield path, line, "%s is for %s only" % (row[0], ", ".join(row[1]))
