// Expands one array at a time: all paths that stop at it take one of its elements, then their walks
// go on from there.
#include "engine/bson/key_tuples.h"

#include <bit>
#include <string>

namespace cairn {
namespace {

using FieldSet = std::uint32_t;  // a bit per path
static_assert(kMaxKeyFields <= 32);

constexpr FieldSet bit(std::size_t field) { return FieldSet{1} << field; }

// What is known of each path on the way to one tuple.
struct Progress {
  std::array<ValueView, kMaxKeyFields> value;     // of `fixed`: the key; of `waiting`: an array
  std::array<std::uint32_t, kMaxKeyFields> at{};  // the next component
  FieldSet fixed = 0;
  FieldSet waiting = 0;  // reached an array through a number, before its turn to be expanded
  FieldSet whole = 0;  // those of `waiting` whose path ends with that number: the array is a value

  void fix(std::size_t field, ValueView v) {
    value[field] = v;
    fixed |= bit(field);
    waiting &= ~bit(field);
  }
  void wait(std::size_t field, ValueView array) {
    value[field] = array;
    waiting |= bit(field);
  }
};

// The one array at which the unfixed paths stopped.
struct Stopped {
  ValueView array;  // missing: none did
  FieldSet fields = 0;
};

class Expansion {
 public:
  Expansion(std::span<const FieldPath> paths, KeyTupleSink& sink) : paths_(paths), sink_(sink) {}

  // Walks every unfixed path on from `document` and expands the array that they meet.
  Status run(DocumentView document, Progress& progress);

 private:
  Status stop_at(std::size_t field, ValueView array, const Progress& progress, Stopped& stopped);
  void arrive(std::size_t field, const path_detail::Stop& stop, Progress& progress);
  Status expand(const Stopped& stopped, Progress& progress);
  Status address(std::size_t field, DocumentView array, Progress& progress);
  Status run_elements(DocumentView array, FieldSet fields, const Progress& progress);

  bool at_end(std::size_t field, const Progress& progress) const {
    return progress.at[field] == paths_[field].size();
  }

  std::span<const FieldPath> paths_;
  KeyTupleSink& sink_;
};

// Calls `f(field)` for each field of the set.
template <typename F>
void for_each(FieldSet fields, F&& f) {
  for (; fields != 0; fields &= fields - 1) f(static_cast<std::size_t>(std::countr_zero(fields)));
}

Status Expansion::stop_at(std::size_t field, ValueView array, const Progress& progress,
                          Stopped& stopped) {
  if (!stopped.array.missing() && stopped.array.data() != array.data()) {
    const auto first = static_cast<std::size_t>(std::countr_zero(stopped.fields));
    const auto name = [&](std::size_t f) {
      return " [" + std::string(paths_[f].name(progress.at[f] - 1)) + "]";
    };
    return {ErrorCode::kCannotIndexParallelArrays,
            "cannot index parallel arrays" + name(field) + name(first)};
  }
  stopped.array = array;
  stopped.fields |= bit(field);
  return {};
}

// Takes note of where a walk of `field` ended.
void Expansion::arrive(std::size_t field, const path_detail::Stop& stop, Progress& progress) {
  progress.at[field] = static_cast<std::uint32_t>(stop.next);
  if (stop.value.is_array()) return progress.wait(field, stop.value);
  progress.fix(field, at_end(field, progress) ? stop.value : ValueView());
}

Status Expansion::run(DocumentView document, Progress& progress) {
  Stopped stopped;
  for (std::size_t i = 0; i < paths_.size(); ++i) {
    if ((progress.fixed & bit(i)) != 0) continue;
    if ((progress.waiting & bit(i)) == 0) {
      arrive(i, path_detail::walk_documents(document, paths_[i], progress.at[i]), progress);
    }
    if ((progress.waiting & bit(i)) != 0) {
      CAIRN_RETURN_IF_ERROR(stop_at(i, progress.value[i], progress, stopped));
    }
  }
  if (!stopped.array.missing()) return expand(stopped, progress);
  sink_.on_tuple({progress.value.data(), paths_.size()});
  return {};
}

// Follows the number at the path's next component into `array`, if it has such an element.
Status Expansion::address(std::size_t field, DocumentView array, Progress& progress) {
  const FieldPath& path = paths_[field];
  const std::size_t at = progress.at[field];
  if (path.index(at) == FieldPath::kNotAnIndex) return {};
  const ValueView element = path_detail::array_element(array, path.index(at));
  if (element.missing()) return {};
  for (const Element& other : array) {
    if (other.value.is_document() && !other.value.as_document().find(path.name(at)).missing()) {
      return {location(16746),
              "Ambiguous field name found in array (do not use numeric field names in embedded "
              "elements in an array), field: '" +
                  std::string(path.name(at)) + "'"};
    }
  }
  if (at + 1 == path.size() && element.is_array()) progress.whole |= bit(field);
  if (at + 1 < path.size() && element.is_document()) {
    arrive(field, path_detail::walk_documents(element.as_document(), path, at + 1), progress);
  } else {
    arrive(field, {element, at + 1}, progress);
  }
  return {};
}

// Each path that stopped at the array either takes it whole, or goes on at one addressed element,
// or fans out.
Status Expansion::expand(const Stopped& stopped, Progress& progress) {
  const DocumentView array = stopped.array.as_document();
  FieldSet fanned = 0;
  Status status;
  for_each(stopped.fields, [&](std::size_t field) {
    progress.waiting &= ~bit(field);
    if ((progress.whole & bit(field)) != 0 && !array.empty()) {
      progress.fix(field, stopped.array);
      return;
    }
    if (!at_end(field, progress) && status.ok()) status = address(field, array, progress);
    if (((progress.fixed | progress.waiting) & bit(field)) == 0) fanned |= bit(field);
  });
  CAIRN_RETURN_IF_ERROR(status);
  for_each(fanned & ~progress.whole,
           [&](std::size_t field) { sink_.on_array(field, progress.at[field] - 1); });
  if (fanned == 0) return run(DocumentView(), progress);
  return run_elements(array, fanned, progress);
}

Status Expansion::run_elements(DocumentView array, FieldSet fields, const Progress& progress) {
  const auto take = [&](ValueView element) {
    Progress next = progress;
    for_each(fields, [&](std::size_t field) {
      if (at_end(field, next)) next.fix(field, element);
    });
    return run(element.is_document() ? element.as_document() : DocumentView(), next);
  };
  if (array.empty()) return take(ValueView(BsonType::kUndefined, array.data(), 0));
  for (const Element& element : array) CAIRN_RETURN_IF_ERROR(take(element.value));
  return {};
}

}  // namespace

Status extract_key_tuples(std::span<const FieldPath> paths, DocumentView document,
                          KeyTupleSink& sink) {
  Progress progress;
  return Expansion(paths, sink).run(document, progress);
}

}  // namespace cairn
