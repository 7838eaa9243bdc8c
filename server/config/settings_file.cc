#include "server/config/settings_file.h"

#include <yaml-cpp/yaml.h>

#include <fstream>
#include <iterator>

namespace cairn::server {
namespace {

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

Status wrong(const std::string& path, int line, const std::string& what) {
  return Status(ErrorCode::kBadValue, path + ":" + std::to_string(line) + ": " + what);
}

Result<FileValue> read_value(const std::string& path, const std::string& key,
                             const YAML::Node& node) {
  FileValue value{.line = line_of(node)};
  if (node.IsScalar()) {
    value.values.push_back(node.Scalar());
    return value;
  }
  if (!node.IsSequence()) {
    return wrong(path, value.line, "expected a value or a list of values for " + key);
  }
  for (const YAML::Node& item : node) {
    if (!item.IsScalar())
      return wrong(path, line_of(item), "expected plain values in the list of " + key);
    value.values.push_back(item.Scalar());
  }
  return value;
}

Result<std::map<std::string, FileValue>> read_map(const std::string& path, const YAML::Node& root) {
  std::map<std::string, FileValue> all;
  if (root.IsNull()) return all;
  if (!root.IsMap()) return wrong(path, 1, "expected settings as `name: value`, one a line");
  for (const auto& entry : root) {
    if (!entry.first.IsScalar())
      return wrong(path, line_of(entry.first), "expected a setting's name");
    const std::string key = entry.first.Scalar();
    if (all.contains(key)) return wrong(path, line_of(entry.first), "given twice: " + key);
    CAIRN_ASSIGN_OR_RETURN(all[key], read_value(path, key, entry.second));
    all[key].line = line_of(entry.first);
  }
  return all;
}

}  // namespace

Result<std::map<std::string, FileValue>> read_settings_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) return Status(ErrorCode::kBadValue, "cannot read the settings file: " + path);
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  try {
    return read_map(path, YAML::Load(text));
  } catch (const YAML::Exception& error) {
    return wrong(path, error.mark.line + 1, error.msg);
  }
}

}  // namespace cairn::server
