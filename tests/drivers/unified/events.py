"""What a client entity observes, and whether it is what the case expects."""

from pymongo.monitoring import CommandListener, ConnectionPoolListener

from errors import Mismatch, Unsupported
from matching import MISSING

# The commands whose content a driver hides; the runner's own fail points are never part of a case.
SENSITIVE = {
    "authenticate",
    "saslstart",
    "saslcontinue",
    "getnonce",
    "createuser",
    "updateuser",
    "copydbgetnonce",
    "copydbsaslstart",
    "copydb",
}
CONNECTION_EVENTS = {
    "pool_created": "poolCreatedEvent",
    "pool_ready": "poolReadyEvent",
    "pool_cleared": "poolClearedEvent",
    "pool_closed": "poolClosedEvent",
    "connection_created": "connectionCreatedEvent",
    "connection_ready": "connectionReadyEvent",
    "connection_closed": "connectionClosedEvent",
    "connection_check_out_started": "connectionCheckOutStartedEvent",
    "connection_check_out_failed": "connectionCheckOutFailedEvent",
    "connection_checked_out": "connectionCheckedOutEvent",
    "connection_checked_in": "connectionCheckedInEvent",
}
KNOWN = {
    "commandStartedEvent",
    "commandSucceededEvent",
    "commandFailedEvent",
    *CONNECTION_EVENTS.values(),
}


class Observer(CommandListener, ConnectionPoolListener):
    """Keeps (name, event) in the order of arrival, for the names a client observes."""

    def __init__(self, names, ignored_commands, observe_sensitive):
        if observe_sensitive:
            raise Unsupported("observing sensitive commands")
        unknown = set(names) - KNOWN
        if unknown:
            raise Unsupported(f"observing {sorted(unknown)}")
        self.names = set(names)
        self.ignored = {c.lower() for c in ignored_commands} | SENSITIVE | {"configurefailpoint"}
        self.seen = []

    def _command(self, name, event):
        if name in self.names and event.command_name.lower() not in self.ignored:
            self.seen.append((name, event))

    def started(self, event):
        if event.command or event.command_name.lower() not in ("hello", "ismaster"):
            self._command("commandStartedEvent", event)

    def succeeded(self, event):
        self._command("commandSucceededEvent", event)

    def failed(self, event):
        self._command("commandFailedEvent", event)

    def of_type(self, kind):
        return [(n, e) for n, e in self.seen if n.startswith("command") == (kind == "command")]


def _keep_connection_event(name):
    def keep(self, event):
        if name in self.names:
            self.seen.append((name, event))

    return keep


for _method, _name in CONNECTION_EVENTS.items():
    setattr(Observer, _method, _keep_connection_event(_name))
Observer.__abstractmethods__ = frozenset()


def _match_command_event(matcher, expected, event, path):
    parts = {
        "command": getattr(event, "command", MISSING),
        "reply": getattr(event, "reply", MISSING),
    }
    for key, wanted in expected.items():
        if key in parts:
            matcher.match(wanted, parts[key], f"{path}.{key}", root=True)
        elif key in ("commandName", "databaseName"):
            actual = event.command_name if key == "commandName" else event.database_name
            matcher.match(wanted, actual, f"{path}.{key}")
        elif key == "hasServiceId":
            if wanted != (event.service_id is not None):
                raise Mismatch(f"{path}.hasServiceId")
        elif key == "hasServerConnectionId":
            if wanted != (event.server_connection_id is not None):
                raise Mismatch(f"{path}.hasServerConnectionId")
        else:
            raise Unsupported(f"the event field {key}")


def _match_connection_event(matcher, expected, event, path):
    for key, wanted in expected.items():
        if key not in ("reason", "hasServiceId"):
            raise Unsupported(f"the event field {key}")
        actual = event.reason if key == "reason" else event.service_id is not None
        matcher.match(wanted, actual, f"{path}.{key}")


def check_events(matcher, observer, expected, path):
    """Events in order and complete, unless `ignoreExtraEvents` allows more after them."""
    kind = expected.get("eventType", "command")
    if kind not in ("command", "cmap"):
        raise Unsupported(f"events of type {kind}")
    actual = observer.of_type(kind)
    wanted = expected["events"]
    enough = (
        len(actual) >= len(wanted)
        if expected.get("ignoreExtraEvents")
        else len(actual) == len(wanted)
    )
    if not enough:
        names = [getattr(event, "command_name", name) for name, event in actual]
        raise Mismatch(f"{path}: expected {len(wanted)} events, got {names}")
    for i, (spec, (name, event)) in enumerate(zip(wanted, actual)):
        ((wanted_name, fields),) = spec.items()
        if wanted_name != name:
            raise Mismatch(f"{path}[{i}]: expected {wanted_name}, got {name}")
        match = _match_command_event if kind == "command" else _match_connection_event
        match(matcher, fields, event, f"{path}[{i}]")
