"""Matching of an actual value against an expected one, with the `$$` operators of the unified test
format."""

import binascii

from bson import (
    Binary,
    Code,
    Decimal128,
    Int64,
    MaxKey,
    MinKey,
    ObjectId,
    Regex,
    Timestamp,
    json_util,
)

from errors import Mismatch, Unsupported

MISSING = object()

TYPE_TESTS = {
    "double": lambda v: type(v) is float,
    "string": lambda v: type(v) is str,
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "binData": lambda v: isinstance(v, (Binary, bytes)),
    "objectId": lambda v: isinstance(v, ObjectId),
    "bool": lambda v: type(v) is bool,
    "date": lambda v: hasattr(v, "isoformat"),
    "null": lambda v: v is None,
    "regex": lambda v: isinstance(v, Regex) or hasattr(v, "pattern"),
    "javascript": lambda v: isinstance(v, Code),
    "int": lambda v: type(v) is int,
    "long": lambda v: isinstance(v, Int64),
    "timestamp": lambda v: isinstance(v, Timestamp),
    "decimal": lambda v: isinstance(v, Decimal128),
    "minKey": lambda v: isinstance(v, MinKey),
    "maxKey": lambda v: isinstance(v, MaxKey),
    "number": lambda v: is_number(v) or isinstance(v, Decimal128),
}


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def shown(value):
    return "nothing" if value is MISSING else repr(value)


def as_list(value):
    return value if isinstance(value, list) else [value]


class Matcher:
    """Needs the entities of the running case for `$$matchesEntity` and `$$sessionLsid`."""

    def __init__(self, entities):
        self.entities = entities
        self.operators = {
            "$$exists": self._exists,
            "$$type": self._type,
            "$$unsetOrMatches": self._unset_or_matches,
            "$$matchesEntity": self._matches_entity,
            "$$matchesHexBytes": self._matches_hex_bytes,
            "$$sessionLsid": self._session_lsid,
            "$$matchAsDocument": self._match_as_document,
            "$$matchAsRoot": self._match_as_root,
            "$$lte": self._lte,
        }

    def match(self, expected, actual, path="result", root=True):
        """Raises Mismatch. A root document may have more fields than expected; a nested one may
        not."""
        if isinstance(expected, dict):
            self._match_document(expected, actual, path, root)
        elif isinstance(expected, list):
            self._match_list(expected, actual, path, root)
        else:
            self._match_value(expected, actual, path)

    def _match_document(self, expected, actual, path, root):
        if len(expected) == 1 and next(iter(expected)).startswith("$$"):
            ((name, argument),) = expected.items()
            if name not in self.operators:
                raise Unsupported(f"the matcher {name}")
            return self.operators[name](argument, actual, path, root)
        if not isinstance(actual, dict):
            raise Mismatch(f"{path}: expected a document {expected}, got {actual!r}")
        for key, value in expected.items():
            if actual.get(key, MISSING) is MISSING and not self._may_be_missing(value):
                raise Mismatch(f"{path}.{key} is missing in {actual}")
            self.match(value, actual.get(key, MISSING), f"{path}.{key}", root=False)
        extra = [] if root else [key for key in actual if key not in expected]
        if extra:
            raise Mismatch(f"{path}: unexpected {extra} in {actual}")
        return None

    @staticmethod
    def _may_be_missing(expected):
        if not isinstance(expected, dict) or len(expected) != 1:
            return False
        return expected.get("$$exists") is False or next(iter(expected)) in (
            "$$unsetOrMatches",
            "$$matchesEntity",
            "$$lte",
            "$$type",
        )

    def _match_list(self, expected, actual, path, root):
        if not isinstance(actual, list):
            raise Mismatch(f"{path}: expected an array, got {actual!r}")
        if len(expected) != len(actual):
            raise Mismatch(
                f"{path}: expected {len(expected)} elements, got {len(actual)}: {actual}"
            )
        for i, (wanted, found) in enumerate(zip(expected, actual)):
            self.match(wanted, found, f"{path}[{i}]", root)

    def _match_value(self, expected, actual, path):
        if is_number(expected) and is_number(actual):
            same = expected == actual or (expected != expected and actual != actual)
        elif isinstance(expected, (bytes, Binary)) and isinstance(actual, (bytes, Binary)):
            same = bytes(expected) == bytes(actual) and getattr(expected, "subtype", 0) == getattr(
                actual, "subtype", 0
            )
        else:
            same = type(expected) is type(actual) and expected == actual
        if not same:
            raise Mismatch(f"{path}: expected {expected!r}, got {shown(actual)}")

    def _exists(self, wanted, actual, path, root):
        if wanted is (actual is MISSING):
            raise Mismatch(f"{path} should {'exist' if wanted else 'not exist'}, got {actual!r}")

    def _type(self, names, actual, path, root):
        if not any(TYPE_TESTS[name](actual) for name in as_list(names)):
            raise Mismatch(f"{path}: expected type {names}, got {shown(actual)}")

    def _unset_or_matches(self, expected, actual, path, root):
        if actual is not MISSING and actual is not None:
            self.match(expected, actual, path, root)

    def _matches_entity(self, name, actual, path, root):
        self.match(self.entities.get(name), actual, path, root)

    def _matches_hex_bytes(self, text, actual, path, root):
        if not isinstance(actual, (bytes, Binary)) or bytes(actual) != binascii.unhexlify(text):
            raise Mismatch(f"{path}: expected bytes {text}, got {actual!r}")

    def _session_lsid(self, name, actual, path, root):
        if actual != self.entities.lsid(name):
            raise Mismatch(f"{path}: expected the id of session {name}, got {actual!r}")

    def _match_as_document(self, expected, actual, path, root):
        self.match(expected, json_util.loads(actual), path, root=False)

    def _match_as_root(self, expected, actual, path, root):
        self.match(expected, actual, path, root=True)

    def _lte(self, limit, actual, path, root):
        if not is_number(actual) or actual > limit:
            raise Mismatch(f"{path}: expected at most {limit}, got {actual!r}")
