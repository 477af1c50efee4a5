// SPDX-License-Identifier: Apache-2.0
//
// Names of C++: namespaces, members, templates, a lambda, operators.
namespace geometry {

template <class T, int N>
struct Vector {
  T items[N];
  T &at(int i) {
    if (i < 0 || i >= N) __builtin_trap();
    return items[i];
  }
};

class Shape {
 public:
  explicit Shape(int corners) : corners_(corners) {}
  __attribute__((noinline)) int corner(int i) const;
  int operator[](int i) const { return corner(i) + corners_; }

 private:
  int corners_;
};

namespace {
Vector<int, 3> table = {{7, 8, 9}};
}

int Shape::corner(int i) const {
  const auto pick = [](int k) { return table.at(k); };
  return pick(i);
}

}  // namespace geometry

extern "C" __attribute__((export_name("run"))) int run(int i) {
  return geometry::Shape(4)[i];
}
