"""Every source file is compiled: one that CMake does not list is dead, or a feature forgotten."""
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


def check(tree):
    build = os.environ.get("CAIRN_BUILD_DIR", os.path.join(tree.root, "build/release"))
    try:
        with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as f:
            compiled = {os.path.relpath(path, tree.root)
                        for entry in json.load(f) for path in _sources(entry["file"])}
    except FileNotFoundError:
        yield "compile_commands.json", 0, "not found in the build tree: configure first"
        return
    for path in tree.code():
        if path.endswith(".cc") and path not in compiled and path not in _OPTIONAL:
            if not any(inside(path, folder) for folder in _ELSEWHERE):
                yield path, 0, "is compiled by nothing: no CMakeLists.txt lists it"
