"""The files that the rules look at, read once."""
import functools
import os

# Not ours, or not kept; folders with a leading dot are tools' own, but for .ci.
SKIPPED_FOLDERS = {"build", "cairn-data", "node_modules", "__pycache__", "Testing"}
CODE = (".h", ".cc")
TEXT = CODE + (".py", ".sh", ".cmake", ".txt", ".md", ".json", ".yaml", ".yml", ".fbs", ".in",
               ".mjs", ".js", ".ts", ".go", ".java", ".c", ".cpp", ".toml", ".spec")


class SourceTree:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.files = sorted(self._walk())

    def _walk(self):
        for folder, subfolders, names in os.walk(self.root):
            subfolders[:] = [s for s in subfolders if s not in SKIPPED_FOLDERS
                             and (s == ".ci" or not s.startswith("."))]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), self.root)

    def code(self):
        return [f for f in self.files if f.endswith(CODE)]

    def text(self):
        return [f for f in self.files if f.endswith(TEXT) or "." not in os.path.basename(f)]

    @functools.lru_cache(maxsize=None)
    def read(self, path):
        with open(os.path.join(self.root, path), encoding="utf-8", errors="replace") as f:
            return f.read()

    def exists(self, path):
        return os.path.exists(os.path.join(self.root, path))


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")
