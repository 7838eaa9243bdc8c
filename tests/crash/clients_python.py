"""Imported first by what needs PyMongo: goes on under the interpreter that has it, or skips.

That interpreter is this one, or the one which the client tests install (CAIRN_CLIENT_PYTHON).
"""

import importlib.util
import os
import sys

from server import skip

if importlib.util.find_spec("pymongo") is None:
    installed = os.environ.get("CAIRN_CLIENT_PYTHON", "")
    if not os.access(installed, os.X_OK) or sys.executable == installed:
        skip("PyMongo is not installed")
    os.execv(installed, [installed, *sys.argv])
