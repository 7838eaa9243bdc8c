"""A TODO says what makes it due: TODO(when …) or TODO(issue …)."""
import re

_MARK = re.compile(r'\b(TODO|FIXME|XXX|HACK)\b(\((when|until|issue) [^)]+\))?')


def check(tree):
    for path in tree.text():
        if path.startswith("tests/house/"):
            continue
        for number, line in enumerate(tree.read(path).splitlines(), 1):
            for m in _MARK.finditer(line):
                if not m.group(2):
                    yield path, number, "%s without what makes it due: TODO(when …)" % m.group(1)
