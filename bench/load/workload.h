// What is asked of the server: requests as bytes, made one after the other.
#pragma once

#include <cairn/bson.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

namespace cairn::load {

struct WorkloadOptions {
  std::string database = "cairn_load";
  std::string collection = "documents";
  std::int64_t documents = 100'000;  // that `find` chooses from
  std::int32_t document_bytes = 1000;
  std::int32_t batch = 1000;  // documents of an insertMany
};

// One connection's stream of requests. Not thread-safe.
class Workload {
 public:
  virtual ~Workload() = default;
  // Appends the next request, a whole message.
  virtual void next(std::string& out) = 0;
  // How many documents one request reads or writes.
  virtual std::int64_t documents_per_request() const { return 1; }
};

// "ping", "find", "insert", "insertMany"; nullptr for another name. `seed`: different for each
// connection.
std::unique_ptr<Workload> make_workload(std::string_view name, const WorkloadOptions& options,
                                        std::uint64_t seed);

// Whole messages for before and after.
std::string drop_request(const WorkloadOptions& options);
std::string create_request(const WorkloadOptions& options);  // of the collection of inserts
// Documents first .. first + count - 1 of those that `find` chooses from.
std::string fill_request(const WorkloadOptions& options, std::int64_t first, std::int32_t count);

}  // namespace cairn::load
