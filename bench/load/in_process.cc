#include "bench/load/in_process.h"

#include "bench/load/temporary_directory.h"

#include "wire/mongodb/op_msg.h"

#include <cairn/database.h>

namespace cairn::load {
namespace {

using Clock = std::chrono::steady_clock;

Status insert(Collection& collection, std::span<const DocumentView> documents, Figures& figures) {
  const Clock::time_point began = Clock::now();
  CAIRN_ASSIGN_OR_RETURN(const InsertResult result, collection.insert(documents));
  const Clock::duration took = Clock::now() - began;
  figures.latencies.add(took);
  figures.seconds += std::chrono::duration<double>(took).count();
  figures.documents += result.inserted;
  return result.errors.empty() ? Status() : result.errors.front().status;
}

}  // namespace

Result<Figures> run_in_process(std::chrono::milliseconds duration,
                               const WorkloadOptions& workload) {
  const TemporaryDirectory directory;
  CAIRN_ASSIGN_OR_RETURN(const auto database, Database::open(directory.path()));
  Collection collection = database->collection(workload.database, workload.collection);
  const auto requests = make_workload("insertMany", workload, 1);
  Figures figures{.operation = "embedded"};
  wire::mongodb::Request request;
  std::string message;
  const Clock::time_point end = Clock::now() + duration;
  while (Clock::now() < end) {
    message.clear();
    requests->next(message);
    const wire::mongodb::Bytes bytes(reinterpret_cast<const std::uint8_t*>(message.data()),
                                     message.size());
    if (auto parsed = parse_op_msg(bytes, request); !parsed) return parsed.error().status;
    CAIRN_RETURN_IF_ERROR(insert(collection, request.sequences.front().documents, figures));
  }
  return figures;
}

}  // namespace cairn::load
