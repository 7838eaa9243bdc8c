// collMod: changes the options of a collection, or what a view stands on.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

constexpr Field kFields[] = {
    {.name = "validator", .types = kObject},
    {.name = "validationLevel", .types = kString},
    {.name = "validationAction", .types = kString},
    {.name = "viewOn", .types = kString},
    {.name = "pipeline", .types = kArray},
    {.name = "index", .types = kObject},
    {.name = "cappedSize", .types = kNumber},
    {.name = "cappedMax", .types = kNumber},
    {.name = "expireAfterSeconds", .types = kNumber | kString},
    {.name = "changeStreamPreAndPostImages", .types = kObject},
    {.name = "timeseries", .types = kObject},
    {.name = "prepareUnique", .types = kBoolOrNumber},
    {.name = "dryRun", .types = kBool},
};

Status run(Call& call, DocumentBuilder& reply) {
  DocumentBuilder changes;
  for (std::size_t i = 0; i < std::size(kFields); ++i) {
    changes.append(kFields[i].name, call.arguments[i]);
  }
  const Document given = changes.take();
  CAIRN_ASSIGN_OR_RETURN(const Database::ModifyResult modified,
                         call.engine().modify_collection(call.database(), call.collection, given));
  call.wrote(modified.op_time);
  reply.append_all(modified.changed);
  return {};
}

}  // namespace

extern const Row row_coll_mod = {.name = "collMod",
                                 .help = "Changes the options of a collection.",
                                 .target = Target::kCollection,
                                 .access = Access::kWrite,
                                 .cost = Cost::kLong,
                                 .in_api_v1 = true,
                                 .fields = kFields,
                                 .run = run};

}  // namespace cairn::mongodb
