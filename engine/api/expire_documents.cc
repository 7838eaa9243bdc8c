#include "engine/api/expire_documents.h"

#include "engine/match/matcher.h"
#include "engine/write/remove.h"

#include <cairn/interrupt_scope.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cairn::api {
namespace {

// Documents with a date at `path` that is older than so many seconds. An array expires by the
// oldest date in it; other values never do.
struct Rule {
  std::string path;
  std::int64_t seconds = 0;
  DocumentView only;  // of these, where not empty
  std::string index;  // which leads to them; empty: none does
};

std::vector<Rule> rules_of(const CollectionEntry& collection) {
  std::vector<Rule> rules;
  const ValueView option = collection.definition().options["expireAfterSeconds"];
  if (option.is_number()) {
    const std::string& time = collection.rules().time_field;
    rules.push_back({.path = time.empty() ? "_id" : time, .seconds = option.to_int64_clamped()});
  }
  for (const IndexEntry& index : collection.secondary_indexes()) {
    if (!index.ready() || !index.expire_after_seconds() || index.paths().size() != 1) continue;
    const ValueView only = index.spec()["partialFilterExpression"];
    rules.push_back({.path = std::string(index.paths().front().text()),
                     .seconds = *index.expire_after_seconds(),
                     .only = only.is_document() ? only.as_document() : DocumentView(),
                     .index = index.hidden() ? std::string() : index.name()});
  }
  return rules;
}

Document due(const Rule& rule, Date now) {
  constexpr std::int64_t kMillisecondsPerSecond = 1000;
  const Date last{now.milliseconds - rule.seconds * kMillisecondsPerSecond};
  Document dates = document(rule.path, document("$lte", last));
  if (rule.only.empty()) return dates;
  DocumentBuilder both;
  both.begin_array("$and").push(dates.view()).push(rule.only).end();
  return both.take();
}

Status expire(Engine& engine, const CollectionEntry& collection, const Rule& rule, Date now,
              const Interrupt& time, std::int64_t& deleted) {
  const Document filter = due(rule, now);
  CAIRN_ASSIGN_OR_RETURN(const match::Matcher matcher, match::Matcher::parse(filter, {}));
  const Document hint = document("hint", rule.index);
  write::Context context = engine.context();
  write::RetryTicket ticket;
  const auto removed =
      write::remove_matching(context, collection.name(),
                             {.matcher = &matcher,
                              .hint = rule.index.empty() ? ValueView() : hint["hint"],
                              .multi = true,
                              .interrupt = &time,
                              .progress = &deleted},
                             ticket);
  return removed.status();
}

struct Expiring {
  CollectionRef collection;
  Rule rule;
  std::string name;  // by which they take turns
};

std::vector<Expiring> all_expiring(Engine& engine) {
  std::vector<Expiring> all;
  for (const std::string& database : engine.catalog().databases()) {
    for (const CollectionRef& collection : engine.catalog().collections(database)) {
      if (collection->definition().view || collection->rules().capped) continue;
      for (Rule& rule : rules_of(*collection)) {
        std::string name = collection->full_name() + "$" + rule.path;
        all.push_back({collection, std::move(rule), std::move(name)});
      }
    }
  }
  return all;
}

// In their order, beginning with the first one behind that name.
void take_turns(std::vector<Expiring>& all, std::string_view behind) {
  const auto by_name = [](const Expiring& a, const Expiring& b) { return a.name < b.name; };
  std::sort(all.begin(), all.end(), by_name);
  const auto first =
      std::find_if(all.begin(), all.end(), [&](const Expiring& one) { return one.name > behind; });
  std::rotate(all.begin(), first, all.end());
}

}  // namespace

ExpiryPass expire_documents(Engine& engine, Date now, std::chrono::milliseconds time,
                            std::string_view behind) {
  ExpiryPass pass;
  const Interrupt limit(Interrupt::Clock::now() + time);
  const InterruptScope scope(&limit);  // ends the wait for a document that a transaction holds
  std::vector<Expiring> all = all_expiring(engine);
  take_turns(all, behind);
  for (Expiring& one : all) {
    const Status status = expire(engine, *one.collection, one.rule, now, limit, pass.deleted);
    pass.more = pass.more || status.code() == ErrorCode::kMaxTimeMSExpired;
    if (limit.check().ok()) continue;
    pass.more = pass.more || &one != &all.back();
    pass.stopped_at = std::move(one.name);
    break;
  }
  return pass;
}

}  // namespace cairn::api
