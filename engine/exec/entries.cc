#include "engine/exec/entries.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace cairn::exec {
namespace {

using Walks = std::vector<std::unique_ptr<IndexWalk>>;

class InRow final : public Entries {
 public:
  explicit InRow(Walks walks) : walks_(std::move(walks)) {}

  Result<IndexWalk*> next(const Interrupt* interrupt) override {
    for (; at_ < walks_.size(); ++at_) {
      CAIRN_ASSIGN_OR_RETURN(const bool more, walks_[at_]->advance(interrupt));
      if (more) return walks_[at_].get();
    }
    return static_cast<IndexWalk*>(nullptr);
  }
  void park() override {
    if (at_ < walks_.size()) walks_[at_]->park();
  }

 private:
  Walks walks_;
  std::size_t at_ = 0;
};

// Compares entries by the bytes of the sort's fields, turned so that lesser ones come first.
class Merged final : public Entries {
 public:
  Merged(Walks walks, const SortPattern& sort) {
    for (auto& walk : walks) {
      Branch branch;
      branch.fields = fields_of(*walk, sort);
      branch.walk = std::move(walk);
      branches_.push_back(std::move(branch));
    }
  }

  Result<IndexWalk*> next(const Interrupt* interrupt) override {
    if (!begun_) {
      begun_ = true;
      for (std::size_t i = 0; i < branches_.size(); ++i) CAIRN_RETURN_IF_ERROR(step(i, interrupt));
    } else if (given_) {
      CAIRN_RETURN_IF_ERROR(step(*std::exchange(given_, std::nullopt), interrupt));
    }
    if (heap_.empty()) return static_cast<IndexWalk*>(nullptr);
    std::pop_heap(heap_.begin(), heap_.end(), behind());
    given_ = heap_.back();
    heap_.pop_back();
    return branches_[*given_].walk.get();
  }

  // Entries that were looked at but not given are looked at again.
  void park() override {
    for (const std::size_t waiting : heap_) branches_[waiting].walk->park(GoOn::kAtEntry);
    for (Branch& branch : branches_) branch.walk->park();
    heap_.clear();
    given_.reset();
    begun_ = false;
  }

 private:
  struct Field {
    std::size_t component;
    bool turned;
  };
  struct Branch {
    std::unique_ptr<IndexWalk> walk;
    std::vector<Field> fields;
    std::string key;
  };

  struct Behind {
    const std::vector<Branch>& branches;
    bool operator()(std::size_t a, std::size_t b) const {
      const int order = branches[a].key.compare(branches[b].key);
      return order != 0 ? order > 0 : a > b;
    }
  };
  Behind behind() const { return {branches_}; }

  static std::vector<Field> fields_of(const IndexWalk& walk, const SortPattern& sort) {
    std::vector<Field> fields;
    const std::vector<IndexField>& indexed = walk.scan().index->fields();
    for (std::size_t i = 0; i < sort.size(); ++i) {
      for (std::size_t f = 0; f < indexed.size(); ++f) {
        if (!(indexed[f].path == sort.paths()[i])) continue;
        const bool up = indexed[f].direction == key::Direction::kAscending;
        fields.push_back({f, up != (sort.directions()[i] == SortDirection::kAscending)});
        break;
      }
    }
    return fields;
  }

  Status step(std::size_t at, const Interrupt* interrupt) {
    Branch& branch = branches_[at];
    CAIRN_ASSIGN_OR_RETURN(const bool more, branch.walk->advance(interrupt));
    if (!more) return Status();
    branch.key.clear();
    const std::string_view components = branch.walk->components();
    if (!component_ends(components, branch.walk->directions(), ends_)) {
      return {ErrorCode::kInternalError,
              "malformed index entry, run `cairn check`: " + branch.walk->scan().index->name()};
    }
    for (const Field& field : branch.fields) {
      const std::size_t begin = field.component == 0 ? 0 : ends_[field.component - 1];
      const std::size_t from = branch.key.size();
      branch.key.append(components.substr(begin, ends_[field.component] - begin));
      if (!field.turned) continue;
      for (std::size_t i = from; i < branch.key.size(); ++i) {
        branch.key[i] = static_cast<char>(~branch.key[i]);
      }
    }
    heap_.push_back(at);
    std::push_heap(heap_.begin(), heap_.end(), behind());
    return Status();
  }

  std::vector<Branch> branches_;
  std::vector<std::size_t> heap_;     // branches that stand on an entry, the least first
  std::optional<std::size_t> given_;  // the branch whose entry was given last
  std::vector<std::size_t> ends_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Entries> open_entries(const EntriesRequest& request) {
  Walks walks;
  for (std::size_t i = 0; i < request.scans->size(); ++i) {
    walks.push_back(std::make_unique<IndexWalk>(request.view, request.collection,
                                                (*request.scans)[i], (*request.measures)[i]));
  }
  if (request.merge_by == nullptr) return std::make_unique<InRow>(std::move(walks));
  return std::make_unique<Merged>(std::move(walks), *request.merge_by);
}

}  // namespace cairn::exec
