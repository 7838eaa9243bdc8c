#include "server/config/settings.h"

#include "server/config/settings_file.h"
#include "server/config/size.h"

#include <cairn/bson.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <sstream>

namespace cairn::server {
namespace {

using Values = std::vector<std::string>;

Status wrong(std::string what) { return Status(ErrorCode::kBadValue, std::move(what)); }

template <typename Integer>
Status set_integer(Integer& target, const std::string& text, std::uint64_t least,
                   std::uint64_t most = std::numeric_limits<Integer>::max()) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || number < least || number > most) {
    return wrong("expected a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", found: " + text);
  }
  target = static_cast<Integer>(number);
  return Status();
}

Status set_bool(bool& target, const std::string& text) {
  for (const std::string_view yes : {"true", "1", "yes", "on"}) {
    if (text == yes) return target = true, Status();
  }
  for (const std::string_view no : {"false", "0", "no", "off"}) {
    if (text == no) return target = false, Status();
  }
  return wrong("expected true or false, found: " + text);
}

Status set_size(std::uint64_t& target, const std::string& text, std::uint64_t least) {
  CAIRN_ASSIGN_OR_RETURN(target, parse_size(text));
  if (target >= least) return Status();
  return wrong("at least " + std::to_string(least / 1'000'000) + "MB are needed, found: " + text);
}

Status set_text(std::string& target, const std::string& text) {
  if (text.empty()) return wrong("expected a value, found nothing");
  target = text;
  return Status();
}

Status set_list(std::vector<std::string>& target, const Values& values) {
  target.clear();
  for (const std::string& value : values) {
    std::istringstream parts(value);  // a variable holds its list with commas
    for (std::string part; std::getline(parts, part, ',');) {
      if (!part.empty()) target.push_back(part);
    }
  }
  if (target.empty()) return wrong("expected at least one value");
  return Status();
}

Status set_advertise(std::string& target, const std::string& text) {
  const std::size_t colon = text.rfind(':');
  std::uint16_t port = 0;
  if (colon == std::string::npos || colon == 0 ||
      !set_integer(port, text.substr(colon + 1), 1).ok()) {
    return wrong("expected HOST:PORT, as clients are to reach the server, found: " + text);
  }
  target = text;
  return Status();
}

struct Setting {
  Option option;
  Status (*set)(Settings& settings, const Values& values);
};

// REQUIRES (of every row): `values` is not empty.
constexpr Setting kSettings[] = {
    {{"data", "DIR", "Directory of the data, made if it does not exist [./cairn-data]"},
     [](Settings& s, const Values& v) { return set_text(s.data, v.back()); }},
    {{"bind", "ADDR",
      "Where to listen: an address, a host name, * for all, or a path for a Unix socket; may be "
      "given several times [127.0.0.1]",
      true},
     [](Settings& s, const Values& v) { return set_list(s.bind, v); }},
    {{"port", "N", "Port to listen on; 0 takes any that is free and prints it [27017]"},
     [](Settings& s, const Values& v) { return set_integer(s.port, v.back(), 0); }},
    {{"memory", "SIZE", "Memory for caches and indexes, as in 512MB or 2GiB [512MB]"},
     [](Settings& s, const Values& v) { return set_size(s.memory_bytes, v.back(), 32'000'000); }},
    {{"oplog-size", "SIZE", "How much of the history of changes is kept [1GB]"},
     [](Settings& s, const Values& v) { return set_size(s.oplog_bytes, v.back(), 1'000'000); }},
    {{"oplog-min-hours", "N",
      "How many hours of that history are kept at least, whatever their size [0]"},
     [](Settings& s, const Values& v) { return set_integer(s.oplog_min_hours, v.back(), 0); }},
    {{"standalone", nullptr, "Be a standalone server, not a replica set of one"},
     [](Settings& s, const Values& v) { return set_bool(s.standalone, v.back()); }},
    {{"advertise", "HOST:PORT",
      "What clients are told to connect to [the address that each has reached]"},
     [](Settings& s, const Values& v) { return set_advertise(s.advertise, v.back()); }},
    {{"replica-set", "NAME", "Name of the replica set [rs0]"},
     [](Settings& s, const Values& v) { return set_text(s.set_name, v.back()); }},
    {{"max-connections", "N",
      "How many clients may be connected at once [20000, or what ulimit -n allows]"},
     [](Settings& s, const Values& v) { return set_integer(s.max_connections, v.back(), 1); }},
    {{"threads", "N", "How many threads serve clients, at least 3 [by the number of processors]"},
     [](Settings& s, const Values& v) { return set_integer(s.threads, v.back(), 3, 1024); }},
    {{"log-file", "FILE", "Append the log to this file [standard error]"},
     [](Settings& s, const Values& v) { return set_text(s.log_file, v.back()); }},
    {{"log-level", "LEVEL", "Least severity logged: debug, info, warning, error [info]"},
     [](Settings& s, const Values& v) -> Status {
       CAIRN_ASSIGN_OR_RETURN(s.log_level, log::severity_from_name(v.back()));
       return Status();
     }},
    {{"slow-ms", "N", "Log commands that take this many milliseconds or more [100]"},
     [](Settings& s, const Values& v) { return set_integer(s.slow_ms, v.back(), 0); }},
    {{"test-commands", nullptr, "Offer the commands that only tests of drivers need"},
     [](Settings& s, const Values& v) { return set_bool(s.test_commands, v.back()); }},
};

constexpr Option kConfigOption = {"config", "FILE",
                                  "Read settings from this YAML file, whose keys are these names"};

constexpr auto kOptions = [] {
  std::array<Option, std::size(kSettings) + 1> options{};
  for (std::size_t i = 0; i < std::size(kSettings); ++i) options[i] = kSettings[i].option;
  options.back() = kConfigOption;
  return options;
}();

// "max-connections" -> "CAIRN_MAX_CONNECTIONS"
std::string variable_name(std::string_view name) {
  std::string text = "CAIRN_";
  for (const char c : name) {
    text += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return text;
}

Status apply(const Setting& setting, const std::string& source, const Values& values,
             Settings& settings) {
  const Status set = values.empty() ? wrong("expected a value") : setting.set(settings, values);
  if (set.ok()) return set;
  return wrong(source + ": " + std::string(set.message()));
}

Status refuse_unknown(const std::string& path, const std::map<std::string, FileValue>& file) {
  for (const auto& [key, value] : file) {
    const bool known = std::ranges::any_of(
        kSettings, [&key = key](const Setting& setting) { return key == setting.option.name; });
    if (known) continue;
    std::string names;
    for (const Setting& setting : kSettings) names += std::string(" ") + setting.option.name;
    return wrong(path + ":" + std::to_string(value.line) + ": unknown setting '" + key +
                 "'; there are:" + names);
  }
  return Status();
}

Status apply_file(const std::string& path, Settings& settings) {
  CAIRN_ASSIGN_OR_RETURN(const auto file, read_settings_file(path));
  CAIRN_RETURN_IF_ERROR(refuse_unknown(path, file));
  for (const Setting& setting : kSettings) {
    const auto found = file.find(setting.option.name);
    if (found == file.end()) continue;
    const std::string source =
        path + ":" + std::to_string(found->second.line) + ": " + setting.option.name;
    CAIRN_RETURN_IF_ERROR(apply(setting, source, found->second.values, settings));
  }
  return Status();
}

}  // namespace

std::span<const Option> setting_options() { return kOptions; }

Result<Settings> load_settings(const Arguments& flags,
                               const std::function<const char*(const char*)>& variable) {
  Settings settings;
  std::string file = flags.one("config");
  const char* named = variable("CAIRN_CONFIG");
  if (file.empty() && named != nullptr) file = named;
  if (!file.empty()) CAIRN_RETURN_IF_ERROR(apply_file(file, settings));
  for (const Setting& setting : kSettings) {
    const std::string name = variable_name(setting.option.name);
    const char* value = variable(name.c_str());
    if (value != nullptr) CAIRN_RETURN_IF_ERROR(apply(setting, name, {value}, settings));
  }
  for (const Setting& setting : kSettings) {
    const auto given = flags.given().find(setting.option.name);
    if (given == flags.given().end()) continue;
    const std::string source = std::string("--") + setting.option.name;
    CAIRN_RETURN_IF_ERROR(apply(setting, source, given->second, settings));
  }
  return settings;
}

Document to_document(const Settings& settings) {
  DocumentBuilder builder;
  builder.append("data", settings.data).begin_array("bind");
  for (const std::string& address : settings.bind) builder.push(address);
  builder.end()
      .append("port", static_cast<std::int32_t>(settings.port))
      .append("memory", static_cast<std::int64_t>(settings.memory_bytes))
      .append("oplog-size", static_cast<std::int64_t>(settings.oplog_bytes))
      .append("oplog-min-hours", static_cast<std::int64_t>(settings.oplog_min_hours))
      .append("standalone", settings.standalone)
      .append("advertise", settings.advertise)
      .append("replica-set", settings.set_name)
      .append("max-connections", static_cast<std::int64_t>(settings.max_connections))
      .append("threads", static_cast<std::int64_t>(settings.threads))
      .append("log-file", settings.log_file)
      .append("log-level", log::severity_name(settings.log_level))
      .append("slow-ms", static_cast<std::int64_t>(settings.slow_ms))
      .append("test-commands", settings.test_commands);
  return builder.take();
}

}  // namespace cairn::server
