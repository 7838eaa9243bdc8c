// A job queue: threads claim jobs from one collection, the most urgent first, each job exactly
// once. At the end the same data is read through MongoDB's commands.
#include <cairn/command.h>
#include <cairn/database.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>
#include <vector>

namespace {

using cairn::document;

constexpr int kJobs = 200;
constexpr int kWorkers = 4;

void check(bool held, const char* what) {
  if (held) return;
  std::cerr << "not as expected: " << what << '\n';
  std::exit(EXIT_FAILURE);
}

void fill(cairn::Collection jobs) {
  for (int i = 0; i < kJobs; ++i) {
    const auto inserted =
        jobs.insert(document("_id", i, "state", "waiting", "priority", i % 5, "tries", 0));
    check(inserted.ok() && inserted->inserted == 1, "a job");
  }
}

// Takes waiting jobs until there are none left; gives how many it had.
int work(cairn::Collection jobs, int worker) {
  const cairn::Document waiting = document("state", "waiting");
  const cairn::Document urgent_first = document("priority", -1, "_id", 1);
  const cairn::Document claim = document("$set", document("state", "running", "worker", worker),
                                         "$inc", document("tries", 1));
  const cairn::Document finish = document("$set", document("state", "done"));
  int taken = 0;
  while (true) {
    const auto claimed = jobs.find_and_modify({.filter = waiting,
                                               .sort = urgent_first,
                                               .update = claim.view().as_value(),
                                               .return_document = cairn::ReturnDocument::kAfter});
    check(claimed.ok(), "a claim");
    if (!claimed->document) return taken;
    ++taken;
    const cairn::Document same = document("_id", (*claimed->document)["_id"]);
    const auto finished = jobs.update({.filter = same, .update = finish.view().as_value()});
    check(finished.ok() && finished->outcomes[0].modified == 1, "a finished job");
  }
}

}  // namespace

int main() {
  auto database = cairn::Database::open("jobs", {.in_memory = true});
  if (!database.ok()) std::cerr << database.status().to_string() << '\n';
  check(database.ok(), "a database in memory");
  const cairn::Collection jobs = (*database)->collection("work", "jobs");
  fill(jobs);

  std::atomic<int> taken = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < kWorkers; ++i) {
    workers.emplace_back([&, i] { taken += work(jobs, i); });
  }
  for (std::thread& worker : workers) worker.join();
  check(taken == kJobs, "every job taken once");

  const cairn::Document query = document("state", "done", "tries", 1);
  const auto reply =
      cairn::run_command(**database, "work", document("count", "jobs", "query", query));
  check(reply.ok() && (*reply)["n"].as_int32() == kJobs, "every job done once");
  std::cout << cairn::to_json(*reply) << '\n';
}
