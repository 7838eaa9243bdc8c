// What the behaviour scripts cannot see: messages, threads, shutdown, the disk.
#include "compat/mongodb/dialect.h"

#include <cairn/command.h>

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace cairn::mongodb {
namespace {

using wire::mongodb::Request;
using wire::mongodb::RequestKind;

class DialectTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = Database::open("", {.in_memory = true});
    ASSERT_TRUE(opened.ok()) << opened.status().to_string();
    database_ = std::move(*opened);
    start({});
  }

  void start(DialectOptions options) {
    connection_.reset();
    dialect_ = std::make_unique<Dialect>(*database_, std::move(options));
    connection_ = connect();
  }

  std::unique_ptr<Connection> connect() {
    return dialect_->connect(
        {.remote_address = "127.0.0.1:5", .local_address = "localhost:27017", .connection_id = 7});
  }

  static Document run(Connection& connection, const Document& command, Reply* reply = nullptr) {
    Request request;
    request.body = command;
    std::string body = "head";  // the server's room for the header
    const Reply fate = connection.run(request, body);
    if (reply != nullptr) *reply = fate;
    EXPECT_EQ(body.substr(0, 4), "head");
    Result<Document> document = Document::from_bytes(std::string_view(body).substr(4));
    EXPECT_TRUE(document.ok()) << document.status().to_string();
    return document.ok() ? *document : Document();
  }

  Document run(const char* json, Reply* reply = nullptr) {
    return run(*connection_, *from_json(json), reply);
  }

  std::unique_ptr<Database> database_;
  std::unique_ptr<Dialect> dialect_;
  std::unique_ptr<Connection> connection_;
};

std::int32_t code_of(const Document& reply) {
  return reply["code"].type() == BsonType::kInt32 ? reply["code"].as_int32() : 0;
}

TEST_F(DialectTest, EveryReplyHasItsTimes) {
  for (const char* command : {R"({"ping": 1, "$db": "t"})", R"({"nosuch": 1, "$db": "t"})",
                              R"({"find": "x", "$db": "t"})"}) {
    const Document reply = run(command);
    ASSERT_EQ(reply["operationTime"].type(), BsonType::kTimestamp) << command;
    EXPECT_NE(reply["operationTime"].as_timestamp().value(), 0U);
    const DocumentView cluster = reply["$clusterTime"].as_document();
    EXPECT_EQ(cluster["clusterTime"].type(), BsonType::kTimestamp);
    EXPECT_EQ(cluster["signature"].as_document()["hash"].as_binary().bytes.size(), 20U);
    EXPECT_EQ(cluster["signature"].as_document()["keyId"].type(), BsonType::kInt64);
  }
}

TEST_F(DialectTest, TimeGoesOnWithWrites) {
  const auto before = run(R"({"ping": 1, "$db": "t"})")["operationTime"].as_timestamp().value();
  const Document first = run(R"({"insert": "x", "documents": [{"_id": 1}], "$db": "t"})");
  const Document second = run(R"({"insert": "x", "documents": [{"_id": 2}], "$db": "t"})");
  EXPECT_GE(first["operationTime"].as_timestamp().value(), before);
  EXPECT_GT(second["operationTime"].as_timestamp().value(),
            first["operationTime"].as_timestamp().value());
}

TEST_F(DialectTest, AddressesOfTheSet) {
  Document hello = run(R"({"hello": 1, "$db": "admin"})");
  EXPECT_EQ(hello["me"].as_string(), "localhost:27017");
  EXPECT_EQ(hello["connectionId"].as_int32(), 7);
  start({.set_name = "other", .advertise = "db.example:1"});
  hello = run(R"({"hello": 1, "$db": "admin"})");
  EXPECT_EQ(hello["me"].as_string(), "db.example:1");
  EXPECT_EQ(hello["primary"].as_string(), "db.example:1");
  EXPECT_EQ(hello["setName"].as_string(), "other");
}

TEST_F(DialectTest, OldQueriesOnlyForTheHandshake) {
  Request request;
  request.kind = RequestKind::kQuery;
  request.full_collection_name = "admin.$cmd";
  const Document hello = document("isMaster", 1);
  const Document wrapped =
      document("$query", hello, "$readPreference", document("mode", "nearest"));
  for (const Document& command : {hello, wrapped}) {
    request.body = command;
    std::string body;
    connection_->run(request, body);
    EXPECT_TRUE((*Document::from_bytes(body))["ismaster"].truthy());
  }
  const Document find = document("find", "x");
  request.body = find;
  std::string body;
  connection_->run(request, body);
  EXPECT_EQ(code_of(*Document::from_bytes(body)), 352);
}

TEST_F(DialectTest, DatabaseIsRequired) {
  EXPECT_EQ(code_of(run(R"({"find": "x"})")), 40571);
  EXPECT_EQ(code_of(run(R"({})")), 59);
}

// Counts what it is told.
struct Told : CommitObserver {
  void committed(const Status& status) override {
    ++times;
    failed += status.ok() ? 0 : 1;
  }
  std::atomic<int> times{0};
  std::atomic<int> failed{0};
};

