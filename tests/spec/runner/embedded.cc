// Scripts against a database in this process.
#include "tests/spec/runner/target.h"
#include "tests/spec/runner/temporary_directory.h"

#include <cairn/command.h>
#include <cairn/database.h>

namespace cairn::spec {
namespace {

class Embedded : public Target {
 public:
  explicit Embedded(const CommandRunnerOptions& options) : options_(options) {}

  Result<Document> run(std::string_view database, DocumentView command) override {
    return runner_->run(database, command);
  }

  Status reopen() override {
    runner_.reset();
    database_.reset();
    CAIRN_ASSIGN_OR_RETURN(database_, Database::open(directory_.path() / "data"));
    runner_ = std::make_unique<CommandRunner>(*database_, options_);
    return {};
  }

 private:
  const CommandRunnerOptions options_;
  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<CommandRunner> runner_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_embedded(const CommandRunnerOptions& options) {
  auto target = std::make_unique<Embedded>(options);
  CAIRN_RETURN_IF_ERROR(target->reopen());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace cairn::spec
