// cairn check DIR: verifies a data directory that no server has open.
#include "server/config/command_line.h"

#include <cairn/database.h>

#include <iostream>
#include <memory>

namespace cairn::server {
namespace {

constexpr Option kOptions[] = {
    {"dir", "DIR", "The data directory", false, true, true},
    {"quiet", nullptr, "Print only what is wrong"},
};

int print_report(const Database::CheckReport& report, bool quiet) {
  for (const std::string& problem : report.problems) std::cout << "problem: " << problem << "\n";
  if (!quiet || !report.problems.empty()) {
    std::cout << report.collections << " collections, " << report.documents << " documents, "
              << report.index_entries << " index entries, " << report.change_records
              << " change records: ";
    if (report.problems.empty()) {
      std::cout << "clean\n";
    } else {
      std::cout << report.problems.size() << " problems\n";
    }
  }
  return report.problems.empty() ? kExitDone : kExitProblem;
}

int run(const Arguments& arguments) {
  const std::string directory = arguments.one("dir");
  const bool quiet = arguments.has("quiet");
  auto database = Database::open(directory, {.read_only = true, .create_if_missing = false});
  if (!database.ok()) {
    std::cerr << "cannot open " << directory << ": " << database.status().message() << "\n";
    return kExitCannotBegin;
  }
  const auto report = (*database)->check([quiet](std::string_view what) {
    if (!quiet) std::cerr << "checking " << what << "\n";
  });
  if (!report.ok()) {
    std::cerr << "the check could not be finished: " << report.status().message() << "\n";
    return kExitProblem;
  }
  return print_report(*report, quiet);
}

}  // namespace

extern const Subcommand row_check{
    .name = "check",
    .summary = "Verify every checksum, document and index entry of a data directory",
    .examples =
        "  cairn check ./cairn-data        exit code 0: clean, 1: problems, 2: cannot open\n",
    .options = kOptions,
    .run = run,
};

}  // namespace cairn::server
