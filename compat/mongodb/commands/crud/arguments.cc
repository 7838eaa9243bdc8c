#include "compat/mongodb/commands/crud/arguments.h"

#include <cairn/limits.h>

#include <string>

namespace cairn::mongodb {

Status check_update(ValueView update) {
  if (update.is_document()) return Status();
  if (update.is_array()) {
    for (const Element& stage : update.as_document()) {
      if (stage.value.is_document()) continue;
      return {ErrorCode::kTypeMismatch, "Each element of the 'pipeline' array must be an object"};
    }
    return Status();
  }
  return {ErrorCode::kFailedToParse, "Update argument must be either an object or an array"};
}

Status check_hint(ValueView hint) {
  if (hint.missing() || hint.is_string() || hint.is_document()) return {};
  return {ErrorCode::kFailedToParse, "Hint must be a string or an object"};
}

Status check_array_filters(std::string_view owner, ValueView filters) {
  if (filters.missing()) return {};
  for (const Element& filter : filters.as_document()) {
    if (filter.value.is_document()) continue;
    return wrong_type(owner, "arrayFilters." + std::string(filter.name), filter.value.type(),
                      kObject);
  }
  return {};
}

std::shared_ptr<const BorrowedByCursor> keep_for_cursor(DocumentView let, DocumentView collation,
                                                        OperationOptions& options) {
  if (let.empty() && collation.empty()) return nullptr;
  auto kept = std::make_shared<const BorrowedByCursor>(
      BorrowedByCursor{.let = Document(let), .collation = Document(collation)});
  options.let = kept->let;
  options.collation = kept->collation;
  return kept;
}

Status check_batch_size(std::size_t operations) {
  if (operations >= 1 && operations <= kMaxWriteBatchSize) return {};
  return {ErrorCode::kInvalidLength, "Write batch sizes must be between 1 and " +
                                         std::to_string(kMaxWriteBatchSize) + ". Got " +
                                         std::to_string(operations) + " operations."};
}

Status read_statement_ids(ValueView statement_id, ValueView statement_ids, std::size_t statements,
                          WriteOptions& options) {
  if (!options.retry) return {};
  if (statement_id.is_number()) {
    options.retry->first_statement = static_cast<std::int32_t>(statement_id.to_int64_clamped());
  }
  if (statement_ids.missing()) return {};
  for (const Element& element : statement_ids.as_document()) {
    if (!element.value.is_number()) {
      return wrong_type("stmtIds", element.name, element.value.type(), kNumber);
    }
    options.retry->statement_ids.push_back(
        static_cast<std::int32_t>(element.value.to_int64_clamped()));
  }
  if (options.retry->statement_ids.size() == statements) return {};
  return {ErrorCode::kInvalidLength,
          "Number of statement ids must match the number of batch "
          "entries. Got " +
              std::to_string(options.retry->statement_ids.size())};
}

bool is_point_filter(DocumentView filter) {
  const auto first = filter.begin();
  if (first.at_end() || first->name != "_id") return false;
  // {_id: {$gt: …}} is a range; {_id: {a: 1}} is a point, but rare enough not to look.
  return !first->value.is_document() && first->value.type() != BsonType::kRegex;
}

DocumentView first_document(const wire::mongodb::Request& request, std::string_view argument) {
  if (const auto* sequence = request.sequence(argument)) {
    return sequence->documents.empty() ? DocumentView() : sequence->documents.front();
  }
  const ValueView array = request.body[argument];
  if (!array.is_array() || array.as_document().empty()) return {};
  const ValueView first = array.as_document().begin()->value;
  return first.is_document() ? first.as_document() : DocumentView();
}

}  // namespace cairn::mongodb
