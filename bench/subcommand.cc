// cairn bench: measures a store, this binary's own or any server that speaks MongoDB's protocol, or
// what the store is made of.
#include "bench/ann/command.h"
#include "bench/ycsb/command.h"

#include "server/config/command_line.h"

#include <iostream>

namespace cairn::server {
namespace {

constexpr Option kOptions[] = {
    {"benchmark", "NAME", "What to run: ycsb or ann", false, true, true},
    {"workload", "LETTERS", "a to f, several with commas, or all", true},
    {"records", "N", "Records that are loaded before (100000)"},
    {"operations", "N", "Operations of each workload (100000)"},
    {"threads", "N", "Threads that wait for each of their operations; ann: that build (1)"},
    {"load-batch", "N", "Records of one insert while loading (1)"},
    {"uri", "URI",
     "A server to measure, mongodb://…; its collection ycsb.usertable (ann: ann.vectors) is "
     "DROPPED"},
    {"data", "DIR", "Embedded, in this directory; its collection ycsb.usertable is DROPPED"},
    {"memory", "SIZE", "Embedded: the memory budget (512MB)"},
    {"no-load", nullptr, "Use the records that an earlier run with --keep left"},
    {"keep", nullptr, "Do not drop the collection afterwards"},
    {"seed", "N", "The same seed asks for the same records, or makes the same vectors (1)"},
    {"json", "FILE", "Write the figures to this file"},
    {"rows", "N", "ann: vectors (100000)"},
    {"queries", "N", "ann: searches of each round (1000)"},
    {"dimensions", "N", "ann: numbers of a vector (384)"},
    {"limit", "N", "ann: results of a search (10)"},
    {"edges", "N", "ann: maxEdges, M (16)"},
    {"edge-candidates", "N", "ann: numEdgeCandidates, efConstruction (200)"},
    {"rounds", "N", "ann: the best of so many rounds counts (3)"},
    {"quantization", "NAMES", "ann: none, scalar, binary, several with commas (scalar)", true},
    {"peers", "NAMES", "ann: hnswlib, faiss (slow to build), none (hnswlib)", true},
    {"clients", "N", "ann: connections that search at once, with --uri (8)"},
    {"plot", "FILE", "ann: draw recall against speed, as SVG"},
    {"file", "FILE", "ann: vectors from an .fvecs or .npy file; its last ones are the queries"},
    {"mapped", nullptr, "ann: leave codes and links in the mapped file"},
    {"only-wire", nullptr, "ann: nothing in this process, only over the wire; needs --uri"},
    {"no-filters", nullptr, "ann: neither filters nor deletes"},
};

int run(const Arguments& arguments) {
  const std::string benchmark = arguments.one("benchmark");
  if (benchmark == "ycsb") return ycsb::run_command(arguments);
  if (benchmark == "ann") return ann::run_command(arguments);
  std::cerr << "cairn bench: the benchmark must be ycsb or ann, not " << benchmark << "\n";
  return kExitCannotBegin;
}

}  // namespace

extern const Subcommand row_bench{
    .name = "bench",
    .summary =
        "Measure: YCSB's workloads, embedded or over the wire; vector search, recall against speed",
    .examples =
        "  cairn bench ycsb --workload a                        embedded, in a temporary "
        "directory\n"
        "  cairn bench ycsb --workload all --records 1000000 --operations 1000000 --threads 8\n"
        "  cairn bench ycsb --uri mongodb://127.0.0.1:27017 --threads 32 --json a.json\n"
        "  cairn bench ann --rows 100000 --dimensions 768 --quantization scalar,binary --json "
        "ann.json\n"
        "  cairn bench ann --uri mongodb://127.0.0.1:27017 --plot ann.svg   over the wire, too\n",
    .options = kOptions,
    .run = run,
};

}  // namespace cairn::server
