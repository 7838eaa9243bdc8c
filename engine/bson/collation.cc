// Parsing of collations, and ICU's collator behind them.
#include "engine/bson/collation.h"

#include <unicode/coll.h>
#include <unicode/locid.h>
#include <unicode/ucol.h>
#include <unicode/unistr.h>

#include <cstring>
#include <optional>

#include "engine/bson/shell_text.h"

namespace cairn {
namespace {

// What MongoDB says of the rules that it was built with; drivers and dumps carry it along. ICU's
// own version matters where sort keys are stored.
constexpr std::string_view kVersion = "57.1";

enum class Kind : std::uint8_t { kText, kFlag, kNumber, kChoice };

struct Choice {
  std::string_view name;
  UColAttributeValue value;
};
constexpr Choice kCaseFirst[] = {
    {"off", UCOL_OFF}, {"upper", UCOL_UPPER_FIRST}, {"lower", UCOL_LOWER_FIRST}};
constexpr Choice kAlternate[] = {{"non-ignorable", UCOL_NON_IGNORABLE}, {"shifted", UCOL_SHIFTED}};
// Of setMaxVariable, which takes another type.
constexpr Choice kMaxVariable[] = {{"punct", UCOL_DEFAULT}, {"space", UCOL_DEFAULT}};

struct Field {
  std::string_view name;
  Kind kind;
  UColAttribute attribute = UCOL_ATTRIBUTE_COUNT;  // none
  std::span<const Choice> choices = {};
};

// In the order in which the specification is shown.
constexpr Field kFields[] = {
    {"locale", Kind::kText},
    {"caseLevel", Kind::kFlag, UCOL_CASE_LEVEL},
    {"caseFirst", Kind::kChoice, UCOL_CASE_FIRST, kCaseFirst},
    {"strength", Kind::kNumber, UCOL_STRENGTH},
    {"numericOrdering", Kind::kFlag, UCOL_NUMERIC_COLLATION},
    {"alternate", Kind::kChoice, UCOL_ALTERNATE_HANDLING, kAlternate},
    {"maxVariable", Kind::kChoice, UCOL_ATTRIBUTE_COUNT, kMaxVariable},
    {"normalization", Kind::kFlag, UCOL_NORMALIZATION_MODE},
    {"backwards", Kind::kFlag, UCOL_FRENCH_COLLATION},
    {"version", Kind::kText},
};

const Field* find_field(std::string_view name) {
  for (const Field& field : kFields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// Strengths 1 to 5 are ICU's primary to identical.
constexpr UColAttributeValue kStrengths[] = {UCOL_PRIMARY, UCOL_SECONDARY, UCOL_TERTIARY,
                                             UCOL_QUATERNARY, UCOL_IDENTICAL};

icu::StringPiece piece(std::string_view text) {
  return {text.data(), static_cast<std::int32_t>(text.size())};
}

class IcuCollation final : public Collation {
 public:
  explicit IcuCollation(std::unique_ptr<icu::Collator> collator) : collator_(std::move(collator)) {}

  std::weak_ordering compare(std::string_view a, std::string_view b) const override {
    UErrorCode error = U_ZERO_ERROR;
    return static_cast<int>(collator_->compareUTF8(piece(a), piece(b), error)) <=> 0;
  }

  void append_sort_key(std::string_view text, std::string& out) const override {
    const icu::UnicodeString unicode = icu::UnicodeString::fromUTF8(piece(text));
    const std::size_t start = out.size();
    std::size_t room = text.size() * 2 + 16;
    for (;;) {
      out.resize(start + room);
      const auto size = static_cast<std::size_t>(
          collator_->getSortKey(unicode, reinterpret_cast<std::uint8_t*>(out.data() + start),
                                static_cast<std::int32_t>(room)));
      if (size <= room) {
        out.resize(start + size - 1);  // it ends in a NUL
        return;
      }
      room = size;
    }
  }

  const Document& specification() const override { return specification_; }
  void set_specification(Document specification) { specification_ = std::move(specification); }

 private:
  std::unique_ptr<icu::Collator> collator_;
  Document specification_;
};

class Parser {
 public:
  Parser(DocumentView specification, std::string_view field)
      : specification_(specification), field_(field) {}

  Result<CollationPtr> parse() {
    for (const Element& element : specification_) CAIRN_RETURN_IF_ERROR(check(element));
    if (locale_.missing()) {
      return Status(ErrorCode::kIDLFailedToParse,
                    "BSON field '" + name("locale") + "' is missing but a required field");
    }
    if (locale_.as_string() == "simple") return CollationPtr();
    CAIRN_RETURN_IF_ERROR(make_collator());
    CAIRN_RETURN_IF_ERROR(apply());
    CAIRN_RETURN_IF_ERROR(check_together());
    Document shown = show();
    auto made = std::make_shared<IcuCollation>(std::move(collator_));
    made->set_specification(std::move(shown));
    return CollationPtr(std::move(made));
  }

 private:
  std::string name(std::string_view option) const {
    return std::string(field_).append(".").append(option);
  }
  Status bad(std::string message) const {
    return {ErrorCode::kBadValue, std::move(message) + " in: " + to_shell_text(specification_)};
  }
  Status wrong_type(const Element& element, std::string_view expected) const {
    return {ErrorCode::kTypeMismatch,
            "BSON field '" + name(element.name) + "' is the wrong type '" +
                std::string(type_name(element.value.type())) + "', " + std::string(expected)};
  }

  Status check(const Element& element);
  Status check_strength(ValueView value) const;
  Status check_choice(const Field& field, ValueView value) const;
  Status make_collator();
  Status apply();
  Status check_together() const;
  UColAttributeValue attribute(UColAttribute attribute) const {
    UErrorCode error = U_ZERO_ERROR;
    return collator_->getAttribute(attribute, error);
  }
  int strength() const {
    const UColAttributeValue value = attribute(UCOL_STRENGTH);
    for (int i = 0; i < 5; ++i) {
      if (kStrengths[i] == value) return i + 1;
    }
    return 3;
  }
  bool is_known(const icu::Locale& asked, std::string_view valid) const;
  std::string_view choice_name(const Field& field) const;
  Document show() const;

  DocumentView specification_;
  std::string_view field_;
  ValueView locale_;
  std::unique_ptr<icu::Collator> collator_;
};

Status Parser::check_strength(ValueView value) const {
  const std::int64_t strength = value.to_int64_clamped();
  if (strength > 5 || strength < 0) {
    return {ErrorCode::kBadValue, std::string("BSON field 'strength' value must be ") +
                                      (strength > 5 ? "<= 5" : ">= 0") + ", actual value '" +
                                      std::to_string(strength) + "'"};
  }
  if (strength > 0) return Status();
  return {ErrorCode::kBadValue,
          "Enumeration value '0' for field 'collation.strength' is not a valid value."};
}

Status Parser::check_choice(const Field& field, ValueView value) const {
  for (const Choice& choice : field.choices) {
    if (choice.name == value.as_string()) return Status();
  }
  return {ErrorCode::kBadValue, "Enumeration value '" + std::string(value.as_string()) +
                                    "' for field '" + name(field.name) + "' is not a valid value."};
}

Status Parser::check(const Element& element) {
  const Field* field = find_field(element.name);
  if (field == nullptr) {
    return {ErrorCode::kIDLUnknownField,
            "BSON field '" + name(element.name) + "' is an unknown field."};
  }
  if (!element.value.has_value() && field->name != "locale") return Status();  // as if left out
  switch (field->kind) {
    case Kind::kFlag:
      if (element.value.type() == BsonType::kBool) return Status();
      return wrong_type(element, "expected type 'bool'");
    case Kind::kNumber:
      if (element.value.is_number()) return check_strength(element.value);
      return wrong_type(element, "expected types '[decimal, double, long, int]'");
    case Kind::kText:
    case Kind::kChoice:
      if (!element.value.is_string()) return wrong_type(element, "expected type 'string'");
      break;
  }
  if (field->kind == Kind::kChoice) return check_choice(*field, element.value);
  if (field->name == "locale") locale_ = element.value;
  return Status();
}

// Whether ICU has rules under exactly this name: nothing was replaced by a language's own or by the
// root's.
bool Parser::is_known(const icu::Locale& asked, std::string_view valid) const {
  const std::string_view wanted = locale_.as_string();
  if (wanted != asked.getName() || valid.empty()) return false;
  const std::string_view variant = asked.getVariant();  // old names of what "@collation=" says now
  if (!variant.empty() && variant != "POSIX") return false;
  if (wanted == valid) return true;
  const std::string_view base = asked.getBaseName();
  const std::size_t at = wanted.find("@collation=");
  if (at == wanted.npos) {
    if (wanted.find('@') != wanted.npos) return false;
    return base == valid || (base == "no" && valid == "nb");
  }
  UErrorCode error = U_ZERO_ERROR;
  std::unique_ptr<icu::StringEnumeration> kinds(
      icu::Collator::getKeywordValuesForLocale("collation", asked, false, error));
  const std::string_view kind = wanted.substr(at + std::strlen("@collation="));
  while (U_SUCCESS(error) && kinds != nullptr) {
    const char* next = kinds->next(nullptr, error);
    if (next == nullptr) return false;
    if (kind == next) return true;
  }
  return false;
}

Status Parser::make_collator() {
  const std::string wanted(locale_.as_string());
  if (wanted.empty()) return bad("Field 'locale' cannot be the empty string");
  if (wanted.find('\0') != wanted.npos) {
    return bad("Field 'locale' cannot contain null bytes");
  }
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale asked = icu::Locale::createFromName(wanted.c_str());
  collator_.reset(icu::Collator::createInstance(asked, error));
  if (U_FAILURE(error) || collator_ == nullptr) return bad("Field 'locale' is invalid");
  const icu::Locale valid = collator_->getLocale(ULOC_VALID_LOCALE, error);
  if (is_known(asked, valid.getName())) return Status();
  Status invalid = bad("Field 'locale' is invalid");
  const std::string_view near = valid.getName();
  if (near.empty()) return invalid;
  return {ErrorCode::kBadValue,
          std::string(invalid.message()) + ". Did you mean '" + std::string(near) + "'?"};
}

Status Parser::apply() {
  UErrorCode error = U_ZERO_ERROR;
  for (const Element& element : specification_) {
    const Field& field = *find_field(element.name);
    const ValueView value = element.value;
    if (!value.has_value()) continue;
    if (field.name == "maxVariable") {
      const bool punctuation = value.as_string() == "punct";
      collator_->setMaxVariable(
          punctuation ? UCOL_REORDER_CODE_PUNCTUATION : UCOL_REORDER_CODE_SPACE, error);
    } else if (field.name == "version" && value.as_string() != kVersion) {
      return {ErrorCode::kIncompatibleCollationVersion,
              "Requested collation version " + std::string(value.as_string()) +
                  " but the only available collator version was " + std::string(kVersion) +
                  ". Requested collation spec: " + to_shell_text(specification_)};
    } else if (field.kind == Kind::kFlag) {
      collator_->setAttribute(field.attribute, value.as_bool() ? UCOL_ON : UCOL_OFF, error);
    } else if (field.kind == Kind::kNumber) {
      collator_->setAttribute(field.attribute, kStrengths[value.to_int64_clamped() - 1], error);
    } else if (field.kind == Kind::kChoice) {
      for (const Choice& choice : field.choices) {
        if (choice.name == value.as_string()) {
          collator_->setAttribute(field.attribute, choice.value, error);
        }
      }
    }
  }
  return U_SUCCESS(error) ? Status() : bad("Collation could not be applied");
}

Status Parser::check_together() const {
  const ValueView case_first = specification_["caseFirst"];
  const bool ordered = case_first.is_string() && case_first.as_string() != "off";
  if (ordered && attribute(UCOL_CASE_LEVEL) == UCOL_OFF && strength() <= 2) {
    return bad("'caseFirst' is invalid unless 'caseLevel' is on or 'strength' is greater than 2");
  }
  if (specification_["backwards"].truthy() && strength() == 1) {
    return bad("'backwards' is invalid with 'strength' of 1");
  }
  return Status();
}

std::string_view Parser::choice_name(const Field& field) const {
  if (field.attribute == UCOL_ATTRIBUTE_COUNT) {
    return collator_->getMaxVariable() == UCOL_REORDER_CODE_SPACE ? "space" : "punct";
  }
  const UColAttributeValue value = attribute(field.attribute);
  for (const Choice& choice : field.choices) {
    if (choice.value == value) return choice.name;
  }
  return field.choices.front().name;
}

Document Parser::show() const {
  DocumentBuilder shown;
  for (const Field& field : kFields) {
    switch (field.kind) {
      case Kind::kText:
        shown.append(field.name, field.name == "locale" ? locale_.as_string() : kVersion);
        break;
      case Kind::kFlag:
        shown.append(field.name, attribute(field.attribute) == UCOL_ON);
        break;
      case Kind::kNumber:
        shown.append(field.name, static_cast<std::int32_t>(strength()));
        break;
      case Kind::kChoice:
        shown.append(field.name, choice_name(field));
        break;
    }
  }
  return shown.take();
}

}  // namespace

Result<CollationPtr> parse_collation(DocumentView specification, std::string_view field) {
  if (specification.empty()) return CollationPtr();
  return Parser(specification, field).parse();
}

bool same_collation(const Collation* a, const Collation* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return a->specification() == b->specification();
}

}  // namespace cairn
