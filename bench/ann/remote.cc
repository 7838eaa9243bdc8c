#include "bench/ann/remote.h"

#include "bench/latency/processor_time.h"
#include "bench/ycsb/mongoc_library.h"

#include "engine/bson/binary_vector.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <thread>
#include <utility>
#include <vector>

namespace cairn::ann {
namespace {

using Clock = std::chrono::steady_clock;
using ycsb::MongocLibrary;

constexpr const char* kDatabase = "ann";
constexpr std::size_t kBatchBytes = 8 << 20;
constexpr std::size_t kTextBytes = 500;
constexpr std::chrono::minutes kIndexTimeout{60};

template <typename T>
using Owned = std::unique_ptr<T, void (*)(T*)>;

double seconds_since(Clock::time_point began) {
  return std::chrono::duration<double>(Clock::now() - began).count();
}

// A connection: runs commands on the benchmark's database.
class Link {
 public:
  static Result<std::unique_ptr<Link>> open(const MongocLibrary& driver, const std::string& uri) {
    bson_error_t error{};
    const Owned<mongoc_uri_t> parsed(driver.mongoc_uri_new_with_error(uri.c_str(), &error),
                                     driver.mongoc_uri_destroy);
    if (parsed == nullptr) return Status(ErrorCode::kBadValue, error.message);
    Owned<mongoc_client_t> client(driver.mongoc_client_new_from_uri(parsed.get()),
                                  driver.mongoc_client_destroy);
    if (client == nullptr) {
      return Status(ErrorCode::kBadValue, "libmongoc refuses this address: " + uri);
    }
    driver.mongoc_client_set_error_api(client.get(), MONGOC_ERROR_API_VERSION_2);
    return std::make_unique<Link>(driver, std::move(client));
  }
  Link(const MongocLibrary& driver, Owned<mongoc_client_t> client)
      : driver_(driver), client_(std::move(client)) {}

  // Calls `look` with the reply, which it does not keep.
  template <typename Look>
  Status command(DocumentView command, const Look& look) {
    bson_t borrowed;
    driver_.bson_init_static(&borrowed, command.data(), command.size());
    bson_t reply;
    bson_error_t error{};
    const bool done = driver_.mongoc_client_command_simple(client_.get(), kDatabase, &borrowed,
                                                           nullptr, &reply, &error);
    if (done) look(DocumentView(driver_.bson_get_data(&reply)));
    driver_.bson_destroy(&reply);
    return done ? Status() : Status(static_cast<ErrorCode>(error.code), error.message);
  }
  Status command(DocumentView what) {
    return command(what, [](DocumentView) {});
  }

 private:
  const MongocLibrary& driver_;
  Owned<mongoc_client_t> client_;
};

void append_vector(const float* values, std::uint32_t dimensions, std::string_view name,
                   DocumentBuilder& out) {
  const std::string bytes = encode_binary_vector(std::span(values, dimensions));
  out.append(name, BinaryView{.subtype = 9,
                              .bytes = {reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                        bytes.size()}});
}

Document search_command(const float* query, std::uint32_t dimensions, std::uint32_t limit,
                        std::uint32_t candidates) {
  DocumentBuilder out;
  out.append("aggregate", "vectors").begin_array("pipeline").push_document();
  out.begin_document("$vectorSearch").append("index", "ann").append("path", "v");
  append_vector(query, dimensions, "queryVector", out);
  out.append("numCandidates", std::int64_t{candidates}).append("limit", std::int64_t{limit});
  out.end().end().push_document().begin_document("$project").append("v", 0).end().end().end();
  out.begin_document("cursor").end();
  return out.take();
}

// The first field of that name at any depth, or missing.
ValueView find_deep(ValueView value, std::string_view name) {
  if (!value.is_document() && !value.is_array()) return {};
  for (const Element& field : value.as_document()) {
    if (field.name == name) return field.value;
    if (const ValueView inside = find_deep(field.value, name); !inside.missing()) return inside;
  }
  return {};
}

}  // namespace

struct Remote::State {
  State(const MongocLibrary& library, const RemoteSettings& given, const DataSet& vectors)
      : driver(library), settings(given), data(vectors) {}

