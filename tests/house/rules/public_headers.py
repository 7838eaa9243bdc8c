"""Each public header compiles by itself as C++20, with every compiler that is here."""
import os
import shutil
import subprocess

import tables


def compilers():
    return [c for c in ("g++", "clang++-16") if shutil.which(c)]


def check(tree):
    include = os.path.join(tree.root, os.path.dirname(tables.PUBLIC))
    for path in tree.files:
        if not path.startswith(tables.PUBLIC + "/") or not path.endswith(".h"):
            continue
        header = os.path.relpath(path, os.path.dirname(tables.PUBLIC))
        for compiler in compilers():
            run = subprocess.run(
                [compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                 "-I" + include, "-x", "c++", "-"],
                input="#include <%s>\n#include <%s>\n" % (header, header), text=True,
                stderr=subprocess.PIPE, check=False)
            if run.returncode != 0:
                yield path, 0, "%s -std=c++20: %s" % (compiler, run.stderr.strip()[:600])
