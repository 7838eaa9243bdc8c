// create: a collection with options. Creating what exists with the same options does nothing.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

// Handed to the engine as they are: it knows what they mean together.
constexpr Field kFields[] = {
    {.name = "capped", .types = kBoolOrNumber},
    {.name = "size", .types = kNumber, .unstable = true},
    {.name = "idIndex", .types = kObject},
    {.name = "max", .types = kNumber, .unstable = true},
    {.name = "storageEngine", .types = kObject, .unstable = true},
    {.name = "validator", .types = kObject},
    {.name = "validationLevel", .types = kString},
    {.name = "validationAction", .types = kString},
    {.name = "indexOptionDefaults", .types = kObject, .unstable = true},
    {.name = "viewOn", .types = kString},
    {.name = "pipeline", .types = kArray},
    {.name = "collation", .types = kObject},
    {.name = "changeStreamPreAndPostImages", .types = kObject, .unstable = true},
    {.name = "timeseries", .types = kObject},
    {.name = "clusteredIndex", .types = kObject | kBool},
    {.name = "expireAfterSeconds", .types = kNumber},
    {.name = "encryptedFields", .types = kObject},
    {.name = "temp", .types = kBool},
    {.name = "flags", .types = kNumber, .unstable = true},
    {.name = "autoIndexId", .types = kBool},
};

Status run(Call& call, DocumentBuilder&) {
  DocumentBuilder options;
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    options.append(kFields[i].name, call.arguments[i]);
  }
  const Document given = options.take();
  CAIRN_ASSIGN_OR_RETURN(
      const OpTime created,
      call.engine().create_collection(call.database(), call.collection,
                                      {.options = given, .transaction = call.transaction}));
  call.wrote(created);
  return {};
}

}  // namespace

extern const Row row_create = {.name = "create",
                               .help = "Creates a collection.",
                               .in_transactions = true,
                               .target = Target::kCollection,
                               .access = Access::kWrite,
                               .in_api_v1 = true,
                               .fields = kFields,
                               .run = run};

}  // namespace cairn::mongodb
