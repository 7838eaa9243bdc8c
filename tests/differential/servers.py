"""The two servers that are compared."""
import sys

from pymongo import MongoClient
from pymongo.errors import PyMongoError


def connect(*addresses):
    """A client of each; exits with 77 where one does not answer."""
    try:
        servers = [MongoClient(uri, directConnection=True, serverSelectionTimeoutMS=3000, retryWrites=False)
                   for uri in addresses]
        for server in servers:
            server.admin.command("ping")
    except PyMongoError as error:
        print("no server:", error)
        sys.exit(77)
    return servers
