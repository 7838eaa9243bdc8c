#include "bench/ann/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace cairn::ann {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 480;
constexpr double kLeft = 80;
constexpr double kTop = 50;
constexpr double kRight = 560;  // the names of the curves stand beyond
constexpr double kBottom = 430;

// Told apart by people who see few colours, too.
constexpr std::array kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

// Where recalls and speeds are on the picture.
struct Scale {
  double least_recall = 1;
  double least_log = 0;  // of ten
  double most_log = 1;

  explicit Scale(const std::vector<PlotCurve>& curves) {
    double least = HUGE_VAL;
    double most = 0;
    for (const PlotCurve& curve : curves) {
      for (const PlotPoint& point : curve.points) {
        least_recall = std::min(least_recall, point.recall);
        least = std::min(least, point.per_second);
        most = std::max(most, point.per_second);
      }
    }
    least_recall = std::floor(std::min(least_recall, 0.99) * 20) / 20;
    least_log = std::floor(std::log10(least));
    most_log = std::max(std::ceil(std::log10(most)), least_log + 1);
  }
  double x(double recall) const {
    return kLeft + (recall - least_recall) / (1 - least_recall) * (kRight - kLeft);
  }
  double y(double per_second) const {
    const double share = (std::log10(per_second) - least_log) / (most_log - least_log);
    return kBottom - share * (kBottom - kTop);
  }
};

std::string text(double x, double y, const char* anchor, const std::string& content) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     escaped(content));
}

std::string line(double x1, double y1, double x2, double y2) {
  return fmt::format(
      "<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ccc\"/>\n", x1, y1,
      x2, y2);
}

std::string axes(const Scale& scale) {
  std::string out;
  const double step = (1 - scale.least_recall) / 5;
  for (int i = 0; i <= 5; ++i) {
    const double recall = scale.least_recall + i * step;
    out += line(scale.x(recall), kTop, scale.x(recall), kBottom);
    out += text(scale.x(recall), kBottom + 18, "middle", fmt::format("{:.2f}", recall));
  }
  for (double log = scale.least_log; log <= scale.most_log; ++log) {
    for (const double part : {1.0, 2.0, 5.0}) {
      const double speed = part * std::pow(10, log);
      if (std::log10(speed) > scale.most_log + 1e-9) break;
      out += line(kLeft, scale.y(speed), kRight, scale.y(speed));
      out += text(kLeft - 8, scale.y(speed) + 4, "end", fmt::format("{:.0f}", speed));
    }
  }
  out += text((kLeft + kRight) / 2, kBottom + 40, "middle", "recall");
  return out + text(kLeft - 8, kTop - 12, "end", "searches/s");
}

std::string curve_of(const PlotCurve& curve, const Scale& scale, const char* colour) {
  std::string path;
  std::string dots;
  for (const PlotPoint& point : curve.points) {
    const double x = scale.x(point.recall);
    const double y = scale.y(point.per_second);
    path += fmt::format("{:.1f},{:.1f} ", x, y);
    dots +=
        fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", x, y, colour);
  }
  return fmt::format("<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>\n",
                     path, colour) +
         dots;
}

}  // namespace

std::string plot_svg(const std::string& title, const std::vector<PlotCurve>& curves) {
  const Scale scale(curves);
  std::string out = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {}\" font-family=\"sans-serif\" "
      "font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      kWidth, kHeight);
  out += text(kLeft, 22, "start", title) + axes(scale);
  for (std::size_t i = 0; i < curves.size(); ++i) {
    const char* const colour = kColours[i % kColours.size()];
    const double y = kTop + 20 * double(i) + 10;
    out += curve_of(curves[i], scale, colour);
    out += fmt::format("<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"12\" height=\"12\" fill=\"{}\"/>\n",
                       kRight + 16, y - 10, colour);
    out += text(kRight + 34, y, "start", curves[i].name);
  }
  return out + "</svg>\n";
}

}  // namespace cairn::ann
