"""A name without linkage is defined once in a layer: its files are compiled several at a time, and which ones meet depends on how
many there are. What must have such a name too is listed as ALONE in its CMakeLists.txt."""
import collections
import os
import re

import cpp_text
from rules import compiled

_FUNCTION = re.compile(r"^(?:template <[^>]*>\n)?[\w:<>,&* ]+?[ &*](\w+)\(([^;{}]*)\)\s*(?:const)?\s*\{", re.M)
_TYPE = re.compile(r"^(?:class|struct|enum class|enum|union)\s+(\w+)[^;]*?\{", re.M)
_CONSTANT = re.compile(r"^(?:static |thread_local )*(?:constexpr|const)\s+[^=({;]*?\b(\w+)(?:\[[^\]]*\])*\s*[={(;]", re.M)


def _inside(text, at):
    """What stands in the braces that open before `at`, without what stands in braces in them."""
    depth, seen = 1, []
    for c in text[at:]:
        if c == "}":
            depth -= 1
        if depth == 0:
            break
        if depth == 1 or (depth == 2 and c == "}"):
            seen.append(c)
        if c == "{":
            depth += 1
            if depth == 2 and seen[-1:] != ["{"]:
                seen.append("{")
    return "".join(seen)


def _types(parameters):
    return ", ".join(re.sub(r"\s*\b\w+$", "", p.strip()) for p in re.sub(r"\s+", " ", parameters).split(","))


def names(text):
    """Names that stand in unnamed namespaces, functions with the types of what they take."""
    text = cpp_text.plain(text)
    found = set()
    for opening in re.finditer(r"namespace\s*\{", text):
        body = _inside(text, opening.end())
        found.update("%s(%s)" % (name, _types(given)) for name, given in _FUNCTION.findall(body))
        found.update(_TYPE.findall(body))
        found.update(_CONSTANT.findall(body))
    return found


def check(tree):
    for layer in compiled.compiled_together(tree):
        where = collections.defaultdict(list)
        for path in sorted(layer):
            text = tree.read(path)
            spaces = re.search(r"^namespace ([\w:]+)", text, re.M)
            for name in names(text):
                where[spaces.group(1) if spaces else "", name].append(path)
        for (_, name), paths in sorted(where.items()):
            if len(paths) > 1:
                yield paths[1], 0, "%s is defined in %s too" % (name, os.path.basename(paths[0]))
