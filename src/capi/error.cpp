// SPDX-License-Identifier: Apache-2.0
//
// Errors, traps and frames.
#include "capi/error.hpp"

#include "capi/values.hpp"
#include "capi/vec.hpp"
#include "nacre/coredump.hpp"
#include "nacre/trap.hpp"
#include "runtime/instance.hpp"
#include "wasm/module.hpp"

namespace nacre::capi {
namespace {

// The message with its terminating zero, which the size counts.
void message_assign(wasm_message_t* out, const String& text) {
  vec_assign(out, text.size() + 1, text.c_str());
}

// Where in the function's body the instruction is; 0 when the function is not the module's.
size_t offset_in_body(const wasm::Module& module, uint32_t func_index, uint64_t offset) {
  const uint32_t first = module.num_imported_funcs;
  if (func_index < first || func_index - first >= module.bodies.size()) return 0;
  const wasm::Body& body = module.bodies[func_index - first];
  if (offset < body.offset || offset - body.offset >= body.size) return 0;
  return static_cast<size_t>(offset - body.offset);
}

wasm_frame_t* make_frame(wasm_store_t* store, const nacre_error_t& error, size_t index) {
  auto* f = new wasm_frame_t;
  f->frame = error.error.backtrace[index];
  if (index >= error.places.size()) return f;
  f->func_offset = error.places[index].func_offset;
  // Views are of mutable objects; this one came from the store as such.
  auto* const instance = const_cast<runtime::Instance*>(error.places[index].instance);
  if (instance != nullptr && store != nullptr && store->live() != nullptr)
    f->instance = std::make_unique<wasm_instance_t>(store, Instance(store->anchor, instance));
  return f;
}

const List<SourceLocation>& sources_of(const wasm_frame_t& f) {
  if (!f.sources) f.sources = source_locations(f.frame);
  return *f.sources;
}

wasm_trap_t* new_trap(wasm_store_t* store, Error&& error) {
  auto record = std::make_shared<nacre_trap_record>();
  record->error.error = std::move(error);
  return new wasm_trap_t(store, std::move(record));
}

}  // namespace

nacre_error_t* make_error_object(Error&& error) {
  auto* e = new nacre_error_t;
  e->error = std::move(error);
  return e;
}

void remember(wasm_store_t& store, Error&& error) {
  store.last_error.reset(make_error_object(std::move(error)));
}

std::vector<nacre_error_t::Place> places_of(std::span<const runtime::RawFrame> frames) {
  std::vector<nacre_error_t::Place> out(frames.size());
  for (size_t i = 0; i < frames.size(); ++i) {
    const runtime::RawFrame& f = frames[i];
    if (f.instance == nullptr) continue;
    out[i] = {f.instance, offset_in_body(f.instance->wasm_module(), f.func_index, f.offset)};
  }
  return out;
}

wasm_trap_t* make_trap(wasm_store_t& store, nacre_error_t&& error) {
  std::shared_ptr<nacre_trap_record> record = std::move(store.passing);
  store.passing = nullptr;
  if (record && error.error.kind == record->error.error.kind &&
      error.error.message == record->error.error.message) {
    // A trap passed on from an inner call has its frames already.
    if (record->error.error.backtrace.empty()) record->error = std::move(error);
    return new wasm_trap_t(&store, std::move(record));
  }
  record = std::make_shared<nacre_trap_record>();
  record->error = std::move(error);
  if (record->error.error.kind == ErrorKind::exception && store.live())
    record->exception = caught_exception(context(store));
  return new wasm_trap_t(&store, std::move(record));
}

wasm_trap_t* make_trap(wasm_store_t& store, Error&& error) {
  nacre_error_t e;
  e.error = std::move(error);
  return make_trap(store, std::move(e));
}

nacre_error_t failed_call(wasm_store_t& store) {
  nacre_error_t e;
  if (const detail::StoreData* s = store.live()) e.places = places_of(s->trap_info.frames);
  e.error = detail::call_error(store.anchor.get());
  if (e.places.size() != e.error.backtrace.size()) e.places.clear();
  return e;
}

nacre_error_t failed_instantiation(const Module& module, Error&& error) {
  nacre_error_t e;
  for (const Frame& f : error.backtrace)
    e.places.push_back({nullptr, offset_in_body(module.data()->module(), f.func_index, f.offset)});
  e.error = std::move(error);
  return e;
}

TrapCode throw_trap(wasm_store_t& store, runtime::Store& runtime_store, wasm_trap_t* trap) {
  std::shared_ptr<nacre_trap_record> record = trap->record;
  delete trap;
  Error error = record->error.error;
  if (error.kind == ErrorKind::exception) {
    if (!record->exception.is_null())
      return detail::fail_host(runtime_store, throw_exception(context(store), record->exception));
    // Made of an error alone, which does not hold the exception.
    error.kind = ErrorKind::trap;
    error.trap_code = static_cast<uint8_t>(TrapCode::host);
  }
  store.passing = std::move(record);
  return detail::fail_host(runtime_store, std::move(error));
}

wasm_frame_vec_t make_frames(wasm_store_t* store, const nacre_error_t& error) {
  wasm_frame_vec_t out;
  vec_allocate(&out, error.error.backtrace.size());
  for (size_t i = 0; i < out.size; ++i) out.data[i] = make_frame(store, error, i);
  return out;
}

}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

