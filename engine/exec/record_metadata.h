// Record metadata: what is known of a record beside its document's fields, as far as {$meta: …}
// asks for it.
#pragma once

#include "engine/exec/record_source.h"
#include "engine/exec/sort_order.h"
#include "engine/expr/meta_use.h"
#include "engine/match/matcher.h"
#include "engine/plan/plan.h"

#include <cairn/status.h>

#include <optional>
#include <string_view>

namespace cairn::exec {

class RecordMetadata {
 public:
  struct Query {
    const match::Matcher* matcher = nullptr;  // outlives this
    DocumentView sort;                        // empty: none
    const Collation* collation = nullptr;     // outlives this
    bool by_id = false;                       // the plan walks a range of the `_id` index
  };
  static Result<RecordMetadata> of_query(const expr::MetaUse& asked, const Query& query);

  // Of the record, until the next call; null where nobody asks.
  Result<const expr::Metadata*> of(const Record& record);

 private:
  void know_index_key(const Record& record);

  const match::Matcher* matcher_ = nullptr;  // of a query for what is near; null: of another
  bool any_ = false;
  bool text_ = false;
  bool score_ = false;
  bool record_id_ = false;
  bool index_key_ = false;
  bool by_id_ = false;
  std::optional<SortOrder> sort_;
  expr::Metadata metadata_;
};

// Whether the plan walks a range of the `_id` index, whose entries it does not read.
bool shows_id_key(const plan::Plan& plan, const CollectionEntry& collection);
// The record id at the end of a record's key; missing in a clustered collection, whose keys end in
// `_id`.
Value record_id(std::string_view key);

}  // namespace cairn::exec
