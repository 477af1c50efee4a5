// SPDX-License-Identifier: Apache-2.0
//
// Instantiation, in the order of the specification ("Execution > Modules > Instantiation"): check
// the imports, allocate, evaluate initial values, apply element segments, then data segments, then
// run the start function. `run` reads like that list; a step returns false with `error_` set.
#include <string>

#include "os/pages.hpp"
#include "runtime/const_expr.hpp"
#include "runtime/instance.hpp"
#include "runtime/link_check.hpp"
#include "runtime/listener.hpp"
#include "runtime/memory_image.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/ops.hpp"
#include "runtime/segments.hpp"
#include "runtime/store.hpp"
#include "runtime/type_text.hpp"

namespace nacre::runtime {

class Instantiation {
 public:
  Instantiation(Store& store, std::shared_ptr<const CompiledModule> compiled,
                std::span<const Extern> imports)
      : store_(store),
        compiled_(*compiled),
        module_(compiled->module),
        imports_(imports),
        owner_(std::move(compiled)) {}

  Result<Instance*> run() {
    const bool ok = check_imports() && make_instance() && make_memories() && attach() &&
                    make_globals() && make_tables() && make_elems() && check_segments_first() &&
                    apply_elems() && apply_datas() && start();
    if (ok) return instance_;
    erase_images();
    return std::move(error_);
  }

 private:
  bool fail(ErrorKind kind, const std::string& message) {
    error_ = make_error(kind, message);
    return false;
  }
  // A trap during instantiation; `where` is added to the message.
  bool fail(Trap trap, const std::string& where) {
    store_.trap_info.trap = trap;
    error_ = store_.trap_error();
    error_.message += " (" + where + ")";
    return false;
  }

  bool check_imports() {
    if (store_.instances_.size() >= store_.limits().max_instances)
      return fail(ErrorKind::limit, "too many instances in this store");
    LinkErrors errors(compiled_);
    for (size_t i = 0; i < module_.imports.size(); ++i) {
      const wasm::Import& import = module_.imports[i];
      const Extern value = i < imports_.size() ? imports_[i] : Extern();
      if (value.func == nullptr) {
        errors.missing(import);
      } else if (value.store() != &store_) {
        return fail(ErrorKind::invalid_argument,
                    "import " + quoted_import(import) + " belongs to another store");
      } else if (!import_matches(compiled_, import, value)) {
        errors.mismatch(import, value);
      }
    }
    if (!errors.any()) return true;
    error_ = errors.error();
    return false;
  }

  // Of the functions it imports, a module hears the host's; others are heard where they are from.
  Func* imported(Func* f, uint32_t index) {
    const bool heard =
        f->host != nullptr && compiled_.listeners != nullptr && compiled_.listeners->listens(index);
    return heard ? listened_import(*instance_, index, f) : f;
  }

  bool make_instance() {
    const auto own_globals =
        static_cast<uint32_t>(module_.globals.size()) - module_.num_imported_globals;
    Instance& i = *store_.instances_.emplace_back(Instance::make(own_globals));
    instance_ = &i;
    i.module = owner_;
    i.vm.store = &store_;
    if (compiled_.listeners != nullptr && store_.listening == nullptr)
      store_.listening = std::make_unique<Listening>();
    i.memories.reserve(module_.memories.size());
    i.tables.reserve(module_.tables.size());
    i.globals.reserve(module_.globals.size());
    i.global_values.reserve(module_.globals.size());
    i.tags.reserve(module_.tags.size());
    i.funcs.assign(module_.funcs.size(), nullptr);
    i.dropped_elems.assign(module_.elems.size(), false);
    i.dropped_datas.assign(module_.datas.size(), false);
    size_t num_funcs = 0;
    for (size_t k = 0; k < module_.imports.size(); ++k) {
      const Extern& e = imports_[k];
      switch (e.kind) {
        case wasm::ExternKind::func:
          i.funcs[num_funcs] = imported(e.func, static_cast<uint32_t>(num_funcs));
          ++num_funcs;
          break;
        case wasm::ExternKind::table:
          i.tables.push_back(e.table);
          break;
        case wasm::ExternKind::memory:
          i.memories.push_back(e.memory);
          break;
        case wasm::ExternKind::global:
          i.globals.push_back(e.global);
          i.global_values.push_back(e.global->value);
          break;
        case wasm::ExternKind::tag:
          i.tags.push_back(e.tag);
          break;
      }
    }
    for (size_t k = i.tags.size(); k < module_.tags.size(); ++k)
      i.tags.push_back(store_.new_tag(compiled_.types[module_.tags[k].type]));
    // None of these vectors grows past what was reserved, so the pointers stay good.
    i.vm.memories = i.memories.data();
    i.vm.tables = i.tables.data();
    i.vm.globals = i.global_values.data();
    i.vm.tags = i.tags.data();
    i.vm.imported_funcs = i.funcs.data();
    i.vm.types = compiled_.types.data();
    return true;
  }

