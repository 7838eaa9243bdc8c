// buildInfo: what was built.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/command/server_version.h"

#include <cairn/limits.h>

namespace cairn::mongodb {
namespace {

#ifdef NDEBUG
constexpr bool kDebug = false;
#else
constexpr bool kDebug = true;
#endif

Status run(Call&, DocumentBuilder& reply) {
  reply.append("version", kServerVersion).begin_array("versionArray");
  for (std::int32_t part : kServerVersionArray) reply.push(part);
  reply.end()
      .append("gitVersion", "cairn-" + std::string(version()))
      .begin_array("modules")
      .end()
      .append("javascriptEngine", "none")
      .append("sysInfo", "deprecated")
      .begin_document("buildEnvironment")
      .end()
      .append("bits", std::int32_t{64})
      .append("debug", kDebug)
      .append("maxBsonObjectSize", static_cast<std::int32_t>(kMaxDocumentBytes))
      .begin_array("storageEngines")
      .push(kStorageEngine)
      .end()
      .begin_document("cairn")
      .append("version", version())
      .end();
  return {};
}

}  // namespace

extern const Row row_build_info = {.name = "buildInfo",
                                   .aliases = {"buildinfo"},
                                   .help = "Says what was built.",
                                   .cost = Cost::kInstant,
                                   .while_stopping = true,
                                   .over_op_query = true,
                                   .run = run};

}  // namespace cairn::mongodb
