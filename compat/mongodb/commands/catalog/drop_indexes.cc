// dropIndexes: by name, key pattern, list of names, or all but the one on `_id`.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum DropIndexesField { kIndex };
constexpr Field kFields[] = {
    {.name = "index", .types = kString | kObject | kArray, .required = true},
};

Status run(Call& call, DocumentBuilder& reply) {
  const ValueView index = call.arguments[kIndex];
  if (index.is_array()) {
    for (const Element& name : index.as_document()) {
      if (name.value.is_string()) continue;
      return wrong_type("dropIndexes.index", name.name, name.value.type(), kString);
    }
  }
  CAIRN_ASSIGN_OR_RETURN(const DropIndexesResult dropped, call.handle().drop_indexes(index));
  call.wrote(dropped.op_time);
  reply.append("nIndexesWas", static_cast<std::int32_t>(dropped.indexes_were));
  if (dropped.all) reply.append("msg", "non-_id indexes dropped for collection");
  return {};
}

}  // namespace

extern const Row row_drop_indexes = {.name = "dropIndexes",
                                     .aliases = {"deleteIndexes"},
                                     .help = "Drops indexes.",
                                     .target = Target::kCollection,
                                     .access = Access::kWrite,
                                     .in_api_v1 = true,
                                     .fields = kFields,
                                     .run = run};

}  // namespace cairn::mongodb