  bool make_memories() {
    Instance& i = *instance_;
    if (store_.memory_allocator == nullptr) images_ = compiled_.memory_images();
    for (auto k = static_cast<uint32_t>(i.memories.size()); k < module_.memories.size(); ++k) {
      Result<Memory*> m =
          store_.new_memory(module_.memories[k], images_ != nullptr ? images_->of(k) : nullptr);
      if (!m) return fail(m.error().kind, std::move(m.error().message));
      i.memories.push_back(*m);
    }
    if (!i.memories.empty()) i.memories[0]->add_user(&i);
    return true;
  }

  bool attach() {
    if (store_.engine_ == nullptr) return true;
    Result<void> attached = store_.engine_->attach(*instance_);
    if (attached) return true;
    return fail(attached.error().kind, std::move(attached.error().message));
  }

  bool make_globals() {
    Instance& i = *instance_;
    for (size_t k = i.globals.size(); k < module_.globals.size(); ++k) {
      const wasm::Global& g = module_.globals[k];
      Slot value[2] = {0, 0};
      if (const Trap t = eval_const(i, g.init, value); t != Trap::none)
        return fail(t, "initial value of global " + std::to_string(k));
      const auto own = static_cast<uint32_t>(k) - module_.num_imported_globals;
      i.globals.push_back(store_.new_global({compiled_.globalize(g.type.type), g.type.is_mutable},
                                            value,
                                            g.type.type.is_vec() ? nullptr : i.own_global(own)));
      i.global_values.push_back(i.globals.back()->value);
    }
    return true;
  }

  bool make_tables() {
    Instance& i = *instance_;
    for (size_t k = i.tables.size(); k < module_.tables.size(); ++k) {
      const wasm::Table& t = module_.tables[k];
      Slot init[2] = {0, 0};
      if (!t.init.code.empty())
        if (const Trap trap = eval_const(i, t.init, init); trap != Trap::none)
          return fail(trap, "initial value of table " + std::to_string(k));
      Result<Table*> made =
          store_.new_table(compiled_.globalize(t.type.elem), t.type.limits, init[0]);
      if (!made) return fail(made.error().kind, std::move(made.error().message));
      (*made)->elem_local = t.type.elem;
      i.tables.push_back(*made);
    }
    return true;
  }

  // Values of segments written as expressions. Evaluated once: two uses of an entry that makes an
  // object must see the same object.
  bool make_elems() {
    Instance& i = *instance_;
    for (size_t k = 0; k < module_.elems.size(); ++k) {
      const wasm::Elem& segment = module_.elems[k];
      if (segment.exprs.empty() || segment.mode == wasm::SegmentMode::declarative) continue;
      if (i.elem_values.empty()) i.elem_values.resize(module_.elems.size());
      if (store_.registry().is_gc_ref(compiled_.globalize(segment.type)) &&
          (store_.gc_instances_.empty() || store_.gc_instances_.back() != &i))
        store_.gc_instances_.push_back(&i);
      std::vector<RefBits>& values = i.elem_values[k];
      values.reserve(segment.exprs.size());
      for (const wasm::ConstExpr& expr : segment.exprs) {
        Slot value[2] = {0, 0};
        if (const Trap t = eval_const(i, expr, value); t != Trap::none)
          return fail(t, "element segment " + std::to_string(k));
        values.push_back(value[0]);
      }
    }
    return true;
  }

  bool offset_of(const wasm::ConstExpr& expr, uint64_t& offset) {
    Slot value[2] = {0, 0};
    if (const Trap t = eval_const(*instance_, expr, value); t != Trap::none)
      return fail(t, "segment offset");
    offset = value[0];
    return true;
  }
  static bool fits(uint64_t at, uint64_t n, uint64_t size) { return n <= size && at <= size - n; }

