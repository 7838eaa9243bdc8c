#include "tests/plan/random_queries.h"

namespace cairn {
namespace {

constexpr const char* kScalars[] = {
    "1",
    "2",
    "3",
    "4",
    R"({"$numberLong": "2"})",
    R"({"$numberDouble": "2.5"})",
    R"({"$numberDouble": "3.0"})",
    R"({"$numberDecimal": "2.50"})",
    R"({"$numberDouble": "NaN"})",
    R"({"$numberDouble": "-Infinity"})",
    R"("a")",
    R"("ab")",
    R"("AB")",
    R"("b")",
    R"("")",
    "null",
    "null",
    "true",
    "false",
    R"({"$date": {"$numberLong": "5"}})",
    R"({"$oid": "000000000000000000000001"})",
    R"({"$regularExpression": {"pattern": "^a", "options": ""}})",
    R"({"$minKey": 1})",
    R"({"$maxKey": 1})",
    R"({"$binary": {"base64": "YQ==", "subType": "00"}})",
    R"({"$timestamp": {"t": 1, "i": 2}})",
};
constexpr const char* kPaths[] = {"a",   "a",   "a",   "b",     "b",   "c",   "a.b",
                                  "a.b", "a.c", "b.c", "a.b.c", "a.0", "_id", "d"};
constexpr const char* kIndexed[] = {"a", "b", "c", "a.b", "a.c", "b.c", "a.b.c", "_id", "d", "a.0"};
constexpr const char* kTypes[] = {R"("string")", R"("number")", R"("int")",
                                  R"("array")",  R"("object")", R"("null")",
                                  R"("double")", R"("bool")",   R"(["int", "string"])",
                                  R"("date")",   R"("minKey")"};
constexpr const char* kPatterns[] = {"^a", "^a.*", "b", "^ab?", "^A", "^a|b", "^(a)", "^ab$"};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

}  // namespace

std::string RandomQueries::scalar() { return kScalars[below(std::size(kScalars))]; }

std::string RandomQueries::value(int depth) {
  const std::uint32_t kind = below(10);
  if (depth <= 0 || kind < 6) return chance(60) ? std::to_string(below(4)) : scalar();
  if (kind < 8 || !arrays_) return "{" + fields(depth - 1) + "}";
  return list(depth - 1);
}

std::string RandomQueries::list(int depth) {
  std::string all = "[";
  for (std::uint32_t i = below(4); i > 0; --i) {
    if (all.size() > 1) all += ", ";
    all += value(depth);
  }
  return all + "]";
}

std::string RandomQueries::fields(int depth) {
  std::string all;
  for (const char* name : {"b", "c", "d"}) {
    if (!chance(55)) continue;
    if (!all.empty()) all += ", ";
    all += quoted(name) + ": " + value(depth);
  }
  return all;
}

std::string RandomQueries::document(int id) {
  std::string all = R"({"_id": )" + std::to_string(id);
  for (const char* name : {"a", "b", "c", "d"}) {
    if (chance(80)) all += ", " + quoted(name) + ": " + value(3);
  }
  return all + "}";
}

std::string RandomQueries::path() { return kPaths[below(std::size(kPaths))]; }

std::string RandomQueries::regex() {
  return R"({"$regularExpression": {"pattern": ")" +
         std::string(kPatterns[below(std::size(kPatterns))]) + R"(", "options": ")" +
         (chance(20) ? "i" : "") + R"("}})";
}

