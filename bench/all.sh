#!/usr/bin/env bash
# Every benchmark once, with defaults that take some minutes together; `./dev bench` calls it.
#   bench/all.sh BUILD_TREE [JSON_FOLDER]
# What has a target prints a ratio measured in one run. With a folder, figures are also left there as JSON.
set -euo pipefail
tree=$(realpath "$1")
out=${2:-}
[[ -z $out ]] || { mkdir -p "$out"; out=$(realpath "$out"); }
cd "$(dirname "${BASH_SOURCE[0]}")/.."
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }
# json NAME: the words that make a program write $out/NAME.json
json() { [[ -z $out ]] || printf '%s\n' --json "$out/$1.json"; }
with_server() { python3 tests/drivers/with_server.py --binary "$tree/cairn" -- "$@"; }

for program in "$tree"/bench/*; do
  name=$(basename "$program")
  [[ -x $program && -f $program ]] || continue
  say "$name"
  case $name in
    embedded_bench) "$program" --dir "$data/embedded" $(json "$name") ;;
    commit_bench) (cd "$data" && "$program") ;;
    *) "$program" --benchmark_min_time=0.1 --benchmark_counters_tabular=true ;;
  esac
done

say "YCSB, embedded"
"$tree/cairn" bench ycsb --threads 2 $(json ycsb_embedded) 2>/dev/null
say "YCSB, over the wire"
with_server sh -c 'exec "$0" bench ycsb --uri "$CAIRN_URI" --records 20000 --operations 20000 --threads 8 "$@" 2>/dev/null' \
  "$tree/cairn" $(json ycsb_server)
say "The wire, 32 connections, as a share of ping"
with_server sh -c 'exec "$0" --uri "$CAIRN_URI" --connections 32 --seconds 3 "$@"' \
  "$tree/cairn-load" $(json load)
say "Vectors: recall against speed, beside hnswlib"
"$tree/cairn" bench ann --rows 50000 --queries 500 $(json ann)
say "Memory: a million documents in 512 MB"
python3 bench/memory/memory_bench.py --binary "$tree/cairn" --load "$tree/cairn-load" --seconds 5 $(json memory)
