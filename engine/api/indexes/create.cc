#include "engine/api/indexes/create.h"

#include "engine/api/indexes/expiry.h"
#include "engine/api/indexes/identity.h"
#include "engine/api/indexes/key_pattern.h"
#include "engine/api/indexes/specification.h"
#include "engine/api/indexes/text_options.h"
#include "engine/bson/shell_text.h"
#include "engine/catalog/time_series.h"
#include "engine/catalog/view.h"
#include "engine/records/build/index_build.h"

#include <cairn/interrupt_scope.h>
#include <cairn/thread_wait.h>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

namespace cairn::api {
namespace {

constexpr std::size_t kMaxIndexes = 64;  // of one collection, the one on `_id` included
constexpr std::chrono::milliseconds kBuildPoll(10);

std::int32_t count_of(const CollectionDefinition& definition) {
  return static_cast<std::int32_t>(definition.indexes.size());
}

// What a new index's rows look like: see RecordPlace.
RecordPlace record_place(DocumentView specification) {
  return specification["unique"].truthy() ? RecordPlace::kInValue : RecordPlace::kInKey;
}

class Creation {
 public:
  Creation(write::Context& context, const Namespace& name, const CreateIndexesOptions& options,
           const IndexLog& log)
      : context_(context), name_(name), options_(options), log_(log) {}

  Result<CreateIndexesResult> run(std::span<const DocumentView> given) {
    if (given.empty()) {
      return Status(ErrorCode::kBadValue, "Must specify at least one index to create");
    }
    CAIRN_RETURN_IF_ERROR(look(given));
    if (context_.transaction != nullptr) return run_in_transaction();
    while (true) {
      auto step = next_step();
      if (step.status().code() == ErrorCode::kNamespaceNotFound) {  // dropped since: made anew
        CAIRN_RETURN_IF_ERROR(check_interrupt());
        CAIRN_RETURN_IF_ERROR(look(given));
        continue;
      }
      if (!step.ok()) return step.take_status();
      if (*step == Step::kDone) break;
      if (*step == Step::kOthersBuild) {
        CAIRN_RETURN_IF_ERROR(wait_for_build());
        continue;
      }
      Status built = build();
      if (!built.ok()) return built;
      break;
    }
    result_.op_time = OpTime{context_.storage.commits().last_op()};
    return result_;
  }

 private:
  enum class Step : std::uint8_t { kDone, kBuild, kOthersBuild };

  // Checks the specifications and sees to it that there is a collection.
  Status look(std::span<const DocumentView> given) {
    CAIRN_RETURN_IF_ERROR(check_namespace(name_));
    CollectionRef collection = context_.find(name_);
    if (collection != nullptr && collection->definition().view) return is_a_view(*collection);
    CAIRN_RETURN_IF_ERROR(complete(given, collection.get()));
    if (collection != nullptr) return Status();
    CAIRN_RETURN_IF_ERROR(check_together());
    auto created = context_.transaction != nullptr ? context_.transaction->create(name_, {})
                                                   : context_.catalog.create(name_);
    if (created.ok()) {
      result_.created_collection = true;
      return Status();
    }
    if (created.status().code() != ErrorCode::kNamespaceExists) return created.take_status();
    return look(given);
  }

  Status complete(std::span<const DocumentView> given, const CollectionEntry* collection) {
    SpecificationContext context{.ignore_unknown = options_.ignore_unknown_options};
    if (collection != nullptr) {
      context.collation = collection->collation();
      context.clustered = collection->definition().clustered;
      context.by_id = collection->finds_by_id();
    }
    specifications_.clear();
    for (const DocumentView one : given) {
      CAIRN_ASSIGN_OR_RETURN(Document completed, check_specification(one, context));
      if (context.clustered) CAIRN_RETURN_IF_ERROR(check_beside_clustered(completed, *collection));
      if (collection != nullptr && collection->rules().time_series()) {
        CAIRN_RETURN_IF_ERROR(check_time_series_index(collection->rules(), completed));
      }
      specifications_.push_back(std::move(completed));
    }
    return Status();
  }

  // What no collection could have, so that none is made for it.
  Status check_together() const {
    CollectionDefinition made;
    made.indexes.push_back({.name = "_id_", .spec = document("key", document("_id", 1))});
    for (const Document& specification : specifications_) {
      if (is_id_pattern(specification["key"].as_document())) continue;
      CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* same, find_same(made, specification));
      if (same != nullptr) return identical(*same);
      CAIRN_RETURN_IF_ERROR(check_expiring_fields(specification));
      CAIRN_RETURN_IF_ERROR(check_room(name_.to_string(), specification, made));
      made.indexes.push_back(
          {.name = std::string(specification["name"].as_string()), .spec = specification});
    }
    return Status();
  }

  static Status identical(const IndexDefinition& index) {
    return {ErrorCode::kIndexAlreadyExists, "Identical index already exists: " + index.name};
  }

