#include "engine/aggregate/listed.h"

namespace cairn::aggregate {
namespace {

class Listed final : public Stream {
 public:
  explicit Listed(std::vector<Document> documents) : documents_(std::move(documents)) {}
  Result<std::optional<DocumentView>> next(const Interrupt*) override {
    if (at_ == documents_.size()) return std::optional<DocumentView>();
    return std::optional<DocumentView>(documents_[at_++].view());
  }
  void park() override {}

 private:
  std::vector<Document> documents_;
  std::size_t at_ = 0;
};

}  // namespace

StreamPtr listed(std::vector<Document> documents) {
  return std::make_unique<Listed>(std::move(documents));
}

}  // namespace cairn::aggregate
