"""One rule, one module: `check(tree)` yields (path, line, message)."""
