#include "tests/spec/runner/compare.h"

#include <algorithm>
#include <cmath>

namespace cairn::spec {
namespace {

// The placeholder's argument, or missing.
ValueView placeholder(ValueView expected, std::string_view name) {
  if (!expected.is_document()) return {};
  const DocumentView document = expected.as_document();
  const auto first = document.begin();
  if (first.at_end() || first->name != name || document.count() != 1) return {};
  return first->value;
}

// The sign of a NaN is the processor's affair.
bool is_nan(ValueView value) {
  return value.type() == BsonType::kDouble && std::isnan(value.as_double());
}

void substitute_into(DocumentView from, const std::map<std::string, Value>& kept,
                     DocumentBuilder& to) {
  for (const Element& field : from) {
    if (field.value.is_string() && field.value.as_string().starts_with("$$")) {
      const auto found = kept.find(std::string(field.value.as_string().substr(2)));
      if (found != kept.end()) {
        to.append(field.name, found->second);
        continue;
      }
    }
    if (field.value.is_document()) {
      to.begin_document(field.name);
    } else if (field.value.is_array()) {
      to.begin_array(field.name);
    } else {
      to.append(field.name, field.value);
      continue;
    }
    substitute_into(field.value.as_document(), kept, to);
    to.end();
  }
}

}  // namespace

bool matches(ValueView expected, ValueView actual) {
  if (const ValueView type = placeholder(expected, "$$type"); !type.missing()) {
    return type_name(actual.type()) == type.as_string();
  }
  if (expected.type() != actual.type()) return false;
  if (expected.is_document() || expected.is_array()) {
    return matches(expected.as_document(), actual.as_document());
  }
  return expected.identical(actual) || (is_nan(expected) && is_nan(actual));
}

bool matches(DocumentView expected, DocumentView actual) {
  auto want = expected.begin();
  auto have = actual.begin();
  for (; !want.at_end() && !have.at_end(); ++want, ++have) {
    if (want->name != have->name || !matches(want->value, have->value)) return false;
  }
  return want.at_end() && have.at_end();
}

bool includes(DocumentView expected, DocumentView actual) {
  for (const Element& field : expected) {
    const ValueView value = actual[field.name];
    const ValueView exists = placeholder(field.value, "$$exists");
    if (!exists.missing()) {
      if (exists.truthy() == value.missing()) return false;
    } else if (!matches(field.value, value)) {
      return false;
    }
  }
  return true;
}

bool includes_at_all_depths(ValueView expected, ValueView actual) {
  if (!placeholder(expected, "$$type").missing()) return matches(expected, actual);
  if (expected.is_document() && actual.is_document()) {
    for (const Element& field : expected.as_document()) {
      const ValueView value = actual.as_document()[field.name];
      const ValueView exists = placeholder(field.value, "$$exists");
      if (!exists.missing() ? exists.truthy() == value.missing()
                            : !includes_at_all_depths(field.value, value)) {
        return false;
      }
    }
    return true;
  }
  if (!expected.is_array() || !actual.is_array()) return matches(expected, actual);
  auto want = expected.as_document().begin();
  auto have = actual.as_document().begin();
  for (; !want.at_end() && !have.at_end(); ++want, ++have) {
    if (!includes_at_all_depths(want->value, have->value)) return false;
  }
  return want.at_end() && have.at_end();
}

bool same_documents(const std::vector<Document>& expected, const std::vector<Document>& actual,
                    bool unordered) {
  const auto same = [](const Document& a, const Document& b) {
    return matches(a.view(), b.view());
  };
  if (expected.size() != actual.size()) return false;
  if (!unordered) return std::equal(expected.begin(), expected.end(), actual.begin(), same);
  std::vector<const Document*> left;
  for (const Document& document : actual) left.push_back(&document);
  for (const Document& wanted : expected) {
    const auto found = std::find_if(left.begin(), left.end(),
                                    [&](const Document* one) { return same(wanted, *one); });
    if (found == left.end()) return false;
    left.erase(found);
  }
  return true;
}

ValueView at_path(DocumentView document, std::string_view path) {
  ValueView value;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    value = document[path.substr(0, dot)];
    if (dot == std::string_view::npos) return value;
    if (!value.is_document() && !value.is_array()) return {};
    document = value.as_document();
    path.remove_prefix(dot + 1);
  }
  return value;
}

Document substitute(DocumentView document, const std::map<std::string, Value>& kept) {
  DocumentBuilder builder;
  substitute_into(document, kept, builder);
  return builder.take();
}

std::string print(const std::vector<Document>& documents) {
  std::string text;
  for (const Document& document : documents) {
    text += "  " + to_json(document.view(), JsonMode::kCanonical) + "\n";
  }
  return text.empty() ? "  (none)\n" : text;
}

}  // namespace cairn::spec
