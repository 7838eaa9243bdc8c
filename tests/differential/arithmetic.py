"""Expressions of arithmetic, trigonometry, bits, comparison and conditions."""


from bson import Decimal128, Int64
from values import Values


def unary(name):
    def make(values: Values):
        return {name: values.mostly(real(values), 0.94)}
    return make


def real(values):
    """A maker of numbers: edges, or ordinary ones with digits."""
    def make():
        kind = values.rng.randrange(8)
        if kind == 0:
            return values.rng.uniform(-2, 2)
        if kind == 1:
            return values.rng.uniform(-1, 1) * 10.0 ** values.rng.randrange(-12, 20)
        if kind == 2:
            digits = values.rng.randrange(1, 34)
            return Decimal128(f"{values.rng.randrange(-10**digits, 10**digits)}E{values.rng.randrange(-40, 20)}")
        if kind == 3:
            return Decimal128(f"{values.rng.uniform(-1.2, 1.2):.12f}")
        if kind == 4:
            return Int64(values.rng.randrange(-2**63, 2**63))
        if kind == 5:
            return values.rng.randrange(-1000, 1000)
        return values.number()
    return make


def of_numbers(name, least, most):
    def make(values: Values):
        count = values.rng.randint(least, most)
        return {name: [values.mostly(real(values), 0.95) for _ in range(count)]}
    return make


def sums(values: Values):
    """Dates among the numbers."""
    def part():
        return values.moment() if values.chance(0.2) else real(values)()
    name = values.pick(["$add", "$subtract"])
    count = 2 if name == "$subtract" else values.rng.randrange(4)
    return {name: [values.mostly(part, 0.96) for _ in range(count)]}


def powers(values: Values):
    def small():
        return values.rng.choice([0, 1, -1, 2, -2, 3, 10, Int64(2), Int64(-10), Int64(7), 0.5, 2.0, -0.0,
                                  Decimal128("2"), Decimal128("0"), Decimal128("0.5")])
    return {"$pow": [values.mostly(small, 0.9), values.mostly(lambda: values.integer(-6, 70), 0.9)]}


def places(values: Values):
    name = values.pick(["$round", "$trunc"])
    number = values.mostly(real(values), 0.96)
    return {name: [number, values.mostly(lambda: values.integer(-22, 25), 0.95)]}


def bits(values: Values):
    def whole():
        return values.pick([0, 1, -1, 7, 255, 2**31 - 1, -(2**31), Int64(5), Int64(-1), Int64(2**40), Int64(-(2**63))])
    if values.chance(0.2):
        return {"$bitNot": values.mostly(whole)}
    name = values.pick(["$bitAnd", "$bitOr", "$bitXor"])
    return {name: [values.mostly(whole, 0.95) for _ in range(values.rng.randrange(5))]}


def comparison(values: Values):
    name = values.pick(["$cmp", "$eq", "$ne", "$gt", "$gte", "$lt", "$lte"])
    kind = values.rng.randrange(3)
    if kind == 0:
        return {name: [values.mostly(real(values)), values.mostly(real(values))]}
    if kind == 1:
        one = values.value()
        return {name: [values.operand(one), values.operand(one)]}
    return {name: [values.mostly(values.value, 0.95), values.mostly(values.value, 0.95)]}


def failing(values: Values):
    """An operand that is a value, fails for the document, or fails for every one."""
    kind = values.rng.randrange(12)
    if kind == 0:
        return {"$divide": [1, values.operand(0)]}
    if kind == 1:
        return {"$divide": [1, 0]}
    if kind == 2:
        return {"$literal": values.value()}
    return values.mostly(values.value, 0.9)


def boolean(values: Values):
    name = values.pick(["$and", "$or", "$not"])
    if name == "$not":
        return {"$not": [failing(values)]}
    return {name: [failing(values) for _ in range(values.rng.randrange(4))]}


def conditional(values: Values):
    kind = values.rng.randrange(4)
    if kind == 0:
        return {"$cond": [failing(values) for _ in range(3)]}
    if kind == 1:
        return {"$cond": {"if": failing(values), "then": failing(values), "else": failing(values)}}
    if kind == 2:
        return {"$ifNull": [failing(values) for _ in range(values.rng.randrange(1, 5))]}
    branches = [{"case": failing(values), "then": failing(values)} for _ in range(values.rng.randrange(4))]
    switch = {"branches": branches}
    if values.chance(0.7):
        switch["default"] = failing(values)
    return {"$switch": switch}


def variables(values: Values):
    inside = values.pick(["$$x", "$$y", ["$$x", "$$y"], {"$add": ["$$x", "$$y"]}, {"k": "$$x.a", "l": "$$y"}])
    return {"$let": {"vars": {"x": failing(values), "y": values.mostly(real(values))}, "in": inside}}


def sizes(values: Values):
    name = values.pick(["$binarySize", "$bsonSize", "$isNumber", "$type", "$toHashedIndexKey", "$tsSecond", "$tsIncrement"])
    return {name: [values.mostly(values.date_like if name.startswith("$ts") else values.value, 0.95)]}


def nested(values: Values):
    """Operators in operators, so that types travel."""
    maker = values.pick(LEAVES)
    expression = maker(values)
    (name, operands), = expression.items()
    if isinstance(operands, list) and operands and values.chance(0.8):
        place = values.rng.randrange(len(operands))
        operands[place] = values.pick(LEAVES)(values)
    return {name: operands}


UNARY = ["$abs", "$ceil", "$exp", "$floor", "$ln", "$log10", "$sigmoid", "$sqrt", "$round", "$trunc", "$acos", "$acosh", "$asin",
         "$asinh", "$atan", "$atanh", "$cos", "$cosh", "$degreesToRadians", "$radiansToDegrees", "$sin", "$sinh", "$tan", "$tanh"]
LEAVES = ([unary(name) for name in UNARY] +
          [of_numbers(name, 2, 2) for name in ["$divide", "$log", "$mod", "$pow", "$atan2", "$subtract"]] +
          [of_numbers(name, 0, 4) for name in ["$add", "$multiply"]] +
          [sums, powers, places, bits, comparison])
MAKERS = LEAVES + [boolean, conditional, variables, sizes, nested] * 3
