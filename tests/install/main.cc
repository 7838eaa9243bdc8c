// A program that is not ours: opens a database in memory, inserts, finds, and says what it found.
#include <cairn/database.h>

#include <cstdio>

namespace {

cairn::Status run() {
  auto database = cairn::Database::open("", {.in_memory = true});
  if (!database.ok()) return database.take_status();
  cairn::Collection teas = (*database)->collection("shop", "teas");

  auto inserted = teas.insert(cairn::document("_id", 1, "name", "Assam", "qty", 2));
  if (!inserted.ok()) return inserted.take_status();
  if (inserted->inserted != 1) return {cairn::ErrorCode::kInternalError, "nothing was inserted"};

  auto found = teas.find_one(cairn::document("qty", cairn::document("$gte", 1)));
  if (!found.ok()) return found.take_status();
  if (!found->has_value()) return {cairn::ErrorCode::kInternalError, "nothing was found"};
  std::puts(cairn::to_json(found->value()).c_str());
  return {};
}

}  // namespace

int main() {
  const cairn::Status status = run();
  if (!status.ok()) std::fprintf(stderr, "%s\n", status.to_string().c_str());
  return status.ok() ? 0 : 1;
}
