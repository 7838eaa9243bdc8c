#include "engine/api/collection_check.h"

#include "engine/api/check_indexes.h"
#include "engine/records/record_key.h"
#include "engine/storage/counters.h"
#include "engine/storage/keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace cairn::api {
namespace {

// A damaged collection can have a problem per document; nobody reads more than this many.
constexpr std::size_t kMaxListed = 1000;
constexpr std::uint32_t kStepsPerLook = 1024;

std::span<const std::uint8_t> as_bytes(std::string_view value) {
  return {reinterpret_cast<const std::uint8_t*>(value.data()), value.size()};
}

BinaryView as_binary(std::string_view bytes) { return {.subtype = 0, .bytes = as_bytes(bytes)}; }

class CollectionChecker {
 public:
  CollectionChecker(const Reader& reader, const CollectionEntry& collection,
                    const Interrupt* interrupt)
      : reader_(reader),
        collection_(collection),
        interrupt_(interrupt),
        secondary_(collection, reader, tell_) {
    report_.uuid = collection.uuid();
    for (const IndexDefinition& index : collection.indexes()) {
      report_.indexes.push_back({.name = index.name, .spec = index.spec});
    }
    for (const IndexEntry& index : collection.secondary_indexes()) {
      index_report(index.name()).multikey = index.multikey().any();
    }
  }

  Result<ValidationReport> run() {
    CAIRN_RETURN_IF_ERROR(check_documents());
    static_cast<void>(secondary_.finish());
    CAIRN_RETURN_IF_ERROR(check_counters());
    for (ValidationReport::Index& index : report_.indexes) {
      CAIRN_RETURN_IF_ERROR(count_keys(index));
    }
    if (id_index() != nullptr) CAIRN_RETURN_IF_ERROR(check_id_index());
    summarize();
    return std::move(report_);
  }

 private:
  // In the report; null where the collection has none.
  ValidationReport::Index* id_index() {
    return collection_.id_index() == nullptr ? nullptr : &report_.indexes.front();
  }

  // REQUIRES: the collection has an index of that name.
  ValidationReport::Index& index_report(std::string_view name) {
    return *std::find_if(
        report_.indexes.begin(), report_.indexes.end(),
        [name](const ValidationReport::Index& index) { return index.name == name; });
  }

  Status look() {
    if (++steps_ % kStepsPerLook != 0 || interrupt_ == nullptr) return Status();
    return interrupt_->check();
  }

