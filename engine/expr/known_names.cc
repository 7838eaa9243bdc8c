#include "engine/expr/known_names.h"

#include <algorithm>
#include <iterator>

namespace cairn::expr {
namespace {

// Sorted.
constexpr std::string_view kOperators[] = {
    "$abs", "$acos", "$acosh", "$add", "$allElementsTrue", "$and", "$anyElementTrue",
    "$arrayElemAt", "$arrayToObject", "$asin", "$asinh", "$atan", "$atan2", "$atanh", "$avg",
    "$binarySize", "$bitAnd", "$bitNot", "$bitOr", "$bitXor", "$bottom", "$bottomN", "$bsonSize",
    "$ceil", "$cmp", "$concat", "$concatArrays", "$cond", "$convert", "$cos", "$cosh",
    "$createObjectId", "$createUUID", "$currentDate", "$dateAdd", "$dateDiff", "$dateFromParts",
    "$dateFromString", "$dateSubtract", "$dateToParts", "$dateToString", "$dateTrunc",
    "$dayOfMonth", "$dayOfWeek", "$dayOfYear", "$degreesToRadians", "$deserializeEJSON",
    "$divide", "$eq", "$exp", "$expr", "$filter", "$first", "$firstN", "$floor", "$function",
    "$getField", "$gt", "$gte", "$hash", "$hexHash", "$hour", "$ifNull", "$in", "$indexOfArray",
    "$indexOfBytes", "$indexOfCP", "$isArray", "$isNumber", "$isoDayOfWeek", "$isoWeek",
    "$isoWeekYear", "$last", "$lastN", "$let", "$literal", "$ln", "$log", "$log10", "$lt", "$lte",
    "$ltrim", "$map", "$max", "$maxN", "$median", "$mergeObjects", "$meta", "$millisecond",
    "$min", "$minN", "$minute", "$mod", "$month", "$multiply", "$ne", "$not", "$objectToArray",
    "$or", "$percentile", "$pow", "$radiansToDegrees", "$rand", "$range", "$reduce", "$regexFind",
    "$regexFindAll", "$regexMatch", "$replaceAll", "$replaceOne", "$reverseArray", "$round",
    "$rtrim", "$second", "$serializeEJSON", "$setDifference", "$setEquals", "$setField",
    "$setIntersection", "$setIsSubset", "$setUnion", "$sigmoid", "$similarityCosine",
    "$similarityDotProduct", "$similarityEuclidean", "$sin", "$sinh", "$size", "$slice",
    "$sortArray", "$split", "$sqrt", "$stdDevPop", "$stdDevSamp", "$strLenBytes", "$strLenCP",
    "$strcasecmp", "$substr", "$substrBytes", "$substrCP", "$subtract", "$subtype", "$sum",
    "$switch", "$tan", "$tanh", "$toArray", "$toBool", "$toDate", "$toDecimal", "$toDouble",
    "$toHashedIndexKey", "$toInt", "$toLong", "$toLower", "$toObject", "$toObjectId", "$toString",
    "$toUUID", "$toUpper", "$top", "$topN", "$trim", "$trunc", "$tsIncrement", "$tsSecond",
    "$type", "$unsetField", "$week", "$year", "$zip",
};

constexpr std::string_view kAccumulators[] = {
    "$accumulator", "$addToSet", "$avg", "$bottom", "$bottomN", "$concatArrays", "$count",
    "$first", "$firstN", "$last", "$lastN", "$max", "$maxN", "$median", "$mergeObjects", "$min",
    "$minN", "$percentile", "$push", "$setUnion", "$stdDevPop", "$stdDevSamp", "$sum", "$top",
    "$topN",
};

constexpr std::string_view kVariables[] = {
    "CLUSTER_TIME", "CURRENT", "DESCEND", "IDX", "KEEP", "NOW", "PRUNE", "REMOVE", "ROOT",
    "SEARCH_META", "USER_ROLES"};

template <typename Names>
bool holds(const Names& names, std::string_view name) {
  return std::binary_search(std::begin(names), std::end(names), name);
}

}  // namespace

bool is_known_operator(std::string_view name) { return holds(kOperators, name); }
bool is_known_variable(std::string_view name) { return holds(kVariables, name); }
bool is_known_accumulator(std::string_view name) { return holds(kAccumulators, name); }

}  // namespace cairn::expr
