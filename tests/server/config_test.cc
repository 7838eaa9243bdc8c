// Settings from flags, variables and a file; sizes; the command line.
#include "server/config/command_line.h"
#include "server/config/settings.h"
#include "server/config/size.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

namespace cairn::server {
namespace {

using Variables = std::map<std::string, std::string>;

class SettingsTest : public testing::Test {
 protected:
  ~SettingsTest() override { std::filesystem::remove(path_); }

  void write_file(const std::string& yaml) { std::ofstream(path_) << yaml; }
  Result<Settings> load(const Arguments& flags = {}, const Variables& variables = {}) const {
    return load_settings(flags, [&](const char* name) -> const char* {
      const auto found = variables.find(name);
      return found == variables.end() ? nullptr : found->second.c_str();
    });
  }
  Result<Settings> load_file(const std::string& yaml) {
    write_file(yaml);
    return load({}, {{"CAIRN_CONFIG", path_}});
  }
  std::string message_for_file(const std::string& yaml) {
    const auto settings = load_file(yaml);
    return settings.ok() ? "" : std::string(settings.status().message());
  }

  const std::string path_ =
      (std::filesystem::temp_directory_path() / ("cairn-config-" + std::to_string(::getpid())))
          .string();
};

Arguments flags(const std::map<std::string, std::vector<std::string>>& given) {
  Arguments arguments;
  for (const auto& [name, values] : given) arguments.set(name, values);
  return arguments;
}

TEST_F(SettingsTest, DefaultsAreThoseThatAreDocumented) {
  const auto settings = load();
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->data, "./cairn-data");
  EXPECT_EQ(settings->bind, std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(settings->port, 27017);
  EXPECT_EQ(settings->memory_bytes, 512'000'000U);
  EXPECT_FALSE(settings->standalone);
  EXPECT_EQ(settings->set_name, "rs0");
}

TEST_F(SettingsTest, AFlagWinsOverAVariableOverTheFile) {
  write_file("port: 1\nmemory: 100MB\nslow-ms: 7\nbind: [127.0.0.2, '::1']\nstandalone: true\n");
  const auto settings =
      load(flags({{"config", {path_}}, {"port", {"3"}}}),
           {{"CAIRN_PORT", "2"}, {"CAIRN_MEMORY", "200MB"}, {"CAIRN_STANDALONE", "off"}});
  ASSERT_TRUE(settings.ok()) << settings.status().to_string();
  EXPECT_EQ(settings->port, 3);
  EXPECT_EQ(settings->memory_bytes, 200'000'000U);
  EXPECT_EQ(settings->slow_ms, 7U);
  EXPECT_FALSE(settings->standalone);
  EXPECT_EQ(settings->bind, (std::vector<std::string>{"127.0.0.2", "::1"}));
}

TEST_F(SettingsTest, EverySettingCanComeFromEverySource) {
  const Variables samples = {
      {"data", "d"},        {"bind", "127.0.0.1,::1"}, {"port", "5"},
      {"memory", "64MB"},   {"oplog-size", "2MB"},     {"standalone", "true"},
      {"advertise", "h:1"}, {"replica-set", "s"},      {"max-connections", "9"},
      {"threads", "5"},     {"log-file", "f"},         {"log-level", "debug"},
      {"slow-ms", "1"},     {"test-commands", "true"}, {"oplog-min-hours", "24"}};
  for (const Option& option : setting_options()) {
    const std::string name = option.name;
    if (name == "config") continue;
    ASSERT_TRUE(samples.contains(name)) << "a sample for " << name;
    std::string variable = "CAIRN_" + name;
    for (char& c : variable) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    const auto unset = load();
    const auto by_flag = load(flags({{name, {samples.at(name)}}}));
    const auto by_variable = load({}, {{variable, samples.at(name)}});
    const auto by_file = load_file(name + ": \"" + samples.at(name) + "\"\n");
    ASSERT_TRUE(by_flag.ok() && by_variable.ok() && by_file.ok()) << name;
    EXPECT_EQ(to_document(*by_flag), to_document(*by_variable)) << name;
    EXPECT_EQ(to_document(*by_flag), to_document(*by_file)) << name;
    EXPECT_FALSE(to_document(*by_flag) == to_document(*unset)) << name;
  }
}

TEST_F(SettingsTest, WhatIsWrongIsNamedWithItsPlace) {
  EXPECT_NE(message_for_file("port: 1\nmemry: 1GB\n").find(":2: unknown setting 'memry'"),
            std::string::npos);
  EXPECT_NE(message_for_file("port: 99999\n").find(":1: port: expected a whole number"),
            std::string::npos);
  EXPECT_NE(message_for_file("port: [\n").find(path_ + ":"), std::string::npos);
  EXPECT_NE(message_for_file("port: {a: 1}\n").find("a value or a list"), std::string::npos);
  EXPECT_NE(message_for_file("- port\n").find("name: value"), std::string::npos);
  EXPECT_NE(message_for_file("port: 1\nport: 2\n").find("given twice"), std::string::npos);
  EXPECT_EQ(message_for_file(""), "");
  EXPECT_NE(
      load({}, {{"CAIRN_CONFIG", "/nowhere/x.yaml"}}).status().message().find("/nowhere/x.yaml"),
      std::string_view::npos);
}

TEST_F(SettingsTest, ValuesThatCannotBeAreRefusedWithTheirSource) {
  const auto message = [this](const char* variable, const char* value) {
    const auto settings = load({}, {{variable, value}});
    return settings.ok() ? std::string() : std::string(settings.status().message());
  };
  for (const auto& [variable, value] :
       std::vector<std::pair<std::string, std::string>>{{"CAIRN_PORT", "65536"},
                                                        {"CAIRN_PORT", "-1"},
                                                        {"CAIRN_MEMORY", "1MB"},
                                                        {"CAIRN_MEMORY", "lots"},
                                                        {"CAIRN_STANDALONE", "maybe"},
                                                        {"CAIRN_ADVERTISE", "host"},
                                                        {"CAIRN_ADVERTISE", ":1"},
                                                        {"CAIRN_MAX_CONNECTIONS", "0"},
                                                        {"CAIRN_LOG_LEVEL", "loud"},
                                                        {"CAIRN_DATA", ""},
                                                        {"CAIRN_BIND", ","}}) {
    EXPECT_NE(message(variable.c_str(), value.c_str()).find(variable), std::string::npos)
        << variable << value;
  }
}

TEST(Size, UnitsAreWhatTheySay) {
  const std::vector<std::pair<const char*, std::uint64_t>> cases = {{"0", 0},
                                                                    {"1048576", 1048576},
                                                                    {"10B", 10},
                                                                    {"1KB", 1000},
                                                                    {"1kb", 1000},
                                                                    {"1KiB", 1024},
                                                                    {"1k", 1024},
                                                                    {"512MB", 512'000'000},
                                                                    {"512MiB", 536'870'912},
                                                                    {"2GiB", 1ULL << 31},
                                                                    {"2G", 1ULL << 31},
                                                                    {"1.5GiB", 1'610'612'736},
                                                                    {"3 GB", 3'000'000'000},
                                                                    {"1TB", 1'000'000'000'000}};
  for (const auto& [text, bytes] : cases) {
    const auto size = parse_size(text);
    ASSERT_TRUE(size.ok()) << text;
    EXPECT_EQ(*size, bytes) << text;
  }
  for (const char* text : {"", "MB", "-1MB", "1XB", "1MBs", "1e3MB", "inf", "nan", "99999999TB"}) {
    EXPECT_FALSE(parse_size(text).ok()) << text;
  }
}

Arguments received;
constexpr Option kOptions[] = {{"file", "FILE", "a file", false, true, true},
                               {"many", "X", "several", true},
                               {"loud", nullptr, "a switch"}};
const Subcommand kTry{"try", "Try", "  cairn try x\n", kOptions, [](const Arguments& given) {
                        received = given;
                        return 7;
                      }};
const Subcommand* const kTable[] = {&kTry};

int run_with(std::vector<const char*> words) {
  words.insert(words.begin(), "cairn");
  return run_command_line(kTable, "9.9", static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, AnOptionArrivesByItsName) {
  EXPECT_EQ(run_with({"try", "a.txt", "--many", "1,2", "--many", "3", "--loud"}), 7);
  EXPECT_EQ(received.one("file"), "a.txt");
  EXPECT_EQ(received.all("many"), (std::vector<std::string>{"1", "2", "3"}));
  EXPECT_TRUE(received.has("loud"));
  EXPECT_EQ(received.argv().size(), 8U);
  EXPECT_EQ(run_with({"try", "b"}), 7);
  EXPECT_FALSE(received.has("loud"));
  EXPECT_EQ(received.one("many", "none"), "none");
}

TEST(CommandLine, HelpIsDoneAndMistakesAreNot) {
  EXPECT_EQ(run_with({"--help"}), kExitDone);
  EXPECT_EQ(run_with({"--version"}), kExitDone);
  EXPECT_EQ(run_with({"try", "--help"}), kExitDone);
  EXPECT_EQ(run_with({}), kExitCannotBegin);
  EXPECT_EQ(run_with({"try"}), kExitCannotBegin);
  EXPECT_EQ(run_with({"fly"}), kExitCannotBegin);
  EXPECT_EQ(run_with({"try", "x", "--quiet"}), kExitCannotBegin);
}

}  // namespace
}  // namespace cairn::server