// --- errors

void nacre_error_delete(nacre_error_t* e) { delete e; }
nacre_error_kind_t nacre_error_kind(const nacre_error_t* e) {
  return static_cast<nacre_error_kind_t>(e->error.kind);
}
const char* nacre_error_message(const nacre_error_t* e) { return e->error.message.c_str(); }
uint64_t nacre_error_offset(const nacre_error_t* e) { return e->error.offset; }
nacre_trap_code_t nacre_error_trap_code(const nacre_error_t* e) { return e->error.trap_code; }
bool nacre_error_exit_status(const nacre_error_t* e, int* status) {
  if (e->error.kind != nacre::ErrorKind::exit) return false;
  if (status) *status = e->error.exit_code;
  return true;
}
void nacre_error_trace(const nacre_error_t* e, wasm_frame_vec_t* out) {
  *out = make_frames(nullptr, *e);
}
uint64_t nacre_error_frames_total(const nacre_error_t* e) { return e->error.frames_total; }
void nacre_error_text(const nacre_error_t* e, uint32_t flags, wasm_message_t* out) {
  nacre::ReportOptions options;
  options.notes = (flags & NACRE_TEXT_NOTES) != 0;
  options.quote_source = (flags & NACRE_TEXT_SOURCE) != 0;
  message_assign(out, describe(e->error, options));
}

nacre_error_t* nacre_write_coredump(wasm_store_t* store, const nacre_error_t* e, const char* path,
                                    const char* program) {
  if (store->live() == nullptr) return make_error_object(nacre::detail::store_gone());
  return error_of(write_coredump(context(*store), e->error, path, program ? program : ""));
}

const nacre_error_t* nacre_trap_error(const wasm_trap_t* t) { return &t->record->error; }
nacre_trap_code_t nacre_trap_code(const wasm_trap_t* t) {
  return nacre_error_trap_code(nacre_trap_error(t));
}
bool nacre_trap_exit_status(const wasm_trap_t* t, int* status) {
  return nacre_error_exit_status(nacre_trap_error(t), status);
}
const char* nacre_trap_code_message(nacre_trap_code_t code) {
  if (code >= static_cast<uint8_t>(nacre::TrapCode::count)) return "unknown trap";
  return to_string(static_cast<nacre::TrapCode>(code));
}

const nacre_error_t* nacre_store_last_error(const wasm_store_t* s) { return s->last_error.get(); }

// --- traps

wasm_trap_t* wasm_trap_new(wasm_store_t* store, const wasm_message_t* message) {
  size_t size = message->size;
  while (size > 0 && message->data[size - 1] == 0) --size;
  return new_trap(store, nacre::trap(nacre::String(message->data, size)));
}

void wasm_trap_message(const wasm_trap_t* t, wasm_message_t* out) {
  message_assign(out, t->record->error.error.message);
}

wasm_frame_t* wasm_trap_origin(const wasm_trap_t* t) {
  if (t->record->error.error.backtrace.empty()) return nullptr;
  return make_frame(t->store.get(), t->record->error, 0);
}

