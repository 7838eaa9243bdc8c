"""Exact comparison of what a server answered with what the generator says it must answer.

Exact means: the same values of the same BSON types in the same field order; documents are compared
by their encoded bytes. An `Expectations` counts what it compared, so that a check which compared
nothing fails instead of passing.
"""

import math
from collections import namedtuple

import bson
from bson.int64 import Int64

MISSING = object()
Check = namedtuple("Check", "system why run")


class Mismatch(Exception):
    """The answer differs from the expected one; the message says where."""


class Checks(list):
    """The checks of one system, in the order in which they are written and run."""

    def __init__(self, system):
        super().__init__()
        self.system = system

    def __call__(self, why):
        def register(run):
            self.append(Check(self.system, why, run))
            return run

        return register


class Expectations:
    """Comparisons of one check."""

    def __init__(self):
        self.compared = 0

    def same(self, got, expected, what="value"):
        """One value or document, or a list of them in this order."""
        self.compared += 1
        if bson.encode({"": got}) != bson.encode({"": expected}):
            raise Mismatch(f"{what}{difference(got, expected, '')}")

    def same_documents(self, got, expected, least=1):
        """Documents with unique `_id`s in any order; `least` guards against an empty question."""
        got, expected = list(got), list(expected)
        if len(expected) < least:
            raise Mismatch(
                f"the generator gives only {len(expected)} expected documents, want {least}"
            )
        got_by_id = {key_of(document["_id"]): document for document in got}
        if len(got_by_id) != len(got):
            raise Mismatch(f"{len(got) - len(got_by_id)} documents came twice")
        for document in expected:
            if key_of(document["_id"]) not in got_by_id:
                raise Mismatch(
                    f"missing document {document['_id']!r} ({len(got)} came, {len(expected)} expected)"
                )
            self.same(
                got_by_id.pop(key_of(document["_id"])), document, f"document {document['_id']!r}"
            )
        if got_by_id:
            raise Mismatch(
                f"{len(got_by_id)} documents too many, such as {next(iter(got_by_id))!r}"
            )

    def same_page(self, got, candidates, key, skip=0, limit=None, reverse=False):
        """A sorted page; documents with equal keys may stand in any order, as in MongoDB."""
        ordered = sorted(candidates, key=key, reverse=reverse)
        expected = ordered[skip : None if limit is None else skip + limit]
        if not expected:
            raise Mismatch("the generator gives an empty page")
        if [key(document) for document in got] != [key(document) for document in expected]:
            raise Mismatch(
                f"sort keys: got {[key(d) for d in got][:8]}, expected {[key(d) for d in expected][:8]}"
            )
        by_id = {key_of(document["_id"]): document for document in ordered}
        wanted = [by_id.get(key_of(document["_id"])) for document in got]
        if None in wanted:
            raise Mismatch("the page holds a document that the filter excludes")
        if len({key_of(document["_id"]) for document in got}) != len(got):
            raise Mismatch("the page holds a document twice")
        for document, expected_document in zip(got, wanted):
            self.same(document, expected_document, f"document {document['_id']!r}")

    def same_groups(self, got, expected):
        """`$group` output: {key: document without _id}, any order."""
        if not expected:
            raise Mismatch("the generator gives no groups")
        rest = dict(expected)
        for document in got:
            document = dict(document)
            key = key_of(document.pop("_id"))
            if key not in rest:
                raise Mismatch(f"group {key!r} is unexpected or came twice")
            self.same(document, rest.pop(key), f"group {key!r}")
        if rest:
            raise Mismatch(f"groups missing: {list(rest)[:5]}")

    def same_set(self, got, expected):
        """Scalars in any order, each once."""
        self.same(sorted(got), sorted(set(expected)), "set")

    def close(self, got, expected, what="number"):
        """Sums of decimal fractions, which may be added in another order."""
        self.compared += 1
        if type(got) is not type(expected) or not math.isclose(got, expected, rel_tol=1e-12):
            raise Mismatch(f"{what}: got {got!r}, expected {expected!r}")

    def true(self, condition, what):
        self.compared += 1
        if not condition:
            raise Mismatch(what)


class Expected:
    """The documents one collection must hold, in insertion order; writes are repeated on it."""

    def __init__(self, documents):
        self.by_key = {key_of(document["_id"]): document for document in documents}

    def __iter__(self):
        return iter(self.by_key.values())

    def __len__(self):
        return len(self.by_key)

    def __getitem__(self, identifier):
        return self.by_key[key_of(identifier)]

    def where(self, predicate):
        return [document for document in self if predicate(document)]

    def insert(self, document):
        self.by_key[key_of(document["_id"])] = document

    def delete(self, documents):
        for document in documents:
            del self.by_key[key_of(document["_id"])]


def key_of(identifier):
    """A dictionary key for any `_id`."""
    return tuple(identifier.items()) if isinstance(identifier, dict) else identifier


def difference(got, expected, path):
    """Where two values differ first, for a human to read."""
    if isinstance(got, dict) and isinstance(expected, dict):
        for name in expected:
            if name not in got:
                return f"{path}: field {name!r} is missing"
            if bson.encode({"": got[name]}) != bson.encode({"": expected[name]}):
                return difference(got[name], expected[name], f"{path}.{name}")
        return f"{path}: fields {list(got)}, expected {list(expected)}"
    if isinstance(got, list) and isinstance(expected, list) and len(got) == len(expected):
        for place, (left, right) in enumerate(zip(got, expected)):
            if bson.encode({"": left}) != bson.encode({"": right}):
                return difference(left, right, f"{path}[{place}]")
    return (
        f"{path}: got {type(got).__name__} {str(got)[:200]}, "
        f"expected {type(expected).__name__} {str(expected)[:200]}"
    )


def dig(document, path, default=MISSING):
    """The value at a dotted path of nested documents (no arrays)."""
    for name in path.split("."):
        if not isinstance(document, dict) or name not in document:
            return default
        document = document[name]
    return document


def nothing_first(value):
    """A sort key for numbers, dates or strings among which null and missing come first."""
    return (0, 0) if value is None or value is MISSING else (1, value)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def summed(values):
    """What `$sum` gives: int32 where all are and it fits, else int64, double where one is."""
    numbers = [value for value in values if is_number(value)]
    if any(isinstance(value, float) for value in numbers):
        return math.fsum(numbers)
    total = sum(int(value) for value in numbers)
    wide = any(isinstance(value, Int64) for value in numbers) or not -(2**31) <= total < 2**31
    return Int64(total) if wide else total


def averaged(values):
    """What `$avg` gives: a double, or null where there is no number."""
    numbers = [value for value in values if is_number(value)]
    return math.fsum(numbers) / len(numbers) if numbers else None


def grouped(documents, key):
    groups = {}
    for document in documents:
        groups.setdefault(key(document), []).append(document)
    return groups
