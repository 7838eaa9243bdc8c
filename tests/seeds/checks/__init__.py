"""The checks of each system, in the order in which they run; the last of each reads everything."""

from checks import (
    content,
    content_library,
    content_writes,
    creatorcore,
    embeddings,
    orchestratex,
    requestdesk,
    samplemind,
    whole,
)

CHECKS = {
    "creatorcore": creatorcore.check,
    "content": content.check + content_library.check + content_writes.check,
    "requestdesk": requestdesk.check,
    "samplemind": samplemind.check,
    "orchestratex": orchestratex.check,
}
CHECKS = {
    system: list(checks) + list(embeddings.checks.get(system, ())) + whole.checks_of(system)
    for system, checks in CHECKS.items()
}