void wasm_trap_trace(const wasm_trap_t* t, wasm_frame_vec_t* out) {
  *out = make_frames(t->store.get(), t->record->error);
}

wasm_trap_t* nacre_trap_new(wasm_store_t* store, const char* message) {
  return new_trap(store, nacre::trap(message));
}
wasm_trap_t* nacre_trap_new_exit(wasm_store_t* store, int status) {
  return new_trap(store, nacre::exit_program(status));
}
wasm_trap_t* nacre_trap_new_error(wasm_store_t* store, nacre_error_t* error) {
  auto record = std::make_shared<nacre_trap_record>();
  record->error = std::move(*error);
  delete error;
  return new wasm_trap_t(store, std::move(record));
}

wasm_trap_t* nacre_exception_new(wasm_store_t* store, const nacre_tag_t* tag,
                                 const wasm_val_vec_t* payload) {
  using nacre::Error;
  if (store->live() == nullptr) return new_trap(store, nacre::detail::store_gone());
  const nacre::List<nacre::ValType> params = tag->item.tag().params();
  nacre::List<nacre::Value> values;
  const size_t given = payload ? payload->size : 0;
  for (size_t i = 0; i < params.size() && i < given; ++i) {
    nacre::Result<nacre::Value> v = to_value(*store, params[i], payload->data[i]);
    if (!v) return new_trap(store, std::move(v.error()));
    values.push_back(std::move(*v));
  }
  Error error = throw_exception(context(*store), tag->item.tag(), values);
  if (given != params.size()) error = nacre::trap("the payload does not fit the tag");
  const bool thrown = error.kind == nacre::ErrorKind::exception;
  wasm_trap_t* trap = new_trap(store, std::move(error));
  if (thrown) trap->record->exception = caught_exception(context(*store));
  return trap;
}

wasm_ref_t* nacre_trap_exception(const wasm_trap_t* t) {
  return wrap_ref(t->store.get(), t->record->exception);
}

nacre_tag_t* nacre_exception_tag(const wasm_ref_t* r) {
  if (r == nullptr || r->ref_class != RefClass::object) return nullptr;
  const nacre::Tag tag = static_cast<const ObjectHandle*>(r)->ref.exception_tag();
  return tag ? new nacre_tag_t(r->store.get(), tag) : nullptr;
}

// --- frames

void wasm_frame_delete(wasm_frame_t* f) { delete f; }
wasm_frame_t* wasm_frame_copy(const wasm_frame_t* f) {
  if (f == nullptr) return nullptr;
  auto* c = new wasm_frame_t;
  c->frame = f->frame;
  c->func_offset = f->func_offset;
  if (f->instance) c->instance = std::make_unique<wasm_instance_t>(*f->instance);
  return c;
}
wasm_instance_t* wasm_frame_instance(const wasm_frame_t* f) { return f->instance.get(); }
uint32_t wasm_frame_func_index(const wasm_frame_t* f) { return f->frame.func_index; }
size_t wasm_frame_func_offset(const wasm_frame_t* f) { return f->func_offset; }
size_t wasm_frame_module_offset(const wasm_frame_t* f) {
  return static_cast<size_t>(f->frame.offset);
}
const char* nacre_frame_func_name(const wasm_frame_t* f) { return f->frame.func_name.c_str(); }
const char* nacre_frame_module_name(const wasm_frame_t* f) { return f->frame.module_name.c_str(); }

size_t nacre_frame_source_count(const wasm_frame_t* f) { return sources_of(*f).size(); }
bool nacre_frame_source(const wasm_frame_t* f, size_t index, nacre_source_location_t* out) {
  const nacre::List<nacre::SourceLocation>& all = sources_of(*f);
  *out = {"", "", 0, 0};
  if (index >= all.size()) return false;
  const nacre::SourceLocation& l = all[index];
  *out = {l.function.c_str(), l.file.c_str(), l.line, l.column};
  return true;
}
void nacre_demangle(const char* name, wasm_message_t* out) {
  message_assign(out, nacre::demangle(name));
}
NACRE_POINTER_VEC(frame)

}  // extern "C"
