#include "bench/load/client.h"

#include "bench/wire/connection.h"
#include "bench/wire/message.h"

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>

#include <memory>
#include <thread>

namespace cairn::load {
namespace {

using asio::generic::stream_protocol;
using wire::mongodb::Bytes;
using wire::mongodb::kHeaderBytes;
using Clock = std::chrono::steady_clock;
using Socket = asio::basic_stream_socket<stream_protocol, asio::io_context::executor_type>;

class Client {
 public:
  // `pace`: between the beginnings of two requests; 0: each begins when the one before has ended.
  Client(asio::io_context& context, std::unique_ptr<Workload> workload, Clock::time_point end,
         Clock::duration pace, Figures& figures)
      : socket_(context),
        timer_(context),
        workload_(std::move(workload)),
        end_(end),
        pace_(pace),
        figures_(figures) {}

  std::error_code connect(const stream_protocol::endpoint& server) {
    std::error_code error;
    socket_.connect(server, error);
    std::error_code ignored;  // a Unix socket knows no such option
    if (!error) socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    return error;
  }

  void start() {
    out_.clear();
    workload_->next(out_);
    began_ = Clock::now();
    std::error_code error;
    asio::write(socket_, asio::buffer(out_), error);
    if (error) return fail(error.message());
    received_ = 0;
    receive();
  }

 private:
  void receive() {
    if (in_.size() < received_ + 4096) in_.resize(received_ + 16384);
    socket_.async_read_some(asio::buffer(in_.data() + received_, in_.size() - received_),
                            [this](std::error_code error, std::size_t count) {
                              if (error) return fail(error.message());
                              received_ += count;
                              take();
                            });
  }

  void take() {
    if (received_ < kHeaderBytes) return receive();
    const Bytes bytes(in_.data(), received_);
    const auto length = static_cast<std::size_t>(wire::mongodb::load_header(bytes).length);
    if (received_ < length) return receive();
    const Clock::time_point now = Clock::now();
    figures_.latencies.add(now - began_);
    const std::string wrong = bench::complaint(bytes.first(length));
    if (wrong.empty()) {
      figures_.documents += workload_->documents_per_request();
    } else {
      fail(wrong);
    }
    if (now >= end_) return;
    if (pace_ == Clock::duration::zero() || now >= began_ + pace_) return start();
    timer_.expires_at(began_ + pace_);
    timer_.async_wait([this](std::error_code) { start(); });
  }

  void fail(const std::string& why) {
    ++figures_.failed;
    if (figures_.first_failure.empty()) figures_.first_failure = why;
  }

  Socket socket_;
  asio::steady_timer timer_;
  const std::unique_ptr<Workload> workload_;
  const Clock::time_point end_;
  const Clock::duration pace_;
  Figures& figures_;
  std::string out_;
  std::vector<std::uint8_t> in_ = std::vector<std::uint8_t>(16384);
  std::size_t received_ = 0;
  Clock::time_point began_;
};

// One thread's clients, on an io_context of their own.
class Crew {
 public:
  std::error_code add(const stream_protocol::endpoint& server, std::unique_ptr<Workload> workload,
                      Clock::time_point end, Clock::duration pace) {
    clients_.push_back(
        std::make_unique<Client>(context_, std::move(workload), end, pace, figures_));
    return clients_.back()->connect(server);
  }
  void run() {
    for (const auto& client : clients_) client->start();
    context_.run();
  }
  const Figures& figures() const { return figures_; }

 private:
  asio::io_context context_{1};
  Figures figures_;
  std::vector<std::unique_ptr<Client>> clients_;
};

Status cannot_connect(std::error_code error) {
  return Status(ErrorCode::kHostUnreachable, "cannot connect: " + error.message());
}

}  // namespace

Result<Figures> run(const RunOptions& options, const std::string& operation,
                    const WorkloadOptions& workload) {
  std::vector<std::unique_ptr<Crew>> crews;
  for (int i = 0; i < options.threads; ++i) crews.push_back(std::make_unique<Crew>());
  const Clock::time_point began = Clock::now();
  const auto pace = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(options.rate > 0 ? options.connections / options.rate : 0));
  for (int i = 0; i < options.connections; ++i) {
    auto requests = make_workload(operation, workload, static_cast<std::uint64_t>(i) + 1);
    if (!requests) return Status(ErrorCode::kBadValue, "no such operation: " + operation);
    Crew& crew = *crews[static_cast<std::size_t>(i % options.threads)];
    const std::error_code error =
        crew.add(options.server, std::move(requests), began + options.duration, pace);
    if (error) return cannot_connect(error);
  }
  std::vector<std::thread> threads;
  for (const auto& crew : crews) threads.emplace_back([&crew] { crew->run(); });
  for (std::thread& thread : threads) thread.join();
  Figures all{.operation = operation};
  all.seconds = std::chrono::duration<double>(Clock::now() - began).count();
  for (const auto& crew : crews) {
    all.latencies.merge(crew->figures().latencies);
    all.failed += crew->figures().failed;
    if (all.first_failure.empty()) all.first_failure = crew->figures().first_failure;
    all.documents += crew->figures().documents;
  }
  return all;
}

Status send_all(const stream_protocol::endpoint& server, const std::vector<std::string>& messages) {
  bench::Connection connection;
  CAIRN_RETURN_IF_ERROR(connection.open(server));
  for (const std::string& message : messages) {
    CAIRN_RETURN_IF_ERROR(connection.send(message).status());
  }
  return Status();
}

}  // namespace cairn::load
