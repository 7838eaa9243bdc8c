// getClusterParameter: the parameters that are kept, as they are set.
#include "compat/mongodb/command/state.h"
#include "compat/mongodb/commands/admin/cluster_parameters.h"

#include <fmt/format.h>

#include <vector>

namespace cairn::mongodb {
namespace {

// The names that are asked for.
Result<std::vector<std::string_view>> names(const Call& call) {
  const ValueView target = call.target();
  std::vector<std::string_view> names;
  if (target.is_string()) names.push_back(target.as_string());
  if (target.is_array()) {
    for (const Element& one : target.as_document()) {
      if (!one.value.is_string()) {
        return wrong_type("getClusterParameter", one.name, one.value.type(), kString);
      }
      names.push_back(one.value.as_string());
    }
  }
  if (!target.is_string() && !target.is_array()) {
    return wrong_type("getClusterParameter", "getClusterParameter", target.type(), kString);
  }
  if (names.empty()) {
    return Status(ErrorCode::kBadValue, "Must supply at least one cluster server parameter name");
  }
  return names;
}

Result<Document> change_stream_options(Call& call) {
  CAIRN_ASSIGN_OR_RETURN(auto stored, call.engine()
                                          .collection("config", "clusterParameters")
                                          .find_one(document("_id", kChangeStreamOptions)));
  if (stored) return std::move(*stored);
  return document("_id", kChangeStreamOptions, "clusterParameterTime", Timestamp{},
                  "preAndPostImages", document("expireAfterSeconds", "off"));
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const auto wanted, names(call));
  reply.begin_array("clusterParameters");
  for (const std::string_view name : wanted) {
    if (name != kChangeStreamOptions && name != "*") {
      return {ErrorCode::kNoSuchKey, fmt::format("Unknown server parameter: {}", name)};
    }
    CAIRN_ASSIGN_OR_RETURN(const Document options, change_stream_options(call));
    reply.push(options);
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_get_cluster_parameter = {.name = "getClusterParameter",
                                              .help = "Gives the parameters that are kept.",
                                              .admin_only = true,
                                              .run = run};

}  // namespace cairn::mongodb
