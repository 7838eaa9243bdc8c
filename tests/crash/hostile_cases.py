"""Single messages that no client should send, each with the answers it may get.

An expectation is a set of: CLOSED (the server hung up), ERROR (an answer with ok: 0), OK (ok: 1), SILENT
(it waits for more bytes), or an error code, where what MongoDB answers is known.
"""

import random
import struct
import zlib

from wire import (
    OP_COMPRESSED,
    OP_MSG,
    OP_QUERY,
    SNAPPY,
    ZLIB,
    ZSTD,
    cstring,
    element,
    encode,
    message,
    op_msg,
)

CLOSED, ERROR, OK, SILENT = "closed", "error", "ok", "silent"
REFUSED = {CLOSED, ERROR}
PING = {"ping": 1, "$db": "admin"}


def rows():
    """All (name, bytes, expectation)."""
    for family in (
        lengths,
        opcodes,
        sections,
        flags,
        bson,
        compressed,
        queries,
        commands,
        strangers,
    ):
        for name, data, expected in family():
            yield f"{family.__name__}: {name}", data, expected


def lengths():
    body = op_msg(PING)
    for size in (0, 1, 15, -1, -(2**31), 48_000_001, 2**31 - 1):
        yield f"a frame of {size} bytes", message(body, length=size), {CLOSED}
    yield "a frame that is only a header", message(b""), REFUSED
    yield "a frame shorter than its section", message(body, length=16 + len(body) - 3), REFUSED
    yield "a frame cut in its header", message(body)[:9], {SILENT}
    yield "a frame cut in its body", message(body)[:-1], {SILENT}
    yield "a header that promises 40 MB", message(body, length=40_000_000), {SILENT}


def opcodes():
    for opcode in (0, 1, 2001, 2002, 2003, 2005, 2006, 2007, 2010, 2011, 9999, -7):
        yield f"opcode {opcode}", message(op_msg(PING), opcode), REFUSED


def sequence(name, documents, size=None):
    """A kind-1 section; `size` lies."""
    payload = cstring(name) + b"".join(documents)
    return b"\x01" + struct.pack("<i", len(payload) + 4 if size is None else size) + payload


def sections():
    start, body = struct.pack("<I", 0), b"\0" + encode(PING)
    insert = b"\0" + encode({"insert": "hostile", "$db": "hostile"})
    one = encode({"a": 1})
    yield "no section", message(start), REFUSED
    yield "a body cut short", message(start + body[:-4]), REFUSED
    yield "two bodies", message(start + body + body), REFUSED
    yield "a sequence without a body", message(start + sequence("documents", [one])), REFUSED
    yield "bytes after the body", message(start + body + b"\0"), REFUSED
    for kind in (2, 3, 127, 255):
        yield f"a section of kind {kind}", message(start + body + bytes([kind]) + one), REFUSED
    for size in (0, 3, -1, 5, 2**31 - 1, 1000):
        yield (
            f"a sequence of {size} bytes",
            message(start + insert + sequence("documents", [one], size)),
            REFUSED,
        )
    yield (
        "a sequence whose name does not end",
        message(start + insert + b"\x01" + struct.pack("<i", 13) + b"documents"),
        REFUSED,
    )
    yield (
        "a sequence cut in its document",
        message(start + insert + sequence("documents", [one[:-3]])),
        REFUSED,
    )
    yield (
        "the same sequence twice",
        message(start + insert + sequence("documents", [one]) * 2),
        REFUSED | {OK},
    )
    yield (
        "a sequence and a field of one name",
        message(
            start
            + b"\0"
            + encode({"insert": "hostile", "documents": [], "$db": "hostile"})
            + sequence("documents", [one])
        ),
        REFUSED | {OK},
    )
    yield "a sequence before the body", message(start + sequence("documents", [one]) + insert), {OK}
    yield "100,000 empty sequences", message(start + body + sequence("x", []) * 100_000), REFUSED


