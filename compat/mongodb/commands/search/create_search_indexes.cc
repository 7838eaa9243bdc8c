// createSearchIndexes: makes search indexes of a collection that is there.
#include "compat/mongodb/command/state.h"

namespace cairn::mongodb {
namespace {

enum CreateSearchIndexesField { kIndexes };
constexpr Field kFields[] = {{.name = "indexes", .types = kArray, .required = true}};

Status run(Call& call, DocumentBuilder& reply) {
  std::vector<DocumentView> specifications;
  for (const Element& index : call.arguments.document(kIndexes)) {
    if (!index.value.is_document()) {
      return wrong_type("createSearchIndexes.indexes", index.name, index.value.type(), kObject);
    }
    specifications.push_back(index.value.as_document());
  }
  CAIRN_ASSIGN_OR_RETURN(const std::vector<SearchIndexCreated> made,
                         call.handle().create_search_indexes(specifications, call.operation()));
  call.wrote(call.engine().last_op_time());
  reply.begin_array("indexesCreated");
  for (const SearchIndexCreated& index : made) {
    reply.push_document().append("id", index.id).append("name", index.name).end();
  }
  reply.end();
  return {};
}

}  // namespace

extern const Row row_create_search_indexes = {.name = "createSearchIndexes",
                                              .help = "Creates indexes for $vectorSearch.",
                                              .target = Target::kCollection,
                                              .access = Access::kWrite,
                                              .cost = Cost::kLong,
                                              .fields = kFields,
                                              .run = run};

}  // namespace cairn::mongodb
