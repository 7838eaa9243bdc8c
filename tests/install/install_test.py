#!/usr/bin/env python3
"""Installs the build tree into a fresh prefix, moves the prefix, and builds a consumer against it,
once by find_package and once by pkg-config, both as C++20 and outside the source tree."""
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["CAIRN_BUILD_DIR"]
EXPECTED = '{"_id":1,"name":"Assam","qty":2}'


def run(*command, **options):
    print("+", " ".join(command), flush=True)
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, **options)
    if done.returncode != 0:
        sys.exit("%s\nexited with %d" % (done.stdout, done.returncode))
    return done.stdout


def check_output(how, program):
    said = "".join(run(program).split())
    if said != EXPECTED:
        sys.exit("%s: the consumer printed %r, expected %r" % (how, said, EXPECTED))


def by_find_package(prefix, source):
    build = os.path.join(source, "build")
    run("cmake", "-G", "Ninja", "-S", source, "-B", build, "-DCMAKE_PREFIX_PATH=" + prefix)
    run("cmake", "--build", build)
    check_output("find_package", os.path.join(build, "consumer"))


def by_pkg_config(prefix, source):
    environment = dict(os.environ, PKG_CONFIG_PATH=os.path.join(prefix, "lib/pkgconfig"))
    flags = run("pkg-config", "--cflags", "--libs", "cairn", env=environment).split()
    program = os.path.join(source, "by_pkg_config")
    run("c++", "-std=c++20", "-Wall", "-Wextra", os.path.join(source, "main.cc"), "-o", program,
        *flags)
    check_output("pkg-config", program)


def check_binary(prefix):
    run(os.path.join(prefix, "bin/cairn"), "version")


def main():
    for tool in ("cmake", "ninja", "pkg-config", "c++"):
        if not shutil.which(tool):
            print("skipped: no %s here" % tool)
            return 77
    with tempfile.TemporaryDirectory() as scratch:
        prefix, source = os.path.join(scratch, "moved"), os.path.join(scratch, "source")
        run("cmake", "--install", BUILD, "--prefix", os.path.join(scratch, "prefix"))
        os.rename(os.path.join(scratch, "prefix"), prefix)
        os.mkdir(source)
        shutil.copy(os.path.join(HERE, "main.cc"), source)
        shutil.copy(os.path.join(HERE, "consumer.cmake"), os.path.join(source, "CMakeLists.txt"))
        by_find_package(prefix, source)
        by_pkg_config(prefix, source)
        check_binary(prefix)
    print("both ways work")
    return 0


if __name__ == "__main__":
    sys.exit(main())