def flags():
    for bit in (2, 3, 7, 15):
        yield f"required flag {bit}", message(op_msg(PING, 1 << bit)), REFUSED
    for bit in (16, 17, 24, 31):
        yield f"optional flag {bit}", message(op_msg(PING, 1 << bit)), {OK}
    summed = message(op_msg(PING, 1) + b"    ")
    yield "a right checksum", summed[:-4] + struct.pack("<I", crc32c(summed[:-4])), {OK}
    yield "a wrong checksum", summed[:-4] + struct.pack("<I", crc32c(summed[:-4]) ^ 1), REFUSED
    yield "a checksum flag without a checksum", message(struct.pack("<I", 1)), REFUSED
    yield "a checksum cut short", message(struct.pack("<I", 1) + b"ab"), REFUSED


def crc32c(data):
    """Castagnoli's polynomial, reflected, bit by bit: these messages are short."""
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF


def raw_document(body, size=None):
    return struct.pack("<i", len(body) + 5 if size is None else size) + body + b"\0"


def find(filter_bytes):
    """A find whose filter is made of these bytes."""
    body = (
        element("find", "hostile")
        + b"\x03"
        + cstring("filter")
        + filter_bytes
        + element("$db", "hostile")
    )
    return message(struct.pack("<I", 0) + b"\0" + raw_document(body))


def bson():
    ping = element("ping", 1) + element("$db", "admin")
    for size in (0, 4, -1, -(2**31), 2**31 - 1, len(ping) + 4, len(ping) + 6):
        yield (
            f"a command document of {size} bytes",
            message(struct.pack("<I", 0) + b"\0" + raw_document(ping, size)),
            REFUSED,
        )
    for size in (0, 4, -1, 2**31 - 1, 1 << 24):
        yield f"a filter of {size} bytes", find(raw_document(b"", size)), REFUSED
    yield "a document that does not end", find(raw_document(element("a", 1))[:-1] + b"x"), REFUSED
    yield "a name that does not end", find(raw_document(b"\x10name")), REFUSED
    for kind in (0x14, 0x20, 0x80, 0xFE):
        yield (
            f"a value of type {kind:#x}",
            find(raw_document(bytes([kind]) + cstring("a") + bytes(8))),
            REFUSED,
        )
    for size in (0, -1, 2**31 - 1, 100):
        for kind, name in (
            (2, "string"),
            (13, "code"),
            (14, "symbol"),
            (5, "binary"),
            (15, "code with scope"),
            (12, "DBPointer"),
        ):
            if (kind, size) not in ((5, 0),):  # a binary of no bytes is right
                yield (
                    f"a {name} of {size} bytes",
                    find(
                        raw_document(bytes([kind]) + cstring("a") + struct.pack("<i", size) + b"\0")
                    ),
                    REFUSED,
                )
    yield (
        "a string without its zero",
        find(raw_document(b"\x02" + cstring("a") + struct.pack("<i", 2) + b"xy")),
        REFUSED,
    )
    yield (
        "a regular expression that does not end",
        find(raw_document(b"\x0b" + cstring("a") + b"abc")),
        REFUSED,
    )
    yield "a boolean of 2", find(raw_document(b"\x08" + cstring("a") + b"\x02")), REFUSED | {OK}
    yield (
        "text that is no UTF-8",
        find(raw_document(b"\x02" + cstring("a") + struct.pack("<i", 3) + b"\xc3\x28\0")),
        REFUSED | {OK},
    )
    for depth in (201, 1000, 100_000, 1_500_000):
        yield f"{depth} documents in each other", find(nested(depth, b"\x03")), REFUSED
        yield (
            f"{depth} arrays in each other",
            find(raw_document(b"\x04" + cstring("0") + nested(depth, b"\x04"))),
            REFUSED,
        )
    yield "150 $and in each other", find(nested_and(150)), REFUSED | {OK}
    yield "5,000 $and in each other", find(nested_and(5000)), REFUSED


def nested(depth, kind):
    """Built from the sizes: each level is 8 bytes longer than the next."""
    opening = b"".join(
        struct.pack("<i", 5 + 8 * level) + kind + b"0\0" for level in range(depth, 0, -1)
    )
    return opening + raw_document(b"") + bytes(depth)


def nested_and(depth):
    inner = raw_document(element("a", 1))
    opening, closing = b"", b""
    for _ in range(depth):
        array = raw_document(b"\x03" + cstring("0") + inner)
        inner = raw_document(b"\x04" + cstring("$and") + array)
    return opening + inner + closing


