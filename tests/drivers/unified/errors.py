"""How a case ends when it does not pass."""


class Mismatch(Exception):
    """The server's (or the client's) behaviour differs from what the case says."""


class Unsupported(Exception):
    """PyMongo, or this runner, has no such operation or option; the case is not judged and must be
    listed as a known gap."""
