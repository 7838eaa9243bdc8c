#!/usr/bin/env python3
"""Checks the house rules and prints what breaks them, one `path:line: message` each.

check.py [--root DIR] [RULE ...]     all rules by default; each rule is a module in rules/
"""
import argparse
import importlib
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

from source_tree import SourceTree  # noqa: E402  (the path above comes first)

RULES = ("layers foreign sizes names readmes todo places opening compiled unity public_headers").split()


def violations(root, rules=RULES):
    tree = SourceTree(root)
    for rule in rules:
        for path, line, message in importlib.import_module("rules." + rule).check(tree):
            yield "%s%s: %s [%s]" % (path, ":%d" % line if line else "", message, rule)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", default=os.path.join(HERE, "../.."))
    parser.add_argument("rules", nargs="*", metavar="RULE", choices=[[]] + RULES)
    arguments = parser.parse_args()
    found = list(violations(arguments.root, arguments.rules or RULES))
    print("\n".join(found) if found else "clean")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
