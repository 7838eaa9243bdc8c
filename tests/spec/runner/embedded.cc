// Scripts against a database in this process.
#include "tests/spec/runner/target.h"
#include "tests/spec/runner/temporary_directory.h"

#include <cairn/command.h>
#include <cairn/database.h>

namespace cairn::spec {
namespace {

class Embedded : public Target {
 public:
  explicit Embedded(bool standalone) : standalone_(standalone) {}

  Result<Document> run(std::string_view database, DocumentView command) override {
    return runner_->run(database, command);
  }

  Status reopen() override {
    runner_.reset();
    database_.reset();
    CAIRN_ASSIGN_OR_RETURN(database_, Database::open(directory_.path() / "data"));
    runner_ = std::make_unique<CommandRunner>(*database_,
                                              CommandRunnerOptions{.standalone = standalone_});
    return {};
  }

 private:
  const bool standalone_;
  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<CommandRunner> runner_;
};

}  // namespace

Result<std::unique_ptr<Target>> open_embedded(bool standalone) {
  auto target = std::make_unique<Embedded>(standalone);
  CAIRN_RETURN_IF_ERROR(target->reopen());
  return std::unique_ptr<Target>(std::move(target));
}

}  // namespace cairn::spec
