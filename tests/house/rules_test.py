#!/usr/bin/env python3
"""Every house rule finds what it forbids, and says nothing about a tree that keeps it.

Each case plants one violation in a small tree of its own.
"""
import json
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

import check  # noqa: E402
import cpp_text  # noqa: E402
import tables  # noqa: E402

# The real tree's exceptions say nothing about the small ones.
tables.LONG_FILES, tables.LONG_FUNCTIONS, tables.NAMES_ALLOWED = {}, {}, {}

GOOD_H = "// Reads things.\n#pragma once\n#include <string>\nnamespace cairn {\nint f();\n}\n"
GOOD_CC = "// Reads things.\n#include \"engine/bson/view.h\"\nnamespace cairn {\nint f() { return 1; }\n}\n"
GOOD = {"engine/README.md": "x", "engine/bson/README.md": "x", "engine/bson/view.h": GOOD_H,
        "engine/bson/view.cc": GOOD_CC, "engine/include/cairn/README.md": "x",
        "engine/include/cairn/a.h": GOOD_H}


def found(rule, files):
    """What `rule` says about the good tree with `files` added (None: removed)."""
    with tempfile.TemporaryDirectory() as root:
        for path, text in {**GOOD, **files}.items():
            if text is not None:
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as f:
                    f.write(text)
        return list(check.violations(root, [rule]))


