"""Every source file is compiled: one that CMake does not list is dead, or a feature forgotten."""
import collections
import json
import os
import re

from source_tree import inside

# Built only in the fuzz tree, or outside the tree by a test.
_ELSEWHERE = ("tests/fuzz", "tests/install")
# Built only where the peer that they speak to is installed.
_OPTIONAL = ("bench/ann/peer_faiss.cc", "bench/ann/peer_hnswlib.cc")


def _sources(path):
    """The file, or those that it includes where CMake wrote it to compile several at a time."""
    if not re.search(r"/Unity/unity_\d+_cxx\.cxx$", path):
        return [path]
    with open(path, encoding="utf-8") as f:
        return re.findall(r'#include "(.*\.cc)"', f.read())


def _entries(tree):
    build = os.environ.get("CAIRN_BUILD_DIR", os.path.join(tree.root, "build/release"))
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
        return [entry["file"] for entry in json.load(f)]


def compiled_together(tree):
    """For each layer, the files of which some are compiled at a time. None without a build tree."""
    layers = collections.defaultdict(set)
    try:
        for path in _entries(tree):
            if len(_sources(path)) > 1:
                layers[os.path.dirname(path)].update(os.path.relpath(source, tree.root)
                                                     for source in _sources(path))
    except FileNotFoundError:
        pass
    return layers.values()


def check(tree):
    try:
        compiled = {os.path.relpath(source, tree.root)
                    for path in _entries(tree) for source in _sources(path)}
    except FileNotFoundError:
        yield "compile_commands.json", 0, "not found in the build tree: configure first"
        return
    for path in tree.code():
        if path.endswith(".cc") and path not in compiled and path not in _OPTIONAL:
            if not any(inside(path, folder) for folder in _ELSEWHERE):
                yield path, 0, "is compiled by nothing: no CMakeLists.txt lists it"
