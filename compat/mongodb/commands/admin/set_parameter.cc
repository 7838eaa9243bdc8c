// setParameter: changes what this server is set to, until it ends.
#include "compat/mongodb/commands/admin/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace cairn::mongodb {
namespace {

struct Wish {
  const Parameter* parameter = nullptr;
  ValueView value;
};

Result<const Parameter*> find_parameter(std::string_view name) {
  const auto all = all_parameters();
  const auto found = std::find_if(
      all.begin(), all.end(), [&](const Parameter& parameter) { return parameter.name == name; });
  if (found == all.end()) {
    return Status(ErrorCode::kInvalidOptions,
                  fmt::format("attempted to set unrecognized parameter [{}], use help:true to see "
                              "options ",
                              name));
  }
  if (found->set == nullptr) {
    return Status(ErrorCode::kIllegalOperation,
                  fmt::format("not allowed to change [{}] at runtime", name));
  }
  return &*found;
}

// All of them can be set, or none is.
Result<std::vector<Wish>> read_wishes(const Call& call) {
  std::vector<Wish> wishes;
  for (auto at = ++call.request.body.begin(); !at.at_end(); ++at) {
    if (generic_index(at->name) >= 0) continue;
    CAIRN_ASSIGN_OR_RETURN(const Parameter* parameter, find_parameter(at->name));
    wishes.push_back({parameter, at->value});
  }
  if (wishes.empty()) {
    return Status(ErrorCode::kInvalidOptions,
                  "no option found to set, use help:true to see options ");
  }
  return wishes;
}

// `was`: of the first.
Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<Wish> wishes, read_wishes(call));
  wishes.front().parameter->append(call.dialect, "was", reply);
  for (const Wish& wish : wishes) {
    CAIRN_RETURN_IF_ERROR(wish.parameter->set(call.dialect, wish.parameter->name, wish.value));
  }
  return {};
}

}  // namespace

extern const Row row_set_parameter = {.name = "setParameter",
                                      .help = "Changes the server's parameters.",
                                      .cost = Cost::kInstant,
                                      .admin_only = true,
                                      .unknown_fields = true,  // the names and their values
                                      .run = run};

}  // namespace cairn::mongodb
