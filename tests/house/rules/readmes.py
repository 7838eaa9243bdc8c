"""A folder of code says in a README what step of the work it does."""
import os
import re

import tables

_FAMILY = re.compile(r'cairn_family\([^)]*?\bDIR\s+(\S+)')


def _families(tree):
    """Folders whose table, and so whose explanation, is their parent's."""
    for path in tree.files:
        if os.path.basename(path) == "CMakeLists.txt":
            for m in _FAMILY.finditer(tree.read(path)):
                yield os.path.normpath(os.path.join(os.path.dirname(path), m.group(1).rstrip(")")))


def check(tree):
    families = set(_families(tree))
    folders = {os.path.dirname(f) for f in tree.code() if "/" in f}
    tops = {f.split("/")[0] for f in folders}
    for folder in sorted(folders | tops):
        if folder in families or folder.split("/")[0] in tables.EXPLAINED_ABOVE and "/" in folder:
            continue
        if not tree.exists(folder + "/README.md"):
            yield folder, 0, "has no README.md"
