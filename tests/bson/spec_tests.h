// The specifications' own test files, which lie outside the project.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <cairn/bson.h>

namespace cairn::test {

// The folder named by CAIRN_SPEC_TESTS, else ../shared/spec-tests beside the source tree; nullopt
// where there is none.
std::optional<std::filesystem::path> spec_tests_folder();

struct SpecFile {
  std::string name;
  Document content;
};

// Every .json file of `<spec-tests>/<suite>/tests`, by name. REQUIRES: the folder exists and its
// files parse.
std::vector<SpecFile> read_spec_suite(const std::filesystem::path& folder,
                                      const std::string& suite);

std::string text_of(ValueView value);
std::string bytes_from_hex(std::string_view hex);

}  // namespace cairn::test
