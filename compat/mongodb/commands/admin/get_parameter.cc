// getParameter: what this server is set to. Only what is true of Cairn is listed.
#include "compat/mongodb/command/server_version.h"
#include "compat/mongodb/command/state.h"

#include <cairn/limits.h>

namespace cairn::mongodb {
namespace {

enum GetParameterField { kAllParameters };
constexpr Field kFields[] = {{.name = "allParameters", .types = kBoolOrNumber}};

struct Parameter {
  std::string_view name;
  bool at_startup;  // can be set when the server starts
  void (*append)(const DialectState& dialect, std::string_view name, DocumentBuilder& reply);
};

constexpr Parameter kParameters[] = {
    {"authSchemaVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, std::int32_t{5});
     }},
    {"authenticationMechanisms", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.begin_array(name).end();
     }},
    {"cursorTimeoutMillis", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, std::int64_t{kCursorIdleTimeoutSeconds} * 1000);
     }},
    {"enableTestCommands", true,
     [](const DialectState& dialect, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, dialect.options.test_commands);
     }},
    {"featureCompatibilityVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.begin_document(name).append("version", kFeatureCompatibilityVersion).end();
     }},
    {"localLogicalSessionTimeoutMinutes", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, static_cast<std::int32_t>(kSessionTimeoutMinutes));
     }},
    {"maxSessions", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, static_cast<std::int32_t>(kMaxSessions));
     }},
    {"requireApiVersion", false,
     [](const DialectState&, std::string_view name, DocumentBuilder& reply) {
       reply.append(name, false);
     }},
};

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
  for (const Parameter& parameter : kParameters) {
    if (!wish.all && call.request.body[parameter.name].missing()) continue;
    found = true;
    if (!wish.details) {
      parameter.append(call.dialect, parameter.name, reply);
      continue;
    }
    reply.begin_document(parameter.name);
    parameter.append(call.dialect, "value", reply);
    reply.append("settableAtRuntime", false)
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
