"""Whether a history of list-append transactions is one that snapshot isolation allows.

Every transaction appends numbers, each used once, to lists, and reads whole lists. A list read
shows in which order its numbers were appended, and so how transactions depend on one another:

    ww   a appended just before b            wr   b read a's number as the last one
    rw   a read a list that b appended next to

Source: Kingsbury and Alvaro, "Elle: Inferring Isolation Anomalies from Experimental Observations",
2020; and Adya's thesis, 1999, for the names. Snapshot isolation allows only cycles in which two rw
edges follow each other.
"""

from collections import defaultdict, namedtuple

# ops: ("append", key, number) or ("read", key, [numbers]); outcome: "ok", "fail" (nothing of it may
# be seen) or "info" (nobody knows).
Transaction = namedtuple("Transaction", "name outcome ops")


def check(history):
    """The anomalies of a history, as texts; none where it is snapshot isolated."""
    return History(history).anomalies()


class History:
    def __init__(self, transactions):
        self.transactions = [one for one in transactions if one.outcome != "fail"]
        self.failed = {one.name for one in transactions if one.outcome == "fail"}
        self.writer, self.last_of = {}, {}
        self.found = []
        for one in transactions:
            for kind, key, value in one.ops:
                if kind == "append":
                    self.writer[key, value] = one.name
                    self.last_of[one.name, key] = value

    def anomalies(self):
        orders = self._orders()
        for one in self.transactions:
            if one.outcome == "ok":
                self._look_at_reads(one)
        self._find_cycles(*self._edges(orders))
        return self.found

    def _reads(self):
        for one in self.transactions:
            if one.outcome == "ok":
                for kind, key, value in one.ops:
                    if kind == "read":
                        yield one, key, value

    def _orders(self):
        """The order of each list's numbers: the longest read, of which all others are a beginning."""
        longest = {}
        for one, key, numbers in self._reads():
            own = self._without_own(one, key, numbers)
            if len(own) > len(longest.get(key, [])):
                longest[key] = own
        for one, key, numbers in self._reads():
            own = self._without_own(one, key, numbers)
            if own != longest.get(key, [])[: len(own)]:
                at = next(i for i, n in enumerate(own) if n != longest[key][i])
                self.found.append(
                    f"incompatible order of {key!r}: {own[at]} and {longest[key][at]} after "
                    f"{own[:at][-3:]}"
                )
            if len(set(numbers)) != len(numbers):
                self.found.append(f"a number twice in {key!r}: {numbers}")
        return longest

    def _without_own(self, one, key, numbers):
        """What a read shows of other transactions; its own numbers come last."""
        end = len(numbers)
        while end > 0 and self.writer.get((key, numbers[end - 1])) == one.name:
            end -= 1
        return numbers[:end]

    def _look_at_reads(self, one):
        state = {}
        for kind, key, value in one.ops:
            if kind == "append":
                if key in state:
                    state[key] = [*state[key], value]
                continue
            if key in state and state[key] != value:
                self.found.append(f"internal: {one.name} read {value}, expected {state[key]}")
            state[key] = list(value)
            for number in value:
                if self.writer.get((key, number)) in self.failed:
                    self.found.append(f"G1a: {one.name} read {number} of an aborted transaction")
            others = self._without_own(one, key, value)
            if others:
                writer = self.writer.get((key, others[-1]))
                if writer is None:
                    self.found.append(f"{one.name} read {others[-1]}, which nobody wrote")
                elif self.last_of[writer, key] != others[-1]:
                    self.found.append(f"G1b: {one.name} read half of what {writer} wrote")

    def _edges(self, orders):
        forward, anti = defaultdict(set), defaultdict(set)
        following = {}
        for key, order in orders.items():
            for before, after in zip([None, *order], order):
                following[key, before] = self.writer[key, after]
                if before is not None:
                    self._add(forward, self.writer[key, before], self.writer[key, after])
        for one, key, numbers in self._reads():
            own = self._without_own(one, key, numbers)
            last = own[-1] if own else None
            if last is not None:
                self._add(forward, self.writer[key, last], one.name)
            if (key, last) in following:
                self._add(anti, one.name, following[key, last])
        return forward, anti

    @staticmethod
    def _add(edges, a, b):
        if a != b:
            edges[a].add(b)

    def _find_cycles(self, forward, anti):
        """Cycles whose rw edges are none, or do not follow each other: those of a graph in which a
        transaction that was reached by rw has no rw edges."""
        steps = defaultdict(list)
        for name in {*forward, *anti}:
            for other in forward.get(name, ()):
                steps[name, False].append((other, False))
                steps[name, True].append((other, False))
            for other in anti.get(name, ()):
                steps[name, False].append((other, True))
        for component in strong_components(steps):
            if len(component) > 1:
                cycle = cycle_in(component, steps)
                kind = "G-single or nonadjacent" if any(rw for _, rw in cycle) else "G1c"
                names = [("rw " if rw else "") + name for name, rw in cycle]
                self.found.append(f"{kind}: " + " -> ".join(names))


def strong_components(steps):
    """Kosaraju's algorithm, without recursion."""
    back = defaultdict(list)
    for node, others in list(steps.items()):
        for other in others:
            back[other].append(node)
    order, seen = [], set()
    for start in list(steps):
        walk = [] if start in seen else [(start, iter(steps.get(start, ())))]
        seen.add(start)
        while walk:
            node, others = walk[-1]
            fresh = next((other for other in others if other not in seen), None)
            if fresh is None:
                order.append(walk.pop()[0])
            else:
                seen.add(fresh)
                walk.append((fresh, iter(steps.get(fresh, ()))))
    taken = set()
    for start in reversed(order):
        component, todo = [], [] if start in taken else [start]
        taken.add(start)
        while todo:
            node = todo.pop()
            component.append(node)
            for other in back.get(node, ()):
                if other not in taken:
                    taken.add(other)
                    todo.append(other)
        if component:
            yield component


def cycle_in(component, steps):
    """The shortest cycle through one node of a component."""
    inside, start = set(component), component[0]
    before, todo = {}, [start]
    while todo:
        later = []
        for node in todo:
            for other in steps.get(node, ()):
                if other == start:
                    path = [node]
                    while path[-1] != start:
                        path.append(before[path[-1]])
                    return [*path[::-1], start]
                if other in inside and other not in before:
                    before[other] = node
                    later.append(other)
        todo = later
    return [start]