  // The name of the clustered index is its own.
  static Status check_beside_clustered(DocumentView specification,
                                       const CollectionEntry& collection) {
    const DocumentView clustered = collection.definition().options["clusteredIndex"].as_document();
    if (is_id_pattern(specification["key"].as_document())) return Status();
    if (specification["name"].as_string() != clustered["name"].as_string()) return Status();
    return {location(6100906),
            fmt::format("Error in specification {} :: caused by :: Cannot create an index where "
                        "the name matches the clusteredIndex but the key does not - indexSpec: {}, "
                        "clusteredIndex: {}",
                        to_shell_text(specification), to_shell_text(specification),
                        to_shell_text(clustered))};
  }

  // Only collections that the transaction has made can get indexes in it, while they are empty.
  Result<CreateIndexesResult> run_in_transaction() {
    const CollectionRef now = context_.find(name_);
    CAIRN_RETURN_IF_ERROR(context_.transaction->check());
    Step step = Step::kDone;
    CAIRN_ASSIGN_OR_RETURN(Catalog::Alteration altered, alteration(*now, step));
    result_.indexes_after = count_of(altered.definition);
    if (fresh_.empty()) return result_;
    if (!context_.transaction->made(*now) || step != Step::kDone) {
      return Status(ErrorCode::kOperationNotSupportedInTransaction,
                    "Cannot create new indexes on existing collection " + name_.to_string() +
                        " in a multi-document transaction.");
    }
    CAIRN_RETURN_IF_ERROR(
        context_.transaction->redefine(now, std::move(altered.definition), altered.command));
    return result_;
  }

  // What can be said beside writers and transactions: that all of them are there, as when an
  // application starts again, or that another build has to end first.
  Result<std::optional<Step>> known_step() {
    const CollectionRef now = context_.find(name_);
    if (now == nullptr) return std::optional<Step>();
    for (const Document& specification : specifications_) {
      if (now->finds_by_id() && is_id_pattern(specification["key"].as_document())) continue;
      CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* same,
                             find_same(now->definition(), specification));
      if (same == nullptr) return std::optional<Step>();
      if (same->state == IndexState::kBuilding) return std::optional(Step::kOthersBuild);
    }
    result_.indexes_before = result_.indexes_after = count_of(now->definition());
    result_.some_existed = true;
    return std::optional(Step::kDone);
  }

  Result<Step> next_step() {
    CAIRN_ASSIGN_OR_RETURN(std::optional<Step> known, known_step());
    if (known) return *known;
    const CollectionRef now = context_.find(name_);
    if (now != nullptr && !is_empty(*now)) {
      // Before anything is published: writers would note what they write for it.
      CAIRN_ASSIGN_OR_RETURN(turn_, context_.catalog.build_turns().take());
      CAIRN_ASSIGN_OR_RETURN(known, known_step());  // again: that may have taken long
      if (known) return *known;
    }
    auto step = publish();
    if (!step.ok() || *step != Step::kBuild) turn_.reset();
    return step;
  }

  // Decides, while no writer is inside, which indexes are new, and publishes those.
  Result<Step> publish() {
    Step step = Step::kDone;
    const Catalog::Change change =
        [&](const CollectionRef& now) -> Result<std::optional<Catalog::Alteration>> {
      CAIRN_ASSIGN_OR_RETURN(Catalog::Alteration altered, alteration(*now, step));
      if (step == Step::kOthersBuild || fresh_.empty()) {
        return std::optional<Catalog::Alteration>();
      }
      if (step == Step::kBuild) {
        build_.emplace(context_.storage, context_.catalog,
                       records::BuildOptions{options_.operation.interrupt, log_});
        build_->start(now, fresh_);
      }
      command_ = altered.command;
      return std::optional(std::move(altered));
    };
    auto altered = context_.catalog.alter(name_, change);
    if (!altered.ok()) return altered.take_status();
    if (step == Step::kDone) result_.indexes_after = count_of((*altered)->definition());
    uuid_ = (*altered)->uuid();
    return step;
  }

  Result<Catalog::Alteration> alteration(const CollectionEntry& now, Step& step) {
    Catalog::Alteration altered{.definition = now.definition(), .command = {}};
    result_.indexes_before = count_of(altered.definition);
    result_.some_existed = false;
    fresh_.clear();
    step = Step::kDone;
    const bool filled = !is_empty(now);
    DocumentBuilder command;
    command.append(filled ? "startIndexBuild" : "createIndexes", now.name().collection);
    command.begin_array("indexes");
    for (const Document& specification : specifications_) {
      if (now.finds_by_id() && is_id_pattern(specification["key"].as_document())) {
        result_.some_existed = true;
        continue;
      }
      CAIRN_ASSIGN_OR_RETURN(const IndexDefinition* same,
                             find_same(altered.definition, specification));
      if (same != nullptr) {
        if (is_fresh(same->keyspace)) return identical(*same);
        result_.some_existed = true;
        if (same->state == IndexState::kBuilding) {
          step = Step::kOthersBuild;
          return altered;
        }
        continue;
      }
      CAIRN_RETURN_IF_ERROR(add(now, specification, filled, altered.definition));
      command.push(specification);
    }
    altered.command = command.end().take();
    if (filled && !fresh_.empty()) step = Step::kBuild;
    return altered;
  }