  Status load(Link& link);
  Status make_index(Link& link);
  Status wait_for_graph(Link& link);
  Status find_server(Link& link);
  Status ask(const Truth& truth, std::uint32_t first, std::uint32_t candidates, RemotePoint& point,
             std::uint64_t& found);

  const MongocLibrary& driver;
  const RemoteSettings settings;
  const DataSet& data;
  int server_pid = 0;  // 0: not on this machine
  double load_seconds = 0;
  double index_seconds = 0;
};

Status Remote::State::load(Link& link) {
  const Status dropped = link.command(document("drop", "vectors"));
  if (!dropped.ok() && dropped.code() != ErrorCode::kNamespaceNotFound) return dropped;
  const std::string text(kTextBytes, 'x');
  const auto began = Clock::now();
  for (std::uint32_t row = 0; row < data.count();) {
    DocumentBuilder batch;
    batch.append("insert", "vectors").begin_array("documents");
    while (row < data.count() && batch.size() < kBatchBytes) {
      batch.push_document().append("_id", static_cast<std::int32_t>(row)).append("text", text);
      append_vector(data.row(row), data.dimensions, "v", batch);
      batch.end();
      ++row;
    }
    batch.end();
    CAIRN_RETURN_IF_ERROR(link.command(batch.take()));
  }
  load_seconds = seconds_since(began);
  return {};
}

Status Remote::State::make_index(Link& link) {
  DocumentBuilder make;
  make.append("createSearchIndexes", "vectors").begin_array("indexes").push_document();
  make.append("name", "ann").append("type", "vectorSearch").begin_document("definition");
  make.begin_array("fields").push_document();
  make.append("type", "vector")
      .append("path", "v")
      .append("numDimensions", std::int64_t{data.dimensions})
      .append("similarity", "cosine")
      .append("quantization", settings.quantization)
      .begin_document("hnswOptions")
      .append("maxEdges", std::int64_t{settings.edges})
      .append("numEdgeCandidates", std::int64_t{settings.edge_candidates})
      .end();
  make.end().end().end().end().end();
  const auto began = Clock::now();
  CAIRN_RETURN_IF_ERROR(link.command(make.take()));
  CAIRN_RETURN_IF_ERROR(wait_for_graph(link));
  index_seconds = seconds_since(began);
  return {};
}

// While entries are still scanned, a search compares nearly all of them.
Status Remote::State::wait_for_graph(Link& link) {
  const Document search = search_command(data.query(0), data.dimensions, 10, 10);
  const Document explain = document("explain", search, "verbosity", "executionStats");
  const auto began = Clock::now();
  while (Clock::now() - began < kIndexTimeout) {
    const auto asked = Clock::now();
    std::int64_t compared = 0;
    CAIRN_RETURN_IF_ERROR(link.command(explain, [&compared](DocumentView reply) {
      const ValueView told = find_deep(reply.as_value(), "vectorsCompared");
      if (told.is_number()) compared = told.to_int64_clamped();
    }));
    if (compared < std::max<std::int64_t>(data.count() / 20, 2000)) return {};
    // A scan of everything must not take the time of what builds the graph.
    std::this_thread::sleep_for(
        std::max<Clock::duration>(10 * (Clock::now() - asked), std::chrono::milliseconds(500)));
  }
  return {ErrorCode::kExceededTimeLimit, "the index has no graph after an hour"};
}

Status Remote::State::find_server(Link& link) {
  return link.command(document("serverStatus", 1), [this](DocumentView reply) {
    const ValueView pid = reply["pid"];
    if (!pid.is_number()) return;
    const auto number = static_cast<int>(pid.to_int64_clamped());
    std::error_code none;
    const auto program =
        std::filesystem::read_symlink("/proc/" + std::to_string(number) + "/exe", none);
    if (!none && program.filename().string().starts_with("cairn")) server_pid = number;
  });
}

// One client: every query once, beginning with `first`.
Status Remote::State::ask(const Truth& truth, std::uint32_t first, std::uint32_t candidates,
                          RemotePoint& point, std::uint64_t& found) {
  CAIRN_ASSIGN_OR_RETURN(const auto link, Link::open(driver, settings.uri));
  for (std::uint32_t i = 0; i < data.query_count(); ++i) {
    const std::uint32_t query = (first + i) % data.query_count();
    const Document search =
        search_command(data.query(query), data.dimensions, truth.limit, candidates);
    const auto began = Clock::now();
    CAIRN_RETURN_IF_ERROR(link->command(search, [&](DocumentView reply) {
      for (const Element& each : reply["cursor"].as_document()["firstBatch"].as_document()) {
        const auto row = each.value.as_document()["_id"].to_int64_clamped();
        found += is_near(data, static_cast<std::uint32_t>(row), query, truth) ? 1 : 0;
      }
    }));
    point.latencies.add(Clock::now() - began);
  }
  return {};
}

Remote::Remote(std::unique_ptr<State> state) : state_(std::move(state)) {}
Remote::~Remote() = default;
double Remote::load_seconds() const { return state_->load_seconds; }
double Remote::index_seconds() const { return state_->index_seconds; }

Result<std::unique_ptr<Remote>> Remote::fill(const RemoteSettings& settings, const DataSet& data) {
  CAIRN_ASSIGN_OR_RETURN(const MongocLibrary* driver, ycsb::load_mongoc());
  auto state = std::make_unique<State>(*driver, settings, data);
  CAIRN_ASSIGN_OR_RETURN(const auto link, Link::open(*driver, settings.uri));
  CAIRN_RETURN_IF_ERROR(state->find_server(*link));
  CAIRN_RETURN_IF_ERROR(state->load(*link));
  CAIRN_RETURN_IF_ERROR(state->make_index(*link));
  return std::unique_ptr<Remote>(new Remote(std::move(state)));
}

Result<RemotePoint> Remote::measure(const Truth& truth, std::uint32_t candidates) {
  const std::uint32_t clients = state_->settings.clients;
  std::vector<RemotePoint> points(clients);
  std::vector<std::uint64_t> found(clients);
  std::vector<Status> done(clients);
  const int pid = state_->server_pid;
  const double before = pid == 0 ? 0 : bench::processor_seconds(pid);
  const auto began = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::uint32_t i = 0; i < clients; ++i) {
      threads.emplace_back([&, i] {
        const std::uint32_t first = state_->data.query_count() / clients * i;
        done[i] = state_->ask(truth, first, candidates, points[i], found[i]);
      });
    }
  }
  const double seconds = seconds_since(began);
  RemotePoint all{.candidates = candidates};
  std::uint64_t right = 0;
  for (std::uint32_t i = 0; i < clients; ++i) {
    CAIRN_RETURN_IF_ERROR(std::move(done[i]));
    all.latencies.merge(points[i].latencies);
    right += found[i];
  }
  std::uint64_t wanted = 0;
  for (const std::uint32_t count : truth.count) wanted += count;
  const double asked = double(clients) * state_->data.query_count();
  all.recall = wanted == 0 ? 1.0 : double(right) / double(wanted * clients);
  all.per_second = asked / seconds;
  if (pid != 0) all.server_us = (bench::processor_seconds(pid) - before) * 1e6 / asked;
  return all;
}

Status Remote::clear() {
  CAIRN_ASSIGN_OR_RETURN(const auto link, Link::open(state_->driver, state_->settings.uri));
  return link->command(document("drop", "vectors"));
}

}  // namespace cairn::ann
