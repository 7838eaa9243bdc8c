"""A file opens with what it is, in a sentence; a header is included once.

A source file beside a header of its name is explained by that header, a test by its cases' names.
"""
import os

import tables


def _explained_elsewhere(tree, path):
    if not path.endswith(".cc"):
        return False
    stem = os.path.splitext(os.path.basename(path))[0]
    headers = [path.removesuffix("cc") + "h"]
    headers += ["%scairn/%s.h" % (root, stem) for root in tables.PUBLIC_ROOTS]
    return path.endswith("_test.cc") or any(tree.exists(h) for h in headers)


def check(tree):
    for path in tree.code():
        text = tree.read(path)
        if not text.startswith("//") and not _explained_elsewhere(tree, path):
            yield path, 1, "opens without a sentence that says what it is"
        if path.endswith(".h") and "#pragma once\n" not in text:
            yield path, 1, "has no #pragma once"
        if os.path.basename(path) != os.path.basename(path).lower():
            yield path, 1, "file names are snake_case"
