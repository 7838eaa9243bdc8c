#include "bench/ann/command.h"

#include "bench/ann/data_file.h"
#include "bench/ann/measure.h"
#include "bench/ann/plan.h"
#include "bench/ann/plot.h"
#include "bench/ann/remote.h"

#include "index/vector/kernels.h"

#include <cairn/bson.h>
#include <cairn/database.h>

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <thread>

namespace cairn::ann {
namespace {

namespace fs = std::filesystem;

class Bench {
 public:
  Bench(const Plan& plan, DataSet data) : plan_(plan), data_(std::move(data)) {}

  Status run(const fs::path& folder) {
    std::printf(
        "%u rows of %u dimensions, %u queries, %u results, %u edges, %u edge candidates, "
        "kernels %s\n",
        data_.count(), data_.dimensions, data_.query_count(), plan_.limit, plan_.graph.edges,
        plan_.graph.candidates, vector::kernels().target);
    begin_report();
    truth_ = find_truth(data_, plan_.limit, {});
    if (plan_.in_process) CAIRN_RETURN_IF_ERROR(in_process(folder));
    report_.end();
    if (plan_.in_process) sweep_all();
    if (plan_.in_process && plan_.filters) filter_all();
    return plan_.remote.uri.empty() ? Status() : over_the_wire();
  }

  // Error: what cannot be written.
  Status write_files() {
    CAIRN_RETURN_IF_ERROR(write(plan_.json, to_json(report_.take()) + "\n"));
    const std::string title = fmt::format("{} rows of {} dimensions, {} results", data_.count(),
                                          data_.dimensions, plan_.limit);
    return write(plan_.plot, plot_svg(title, plot_));
  }

 private:
  // Builds what is measured in this process.
  Status in_process(const fs::path& folder) {
    for (const vector::Quantization quantization : plan_.quantizations) {
      CAIRN_ASSIGN_OR_RETURN(auto own,
                             Own::build(data_, quantization, plan_.graph, folder, plan_.residence));
      show_build(*own, own.get());
      own_.push_back(own.get());
      contenders_.push_back(std::move(own));
    }
    for (const fs::path& object : plan_.peers) {
      auto peer = build_peer(object, data_, plan_.graph);
      if (peer == nullptr) {
        std::cerr << "cannot be loaded, left out: " << object.string() << "\n";
        continue;
      }
      show_build(*peer, nullptr);
      contenders_.push_back(std::move(peer));
    }
    return {};
  }

  static Status write(const std::string& path, const std::string& text) {
    if (path.empty()) return {};
    std::ofstream file(path);
    file << text;
    if (file.flush().good()) return {};
    return {ErrorCode::kBadValue, "cannot write " + path};
  }

  void begin_report() {
    report_.append("benchmark", "ann")
        .append("version", version())
        .append("data", plan_.file.empty() ? "mixture" : plan_.file)
        .append("rows", std::int64_t{data_.count()})
        .append("dimensions", std::int64_t{data_.dimensions})
        .append("queries", std::int64_t{data_.query_count()})
        .append("limit", std::int64_t{plan_.limit})
        .append("edges", std::int64_t{plan_.graph.edges})
        .append("edgeCandidates", std::int64_t{plan_.graph.candidates})
        .append("buildThreads", std::int64_t{plan_.graph.threads})
        .append("seed", static_cast<std::int64_t>(plan_.graph.seed))
        .append("kernels", vector::kernels().target)
        .begin_array("builds");
  }

  void show_build(const Contender& contender, const Own* own) {
    const BuildTime& time = contender.build_time();
    const double rate = data_.count() / time.processor_seconds;
    std::printf("%-14s built in %8.1f s, %7.0f vectors/s per core", contender.name().c_str(),
                time.seconds, rate);
    report_.begin_document("")
        .append("name", contender.name())
        .append("seconds", time.seconds)
        .append("processorSeconds", time.processor_seconds)
        .append("vectorsPerSecondAndCore", rate);
    if (own != nullptr) {
      // What float32 rows and the links of such a graph take.
      const double plain =
          double(data_.count()) * (data_.dimensions * 4.0 + plan_.graph.edges * 2 * 4 * 1.033 + 12);
      const vector::SegmentMemory memory = own->memory();
      std::printf(", %.1f MB read all over (%.3f of float32 and graph), %.1f MB of rows on disk",
                  double(memory.resident) / 1e6, double(memory.resident) / plain,
                  double(memory.on_disk) / 1e6);
      report_.append("residentBytes", static_cast<std::int64_t>(memory.resident))
          .append("diskBytes", static_cast<std::int64_t>(memory.on_disk))
          .append("ofFloat32AndGraph", double(memory.resident) / plain)
          .append("graphSeconds", own->report().graph_seconds)
          .append("checkedRecall", own->report().recall)
          .append("fellBackToRows", own->segment().codes() == vector::CodeKind::kRows);
    }
    std::printf("\n");
    std::fflush(stdout);
    report_.end();
  }

