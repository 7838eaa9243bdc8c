// A picture of recall against speed, as SVG: one curve for each contender, speed on a logarithmic
// scale. Needs nothing to be drawn but a browser.
#pragma once

#include <string>
#include <vector>

namespace cairn::ann {

struct PlotPoint {
  double recall = 0;
  double per_second = 0;  // > 0
};

struct PlotCurve {
  std::string name;
  std::vector<PlotPoint> points;  // in the order in which they are joined
};

// The document. REQUIRES: a curve with a point.
std::string plot_svg(const std::string& title, const std::vector<PlotCurve>& curves);

}  // namespace cairn::ann
