"""Names name the concept: never Utils, Helpers, Common, Manager, Base, Misc."""
import os
import re

import cpp_text
import tables

_WORD = re.compile(r'[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+')


def _banned(name):
    for word in _WORD.findall(name):
        if word.lower() in tables.BANNED_WORDS:
            return word
    return None


def check(tree):
    for path in tree.files:
        if path in tables.NAMES_ALLOWED:
            continue
        for part in path.split("/"):
            word = _banned(os.path.splitext(part)[0])
            if word:
                yield path, 0, "'%s' says nothing: name the concept" % word
    for path in tree.code():
        for line, name in cpp_text.types(tree.read(path)):
            word = _banned(name)
            if word and name not in tables.NAMES_ALLOWED:
                yield path, line, "%s: '%s' says nothing: name the concept" % (name, word)
