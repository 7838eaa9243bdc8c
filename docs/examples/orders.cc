// A small shop: documents in, questions asked, the directory closed and opened again, and a write
// repeated safely. Run it without arguments; it works in a directory of its own under the system's
// temporary files.
#include <cairn/database.h>
#include <cairn/session.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace {

using cairn::array;
using cairn::document;

// Errors are values: every call says what went wrong, and nothing throws.
template <typename T>
T must(cairn::Result<T> result) {
  if (result.ok()) return std::move(*result);
  std::cerr << result.status().to_string() << '\n';
  std::exit(EXIT_FAILURE);
}

void check(bool held, const char* what) {
  if (held) return;
  std::cerr << "not as expected: " << what << '\n';
  std::exit(EXIT_FAILURE);
}

void sell(cairn::Collection orders) {
  const cairn::Document sold[] = {
      document("_id", 1, "item", "tea", "qty", 2, "price", 4.5, "tags", array("drink", "hot")),
      document("_id", 2, "item", "cup", "qty", 1, "price", 12.0),
      document("_id", 3, "item", "tea", "qty", 5, "price", 4.5, "tags", array("drink"))};
  const cairn::DocumentView views[] = {sold[0], sold[1], sold[2]};
  check(must(orders.insert(views)).inserted == 3, "three orders");

  // A second document with the same _id is an error of that document, not of the call.
  const cairn::InsertResult again = must(orders.insert(sold[0]));
  check(again.errors.front().status.code() == cairn::ErrorCode::kDuplicateKey, "a duplicate");
}

void ask(cairn::Collection orders) {
  cairn::Cursor cursor =
      must(orders.find(document("item", "tea", "qty", document("$gte", 2)),
                       {.projection = document("qty", 1), .sort = document("qty", -1)}));
  while (const auto order = must(cursor.next())) std::cout << cairn::to_json(*order) << '\n';

  // {$group: {_id: "$item", sold: {$sum: "$qty"}}}
  const cairn::Document group =
      document("$group", document("_id", "$item", "sold", document("$sum", "$qty")));
  cairn::Cursor groups = must(orders.aggregate(array(group).view().as_document()));
  while (const auto line = must(groups.next())) std::cout << cairn::to_json(*line) << '\n';
}

void change(cairn::Database& database, cairn::Collection orders) {
  // Options borrow: what they name must live as long as they are used.
  const cairn::Document cup = document("_id", 2);
  const cairn::Document increment = document("$inc", document("qty", 1));
  const cairn::UpdateStatement one_more{.filter = cup, .update = increment.view().as_value()};
  // Named by a session, a write may be sent again after a doubtful outcome: it is done once.
  cairn::Session session;
  const cairn::WriteOptions options{.durability = cairn::Durability::kSynced,
                                    .retry = session.next_write()};
  check(must(orders.update(one_more, options)).outcomes[0].modified == 1, "one changed");
  check(must(orders.update(one_more, options)).outcomes[0].retried, "and not changed twice");
  check(must(orders.find_one(cup)).value()["qty"].as_int32() == 2, "two cups");
  check(database.end_session(session.id()).ok(), "the session's end");
}

}  // namespace

int main() {
  const auto directory = std::filesystem::temp_directory_path() /
                         ("cairn-example-" + cairn::ObjectId::generate().to_hex());
  {
    const auto database = must(cairn::Database::open(directory));
    const cairn::Collection orders = database->collection("shop", "orders");
    sell(orders);
    ask(orders);
    change(*database, orders);
  }
  {
    const auto database = must(cairn::Database::open(directory));
    check(must(database->collection("shop", "orders").count()) == 3, "all there after a restart");
    check(must(database->check()).problems.empty(), "a sound directory");
  }
  std::filesystem::remove_all(directory);
  std::cout << "ok\n";
}
