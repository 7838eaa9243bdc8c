#include "engine/aggregate/ranking.h"

#include <fmt/format.h>

#include "engine/bson/sort_key.h"

namespace cairn::aggregate {
namespace {

class RankingState final : public WindowState {
 public:
  RankingState(Ranking ranking, const SortPattern& order) : ranking_(ranking), order_(order) {}
  Result<ValueView> value(Partition& partition, std::size_t i, expr::Evaluation& out) override {
    if (ranking_ == Ranking::kDocumentNumber) return number(i + 1, out);
    CAIRN_ASSIGN_OR_RETURN(const DocumentView document, partition.document(i));
    key_.clear();
    CAIRN_RETURN_IF_ERROR(append_sort_key(order_, document, key_));
    if (i == 0 || key_ != last_key_) rank_ = ranking_ == Ranking::kRank ? i + 1 : rank_ + 1;
    std::swap(key_, last_key_);
    return number(rank_, out);
  }

 private:
  static ValueView number(std::size_t value, expr::Evaluation& out) {
    if (value <= INT32_MAX) return out.int32(static_cast<std::int32_t>(value));
    return out.int64(static_cast<std::int64_t>(value));
  }

  Ranking ranking_;
  const SortPattern& order_;
  std::string key_;
  std::string last_key_;
  std::size_t rank_ = 0;
};

class RankingFunction final : public WindowFunction {
 public:
  RankingFunction(Ranking ranking, const SortPattern& order) : ranking_(ranking), order_(order) {}
  Result<std::unique_ptr<WindowState>> begin() const override {
    return std::unique_ptr<WindowState>(std::make_unique<RankingState>(ranking_, order_));
  }

 private:
  Ranking ranking_;
  const SortPattern& order_;
};

}  // namespace

Result<WindowFunctionPtr> parse_ranking(const WindowCall& call, Ranking ranking) {
  if (call.window) {
    return Status(location(5371601), "Rank style window functions take no other arguments");
  }
  if (call.order == nullptr || call.order->size() != 1) {
    return Status(
        location(5371602),
        fmt::format("{} must be specified with a top level sortBy expression with exactly "
                    "one element",
                    call.name));
  }
  if (!call.argument.is_document() || !call.argument.as_document().empty()) {
    return Status(location(5371603),
                  fmt::format("{} must be specified with '{{}}' as the value", call.name));
  }
  return WindowFunctionPtr(std::make_unique<RankingFunction>(ranking, *call.order));
}

}  // namespace cairn::aggregate
