#include "bench/side_by_side/work.h"

#include "bench/wire/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string_view>
#include <utility>

namespace cairn::side_by_side {
namespace {

using bench::Connection;
using bench::MessageWriter;

constexpr const char* kDatabase = "side_by_side";
constexpr const char* kCollection = "work";
constexpr const char* kInserted = "inserted";
constexpr std::int64_t kBatch = 1000;
constexpr std::int64_t kJoined = 5000;

struct Named {
  const char* name;
  const char* json;
};

constexpr Named kPipelines[] = {
    {"scan with a filter", R"([{"$match": {"x": {"$gt": 99.9}}}, {"$count": "documents"}])"},
    {"group of 1000, five accumulators",
     R"([{"$group": {"_id": "$user", "mean": {"$avg": "$x"}, "sum": {"$sum": "$n"},
                     "least": {"$min": "$x"}, "most": {"$max": "$x"}, "count": {"$sum": 1}}}])"},
    {"unwind and group",
     R"([{"$unwind": "$tags"}, {"$group": {"_id": "$tags", "count": {"$sum": 1}}}])"},
    {"sort and limit 100", R"([{"$sort": {"n": -1}}, {"$limit": 100}, {"$project": {"n": 1}}])"},
    {"window, running sum",
     R"([{"$setWindowFields": {"partitionBy": "$user", "sortBy": {"created": 1}, "output":
          {"sum": {"$sum": "$n", "window": {"documents": ["unbounded", "current"]}}}}},
         {"$group": {"_id": null, "last": {"$max": "$sum"}}}])"},
    {"window, moving average",
     R"([{"$setWindowFields": {"partitionBy": "$user", "sortBy": {"created": 1}, "output":
          {"mean": {"$avg": "$x", "window": {"documents": [-9, 0]}}}}},
         {"$group": {"_id": null, "most": {"$max": "$mean"}}}])"},
    {"window, rank",
     R"([{"$setWindowFields": {"partitionBy": "$status", "sortBy": {"n": 1}, "output":
          {"rank": {"$rank": {}}}}},
         {"$group": {"_id": null, "most": {"$max": "$rank"}}}])"},
    {"facet of three",
     R"([{"$facet": {
          "by_status": [{"$sortByCount": "$status"}],
          "by_priority": [{"$group": {"_id": "$meta.priority", "x": {"$avg": "$x"}}}],
          "best": [{"$sort": {"x": -1}}, {"$limit": 10}, {"$project": {"x": 1}}]}}])"},
    {"bucketAuto of 10", R"([{"$bucketAuto": {"groupBy": "$x", "buckets": 10}}])"},
    {"bucketAuto of 100, two accumulators",
     R"([{"$bucketAuto": {"groupBy": "$n", "buckets": 100, "output":
          {"count": {"$sum": 1}, "mean": {"$avg": "$x"}}}}])"},
};

constexpr Named kCommands[] = {
    {"distinct of 1000", R"({"distinct": "work", "key": "user"})"},
    {"distinct of an array", R"({"distinct": "work", "key": "tags"})"},
    {"distinct with a filter",
     R"({"distinct": "work", "key": "user", "query": {"x": {"$gt": 50}}})"},
};

constexpr Named kIndexes[] = {
    {"index of two fields", R"({"status": 1, "created": -1})"},
    {"index of an array", R"({"tags": 1})"},
};

// A constant of this file, parsed.
Document parsed(const char* json) { return *from_json(json); }
Value parsed_array(const char* json) {
  return Value(from_json(fmt::format("{{\"a\": {}}}", json))->view()["a"]);
}

void append_document(std::string& out, std::int64_t number, std::mt19937_64& random) {
  static const std::string kPadding(300, 'x');
  constexpr const char* kStatus[] = {"pending", "done", "failed"};
  DocumentBuilder builder(out);
  builder.append("_id", static_cast<std::int32_t>(number))
      .append("user", fmt::format("u{}", random() % 1000))
      .append("status", kStatus[number % 3])
      .append("n", static_cast<std::int32_t>(random() % 1'000'000))
      .append("x", static_cast<double>(random() % 1'000'000) / 10'000);
  builder.begin_array("tags")
      .push(fmt::format("a{}", number % 7))
      .push(fmt::format("b{}", number % 11))
      .end();
  builder.append("created", Date{1'700'000'000'000 + number * 1000});
  builder.begin_document("meta")
      .append("priority", static_cast<std::int32_t>(number % 5))
      .append("source", "api")
      .end();
  builder.append("pad", kPadding);
  builder.finish();
}

std::vector<std::string> insert_messages(const char* collection, std::int64_t documents) {
  std::mt19937_64 random(42);
  std::vector<std::string> messages;
  for (std::int64_t first = 0; first < documents; first += kBatch) {
    std::string& out = messages.emplace_back();
    MessageWriter message(out);
    message.body(document("insert", collection, "ordered", false, "$db", kDatabase));
    message.begin_sequence("documents");
    for (std::int64_t i = first; i < std::min(documents, first + kBatch); ++i) {
      append_document(out, i, random);
    }
    message.end_sequence();
  }
  return messages;
}

Status send_all(Connection& connection, const std::vector<std::string>& messages) {
  for (const std::string& message : messages) {
    CAIRN_RETURN_IF_ERROR(connection.send(message).status());
  }
  return Status();
}

// Documents are counted, not decoded.
std::int64_t count_of(DocumentView batch) {
  std::int64_t count = 0;
  for (auto element = batch.begin(); element != batch.end(); ++element) ++count;
  return count;
}

// Reads the cursor that the command gives to its end; the number of documents.
Result<std::int64_t> read_all(Connection& connection, DocumentView command) {
  constexpr std::int32_t kDocumentsPerBatch = 5000;
  CAIRN_ASSIGN_OR_RETURN(DocumentView reply, connection.run(command));
  std::int64_t count = count_of(reply["cursor"].as_document()["firstBatch"].as_document());
  while (true) {
    const std::int64_t id = reply["cursor"].as_document()["id"].as_int64();
    if (id == 0) return count;
    CAIRN_ASSIGN_OR_RETURN(
        reply, connection.run(document("getMore", id, "collection", kCollection, "batchSize",
                                       kDocumentsPerBatch, "$db", kDatabase)));
    count += count_of(reply["cursor"].as_document()["nextBatch"].as_document());
  }
}

Work aggregation(std::string name, std::int64_t documents, const Value& pipeline) {
  const Document command =
      document("aggregate", kCollection, "pipeline", pipeline, "cursor",
               document("batchSize", 5000), "allowDiskUse", true, "$db", kDatabase);
  return {.name = std::move(name), .documents = documents, .run = [command](Connection& c) {
            return read_all(c, command).status();
          }};
}

Work join() {
  const std::string pipeline = fmt::format(
      R"([{{"$limit": {}}},
          {{"$lookup": {{"from": "work", "localField": "n", "foreignField": "_id", "as": "found"}}}},
          {{"$group": {{"_id": null, "found": {{"$sum": {{"$size": "$found"}}}}}}}}])",
      kJoined);
  return aggregation("lookup by _id", kJoined, parsed_array(pipeline.c_str()));
}

