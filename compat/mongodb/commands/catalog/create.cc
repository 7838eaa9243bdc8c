// create: a collection with options. Creating what exists with the same options does nothing.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CreateField { kCapped, kSize, kIdIndex, kFirstOption };
// From kFirstOption on: handed to the engine as they are; it refuses by name what it does not have.
constexpr Field kFields[] = {
    {.name = "capped", .types = kBoolOrNumber},
    {.name = "size", .types = kNumber},
    {.name = "idIndex", .types = kObject},
    {.name = "max", .types = kNumber},
    {.name = "storageEngine", .types = kObject},
    {.name = "validator", .types = kObject},
    {.name = "validationLevel", .types = kString},
    {.name = "validationAction", .types = kString},
    {.name = "indexOptionDefaults", .types = kObject},
    {.name = "viewOn", .types = kString},
    {.name = "pipeline", .types = kArray},
    {.name = "collation", .types = kObject},
    {.name = "changeStreamPreAndPostImages", .types = kObject},
    {.name = "timeseries", .types = kObject},
    {.name = "clusteredIndex", .types = kObject | kBool},
    {.name = "expireAfterSeconds"},
    {.name = "encryptedFields", .types = kObject},
    {.name = "temp", .types = kBool},
    {.name = "flags", .types = kNumber},
    {.name = "autoIndexId", .types = kBool},
};

Status check_id_index(const Arguments& arguments) {
  if (!arguments.has(kIdIndex)) return {};
  const DocumentView index = arguments.document(kIdIndex);
  const ValueView key = index["key"];
  if (!key.is_document()) {
    return {ErrorCode::kFailedToParse,
            "The 'key' field is a required property of the idIndex specification"};
  }
  const auto first = key.as_document().begin();
  const bool is_id = key.as_document().count() == 1 && first->name == "_id" &&
                     first->value.is_number() && first->value.to_int64_exact() == 1;
  if (is_id) return {};
  return {ErrorCode::kBadValue, "The field 'key' for an _id index must be {_id: 1}, but got " +
                                    to_json(key.as_document())};
}

Result<Document> read_options(const Arguments& arguments) {
  DocumentBuilder options;
  if (arguments.boolean(kCapped)) {
    if (!arguments.has(kSize)) {
      return {ErrorCode::kInvalidOptions, "the 'size' field is required when 'capped' is true"};
    }
    options.append("capped", true).append("size", arguments[kSize]);
  } else if (arguments.has(kSize)) {
    return {ErrorCode::kInvalidOptions,
            "the 'capped' field needs to be true when either the "
            "'size' or 'max' fields are present"};
  }
  for (std::size_t i = kFirstOption; i < std::size(kFields); ++i) {
    options.append(kFields[i].name, arguments[i]);
  }
  return options.take();
}

bool exists_with(const Call& call, const Document& options) {
  for (const CollectionInfo& info : call.engine().list_collections(call.database())) {
    if (info.name == call.collection) return info.options == options;
  }
  return false;
}

Status run(Call& call, DocumentBuilder&) {
  CAIRN_RETURN_IF_ERROR(check_id_index(call.arguments));
  CAIRN_ASSIGN_OR_RETURN(const Document options, read_options(call.arguments));
  const Result<OpTime> created =
      call.engine().create_collection(call.database(), call.collection, {.options = options});
  if (created.ok()) {
    call.wrote(*created);
    return {};
  }
  if (created.status().code() == ErrorCode::kNamespaceExists && exists_with(call, options)) {
    return {};
  }
  return created.status();
}

}  // namespace

extern const Row row_create = {.name = "create",
                               .help = "Creates a collection.",
                               .target = Target::kCollection,
                               .access = Access::kWrite,
                               .in_api_v1 = true,
                               .fields = kFields,
                               .run = run};

}  // namespace cairn::mongodb