std::string RandomQueries::operators(int depth) {
  static constexpr const char* kCompare[] = {"$gt", "$gte", "$lt", "$lte", "$eq", "$ne"};
  std::string in = "[";
  switch (below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      return quoted(kCompare[below(6)]) + ": " + (chance(85) ? scalar() : value(1));
    case 5:
      return quoted("$gt") + ": " + std::to_string(below(3)) + ", " + quoted("$lt") + ": " +
             std::to_string(2 + below(3));
    case 6:
    case 7:
      for (std::uint32_t i = below(4); i > 0; --i) {
        if (in.size() > 1) in += ", ";
        in += chance(10) ? regex() : chance(80) ? scalar() : value(1);
      }
      return quoted(chance(70) ? "$in" : "$nin") + ": " + in + "]";
    case 8:
      return quoted("$exists") + (chance(50) ? ": true" : ": false");
    case 9:
      return quoted("$type") + ": " + kTypes[below(std::size(kTypes))];
    case 10:
      return quoted("$mod") + ": [2, " + std::to_string(below(2)) + "]";
    case 11:
      if (depth <= 0) return quoted("$size") + ": " + std::to_string(below(3));
      return quoted("$not") + ": {" + operators(depth - 1) + "}";
    case 12:
      if (depth <= 0) return quoted("$all") + ": [" + scalar() + "]";
      if (chance(50)) return quoted("$elemMatch") + ": {" + operators(depth - 1) + "}";
      return quoted("$elemMatch") + ": {" + quoted(chance(50) ? "b" : "c") + ": " +
             condition(depth - 1) + ", " + quoted(chance(50) ? "d" : "b.c") + ": " +
             condition(depth - 1) + "}";
    default:
      return quoted("$all") + ": [" + value(1) + ", " + scalar() + "]";
  }
}

std::string RandomQueries::condition(int depth) {
  if (chance(25)) return scalar();
  if (chance(5)) return value(1);
  if (chance(8)) return regex();
  return "{" + operators(depth) + "}";
}

std::string RandomQueries::comparison() {
  static constexpr const char* kCompare[] = {"$gt", "$gte", "$lt", "$lte", "$eq", "$ne"};
  const std::string field = quoted("$" + path());
  if (chance(20)) {
    std::string list;
    for (std::uint32_t i = below(4); i > 0; --i) {
      list += (list.empty() ? "" : ", ") + (chance(60) ? std::to_string(below(4)) : scalar());
    }
    return R"({"$in": [)" + field + R"(, {"$literal": [)" + list + "]}]}";
  }
  const std::string literal =
      R"({"$literal": )" + (chance(60) ? std::to_string(below(4)) : value(1)) + "}";
  return "{" + quoted(kCompare[below(6)]) + ": [" +
         (chance(70) ? field + ", " + literal : literal + ", " + field) + "]}";
}

std::string RandomQueries::expression(int depth) {
  if (depth <= 0 || chance(50)) return comparison();
  std::string all = "{" + quoted(chance(60) ? "$or" : "$and") + ": [";
  for (std::uint32_t i = 1 + below(3); i > 0; --i) {
    if (all.back() != '[') all += ", ";
    all += expression(depth - 1);
  }
  return all + "]}";
}

std::string RandomQueries::clause(int depth) {
  if (chance(10)) return R"("$expr": )" + expression(2);
  if (depth > 0 && chance(18)) {
    const char* name = chance(70) ? "$or" : chance(50) ? "$and" : "$nor";
    std::string all = quoted(name) + ": [";
    for (std::uint32_t i = 1 + below(3); i > 0; --i) {
      if (all.back() != '[') all += ", ";
      all += "{" + conjunction(depth - 1) + "}";
    }
    return all + "]";
  }
  return quoted(path()) + ": " + condition(depth);
}

std::string RandomQueries::conjunction(int depth) {
  std::string all;
  for (std::uint32_t i = 1 + below(3); i > 0; --i) {
    if (!all.empty()) all += ", ";
    all += clause(depth);
  }
  return all;
}

// As a list of conditions, for names may repeat.
std::string RandomQueries::filter() {
  if (chance(3)) return "{}";
  if (chance(30)) {
    // Simple ones, as most are.
    static constexpr const char* kSimple[] = {R"({"$gte": 1})",
                                              R"({"$in": [1, 2, 3]})",
                                              R"({"$in": [0, "a"]})",
                                              R"({"$lt": 3})",
                                              "2",
                                              "1"};
    std::string all = "{" + quoted(kIndexed[below(6)]) + ": " + kSimple[below(6)];
    if (chance(40)) all += R"(, "d": )" + std::string(kSimple[below(6)]);
    return all + "}";
  }
  std::string all = R"({"$and": [)";
  for (std::uint32_t i = 1 + below(3); i > 0; --i) {
    if (all.back() != '[') all += ", ";
    all += "{" + clause(2) + "}";
  }
  return all + "]}";
}

