// SPDX-License-Identifier: Apache-2.0
// A C++ program with the standard library.
#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square : Shape {
  explicit Square(double s) : side(s) {}
  double area() const override { return side * side; }
  double side;
};
struct Circle : Shape {
  explicit Circle(double r) : radius(r) {}
  double area() const override { return 3.140625 * radius * radius; }
  double radius;
};

int main() {
  std::vector<std::unique_ptr<Shape>> shapes;
  for (int i = 1; i <= 4; i++) {
    shapes.push_back(std::make_unique<Square>(i));
    shapes.push_back(std::make_unique<Circle>(i));
  }
  double total = std::accumulate(shapes.begin(), shapes.end(), 0.0,
                                 [](double s, const auto& p) { return s + p->area(); });
  std::cout << "total area " << total << "\n";
  std::map<std::string, int> words;
  std::istringstream text("the quick brown fox jumps over the lazy dog the end");
  for (std::string w; text >> w;) ++words[w];
  std::vector<std::pair<int, std::string>> order;
  for (auto& [w, n] : words) order.emplace_back(-n, w);
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < 3; i++) std::cout << order[i].second << " " << -order[i].first << "\n";
}
