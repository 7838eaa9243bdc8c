"""Random expressions over arrays, sets and documents."""

from bson import Int64

from values import WORDS


def of_integers(v):
    return v.array(lambda: v.integer(-3, 3), 6)


def of_documents(v):
    return v.array(lambda: {v.pick("ab"): v.value(2), v.pick("abc"): v.integer(0, 3)} if v.chance(0.9) else v.value(1), 5)


def any_array(v):
    return v.pick([of_integers, of_documents, lambda w: w.array()])(v)


def array_operand(v):
    return v.mostly(lambda: any_array(v))


def small(v):
    return v.mostly(lambda: v.integer(-4, 6))


def one_array(v):
    name = v.pick(["$first", "$last", "$isArray", "$size", "$reverseArray", "$allElementsTrue", "$anyElementTrue",
                   "$objectToArray", "$arrayToObject"])
    return {name: [array_operand(v)]}


def array_elem_at(v):
    return {"$arrayElemAt": [array_operand(v), small(v)]}


def concat_arrays(v):
    return {"$concatArrays": [array_operand(v) for _ in range(v.rng.randrange(4))]}


def slice_(v):
    return {"$slice": [array_operand(v)] + [small(v) for _ in range(v.rng.randint(1, 2))]}


def range_(v):
    return {"$range": [small(v), v.mostly(lambda: v.integer(-30, 30))] + [small(v)] * v.rng.randrange(2)}


def element(v, array):
    return v.pick(array) if array and v.chance(0.6) else v.value(1)


def in_(v):
    array = any_array(v)
    return {"$in": [v.operand(element(v, array)), v.operand(array) if v.chance(0.9) else v.operand(v.value())]}


def in_constant(v):
    array = any_array(v) + v.array(None, 8)
    return {"$in": [v.operand(element(v, array)), {"$literal": array}]}


def index_of_array(v):
    array = any_array(v)
    return {"$indexOfArray": [v.operand(array) if v.chance(0.9) else v.operand(v.value()), v.operand(element(v, array))]
            + [small(v) for _ in range(v.rng.randrange(3))]}


def pairs(v):
    def pair():
        key = v.pick(WORDS) if v.chance(0.95) else v.value(2)
        return [key, v.value(2)]

    def document():
        key, value = pair()
        return {"k": key, "v": value} if v.chance(0.8) else {"v": value, "k": key}

    make = v.pick([pair, document])
    return {"$arrayToObject": [v.operand(v.array(make if v.chance(0.95) else v.value, 5))]}


def object_to_array(v):
    return {"$objectToArray": v.mostly(lambda: {v.pick(WORDS).replace("\0", ""): v.value(1) for _ in range(3)})}


def map_(v):
    body = v.pick(["$$this", {"$isArray": ["$$this"]}, {"a": "$$this", "b": "$nothing"}, ["$$this"], "$$this.a",
                   {"$first": "$$this"}, {"$concatArrays": ["$$this", [1]]}])
    return {"$map": {"input": array_operand(v), "in": body}}


def filter_(v):
    spec = {"input": array_operand(v), "cond": v.pick(["$$this", {"$in": ["$$this", [1, 2, "a", None]]}, {"$isArray": ["$$this"]}])}
    if v.chance(0.4):
        spec["limit"] = v.mostly(lambda: v.integer(-1, 4))
    return {"$filter": spec}


def reduce(v):
    into = v.pick([{"$concatArrays": ["$$value", ["$$this"]]}, {"$setUnion": ["$$value", ["$$this"]]}, "$$this",
                   {"$concatArrays": [["$$this"], "$$value"]}, {"$mergeObjects": ["$$value", "$$this"]}])
    start = v.mostly(lambda: {} if "$mergeObjects" in into else [])
    return {"$reduce": {"input": array_operand(v), "initialValue": start, "in": into}}


def zip_(v):
    count = v.rng.randint(1, 3)
    spec = {"inputs": [array_operand(v) for _ in range(count)]}
    if v.chance(0.5):
        spec["useLongestLength"] = True
        if v.chance(0.6):
            spec["defaults"] = [v.operand(v.value()) for _ in range(count)]
    return {"$zip": spec}


def n_of(v):
    return {v.pick(["$firstN", "$lastN", "$maxN", "$minN"]): {"n": v.mostly(lambda: v.integer(-1, 5)), "input": array_operand(v)}}


def sort_by(v):
    if v.chance(0.4):
        return v.pick([1, -1, 1.0, Int64(-1)])
    return {v.pick(["a", "b", "c", "a.0", "a.b"]): v.pick([1, -1]) for _ in range(v.rng.randint(1, 2))}


def sort_array(v):
    return {"$sortArray": {"input": array_operand(v), "sortBy": sort_by(v)}}


def top_of(v):
    name = v.pick(["$top", "$topN", "$bottom", "$bottomN"])
    spec = {"input": array_operand(v), "sortBy": sort_by(v)}
    if name.endswith("N"):
        spec["n"] = v.mostly(lambda: v.integer(0, 4))
    return {name: spec}


def sets(v):
    name = v.pick(["$setDifference", "$setEquals", "$setIntersection", "$setIsSubset", "$setUnion"])
    count = 2 if name in ("$setDifference", "$setIsSubset") else v.rng.randint(2, 3)
    first = any_array(v)

    def related():
        array = [v.pick(first) for _ in first] if first and v.chance(0.6) else any_array(v)
        v.rng.shuffle(array)
        return array + (first if v.chance(0.3) else [])

    return {name: [v.mostly(lambda: first)] + [v.mostly(related) for _ in range(count - 1)]}


def any_document(v):
    return {v.pick(["a", "b", "c", "d.e", "$f", ""]): v.value(1) for _ in range(v.rng.randrange(4))}


def get_field(v):
    return {"$getField": {"field": v.mostly(lambda: v.pick(["a", "b", "d.e", "$f", ""])), "input": v.mostly(lambda: any_document(v))}}


def change_field(v):
    field = {"$literal": v.pick(["a", "b", "d.e", "$f", ""])}
    if v.chance(0.3):
        return {"$unsetField": {"field": field, "input": v.mostly(lambda: any_document(v))}}
    value = v.pick(["$$REMOVE", "$nothing"]) if v.chance(0.2) else v.operand(v.value())
    return {"$setField": {"field": field, "input": v.mostly(lambda: any_document(v)), "value": value}}


def merge_objects(v):
    return {"$mergeObjects": [v.mostly(lambda: any_document(v)) for _ in range(v.rng.randrange(4))]}


MAKERS = [one_array, array_elem_at, concat_arrays, slice_, range_, in_, in_constant, index_of_array, pairs, object_to_array,
          map_, filter_, reduce, zip_, n_of, sort_array, top_of, sets, sets, get_field, change_field, merge_objects]
