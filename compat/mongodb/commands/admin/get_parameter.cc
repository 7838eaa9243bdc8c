// getParameter: what this server is set to.
#include "compat/mongodb/commands/admin/parameters.h"

namespace cairn::mongodb {
namespace {

enum GetParameterField { kAllParameters };
constexpr Field kFields[] = {{.name = "allParameters", .types = kBoolOrNumber}};

struct Wish {
  bool all = false;
  bool details = false;
};

Wish read_wish(const Call& call) {
  const ValueView target = call.target();
  Wish wish{.all = call.arguments.boolean(kAllParameters)};
  if (target.is_string()) wish.all = wish.all || target.as_string() == "*";
  if (!target.is_document()) return wish;
  wish.all = wish.all || target.as_document()["allParameters"].truthy();
  wish.details = target.as_document()["showDetails"].truthy();
  return wish;
}

Status run(Call& call, DocumentBuilder& reply) {
  const Wish wish = read_wish(call);
  bool found = false;
  for (const Parameter& parameter : all_parameters()) {
    if (!wish.all && call.request.body[parameter.name].missing()) continue;
    found = true;
    if (!wish.details) {
      parameter.append(call.dialect, parameter.name, reply);
      continue;
    }
    reply.begin_document(parameter.name);
    parameter.append(call.dialect, "value", reply);
    reply.append("settableAtRuntime", parameter.set != nullptr)
        .append("settableAtStartup", parameter.at_startup)
        .end();
  }
  if (found) return {};
  return {ErrorCode::kInvalidOptions, "no option found to get"};
}

}  // namespace

extern const Row row_get_parameter = {.name = "getParameter",
                                      .help = "Gives the server's parameters.",
                                      .cost = Cost::kInstant,
                                      .admin_only = true,
                                      .unknown_fields = true,  // the names wanted
                                      .fields = kFields,
                                      .run = run};

}  // namespace cairn::mongodb