  bool is_fresh(Keyspace keyspace) const {
    return std::find(fresh_.begin(), fresh_.end(), keyspace) != fresh_.end();
  }

  Status add(const CollectionEntry& now, const Document& specification, bool filled,
             CollectionDefinition& definition) {
    CAIRN_RETURN_IF_ERROR(check_expiring_fields(specification));
    CAIRN_RETURN_IF_ERROR(check_room(now.full_name(), specification, definition));
    CAIRN_ASSIGN_OR_RETURN(const Keyspace keyspace, context_.storage.keyspaces().allocate());
    definition.indexes.push_back({.name = std::string(specification["name"].as_string()),
                                  .keyspace = keyspace,
                                  .spec = specification,
                                  .state = filled ? IndexState::kBuilding : IndexState::kReady,
                                  .record_place = record_place(specification),
                                  .build = filled ? build_uuid_ : Uuid{}});
    fresh_.push_back(keyspace);
    return Status();
  }

  static Status check_room(std::string_view collection, const Document& specification,
                           const CollectionDefinition& definition) {
    const std::size_t limit = kMaxIndexes - (definition.clustered ? 1 : 0);
    if (definition.indexes.size() < limit) return check_one_text(specification, definition);
    return {ErrorCode::kCannotCreateIndex,
            fmt::format("add index fails, too many indexes for {} key:{}", collection,
                        to_shell_text(specification["key"]))};
  }

  static Status check_one_text(DocumentView specification, const CollectionDefinition& definition) {
    if (!is_text_pattern(specification["key"].as_document())) return Status();
    for (const IndexDefinition& index : definition.indexes) {
      if (!is_text_pattern(index.spec.view()["key"].as_document())) continue;
      return {ErrorCode::kCannotCreateIndex,
              fmt::format(
                  "only one text index per collection allowed, found existing text index \"{}\"",
                  index.name)};
    }
    return Status();
  }

  bool is_empty(const CollectionEntry& collection) const {
    const KeyspaceRange range(collection.keyspace());
    KeyCursor documents = context_.reader().scan(Family::kDoc, range.range());
    documents.seek_first();
    return !documents.valid() && documents.status().ok();
  }

  Status check_interrupt() const {
    const Interrupt* const interrupt = options_.operation.interrupt;
    return interrupt != nullptr ? interrupt->check() : Status();
  }

  // Until no build of one of these indexes runs, whether it has ended well or not.
  Status wait_for_build() {
    turn_.reset();
    const ThreadWait waits;
    while (true) {
      CAIRN_RETURN_IF_ERROR(InterruptScope::check());
      std::this_thread::sleep_for(kBuildPoll);
      CAIRN_ASSIGN_OR_RETURN(const std::optional<Step> known, known_step());
      if (known != Step::kOthersBuild) return Status();
    }
  }

  Status build() {
    DocumentBuilder made;
    made.append("createIndexes", name_.collection).append("indexes", command_["indexes"]);
    const Status built = build_->run(made.take());
    if (!built.ok()) {
      return {built.code(),
              fmt::format("Index build failed: {}: Collection {} ( {} ) :: caused by :: {}",
                          uuid_text(uuid_), name_.to_string(), uuid_text(uuid_), built.message()),
              std::string(built.details())};
    }
    result_.indexes_after = result_.indexes_before + static_cast<std::int32_t>(fresh_.size());
    return Status();
  }

  static std::string uuid_text(const Uuid& uuid) {
    std::string text;
    for (std::size_t i = 0; i < uuid.size(); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) text.push_back('-');
      text.append(fmt::format("{:02x}", uuid[i]));
    }
    return text;
  }

  write::Context& context_;
  const Namespace& name_;
  const CreateIndexesOptions& options_;
  const IndexLog& log_;
  std::vector<Document> specifications_;
  std::vector<Keyspace> fresh_;
  BuildTurns::Turn turn_{nullptr, nullptr};
  std::optional<records::IndexBuild> build_;
  Document command_;
  Uuid uuid_{};
  const Uuid build_uuid_ = random_uuid();
  CreateIndexesResult result_;
};

}  // namespace

Result<CreateIndexesResult> create_indexes(write::Context& context, const Namespace& name,
                                           std::span<const DocumentView> specifications,
                                           const CreateIndexesOptions& options,
                                           const IndexLog& log) {
  CAIRN_RETURN_IF_ERROR(check_writable(name));
  return Creation(context, name, options, log).run(specifications);
}

}  // namespace cairn::api