Work full_read(std::int64_t documents) {
  const Document command = document("find", kCollection, "batchSize", 5000, "$db", kDatabase);
  return {.name = "full read",
          .documents = documents,
          .run = [command, documents](Connection& connection) -> Status {
            CAIRN_ASSIGN_OR_RETURN(const std::int64_t read, read_all(connection, command));
            if (read == documents) return Status();
            return {ErrorCode::kOperationFailed, fmt::format("read {} documents", read)};
          }};
}

Work insertion(std::int64_t documents) {
  const auto messages =
      std::make_shared<const std::vector<std::string>>(insert_messages(kInserted, documents));
  return {.name = "insertMany of 1000",
          .documents = documents,
          .prepare =
              [](Connection& c) {
                return c.run(document("drop", kInserted, "$db", kDatabase)).status();
              },
          .run = [messages](Connection& c) { return send_all(c, *messages); }};
}

Work command(const Named& one, std::int64_t documents) {
  DocumentBuilder asked;
  asked.append_all(parsed(one.json)).append("$db", kDatabase);
  return {.name = one.name, .documents = documents, .run = [command = asked.take()](Connection& c) {
            return c.run(command).status();
          }};
}

Work index(const Named& one, std::int64_t documents) {
  const Document specification = document("key", parsed(one.json), "name", "made");
  const Document create =
      document("createIndexes", kCollection, "indexes", array(specification), "$db", kDatabase);
  return {.name = one.name,
          .documents = documents,
          .clean =
              [](Connection& c) {
                return c.run(document("dropIndexes", kCollection, "index", "*", "$db", kDatabase))
                    .status();
              },
          .run = [create](Connection& c) { return c.run(create).status(); }};
}

// Pages of a list that many look at: 20 documents in the order of an index, from any place on.
Work page(std::int64_t documents) {
  constexpr std::int64_t kPages = 20'000;
  const Named by_status{"page", R"({"status": 1, "created": -1})"};
  Work work = index(by_status, kPages);
  work.name = "page of 20 by an index, 16 clients";
  work.prepare = std::exchange(work.run, nullptr);
  work.run_as = [documents](Connection& connection, std::size_t client) -> Status {
    for (auto i = static_cast<std::int64_t>(client); i < kPages; i += kClients) {
      const Date until{1'700'000'000'000 + (i * 7919) % documents * 1000};
      const Document command =
          document("find", kCollection, "filter",
                   document("status", "pending", "created", document("$lt", until)), "sort",
                   document("created", -1), "limit", 20, "$db", kDatabase);
      CAIRN_RETURN_IF_ERROR(connection.run(command).status());
    }
    return Status();
  };
  return work;
}

}  // namespace

std::vector<Work> all_work(std::int64_t documents) {
  std::vector<Work> work;
  work.push_back(insertion(documents));
  work.push_back(full_read(documents));
  for (const Named& one : kPipelines) {
    work.push_back(aggregation(one.name, documents, parsed_array(one.json)));
  }
  work.push_back(join());
  for (const Named& one : kCommands) work.push_back(command(one, documents));
  for (const Named& one : kIndexes) work.push_back(index(one, documents));
  work.push_back(page(documents));
  return work;
}

Status fill(Connection& connection, std::int64_t documents) {
  CAIRN_RETURN_IF_ERROR(drop(connection));
  CAIRN_RETURN_IF_ERROR(connection.run(document("create", kInserted, "$db", kDatabase)).status());
  return send_all(connection, insert_messages(kCollection, documents));
}

Status drop(Connection& connection) {
  return connection.run(document("dropDatabase", 1, "$db", kDatabase)).status();
}

}  // namespace cairn::side_by_side
