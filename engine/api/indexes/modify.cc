#include "engine/api/indexes/modify.h"

#include "engine/api/indexes/drop.h"
#include "engine/api/indexes/key_pattern.h"
#include "engine/api/indexes/refusals.h"
#include "engine/bson/shell_text.h"
#include "engine/bson/type_name.h"
#include "engine/records/index_row.h"
#include "engine/records/record_key.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cairn::api {
namespace {

// Groups of duplicates that an error tells of.
constexpr std::size_t kMostViolations = 1000;

struct Asked {
  ValueView name;
  ValueView key;
  ValueView expire;
  ValueView hidden;
  ValueView unique;
  ValueView prepare;
};

Status wrong_type(std::string_view field, ValueView value, std::string_view expected) {
  return {ErrorCode::kTypeMismatch,
          fmt::format("BSON field 'collMod.index.{}' is the wrong type '{}', expected {}", field,
                      type_name(value.type()), expected)};
}

Result<Asked> read(ValueView value) {
  if (!value.is_document()) return Status(ErrorCode::kTypeMismatch, "index must be an object");
  Asked asked;
  for (const Element& field : value.as_document()) {
    if (field.name == "name") {
      if (!field.value.is_string()) return wrong_type("name", field.value, "type 'string'");
      asked.name = field.value;
    } else if (field.name == "keyPattern") {
      if (!field.value.is_document()) return wrong_type("keyPattern", field.value, "type 'object'");
      asked.key = field.value;
    } else if (field.name == "expireAfterSeconds") {
      if (!field.value.is_number()) {
        return wrong_type(field.name, field.value, "types '[long, int, decimal, double]'");
      }
      asked.expire = field.value;
    } else if (field.name == "hidden" || field.name == "unique" || field.name == "prepareUnique") {
      if (!field.value.is_number() && field.value.type() != BsonType::kBool) {
        return wrong_type(field.name, field.value, "types '[bool, long, int, decimal, double]'");
      }
      (field.name == "hidden"   ? asked.hidden
       : field.name == "unique" ? asked.unique
                                : asked.prepare) = field.value;
    } else {
      return Status(ErrorCode::kIDLUnknownField,
                    fmt::format("BSON field 'collMod.index.{}' is an unknown field.", field.name));
    }
  }
  if (asked.name.missing() == asked.key.missing()) {
    return invalid_options(asked.name.missing() ? "Must specify either index name or key pattern"
                                                : "Cannot specify both key pattern and name.");
  }
  if (asked.expire.missing() && asked.hidden.missing() && asked.unique.missing() &&
      asked.prepare.missing()) {
    return invalid_options("no expireAfterSeconds, hidden, unique, or prepareUnique field");
  }
  return asked;
}

Result<const IndexDefinition*> find(const CollectionEntry& collection, const Asked& asked) {
  const IndexDefinition* index = nullptr;
  if (asked.name.is_string()) {
    index = collection.find_index(asked.name.as_string());
  } else {
    CAIRN_ASSIGN_OR_RETURN(index, find_by_pattern(collection, asked.key.as_document()));
  }
  if (index != nullptr) return index;
  return Status(ErrorCode::kIndexNotFound,
                fmt::format("cannot find index {} for ns {}",
                            asked.name.is_string() ? std::string(asked.name.as_string())
                                                   : to_shell_text(asked.key),
                            collection.full_name()));
}

// The specification with one option set, in its place if it has one; a missing value removes it.
Document with_option(DocumentView spec, std::string_view name, const DocumentView& value) {
  DocumentBuilder out;
  bool there = false;
  for (const Element& option : spec) {
    if (option.name != name) {
      out.append(option.name, option.value);
      continue;
    }
    there = true;
    if (!value[name].missing()) out.append(name, value[name]);
  }
  if (!there && !value[name].missing()) out.append(name, value[name]);
  return out.take();
}

Document no_option() { return {}; }

Status change_expiry(const IndexEntry& entry, const Asked& asked, Document& spec,
                     DocumentBuilder& changed) {
  if (asked.expire.missing()) return Status();
  if (entry.is_id()) return invalid_options("the _id field does not support TTL indexes");
  if (entry.fields().size() > 1) {
    return invalid_options(
        "TTL indexes are single-field indexes, compound indexes do not support TTL");
  }
  if (entry.kind() == IndexKind::kWildcard)
    return invalid_options("wildcard indexes do not support TTL");
  const bool nan = asked.expire.is_nan();
  const std::int64_t seconds = asked.expire.to_int64_clamped();
  if (nan) return invalid_options("TTL index 'expireAfterSeconds' option must not be NaN");
  if (seconds < 0)
    return invalid_options("TTL index 'expireAfterSeconds' option cannot be less than 0");
  if (seconds > INT32_MAX) {
    return invalid_options(
        "TTL index 'expireAfterSeconds' must be within the range of a 32-bit integer");
  }
  const auto before = entry.expire_after_seconds();
  if (before == seconds) return Status();
  if (before) changed.append("expireAfterSeconds_old", *before);
  changed.append("expireAfterSeconds_new", seconds);
  spec = with_option(spec, "expireAfterSeconds",
                     document("expireAfterSeconds", static_cast<std::int32_t>(seconds)));
  return Status();
}

Status change_hidden(const IndexEntry& entry, const Asked& asked, Document& spec,
                     DocumentBuilder& changed) {
  if (asked.hidden.missing()) return Status();
  if (entry.is_id()) return {ErrorCode::kBadValue, "can't hide _id index"};
  const bool hide = asked.hidden.truthy();
  if (hide == entry.hidden()) return Status();
  changed.append("hidden_old", entry.hidden()).append("hidden_new", hide);
  spec = with_option(spec, "hidden", hide ? document("hidden", true) : no_option());
  return Status();
}

Status change_prepare(const IndexEntry& entry, const Asked& asked, Document& spec,
                      DocumentBuilder& changed) {
  if (asked.prepare.missing()) return Status();
  if (entry.is_id()) return invalid_options("'prepareUnique' is not supported on the _id index");
  if (entry.kind() != IndexKind::kOrdered) {
    return invalid_options("Only a regular index can be made unique, not one of another kind");
  }
  const bool prepare = asked.prepare.truthy();
  if (prepare == entry.prepare_unique() || entry.unique()) return Status();
  changed.append("prepareUnique_old", entry.prepare_unique()).append("prepareUnique_new", prepare);
  spec =
      with_option(spec, "prepareUnique", prepare ? document("prepareUnique", true) : no_option());
  return Status();
}

// The `_id`s of documents that have a key in common, group by group.
class Violations {
 public:
  Violations(write::Context& context, const CollectionEntry& collection)
      : reader_(context.storage.latest()), collection_(collection) {}