def packed(compressor, payload, size, opcode=OP_MSG):
    return message(struct.pack("<iiB", opcode, size, compressor) + payload, OP_COMPRESSED)


def snappy_literal(data):
    """A snappy block of one literal of at most 60 bytes."""
    return bytes([len(data), (len(data) - 1) << 2]) + data


def compressed():
    body = op_msg(PING)
    right = zlib.compress(body)
    yield "ping by zlib", packed(ZLIB, right, len(body)), {OK}
    yield "ping by snappy", packed(SNAPPY, snappy_literal(body), len(body)), {OK}
    for size in (0, 1, len(body) - 1, len(body) + 1, 40_000_000, 2**31 - 1, -1, -(2**31)):
        yield f"zlib that says {size} bytes", packed(ZLIB, right, size), REFUSED
        yield f"snappy that says {size} bytes", packed(SNAPPY, snappy_literal(body), size), REFUSED
    for compressor in (4, 99, 255):
        yield f"compressor {compressor}", packed(compressor, right, len(body)), REFUSED
    for compressor in (SNAPPY, ZLIB, ZSTD):
        yield (
            f"garbage for compressor {compressor}",
            packed(compressor, bytes(range(256)), 100),
            REFUSED,
        )
        yield f"nothing for compressor {compressor}", packed(compressor, b"", len(body)), REFUSED
    bomb = zlib.compress(bytes(46_000_000), 9)
    for size in (100, 46_000_000, 47_999_984, 2**31 - 1):
        yield f"a bomb of 46 MB that says {size} bytes", packed(ZLIB, bomb, size), REFUSED
    yield "zlib cut short", packed(ZLIB, right[:-5], len(body)), REFUSED
    yield (
        "snappy that says 4 GB inside",
        packed(SNAPPY, b"\xff\xff\xff\xff\x0f" + body, len(body)),
        REFUSED,
    )
    yield (
        "zstd that says 1 TB inside",
        packed(ZSTD, b"\x28\xb5\x2f\xfd\xe0" + struct.pack("<Q", 1 << 40) + b"\x01\0\0", 1000),
        REFUSED,
    )
    inner = struct.pack("<iiB", OP_MSG, len(body), ZLIB) + right
    yield "compressed twice", packed(ZLIB, zlib.compress(inner), len(inner), OP_COMPRESSED), REFUSED
    yield "a compressed unknown opcode", packed(ZLIB, right, len(body), 4711), REFUSED
    yield "a header cut short", message(struct.pack("<i", OP_MSG), OP_COMPRESSED), REFUSED


def old_query(namespace, document, skip=0, limit=-1):
    return message(
        struct.pack("<I", 0) + namespace + struct.pack("<ii", skip, limit) + document, OP_QUERY
    )


def queries():
    hello = encode({"isMaster": 1})
    yield "isMaster", old_query(cstring("admin.$cmd"), hello), {OK}
    yield "a query of a collection", old_query(cstring("hostile.docs"), encode({})), REFUSED
    yield (
        "a name that does not end",
        message(struct.pack("<I", 0) + b"admin.$cmd", OP_QUERY),
        REFUSED,
    )
    yield (
        "no document",
        message(struct.pack("<I", 0) + cstring("admin.$cmd") + struct.pack("<ii", 0, -1), OP_QUERY),
        REFUSED,
    )
    yield (
        "a document that lies",
        old_query(cstring("admin.$cmd"), raw_document(element("isMaster", 1), 10_000)),
        REFUSED,
    )
    yield "an empty command", old_query(cstring("admin.$cmd"), encode({})), REFUSED
    yield (
        "find in the old form",
        old_query(cstring("admin.$cmd"), encode({"find": "docs"})),
        {CLOSED, 352},
    )
    yield "no database", old_query(cstring(".$cmd"), hello), REFUSED | {OK}
    yield "no namespace", old_query(cstring(""), hello), REFUSED


def command(document):
    return message(op_msg(document))


