#include "tests/spec/runner/play.h"

#include "tests/spec/runner/compare.h"

#include <map>
#include <set>

namespace cairn::spec {
namespace {

Document without_times(DocumentView reply) {
  DocumentBuilder builder;
  for (const Element& field : reply) {
    if (field.name != "$clusterTime" && field.name != "operationTime") {
      builder.append(field.name, field.value);
    }
  }
  return builder.take();
}

std::string text_of(ValueView value) {
  return value.is_string() ? std::string(value.as_string()) : std::string();
}

bool takes_batch_size(std::string_view name) {
  return name == "find" || name == "aggregate" || name == "listCollections" ||
         name == "listIndexes";
}

// The command with another batch size, where it has one.
Document with_batch_size(DocumentView command, std::int64_t batch_size) {
  const std::string_view name = command.begin()->name;
  if (batch_size == 0 || !takes_batch_size(name)) return Document(command);
  DocumentBuilder builder;
  const std::string_view field = name == "find" ? "batchSize" : "cursor";
  for (const Element& element : command) {
    if (element.name != field) builder.append(element.name, element.value);
  }
  if (name == "find") {
    builder.append("batchSize", batch_size);
  } else {
    builder.append("cursor", document("batchSize", batch_size));
  }
  return builder.take();
}

class Player {
 public:
  Player(const Variation& variation, Target& target)
      : variation_(variation), target_(target), batch_size_(variation.batch_size) {}

  std::string operator()(const Given& given) {
    const Document drop = document("drop", given.collection);
    if (std::string wrong = must_work(given.database, drop); !wrong.empty()) return wrong;
    if (given.documents.empty()) {
      return must_work(given.database, document("create", given.collection));
    }
    DocumentBuilder insert;
    insert.append("insert", given.collection).begin_array("documents");
    for (const Document& one : given.documents) insert.push(one);
    insert.end();
    std::string wrong = must_work(given.database, insert.take());
    if (wrong.empty() && variation_.index_everything) index_all(given);
    return wrong;
  }

  std::string operator()(const Reopen&) {
    const Status status = target_.reopen();
    return status.ok() ? "" : "reopen: " + status.to_string();
  }

  std::string operator()(const Batch& batch) {
    batch_size_ = batch.documents;
    return "";
  }