  Status find(const IndexEntry& index) {
    const KeyspaceRange range(index.keyspace());
    KeyCursor rows = reader_.scan(Family::kIdx, range.range(), {.fill_cache = false});
    std::string components;
    std::vector<std::string> group;
    for (rows.seek_first(); rows.valid(); rows.next()) {
      CAIRN_ASSIGN_OR_RETURN(const records::IndexRow row,
                             records::read_index_row(collection_, index, rows.key(), rows.value()));
      if (row.components != components) {
        CAIRN_RETURN_IF_ERROR(end_group(group));
        components.assign(row.components);
      }
      row.append_record_key(collection_, group.emplace_back());
      if (count_ == kMostViolations) break;
    }
    CAIRN_RETURN_IF_ERROR(rows.status());
    return end_group(group);
  }

  // OK where there were none.
  Status status() {
    if (count_ == 0) return Status();
    groups_.end();
    return {ErrorCode::kCannotConvertIndexToUnique,
            "Cannot convert the index to unique. Please resolve conflicting documents before "
            "running collMod again.",
            std::string(groups_.take().bytes())};
  }

 private:
  Status end_group(std::vector<std::string>& group) {
    if (group.size() > 1) {
      if (count_++ == 0) groups_.begin_array("violations");
      groups_.push_document().begin_array("ids");
      for (const std::string& record_key : group) {
        PinnedValue document;
        CAIRN_ASSIGN_OR_RETURN(const bool found, reader_.get(Family::kDoc, record_key, document));
        if (found) groups_.push(records::stored_document(document.view())["_id"]);
      }
      groups_.end().end();
    }
    group.clear();
    return Status();
  }

  Reader reader_;
  const CollectionEntry& collection_;
  DocumentBuilder groups_;
  std::size_t count_ = 0;
};

Status change_unique(const IndexEntry& entry, const Asked& asked, Document& spec,
                     DocumentBuilder& changed) {
  if (asked.unique.missing()) return Status();
  if (!asked.unique.truthy()) {
    return invalid_options("collMod does not support converting an index to non-unique");
  }
  if (entry.unique()) return Status();
  if (!entry.prepare_unique()) {
    return invalid_options(
        "Cannot make index unique with 'prepareUnique=false'. Run collMod to set it first.");
  }
  changed.append("unique_new", true);
  spec = with_option(with_option(spec, "prepareUnique", no_option()), "unique",
                     document("unique", true));
  return Status();
}

}  // namespace

Status modify_index(const CollectionEntry& collection, ValueView value,
                    CollectionDefinition& definition, DocumentBuilder& changed) {
  CAIRN_ASSIGN_OR_RETURN(const Asked asked, read(value));
  CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* index, find(collection, asked));
  const IndexEntry& entry = *collection.find_index_entry(index->name);
  Document spec = index->spec;
  CAIRN_RETURN_IF_ERROR(change_expiry(entry, asked, spec, changed));
  CAIRN_RETURN_IF_ERROR(change_hidden(entry, asked, spec, changed));
  CAIRN_RETURN_IF_ERROR(change_prepare(entry, asked, spec, changed));
  CAIRN_RETURN_IF_ERROR(change_unique(entry, asked, spec, changed));
  for (IndexDefinition& one : definition.indexes) {
    if (one.keyspace == index->keyspace) one.spec = std::move(spec);
  }
  return Status();
}

Status check_convertible(write::Context& context, const CollectionEntry& collection,
                         ValueView value) {
  CAIRN_ASSIGN_OR_RETURN(const Asked asked, read(value));
  CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* index, find(collection, asked));
  const IndexEntry& entry = *collection.find_index_entry(index->name);
  if (!asked.unique.truthy() || entry.unique() || !entry.prepare_unique()) return Status();
  Violations violations(context, collection);
  CAIRN_RETURN_IF_ERROR(violations.find(entry));
  return violations.status();
}

}  // namespace cairn::api
