#include "bench/load/workload.h"

#include "bench/load/message.h"
#include "bench/load/sessions.h"

#include <algorithm>

namespace cairn::load {

void append_document(std::string& out, ValueView id, const WorkloadOptions& options,
                     std::string_view payload) {
  DocumentBuilder builder(out);
  builder.append("_id", id).append("n", std::int32_t{1}).append("group", "load");
  const std::size_t rest = builder.size() + sizeof "payload" + 8;
  const auto wanted = static_cast<std::size_t>(options.document_bytes);
  builder.append("payload", payload.substr(0, wanted > rest ? wanted - rest : 0));
  builder.finish();
}

std::string make_payload(const WorkloadOptions& options, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(static_cast<std::size_t>(options.document_bytes), ' ');
  for (char& c : text) c = "etaoin shrdlu"[random() % 13];
  return text;
}

namespace {

class Ping final : public Workload {
 public:
  Ping() { MessageWriter(template_.message()).body(document("ping", 1, "$db", "admin")); }
  void next(std::string& out) override { template_.append_to(out); }
  std::int64_t documents_per_request() const override { return 0; }

 private:
  Template template_;
};

class Find final : public Workload {
 public:
  Find(const WorkloadOptions& options, std::uint64_t seed)
      : documents_(static_cast<std::uint64_t>(std::max<std::int64_t>(1, options.documents))),
        random_(seed) {
    const Document by_id = document("_id", std::int64_t{0});
    MessageWriter(template_.message())
        .body(document("find", options.collection, "filter", by_id, "limit", 1, "singleBatch", true,
                       "$db", options.database));
    // An element is its type, its name and its value.
    template_.mark(template_.message().find(std::string_view("\x12_id\0", 5)) + 5);
  }
  void next(std::string& out) override {
    template_.put(0, random_() % documents_);
    template_.append_to(out);
  }

 private:
  const std::uint64_t documents_;
  std::mt19937_64 random_;
  Template template_;
};

class Insert final : public Workload {
 public:
  Insert(const WorkloadOptions& options, std::int32_t count, std::uint64_t seed) : count_(count) {
    const std::string payload = make_payload(options, seed);
    std::string& out = template_.message();
    MessageWriter message(out);
    message.body(document("insert", options.collection + "_inserted", "$db", options.database));
    message.begin_sequence("documents");
    for (std::int32_t i = 0; i < count_; ++i) {
      template_.mark(out.size() + 9);  // size, type and "_id"
      append_document(out, Value::object_id(ObjectId::generate()), options, payload);
    }
    message.end_sequence();
  }
  void next(std::string& out) override {
    for (std::int32_t i = 0; i < count_; ++i) {
      template_.put(static_cast<std::size_t>(i), ObjectId::generate());
    }
    template_.append_to(out);
  }
  std::int64_t documents_per_request() const override { return count_; }

 private:
  const std::int32_t count_;
  Template template_;
};

}  // namespace

std::unique_ptr<Workload> make_workload(std::string_view name, const WorkloadOptions& options,
                                        std::uint64_t seed) {
  if (name == "ping") return std::make_unique<Ping>();
  if (name == "find") return std::make_unique<Find>(options, seed);
  if (name == "insert") return std::make_unique<Insert>(options, 1, seed);
  if (name == "insertMany") return std::make_unique<Insert>(options, options.batch, seed);
  return make_session_workload(name, options, seed);
}

std::string drop_request(const WorkloadOptions& options) {
  std::string out;
  MessageWriter(out).body(document("dropDatabase", 1, "$db", options.database));
  return out;
}

std::string create_request(const WorkloadOptions& options) {
  std::string out;
  MessageWriter(out).body(
      document("create", options.collection + "_inserted", "$db", options.database));
  return out;
}

std::string fill_request(const WorkloadOptions& options, std::int64_t first, std::int32_t count) {
  const std::string payload = make_payload(options, static_cast<std::uint64_t>(first));
  std::string out;
  MessageWriter message(out);
  message.body(document("insert", options.collection, "$db", options.database));
  message.begin_sequence("documents");
  for (std::int32_t i = 0; i < count; ++i) {
    append_document(out, Value::int64(first + i), options, payload);
  }
  message.end_sequence();
  return out;
}

}  // namespace cairn::load