class Rules(unittest.TestCase):
    def caught(self, rule, files, word=""):
        said = found(rule, files)
        self.assertTrue(said, "%s did not catch it" % rule)
        self.assertIn(word, "\n".join(said))

    def clean(self, rule, files=None):
        self.assertEqual(found(rule, files or {}), [])

    def test_a_good_tree_is_clean(self):
        for rule in check.RULES:
            if rule != "compiled":
                self.clean(rule)

    def test_layers(self):
        include = '// x\n#pragma once\n#include "%s"\n'
        expr = {"engine/expr/e.h": GOOD_H, "engine/match/m.h": GOOD_H, "index/key/k.h": GOOD_H}
        self.clean("layers", {"engine/expr/e.h": include % "engine/bson/view.h"})
        self.clean("layers", {**expr, "engine/match/n.h": include % "index/key/k.h"})
        self.caught("layers", {**expr, "engine/bson/w.h": include % "engine/expr/e.h"}, "may include")
        self.caught("layers", {**expr, "index/key/j.h": include % "engine/bson/view.h"})
        self.caught("layers", {**expr, "server/s.h": include % "engine/bson/view.h"})
        self.caught("layers", {**expr, "wire/w.h": include % "engine/bson/view.h"})
        self.caught("layers", {"engine/include/cairn/b.h": include % "engine/bson/view.h"})
        self.caught("layers", {"engine/bson/w.h": include % "view.h"}, "from the root")
        self.caught("layers", {"engine/bson/w.h": include % "../bson/view.h"}, "from the root")
        commands = {"compat/include/cairn/command.h": GOOD_H}
        run = "// x\n#pragma once\n#include <cairn/command.h>\n"
        self.clean("layers", {**commands, "server/s.h": run})
        self.caught("layers", {**commands, "engine/bson/w.h": run}, "may include only")
        self.caught("layers", {"attic/w.h": include % "engine/bson/view.h"}, "in no layer")

    def test_folder_cycles(self):
        self.caught("layers", {
            "index/key/k.h": '// x\n#pragma once\n#include "index/text/t.h"\n',
            "index/text/t.h": '// x\n#pragma once\n#include "index/key/k2.h"\n',
            "index/key/k2.h": GOOD_H}, "include each other")

    def test_foreign(self):
        use = "// x\n#include <rocksdb/db.h>\n"
        self.clean("foreign", {"engine/storage/db.cc": use})
        self.clean("foreign", {"tests/storage/db_test.cc": use})
        self.caught("foreign", {"engine/records/db.cc": use}, "RocksDB is for engine/storage")
        self.caught("foreign", {"server/net.cc": "// x\n#include <asio.hpp>\n"}, "Asio")
        self.caught("foreign", {"engine/exec/s.cc": "// x\n#include <sys/socket.h>\n"}, "sockets")
        self.caught("foreign", {"engine/exec/s.cc": "// x\n#include <boost/any.hpp>\n"}, "no row")
        self.clean("foreign", {"engine/exec/s.cc": "// #include <boost/any.hpp>\n#include <cstdint>\n"})

    def test_sizes(self):
        long_body = "int g() {\n" + "  f();\n" * 69 + "}\n"
        self.caught("sizes", {"engine/bson/a.cc": "// x\n" + long_body}, "g has 71 lines")
        self.clean("sizes", {"engine/bson/a.cc": "// x\n" + long_body.replace("  f();\n", "", 1)})
        self.caught("sizes", {"engine/bson/a.cc": "// x\n" * 501}, "501 lines")
        table = "const int kT[] = {\n" + "  1,\n" * 90 + "};\n"
        self.clean("sizes", {"engine/bson/a.cc": "// x\n" + table})

    def test_stale_exceptions(self):
        tables.LONG_FILES["engine/bson/view.cc"] = "was long"
        try:
            self.caught("sizes", {}, "remove its exception")
        finally:
            del tables.LONG_FILES["engine/bson/view.cc"]

    def test_names(self):
        self.caught("names", {"engine/bson/string_utils.h": GOOD_H}, "utils")
        self.caught("names", {"engine/common/x.h": GOOD_H}, "common")
        self.caught("names", {"engine/bson/x.h": "// x\nclass IndexManager {};\n"}, "IndexManager")
        self.caught("names", {"engine/bson/x.h": "// x\nstruct BaseNode : X {};\n"}, "BaseNode")
        self.clean("names", {"engine/bson/base64.h": "// x\nclass Database;\nstruct Base64 {};\n"})

    def test_readmes(self):
        self.caught("readmes", {"engine/bson/README.md": None}, "engine/bson")
        family = {"engine/expr/README.md": "x", "engine/expr/e.h": GOOD_H,
                  "engine/expr/ops/add.cc": GOOD_CC}
        self.caught("readmes", family, "engine/expr/ops")
        self.clean("readmes", {**family, "engine/expr/CMakeLists.txt":
                               "cairn_family(cairn_expr NAME ops\n  DIR ops ENTRIES add)"})

    def test_todo(self):
        mark = "TO" + "DO"
        self.caught("todo", {"engine/bson/a.cc": "// %s: later\n" % mark})
        self.clean("todo", {"engine/bson/a.cc": "// %s(when RocksDB 8 is in Debian): x\n" % mark})

    def test_places(self):
        self.caught("places", {"engine/bson/a.cc": "// see /%s/main/x\n" % "work"})
        self.caught("places", {"tests/drivers/x.py": "'https://pypi.%s/simple'\n" % "org"})
        self.clean("places", {"engine/bson/a.cc": "// https://bsonspec.org/spec.html, ./work/x\n"})

    def test_opening(self):
        self.caught("opening", {"engine/bson/a.h": "#pragma once\n"}, "sentence")
        self.caught("opening", {"engine/bson/a.h": "// x\nint f();\n"}, "#pragma once")
        self.clean("opening", {"engine/bson/view.cc": '#include "engine/bson/view.h"\n'})

    def test_public_headers(self):
        if not check.importlib.import_module("rules.public_headers").compilers():
            self.skipTest("no compiler here")
        self.caught("public_headers",
                    {"engine/include/cairn/b.h": "// x\n#pragma once\nstd::string f();\n"}, "b.h")
        self.caught("public_headers", {
            "engine/include/cairn/b.h":
            "// x\n#pragma once\n#include <expected>\nstd::expected<int, int> f();\n"}, "c++20")

    def test_compiled(self):
        listed = [{"file": "x.cc"}]
        with tempfile.TemporaryDirectory() as build:
            with open(os.path.join(build, "compile_commands.json"), "w", encoding="utf-8") as f:
                json.dump(listed, f)
            before = os.environ.get("CAIRN_BUILD_DIR")
            os.environ["CAIRN_BUILD_DIR"] = build
            try:
                self.caught("compiled", {}, "engine/bson/view.cc")
                self.clean("compiled", {"engine/bson/view.cc": None})
            finally:
                os.environ.pop("CAIRN_BUILD_DIR")
                if before is not None:
                    os.environ["CAIRN_BUILD_DIR"] = before


    def test_unity(self):
        text = "// x\nnamespace cairn {\nnamespace {\nint %s(int a) { return a; }\n}\n}\n"
        with tempfile.TemporaryDirectory() as root:
            together = os.path.join(root, "a.dir", "Unity", "unity_0_cxx.cxx")
            os.makedirs(os.path.dirname(together))
            for name, function in (("a.cc", "twice"), ("b.cc", "twice"), ("c.cc", "once")):
                with open(os.path.join(root, name), "w", encoding="utf-8") as f:
                    f.write(text % function)
            with open(together, "w", encoding="utf-8") as f:
                f.writelines('#include "%s/%s.cc"\n' % (root, name) for name in "abc")
            with open(os.path.join(root, "compile_commands.json"), "w", encoding="utf-8") as f:
                json.dump([{"file": together}], f)
            before = os.environ.get("CAIRN_BUILD_DIR")
            os.environ["CAIRN_BUILD_DIR"] = root
            try:
                found = list(check.violations(root, ["unity"]))
            finally:
                os.environ.pop("CAIRN_BUILD_DIR")
                if before is not None:
                    os.environ["CAIRN_BUILD_DIR"] = before
        self.assertEqual(len(found), 1, found)
        self.assertIn("twice(int) is defined in a.cc too", found[0])