  void show_point(const std::string& name, const Point& point) {
    const auto us = [&](double q) { return bench::to_microseconds(point.latencies.quantile(q)); };
    std::printf("%-23s %5u  recall %.4f  %9.0f /s   p50 %8.1f  p95 %8.1f  p99 %8.1f us\n",
                name.c_str(), point.candidates, point.recall, point.per_second, us(0.5), us(0.95),
                us(0.99));
    report_.append("candidates", std::int64_t{point.candidates})
        .append("recall", point.recall)
        .append("perSecond", point.per_second)
        .append("perSecondByWall", point.per_second_by_wall)
        .append("p50us", us(0.5))
        .append("p95us", us(0.95))
        .append("p99us", us(0.99));
  }

  using Curves = std::vector<std::vector<Point>>;  // of each contender

  // `ask` measures one contender at one width.
  template <typename Ask>
  Curves sweep(const Ask& ask) {
    Curves curves(contenders_.size());
    for (const std::uint32_t width : plan_.widths) {
      if (width < plan_.limit) continue;
      std::vector<Point> best(contenders_.size());
      for (std::uint32_t round = 0; round < plan_.rounds; ++round) {
        for (std::size_t i = 0; i < contenders_.size(); ++i) {
          keep_best(best[i], ask(*contenders_[i], width));
        }
      }
      for (std::size_t i = 0; i < best.size(); ++i) curves[i].push_back(std::move(best[i]));
    }
    return curves;
  }

  void sweep_all() {
    const Curves alone = sweep([this](Contender& contender, std::uint32_t width) {
      return measure(contender, data_, truth_, width);
    });
    show_curves("curves", "", alone);
    own_speed_ = speed_at(alone.front(), 0.95);
    const unsigned threads = std::thread::hardware_concurrency();
    if (threads > 1) {
      const Curves together = sweep([&](Contender& contender, std::uint32_t width) {
        return measure_at_once(contender, data_, truth_, width, threads);
      });
      show_curves("curvesOfAllCores", fmt::format(", {} threads", threads), together);
      own_speed_of_all_ = speed_at(together.front(), 0.95);
    }
    compare(alone);
  }

  void show_curves(const char* title, const std::string& suffix, const Curves& curves) {
    report_.begin_array(title);
    for (std::size_t i = 0; i < curves.size(); ++i) {
      const std::string name = contenders_[i]->name() + suffix;
      plot_.push_back({name, {}});
      report_.begin_document("").append("name", name).begin_array("points");
      for (const Point& point : curves[i]) {
        report_.begin_document("");
        show_point(name, point);
        plot_.back().points.push_back({point.recall, point.per_second});
        report_.end();
      }
      report_.end();
      report_.append("perSecondAtRecall95", speed_at(curves[i], 0.95));
      report_.end();
    }
    report_.end();
  }

  // Documents returned to several clients at once, compared with the searches alone, per core.
  Status over_the_wire() {
    RemoteSettings settings = plan_.remote;
    settings.edges = plan_.graph.edges;
    settings.edge_candidates = plan_.graph.candidates;
    CAIRN_ASSIGN_OR_RETURN(const auto remote, Remote::fill(settings, data_));
    std::printf("over the wire: loaded in %.1f s, graph after %.1f s\n", remote->load_seconds(),
                remote->index_seconds());
    report_.begin_document("overTheWire")
        .append("clients", std::int64_t{settings.clients})
        .append("loadSeconds", remote->load_seconds())
        .append("indexSeconds", remote->index_seconds())
        .begin_array("points");
    std::vector<Point> by_server;  // searches per second of the server's processor time
    plot_.push_back({fmt::format("over the wire, {} clients", settings.clients), {}});
    for (const std::uint32_t width : plan_.widths) {
      if (width < plan_.limit) continue;
      CAIRN_ASSIGN_OR_RETURN(const RemotePoint point, remote->measure(truth_, width));
      show_remote(point);
      plot_.back().points.push_back({point.recall, point.per_second});
      Point same;
      same.recall = point.recall;
      same.per_second = point.server_us > 0 ? 1e6 / point.server_us : 0;
      by_server.push_back(std::move(same));
    }
    report_.end();
    compare_with_wire(by_server);
    report_.end();
    return plan_.keep ? Status() : remote->clear();
  }

