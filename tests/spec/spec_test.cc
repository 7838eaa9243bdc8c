// Every behaviour script, embedded and over the wire. See tests/spec/README.md.
// Environment: CAIRN_SOURCE_DIR, CAIRN_BINARY (for the wire), CAIRN_SPEC_FILTER (a part of a file's
// name).
#include "tests/spec/runner/play.h"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace cairn::spec {
namespace {

namespace fs = std::filesystem;

constexpr char kOnce[] = "of its many steps each is about one value, not about how it is asked";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::vector<fs::path> scripts() {
  std::vector<fs::path> found;
  const std::string source = environment("CAIRN_SOURCE_DIR");
  const fs::path root = fs::path(source.empty() ? "." : source) / "tests" / "spec";
  const std::string filter = environment("CAIRN_SPEC_FILTER");
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".spec") continue;
    if (entry.path().filename().string().find(filter) == std::string::npos) continue;
    found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string test_name(const testing::TestParamInfo<fs::path>& info) {
  std::string name = info.param.stem().string();
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

class Specs : public testing::TestWithParam<fs::path> {
 protected:
  void SetUp() override {
    Result<Script> parsed = parse_script(GetParam());
    ASSERT_TRUE(parsed.ok()) << parsed.status().to_string();
    script_ = std::move(*parsed);
  }

  void play_all(const Variation& variation, Result<std::unique_ptr<Target>> target) {
    ASSERT_TRUE(target.ok()) << target.status().to_string();
    play_on(**target, variation);
  }
  void play_on(Target& target, const Variation& variation) {
    for (const Case& one : script_.cases) {
      const std::string wrong = play(one, variation, target);
      EXPECT_EQ(wrong, "") << GetParam().filename();
    }
  }

  Script script_;
};

class Embedded : public Specs {};

TEST_P(Embedded, Plain) { play_all({}, open_embedded(script_.options)); }
TEST_P(Embedded, BatchesOfOne) {
  if (script_.once) GTEST_SKIP() << kOnce;
  play_all({.batch_size = 1}, open_embedded(script_.options));
}
TEST_P(Embedded, IndexOnEverything) {
  if (script_.plain_scans) GTEST_SKIP() << "an index more changes what this script is about";
  play_all({.index_everything = true}, open_embedded(script_.options));
}
TEST_P(Embedded, ReopenedBeforeEveryStep) {
  if (script_.options.test_commands) GTEST_SKIP() << "fail points end with their process";
  if (script_.once) GTEST_SKIP() << kOnce;
  play_all({.reopen_every_step = true}, open_embedded(script_.options));
}

class OverTheWire : public Specs {
 protected:
  void SetUp() override {
    Specs::SetUp();
    binary_ = environment("CAIRN_BINARY");
    if (!environment("CAIRN_SPEC_PORT").empty()) return;
    if (binary_.empty()) GTEST_SKIP() << "CAIRN_BINARY names no server";
    ASSERT_TRUE(fs::exists(binary_)) << binary_ << " is not built";
  }
  static void TearDownTestSuite() { shared_.reset(); }

  // Of scripts that make what they look at, and look at nothing else: starting one for each would
  // take longer than they do.
  Target* shared_server() {
    if (shared_ == nullptr) {
      auto started = start_server(binary_, {}, false);
      EXPECT_TRUE(started.ok()) << started.status().to_string();
      if (started.ok()) shared_ = std::move(*started);
    }
    return shared_.get();
  }

  std::string binary_;

 private:
  static std::unique_ptr<Target> shared_;
};
std::unique_ptr<Target> OverTheWire::shared_;

TEST_P(OverTheWire, Plain) {
  if (!script_.once) return play_all({}, start_server(binary_, script_.options, false));
  Target* const server = shared_server();
  ASSERT_NE(server, nullptr);
  // Others have left their collections.
  ASSERT_TRUE(server->run("t", document("dropDatabase", 1)).ok());
  play_on(*server, {});
}
TEST_P(OverTheWire, SectionsAndBatchesOfOne) {
  if (script_.once) GTEST_SKIP() << kOnce;
  play_all({.batch_size = 1}, start_server(binary_, script_.options, true));
}

INSTANTIATE_TEST_SUITE_P(Specs, Embedded, testing::ValuesIn(scripts()), test_name);
INSTANTIATE_TEST_SUITE_P(Specs, OverTheWire, testing::ValuesIn(scripts()), test_name);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Embedded);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(OverTheWire);

}  // namespace
}  // namespace cairn::spec
