#include "engine/plan/id_bounds.h"

#include "engine/bson/key_string.h"
#include "engine/plan/bounds.h"
#include "engine/storage/keys.h"

namespace cairn::plan {
namespace {

using match::Predicate;

bool boundable(ValueView value) {
  switch (value.type()) {
    case BsonType::kInt32:
    case BsonType::kInt64:
    case BsonType::kString:
    case BsonType::kObjectId:
    case BsonType::kDate:
    case BsonType::kTimestamp:
    case BsonType::kBool:
      return true;
    case BsonType::kDouble:
      return value.as_double() == value.as_double();  // not NaN, which equals itself alone
    default:
      return false;
  }
}

std::string value_bound(Keyspace keyspace, ValueView value, key::Terminator terminator,
                        const Collation* collation) {
  std::string bound;
  append_u32(bound, keyspace);
  key::Encoder encoder(bound);
  encoder.begin(key::Direction::kAscending);
  append_key(value, encoder, collation);
  encoder.finish(terminator);
  return bound;
}

// Where the values of the type of `value` begin or end.
std::string type_bound(Keyspace keyspace, ValueView value, bool upper) {
  std::string bound;
  append_u32(bound, keyspace);
  key::Encoder encoder(bound);
  encoder.begin(key::Direction::kAscending);
  const key::Rank rank = key_rank(value.type());
  upper ? encoder.above(rank) : encoder.below(rank);
  return bound;
}

void raise(std::string& lower, std::string bound) {
  if (bound > lower) lower = std::move(bound);
}

void reduce(std::string& upper, std::string bound) {
  if (bound < upper) upper = std::move(bound);
}

}  // namespace

bool orders_like_id(const CollectionEntry& collection, const Collation* collation,
                    ValueView value) {
  return !orders_by_collation(value) || same_collation(collection.collation().get(), collation);
}

IdBounds id_bounds(const CollectionEntry& collection, const match::Matcher& matcher) {
  const Collation* const collation = collection.collation().get();
  const IndexDefinition* const index = collection.id_index();
  const Keyspace keyspace = index == nullptr ? collection.keyspace() : index->keyspace;
  const KeyspaceRange whole(keyspace);
  IdBounds bounds{std::string(whole.range().lower), std::string(whole.range().upper), false};
  for (const Predicate& predicate : matcher.predicates()) {
    if (predicate.path != "_id" || !boundable(predicate.value)) continue;
    if (!orders_like_id(collection, matcher.collation().get(), predicate.value)) continue;
    const ValueView value = predicate.value;
    switch (predicate.kind) {
      case Predicate::Kind::kGt:
      case Predicate::Kind::kGte: {
        const bool open = predicate.kind == Predicate::Kind::kGt;
        const auto edge = open ? key::Terminator::kGreater : key::Terminator::kLess;
        raise(bounds.lower, value_bound(keyspace, value, edge, collation));
        reduce(bounds.upper, type_bound(keyspace, value, true));
        bounds.narrowed = true;
        break;
      }
      case Predicate::Kind::kLt:
      case Predicate::Kind::kLte: {
        const bool open = predicate.kind == Predicate::Kind::kLt;
        const auto edge = open ? key::Terminator::kLess : key::Terminator::kGreater;
        reduce(bounds.upper, value_bound(keyspace, value, edge, collation));
        raise(bounds.lower, type_bound(keyspace, value, false));
        bounds.narrowed = true;
        break;
      }
      case Predicate::Kind::kEq:
      case Predicate::Kind::kIn:
        break;
    }
  }
  return bounds;
}

IdBounds id_range(const CollectionEntry& collection, ValueView min, ValueView max) {
  const Collation* const collation = collection.collation().get();
  const Keyspace keyspace = collection.keyspace();
  const KeyspaceRange whole(keyspace);
  IdBounds bounds{std::string(whole.range().lower), std::string(whole.range().upper), true};
  if (!min.missing()) {
    bounds.lower = value_bound(keyspace, min, key::Terminator::kLess, collation);
  }
  if (!max.missing()) {
    bounds.upper = value_bound(keyspace, max, key::Terminator::kLess, collation);
  }
  return bounds;
}

}  // namespace cairn::plan
