#!/usr/bin/env python3
"""Tests the matcher: one that accepted too much would make every published case pass."""
import sys
import unittest

from bson import Binary, Int64

from errors import Mismatch, Unsupported
from matching import MISSING, Matcher

# expected, actual, whether they match as a root document
CASES = [
    ({"a": 1}, {"a": 1}, True),
    ({"a": 1}, {"a": 2}, False),
    ({"a": 1}, {"a": 1.0}, True),
    ({"a": 1}, {"a": Int64(1)}, True),
    ({"a": 1}, {"a": True}, False),
    ({"a": True}, {"a": 1}, False),
    ({"a": "1"}, {"a": 1}, False),
    ({"a": None}, {}, False),
    ({"a": None}, {"a": None}, True),
    ({"a": 1}, {"a": 1, "b": 2}, True),  # a root document may have more
    ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, False),  # a nested one may not
    ([{"a": 1}], [{"a": 1, "b": 2}], True),
    ([{"a": 1}], [], False),
    ([1, 2], [2, 1], False),
    ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 1}]}, False),
    ({"a": {"$$exists": True}}, {"a": None}, True),
    ({"a": {"$$exists": True}}, {}, False),
    ({"a": {"$$exists": False}}, {}, True),
    ({"a": {"$$exists": False}}, {"a": None}, False),
    ({"a": {"$$type": "int"}}, {"a": 1}, True),
    ({"a": {"$$type": "int"}}, {"a": Int64(1)}, False),
    ({"a": {"$$type": ["int", "long"]}}, {"a": Int64(1)}, True),
    ({"a": {"$$type": "string"}}, {}, False),
    ({"a": {"$$unsetOrMatches": 1}}, {}, True),
    ({"a": {"$$unsetOrMatches": 1}}, {"a": 1}, True),
    ({"a": {"$$unsetOrMatches": 1}}, {"a": 2}, False),
    ({"a": {"$$unsetOrMatches": {"b": 1}}}, {"a": {"b": 1, "c": 2}}, False),
    ({"a": {"$$matchAsRoot": {"b": 1}}}, {"a": {"b": 1, "c": 2}}, True),
    ({"a": {"$$matchAsDocument": {"b": 1}}}, {"a": '{"b": 1}'}, True),
    ({"a": {"$$matchAsDocument": {"b": 2}}}, {"a": '{"b": 1}'}, False),
    ({"a": {"$$matchesHexBytes": "00ff"}}, {"a": b"\x00\xff"}, True),
    ({"a": {"$$matchesHexBytes": "00ff"}}, {"a": b"\x00"}, False),
    ({"a": {"$$matchesEntity": "seven"}}, {"a": 7}, True),
    ({"a": {"$$matchesEntity": "seven"}}, {"a": 8}, False),
    ({"a": {"$$matchesEntity": "seven"}}, {}, False),
    ({"a": {"$$sessionLsid": "s"}}, {"a": {"id": Binary(b"x" * 16, 4)}}, True),
    ({"a": {"$$sessionLsid": "s"}}, {"a": {"id": Binary(b"y" * 16, 4)}}, False),
    ({"a": {"$$lte": 5}}, {"a": 5}, True),
    ({"a": {"$$lte": 5}}, {"a": 6}, False),
    ({"a": {"$$lte": 5}}, {}, False),
    ({"a": b"x"}, {"a": Binary(b"x", 0)}, True),
    ({"a": b"x"}, {"a": Binary(b"x", 5)}, False),
    ({"a": 1}, MISSING, False),
    ({"a": 1}, None, False),
]


class SomeEntities:
    def get(self, name):
        return {"seven": 7}[name]

    def lsid(self, name):
        return {"s": {"id": Binary(b"x" * 16, 4)}}[name]


class Matching(unittest.TestCase):
    def test_cases(self):
        matcher = Matcher(SomeEntities())
        for expected, actual, wanted in CASES:
            with self.subTest(expected=expected, actual=actual):
                try:
                    matcher.match(expected, actual)
                    matched = True
                except Mismatch:
                    matched = False
                self.assertEqual(matched, wanted)

    def test_unknown_operator(self):
        with self.assertRaises(Unsupported):
            Matcher(SomeEntities()).match({"a": {"$$noSuchOperator": 1}}, {"a": 1})


if __name__ == "__main__":
    sys.exit(unittest.main())
