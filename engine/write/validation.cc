#include "engine/write/validation.h"

#include "engine/expr/scope.h"
#include "engine/match/explain/explain.h"

#include <cairn/interrupt_scope.h>

namespace cairn::write {
namespace {

// What is larger is not put into a log, as MongoDB does by default.
constexpr std::uint32_t kMaxLoggedBytes = 10 * 1024;

Document explain(const CollectionRules& rules, DocumentView document) {
  const expr::Bindings clock = expr::clock_bindings();
  DocumentBuilder details;
  details.begin_document("errInfo");
  details.append("failingDocumentId", document["_id"]);
  details.append("details",
                 match::explain_failure(
                     rules.validator->filter(),
                     {.bindings = &clock, .collation = rules.validator->collation()}, document));
  details.end();
  return details.take();
}

Status failed(const Storage& storage, const CollectionEntry& collection, DocumentView document) {
  const CollectionRules& rules = collection.rules();
  const Document details = explain(rules, document);
  const bool warns = rules.action == ValidationAction::kWarn;
  if (rules.action != ValidationAction::kError) {
    DocumentBuilder attributes;
    attributes.append("namespace", collection.full_name());
    if (document.size() <= kMaxLoggedBytes) attributes.append("document", document);
    if (details.view().size() <= kMaxLoggedBytes) attributes.append_all(details);
    storage.tell(warns ? "Document would fail validation" : "Document failed validation",
                 attributes.take());
  }
  if (warns) return Status();
  return {ErrorCode::kDocumentValidationFailure, "Document failed validation", details.bytes()};
}

// Whether it satisfies the validator. A document for which an expression fails does not, as in
// MongoDB; the details say why. Error: that of the thread's InterruptScope.
Result<bool> satisfies(const CollectionRules& rules, DocumentView document) {
  auto matched = rules.validator->matches(document);
  if (matched.ok()) return matched;
  CAIRN_RETURN_IF_ERROR(InterruptScope::check());
  return false;
}

bool is_off(const CollectionRules& rules) {
  return rules.level == ValidationLevel::kOff || (!rules.validator && rules.broken.ok());
}

}  // namespace

Status check_inserted(const Storage& storage, const CollectionEntry& collection,
                      DocumentView document) {
  const CollectionRules& rules = collection.rules();
  if (is_off(rules)) return Status();
  CAIRN_RETURN_IF_ERROR(rules.broken);
  CAIRN_ASSIGN_OR_RETURN(const bool valid, satisfies(rules, document));
  return valid ? Status() : failed(storage, collection, document);
}

Status check_updated(const Storage& storage, const CollectionEntry& collection, DocumentView before,
                     DocumentView after) {
  const CollectionRules& rules = collection.rules();
  if (is_off(rules)) return Status();
  CAIRN_RETURN_IF_ERROR(rules.broken);
  CAIRN_ASSIGN_OR_RETURN(const bool valid, satisfies(rules, after));
  if (valid) return Status();
  if (rules.level == ValidationLevel::kModerate) {
    CAIRN_ASSIGN_OR_RETURN(const bool was_valid, satisfies(rules, before));
    if (!was_valid) return Status();
  }
  return failed(storage, collection, after);
}

Status check_measurement(const CollectionRules& rules, DocumentView document) {
  if (!rules.time_series()) return Status();
  if (document[rules.time_field].type() == BsonType::kDate) return Status();
  return {ErrorCode::kBadValue,
          "'" + rules.time_field + "' must be present and contain a valid BSON UTC datetime value"};
}

}  // namespace cairn::write
