"""Motor, the older asynchronous client over PyMongo's threads, against the server at CAIRN_URI."""

import asyncio
import os
import sys

from motor.motor_asyncio import AsyncIOMotorClient

import async_checks
from support import run_async_sections


async def main():
    client = AsyncIOMotorClient(os.environ["CAIRN_URI"], serverSelectionTimeoutMS=10000)
    code = await run_async_sections("motor", client, async_checks.SECTIONS)
    client.close()
    return code


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