std::string RandomQueries::sort() {
  std::string all;
  for (std::uint32_t i = 1 + below(2); i > 0; --i) {
    const std::string name = quoted(kIndexed[below(std::size(kIndexed))]);
    if (all.find(name) != std::string::npos) continue;
    if (!all.empty()) all += ", ";
    all += name + (chance(50) ? ": 1" : ": -1");
  }
  return "{" + all + "}";
}

std::pair<std::string, std::string> RandomQueries::sorted_range() {
  const std::string name = quoted(kIndexed[below(std::size(kIndexed))]);
  static constexpr const char* kRanges[] = {R"({"$gte": 1})", R"({"$lt": 3})", R"({"$gt": ""})",
                                            R"({"$in": [3, 1, "a", 2]})"};
  const std::string other = chance(30) ? R"(, "d": {"$lte": 2})" : "";
  return {"{" + name + ": " + kRanges[below(4)] + other + "}",
          "{" + name + (chance(50) ? ": 1}" : ": -1}")};
}

std::string RandomQueries::projection() {
  if (chance(50)) return "{}";
  static constexpr const char* kProjections[] = {R"({"a": 1, "_id": 0})",
                                                 R"({"b": 1, "_id": 0})",
                                                 R"({"a": 1, "b": 1, "_id": 0})",
                                                 R"({"a.b": 1, "_id": 0})",
                                                 R"({"_id": 1})",
                                                 R"({"c": 1, "d": 1, "_id": 0})",
                                                 R"({"b.c": 1, "c": 1, "_id": 0})",
                                                 R"({"a.b": 1, "a.c": 1, "_id": 0})"};
  return kProjections[below(std::size(kProjections))];
}

std::string RandomQueries::index(int number) {
  std::string key;
  std::string first;
  const std::uint32_t count = 1 + below(3);
  if (chance(12)) {
    static constexpr const char* kWildcards[] = {R"({"$**": 1})", R"({"a.$**": -1})",
                                                 R"({"d": 1, "a.$**": 1})"};
    return R"({"v": 2, "key": )" + std::string(kWildcards[below(3)]) + R"(, "name": "i)" +
           std::to_string(number) + R"("})";
  }
  const bool hashed = chance(8);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string name = quoted(kIndexed[below(std::size(kIndexed))]);
    if (key.find(name) != std::string::npos) continue;
    if (first.empty()) first = name;
    if (!key.empty()) key += ", ";
    key += name + (hashed && i == 0 ? R"(: "hashed")" : chance(60) ? ": 1" : ": -1");
  }
  std::string spec =
      R"({"v": 2, "key": {)" + key + R"(}, "name": "i)" + std::to_string(number) + "\"";
  if (chance(12)) {
    static constexpr const char* kPartial[] = {
        R"({"a": {"$gt": 1}})", R"({"b": {"$exists": true}})", R"({"a": {"$in": [1, 2, "a"]}})",
        R"({"c": {"$type": "string"}})", R"({"a": {"$gte": 1, "$lt": 3}, "b": {"$lte": 3}})"};
    spec += std::string(R"(, "partialFilterExpression": )") + kPartial[below(5)];
  } else if (chance(15)) {
    spec += R"(, "sparse": true)";
  }
  if (!hashed && chance(20)) {
    spec +=
        R"(, "collation": {"locale": "en", "caseLevel": false, "caseFirst": "off", "strength": 2, )"
        R"("numericOrdering": false, "alternate": "non-ignorable", "maxVariable": "punct", )"
        R"("normalization": false, "backwards": false, "version": "57.1"})";
  }
  return spec + "}";
}

}  // namespace cairn