  std::string operator()(const Run& run) {
    database_ = run.database;
    bool wants_documents = false;
    bool wants_error = false;
    bool wants_plan = false;
    for (const Expectation& expectation : run.expectations) {
      wants_documents |= std::holds_alternative<ExpectDocuments>(expectation);
      wants_error |= std::holds_alternative<ExpectError>(expectation);
      wants_plan |= std::holds_alternative<ExpectPlan>(expectation);
    }
    Document command = substitute(run.command, kept_);
    session_ = session_of(command);
    any_order_ = variation_.index_everything && to_json(command).find("sort") == std::string::npos;
    if (wants_documents) command = with_batch_size(command, batch_size_);
    explained_ = Document();
    if (wants_plan) explained_ = explain(run.database, command);
    Result<Document> reply = target_.run(run.database, command);
    if (!reply.ok()) return reply.status().to_string();
    if (!wants_error && !(*reply)["ok"].truthy()) return "failed: " + to_json(*reply);
    for (const Expectation& expectation : run.expectations) {
      std::string wrong =
          std::visit([&](const auto& one) { return check(one, *reply); }, expectation);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

 private:
  static Document session_of(DocumentView command) {
    DocumentBuilder fields;
    for (const char* name : {"lsid", "txnNumber", "autocommit"}) {
      fields.append(name, command[name]);
    }
    return fields.take();
  }

  // Some fields cannot have one.
  void index_all(const Given& given) {
    std::set<std::string> paths;
    for (const Document& one : given.documents) add_paths(one, "", paths);
    for (const std::string& path : paths) {
      DocumentBuilder create;
      create.append("createIndexes", given.collection).begin_array("indexes").push_document();
      create.append("key", document(path, 1)).append("name", "of " + path).end().end();
      (void)target_.run(given.database, create.take());
    }
  }

  static void add_paths(DocumentView document, const std::string& prefix,
                        std::set<std::string>& paths) {
    constexpr std::size_t kMostIndexes = 12;
    for (const Element& field : document) {
      if (paths.size() >= kMostIndexes) return;
      const std::string path = prefix + std::string(field.name);
      if (path == "_id" || field.name.find('.') != std::string_view::npos) continue;
      paths.insert(path);
      if (field.value.is_document()) add_paths(field.value.as_document(), path + ".", paths);
    }
  }

  std::string must_work(const std::string& database, const Document& command) {
    const Result<Document> reply = target_.run(database, command);
    if (!reply.ok()) return reply.status().to_string();
    const bool worked = (*reply)["ok"].truthy() && (*reply)["writeErrors"].missing();
    return worked ? "" : "given: " + to_json(*reply);
  }

  static bool is_as(const ExpectReply& expected, const Document& actual) {
    const DocumentView document = expected.document;
    if (expected.whole) return matches(document, actual.view());
    if (expected.deep) return includes_at_all_depths(document.as_value(), actual.view().as_value());
    return includes(document, actual);
  }

  std::string check(const ExpectReply& expected, const Document& reply) {
    const Document actual = without_times(reply);
    if (is_as(expected, actual)) return "";
    return "expected\n" + print({expected.document}) + "but got\n" + print({actual});
  }

  std::string check(const ExpectError& expected, const Document& reply) {
    if (reply["ok"].truthy())
      return "expected " + expected.code_name + ", but got " + to_json(reply);
    const std::string code_name = text_of(reply["codeName"]);
    const std::string message = text_of(reply["errmsg"]);
    const bool good = code_name == expected.code_name &&
                      message.find(expected.text) != std::string::npos &&
                      reply["code"].type() == BsonType::kInt32;
    if (good) return "";
    return "expected error " + expected.code_name + " \"" + expected.text + "\", but got " +
           to_json(reply);
  }

  // Before the command runs, which may change what there is to plan for.
  Document explain(const std::string& database, const Document& command) {
    const Result<Document> told =
        target_.run(database, document("explain", command, "verbosity", "queryPlanner"));
    return told.ok() ? *told : document("failed", told.status().to_string());
  }

  std::string check(const ExpectPlan& expected, const Document&) {
    ValueView plan = at_path(explained_, "queryPlanner.winningPlan");
    for (const char* stage : {"$cursor", "$geoNearCursor"}) {
      const std::string path = std::string("stages.0.") + stage + ".queryPlanner.winningPlan";
      if (plan.missing()) plan = at_path(explained_, path);
    }
    if (includes_at_all_depths(expected.document.view().as_value(), plan)) return "";
    return "expected the plan\n" + print({expected.document}) + "but got\n" +
           (plan.is_document() ? print({Document(plan.as_document())}) : print({explained_}));
  }

  std::string check(const Keep& keep, const Document& reply) {
    const ValueView value = at_path(reply, keep.path);
    if (value.missing()) return "nothing to keep at " + keep.path + " in " + to_json(reply);
    kept_[keep.name] = Value(value);
    return "";
  }

  std::string check(const ExpectDocuments& expected, const Document& reply) {
    std::vector<Document> actual;
    if (std::string wrong = drain(reply, actual); !wrong.empty()) return wrong;
    if (same_documents(expected.documents, actual, expected.unordered || any_order_)) return "";
    return "expected\n" + print(expected.documents) + "but got\n" + print(actual);
  }

  std::string drain(Document reply, std::vector<Document>& documents) {
    std::string field = "cursor.firstBatch";
    while (true) {
      const ValueView batch = at_path(reply, field);
      const ValueView id = at_path(reply, "cursor.id");
      if (!batch.is_array() || id.type() != BsonType::kInt64) return "no cursor: " + to_json(reply);
      for (const Element& one : batch.as_document()) {
        documents.emplace_back(one.value.as_document());
      }
      if (id.as_int64() == 0) return "";
      const std::string ns = text_of(at_path(reply, "cursor.ns"));
      const std::size_t dot = ns.find('.');
      DocumentBuilder more;
      more.append("getMore", id).append("collection", ns.substr(dot + 1));
      if (batch_size_ > 0) more.append("batchSize", batch_size_);
      more.append_all(session_);
      Result<Document> next = target_.run(ns.substr(0, dot), more.take());
      if (!next.ok()) return next.status().to_string();
      if (!(*next)["ok"].truthy()) return "getMore failed: " + to_json(*next);
      reply = std::move(*next);
      field = "cursor.nextBatch";
    }
  }

  const Variation variation_;
  Target& target_;
  std::int64_t batch_size_;
  std::string database_;
  bool any_order_ = false;
  Document explained_;
  Document session_;  // of the command, for its getMores
  std::map<std::string, Value> kept_;
};

// An open transaction ends with its server.
bool has_transactions(const Case& one) {
  return std::any_of(one.steps.begin(), one.steps.end(), [](const Step& step) {
    const Run* run = std::get_if<Run>(&step.what);
    return run != nullptr && !run->command["autocommit"].missing();
  });
}

bool keeps_values(const Case& one) {
  for (const Step& step : one.steps) {
    const Run* run = std::get_if<Run>(&step.what);
    if (run == nullptr) continue;
    for (const Expectation& expectation : run->expectations) {
      if (std::holds_alternative<Keep>(expectation)) return true;
    }
  }
  return false;
}

// Indexes would show, or decide.
bool looks_at_indexes(const Case& one) {
  for (const Step& step : one.steps) {
    const Run* run = std::get_if<Run>(&step.what);
    if (run == nullptr) continue;
    const std::string text = to_json(run->command);
    for (const char* word : {"ndex", "Stats", "stats", "xplain", "hint", "validate", "natural",
                             "convertToCapped", "cloneCollectionAsCapped", "listCollections"}) {
      if (text.find(word) != std::string::npos) return true;
    }
  }
  return false;
}

}  // namespace

std::string play(const Case& one, const Variation& variation, Target& target) {
  if (variation.index_everything && looks_at_indexes(one)) return "";
  Player player(variation, target);
  const bool reopen = variation.reopen_every_step && !keeps_values(one) && !has_transactions(one);
  for (const Step& step : one.steps) {
    std::string wrong = reopen ? player(Reopen{}) : std::string();
    if (wrong.empty()) wrong = std::visit(player, step.what);
    if (wrong.empty()) continue;
    return "line " + std::to_string(step.line) + " of case '" + one.name + "' (" + one.why +
           "): " + wrong;
  }
  return "";
}

}  // namespace cairn::spec
