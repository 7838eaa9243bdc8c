// $listClusterCatalog: a document for each collection of the database, or of all of them where it
// is asked of `admin`. Source: MongoDB's manual, "$listClusterCatalog".
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"

#include <fmt/format.h>

namespace cairn::aggregate {
namespace {

// What else is shown; on one node nothing is sharded, and nothing balanced.
struct Options {
  bool shards = false;
  bool tracked = false;
};

Document describe(const CollectionEntry& collection, const Options& options) {
  const CollectionDefinition& definition = collection.definition();
  DocumentBuilder out;
  out.append("ns", collection.full_name()).append("db", collection.name().database);
  out.append("type", definition.view                    ? "view"
                     : collection.rules().time_series() ? "timeseries"
                                                        : "collection");
  out.append("options", definition.options);
  out.begin_document("info").append("readOnly", definition.view);
  if (!definition.view) {
    out.append("uuid", BinaryView{.subtype = kUuidSubtype, .bytes = collection.uuid()});
  }
  out.end();
  if (const IndexDefinition* index = collection.id_index()) out.append("idIndex", index->spec);
  out.append("sharded", false);
  if (options.tracked) out.append("tracked", false);
  if (options.shards) out.begin_array("shards").end();
  return out.take();
}

class ListClusterCatalog final : public Stage {
 public:
  ListClusterCatalog(const Options& options, const Environment& environment)
      : options_(options), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    const Catalog& catalog = environment_.engine.catalog;
    std::vector<std::string> databases = {environment_.database};
    if (environment_.database == "admin") databases = catalog.databases();
    std::vector<Document> documents;
    for (const std::string& database : databases) {
      for (const CollectionRef& collection : catalog.collections(database)) {
        documents.push_back(describe(*collection, options_));
      }
    }
    return listed(std::move(documents));
  }

 private:
  Options options_;
  const Environment& environment_;
};

Status read_option(const Element& option, Options& options) {
  const std::string_view name = option.name;
  if (name != "shards" && name != "tracked" && name != "balancingConfiguration") {
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$listClusterCatalog.{}' is an unknown field.", name)};
  }
  if (option.value.type() != BsonType::kBool) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("Field '{}' should be a boolean value, but found: {}", name,
                        type_name(option.value.type()))};
  }
  if (name == "shards") options.shards = option.value.truthy();
  if (name == "tracked") options.tracked = option.value.truthy();
  return Status();
}

Result<StagePtr> parse_list_cluster_catalog(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(9621302),
                  fmt::format("$listClusterCatalog must take an object but found: "
                              "$listClusterCatalog: {}",
                              to_json(specification)));
  }
  Options options;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, options));
  }
  if (!environment.collection.empty()) {
    return Status(location(9621301),
                  "The $listClusterCatalog stage must run on a database, not a collection.");
  }
  return StagePtr(std::make_unique<ListClusterCatalog>(options, environment));
}

}  // namespace

extern const StageRow row_list_cluster_catalog{.name = "$listClusterCatalog",
                                               .parse = parse_list_cluster_catalog,
                                               .place = Place::kFirst,
                                               .makes_documents = true,
                                               .without_collection = true,
                                               .in_facet = false,
                                               .in_transactions = false};

}  // namespace cairn::aggregate
