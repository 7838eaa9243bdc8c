// The settings of `cairn serve`: each is a row in settings.cc, and can be given as a flag
// (--max-connections), as a variable (CAIRN_MAX_CONNECTIONS) and as a key of the YAML file
// (max-connections). A flag wins over a variable, a variable over the file, the file over the
// default.
#pragma once

#include "server/config/command_line.h"
#include "server/log/log.h"

#include <cairn/status.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cairn::server {

struct Settings {
  std::string data = "./cairn-data";
  std::vector<std::string> bind = {"127.0.0.1"};
  std::uint16_t port = 27017;
  std::uint64_t memory_bytes = 512'000'000;
  std::uint64_t oplog_bytes = 1'000'000'000;
  std::uint32_t oplog_min_hours = 0;
  bool standalone = false;
  std::string advertise;
  std::string set_name = "rs0";
  std::uint32_t max_connections = 0;  // 0: as many as the limit of open files allows
  std::uint32_t threads = 0;          // of each lane; 0: by the number of processors
  std::string log_file;
  log::Severity log_level = log::Severity::kInfo;
  std::uint32_t slow_ms = 100;
  bool test_commands = false;
};

// The options of `serve`, --config among them.
std::span<const Option> setting_options();

// The settings that result from the flags given, the environment and the file that one of them
// names. `variable` looks up an environment variable (nullptr: not set). Error: BadValue, whose
// message names the source and what to write instead.
Result<Settings> load_settings(const Arguments& flags,
                               const std::function<const char*(const char*)>& variable);

// As `getCmdLineOpts` and the log show them.
Document to_document(const Settings& settings);

}  // namespace cairn::server