def commands():
    yield "no such command", command({"frobnicate": 1, "$db": "hostile"}), {59}
    yield "an empty document", command({}), REFUSED
    yield "no $db", command({"ping": 1}), REFUSED
    yield "$db a number", command({"ping": 1, "$db": 7}), REFUSED
    for name in ("", "a.b", "a b", "x" * 65, "a/b", "a\\b", 'a"b', "a$b"):
        yield (
            f"a write to database {name[:9]!r}",
            command({"insert": "c", "documents": [{"_id": 1}], "$db": name}),
            {73} if name else {73, 40571},
        )
    for name in ("", "$x", ".x", "x" * 300, "a..$b"):
        yield (
            f"a write to collection {name[:9]!r}",
            command({"insert": name, "documents": [{"_id": 1}], "$db": "hostile"}),
            {73},
        )
    yield "a collection whose name is a number", command({"find": 7, "$db": "hostile"}), {73, 2, 14}
    yield "a filter that is text", command({"find": "c", "filter": "all", "$db": "hostile"}), {14}
    yield (
        "a batch size below zero",
        command({"find": "c", "batchSize": -1, "$db": "hostile"}),
        REFUSED,
    )
    yield "an unknown field", command({"find": "c", "frobnicate": 1, "$db": "hostile"}), {40415}
    yield (
        "an unknown operator",
        command({"find": "c", "filter": {"a": {"$frobnicate": 1}}, "$db": "hostile"}),
        {2},
    )
    yield (
        "a pattern that cannot be",
        command({"find": "c", "filter": {"a": {"$regex": "(((" * 5000}}, "$db": "hostile"}),
        {51091},
    )
    yield (
        "no documents to insert",
        command({"insert": "c", "documents": [], "$db": "hostile"}),
        {16},
    )
    yield (
        "documents that are numbers",
        command({"insert": "c", "documents": [1, 2], "$db": "hostile"}),
        {14},
    )
    yield (
        "100,001 writes in one batch",
        command({"insert": "c", "documents": [{}] * 100_001, "$db": "hostile"}),
        {16},
    )
    large = {"_id": 1, "x": bytes(17 << 20)}
    yield (
        "a document of 17 MiB",
        command({"insert": "c", "documents": [large], "$db": "hostile"}),
        {10334},
    )
    yield (
        "a getMore of nothing",
        command({"getMore": 12345678901234, "collection": "c", "$db": "hostile"}),
        {43},
    )
    yield (
        "garbage for SCRAM",
        command(
            {
                "saslStart": 1,
                "mechanism": "SCRAM-SHA-256",
                "payload": bytes(range(99)),
                "$db": "admin",
            }
        ),
        REFUSED,
    )


def strangers():
    yield (
        "an HTTP request",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        REFUSED | {SILENT, "http"},
    )
    hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2
    yield "a TLS hello", hello, {CLOSED, SILENT}
    yield "zeros", bytes(4096), {CLOSED}
    yield "ones", b"\xff" * 4096, {CLOSED}


def mutants(seed, count):
    """Right messages with some bytes changed: any answer, hanging up or waiting will do."""
    chance = random.Random(seed)
    originals = [
        command(PING),
        command(
            {
                "find": "c",
                "filter": {"a": {"$in": [1, 2.5, "x", None, {"b": [True]}]}},
                "sort": {"a": 1},
                "$db": "hostile",
            }
        ),
        command(
            {
                "update": "c",
                "updates": [
                    {
                        "q": {"_id": 1},
                        "u": {"$set": {"a.b": 1}, "$push": {"l": "é"}},
                        "upsert": True,
                    }
                ],
                "$db": "hostile",
            }
        ),
        command(
            {
                "aggregate": "c",
                "pipeline": [{"$match": {"a": 1}}, {"$group": {"_id": "$a", "n": {"$sum": 1}}}],
                "cursor": {},
                "$db": "hostile",
            }
        ),
        old_query(
            cstring("admin.$cmd"), encode({"isMaster": 1, "client": {"driver": {"name": "x"}}})
        ),
        packed(ZLIB, zlib.compress(op_msg(PING)), len(op_msg(PING))),
    ]
    for _ in range(count):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.choice((1, 1, 2, 5))):
            place = chance.randrange(
                4, len(data)
            )  # the length stays, so that the server need not wait
            data[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        yield bytes(data)
