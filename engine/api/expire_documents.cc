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
  DocumentView only = {};  // of these, where not empty
  std::string index = {};  // which leads to them; empty: none does
};

// What has dates in their order, of one field: MongoDB's monitor passes over all others too.
bool is_plain(const IndexEntry& index) {
  return index.kind() == IndexKind::kOrdered && index.paths().size() == 1;
}

std::vector<Rule> rules_of(const CollectionEntry& collection, std::int64_t& skipped) {
  std::vector<Rule> rules;
  const ValueView option = collection.definition().options["expireAfterSeconds"];
  if (option.is_number()) {
    const std::string& time = collection.rules().time_field;
    rules.push_back({.path = time.empty() ? "_id" : time, .seconds = option.to_int64_clamped()});
  }
  for (const IndexEntry& index : collection.secondary_indexes()) {
    if (!index.ready() || !index.expire_after_seconds()) continue;
    if (!is_plain(index)) {
      ++skipped;
      continue;
    }
    const ValueView only = index.spec()["partialFilterExpression"];
    rules.push_back({.path = std::string(index.paths().front().text()),
                     .seconds = *index.expire_after_seconds(),
                     .only = only.is_document() ? only.as_document() : DocumentView(),
                     .index = index.name()});
  }
  return rules;
}

// nullopt: nothing is, of a time that is longer than all dates.
std::optional<Document> due(const Rule& rule, Date now) {
  constexpr std::int64_t kMillisecondsPerSecond = 1000;
  std::int64_t age = 0;
  Date last;
  if (__builtin_mul_overflow(rule.seconds, kMillisecondsPerSecond, &age) ||
      __builtin_sub_overflow(now.milliseconds, age, &last.milliseconds)) {
    return std::nullopt;
  }
  Document dates = document(rule.path, document("$lte", last));
  if (rule.only.empty()) return dates;
  DocumentBuilder both;
  both.begin_array("$and").push(dates.view()).push(rule.only).end();
  return both.take();
}

Status remove_due(write::Context& context, const CollectionEntry& collection, const Rule& rule,
                  const match::Matcher& matcher, const Interrupt& time, std::int64_t& deleted) {
  const Document hint = document("hint", rule.index);
  write::RetryTicket ticket;
  const auto removed =
      write::remove_matching(context, collection.name(),
                             {.matcher = &matcher,
                              .hint = rule.index.empty() ? ValueView() : hint["hint"],
                              .hidden = plan::Hidden::kToo,
                              .multi = true,
                              .interrupt = &time,
                              .progress = &deleted},
                             ticket);
  return removed.status();
}

Status expire(Engine& engine, const CollectionEntry& collection, const Rule& rule, Date now,
              const Interrupt& time, ExpiryPlaces& places, std::int64_t& deleted) {
  const std::optional<Document> filter = due(rule, now);
  if (!filter) return Status();
  CAIRN_ASSIGN_OR_RETURN(const match::Matcher matcher, match::Matcher::parse(*filter, {}));
  write::Context context = engine.context();
  if (rule.index.empty() && collection.rules().time_series()) {
    return expire_measurements(context, collection.name(), matcher,
                               places.series[collection.uuid()], deleted);
  }
  return remove_due(context, collection, rule, matcher, time, deleted);
}

struct Expiring {
  CollectionRef collection;
  Rule rule;
  std::string name;  // by which they take turns
};

std::vector<Expiring> all_expiring(Engine& engine, std::int64_t& skipped) {
  std::vector<Expiring> all;
  for (const std::string& database : engine.catalog().databases()) {
    for (const CollectionRef& collection : engine.catalog().collections(database)) {
      if (collection->definition().view) continue;
      for (Rule& rule : rules_of(*collection, skipped)) {
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

// Of collections that are gone, or expire no more.
void forget_others(const std::vector<Expiring>& all, ExpiryPlaces& places) {
  std::erase_if(places.series, [&](const auto& series) {
    return std::none_of(all.begin(), all.end(), [&](const Expiring& one) {
      return one.collection->uuid() == series.first;
    });
  });
}

}  // namespace

ExpiryPass expire_documents(Engine& engine, Date now, std::chrono::milliseconds time,
                            ExpiryPlaces& places) {
  ExpiryPass pass;
  const Interrupt limit(Interrupt::Clock::now() + time);
  const InterruptScope scope(&limit);  // ends the wait for a document that a transaction holds
  std::vector<Expiring> all = all_expiring(engine, pass.skipped);
  forget_others(all, places);
  take_turns(all, places.stopped_at);
  places.stopped_at.clear();
  for (Expiring& one : all) {
    const Status status =
        expire(engine, *one.collection, one.rule, now, limit, places, pass.deleted);
    pass.more = pass.more || status.code() == ErrorCode::kMaxTimeMSExpired;
    if (limit.check().ok()) continue;
    pass.more = pass.more || &one != &all.back();
    places.stopped_at = std::move(one.name);
    break;
  }
  pass.more = pass.more && pass.deleted > 0;
  return pass;
}

}  // namespace cairn::api
