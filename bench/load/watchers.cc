#include "bench/load/watchers.h"

#include "bench/load/message.h"
#include "wire/mongodb/op_msg.h"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/read.hpp>
#include <asio/write.hpp>

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>
#include <utility>

namespace cairn::load {
namespace {

using Protocol = asio::generic::stream_protocol;
using wire::mongodb::kHeaderBytes;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<Protocol, asio::io_context::executor_type>;

// Flags and the kind of the only section.
constexpr std::size_t kBody = kHeaderBytes + 5;
constexpr std::int32_t kAwaitMs = 1000;

class Stream {
 public:
  Stream(asio::io_context& context, std::string database, std::string collection)
      : socket_(context), database_(std::move(database)), collection_(std::move(collection)) {}

  Status open(const Protocol::endpoint& server) {
    std::error_code error;
    socket_.connect(server, error);
    std::error_code ignored;  // of a Unix socket
    if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    if (error) return {ErrorCode::kHostUnreachable, "cannot connect: " + error.message()};
    const Document watch = document("$changeStream", Document());
    std::string out;
    MessageWriter(out).body(document("aggregate", collection_, "pipeline", array(watch), "cursor",
                                     Document(), "$db", database_));
    asio::write(socket_, asio::buffer(out), error);
    in_.resize(kHeaderBytes);
    if (!error) asio::read(socket_, asio::buffer(in_), error);
    if (error) return {ErrorCode::kHostUnreachable, error.message()};
    make_room();
    asio::read(socket_, asio::buffer(in_.data() + kHeaderBytes, in_.size() - kHeaderBytes), error);
    const DocumentView reply(in_.data() + kBody);
    if (error || !reply["cursor"].is_document()) {
      return {ErrorCode::kOperationFailed, "a stream is refused: " + to_json(reply)};
    }
    const std::int64_t id = reply["cursor"].as_document()["id"].as_int64();
    MessageWriter(get_more_).body(document("getMore", id, "collection", collection_, "maxTimeMS",
                                           kAwaitMs, "$db", database_));
    return Status();
  }

  void ask() {
    asio::async_write(socket_, asio::buffer(get_more_), [this](std::error_code error, std::size_t) {
      if (error) return fail(error.message());
      read_header();
    });
  }
  std::int64_t events() const { return events_.load(std::memory_order_relaxed); }
  bool failed() const { return failed_.load(std::memory_order_acquire); }
  const std::string& failure() const { return failure_; }
  void close() {
    std::error_code ignored;
    socket_.close(ignored);
  }

 private:
  void make_room() {
    const auto length = wire::mongodb::load_header(in_).length;
    in_.resize(static_cast<std::size_t>(length));
  }

  void read_header() {
    in_.resize(kHeaderBytes);
    asio::async_read(socket_, asio::buffer(in_), [this](std::error_code error, std::size_t) {
      if (error) return fail(error.message());
      make_room();
      read_body();
    });
  }

  void read_body() {
    asio::async_read(socket_, asio::buffer(in_.data() + kHeaderBytes, in_.size() - kHeaderBytes),
                     [this](std::error_code error, std::size_t) {
                       if (error) return fail(error.message());
                       take();
                     });
  }

  void take() {
    const DocumentView reply(in_.data() + kBody);
    const ValueView cursor = reply["cursor"];
    if (!cursor.is_document()) return fail(to_json(reply));
    const std::size_t told = cursor.as_document()["nextBatch"].as_document().count();
    events_.fetch_add(static_cast<std::int64_t>(told), std::memory_order_relaxed);
    ask();
  }

  void fail(std::string why) {
    failure_ = std::move(why);
    failed_.store(true, std::memory_order_release);
  }

  Socket socket_;
  const std::string database_;
  const std::string collection_;
  std::string get_more_;
  std::vector<std::uint8_t> in_;
  std::atomic<std::int64_t> events_{0};
  std::atomic<bool> failed_{false};
  std::string failure_;  // before failed_
};

}  // namespace

struct Watchers::State {
  asio::io_context context{1};
  std::deque<Stream> streams;
  std::thread thread;
};

Watchers::Watchers(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<Watchers>> Watchers::open(const Protocol::endpoint& server, int streams,
                                                 WatchedPlace place,
                                                 const WorkloadOptions& options) {
  auto state = std::make_unique<State>();
  const char* name = place == WatchedPlace::kInserted ? "_inserted" : "_elsewhere";
  for (int i = 0; i < streams; ++i) {
    Stream& stream =
        state->streams.emplace_back(state->context, options.database, options.collection + name);
    CAIRN_RETURN_IF_ERROR(stream.open(server));
  }
  for (Stream& stream : state->streams) stream.ask();
  state->thread = std::thread([&context = state->context] { context.run(); });
  return std::unique_ptr<Watchers>(new Watchers(std::move(state)));
}

Watchers::~Watchers() {
  asio::post(state_->context, [this] {
    for (Stream& stream : state_->streams) stream.close();
  });
  state_->thread.join();
}

std::int64_t Watchers::events() const {
  std::int64_t sum = 0;
  for (const Stream& stream : state_->streams) sum += stream.events();
  return sum;
}

Result<double> Watchers::wait_for(std::int64_t events_of_each,
                                  std::chrono::seconds patience) const {
  const auto began = Clock::now();
  for (const Stream& stream : state_->streams) {
    while (stream.events() < events_of_each) {
      if (stream.failed()) {
        return Status(ErrorCode::kOperationFailed, "a stream has failed: " + stream.failure());
      }
      if (Clock::now() - began > patience) {
        return Status(ErrorCode::kOperationFailed,
                      "a stream was not told all in time: " + std::to_string(stream.events()) +
                          " of " + std::to_string(events_of_each));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  return std::chrono::duration<double>(Clock::now() - began).count();
}

}  // namespace cairn::load
