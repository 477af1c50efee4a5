// SPDX-License-Identifier: Apache-2.0
#include "runtime/backtrace.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <unordered_map>
#include <unordered_set>

#include "binary/names.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/instance.hpp"
#include "runtime/type_text.hpp"

namespace nacre::runtime {
namespace {

std::string hex(uint64_t n) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  do out.insert(out.begin(), digits[n & 15]);
  while ((n >>= 4) != 0);
  return "0x" + out;
}

std::string bytes_text(uint64_t n) { return n == 1 ? "1 byte" : std::to_string(n) + " bytes"; }

std::string entries_text(uint64_t n) { return n == 1 ? "1 entry" : std::to_string(n) + " entries"; }

bool has_operands(const TrapInfo& info) { return (info.address | info.size | info.bound) != 0; }

// Names of one module, read when the first frame of it asks.
struct Names {
  explicit Names(const wasm::Module& module)
      : section(binary::NameSection::of(module)),
        module_name(section.module_name()),
        funcs(section.names(binary::NameKind::function)) {}
  binary::NameSection section;
  std::string_view module_name;
  binary::NameMap funcs;
};

std::string exception_text(Store& store, GcRef exception) {
  gc::Heap& heap = store.heap();
  const RuntimeType* type = heap.exception_tag(exception)->type;
  std::string out = tag_text(type);
  const Slot* slots = heap.exception_slots(exception);
  constexpr size_t max_values = 8;
  for (size_t i = 0; i < type->params.size() && i < max_values; ++i) {
    const wasm::ValType t = type->params[i];
    out += i == 0 ? " " : ", ";
    switch (t.kind()) {
      case wasm::Kind::i32:
        out += std::to_string(static_cast<int32_t>(static_cast<uint32_t>(*slots)));
        break;
      case wasm::Kind::i64:
        out += std::to_string(static_cast<int64_t>(*slots));
        break;
      case wasm::Kind::f32:
        out += std::to_string(std::bit_cast<float>(static_cast<uint32_t>(*slots)));
        break;
      case wasm::Kind::f64:
        out += std::to_string(std::bit_cast<double>(*slots));
        break;
      default:
        out += *slots == 0 && t.is_ref() ? "null" : "...";
        break;
    }
    slots += slots_of(t);
  }
  return out;
}

}  // namespace

std::string trap_text(const TrapInfo& info) {
  std::string out = trap_message(info.trap);
  switch (info.trap) {
    case Trap::memory_out_of_bounds:
      if (has_operands(info))
        out += ": " + bytes_text(info.size) + " at " + hex(info.address) +
               (info.of_segment ? ", data segment size " : ", memory size ") +
               std::to_string(info.bound);
      break;
    case Trap::table_out_of_bounds:
      if (has_operands(info))
        out += ": " + entries_text(info.size) + " at " + std::to_string(info.address) +
               (info.of_segment ? ", element segment size " : ", table size ") +
               std::to_string(info.bound);
      break;
    case Trap::array_out_of_bounds:
      if (has_operands(info))
        out += ": index " + std::to_string(info.address) + ", array length " +
               std::to_string(info.bound);
      break;
    case Trap::undefined_element:
      out += " " + std::to_string(info.address) + ": table size " + std::to_string(info.bound);
      break;
    case Trap::uninitialized_element:
      out += " " + std::to_string(info.address);
      break;
    case Trap::unaligned_atomic:
      if (has_operands(info)) out += ": " + bytes_text(info.size) + " at " + hex(info.address);
      break;
    default:
      break;
  }
  return out;
}

Origin::Origin(const Instance& i)
    : FrameOriginData([](FrameOriginData* d) { delete static_cast<Origin*>(d); }),
      module(i.module),
      instance(&i) {}

std::vector<Frame> resolve_frames(std::span<const RawFrame> frames) {
  std::vector<Frame> out;
  out.reserve(frames.size());
  std::unordered_map<const wasm::Module*, Names> names;
  std::unordered_map<const Instance*, detail::FrameOrigin> origins;
  for (const RawFrame& raw : frames) {
    Frame& f = out.emplace_back();
    f.func_index = raw.func_index;
    f.offset = raw.offset;
    if (raw.instance == nullptr) {
      if (raw.host != nullptr && raw.host->host_info != nullptr)
        f.func_name = raw.host->host_info->name;
      continue;
    }
    const wasm::Module& module = raw.instance->wasm_module();
    const Names& n = names.try_emplace(&module, module).first->second;
    f.module_name = n.module_name;
    f.func_name = n.funcs.find(raw.func_index);
    detail::FrameOrigin& origin = origins[raw.instance];
    if (origin.get() == nullptr) origin = detail::FrameOrigin(new Origin(*raw.instance));
    f.origin = origin;
  }
  return out;
}

uint64_t new_exception_id() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// Whether a backtrace has frames of this store. It then reaches to the store's outermost call.
bool Store::appears_in(std::span<const Frame> frames) const {
  if (frames.empty()) return false;
  std::unordered_set<const Instance*> ours;
  for (const InstancePtr& i : instances_) ours.insert(i.get());
  return std::any_of(frames.begin(), frames.end(), [&](const Frame& f) {
    const Origin* const origin = origin_of(f);
    return origin != nullptr && ours.count(origin->instance) != 0;
  });
}

Error Store::describe_trap(Trap trap) {
  Error e;
  switch (trap) {
    case Trap::host:
    case Trap::exit:
      e = host_error;
      if (trap == Trap::exit) e.kind = ErrorKind::exit;
      if (e.message.empty()) e.message = trap_message(trap);
      break;
    case Trap::uncaught_exception:
      e = make_error(ErrorKind::exception, trap_message(trap));
      if (trap_info.exception == 0) break;
      e.message += ": " + exception_text(*this, trap_info.exception);
      if (trap_info.exception_id == 0) trap_info.exception_id = new_exception_id();
      e.exception_id = trap_info.exception_id;
      break;
    default:
      e = make_error(ErrorKind::trap,
                     trap_info.trap == trap ? trap_text(trap_info) : trap_message(trap));
      break;
  }
  // A host function that passes on the error of a call it made keeps that error's code.
  if (trap != Trap::host || e.trap_code == 0) e.trap_code = static_cast<uint8_t>(trap);
  if (!appears_in(e.backtrace)) {
    // Behind what a call into another store left.
    std::vector<Frame> here = resolve_frames(trap_info.frames);
    e.frames_total += std::max<uint64_t>(trap_info.frames_total, here.size());
    e.backtrace.reserve(e.backtrace.size() + here.size());
    for (Frame& f : here) e.backtrace.push_back(std::move(f));
  }
  return e;
}

Error Store::trap_error() {
  Error e = describe_trap(trap_info.trap);
  if (trap_info.trap == Trap::host || trap_info.trap == Trap::exit) host_error = Error();
  // An exception that only a message is left of.
  if (e.kind == ErrorKind::exception && e.exception_id != trap_info.exception_id)
    trap_info.set_exception(0);
  // The next trap may not have operands or frames of its own.
  trap_info.address = trap_info.size = trap_info.bound = 0;
  trap_info.of_segment = false;
  trap_info.frames.clear();
  trap_info.frames_total = 0;
  return e;
}

}  // namespace nacre::runtime
