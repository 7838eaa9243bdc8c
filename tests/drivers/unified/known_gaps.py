"""The list of cases that are known not to pass, each with its reason. It is strict: a listed case
that passes is a failure."""

import pathlib

SEPARATOR = " | "


class KnownGaps:
    """Lines `file | description | reason`; `*` as description means each case of the file; `#`
    begins a comment."""

    def __init__(self, path):
        self.reasons = {}
        for number, line in enumerate(
            pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1
        ):
            if not line.strip() or line.startswith("#"):
                continue
            parts = line.split(SEPARATOR)
            if len(parts) != 3 or not parts[2].strip():
                raise ValueError(f"{path}:{number}: expected `file | description | reason`")
            if (parts[0], parts[1]) in self.reasons:
                raise ValueError(f"{path}:{number}: listed twice")
            self.reasons[(parts[0], parts[1])] = parts[2]

    def reason(self, file, description):
        return self.reasons.get((file, description.replace(SEPARATOR, " "))) or self.reasons.get(
            (file, "*")
        )

    def stale(self, files, seen):
        """Listed cases of these files that do not exist (a case of a file that was not read is not
        judged)."""
        seen = seen | {(file, "*") for file, _ in seen}
        return [key for key in self.reasons if key[0] in files and key not in seen]
