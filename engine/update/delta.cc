#include "engine/update/delta.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace cairn::update {
namespace {

// The nodes of the paths that lead through one place; several where `$[]` and a number meet.
using Nodes = std::vector<const PathTree::Node*>;

// A field or an element that is different.
struct Difference {
  std::string_view name;
  ValueView before;
  ValueView after;
  Nodes nodes;
  bool whole = false;     // an operator ended here
  bool appended = false;  // of whole: all that is new are elements at the end

  bool removed() const { return after.missing(); }
  bool inserted() const { return before.missing(); }
  bool nested() const {
    const bool alike =
        (before.is_document() && after.is_document()) || (before.is_array() && after.is_array());
    return alike && (!whole || appended);
  }
  bool updated() const { return !removed() && !inserted() && !nested(); }
};

bool is_prefix(DocumentView before, DocumentView after) {
  const std::string_view old = before.bytes().substr(4, before.size() - 5);
  return after.size() > before.size() && after.bytes().substr(4, old.size()) == old;
}

void look_at_nodes(Difference& difference) {
  for (const PathTree::Node* node : difference.nodes) {
    if (node->modifier == nullptr) continue;
    difference.whole = true;
    difference.appended =
        node->modifier->appends() && difference.before.is_array() && difference.after.is_array() &&
        is_prefix(difference.before.as_document(), difference.after.as_document());
  }
}

class Writer {
 public:
  // `guided`: only what the nodes lead to can be different.
  Writer(bool guided, DocumentBuilder& out) : guided_(guided), out_(out) {}

  void fields(DocumentView before, DocumentView after, const Nodes& nodes) {
    const std::vector<Difference> all =
        guided_ ? at_nodes(before, after, nodes) : everywhere(before, after);
    section("d", all, &Difference::removed,
            [&](const Difference& one) { out_.append(one.name, false); });
    section("u", all, &Difference::updated,
            [&](const Difference& one) { out_.append(one.name, one.after); });
    section("i", all, &Difference::inserted,
            [&](const Difference& one) { out_.append(one.name, one.after); });
    for (const Difference& one : all) {
      if (one.nested()) nested(one);
    }
  }

 private:
  template <typename Write>
  void section(std::string_view name, const std::vector<Difference>& all,
               bool (Difference::*belongs)() const, const Write& write) {
    bool open = false;
    for (const Difference& one : all) {
      if (!(one.*belongs)()) continue;
      if (!open) out_.begin_document(name);
      open = true;
      write(one);
    }
    if (open) out_.end();
  }

  void nested(const Difference& one) {
    out_.begin_document("s" + std::string(one.name));
    if (one.after.is_array()) {
      elements(one);
    } else {
      fields(one.before.as_document(), one.after.as_document(), one.nodes);
    }
    out_.end();
  }

  void elements(const Difference& array) {
    out_.append("a", true);
    const DocumentView after = array.after.as_document();
    const std::uint32_t length = after.count();
    if (length < array.before.as_document().count()) {
      out_.append("l", static_cast<std::int32_t>(length));
    }
    auto old = array.before.as_document().begin();
    for (const Element& element : after) {
      Difference one{.name = element.name, .before = {}, .after = element.value, .nodes = {}};
      if (!old.at_end()) {
        one.before = old->value;
        ++old;
      }
      if (one.before.identical(one.after)) continue;
      if (guided_) one.nodes = at_element(array.nodes, element.name);
      look_at_nodes(one);
      if (one.nested()) {
        nested(one);
      } else {
        out_.append("u" + std::string(one.name), one.after);
      }
    }
  }

  static Nodes at_element(const Nodes& nodes, std::string_view index) {
    Nodes found;
    for (const PathTree::Node* node : nodes) {
      for (const PathTree::Node& child : node->children) {
        if (child.name == index || child.name.starts_with('$')) found.push_back(&child);
      }
    }
    return found;
  }

  static std::vector<Difference> at_nodes(DocumentView before, DocumentView after,
                                          const Nodes& nodes) {
    std::vector<Difference> all;
    for (const PathTree::Node* node : nodes) {
      for (const PathTree::Node& child : node->children) {
        Difference one{.name = child.name,
                       .before = before[child.name],
                       .after = after[child.name],
                       .nodes = {&child}};
        if (one.before.identical(one.after)) continue;
        const auto same = std::ranges::find(all, one.name, &Difference::name);
        const bool known = same != all.end();
        Difference& kept = known ? *same : all.emplace_back(std::move(one));
        if (known) kept.nodes.push_back(&child);
        look_at_nodes(kept);
      }
    }
    return all;
  }

  // Both are walked side by side. A field that is not met in its place counts as removed, and where
  // it comes later as inserted: so the order of the fields is told, too.
  static std::vector<Difference> everywhere(DocumentView before, DocumentView after) {
    std::vector<Difference> all;
    auto at = after.begin();
    for (const Element& old : before) {
      const bool beside = !at.at_end() && at->name == old.name;
      const ValueView now = beside ? at->value : ValueView();
      if (beside) ++at;
      if (!old.value.identical(now)) all.push_back({old.name, old.value, now, {}});
    }
    for (; !at.at_end(); ++at) {
      std::erase_if(all, [&at](const Difference& one) { return one.name == at->name; });
      all.push_back({at->name, {}, at->value, {}});
    }
    return all;
  }

  const bool guided_;
  DocumentBuilder& out_;
};

}  // namespace

void write_delta(DocumentView before, DocumentView after, const PathTree::Node* paths,
                 std::string& out) {
  DocumentBuilder builder(out);
  builder.append("$v", 2).begin_document("diff");
  Nodes nodes;
  if (paths != nullptr) nodes.push_back(paths);
  Writer(paths != nullptr, builder).fields(before, after, nodes);
  builder.end().finish();
}

}  // namespace cairn::update
