// The clock as BSON dates count it.
#include <chrono>

#include <cairn/bson.h>

namespace cairn {

Date Date::now() {
  using std::chrono::milliseconds;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<milliseconds>(since_epoch).count()};
}

}  // namespace cairn
