"""Just enough of BSON and of MongoDB's wire protocol to talk to a server without a driver."""
import socket
import struct
import uuid

OP_QUERY, OP_COMPRESSED, OP_MSG, OP_REPLY = 2004, 2012, 2013, 1


class Int64(int):
    """An int that is sent as an int64, however small."""


def encode(document):
    """A dict of str, bool, int (int32 or int64 by size), Int64, float, None, bytes, UUID, dict, list."""
    body = b"".join(_element(name, value) for name, value in document.items())
    return struct.pack("<i", len(body) + 5) + body + b"\0"


def _element(name, value):
    kind, payload = _value(value)
    return bytes([kind]) + name.encode() + b"\0" + payload


def _value(value):
    if isinstance(value, bool):
        return 8, bytes([value])
    if isinstance(value, Int64):
        return 18, struct.pack("<q", value)
    if isinstance(value, int):
        small = -(2**31) <= value < 2**31
        return (16, struct.pack("<i", value)) if small else (18, struct.pack("<q", value))
    if isinstance(value, float):
        return 1, struct.pack("<d", value)
    if value is None:
        return 10, b""
    if isinstance(value, str):
        text = value.encode() + b"\0"
        return 2, struct.pack("<i", len(text)) + text
    if isinstance(value, bytes):
        return 5, struct.pack("<iB", len(value), 0) + value
    if isinstance(value, uuid.UUID):
        return 5, struct.pack("<iB", 16, 4) + value.bytes
    if isinstance(value, dict):
        return 3, encode(value)
    if isinstance(value, list):
        return 4, encode({str(i): item for i, item in enumerate(value)})
    raise TypeError(type(value))


def decode(data, at=0):
    """The document at `at`, as a dict; types without an equal are left as bytes."""
    end = at + struct.unpack_from("<i", data, at)[0] - 1
    at += 4
    document = {}
    while at < end:
        kind = data[at]
        stop = data.index(b"\0", at + 1)
        name = data[at + 1 : stop].decode()
        document[name], at = _read(kind, data, stop + 1)
    return document


_FIXED = {1: ("<d", 8), 9: ("<q", 8), 16: ("<i", 4), 17: ("<Q", 8), 18: ("<q", 8)}


def _read(kind, data, at):
    if kind in _FIXED:
        form, size = _FIXED[kind]
        return struct.unpack_from(form, data, at)[0], at + size
    size = struct.unpack_from("<i", data, at)[0] if kind in (2, 3, 4, 5) else 0
    if kind == 2:
        return data[at + 4 : at + 3 + size].decode(), at + 4 + size
    if kind == 3:
        return decode(data, at), at + size
    if kind == 4:
        return list(decode(data, at).values()), at + size
    if kind == 5:
        return data[at + 5 : at + 5 + size], at + 5 + size
    if kind == 7:
        return data[at : at + 12], at + 12
    if kind == 8:
        return data[at] != 0, at + 1
    if kind == 10:
        return None, at
    raise ValueError("BSON type %d" % kind)


def header(opcode, payload, request_id=1):
    return struct.pack("<iiii", len(payload) + 16, request_id, 0, opcode) + payload


def body_section(document):
    return b"\0" + encode(document)


def sequence_section(name, documents):
    inner = name.encode() + b"\0" + b"".join(encode(d) for d in documents)
    return b"\1" + struct.pack("<i", len(inner) + 4) + inner


def op_msg(*sections, flags=0, request_id=1):
    return header(OP_MSG, struct.pack("<I", flags) + b"".join(sections), request_id)


class Link:
    """One connection."""

    def __init__(self, port, timeout=30):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """One message as (opcode, response_to, payload); None at the end of the stream."""
        head = self._exactly(16)
        if head is None:
            return None
        length, _, response_to, opcode = struct.unpack("<iiii", head)
        return opcode, response_to, self._exactly(length - 16)

    def reply(self):
        """The document of one OP_MSG reply."""
        message = self.receive()
        if message is None:
            raise ConnectionError("the server closed the connection")
        assert message[0] == OP_MSG, message[0]
        return decode(message[2], 5)

    def run(self, command, database="test"):
        self.send(op_msg(body_section({**command, "$db": database})))
        return self.reply()

    def ended(self):
        """Whether the server closes; waits for it."""
        try:
            return self.receive() is None
        except ConnectionError:
            return True

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                return None
            data += part
        return bytes(data)
