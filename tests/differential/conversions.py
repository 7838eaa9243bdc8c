"""Expressions of types: conversions, hashes, vectors."""

import struct

from bson import Binary, Decimal128, Int64
from values import Values

NUMBER_TEXTS = ["0", "1", "-1", "+1", "12", "-0", "1.5", ".5", "5.", ".", "1e3", "1E-3", "1e400", "1e-400", "1e7000", "0x1F", "-0x1F",
                "0x", "ff", "FF", "-ff", "101", "17", "8", "2147483647", "2147483648", "-2147483648", "9223372036854775807",
                "9223372036854775808", "-9223372036854775808", "1 ", " 1", "1\u0000", "++1", "+-1", "inf", "-Infinity", "infinit",
                "NaN", "nan", "-nan", "1_0", "1,0", "", "e", "1e", "1e+", "0.1", "123456789012345678901234567890.12345678",
                "4.9e-324", "1e-320", "1.7976931348623157e308", "1.8e308", "9.99e6144", "1e6145", "1e-6176", "1e-6177", "٣"]
OTHER_TEXTS = ["5ab9cbfa31c2ab715d42129e", "5AB9CBFA31C2AB715D42129E", "5ab9cbfa31c2ab715d42129", "zab9cbfa31c2ab715d42129e",
               "00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-AABBCCDDEEFF", "00112233445566778899aabbccddeeff",
               "aGk=", "aGk", "aGk==", "-_8=", "+/8=", "-_8", "6869", "686", "68 9", "true", "false", "[1,2]", "{\"a\":1}", "[", "null",
               "2018-03-03T10:00:00Z", "2018-03-03"]
TYPES = ["double", "string", "binData", "objectId", "bool", "date", "int", "long", "decimal", "timestamp", "regex",
         "minKey", "null", "undefined", "javascript", "symbol", "nope", "missing", 1, 2, 5, 7, 8, 9, 16, 18, 19, -1, 127, 99, 1.0, 1.5]
SHORT = ["$toBool", "$toDate", "$toDecimal", "$toDouble", "$toInt", "$toLong", "$toObjectId", "$toString", "$toUUID"]


def binary(values: Values):
    size = values.pick([0, 1, 2, 3, 4, 8, 16, 5])
    return Binary(values.rng.randbytes(size), values.pick([0, 0, 0, 4, 3, 5, 9, 128]))


def vector(values: Values):
    count = values.rng.randrange(5)
    kind = values.rng.randrange(4)
    if kind == 0:
        return Binary(b"\x27\x00" + struct.pack(f"<{count}f", *[values.rng.uniform(-2, 2) for _ in range(count)]), 9)
    if kind == 1:
        return Binary(b"\x03\x00" + values.rng.randbytes(count), 9)
    if kind == 2:
        return Binary(b"\x10\x00" + values.rng.randbytes(count), 9)
    return [values.pick([1, 2.5, -3, Int64(4), Decimal128("1.5"), True, 0, 0.1, -0.7]) for _ in range(count)]


def input_of(values: Values):
    kind = values.rng.randrange(10)
    if kind < 3:
        return values.pick(NUMBER_TEXTS)
    if kind < 5:
        return values.pick(OTHER_TEXTS)
    if kind == 5:
        return binary(values)
    if kind < 8:
        return values.scalar()
    if kind == 8:
        return values.date_like()
    return values.number() if values.chance(0.6) else values.pick(
        [values.rng.uniform(-1e19, 1e19), values.rng.uniform(-3e9, 3e9), values.rng.uniform(-100, 100), 2147483647.9, -2147483648.5,
         Decimal128("2147483647.5"), Decimal128("-2147483648.5"), Decimal128("9223372036854775807.5"), Decimal128("1E-400"),
         Decimal128("9.99E+308"), 1e15, 1e16, 1e17, 123456.789, 1e-5, 1e-4, 5e-324])


def short(values: Values):
    return {values.pick(SHORT): values.operand(input_of(values))}


def convert(values: Values):
    to = values.pick(TYPES[:9]) if values.chance(0.8) else values.pick(TYPES)
    if values.chance(0.2):
        to = {"type": to}
        if values.chance(0.8):
            to["subtype"] = values.pick([0, 0, 4, 5, 9, 128, 10, -1, 256, "x", 1.0, 1.5, None])
    fields = {"input": values.operand(input_of(values)), "to": to if values.chance(0.9) else values.operand(to)}
    if values.chance(0.6):
        fields["format"] = values.pick(["base64", "base64url", "hex", "utf8", "uuid", "auto", "auto", "nope", None, 5])
    if values.chance(0.2):
        fields["byteOrder"] = values.pick(["big", "little", "big", "nope", 5, None])
    if values.chance(0.2):
        fields["base"] = values.pick([2, 8, 10, 16, 16, 7, "x", None, 16.0])
    if values.chance(0.15):
        fields["onError"] = values.operand("failed")
    if values.chance(0.1):
        fields["onNull"] = values.operand("nothing")
    return {"$convert": fields}


def hashed(values: Values):
    return {"$toHashedIndexKey": [values.mostly(lambda: values.value(0))]}


def similarity(values: Values):
    name = values.pick(["$similarityCosine", "$similarityDotProduct", "$similarityEuclidean"])
    first = vector(values)
    vectors = [values.mostly(lambda: first, 0.95), values.mostly(lambda: values.pick([first, vector(values)]), 0.95)]
    return {name: vectors if values.chance(0.3) else {"vectors": vectors, "score": values.chance(0.5)}}


MAKERS = [short, convert, convert, hashed, similarity]
