// The YAML file of settings: one level of keys, named as the flags; a value is a scalar or a list
// of them.
#pragma once

#include <cairn/status.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace cairn::server {

struct FileValue {
  std::vector<std::string> values;
  int line = 0;  // from 1
};

// Error: BadValue, with file, line and what is wrong.
Result<std::map<std::string, FileValue>> read_settings_file(const std::string& path);

}  // namespace cairn::server
