#include "bench/load/sessions.h"

#include "bench/load/message.h"

#include <algorithm>
#include <array>

namespace cairn::load {
namespace {

constexpr std::uint8_t kUuidSubtype = 4;
constexpr std::string_view kNumber("\x12txnNumber\0", 11);

using Uuid = std::array<std::uint8_t, 16>;

// Of no session that has been before: a server remembers the numbers of its transactions.
Uuid make_uuid() {
  std::random_device random;
  Uuid uuid;
  for (std::uint8_t& byte : uuid) byte = static_cast<std::uint8_t>(random());
  return uuid;
}

enum class Part : std::uint8_t { kPlain, kRetryable, kFirst, kLater };

// What a command says of its session and its transaction, and its database.
void append_session(const Uuid& session, Part part, std::string_view database,
                    DocumentBuilder& body) {
  body.begin_document("lsid").append("id", BinaryView{kUuidSubtype, session}).end();
  if (part != Part::kPlain) body.append("txnNumber", std::int64_t{0});
  if (part == Part::kFirst) body.append("startTransaction", true);
  if (part == Part::kFirst || part == Part::kLater) body.append("autocommit", false);
  body.append("$db", database);
}

// A request whose `txnNumber`, and other numbers, are put in each time.
class SessionRequest {
 public:
  void finish(DocumentBuilder& body) {
    MessageWriter(template_.message()).body(body.take());
    mark_number();
  }
  Template& bytes() { return template_; }
  void mark_number() {
    const std::size_t at = template_.message().find(kNumber);
    if (at != std::string::npos) template_.mark(at + kNumber.size());
  }

 private:
  Template template_;
};

class Finds final : public Workload {
 public:
  // `reads`: of one transaction; 0: of none.
  Finds(const WorkloadOptions& options, int reads, std::uint64_t seed)
      : documents_(static_cast<std::uint64_t>(std::max<std::int64_t>(1, options.documents))),
        reads_(reads),
        random_(seed) {
    make(plain_, reads == 0 ? Part::kPlain : Part::kLater, options);
    if (reads > 0) make(first_, Part::kFirst, options);
    DocumentBuilder commit;
    commit.append("commitTransaction", 1);
    append_session(session_, Part::kLater, "admin", commit);
    commit_.finish(commit);
  }

  void next(std::string& out) override {
    commits_ = reads_ > 0 && at_ == reads_;
    if (commits_) {
      commit_.bytes().put(0, number_);
      commit_.bytes().append_to(out);
      at_ = 0;
      return;
    }
    if (at_ == 0) ++number_;
    Template& request = (reads_ > 0 && at_ == 0 ? first_ : plain_).bytes();
    request.put(0, random_() % documents_);
    if (reads_ > 0) request.put(1, number_);
    request.append_to(out);
    ++at_;
  }
  std::int64_t documents_per_request() const override { return commits_ ? 0 : 1; }

 private:
  void make(SessionRequest& request, Part part, const WorkloadOptions& options) {
    DocumentBuilder body;
    body.append("find", options.collection)
        .append("filter", document("_id", std::int64_t{0}))
        .append("limit", 1)
        .append("singleBatch", true);
    append_session(session_, part, options.database, body);
    std::string& message = request.bytes().message();
    MessageWriter(message).body(body.take());
    constexpr std::string_view kId("\x12_id\0", 5);
    request.bytes().mark(message.find(kId) + kId.size());
    request.mark_number();
  }

  const std::uint64_t documents_;
  const int reads_;
  std::mt19937_64 random_;
  const Uuid session_ = make_uuid();
  SessionRequest plain_;
  SessionRequest first_;
  SessionRequest commit_;
  std::int64_t number_ = 0;
  int at_ = 0;
  bool commits_ = false;
};

class Inserts final : public Workload {
 public:
  // `commands`: of one transaction, 0: of none; each inserts `count` documents.
  Inserts(const WorkloadOptions& options, int commands, std::int32_t count, std::uint64_t seed)
      : commands_(commands), count_(count) {
    const Uuid session = make_uuid();
    const std::string payload = make_payload(options, seed);
    make(first_, commands == 0 ? Part::kRetryable : Part::kFirst, session, options, payload);
    if (commands > 1) make(later_, Part::kLater, session, options, payload);
    DocumentBuilder commit;
    commit.append("commitTransaction", 1);
    append_session(session, Part::kLater, "admin", commit);
    commit_.finish(commit);
  }

  void next(std::string& out) override {
    commits_ = commands_ > 0 && at_ == commands_;
    if (commits_) {
      commit_.bytes().put(0, number_);
      commit_.bytes().append_to(out);
      at_ = 0;
      return;
    }
    if (at_ == 0 || commands_ == 0) ++number_;
    Template& request = (at_ == 0 || commands_ == 0 ? first_ : later_).bytes();
    request.put(0, number_);
    for (std::int32_t i = 0; i < count_; ++i) {
      request.put(static_cast<std::size_t>(i) + 1, ObjectId::generate());
    }
    request.append_to(out);
    ++at_;
  }
  std::int64_t documents_per_request() const override { return commits_ ? 0 : count_; }

 private:
  void make(SessionRequest& request, Part part, const Uuid& session, const WorkloadOptions& options,
            std::string_view payload) {
    DocumentBuilder body;
    body.append("insert", options.collection + "_inserted");
    append_session(session, part, options.database, body);
    std::string& out = request.bytes().message();
    MessageWriter message(out);
    message.body(body.take());
    request.mark_number();
    message.begin_sequence("documents");
    for (std::int32_t i = 0; i < count_; ++i) {
      request.bytes().mark(out.size() + 9);  // size, type and "_id"
      append_document(out, Value::object_id(ObjectId::generate()), options, payload);
    }
    message.end_sequence();
  }

  const int commands_;
  const std::int32_t count_;
  SessionRequest first_;
  SessionRequest later_;
  SessionRequest commit_;
  std::int64_t number_ = 0;
  int at_ = 0;
  bool commits_ = false;
};

}  // namespace

std::unique_ptr<Workload> make_session_workload(std::string_view name,
                                                const WorkloadOptions& options,
                                                std::uint64_t seed) {
  if (name == "sessionFind") return std::make_unique<Finds>(options, 0, seed);
  if (name == "transactionFind") return std::make_unique<Finds>(options, kTransactionReads, seed);
  if (name == "bulk4") return std::make_unique<Inserts>(options, 0, kTransactionWrites, seed);
  if (name == "transaction4")
    return std::make_unique<Inserts>(options, 1, kTransactionWrites, seed);
  if (name == "transaction1x4") {
    return std::make_unique<Inserts>(options, kTransactionWrites, 1, seed);
  }
  return nullptr;
}

}  // namespace cairn::load
