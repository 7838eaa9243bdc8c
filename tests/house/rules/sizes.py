"""Files and functions fit: 500 lines, 70 lines; exceptions give their reason in tables.py."""
import cpp_text
import tables


def check(tree):
    long_files, long_functions = set(), set()
    for path in tree.code():
        text = tree.read(path)
        lines = text.count("\n")
        if lines > tables.MAX_FILE_LINES:
            long_files.add(path)
            if path not in tables.LONG_FILES:
                yield path, lines, "%d lines; at most %d" % (lines, tables.MAX_FILE_LINES)
        for first, last, name in cpp_text.functions(text):
            length = last - first + 1
            if length <= tables.MAX_FUNCTION_LINES:
                continue
            key = "%s:%s" % (path, name)
            long_functions.add(key)
            if key not in tables.LONG_FUNCTIONS:
                yield path, first, "%s has %d lines; at most %d" % (name, length,
                                                                   tables.MAX_FUNCTION_LINES)
    for stale in set(tables.LONG_FILES) - long_files | set(tables.LONG_FUNCTIONS) - long_functions:
        yield "tests/house/tables.py", 0, "%s is no longer too long: remove its exception" % stale
