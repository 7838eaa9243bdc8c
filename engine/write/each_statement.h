// EachStatement: a command's statements, one after the other, as `update` and `delete` run them.
#pragma once

#include "engine/write/companion.h"
#include "engine/write/context.h"

#include <cairn/collection.h>

#include <cstdint>
#include <span>
#include <utility>

namespace cairn::write {

template <typename Outcome>
struct StatementDone {
  Outcome outcome;
  OpNumber op = 0;  // 0: nothing was written
};

// `run(statement, id, ticket, keys)` gives a Result<StatementDone<…>>, where `id` is the
// statement's number for a retry. A statement that fails is noted and, in an ordered command, the
// last.
template <typename CommandResult, typename Statement, typename Run>
Result<CommandResult> each_statement(Context& context, std::span<const Statement> statements,
                                     const WriteOptions& options, Run run) {
  CAIRN_ASSIGN_OR_RETURN(RetryTicket ticket, begin_command(context, options));
  const Companion::Command command{.statements = statements.size(),
                                   .multi = statements.size() == 1 && statements.front().multi};
  CAIRN_ASSIGN_OR_RETURN(Companion keys, Companion::open(context, options, command, ticket));
  CommandResult result;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const std::int32_t id = options.retry ? options.retry->statement(i) : 0;
    auto done = run(statements[i], id, ticket, keys);
    if (!done.ok()) {
      // An interruption ends the command and not one statement: drivers retry the first alone.
      const Interrupt* interrupt = options.operation.interrupt;
      if (interrupt != nullptr && !interrupt->check().ok()) return done.take_status();
      if (ends_transaction(context, done.status()) || keys.refused()) return done.take_status();
      result.outcomes.emplace_back();
      result.errors.push_back({i, done.take_status()});
      if (options.ordered || context.transaction != nullptr) break;
      continue;
    }
    if (done->op != 0) result.op_time = {done->op};
    result.outcomes.push_back(std::move(done->outcome));
  }
  result.keys = keys.take();
  CAIRN_RETURN_IF_ERROR(acknowledge(context, options, result.op_time.value));
  return result;
}

}  // namespace cairn::write
