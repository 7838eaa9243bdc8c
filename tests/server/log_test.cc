// Lines of the log: their shape, what is escaped, what is remembered.
#include "server/log/log.h"
#include "server/log/line.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace cairn::log {
namespace {

TEST(LogLine, HasTheShapeOfMongoDbs) {
  const auto time =
      std::chrono::system_clock::time_point(std::chrono::milliseconds(1'700'000'000'123));
  EXPECT_EQ(format_line(time, Severity::kInfo, "NETWORK", "lane0", "Connection accepted",
                        document("remote", "127.0.0.1:1", "connectionId", std::int64_t{3})),
            R"({"t":{"$date":"2023-11-14T22:13:20.123Z"},"s":"I","c":"NETWORK","ctx":"lane0",)"
            R"("msg":"Connection accepted","attr":{"remote":"127.0.0.1:1","connectionId":3}})");
}

TEST(LogLine, IsOneLineWhateverIsInIt) {
  const std::string line = format_line({}, Severity::kError, "COMMAND", "main", "a \"b\"\nc",
                                       document("x", "new\nline \x01 \\"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto parsed = from_json(line);
  ASSERT_TRUE(parsed.ok()) << parsed.status().to_string() << line;
  EXPECT_EQ((*parsed)["msg"].as_string(), "a \"b\"\nc");
  EXPECT_EQ((*parsed)["attr"].as_document()["x"].as_string(), "new\nline \x01 \\");
}

TEST(Log, RemembersTheLastLinesAndTheStartupWarnings) {
  const auto log = Log::in_memory();
  for (int i = 0; i < 2000; ++i) log->info("CONTROL", "line", document("i", i));
  log->startup_warning("beware");
  const Tail all = log->tail("global");
  EXPECT_EQ(all.lines.size(), 1024U);
  EXPECT_EQ(all.total_written, 2001);
  EXPECT_NE(all.lines.back().find("beware"), std::string::npos);
  EXPECT_NE(all.lines.front().find("\"i\":977"), std::string::npos);
  const Tail warnings = log->tail("startupWarnings");
  ASSERT_EQ(warnings.lines.size(), 1U);
  EXPECT_EQ(warnings.total_written, 1);
}

TEST(Log, AFileGetsEveryLineOfTheLevelAndAbove) {
  const auto path =
      std::filesystem::temp_directory_path() / ("cairn-log-" + std::to_string(::getpid()));
  {
    auto log = Log::open({.file = path.string(), .least = Severity::kWarning});
    ASSERT_TRUE(log.ok()) << log.status().to_string();
    (*log)->info("CONTROL", "not this");
    (*log)->warning("CONTROL", "this");
    (*log)->error("CONTROL", "and this");
  }
  std::ifstream file(path);
  std::string line;
  int lines = 0;
  while (std::getline(file, line)) {
    ++lines;
    EXPECT_TRUE(from_json(line).ok()) << line;
    EXPECT_EQ(line.find("not this"), std::string::npos);
  }
  EXPECT_EQ(lines, 2);
  std::filesystem::remove(path);
  EXPECT_FALSE(Log::open({.file = "/proc/nowhere/all.log"}).ok());
}

}  // namespace
}  // namespace cairn::log
