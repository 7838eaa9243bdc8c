#include "tests/bson/spec_tests.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "engine/bson/hex.h"

namespace cairn::test {

std::optional<std::filesystem::path> spec_tests_folder() {
  std::filesystem::path folder;
  if (const char* named = std::getenv("CAIRN_SPEC_TESTS")) {
    folder = named;
  } else {
    const char* source = std::getenv("CAIRN_SOURCE_DIR");
    folder =
        std::filesystem::path(source != nullptr ? source : ".") / ".." / "shared" / "spec-tests";
  }
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

std::vector<SpecFile> read_spec_suite(const std::filesystem::path& folder,
                                      const std::string& suite) {
  std::vector<SpecFile> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder / suite / "tests")) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream in(entry.path());
    std::stringstream text;
    text << in.rdbuf();
    auto content = from_json(text.str());
    if (!content) {
      throw std::runtime_error(entry.path().string() + ": " + content.status().to_string());
    }
    files.push_back({entry.path().stem().string(), std::move(*content)});
  }
  std::sort(files.begin(), files.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return files;
}

std::string text_of(ValueView value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

std::string bytes_from_hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  if (!decode_hex(hex, reinterpret_cast<std::uint8_t*>(bytes.data()))) {
    throw std::runtime_error("not hexadecimal: " + std::string(hex));
  }
  return bytes;
}

}  // namespace cairn::test
