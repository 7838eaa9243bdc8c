"""MongoDB's wire protocol with Python's standard library alone: enough BSON, OP_MSG and frames.

For tests that must send what no driver sends, or must not depend on one. Framing follows the
public OP_MSG and OP_COMPRESSED specifications; nothing here is validated before it is sent.
"""

import socket
import struct
import uuid
import zlib

OP_REPLY, OP_QUERY, OP_COMPRESSED, OP_MSG = 1, 2004, 2012, 2013
SNAPPY, ZLIB, ZSTD = 1, 2, 3
MAX_MESSAGE_BYTES = 48_000_000


class Long(int):
    """An integer that travels as int64 however small it is."""


class Date(int):
    """Milliseconds since 1970 that travel as a date."""


class CommandError(Exception):
    """An answer with ok: 0."""

    def __init__(self, answer):
        super().__init__(f"{answer.get('codeName')} ({answer.get('code')}): {answer.get('errmsg')}")
        self.code = answer.get("code")


def cstring(text):
    return text.encode() + b"\0"


def encode(document):
    body = b"".join(element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def element(name, value):
    kind, payload = encode_value(value)
    return kind + cstring(name) + payload


def encode_value(value):
    if value is None:
        return b"\x0a", b""
    if isinstance(value, bool):
        return b"\x08", b"\x01" if value else b"\0"
    if isinstance(value, Date):
        return b"\x09", struct.pack("<q", value)
    if isinstance(value, int):
        wide = isinstance(value, Long) or not -(2**31) <= value < 2**31
        return (b"\x12", struct.pack("<q", value)) if wide else (b"\x10", struct.pack("<i", value))
    if isinstance(value, float):
        return b"\x01", struct.pack("<d", value)
    if isinstance(value, str):
        data = cstring(value)
        return b"\x02", struct.pack("<i", len(data)) + data
    if isinstance(value, dict):
        return b"\x03", encode(value)
    if isinstance(value, list):
        return b"\x04", encode({str(place): item for place, item in enumerate(value)})
    if isinstance(value, uuid.UUID):
        return b"\x05", struct.pack("<iB", 16, 4) + value.bytes
    if isinstance(value, bytes):
        return b"\x05", struct.pack("<iB", len(value), 0) + value
    raise TypeError(f"no BSON for {type(value).__name__}")


def decode(data, start=0):
    """One document as a dict; dates and timestamps come as integers, ids and binaries as bytes."""
    end = start + struct.unpack_from("<i", data, start)[0] - 1
    place, document = start + 4, {}
    while place < end:
        kind = data[place]
        stop = data.index(0, place + 1)
        name = data[place + 1 : stop].decode(errors="replace")
        document[name], place = decode_value(kind, data, stop + 1)
    return document


FIXED = {0x01: "<d", 0x09: "<q", 0x10: "<i", 0x11: "<Q", 0x12: "<q"}


def decode_value(kind, data, at):
    if kind in FIXED:
        return struct.unpack_from(FIXED[kind], data, at)[0], at + struct.calcsize(FIXED[kind])
    if kind == 0x08:
        return data[at] == 1, at + 1
    if kind in (0x0A, 0x06, 0xFF, 0x7F):
        return None, at
    if kind == 0x07:
        return bytes(data[at : at + 12]), at + 12
    size = struct.unpack_from("<i", data, at)[0]
    if kind == 0x02:
        # An error may quote what was sent, be it text or not.
        return data[at + 4 : at + 3 + size].decode(errors="replace"), at + 4 + size
    if kind == 0x03:
        return decode(data, at), at + size
    if kind == 0x04:
        return list(decode(data, at).values()), at + size
    if kind == 0x05:
        return bytes(data[at + 5 : at + 5 + size]), at + 5 + size
    raise ValueError(f"unexpected BSON type {kind:#x} in an answer")


def message(body, opcode=OP_MSG, request=1, length=None):
    """A frame; `length` lies about the size."""
    size = 16 + len(body) if length is None else length
    return struct.pack("<iiii", size, request, 0, opcode) + body


def op_msg(document, flags=0):
    return struct.pack("<I", flags) + b"\0" + encode(document)


def decompress(compressor, data):
    if compressor == 0:
        return data
    if compressor == SNAPPY:
        return snappy(data)
    if compressor == ZLIB:
        return zlib.decompress(data)
    raise ValueError(f"an answer by compressor {compressor}")


def snappy(data):
    """A snappy block: a length, then literals and copies of what came before (its format description)."""
    at = next(place for place, byte in enumerate(data) if byte < 0x80) + 1
    out = bytearray()
    while at < len(data):
        tag, kind = data[at], data[at] & 3
        at += 1
        if kind == 0:
            size, extra = (tag >> 2) + 1, max(0, (tag >> 2) - 59)
            if extra:
                size = int.from_bytes(data[at : at + extra], "little") + 1
            at += extra
            out += data[at : at + size]
            at += size
            continue
        width = (1, 2, 4)[kind - 1]
        back = int.from_bytes(data[at : at + width], "little")
        size = (tag >> 2 & 7) + 4 if kind == 1 else (tag >> 2) + 1
        back += (tag >> 5) << 8 if kind == 1 else 0
        at += width
        for _ in range(size):
            out.append(out[-back])
    return bytes(out)


class Connection:
    """One socket to a server on loopback; not for use by several threads at once."""

    def __init__(self, port, timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self, count):
        """Exactly count bytes; EOFError where the server closed the connection."""
        parts, missing = [], count
        while missing:
            part = self.socket.recv(min(missing, 1 << 20))
            if not part:
                raise EOFError("the server closed the connection")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def answer(self):
        """The next reply: (opcode, responseTo, body bytes)."""
        size, _, response_to, opcode = struct.unpack("<iiii", self.receive(16))
        if not 16 <= size <= MAX_MESSAGE_BYTES:
            raise ValueError(f"the answer says it has {size} bytes")
        return opcode, response_to, self.receive(size - 16)

    def document(self):
        """The document of the next reply, an OP_MSG or an OP_REPLY, compressed or not."""
        opcode, _, body = self.answer()
        if opcode == OP_COMPRESSED:
            opcode, size, compressor = struct.unpack_from("<iiB", body)
            body = decompress(compressor, body[9:])
            if len(body) != size:
                raise ValueError(f"a compressed answer of {len(body)} bytes says {size}")
        if opcode == OP_MSG:
            return decode(body, 5)
        if opcode == OP_REPLY:
            return decode(body, 20)
        raise ValueError(f"an answer with opcode {opcode}")

    def command(self, database, document, check=True):
        """Runs a command; raises CommandError on ok: 0 unless told not to check."""
        self.request += 1
        self.send(message(op_msg({**document, "$db": database}), request=self.request))
        answer = self.document()
        if check and answer.get("ok") != 1:
            raise CommandError(answer)
        return answer
