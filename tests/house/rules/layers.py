"""Include order is law: a folder includes only what its layer may, from the root, without cycles."""
import os

import cpp_text
import tables
from source_tree import inside


def layer_of(path):
    matching = [folder for folder in tables.LAYERS if inside(path, folder)]
    return max(matching, key=len) if matching else None


def _own_include(tree, kind, included):
    """An include that is ours as LAYERS words it: "cairn/…" of the engine, else from the root; or None."""
    if included.startswith("cairn/"):
        in_dialect = "compat/include/" + included
        return in_dialect if tree.exists(in_dialect) else included
    return included if kind == '"' else None


def _allowed(path, included):
    layer = layer_of(path)
    if layer is None:
        return "is in no layer: tables.py lists them"
    prefixes = tables.LAYERS[layer]
    if prefixes is None or any(included.startswith(p) for p in prefixes):
        return None
    if inside(included, layer):
        return None
    return "%s may include only %s, not \"%s\"" % (layer, " ".join(prefixes), included)


def _is_written(tree, path):
    if ".." in path:
        return False
    generated = path.endswith(("_generated.h", "/table.inc", ".gen.inc"))
    return generated or tree.exists(path) or tree.exists("engine/include/" + path)


def _cycle(edges):
    """A list of folders that include each other in a ring, or None."""
    state, trail = {}, []

    def visit(folder):
        state[folder] = "open"
        trail.append(folder)
        for other in sorted(edges.get(folder, ())):
            if state.get(other) == "open":
                return trail[trail.index(other):] + [other]
            if other not in state:
                ring = visit(other)
                if ring:
                    return ring
        trail.pop()
        state[folder] = "done"
        return None

    for folder in sorted(edges):
        if folder not in state:
            ring = visit(folder)
            if ring:
                return ring
    return None


def check(tree):
    edges = {}
    for path in tree.code():
        for line, kind, included in cpp_text.includes(tree.read(path)):
            own = _own_include(tree, kind, included)
            if own is None:
                continue
            if not _is_written(tree, own):
                yield path, line, "\"%s\" is not a path from the root" % included
                continue
            problem = _allowed(path, own)
            if problem:
                yield path, line, problem
            if own.endswith(".h") and not own.endswith("_generated.h"):
                target = os.path.dirname("engine/include/" + own if own.startswith("cairn/") else own)
                if target != os.path.dirname(path):
                    edges.setdefault(os.path.dirname(path), set()).add(target)
    ring = _cycle(edges)
    if ring:
        yield ring[0], 0, "folders include each other: " + " -> ".join(ring)
