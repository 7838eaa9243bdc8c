// $listSearchIndexes: a document for each search index of a collection. Source: MongoDB's manual,
// "$listSearchIndexes".
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"
#include "engine/catalog/search_index_list.h"
#include "engine/exec/vector_figures.h"

#include <fmt/format.h>

#include <utility>

namespace cairn::aggregate {
namespace {

class ListSearchIndexes final : public Stage {
 public:
  ListSearchIndexes(DocumentView wanted, const Environment& environment)
      : wanted_(wanted), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    const CollectionRef collection = environment_.engine.find(environment_.name());
    if (collection == nullptr) return listed({});
    std::vector<Document> indexes =
        list_search_indexes(*collection, [&](const IndexEntry& index, DocumentBuilder& out) {
          exec::append_vector_figures(environment_.engine.storage, environment_.engine.catalog,
                                      *collection, index, out);
        });
    for (const Element& part : wanted_) {
      std::erase_if(indexes, [&](const Document& index) {
        return index[part.name].as_string() != part.value.as_string();
      });
    }
    return listed(std::move(indexes));
  }

 private:
  DocumentView wanted_;  // {id: …} or {name: …}, or empty
  const Environment& environment_;
};

Result<StagePtr> parse_list_search_indexes(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(
        ErrorCode::kFailedToParse,
        fmt::format("The $listSearchIndexes stage specification must be an object. Found: {}",
                    type_name(specification.type())));
  }
  const DocumentView wanted = specification.as_document();
  for (const Element& part : wanted) {
    if (part.name != "id" && part.name != "name") {
      return Status(
          location(40415),
          fmt::format("BSON field '$listSearchIndexes.{}' is an unknown field.", part.name));
    }
    if (!part.value.is_string()) {
      return Status(
          ErrorCode::kTypeMismatch,
          fmt::format("BSON field '$listSearchIndexes.{}' is the wrong type '{}', expected "
                      "type 'string'",
                      part.name, type_name(part.value.type())));
    }
  }
  if (wanted.count() > 1) {
    return Status(ErrorCode::kBadValue, "Cannot set both 'name' and 'id' for $listSearchIndexes.");
  }
  return StagePtr(std::make_unique<ListSearchIndexes>(wanted, environment));
}

}  // namespace

extern const StageRow row_list_search_indexes{.name = "$listSearchIndexes",
                                              .parse = parse_list_search_indexes,
                                              .place = Place::kFirst,
                                              .makes_documents = true,
                                              .in_facet = false,
                                              .in_transactions = false};

}  // namespace cairn::aggregate