  void compare_with_wire(const std::vector<Point>& by_server) {
    const double of_server = by_server.front().per_second > 0 ? speed_at(by_server, 0.95) : 0;
    if (own_speed_ == 0 || of_server == 0) return;
    std::printf("over the wire at recall 0.95: %.0f /s per core of the server, x %.2f of %s alone",
                of_server, of_server / own_speed_, contenders_.front()->name().c_str());
    report_.append("perSecondAndCoreAtRecall95", of_server)
        .append("ofInProcess", of_server / own_speed_);
    if (own_speed_of_all_ != 0) {
      std::printf(", x %.2f of it on all cores", of_server / own_speed_of_all_);
      report_.append("ofInProcessOnAllCores", of_server / own_speed_of_all_);
    }
    std::printf("\n");
  }

  void show_remote(const RemotePoint& point) {
    const auto us = [&](double q) { return bench::to_microseconds(point.latencies.quantile(q)); };
    std::printf(
        "%-23s %5u  recall %.4f  %9.0f /s   p50 %8.1f  p95 %8.1f  p99 %8.1f us   server %.1f us\n",
        "over the wire", point.candidates, point.recall, point.per_second, us(0.5), us(0.95),
        us(0.99), point.server_us);
    report_.begin_document("")
        .append("candidates", std::int64_t{point.candidates})
        .append("recall", point.recall)
        .append("perSecond", point.per_second)
        .append("serverMicroseconds", point.server_us)
        .append("p50us", us(0.5))
        .append("p95us", us(0.95))
        .append("p99us", us(0.99));
    report_.end();
  }

  void compare(const std::vector<std::vector<Point>>& curves) {
    report_.begin_array("ratiosAtRecall95");
    const double own = speed_at(curves.front(), 0.95);
    for (std::size_t i = 1; i < curves.size(); ++i) {
      const double other = speed_at(curves[i], 0.95);
      const double built = contenders_[i]->build_time().processor_seconds /
                           contenders_.front()->build_time().processor_seconds;
      if (other == 0 || own == 0) {
        std::printf("recall 0.95 was not reached by both %s and %s; build x %.2f\n",
                    contenders_.front()->name().c_str(), contenders_[i]->name().c_str(), built);
      } else {
        std::printf("at recall 0.95 %s: %.0f /s, x %.2f of %s (%.0f /s); build x %.2f\n",
                    contenders_.front()->name().c_str(), own, own / other,
                    contenders_[i]->name().c_str(), other, built);
      }
      report_.begin_document("")
          .append("of", contenders_.front()->name())
          .append("to", contenders_[i]->name())
          .append("speed", other == 0 ? 0.0 : own / other)
          .append("build", built);
      report_.end();
    }
    report_.end();
  }

  using Admits = std::function<bool(std::uint32_t row, std::uint32_t query)>;

  static bool by_chance(std::uint32_t row, double share) {
    return double(row * 2654435761U) / 4294967296.0 < share;
  }

  void filter_all() {
    report_.begin_array("filters");
    for (Own* own : own_) {
      bury(*own);
      for (const double share : {0.01, 0.1, 0.5}) {
        char name[32];
        std::snprintf(name, sizeof name, "%g %% match", share * 100);
        filter(*own, name, [=](std::uint32_t row, std::uint32_t) { return by_chance(row, share); });
      }
      filter(*own, "another cluster", [this](std::uint32_t row, std::uint32_t query) {
        return data_.clusters[row] % 3 != data_.query_clusters[query] % 3;
      });
      filter(*own, "the far ones", [this](std::uint32_t row, std::uint32_t query) {
        return vector::kernels().dot_f32(data_.row(row), data_.query(query), data_.dimensions) < 0;
      });
    }
    report_.end();
  }