  Status check_documents() {
    const KeyspaceRange range(collection_.keyspace());
    KeyCursor cursor = reader_.scan(Family::kDoc, range.range(), {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_RETURN_IF_ERROR(look());
      ++report_.documents;
      bytes_ += static_cast<std::int64_t>(cursor.value().size());
      CAIRN_RETURN_IF_ERROR(check_document(cursor.key(), cursor.value()));
    }
    return cursor.status();
  }

  Status check_document(std::string_view key, std::string_view value) {
    const auto valid = validate_document(as_bytes(value), {.check_utf8 = false});
    if (!valid.ok()) return invalid(key, valid.status().message());
    const ValueView id = (*valid)["_id"];
    if (id.missing()) return invalid(key, "it has no _id");
    if (!validate_document(as_bytes(value)).ok()) ++report_.noncompliant_documents;
    secondary_.document(key, *valid);
    if (!collection_.finds_by_id()) return Status();
    id_key_.assign(collection_, id);
    CAIRN_ASSIGN_OR_RETURN(const bool found,
                           records::find_record(reader_, collection_, id_key_, led_to_));
    if (found && led_to_ == key) return Status();
    ++missing_;
    if (report_.missing_entries.size() < kMaxListed) {
      DocumentBuilder entry;
      entry.append("indexName", "_id_");
      append_record_id(key, entry);
      entry.append("idKey", id).begin_document("indexKey").append("_id", id).end();
      report_.missing_entries.push_back(entry.take());
    }
    return Status();
  }

  Status invalid(std::string_view key, std::string_view why) {
    if (report_.invalid_documents++ < static_cast<std::int64_t>(kMaxListed)) {
      if (is_record_key(key)) {
        report_.corrupt_records.push_back(static_cast<std::int64_t>(record_id_of(key)));
      }
      report_.errors.push_back(fmt::format("an invalid document: {}", why));
    }
    return Status();
  }

  bool is_record_key(std::string_view key) const {
    constexpr std::size_t kRecordKeyBytes = 12;
    return !collection_.definition().clustered && key.size() == kRecordKeyBytes;
  }

  void append_record_id(std::string_view key, DocumentBuilder& out) const {
    if (is_record_key(key)) {
      out.append("recordId", static_cast<std::int64_t>(record_id_of(key)));
    } else {
      out.append("recordId", as_binary(after_keyspace(key)));
    }
  }

  // Written with every commit, so that the snapshot has those that belong to it.
  Status check_counters() {
    PinnedValue row;
    CAIRN_ASSIGN_OR_RETURN(const bool found,
                           reader_.get(Family::kMeta, counters_key(collection_.keyspace()), row));
    Totals totals;
    if (found) {
      CAIRN_ASSIGN_OR_RETURN(totals, decode_totals(row.view()));
    }
    if (totals.documents == report_.documents && totals.bytes == bytes_) return Status();
    report_.errors.push_back(
        fmt::format("fast count ({} documents of {} bytes) does not match the records ({} of {})",
                    totals.documents, totals.bytes, report_.documents, bytes_));
    return Status();
  }

  Status count_keys(ValidationReport::Index& index) {
    const IndexDefinition* definition = collection_.find_index(index.name);
    const KeyspaceRange range(definition->keyspace);
    KeyCursor cursor = reader_.scan(Family::kIdx, range.range(), {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_RETURN_IF_ERROR(look());
      ++index.keys;
    }
    return cursor.status();
  }

  // Every document that has an entry has the right one (checked above), so entries in excess are
  // all that can be wrong besides; only where there are some are they looked for.
  Status check_id_index() {
    ValidationReport::Index& index = *id_index();
    const std::int64_t led = report_.documents - report_.invalid_documents - missing_;
    if (missing_ > 0) index.errors.push_back(fmt::format("{} missing index entries", missing_));
    if (index.keys == led) return Status();
    index.errors.push_back(fmt::format("{} entries for {} documents", index.keys, led));
    return list_extra_entries();
  }

  Status list_extra_entries() {
    const KeyspaceRange range(collection_.id_index()->keyspace);
    KeyCursor cursor = reader_.scan(Family::kIdx, range.range(), {.fill_cache = false});
    for (cursor.seek_first(); cursor.valid(); cursor.next()) {
      CAIRN_RETURN_IF_ERROR(look());
      if (report_.extra_entries.size() == kMaxListed) return Status();
      CAIRN_ASSIGN_OR_RETURN(const bool right, leads_back(cursor.key(), cursor.value()));
      if (right) continue;
      DocumentBuilder entry;
      entry.append("indexName", "_id_");
      const auto record = records::id_entry_record(collection_, cursor.value());
      if (record.ok()) append_record_id(record->view(), entry);
      entry.append("indexKey", as_binary(after_keyspace(cursor.key())));
      report_.extra_entries.push_back(entry.take());
    }
    return cursor.status();
  }

  // Whether the entry's document has the entry's key.
  Result<bool> leads_back(std::string_view entry_key, std::string_view entry_value) {
    const auto record = records::id_entry_record(collection_, entry_value);
    if (!record.ok()) return false;
    PinnedValue document;
    CAIRN_ASSIGN_OR_RETURN(const bool there, reader_.get(Family::kDoc, record->view(), document));
    if (!there) return false;
    const auto valid = validate_document(as_bytes(document.view()), {.check_utf8 = false});
    if (!valid.ok() || (*valid)["_id"].missing()) return false;
    id_key_.assign(collection_, (*valid)["_id"]);
    return id_key_.key() == entry_key;
  }

  void summarize() {
    if (report_.noncompliant_documents > 0) {
      report_.warnings.emplace_back(
          "Detected one or more documents in this collection not conformant to BSON "
          "specifications.");
    }
    if (!report_.missing_entries.empty()) {
      report_.warnings.push_back(fmt::format("Detected {} missing index entries.", missing_));
    }
    if (!report_.extra_entries.empty()) {
      report_.warnings.push_back(
          fmt::format("Detected {} extra index entries.", report_.extra_entries.size()));
    }
    for (const ValidationReport::Index& index : report_.indexes) {
      if (index.valid()) continue;
      report_.errors.push_back(
          fmt::format("Index with name '{}' has inconsistencies.", index.name));
    }
  }

  const Reader& reader_;
  const CollectionEntry& collection_;
  const Interrupt* interrupt_;
  ValidationReport report_;
  const IndexCheck::Problem tell_ = [this](const IndexEntry& index, std::string line) {
    const bool listed = index.kind() != IndexKind::kVector;
    std::vector<std::string>& errors = listed ? index_report(index.name()).errors : report_.errors;
    if (errors.size() >= kMaxListed) return;
    errors.push_back(listed ? std::move(line)
                            : fmt::format("search index {}: {}", index.name(), line));
  };
  IndexCheck secondary_;
  std::int64_t bytes_ = 0;
  std::int64_t missing_ = 0;
  std::uint32_t steps_ = 0;
  records::IdKey id_key_;
  std::string led_to_;
};

}  // namespace

Result<ValidationReport> check_collection(const Reader& reader, const CollectionEntry& collection,
                                          const Interrupt* interrupt) {
  return CollectionChecker(reader, collection, interrupt).run();
}

}  // namespace cairn::api

namespace cairn {

bool ValidationReport::valid() const { return errors.empty(); }

}  // namespace cairn
