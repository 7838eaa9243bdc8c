#!/usr/bin/env python3
"""Installs one language's clients, at pinned versions, into a folder of the build:
setup_clients.py {python,vector_stores,node,go,java} FOLDER.

Uses the ordinary package clients (pip, npm, go, mvn) in their default configuration. What cannot be
installed here (no tool, no
registry) exits with 77, so the tests that need it skip by name. A second run with nothing changed
is quick: FOLDER/installed
holds a digest of what was asked for.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def skip(reason):
    shutil.rmtree(
        sys.argv[2], ignore_errors=True
    )  # A half installed client must not look like one.
    print(f"SKIPPED: {reason}", flush=True)
    sys.exit(1 if os.environ.get("CAIRN_REQUIRE_CLIENTS") == "1" else 77)


def attempt(reason, command, **options):
    """A step that needs the network or a tool: its failure is a skip."""
    print("+", " ".join(str(part) for part in command), flush=True)
    try:
        done = subprocess.run(command, timeout=900, stdin=subprocess.DEVNULL, **options)
    except (OSError, subprocess.TimeoutExpired) as error:
        skip(f"{reason}: {error}")
    if done.returncode != 0:
        skip(f"{reason} (exit code {done.returncode})")


def install_python(folder, requirements="python/requirements.txt"):
    """FOLDER/venv with the requirements."""
    if sys.version_info < (3, 10):
        skip("the Python clients need Python 3.10 or later")
    attempt("no virtual environment could be made", [sys.executable, "-m", "venv", folder / "venv"])
    attempt(
        "pip could not install the Python clients",
        [
            folder / "venv/bin/pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "-r",
            HERE / requirements,
        ],
    )


def install_vector_stores(folder):
    """FOLDER/venv of their own: they bring much that the drivers' tests must not see."""
    install_python(folder, "vector_stores/requirements.txt")


def install_node(folder):
    """FOLDER/node_modules from package.json; no package's install script is run (they would fetch
    binaries)."""
    if not shutil.which("npm") or not shutil.which("node"):
        skip("npm is not installed")
    shutil.copy(HERE / "node/package.json", folder / "package.json")
    attempt(
        "npm could not install the Node clients",
        ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=folder,
    )


def install_go(folder):
    """Fetches the driver into Go's own module cache."""
    attempt("go could not fetch the Go driver", ["go", "mod", "download"], cwd=HERE / "go")


def build_go(folder):
    """Compiles the Go tests: their own mistakes are failures, never skips."""
    if not shutil.which("go"):
        skip("go is not installed")
    command = ["go", "test", "-c", "-o", str(folder / "drivers_test"), "."]
    print("+", " ".join(command), flush=True)
    subprocess.run(command, cwd=HERE / "go", check=True, stdin=subprocess.DEVNULL)


def install_java(folder):
    """FOLDER/lib with the jars that pom.xml names and what they need."""
    for tool in ("mvn", "javac", "java"):
        if not shutil.which(tool):
            skip(f"{tool} is not installed")
    attempt(
        "mvn could not fetch the Java driver",
        [
            "mvn",
            "--batch-mode",
            "--quiet",
            "--file",
            HERE / "java/pom.xml",
            "dependency:copy-dependencies",
            f"-DoutputDirectory={folder / 'lib'}",
        ],
    )


def build_java(folder):
    """Compiles the Java tests: their own mistakes are failures, never skips."""
    sources = sorted(str(path) for path in (HERE / "java/src").glob("*.java"))
    command = ["javac", "-d", str(folder / "classes"), "-cp", str(folder / "lib/*"), *sources]
    print("+", " ".join(command), flush=True)
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


WISHES = {
    "python": ("python/requirements.txt", install_python),
    "node": ("node/package.json", install_node),
    "go": ("go/go.mod", install_go),
    "java": ("java/pom.xml", install_java),
    "vector_stores": ("vector_stores/requirements.txt", install_vector_stores),
}


def main():
    language, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    wish_file, install = WISHES[language]
    wish = hashlib.sha256((HERE / wish_file).read_bytes() + str(folder).encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == wish:
        print(f"{language}: already installed in {folder}")
    else:
        shutil.rmtree(folder)
        folder.mkdir()
        install(folder)
        stamp.write_text(wish)
    if language == "go":
        build_go(folder)
    if language == "java":
        build_java(folder)


if __name__ == "__main__":
    main()