  static constexpr std::uint32_t kWidth = 150;

  void filter(Own& own, const std::string& name, const Admits& admits) {
    const Truth truth = find_truth(data_, plan_.limit, admits);
    std::optional<vector::Bitmap> matching;
    // The bitmap is what an index scan gives: outside of the time here.
    const auto before = [&](std::uint32_t query) {
      matching.emplace(data_.count());
      for (std::uint32_t row = 0; row < data_.count(); ++row) {
        if (admits(row, query)) matching->set(row);
      }
      own.restrict_to(&*matching);
    };
    const vector::SearchStats was = own.stats();
    show_special(own, name, truth, before, was);
    own.restrict_to(nullptr);
  }

  void bury(Own& own) {
    vector::Deaths deaths(data_.count());
    for (std::uint32_t row = 0; row < data_.count(); ++row) {
      if (by_chance(row, 0.2)) deaths.set(row, 2);
    }
    own.bury(&deaths);
    const Truth truth = find_truth(
        data_, plan_.limit, [](std::uint32_t row, std::uint32_t) { return !by_chance(row, 0.2); });
    show_special(own, "20 % deleted", truth, {}, own.stats());
    own.bury(nullptr);
  }

  void show_special(Own& own, const std::string& name, const Truth& truth,
                    const std::function<void(std::uint32_t)>& before,
                    const vector::SearchStats& was) {
    const Point point = measure(own, data_, truth, kWidth, before);
    const auto queries = double(data_.query_count());
    const double scanned =
        double(own.stats().scans + own.stats().fallbacks - was.scans - was.fallbacks) / queries;
    own.exactly(vector::Exactness::kExact);
    const Point exact = measure(own, data_, truth, kWidth, before);
    own.exactly(vector::Exactness::kApproximate);
    report_.begin_document("").append("name", own.name()).append("filter", name);
    std::printf("%-16s ", name.c_str());
    show_point(own.name(), point);
    report_.append("scanned", scanned).append("exactPerSecond", exact.per_second);
    std::printf("%-16s scanned %.2f of them; exact %.0f /s\n", "", scanned, exact.per_second);
    report_.end();
  }

  const Plan& plan_;
  const DataSet data_;
  Truth truth_;
  std::vector<std::unique_ptr<Contender>> contenders_;  // the first one is compared with the others
  std::vector<Own*> own_;
  std::vector<PlotCurve> plot_;
  double own_speed_ = 0;         // of the first contender at recall 0.95, one thread
  double own_speed_of_all_ = 0;  // of a core, all of which search
  DocumentBuilder report_;
};

Result<DataSet> make_data(const Plan& plan) {
  if (plan.file.empty()) {
    return make_mixture(plan.rows, plan.queries, plan.dimensions, plan.graph.seed);
  }
  return read_data(plan.file, plan.queries, plan.rows);
}

int run_plan(const Plan& plan, const fs::path& folder) {
  auto data = make_data(plan);
  if (!data.ok()) {
    std::cerr << "cairn bench: " << data.status().message() << "\n";
    return server::kExitCannotBegin;
  }
  Bench bench(plan, *std::move(data));
  const Status done = bench.run(folder);
  if (!done.ok()) {
    std::cerr << "cairn bench: " << done.to_string() << "\n";
    return server::kExitProblem;
  }
  const Status written = bench.write_files();
  if (written.ok()) return server::kExitDone;
  std::cerr << "cairn bench: " << written.message() << "\n";
  return server::kExitProblem;
}

}  // namespace

int run_command(const server::Arguments& arguments) {
  const auto plan = parse_plan(arguments);
  if (!plan.ok()) {
    std::cerr << "cairn bench: " << plan.status().message() << "\n";
    return server::kExitCannotBegin;
  }
  const fs::path folder =
      fs::temp_directory_path() / ("cairn-bench-ann-" + std::to_string(::getpid()));
  std::error_code ignored;
  fs::create_directories(folder, ignored);
  const int code = run_plan(*plan, folder);
  fs::remove_all(folder, ignored);
  return code;
}

}  // namespace cairn::ann
