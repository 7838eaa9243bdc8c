#include "engine/aggregate/view.h"

#include <fmt/format.h>

#include <string>
#include <vector>

namespace cairn::aggregate {
namespace {

constexpr std::size_t kMaxViewDepth = 20;

}  // namespace

Status resolve_view(Environment& environment) {
  std::vector<CollectionRef> views;  // outermost first
  std::string name = environment.collection;
  while (!name.empty()) {
    CollectionRef collection =
        environment.engine.find_readable(Namespace{environment.database, name});
    if (collection == nullptr) break;
    const ValueView under = collection->definition().options["viewOn"];
    if (!under.is_string()) break;
    if (!same_collation(collection->collation().get(), environment.around.collation.get())) {
      return {ErrorCode::kOptionNotSupportedOnView, "Cannot override a view's default collation"};
    }
    name = under.as_string();
    views.push_back(std::move(collection));
    if (views.size() <= kMaxViewDepth) continue;
    return {ErrorCode::kViewDepthLimitExceeded,
            fmt::format("View depth too deep or view cycle detected; maximum depth is {}",
                        kMaxViewDepth)};
  }
  if (views.empty()) return Status();
  DocumentBuilder stages;  // an array
  std::uint32_t index = 0;
  for (auto view = views.rbegin(); view != views.rend(); ++view) {
    const ValueView pipeline = (*view)->definition().options["pipeline"];
    if (!pipeline.is_array()) continue;
    for (const Element& stage : pipeline.as_document()) {
      stages.append(std::to_string(index++), stage.value);
    }
  }
  environment.collection = std::move(name);
  environment.prefix = stages.take();
  return Status();
}

}  // namespace cairn::aggregate
