"""The checker finds what it must, and nothing else."""

import unittest

from checker import Transaction, check


def history(*transactions):
    """Each: "name outcome", then ("a", key, number) or ("r", key, numbers)."""
    kinds = {"a": "append", "r": "read"}
    made = []
    for label, *ops in transactions:
        name, _, outcome = label.partition(" ")
        made.append(Transaction(name, outcome or "ok", [(kinds[k], key, v) for k, key, v in ops]))
    return made


class CheckerTest(unittest.TestCase):
    def good(self, *transactions):
        self.assertEqual(check(history(*transactions)), [])

    def bad(self, text, *transactions):
        found = check(history(*transactions))
        self.assertTrue(any(text in one for one in found), found)

    def test_serial(self):
        self.good(
            ["t1", ("r", "x", []), ("a", "x", 1), ("r", "x", [1])],
            ["t2", ("a", "x", 2), ("a", "y", 1)],
            ["t3", ("r", "x", [1, 2]), ("r", "y", [1])],
        )

    def test_write_skew_is_allowed(self):
        self.good(
            ["t1", ("r", "x", []), ("a", "y", 1)],
            ["t2", ("r", "y", []), ("a", "x", 1)],
            ["t3", ("r", "x", [1]), ("r", "y", [1])],
        )

    def test_lost_update(self):
        self.bad(
            "G-single",
            ["t1", ("r", "x", []), ("a", "x", 1)],
            ["t2", ("r", "x", []), ("a", "x", 2)],
            ["t3", ("r", "x", [1, 2])],
        )

    def test_read_skew(self):
        self.bad(
            "G-single",
            ["t1", ("r", "x", []), ("r", "y", [1])],
            ["t2", ("a", "x", 1), ("a", "y", 1)],
            ["t3", ("r", "x", [1]), ("r", "y", [1])],
        )

    def test_long_fork(self):
        self.bad(
            "G-single or nonadjacent",
            ["w1", ("a", "x", 1)],
            ["w2", ("a", "y", 1)],
            ["r1", ("r", "x", [1]), ("r", "y", [])],
            ["r2", ("r", "x", []), ("r", "y", [1])],
            ["r3", ("r", "x", [1]), ("r", "y", [1])],
        )

    def test_aborted_and_intermediate_reads(self):
        self.bad("G1a", ["t1 fail", ("a", "x", 1)], ["t2", ("r", "x", [1])])
        self.bad("G1b", ["t1", ("a", "x", 1), ("a", "x", 2)], ["t2", ("r", "x", [1])])

    def test_circular_information_flow(self):
        self.bad(
            "G1c",
            ["t1", ("a", "x", 1), ("r", "y", [1])],
            ["t2", ("a", "y", 1), ("r", "x", [1])],
        )

    def test_orders_and_own_reads(self):
        self.bad("incompatible", ["t1", ("r", "x", [1, 2])], ["t2", ("r", "x", [2, 1])],
                 ["w1", ("a", "x", 1)], ["w2", ("a", "x", 2)])
        self.bad("internal", ["t1", ("r", "x", []), ("a", "x", 1), ("r", "x", [])])

    def test_an_unknown_end_counts_where_it_is_seen(self):
        self.good(["t1 info", ("a", "x", 1)], ["t2", ("r", "x", [1])])
        self.good(["t1 info", ("a", "x", 1)], ["t2", ("r", "x", [])])


if __name__ == "__main__":
    unittest.main()
