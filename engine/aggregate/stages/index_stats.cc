// $indexStats: a document for each index of a collection.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"
#include "engine/storage/host_name.h"

namespace cairn::aggregate {
namespace {

class IndexStats final : public Stage {
 public:
  explicit IndexStats(const Environment& environment) : environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    std::vector<Document> documents;
    const CollectionRef collection = environment_.engine.find(environment_.name());
    if (collection == nullptr) return listed(std::move(documents));
    for (const IndexEntry& index : collection->index_entries()) {
      DocumentBuilder out;
      out.append("name", index.name()).append("key", index.key_pattern());
      out.append("host", host_name());
      out.begin_document("accesses").append("ops", index.shared().uses.load());
      out.append("since", index.shared().since).end();
      out.append("spec", index.spec());
      if (!index.ready()) out.append("building", true);
      documents.push_back(out.take());
    }
    return listed(std::move(documents));
  }

 private:
  const Environment& environment_;
};

Result<StagePtr> parse_index_stats(ValueView specification, Environment& environment) {
  if (!specification.is_document() || !specification.as_document().empty()) {
    return Status(location(28803), "The $indexStats stage specification must be an empty object");
  }
  return StagePtr(std::make_unique<IndexStats>(environment));
}

}  // namespace

extern const StageRow row_index_stats{.name = "$indexStats",
                                      .parse = parse_index_stats,
                                      .place = Place::kFirst,
                                      .makes_documents = true,
                                      .in_facet = false,
                                      .in_transactions = false};

}  // namespace cairn::aggregate
