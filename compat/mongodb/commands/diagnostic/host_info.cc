// hostInfo: the machine.
#include "compat/mongodb/command/command.h"
#include "compat/mongodb/commands/diagnostic/system_figures.h"

namespace cairn::mongodb {
namespace {

constexpr std::int64_t kMegabyte = 1024 * 1024;

Status run(Call&, DocumentBuilder& reply) {
  const Machine host = machine();
  reply.begin_document("system")
      .append("currentTime", Date::now())
      .append("hostname", host.host)
      .append("cpuAddrSize", std::int32_t{64})
      .append("memSizeMB", host.memory_bytes / kMegabyte)
      .append("memLimitMB", host.memory_bytes / kMegabyte)
      .append("numCores", host.cores)
      .append("cpuArch", host.architecture)
      .append("numaEnabled", false)
      .end()
      .begin_document("os")
      .append("type", host.system)
      .append("name", host.system)
      .append("version", host.release)
      .end()
      .begin_document("extra")
      .append("pageSize", host.page_bytes)
      .append("numPages", host.pages)
      .append("kernelVersion", host.release)
      .end();
  return {};
}

}  // namespace

extern const Row row_host_info = {
    .name = "hostInfo", .help = "Describes the machine.", .cost = Cost::kInstant, .run = run};

}  // namespace cairn::mongodb
