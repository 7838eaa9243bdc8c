"""Whether an operation failed as a case says it should."""

from bson.errors import BSONError
from pymongo.errors import (
    BulkWriteError,
    ClientBulkWriteException,
    ConnectionFailure,
    OperationFailure,
    PyMongoError,
)

import results
from errors import Mismatch

# What PyMongo raises without asking the server.
CLIENT_MISTAKES = (BSONError, TypeError, ValueError)


def is_failure(error):
    return isinstance(error, (PyMongoError, *CLIENT_MISTAKES))


def _is_client_error(error):
    if isinstance(error, ClientBulkWriteException):
        return error.error is not None and not isinstance(error.error, OperationFailure)
    return isinstance(error, ConnectionFailure) or not isinstance(
        error, (OperationFailure, BulkWriteError)
    )


def _server_error(error):
    """The OperationFailure behind an error."""
    if isinstance(error, ClientBulkWriteException) and error.error is not None:
        return error.error
    return error


def _first_write_error(error):
    details = getattr(error, "details", None) or {}
    failures = details.get("writeErrors") or details.get("writeConcernErrors") or []
    return failures[0] if failures else {}


def _code(error):
    error = _server_error(error)
    code = getattr(error, "code", None) or (getattr(error, "details", None) or {}).get("code")
    return _first_write_error(error).get("code", code) if isinstance(error, BulkWriteError) else code


def _code_name(error):
    details = getattr(_server_error(error), "details", None) or {}
    return details.get("codeName") or (details.get("writeConcernError") or {}).get("codeName")


def _texts(error):
    details = getattr(_server_error(error), "details", None) or {}
    return " ".join(
        [
            str(error),
            str(_server_error(error)),
            str(details),
            str(getattr(error, "write_errors", "")),
        ]
    ).lower()


def _partial_result(error):
    if isinstance(error, ClientBulkWriteException):
        return results.of_client_bulk(error.partial_result)
    if isinstance(error, BulkWriteError):
        return results.of_bulk(error.details)
    return getattr(error, "details", None)


def _check_lists(matcher, expected, error):
    if "writeErrors" in expected:
        actual = {
            str(e["idx"]): {"code": e["code"], "message": e["errmsg"]} for e in error.write_errors
        }
        _same_keys(expected["writeErrors"], actual, "writeErrors")
        for index, wanted in expected["writeErrors"].items():
            matcher.match(wanted, actual[index], f"writeErrors.{index}")
    if "writeConcernErrors" in expected:
        actual = [{"code": e["code"], "message": e["errmsg"]} for e in error.write_concern_errors]
        matcher.match(expected["writeConcernErrors"], actual, "writeConcernErrors")


def _same_keys(expected, actual, path):
    if set(expected) != set(actual):
        raise Mismatch(f"{path}: expected {sorted(expected)}, got {sorted(actual)}")


def check_error(matcher, expected, error):
    if "isClientError" in expected and expected["isClientError"] != _is_client_error(error):
        raise Mismatch(f"isClientError should be {expected['isClientError']} for {error!r}")
    if "errorContains" in expected and expected["errorContains"].lower() not in _texts(error):
        raise Mismatch(f"expected {expected['errorContains']!r} in {error!r}")
    if "errorCode" in expected and _code(error) != expected["errorCode"]:
        raise Mismatch(f"expected code {expected['errorCode']}, got {error!r}")
    if "errorCodeName" in expected and _code_name(error) != expected["errorCodeName"]:
        raise Mismatch(f"expected {expected['errorCodeName']}, got {error!r}")
    for label in expected.get("errorLabelsContain", []):
        if not _server_error(error).has_error_label(label):
            raise Mismatch(f"expected the label {label} on {error!r}")
    for label in expected.get("errorLabelsOmit", []):
        if hasattr(error, "has_error_label") and _server_error(error).has_error_label(label):
            raise Mismatch(f"unexpected label {label} on {error!r}")
    _check_lists(matcher, expected, error)
    if "errorResponse" in expected:
        matcher.match(expected["errorResponse"], _server_error(error).details, "errorResponse")
    # PyMongo gives no partial result with an error of the connection.
    if "expectResult" in expected and not isinstance(error, ConnectionFailure):
        matcher.match(expected["expectResult"], _partial_result(error), "expectError.expectResult")
