"""Random values of every BSON type, from a seed."""

import datetime
import random

from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from bson.datetime_ms import DatetimeMS

INTEGERS = [0, 1, -1, 2, 3, 5, 7, -2, 10, 100, 2**31 - 1, -(2**31)]
LONGS = [0, 1, -1, 2, 2**31, -(2**31) - 1, 2**53 + 1, 2**63 - 1, -(2**63)]
DOUBLES = [0.0, -0.0, 1.0, 1.5, -2.5, 3.0, 1e10, 1e300, float("nan"), float("inf"), float("-inf"), 2.0**63]
DECIMALS = ["0", "1", "1.0", "2.50", "-3", "NaN", "Infinity", "-Infinity", "9223372036854775808", "1E+3"]
WORDS = ["", "a", "b", "ab", "abc", "A", "aB", "Hello", "hello world", " x ", "\t tab\n", "é", "e\u0301", "日本語",
         "ß", "ÀÉÎ", "😀", "a😀b", "\u0000", "a\u0000b", "0", "12", "-5", "x,y,,z", "aaa", "abcabc", "ſ", "İ",
         "\u00a0pad\u00a0", "\u2003wide\u2003", "$dollar", "a.b", "$", "Straße", "naïve café"]


class Values:
    """What a seed gives; documents get the values that expressions read by path."""

    def __init__(self, rng: random.Random):
        self.rng = rng
        self.document = {}

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, choices):
        return self.rng.choice(choices)

    def number(self):
        kind = self.rng.randrange(4)
        if kind == 0:
            return self.pick(INTEGERS)
        if kind == 1:
            return Int64(self.pick(LONGS))
        if kind == 2:
            return self.pick(DOUBLES)
        return Decimal128(self.pick(DECIMALS))

    def integer(self, low=-10, high=10):
        number = self.rng.randint(low, high)
        kind = self.rng.randrange(8)
        if kind == 0:
            return Int64(number)
        if kind == 1:
            return float(number)
        if kind == 2:
            return Decimal128(str(number))
        return number

    def text(self):
        if self.chance(0.7):
            return self.pick(WORDS)
        return "".join(self.pick(WORDS) for _ in range(self.rng.randrange(4)))

    def moment(self):
        kind = self.rng.randrange(6)
        if kind == 0:
            return DatetimeMS(self.rng.randrange(-62167219200000, 253402300800000))
        if kind == 1:
            return DatetimeMS(self.rng.randrange(-(10**15), 10**15))
        if kind == 2:
            return DatetimeMS(self.pick([0, -1, 1, 951782400000, 253402300799999, -62135596800001]))
        return DatetimeMS(self.rng.randrange(-2208988800000, 4102444800000))

    def date_like(self):
        kind = self.rng.randrange(10)
        if kind == 0:
            return Timestamp(self.rng.randrange(2**32), self.rng.randrange(5))
        if kind == 1:
            return ObjectId(self.rng.randbytes(12))
        return self.moment()

    def scalar(self):
        kind = self.rng.randrange(16)
        if kind < 4:
            return self.number()
        if kind < 7:
            return self.text()
        return [True, False, None, self.moment(), ObjectId(b"0123456789ab"), Timestamp(5, 1), Binary(b"ab", 0),
                Regex("a", "i"), MinKey(), MaxKey(), Code("f()")][self.rng.randrange(11)]

    def array(self, element=None, most=5):
        element = element or (lambda: self.value(1))
        return [element() for _ in range(self.rng.randrange(most + 1))]

    def value(self, depth=0):
        kind = self.rng.randrange(10)
        if kind == 0 and depth < 3:
            return {self.pick(["a", "b", "c", "k", "v"]): self.value(depth + 1) for _ in range(self.rng.randrange(3))}
        if kind <= 2 and depth < 3:
            return self.array(lambda: self.value(depth + 1), 4)
        return self.scalar()

    def operand(self, value):
        """An expression that gives `value`: a path into the document, or a constant."""
        if self.chance(0.92):
            name = f"f{len(self.document)}"
            self.document[name] = value
            return "$" + name
        return {"$literal": value}

    def mostly(self, make, share=0.88):
        """An operand of the type that an operator wants, or of any other, or missing."""
        if self.chance(share):
            return self.operand(make())
        if self.chance(0.2):
            return self.pick(["$nothing", None])
        return self.operand(self.value())


def moments_near_changes(zones, rng):
    """Pairs of a zone's name and a moment within a day of one of its clocks' changes."""
    import zoneinfo

    name = rng.choice(zones)
    zone = zoneinfo.ZoneInfo(name)
    low = rng.randrange(-2208988800, 4102444800)
    step = 86400 * 30

    def offset(at):
        return datetime.datetime.fromtimestamp(at, zone).utcoffset()

    for at in range(low, low + 12 * step, step):
        if offset(at) == offset(at + step):
            continue
        begin, end = at, at + step
        while end - begin > 1:
            middle = (begin + end) // 2
            if offset(middle) == offset(begin):
                begin = middle
            else:
                end = middle
        return name, end * 1000 + rng.randrange(-86400000, 86400000)
    return name, low * 1000