TEST_F(DialectTest, AWriteMayBeLeftPending) {
  run(R"({"insert": "x", "documents": [{"_id": 0}], "$db": "t"})");
  Told told;
  const auto insert = [&](const char* json, Reply& reply) {
    Request request;
    const Document command = *from_json(json);
    request.body = command;
    std::string body;
    reply = connection_->run(request, body, &told);
    return *Document::from_bytes(body);
  };
  const char* find = R"({"count": "x", "query": {"_id": {"$gt": 0}}, "$db": "t"})";
  Reply reply;
  const Document first =
      insert(R"({"insert": "x", "documents": [{"_id": 1}, {"_id": 2}], "$db": "t"})", reply);
  EXPECT_TRUE(reply.pending);
  EXPECT_EQ(first["n"].as_int32(), 2);
  EXPECT_EQ(told.times, 0);
  EXPECT_EQ(run(find)["n"].as_int32(), 0);
  database_->commit_pending();
  EXPECT_EQ(told.times, 1);
  EXPECT_EQ(run(find)["n"].as_int32(), 2);
  EXPECT_EQ(run(R"({"ping": 1, "$db": "t"})")["operationTime"].as_timestamp().value(),
            first["operationTime"].as_timestamp().value());

  // Whoever wants the same document has the pending write applied first.
  insert(R"({"insert": "x", "documents": [{"_id": 3}], "$db": "t"})", reply);
  EXPECT_TRUE(reply.pending);
  const Document again = run(R"({"insert": "x", "documents": [{"_id": 3}], "$db": "t"})");
  EXPECT_EQ(again["n"].as_int32(), 0);
  EXPECT_EQ(told.times, 2);

  // Nothing to write, nothing pending.
  const Document refused =
      insert(R"({"insert": "x", "documents": [{"_id": 3}], "$db": "t"})", reply);
  EXPECT_FALSE(reply.pending);
  EXPECT_FALSE(refused["writeErrors"].missing());
  EXPECT_EQ(told.times, 2);
}

TEST_F(DialectTest, APendingRetryableWriteIsDoneOnce) {
  Told told;
  const Document command = *from_json(
      R"({"insert": "x", "documents": [{"_id": 1}], "txnNumber": {"$numberLong": "1"}, "$db": "t",
          "lsid": {"id": {"$binary": {"base64": "AAAAAAAAAAAAAAAAAAAAAQ==", "subType": "04"}}}})");
  Request request;
  request.body = command;
  std::string body;
  EXPECT_TRUE(connection_->run(request, body, &told).pending);
  database_->commit_pending();
  const Document again = run(*connection_, command);
  EXPECT_EQ(again["n"].as_int32(), 1);
  EXPECT_EQ(again["retriedStmtIds"].as_document()["0"].as_int32(), 0);
  EXPECT_EQ(run(R"({"count": "x", "$db": "t"})")["n"].as_int32(), 1);
}

TEST_F(DialectTest, DurabilityIsTheServersToWaitFor) {
  Reply reply;
  run(R"({"insert": "x", "documents": [{}], "$db": "t"})", &reply);
  EXPECT_FALSE(reply.durable_after.has_value());
  run(R"({"insert": "x", "documents": [{}], "writeConcern": {"w": "majority"}, "$db": "t"})",
      &reply);
  ASSERT_TRUE(reply.durable_after.has_value());
  EXPECT_EQ(reply.durable_after->value, database_->last_op_time().value);
  run(R"({"insert": "x", "documents": [{}], "writeConcern": {"j": true}, "$db": "t"})", &reply);
  EXPECT_TRUE(reply.durable_after.has_value());
}

TEST_F(DialectTest, SectionsStandForArrays) {
  const Document one = document("_id", 1);
  const Document two = document("_id", 2);
  const std::array<DocumentView, 2> documents = {one, two};
  const Document command = document("insert", "x", "$db", "t");
  Request request;
  request.body = command;
  request.sequences.push_back({.name = "documents", .documents = documents});
  std::string body;
  connection_->run(request, body);
  EXPECT_EQ((*Document::from_bytes(body))["n"].as_int32(), 2);
  request.sequences.front().name = "docs";
  body.clear();
  connection_->run(request, body);
  EXPECT_EQ(code_of(*Document::from_bytes(body)), 40415);
}

TEST_F(DialectTest, ShutdownRefusesAndLabels) {
  dialect_->begin_shutdown();
  EXPECT_TRUE(run(R"({"ping": 1, "$db": "t"})")["ok"].truthy());
  const Document reply = run(
      R"({"insert": "x", "documents": [{}], "$db": "t", "txnNumber": {"$numberLong": "1"},
          "lsid": {"id": {"$uuid": "00000000-0000-4000-8000-000000000001"}}})");
  EXPECT_EQ(code_of(reply), 91);
  ASSERT_TRUE(reply["errorLabels"].is_array());
  EXPECT_EQ(reply["errorLabels"].as_document()["0"].as_string(), "RetryableWriteError");
  EXPECT_TRUE(run(R"({"find": "x", "$db": "t"})")["errorLabels"].missing());
}

