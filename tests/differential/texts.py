"""Random expressions over strings."""

from bson import Regex

from values import WORDS

PATTERNS = ["", "a", "b+", "(a)(b)?", "^", "$", "[a-c]+", ".", "\\w+", "(é|ß)", "a|", "\\s", "(?i)h", "(", "[", "x*", "^a", "\\d", "(a|b)(c)?",
            "日", "\\p{L}+", "😀"]
FLAGS = ["", "i", "m", "s", "x", "im", "u", "z"]


def text(v):
    return v.mostly(v.text)


def small(v):
    return v.mostly(lambda: v.integer(-2, 8))


def one(v):
    return {v.pick(["$strLenBytes", "$strLenCP", "$toLower", "$toUpper"]): [text(v)]}


def concat(v):
    return {"$concat": [text(v) for _ in range(v.rng.randrange(4))]}


def compare(v):
    word = v.text()
    return {"$strcasecmp": [v.mostly(lambda: word), v.mostly(lambda: word.swapcase() if v.chance(0.4) else v.text())]}


def substring(v):
    return {v.pick(["$substr", "$substrBytes", "$substrCP"]): [text(v), small(v), small(v)]}


def part_of(v, word):
    begin = v.rng.randrange(len(word) + 1)
    return word[begin:begin + v.rng.randrange(3)] if v.chance(0.8) else v.pick(WORDS)


def index_of(v):
    word = v.text()
    return {v.pick(["$indexOfBytes", "$indexOfCP"]): [v.mostly(lambda: word), v.mostly(lambda: part_of(v, word))]
            + [small(v) for _ in range(v.rng.randrange(3))]}


def split(v):
    word = v.text()
    return {"$split": [v.mostly(lambda: word), v.mostly(lambda: part_of(v, word))]}


def trim(v):
    word = v.text()
    spec = {"input": v.mostly(lambda: word)}
    if v.chance(0.6):
        spec["chars"] = v.mostly(lambda: part_of(v, word))
    return {v.pick(["$trim", "$ltrim", "$rtrim"]): spec}


def replace(v):
    word = v.text()
    # An empty string between the bytes of one character: MongoDB breaks the character.
    found = part_of(v, word) or "a"
    return {v.pick(["$replaceOne", "$replaceAll"]): {"input": v.mostly(lambda: word), "find": v.mostly(lambda: found),
                                                     "replacement": v.mostly(lambda: v.pick(WORDS))}}


def regex(v):
    spec = {"input": text(v)}
    if v.chance(0.5):
        spec["regex"] = v.mostly(lambda: v.pick(PATTERNS), 0.95)
        if v.chance(0.5):
            spec["options"] = v.mostly(lambda: v.pick(FLAGS), 0.95)
    else:
        spec["regex"] = v.operand(Regex(v.pick(PATTERNS), v.pick(["", "i", "m", "s"])))
        if v.chance(0.2):
            spec["options"] = v.mostly(lambda: v.pick(FLAGS), 0.95)
    return {v.pick(["$regexFind", "$regexFindAll", "$regexMatch"]): spec}


MAKERS = [one, concat, compare, substring, index_of, split, trim, replace, regex, regex]
