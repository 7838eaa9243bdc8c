"""The operations of the unified test format on a GridFS bucket:
OPERATIONS[name](case, bucket, arguments)."""

import binascii

from errors import Unsupported
from operations import snake


def _source(spec):
    return binascii.unhexlify(spec["$$hexBytes"])


def _upload(case, bucket, arguments):
    arguments = dict(arguments)
    # PyMongo writes no digest of its own, which is what these two ask for.
    arguments.pop("disableMD5", None)
    for name in ("contentType", "timeoutMS"):
        if name in arguments:
            raise Unsupported(f"PyMongo's GridFS has no option {name}")
    source = _source(arguments.pop("source"))
    options = {snake(name): value for name, value in arguments.items()}
    return bucket.upload_from_stream(options.pop("filename"), source, **options)


def _download(case, bucket, arguments):
    with bucket.open_download_stream(arguments["id"], arguments.get("session")) as stream:
        return stream.read()


def _download_by_name(case, bucket, arguments):
    options = {"revision": arguments["revision"]} if "revision" in arguments else {}
    with bucket.open_download_stream_by_name(arguments["filename"], **options) as stream:
        return stream.read()


OPERATIONS = {
    "upload": _upload,
    "download": _download,
    "downloadByName": _download_by_name,
    "delete": lambda case, bucket, arguments: bucket.delete(arguments["id"]),
    "deleteByName": lambda case, bucket, arguments: bucket.delete_by_name(arguments["filename"]),
    "rename": lambda case, bucket, arguments: bucket.rename(
        arguments["id"], arguments["newFilename"]
    ),
    "renameByName": lambda case, bucket, arguments: bucket.rename_by_name(
        arguments["filename"], arguments["newFilename"]
    ),
}


def perform(case, name, bucket, arguments):
    if name not in OPERATIONS:
        raise Unsupported(f"the operation {name} on a bucket")
    return OPERATIONS[name](case, bucket, arguments)