  // WebAssembly 1.0: nothing is written unless every segment fits.
  bool check_segments_first() {
    if (!store_.limits().segments_checked_first) return true;
    uint64_t at = 0;
    for (const wasm::Elem& e : module_.elems) {
      if (e.mode != wasm::SegmentMode::active) continue;
      if (!offset_of(e.offset, at)) return false;
      if (!fits(at, e.size(), instance_->tables[e.table]->size()))
        return fail(ErrorKind::unlinkable, "elements segment does not fit");
    }
    for (const wasm::Data& d : module_.datas) {
      if (d.mode != wasm::SegmentMode::active) continue;
      if (!offset_of(d.offset, at)) return false;
      if (!fits(at, d.bytes.size(), instance_->memories[d.memory]->current_length()))
        return fail(ErrorKind::unlinkable, "data segment does not fit");
    }
    return true;
  }

  bool apply_elems() {
    for (uint32_t k = 0; k < module_.elems.size(); ++k) {
      const wasm::Elem& e = module_.elems[k];
      if (e.mode == wasm::SegmentMode::passive) continue;
      if (e.mode == wasm::SegmentMode::active) {
        uint64_t at = 0;
        if (!offset_of(e.offset, at)) return false;
        const Trap t =
            ops::table_init(*instance_, k, e.table, at, 0, static_cast<uint32_t>(e.size()));
        if (t != Trap::none) return fail(t, "element segment " + std::to_string(k));
      }
      drop_elem(*instance_, k);
    }
    return true;
  }

  bool has_image(uint32_t memory) const {
    return instance_->memories[memory]->storage->has_image();
  }
  // Whether the bytes of an active segment were there when its memory was made.
  bool in_image(uint32_t segment) const {
    return images_ != nullptr && images_->covers(segment) &&
           has_image(module_.datas[segment].memory);
  }
  // Drops the leading segments whose bytes are there; how many need no more attention.
  uint32_t drop_leading_datas() {
    if (images_ == nullptr || !images_->all_of([&](uint32_t m) { return has_image(m); })) return 0;
    instance_->dropped_datas = images_->leading();
    return images_->num_leading();
  }

  // What failed before data was written must not show it: functions may have escaped into tables.
  void erase_images() {
    if (images_ == nullptr || datas_begun_) return;
    for (size_t k = module_.num_imported_memories; k < instance_->memories.size(); ++k)
      instance_->memories[k]->storage->erase_image();
  }

  // Much data is written faster into large pages. Segments are nearly always in order and dense.
  void expect_data(const wasm::Data& first, uint64_t at) {
    if (store_.memory_allocator != nullptr) return;  // not our pages to advise on
    constexpr uint64_t much = uint64_t{4} << 20;
    uint64_t total = 0;
    for (const wasm::Data& d : module_.datas)
      if (d.mode == wasm::SegmentMode::active && d.memory == first.memory) total += d.bytes.size();
    const Memory& m = *instance_->memories[first.memory];
    if (total >= much && fits(at, total, m.length))
      os::expect_writes(m.base + at, static_cast<size_t>(total));
  }

  bool apply_datas() {
    datas_begun_ = true;
    bool first = true;
    for (uint32_t k = drop_leading_datas(); k < module_.datas.size(); ++k) {
      const wasm::Data& d = module_.datas[k];
      if (d.mode != wasm::SegmentMode::active) continue;
      if (in_image(k)) {
        drop_data(*instance_, k);
        continue;
      }
      uint64_t at = 0;
      if (!offset_of(d.offset, at)) return false;
      if (first) expect_data(d, at);
      first = false;
      const Trap t =
          ops::memory_init(*instance_, k, d.memory, at, 0, static_cast<uint32_t>(d.bytes.size()));
      if (t != Trap::none) return fail(t, "data segment " + std::to_string(k));
      drop_data(*instance_, k);
    }
    return true;
  }

  bool start() {
    if (module_.start == wasm::no_index) return true;
    Slot none[1] = {0};
    const Trap t = store_.call(*instance_->func(module_.start), none);
    if (t == Trap::none) return true;
    error_ = store_.trap_error();
    return false;
  }

  Store& store_;
  const CompiledModule& compiled_;
  const wasm::Module& module_;
  std::span<const Extern> imports_;
  std::shared_ptr<const CompiledModule> owner_;
  Instance* instance_ = nullptr;
  const MemoryImages* images_ = nullptr;
  bool datas_begun_ = false;
  Error error_;
};

Result<Instance*> instantiate(Store& store, std::shared_ptr<const CompiledModule> module,
                              std::span<const Extern> imports) {
  return Instantiation(store, std::move(module), imports).run();
}

}  // namespace nacre::runtime
