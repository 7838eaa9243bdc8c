"""Makes a case that two servers answer differently smaller, while they still do."""

KEPT = {"find", "aggregate", "update", "delete", "findAndModify", "count", "distinct", "cursor", "batchSize"}


def smaller(value, top=False):
    """Everything that is one step simpler than the value: a part fewer, or a part in the place of the whole."""
    if isinstance(value, dict):
        parts = list(value.items())
        for key, _ in parts:
            # An empty document is another expression, with differences of its own.
            if not (top and key in KEPT) and key != "_id" and len(parts) > 1:
                yield {k: p for k, p in parts if k != key}
        if not top:
            for _, part in parts:
                if isinstance(part, (dict, list)):
                    yield part
        for key, part in parts:
            if not (top and key in KEPT):
                for less in smaller(part):
                    yield {k: less if k == key else p for k, p in parts}
    elif isinstance(value, list):
        for index, part in enumerate(value):
            if not (isinstance(part, dict) and "$sort" in part):  # what comes after has an order by it
                yield value[:index] + value[index + 1:]
        for part in value:
            yield part
        for index, part in enumerate(value):
            for less in smaller(part):
                yield value[:index] + [less] + value[index + 1:]


def first_smaller(differs, documents, command, budget):
    for less in smaller(documents):
        if not isinstance(less, list) or not all(isinstance(one, dict) and "_id" in one for one in less):
            continue
        budget[0] -= 1
        if budget[0] < 0:
            return None
        if differs(less, command):
            return less, command
    for less in smaller(command, top=True):
        budget[0] -= 1
        if budget[0] < 0:
            return None
        if differs(documents, less):
            return documents, less
    return None


def fewer(differs, documents, command):
    """Halves of the documents first: most differences need one."""
    size = len(documents) // 2
    while size:
        for start in range(0, len(documents), size):
            less = documents[:start] + documents[start + size:]
            if differs(less, command):
                documents = less
                break
        else:
            size //= 2
    return documents


def shrink(differs, documents, command, tries=400):
    """`differs(documents, command)` tells whether the case is still one."""
    documents = fewer(differs, documents, command)
    budget = [tries]
    while budget[0] > 0:
        found = first_smaller(differs, documents, command, budget)
        if not found:
            break
        documents, command = found
    return documents, command
