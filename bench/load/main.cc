// cairn-load: asks a server the same thing over many connections at once, and says how often it was
// answered.
#include "bench/load/client.h"
#include "bench/load/figures.h"
#include "bench/load/workload.h"

#include <CLI/CLI.hpp>
#include <asio/io_context.hpp>

#include <fstream>
#include <iostream>

namespace cairn::load {
namespace {

struct Options {
  std::string uri = "mongodb://127.0.0.1:27017";
  std::vector<std::string> operations = {"ping", "find", "insert", "insertMany"};
  RunOptions run;
  double seconds = 5;
  WorkloadOptions workload;
  std::string json;
  bool keep = false;
};

Result<asio::ip::tcp::endpoint> resolve(const std::string& uri) {
  std::string rest = uri.starts_with("mongodb://") ? uri.substr(10) : uri;
  rest = rest.substr(0, rest.find_first_of("/?"));
  const std::size_t colon = rest.rfind(':');
  const std::string host = rest.substr(0, colon);
  const std::string port = colon == std::string::npos ? "27017" : rest.substr(colon + 1);
  asio::io_context context;
  asio::ip::tcp::resolver resolver(context);
  std::error_code error;
  const auto found = resolver.resolve(host, port, error);
  if (error || found.empty()) return Status(ErrorCode::kBadValue, "no such server: " + uri);
  return found.begin()->endpoint();
}

Status fill(const Options& options) {
  std::vector<std::string> messages = {drop_request(options.workload)};
  for (std::int64_t first = 0; first < options.workload.documents; first += 1000) {
    const std::int64_t rest = options.workload.documents - first;
    messages.push_back(fill_request(options.workload, first,
                                    static_cast<std::int32_t>(std::min<std::int64_t>(1000, rest))));
  }
  return send_all(options.run.server, messages);
}

Status run_all(const Options& options) {
  DocumentBuilder report;
  report.append("uri", options.uri)
      .append("connections", options.run.connections)
      .append("threads", options.run.threads)
      .append("documentBytes", options.workload.document_bytes)
      .begin_array("operations");
  double ping = 0;
  for (const std::string& operation : options.operations) {
    if (operation == "find") CAIRN_RETURN_IF_ERROR(fill(options));
    CAIRN_ASSIGN_OR_RETURN(const Figures figures, run(options.run, operation, options.workload));
    if (operation == "ping") ping = figures.per_second();
    std::cout << to_line(figures, ping) << std::endl;
    append_to(report, figures, ping);
  }
  report.end();
  if (!options.json.empty()) std::ofstream(options.json) << to_json(report.take()) << "\n";
  if (options.keep) return Status();
  return send_all(options.run.server, {drop_request(options.workload)});
}

int start(int argc, char** argv) {
  Options options;
  CLI::App app("Asks a MongoDB-compatible server the same thing over many connections at once.");
  app.add_option("--uri", options.uri, "mongodb://host:port");
  app.add_option("--op", options.operations, "ping, find, insert, insertMany")->delimiter(',');
  app.add_option("--connections", options.run.connections)->check(CLI::PositiveNumber);
  app.add_option("--threads", options.run.threads)->check(CLI::PositiveNumber);
  app.add_option("--seconds", options.seconds, "for each operation")->check(CLI::PositiveNumber);
  app.add_option("--documents", options.workload.documents, "that find chooses from");
  app.add_option("--document-bytes", options.workload.document_bytes);
  app.add_option("--batch", options.workload.batch, "documents of an insertMany");
  app.add_option("--database", options.workload.database, "is dropped before and after");
  app.add_option("--json", options.json, "write the figures to this file");
  app.add_flag("--keep", options.keep, "keep the documents");
  CLI11_PARSE(app, argc, argv);
  options.run.duration =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.seconds * 1000));
  auto server = resolve(options.uri);
  if (!server.ok()) {
    std::cerr << server.status().message() << "\n";
    return 2;
  }
  options.run.server = *server;
  const Status done = run_all(options);
  if (done.ok()) return 0;
  std::cerr << done.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace cairn::load

int main(int argc, char** argv) { return cairn::load::start(argc, argv); }
