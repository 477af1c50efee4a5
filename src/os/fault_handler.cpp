// SPDX-License-Identifier: Apache-2.0
//
// The registry of code ranges. Readers look at an immutable sorted list; a writer publishes a new
// one and frees old ones only while no reader is active. A writer never waits for readers: one may
// be a thread that does not exist any more, in the child of a fork.
#include "os/fault_handler.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <new>

#include "os/fault_signals.hpp"

namespace nacre::os {
namespace {

struct List {
  size_t count = 0;
  List* retired = nullptr;  // the next in the chain of lists to free
  CodeRange* ranges = nullptr;

  explicit List(size_t n) : count(n), ranges(new (std::nothrow) CodeRange[n + 1]) {}
  ~List() { delete[] ranges; }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
};

// Leaked on purpose: code may run, and fault, while static objects are destroyed.
struct Registry {
  std::atomic<const List*> list{nullptr};
  std::atomic<uint32_t> readers{0};
  std::mutex mutex;  // writers
  List* current = nullptr;
  List* retired = nullptr;
  size_t claimers = 0;
};

Registry& registry() {
  static Registry* const r = [] {
    static Registry* made = new Registry;
    hold_across_fork([] { made->mutex.lock(); }, [] { made->mutex.unlock(); });
    return made;
  }();
  return *r;
}

// For the handler, which must not run the initialisation above.
std::atomic<Registry*> published{nullptr};

void publish(Registry& r, List* next) {
  List* const old = r.current;
  r.current = next;
  r.list.store(next);
  if (old != nullptr) {
    old->retired = r.retired;
    r.retired = old;
  }
  if (r.readers.load() != 0) return;
  while (r.retired != nullptr) {
    List* const gone = r.retired;
    r.retired = gone->retired;
    delete gone;
  }
}

List* new_list(size_t n) {
  List* const list = new (std::nothrow) List(n);
  if (list == nullptr || list->ranges != nullptr) return list;
  delete list;
  return nullptr;
}

}  // namespace

bool faults_supported() { return fault_signals_supported(); }

bool register_code(const CodeRange& range) {
  Registry& r = registry();
  published.store(&r);
  const std::lock_guard lock(r.mutex);
  const size_t n = r.current == nullptr ? 0 : r.current->count;
  List* const next = new_list(n + 1);
  if (next == nullptr) return false;
  if (range.claim != nullptr && r.claimers++ == 0 && !install_fault_signals()) {
    --r.claimers;
    delete next;
    return false;
  }
  const CodeRange* const from = n == 0 ? nullptr : r.current->ranges;
  size_t before = 0;
  while (before < n && from[before].begin < range.begin) ++before;
  std::copy_n(from, before, next->ranges);
  next->ranges[before] = range;
  std::copy_n(from + before, n - before, next->ranges + before + 1);
  publish(r, next);
  return true;
}

void unregister_code(uintptr_t begin) {
  Registry& r = registry();
  const std::lock_guard lock(r.mutex);
  if (r.current == nullptr) return;
  // In place of a shorter list, for which there may be no memory: an empty range at the same place
  // keeps the order and is found by nobody.
  const size_t n = r.current->count;
  CodeRange* const at =
      std::lower_bound(r.current->ranges, r.current->ranges + n, begin,
                       [](const CodeRange& c, uintptr_t b) { return c.begin < b; });
  if (at == r.current->ranges + n || at->begin != begin) return;
  const bool claimed = at->claim != nullptr;
  if (List* const next = new_list(n - 1)) {
    std::copy(r.current->ranges, at, next->ranges);
    std::copy(at + 1, r.current->ranges + n, next->ranges + (at - r.current->ranges));
    publish(r, next);
  } else {
    at->end = at->begin;
  }
  if (claimed && --r.claimers == 0) remove_fault_signals();
}

bool find_code(uintptr_t pc, CodeRange& out) {
  Registry* const r = published.load();
  if (r == nullptr) return false;
  r->readers.fetch_add(1);
  bool found = false;
  if (const List* const list = r->list.load()) {
    const CodeRange* const first = list->ranges;
    const CodeRange* at =
        std::upper_bound(first, first + list->count, pc,
                         [](uintptr_t p, const CodeRange& c) { return p < c.begin; });
    if (at != first && pc < (--at)->end) {
      out = *at;
      found = true;
    }
  }
  r->readers.fetch_sub(1);
  return found;
}

}  // namespace nacre::os
