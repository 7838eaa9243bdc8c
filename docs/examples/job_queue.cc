// A job queue: threads claim jobs from one collection, the most urgent first, each job exactly
// once. Orders that come twice make one job; who finished how many is counted by keys, in the
// commit that finishes the job. At the end the same data is read through MongoDB's commands.
#include <cairn/command.h>
#include <cairn/database.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string>
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

// A job for an order, unless there was one within the last day: document and key, or neither.
bool add_once(cairn::Collection jobs, int order) {
  cairn::KeyBatch seen;
  seen.set("orders seen", std::to_string(order), "",
           {.expiry = cairn::Expiry::after(std::chrono::hours(24)),
            .condition = cairn::KeyCondition::kAbsent});
  const auto inserted =
      jobs.insert(document("_id", order, "state", "waiting", "priority", order % 5, "tries", 0),
                  {.keys = &seen});
  if (inserted.status().code() == cairn::ErrorCode::kAtomicityFailure) return false;
  check(inserted.ok() && inserted->inserted == 1, "a job");
  return true;
}

void fill(cairn::Collection jobs) {
  for (int order = 0; order < kJobs; ++order) {
    check(add_once(jobs, order), "a new order");
    check(!add_once(jobs, order), "an order that came again");
  }
}

// Takes waiting jobs until there are none left; gives how many it had.
int work(cairn::Collection jobs, int worker) {
  const cairn::Document waiting = document("state", "waiting");
  const cairn::Document urgent_first = document("priority", -1, "_id", 1);
  const cairn::Document claim = document("$set", document("state", "running", "worker", worker),
                                         "$inc", document("tries", 1));
  const cairn::Document finish = document("$set", document("state", "done"));
  cairn::KeyBatch counted;
  counted.increment("finished", std::to_string(worker), 1);
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
    const auto finished =
        jobs.update({.filter = same, .update = finish.view().as_value()}, {.keys = &counted});
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
  std::int64_t finished = 0;
  const auto counts = (*database)->key_value("finished").scan();
  check(counts.ok(), "the counts");
  for (const cairn::KeyEntry& count : counts->entries) finished += std::stoll(count.value);
  check(finished == kJobs, "every job counted once");

  const cairn::Document query = document("state", "done", "tries", 1);
  const auto reply =
      cairn::run_command(**database, "work", document("count", "jobs", "query", query));
  check(reply.ok() && (*reply)["n"].as_int32() == kJobs, "every job done once");
  std::cout << cairn::to_json(*reply) << '\n';
}
