#!/usr/bin/env bash
# Every source file is as clang-format 14 would write it; another version would disagree with it.
set -euo pipefail
command -v clang-format-14 >/dev/null || { echo "skipped: no clang-format-14 here"; exit 77; }
find . \( -name build -o -name node_modules -o -name .git -o -name cairn-data \) -prune -o \
  \( -name '*.h' -o -name '*.cc' \) -print0 | xargs -0 -r clang-format-14 --dry-run -Werror
