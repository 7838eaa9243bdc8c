#include "engine/write/validation.h"

#include "engine/match/explain/explain.h"

namespace cairn::write {
namespace {

Status failed(const CollectionRules& rules, DocumentView document) {
  DocumentBuilder details;
  details.begin_document("errInfo");
  details.append("failingDocumentId", document["_id"]);
  details.append("details",
                 match::explain_failure(rules.validator->filter(),
                                        {.collation = rules.validator->collation()}, document));
  details.end();
  if (rules.action == ValidationAction::kWarn) return Status();
  return {ErrorCode::kDocumentValidationFailure, "Document failed validation",
          details.take().bytes()};
}

bool is_off(const CollectionRules& rules) {
  return rules.level == ValidationLevel::kOff || (!rules.validator && rules.broken.ok());
}

}  // namespace

Status check_inserted(const CollectionEntry& collection, DocumentView document) {
  const CollectionRules& rules = collection.rules();
  if (is_off(rules)) return Status();
  CAIRN_RETURN_IF_ERROR(rules.broken);
  CAIRN_ASSIGN_OR_RETURN(const bool valid, rules.validator->matches(document));
  return valid ? Status() : failed(rules, document);
}

Status check_updated(const CollectionEntry& collection, DocumentView before, DocumentView after) {
  const CollectionRules& rules = collection.rules();
  if (is_off(rules)) return Status();
  CAIRN_RETURN_IF_ERROR(rules.broken);
  CAIRN_ASSIGN_OR_RETURN(const bool valid, rules.validator->matches(after));
  if (valid) return Status();
  if (rules.level == ValidationLevel::kModerate) {
    CAIRN_ASSIGN_OR_RETURN(const bool was_valid, rules.validator->matches(before));
    if (!was_valid) return Status();
  }
  return failed(rules, after);
}

Status check_measurement(const CollectionRules& rules, DocumentView document) {
  if (!rules.time_series()) return Status();
  if (document[rules.time_field].type() == BsonType::kDate) return Status();
  return {ErrorCode::kBadValue,
          "'" + rules.time_field + "' must be present and contain a valid BSON UTC datetime value"};
}

}  // namespace cairn::write
