"""Each public header compiles by itself as C++20, with every compiler that is here."""
import os
import shutil
import subprocess

import tables


def compilers():
    return [c for c in ("g++", "clang++-16") if shutil.which(c)]


def _headers(tree):
    for root in tables.PUBLIC_ROOTS:
        for path in tree.files:
            if path.startswith(root) and path.endswith(".h"):
                yield path, path.removeprefix(root)


def check(tree):
    folders = ["-I" + os.path.join(tree.root, root) for root in tables.PUBLIC_ROOTS]
    for path, header in _headers(tree):
        for compiler in compilers():
            run = subprocess.run(
                [compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", *folders,
                 "-x", "c++", "-"],
                input="#include <%s>\n#include <%s>\n" % (header, header), text=True,
                stderr=subprocess.PIPE, check=False)
            if run.returncode != 0:
                yield path, 0, "%s -std=c++20: %s" % (compiler, run.stderr.strip()[:600])