TEST_F(DialectTest, ShutdownLabelsNoHelloThatWaits) {
  const Document hello = run(R"({"hello": 1, "$db": "admin"})");
  DocumentBuilder awaiting;
  awaiting.append("hello", 1).append("topologyVersion", hello["topologyVersion"]);
  awaiting.append("maxAwaitTimeMS", std::int64_t{60000}).append("$db", "admin");
  const Document command = awaiting.take();
  Request request;
  request.body = command;
  const Waker waker = [] {};
  std::string body;
  ASSERT_TRUE(connection_->run(request, body, nullptr, &waker).again_at.has_value());
  dialect_->begin_shutdown();
  const Reply reply = connection_->run(request, body, nullptr, &waker);
  ASSERT_FALSE(reply.again_at.has_value());
  const Result<Document> answer = Document::from_bytes(body);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(code_of(*answer), 91);
  EXPECT_TRUE((*answer)["errorLabels"].missing());
}

TEST_F(DialectTest, ShutdownCommandAsksTheServer) {
  EXPECT_EQ(code_of(run(R"({"shutdown": 1, "$db": "admin"})")), 20);
  bool asked = false;
  start({.request_shutdown = [&asked] { asked = true; }});
  Reply reply;
  EXPECT_TRUE(run(R"({"shutdown": 1, "$db": "admin"})", &reply)["ok"].truthy());
  EXPECT_TRUE(asked);
  EXPECT_TRUE(reply.close_after);
}

TEST_F(DialectTest, CostsByAGlance) {
  const auto cost = [this](const char* json) {
    const Document command = *from_json(json);
    Request request;
    request.body = command;
    return connection_->cost(request);
  };
  EXPECT_EQ(cost(R"({"ping": 1})"), Cost::kInstant);
  EXPECT_EQ(cost(R"({"nosuch": 1})"), Cost::kInstant);
  EXPECT_EQ(cost(R"({"find": "x", "filter": {"_id": 1}})"), Cost::kShort);
  EXPECT_EQ(cost(R"({"find": "x", "filter": {"_id": {"$gt": 1}}})"), Cost::kLong);
  EXPECT_EQ(cost(R"({"find": "x"})"), Cost::kLong);
  EXPECT_EQ(cost(R"({"insert": "x", "documents": [{}]})"), Cost::kShort);
  EXPECT_EQ(cost(R"({"update": "x", "updates": [{"q": {"_id": 1}, "u": {}}]})"), Cost::kShort);
  EXPECT_EQ(cost(R"({"update": "x", "updates": [{"q": {}, "u": {}}]})"), Cost::kLong);
  EXPECT_EQ(cost(R"({"aggregate": "x", "pipeline": []})"), Cost::kLong);
}

TEST_F(DialectTest, MaxTimeStops) {
  DocumentBuilder insert;
  insert.append("insert", "slow").append("$db", "t").begin_array("documents");
  for (int i = 0; i < 20000; ++i) insert.push(document("_id", i));
  insert.end();
  run(*connection_, insert.take());
  // One millisecond is enough for a few hundred documents at most of a scan that sorts them all.
  const Document reply = run(
      R"({"find": "slow", "filter": {"a": {"$regex": "x*y"}}, "sort": {"a": 1}, "maxTimeMS": 1, "$db": "t"})");
  EXPECT_EQ(code_of(reply), 50) << to_json(reply);
}

TEST_F(DialectTest, ManyClients) {
  constexpr int kClients = 4;
  constexpr int kEach = 50;
  std::atomic<int> failures{0};
  std::vector<std::thread> clients;
  for (int client = 0; client < kClients; ++client) {
    clients.emplace_back([this, client, &failures] {
      const auto connection = connect();
      for (int i = 0; i < kEach; ++i) {
        const Document insert = document("insert", "shared", "documents",
                                         array(document("_id", client * kEach + i)), "$db", "t");
        if (run(*connection, insert)["n"].as_int32() != 1) ++failures;
        const Document find =
            document("find", "shared", "batchSize", 2, "$db", "t", "sort", document("_id", 1));
        if (!run(*connection, find)["ok"].truthy()) ++failures;
        run(*connection, document("currentOp", 1, "$db", "admin"));
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failures.load(), 0);
  EXPECT_EQ(run(R"({"count": "shared", "$db": "t"})")["n"].as_int32(), kClients * kEach);
}

TEST_F(DialectTest, EmbeddersKeepTheirCursors) {
  CommandRunner runner(*database_);
  ASSERT_TRUE(runner
                  .run("t", document("insert", "kept", "documents",
                                     array(document("_id", 1), document("_id", 2))))
                  .ok());
  const Document first = *runner.run("t", document("find", "kept", "batchSize", 1));
  const std::int64_t id = first["cursor"].as_document()["id"].as_int64();
  EXPECT_NE(id, 0);
  const Document second = *runner.run("t", document("getMore", id, "collection", "kept"));
  EXPECT_EQ(second["cursor"].as_document()["id"].as_int64(), 0);
  const Document failed = *run_command(*database_, "t", document("nosuch", 1));
  EXPECT_EQ(code_of(failed), 59);
}

}  // namespace
}  // namespace cairn::mongodb
