// Evaluates expressions for the differential runs: reads BSON documents {doc, expr, collation?}
// from standard input, one after the other, and writes one for each: {r: value}, {} where the value
// is missing, or {code, text}.
#include "engine/expr/expression.h"
#include "engine/expr/surroundings.h"

#include <cstdio>
#include <string>

namespace cairn::expr {
namespace {

bool read_document(std::string& bytes) {
  bytes.resize(4);
  if (std::fread(bytes.data(), 1, 4, stdin) != 4) return false;
  const auto size =
      bson_detail::load<std::uint32_t>(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  bytes.resize(size);
  return std::fread(bytes.data() + 4, 1, size - 4, stdin) == size - 4;
}

Status evaluate_one(DocumentView one, DocumentBuilder& answer) {
  const ValueView collation = one["collation"];
  CAIRN_ASSIGN_OR_RETURN(
      const Surroundings around,
      Surroundings::of(DocumentView(),
                       collation.is_document() ? collation.as_document() : DocumentView(),
                       Timestamp{1, 1}));
  CAIRN_ASSIGN_OR_RETURN(const ExpressionPtr expression,
                         parse_expression(one["expr"], around.scope()));
  Evaluation evaluation(one["doc"].as_document());
  CAIRN_ASSIGN_OR_RETURN(const ValueView value, expression->evaluate(evaluation));
  answer.append("r", value);
  return Status();
}

int run() {
  std::string bytes;
  while (read_document(bytes)) {
    DocumentBuilder answer;
    const Status status =
        evaluate_one(DocumentView(reinterpret_cast<const std::uint8_t*>(bytes.data())), answer);
    if (!status.ok()) {
      answer.append("code", static_cast<std::int32_t>(status.code()));
      answer.append("text", status.message());
    }
    const Document done = answer.take();
    std::fwrite(done.bytes().data(), 1, done.bytes().size(), stdout);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace cairn::expr

int main() { return cairn::expr::run(); }
