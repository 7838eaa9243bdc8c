// The network with a protocol of lines: order, starvation, back-pressure, parking, stopping,
// limits.
#include "server/net/limits.h"
#include "server/net/server.h"
#include "tests/server/line_protocol.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

namespace cairn::net {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// A blocking client; a receive waits ten seconds at most.
class Wire {
 public:
  explicit Wire(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open(reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  explicit Wire(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un to{};
    to.sun_family = AF_UNIX;
    path.copy(to.sun_path, sizeof to.sun_path - 1);
    open(reinterpret_cast<const sockaddr*>(&to), sizeof to);
  }
  ~Wire() { ::close(fd_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  void send(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t n = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (n <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  // A line without its end, or nullopt at the end of the stream.
  std::optional<std::string> line() {
    while (true) {
      const std::size_t end = received_.find('\n');
      if (end != std::string::npos) {
        std::string found = received_.substr(0, end);
        received_.erase(0, end + 1);
        return found;
      }
      if (!receive()) return std::nullopt;
    }
  }
  std::optional<std::string> ask(std::string_view command) {
    send(std::string(command) + "\n");
    return line();
  }
  bool ended() { return !receive(); }
  void half_close() const { ::shutdown(fd_, SHUT_WR); }

 private:
  void open(const sockaddr* to, socklen_t size) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    EXPECT_EQ(::connect(fd_, to, size), 0);
  }
  bool receive() {
    char bytes[65536];
    const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
    if (n <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(n));
    return true;
  }

  int fd_;
  std::string received_;
};

// A disk that syncs when told to.
class Disk {
 public:
  void on_durable(OpTime op, std::function<void(Status)> done) {
    const std::lock_guard lock(mutex_);
    waiting_.emplace_back(op, std::move(done));
    changed_.notify_all();
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, 10s, [&] { return waiting_.size() >= count; });
  }
  void sync(const Status& status = Status()) {
    std::vector<std::pair<OpTime, std::function<void(Status)>>> done;
    {
      const std::lock_guard lock(mutex_);
      done.swap(waiting_);
    }
    for (auto& [op, callback] : done) callback(status);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<OpTime, std::function<void(Status)>>> waiting_;
};

class NetTest : public testing::Test {
 protected:
  void serve(ServerOptions options = {}) {
    options.port = 0;
    if (options.threads_per_lane == 0) options.threads_per_lane = 4;
    options.on_durable = [this](OpTime op, std::function<void(Status)> done) {
      disk_.on_durable(op, std::move(done));
    };
    auto server = Server::listen(std::move(options), protocol_, *log_);
    ASSERT_TRUE(server.ok()) << server.status().to_string();
    server_ = std::move(*server);
    const std::string address = server_->addresses().front();
    port_ = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
    thread_ = std::thread([this] { server_->run(); });
  }
  void stop() {
    if (!thread_.joinable()) return;
    server_->request_stop();
    thread_.join();
  }
  void TearDown() override {
    stop();
    server_.reset();
    EXPECT_EQ(protocol_.sessions, 0);
  }
  // How often `message` is in the log.
  int logged(std::string_view message) const {
    int count = 0;
    for (const std::string& line : log_->tail("global").lines) {
      count += line.find(message) != std::string::npos ? 1 : 0;
    }
    return count;
  }

  std::unique_ptr<log::Log> log_ = log::Log::in_memory();
  LineProtocol protocol_;
  Disk disk_;
  std::unique_ptr<Server> server_;
  std::thread thread_;
  std::uint16_t port_ = 0;
};

TEST_F(NetTest, AnswersInOrderHoweverMessagesArrive) {
  serve();
  Wire wire(port_);
  wire.send("echo a\nshort b\nsleep 20\necho c\nsil");
  EXPECT_EQ(wire.line(), "a");
  EXPECT_EQ(wire.line(), "b");
  EXPECT_EQ(wire.line(), "slept");
  EXPECT_EQ(wire.line(), "c");
  for (const char c : std::string("ent\necho d\n")) {
    wire.send({&c, 1});
    std::this_thread::sleep_for(1ms);
  }
  EXPECT_EQ(wire.line(), "d");
}

TEST_F(NetTest, AMessageLargerThanAnyBufferArrivesWhole) {
  serve();
  Wire wire(port_);
  const std::string text(900'000, 'y');
  EXPECT_TRUE(wire.ask("echo " + text) == text);
  EXPECT_EQ(wire.ask("echo small"), "small");
}

TEST_F(NetTest, AConnectionMayBeSilentForAWhile) {
  serve();
  Wire wire(port_);
  std::this_thread::sleep_for(2500ms);  // more than two sweeps
  EXPECT_EQ(wire.ask("echo first"), "first");
  std::this_thread::sleep_for(1200ms);
  EXPECT_EQ(wire.ask("echo second"), "second");
}

TEST_F(NetTest, AnIdleConnectionGivesItsMemoryBackAndGoesOn) {
  serve();
  Wire wire(port_);
  const std::string text(800'000, 'm');
  EXPECT_TRUE(wire.ask("echo " + text) == text);
  std::this_thread::sleep_for(kKeepIdle + 1500ms);
  EXPECT_TRUE(wire.ask("echo " + text) == text);
}

TEST_F(NetTest, ManyClientsAtOnceEachGetTheirOwn) {
  serve({.lanes = 2});
  std::vector<std::thread> clients;
  std::atomic<int> right{0};
  for (int c = 0; c < 16; ++c) {
    clients.emplace_back([this, c, &right] {
      Wire wire(port_);
      for (int i = 0; i < 200; ++i) {
        const std::string text = std::to_string(c * 1000 + i);
        const char* command = i % 3 == 0 ? "echo " : "short ";
        right += wire.ask(command + text) == text ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 16 * 200);
  EXPECT_EQ(server_->totals().requests, 16 * 200);
}

TEST_F(NetTest, LongAndBlockedCommandsStarveNobodysPing) {
  serve({.workers = 2, .grace = 100ms});
  std::vector<std::unique_ptr<Wire>> sleepers;
  for (int i = 0; i < 12; ++i) {
    sleepers.push_back(std::make_unique<Wire>(port_));
    sleepers.back()->send(i % 2 == 0 ? "sleep 60000\n" : "block 60000\n");
  }
  std::this_thread::sleep_for(100ms);
  const auto began = Clock::now();
  Wire wire(port_);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(wire.ask("echo hi"), "hi");
  EXPECT_LT(Clock::now() - began, 20s);
}

TEST_F(NetTest, LongCommandsStarveNoShortOne) {
  serve({.workers = 2, .grace = 100ms});
  std::vector<std::unique_ptr<Wire>> sleepers;
  for (int i = 0; i < 12; ++i) {
    sleepers.push_back(std::make_unique<Wire>(port_));
    sleepers.back()->send("sleep 60000\n");
  }
  std::this_thread::sleep_for(100ms);
  const auto began = Clock::now();
  Wire wire(port_);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(wire.ask("short hi"), "hi");
  EXPECT_LT(Clock::now() - began, 20s);
}

TEST_F(NetTest, ShortCommandsInLineAllGetTheirTurn) {
  serve();
  std::vector<std::unique_ptr<Wire>> blocked;
  for (int i = 0; i < 30; ++i) {
    blocked.push_back(std::make_unique<Wire>(port_));
    blocked.back()->send("block 5\nblock 1\necho done\n");
  }
  for (const auto& wire : blocked) {
    EXPECT_EQ(wire->line(), "slept");
    EXPECT_EQ(wire->line(), "slept");
    EXPECT_EQ(wire->line(), "done");
  }
}

TEST_F(NetTest, AReplyWaitsForTheDiskWithoutAThread) {
  serve();
  std::vector<std::unique_ptr<Wire>> writers;
  for (int i = 0; i < 40; ++i) {
    writers.push_back(std::make_unique<Wire>(port_));
    writers.back()->send("disk 7\necho after\n");
  }
  disk_.wait_for(40);
  Wire wire(port_);
  EXPECT_EQ(wire.ask("short still here"), "still here");
  disk_.sync();
  for (const auto& writer : writers) {
    EXPECT_EQ(writer->line(), "7");
    EXPECT_EQ(writer->line(), "after");
  }
}

TEST_F(NetTest, AFailingDiskIsTold) {
  serve();
  Wire wire(port_);
  wire.send("echo before\ndisk 7\necho after\n");
  disk_.wait_for(1);
  disk_.sync(Status(ErrorCode::kOutOfDiskSpace, "no space"));
  EXPECT_EQ(wire.line(), "before");
  EXPECT_EQ(wire.line(), "no space");
  EXPECT_EQ(wire.line(), "after");
}

TEST_F(NetTest, AReplyWaitsForItsCommit) {
  std::atomic<int> commits{0};
  serve({.commit_pending = [&] {
    ++commits;
    protocol_.pending.commit(Status());
  }});
  Wire wire(port_);
  EXPECT_EQ(wire.ask("commit a"), "a");
  wire.send("commit b\necho c\nnow d\ncommit e\n");
  for (const char* text : {"b", "c", "d", "e"}) EXPECT_EQ(wire.line(), text);
  EXPECT_GE(commits, 3);
}

TEST_F(NetTest, AFailingCommitIsTold) {
  serve({.commit_pending = [&] {
    protocol_.pending.commit(Status(ErrorCode::kOutOfDiskSpace, "the disk is full"));
  }});
  Wire wire(port_);
  EXPECT_EQ(wire.ask("commit a"), "the disk is full");
  EXPECT_EQ(wire.ask("echo still here"), "still here");
}

TEST_F(NetTest, ManyClientsShareCommits) {
  serve({.commit_pending = [&] { protocol_.pending.commit(Status()); }});
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      Wire wire(port_);
      for (int i = 0; i < 200; ++i) {
        const std::string text = std::to_string(t) + "." + std::to_string(i);
        ASSERT_EQ(wire.ask("commit " + text), text);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(NetTest, ASlowReaderHoldsUpOnlyItself) {
  serve();
  Wire slow(port_);
  for (int i = 0; i < 100; ++i) slow.send("give 4000000\n");  // 400 MB, if nobody held back
  Wire wire(port_);
  EXPECT_EQ(wire.ask("echo hi"), "hi");
  // What has been produced is what the socket takes and about one reply, not all of them.
  std::this_thread::sleep_for(200ms);
  EXPECT_LT(server_->totals().bytes_out, 40'000'000);
  for (int i = 0; i < 100; ++i) {
    const auto line = slow.line();
    ASSERT_TRUE(line);
    EXPECT_EQ(line->size(), 4'000'000U);
  }
}

TEST_F(NetTest, WhatIsNoMessageEndsThatConnectionAlone) {
  serve();
  Wire wire(port_);
  Wire other(port_);
  wire.send("echo last\nbad\necho never\n");
  EXPECT_EQ(wire.line(), "last");
  EXPECT_EQ(wire.line(), std::nullopt);
  Wire endless(port_);
  endless.send(std::string(1'500'000, 'z'));
  EXPECT_EQ(endless.line(), std::nullopt);
  EXPECT_EQ(other.ask("echo fine"), "fine");
  EXPECT_EQ(logged("Closing a connection for a bad message"), 1);
}

TEST_F(NetTest, AReplyMayEndTheConnection) {
  serve();
  Wire wire(port_);
  EXPECT_EQ(wire.ask("bye"), "bye");
  EXPECT_TRUE(wire.ended());
}

TEST_F(NetTest, MoreConnectionsThanAllowedAreRefused) {
  serve({.max_connections = 2});
  Wire first(port_);
  Wire second(port_);
  EXPECT_EQ(first.ask("echo 1"), "1");
  EXPECT_EQ(second.ask("echo 2"), "2");
  Wire third(port_);
  EXPECT_TRUE(third.ended());
  EXPECT_EQ(server_->totals().connections_rejected, 1);
  EXPECT_EQ(server_->totals().connections_available, 0);
  EXPECT_EQ(first.ask("echo still"), "still");
}

TEST_F(NetTest, AClientThatGoesInterruptsItsCommand) {
  serve();
  {
    Wire wire(port_);
    wire.send("sleep 60000\n");
    std::this_thread::sleep_for(50ms);
  }
  const auto began = Clock::now();
  while (protocol_.sessions > 0 && Clock::now() - began < 10s) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(protocol_.sessions, 0);
}

TEST_F(NetTest, StoppingLetsRunningCommandsAnswer) {
  serve();
  Wire idle(port_);
  Wire busy(port_);
  Wire parked(port_);
  EXPECT_EQ(idle.ask("echo hi"), "hi");
  busy.send("sleep 300\n");
  parked.send("disk 9\n");
  disk_.wait_for(1);
  std::this_thread::sleep_for(50ms);
  server_->request_stop();
  EXPECT_TRUE(idle.ended());
  EXPECT_EQ(busy.line(), "slept");
  EXPECT_TRUE(busy.ended());
  disk_.sync();
  EXPECT_EQ(parked.line(), "9");
  thread_.join();
}

TEST_F(NetTest, StoppingTwiceInterrupts) {
  serve();
  Wire busy(port_);
  busy.send("sleep 60000\n");
  std::this_thread::sleep_for(50ms);
  const auto began = Clock::now();
  server_->request_stop();
  server_->request_stop();
  thread_.join();
  EXPECT_LT(Clock::now() - began, 20s);
}

TEST_F(NetTest, GraceEnds) {
  serve({.grace = 100ms});
  Wire busy(port_);
  busy.send("sleep 60000\n");
  std::this_thread::sleep_for(50ms);
  const auto began = Clock::now();
  stop();
  EXPECT_LT(Clock::now() - began, 20s);
}

TEST_F(NetTest, ListensOnAUnixSocketAndTakesItsFileAway) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("cairn-net-" + std::to_string(::getpid())))
          .string();
  serve({.bind = {"127.0.0.1", path}});
  {
    Wire wire(path);
    EXPECT_EQ(wire.ask("echo local"), "local");
  }
  EXPECT_TRUE(std::filesystem::exists(path));
  stop();
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(NetTest, SeveralAddressesShareAChosenPort) {
  serve({.bind = {"127.0.0.1", "127.0.0.2"}});
  const auto addresses = server_->addresses();
  ASSERT_EQ(addresses.size(), 2U);
  EXPECT_EQ(addresses[0].substr(addresses[0].find(':')),
            addresses[1].substr(addresses[1].find(':')));
}

TEST_F(NetTest, AnAddressInUseSaysSo) {
  serve();
  auto second = Server::listen({.port = port_}, protocol_, *log_);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.status().message().find("address already in use"), std::string_view::npos);
  EXPECT_NE(second.status().message().find("--port"), std::string_view::npos);
  auto elsewhere = Server::listen({.bind = {"192.0.2.1"}, .port = 0}, protocol_, *log_);
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_NE(elsewhere.status().message().find("not an address of this machine"),
            std::string_view::npos);
}

}  // namespace
}  // namespace cairn::net
