// $collStats: one document with a collection's figures.
#include "engine/aggregate/listed.h"
#include "engine/aggregate/stage.h"
#include "engine/catalog/sizes.h"
#include "engine/catalog/view.h"
#include "engine/storage/host_name.h"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace cairn::aggregate {
namespace {

struct Wanted {
  bool count = false;
  bool storage = false;
  bool latency = false;
  bool executions = false;
  bool histograms = false;
  std::int64_t scale = 1;
};

// As an int32 where it fits, as MongoDB writes these figures.
void append_figure(std::string_view name, std::int64_t value, DocumentBuilder& out) {
  if (value <= INT32_MAX) {
    out.append(name, static_cast<std::int32_t>(value));
  } else {
    out.append(name, value);
  }
}

void append_storage(const CollectionEntry& collection, const CollectionStats& stats,
                    std::int64_t scale, DocumentBuilder& out) {
  std::int64_t indexes = 0;
  for (const auto& [name, bytes] : stats.index_bytes) indexes += bytes;
  out.begin_document("storageStats");
  append_figure("size", stats.bytes / scale, out);
  append_figure("count", stats.documents, out);
  if (stats.documents > 0) append_figure("avgObjSize", stats.bytes / stats.documents, out);
  append_figure("numOrphanDocs", 0, out);
  append_figure("storageSize", stats.storage_bytes / scale, out);
  append_figure("freeStorageSize", 0, out);
  out.append("capped", collection.definition().options["capped"].truthy());
  append_figure("nindexes", static_cast<std::int64_t>(stats.index_bytes.size()), out);
  out.begin_document("indexDetails").end().begin_array("indexBuilds");
  for (const IndexEntry& index : collection.index_entries()) {
    if (!index.ready()) out.push(index.name());
  }
  out.end();
  append_figure("totalIndexSize", indexes / scale, out);
  out.begin_document("indexSizes");
  for (const auto& [name, bytes] : stats.index_bytes) append_figure(name, bytes / scale, out);
  out.end();
  append_figure("totalSize", (stats.storage_bytes + indexes) / scale, out);
  append_figure("scaleFactor", scale, out);
  out.end();
}

// Buckets that nothing fell into are not shown.
void append_histogram(const Latency::Figures& figures, DocumentBuilder& out) {
  out.begin_array("histogram");
  for (std::size_t i = 0; i < Latency::kBuckets; ++i) {
    if (figures.buckets[i] == 0) continue;
    out.push_document().append("micros", Latency::least_of(i));
    out.append("count", figures.buckets[i]).end();
  }
  out.end();
}

// All zero where there is no collection.
void append_latency(const CollectionEntry* collection, bool histograms, DocumentBuilder& out) {
  constexpr std::pair<const char*, OperationKind> kKinds[] = {
      {"reads", OperationKind::kRead},
      {"writes", OperationKind::kWrite},
      {"commands", OperationKind::kCommand},
      {"transactions", OperationKind::kTransaction}};
  out.begin_document("latencyStats");
  for (const auto& [name, kind] : kKinds) {
    const Latency::Figures figures =
        collection == nullptr ? Latency::Figures() : collection->latency().of(kind);
    out.begin_document(name);
    if (histograms) append_histogram(figures, out);
    out.append("latency", figures.microseconds).append("ops", figures.operations);
    out.append("queryableEncryptionLatencyMicros", std::int64_t{0}).end();
  }
  out.end();
}

class CollStats final : public Stage {
 public:
  CollStats(const Wanted& wanted, const Environment& environment)
      : wanted_(wanted), environment_(environment) {}

  Result<StreamPtr> open(StreamPtr) override {
    const CollectionRef collection = environment_.engine.find(environment_.name());
    const bool needs = wanted_.count || wanted_.storage || wanted_.executions;
    if (needs && collection == nullptr) {
      return Status(ErrorCode::kNamespaceNotFound,
                    fmt::format("Unable to retrieve {} in $collStats stage :: caused by :: "
                                "Collection [{}.{}] not found.",
                                wanted_.count ? "count" : "storageStats", environment_.database,
                                environment_.collection));
    }
    if (needs && collection->definition().view) return is_a_view(*collection);
    DocumentBuilder out;
    out.append("ns", fmt::format("{}.{}", environment_.database, environment_.collection));
    out.append("host", host_name()).append("localTime", Date::now());
    if (wanted_.latency) append_latency(collection.get(), wanted_.histograms, out);
    if (needs) append_stats(*collection, out);
    std::vector<Document> documents;
    documents.push_back(out.take());
    return listed(std::move(documents));
  }

 private:
  void append_stats(const CollectionEntry& collection, DocumentBuilder& out) const {
    const CollectionStats stats =
        collection_stats(environment_.engine.storage.latest(), collection);
    if (wanted_.storage) append_storage(collection, stats, wanted_.scale, out);
    if (wanted_.count) append_figure("count", stats.documents, out);
    if (!wanted_.executions) return;
    out.begin_document("queryExecStats").begin_document("collectionScans");
    out.append("total", std::int64_t{0}).append("nonTailable", std::int64_t{0}).end().end();
  }

  Wanted wanted_;
  const Environment& environment_;
};

Status read_option(const Element& option, Wanted& wanted) {
  const std::string_view name = option.name;
  if (name != "count" && name != "storageStats" && name != "latencyStats" &&
      name != "queryExecStats") {
    return {ErrorCode::kIDLUnknownField,
            fmt::format("BSON field '$collStats.{}' is an unknown field.", name)};
  }
  if (!option.value.is_document()) {
    return {ErrorCode::kTypeMismatch,
            fmt::format("BSON field '$collStats.{}' is the wrong type '{}', expected type 'object'",
                        name, type_name(option.value.type()))};
  }
  const DocumentView details = option.value.as_document();
  if (name == "latencyStats") {
    wanted.latency = true;
    wanted.histograms = details["histograms"].truthy();
  } else if (name == "storageStats") {
    wanted.storage = true;
    const ValueView scale = details["scale"];
    if (scale.is_number()) wanted.scale = std::max<std::int64_t>(1, scale.to_int64_clamped());
  } else {
    if (!details.empty()) {
      return {location(31170),
              fmt::format("expected an empty object, but got {}", to_json(details))};
    }
    (name == "count" ? wanted.count : wanted.executions) = true;
  }
  return Status();
}

Result<StagePtr> parse_coll_stats(ValueView specification, Environment& environment) {
  if (!specification.is_document()) {
    return Status(location(5447000),
                  fmt::format("$collStats must take a nested object but found: $collStats: {}",
                              to_json(specification)));
  }
  Wanted wanted;
  for (const Element& option : specification.as_document()) {
    CAIRN_RETURN_IF_ERROR(read_option(option, wanted));
  }
  return StagePtr(std::make_unique<CollStats>(wanted, environment));
}

}  // namespace

extern const StageRow row_coll_stats{.name = "$collStats",
                                     .parse = parse_coll_stats,
                                     .place = Place::kFirst,
                                     .makes_documents = true,
                                     .in_facet = false,
                                     .in_transactions = false};

}  // namespace cairn::aggregate
