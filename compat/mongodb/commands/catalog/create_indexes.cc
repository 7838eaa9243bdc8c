// createIndexes: makes indexes, and the collection where there is none.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CreateIndexesField { kIndexes, kCommitQuorum, kIgnoreUnknown };
constexpr Field kFields[] = {
    {.name = "indexes", .types = kArray, .required = true},
    {.name = "commitQuorum", .types = kNumber | kString},
    {.name = "ignoreUnknownIndexOptions", .types = kBoolOrNumber},
};

// How many data-bearing members must be ready before a build ends: there is one, and it is when its
// build ends.
Status check_commit_quorum(const Call& call) {
  constexpr std::int64_t kMostMembers = 50;
  const ValueView quorum = call.arguments[kCommitQuorum];
  if (quorum.missing()) return {};
  std::int64_t members = 0;
  if (quorum.is_number()) {
    members = quorum.to_int64_clamped();
    if (members < 0 || members > kMostMembers) {
      return {ErrorCode::kFailedToParse,
              "commitQuorum has to be a non-negative number and not greater than 50"};
    }
  }
  if (!call.dialect.replica_set()) {
    return {ErrorCode::kBadValue, "Standalones can't specify commitQuorum"};
  }
  if (members > 1) {
    return {location(279),
            "Commit quorum cannot depend on more than the 1 member of the replica set"};
  }
  const bool known = quorum.is_number() || quorum.as_string() == "majority" ||
                     quorum.as_string() == "votingMembers";
  if (known) return {};
  return {ErrorCode::kUnknownReplWriteConcern,
          "Commit quorum tag " + std::string(quorum.as_string()) + " is not known"};
}

Result<std::vector<DocumentView>> read_indexes(DocumentView indexes) {
  std::vector<DocumentView> specifications;
  for (const Element& index : indexes) {
    if (!index.value.is_document()) {
      return wrong_type("createIndexes.indexes", index.name, index.value.type(), kObject);
    }
    specifications.push_back(index.value.as_document());
  }
  return specifications;
}

// The kinds of indexes that are outside of the Stable API.
Status check_strict(std::span<const DocumentView> specifications) {
  for (const DocumentView specification : specifications) {
    const ValueView key = specification["key"];
    if (!key.is_document()) continue;
    for (const Element& field : key.as_document()) {
      if (!field.value.is_string() || field.value.as_string() != "text") continue;
      return {ErrorCode::kAPIStrictError, "text indexes cannot be created with apiStrict: true"};
    }
  }
  return {};
}

Status run(Call& call, DocumentBuilder& reply) {
  CAIRN_ASSIGN_OR_RETURN(const std::vector<DocumentView> specifications,
                         read_indexes(call.arguments.document(kIndexes)));
  if (call.generic.api_strict) CAIRN_RETURN_IF_ERROR(check_strict(specifications));
  CAIRN_RETURN_IF_ERROR(check_commit_quorum(call));
  CAIRN_ASSIGN_OR_RETURN(
      const CreateIndexesResult made,
      call.handle().create_indexes(
          specifications, {.ignore_unknown_options = call.arguments[kIgnoreUnknown].truthy(),
                           .operation = call.operation()}));
  call.wrote(made.op_time);
  reply.append("numIndexesBefore", made.indexes_before)
      .append("numIndexesAfter", made.indexes_after);
  const bool none = made.indexes_after == made.indexes_before;
  if (!none || made.created_collection) {
    reply.append("createdCollectionAutomatically", made.created_collection);
  }
  if (none) {
    reply.append("note", "all indexes already exist");
  } else if (made.some_existed) {
    reply.append("note", "index already exists");
  }
  return {};
}

}  // namespace

extern const Row row_create_indexes = {.name = "createIndexes",
                                       .help = "Creates indexes.",
                                       .in_transactions = true,
                                       .target = Target::kCollection,
                                       .access = Access::kWrite,
                                       .cost = Cost::kLong,
                                       .in_api_v1 = true,
                                       .fields = kFields,
                                       .run = run};

}  // namespace cairn::mongodb