class Functions(unittest.TestCase):
    def names(self, text):
        return [name for _, _, name in cpp_text.functions(text)]

    def test_what_is_a_function(self):
        self.assertEqual(self.names("int f(int a = 0, std::vector<int> b = {}) { return a; }"), ["f"])
        self.assertEqual(self.names("Foo::Foo(int a) : a_{a}, b_(a) { if (a) { g(); } }"), ["Foo::Foo"])
        self.assertEqual(self.names("Foo::Foo() : a_{1} {}\nint h() { return 2; }"), ["Foo::Foo", "h"])
        self.assertEqual(self.names("Foo& Foo::operator=(const Foo& o) { return *this; }"),
                         ["Foo::operator="])
        self.assertEqual(self.names("auto f() -> Result<int> { return 1; }"), ["f"])
        self.assertEqual(self.names("template <typename T = int>\nvoid f(T t) noexcept { }"), ["f"])
        self.assertEqual(self.names("namespace a { class B : public C<int> {\n int d() const { return 1; }\n}; }"),
                         ["d"])
        self.assertEqual(self.names('extern "C" int fuzz(const char* d) { return 0; }'), ["fuzz"])
        self.assertEqual(self.names("TEST(A, B) { x(); }\nTEST(A, C) { y(); }"), ["TEST", "TEST"])
        self.assertEqual(len(self.names("const auto kF = [](int a) { return a; };")), 1)

    def test_what_is_not(self):
        self.assertEqual(self.names("const Row kRows[] = {{1, f()}, {2, g()}};"), [])
        self.assertEqual(self.names("enum class E : int { kA, kB };\nstruct S { int a{1}; };"), [])
        self.assertEqual(self.names('// int f() {\nconst char* s = "int g() {";'), [])
        self.assertEqual(self.names("#define F(x) { x }\nint a;"), [])
        self.assertEqual(self.names("const Row row_add{.name = \"$add\", .parse = parse(1)};"), [])

    def test_lines(self):
        text = "// x\n\nint\nf() {\n  g();\n}\n"
        self.assertEqual(list(cpp_text.functions(text)), [(3, 6, "f")])
        raw = 'int f() {\n  auto s = R"({\n{\n)";\n  return 1\'000;\n}\nint g() { return 2; }'
        self.assertEqual([(a, b) for a, b, _ in cpp_text.functions(raw)], [(1, 6), (7, 7)])


if __name__ == "__main__":
    unittest.main()
