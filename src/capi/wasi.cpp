// SPDX-License-Identifier: Apache-2.0
//
// WASI for C: a WasiConfig behind setters, and programs with and without threads.
#include <cstring>
#include <mutex>
#include <vector>

#include "nacre/wasi.hpp"

#include "capi/error.hpp"
#include "capi/linker.hpp"
#include "capi/vec.hpp"
#include "nacre/wasi_threads.hpp"

namespace nacre::capi {
namespace {

using namespace wasi;  // NOLINT(google-build-using-namespace): the file is about it

// Output collected in memory. The config's lock serves guests with threads.
class Output final : public wasi::Handle {
 public:
  explicit Output(size_t max_bytes) : max_bytes_(max_bytes) {}
  FileType type() const override { return FileType::character_device; }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    size_t size = 0;
    for (const ConstIoSlice& s : from) {
      if (s.size > max_bytes_ - text_.size() - size) return Errno::nospc;
      size += s.size;
    }
    for (const ConstIoSlice& s : from)
      if (s.size != 0) text_.append(reinterpret_cast<const char*>(s.data), s.size);
    *out = size;
    return Errno::success;
  }
  std::string& text() { return text_; }

 private:
  size_t max_bytes_;
  std::string text_;
};

// Clocks and random numbers by calls.
class CallbackClock final : public wasi::Clock {
 public:
  CallbackClock(nacre_wasi_now_t now, nacre_wasi_advance_t advance, void* env)
      : now_(now), advance_(advance), env_(env) {}
  Errno resolution(ClockId id, uint64_t* ns) override {
    uint64_t time = 0;
    if (!now_(env_, static_cast<nacre_wasi_clock_t>(id), &time)) return Errno::notsup;
    *ns = 1;
    return Errno::success;
  }
  Errno now(ClockId id, uint64_t* ns) override {
    return now_(env_, static_cast<nacre_wasi_clock_t>(id), ns) ? Errno::success : Errno::notsup;
  }
  bool advance(uint64_t ns) override { return advance_ != nullptr && advance_(env_, ns); }

 private:
  nacre_wasi_now_t now_;
  nacre_wasi_advance_t advance_;
  void* env_;
};

class CallbackRandom final : public wasi::Random {
 public:
  CallbackRandom(nacre_wasi_fill_t fill, void* env) : fill_(fill), env_(env) {}
  bool fill(Span<uint8_t> bytes) override { return fill_(env_, bytes.data(), bytes.size()); }

 private:
  nacre_wasi_fill_t fill_;
  void* env_;
};

// A host directory below a directory in memory, put together when the WASI is defined.
struct Overlay {
  size_t preopen;  // the one that takes the changes
  std::string host;
};

// A tracing function of C. It must live as long as the guest may call, as the guest's clock does:
// so it comes as one.
class Tracer final : public wasi::Clock {
 public:
  Tracer(wasi::Ref<wasi::Clock> clock, nacre_wasi_trace_t trace, void* env)
      : clock_(std::move(clock)), trace_(trace), env_(env) {}
  Errno resolution(ClockId id, uint64_t* ns) override { return clock_->resolution(id, ns); }
  Errno now(ClockId id, uint64_t* ns) override { return clock_->now(id, ns); }
  bool advance(uint64_t ns) override { return clock_->advance(ns); }
  template <class Text>
  void line(const Text& text) {
    trace_(env_, text.data(), text.size());
  }

 private:
  wasi::Ref<wasi::Clock> clock_;
  nacre_wasi_trace_t trace_;
  void* env_;
};

void set_tracer(WasiConfig& config, nacre_wasi_trace_t trace, void* env) {
  wasi::Ref<wasi::Clock> clock = config.clock ? config.clock : stepping_clock();
  auto tracer = wasi::make_ref<Tracer>(std::move(clock), trace, env);
  config.trace_env = tracer.get();
  config.trace = [](void* p, auto text) { static_cast<Tracer*>(p)->line(text); };
  config.clock = tracer;
}

}  // namespace
}  // namespace nacre::capi

struct nacre_wasi_output_t {
  nacre::wasi::Ref<nacre::capi::Output> output;
};

struct nacre_wasi_config_t {
  nacre::wasi::WasiConfig config;
  std::vector<nacre::capi::Overlay> overlays;
  nacre_wasi_trace_t trace = nullptr;
  void* trace_env = nullptr;

  nacre::wasi::Stream* stream(int number) {
    return number == 0   ? &config.in
           : number == 1 ? &config.out
           : number == 2 ? &config.err
                         : nullptr;
  }
};

struct nacre_wasi_threads_t {
  std::mutex mutex;
  std::vector<wasm_store_t*> stores;  // the C sides of the threads' stores
  uint64_t fuel = 0, timeout_ms = 0;
  nacre_growth_callback_t growth = nullptr;
  void* growth_env = nullptr;
  nacre::wasi::Threads threads;

  nacre_wasi_threads_t(nacre::Linker& linker, const nacre::Module& module, uint32_t max_threads)
      : threads(linker, module, options(max_threads)) {}
  ~nacre_wasi_threads_t() {
    (void)threads.finish({});
    for (wasm_store_t* s : stores) wasm_store_delete(s);
  }

 private:
  nacre::wasi::ThreadOptions options(uint32_t max_threads) {
    nacre::wasi::ThreadOptions o;
    o.max_threads = max_threads;
    o.prepare = [this](nacre::Store& store) {
      wasm_store_t* s = nacre::capi::adopt_store(store.anchor());
      const std::lock_guard<std::mutex> lock(mutex);
      stores.push_back(s);
      store.set_fuel(fuel);
      if (timeout_ms != 0) store.set_timeout_ms(timeout_ms);
      if (growth)
        s->live()->set_growth_callback(nacre::capi::growth_callback(growth, growth_env, nullptr));
    };
    return o;
  }
};

namespace nacre::capi {
namespace {

nacre_error_t* io_error(String message) {
  return make_error_object(make_error(ErrorKind::io, std::move(message)));
}

const char* why_not_added(Errno e) {
  switch (e) {
    case Errno::nospc:
      return "the directory has no room for it";
    case Errno::isdir:
      return "there is a directory of this name";
    case Errno::notdir:
      return "a file is in the way of one of its directories";
    case Errno::inval:
    case Errno::ilseq:
    case Errno::noent:
    case Errno::notcapable:
    case Errno::nametoolong:
      return "that is no path of a file below it";
    default:
      return "it cannot be written";
  }
}

// Puts what was asked for below the directories in memory that take a host directory's changes.
Result<void> lay_over(nacre_wasi_config_t& c) {
  for (const Overlay& o : c.overlays) {
    Result<wasi::Ref<Handle>> lower = host_directory(o.host);
    if (!lower) return std::move(lower.error());
    wasi::Ref<Handle>& upper = c.config.preopens[o.preopen].directory;
    upper = overlay_directory(*lower, upper);
  }
  return {};
}

// Calls `_start`; success when it returns.
nacre_error_t* call_start(const wasm_instance_t& i) {
  const Result<Func> start = i.instance.func("_start");
  if (!start) return make_error_object(Error(start.error()));
  wasm_store_t& store = *i.store.get();
  const FuncType type = start->type();
  if (!type.params.empty() || !type.results.empty())
    return make_error_object(
        make_error(ErrorKind::invalid_argument, "_start has parameters or results"));
  const CallGuard guard(store);
  uint64_t slot = 0;
  if (detail::call_slots(store.anchor.get(), start->object(), &slot) == TrapCode::none)
    return nullptr;
  return new nacre_error_t(failed_call(store));
}

// An exit is no error.
nacre_error_t* outcome(nacre_error_t* error, int* status) {
  *status = 0;
  if (error == nullptr || !nacre_error_exit_status(error, status)) return error;
  nacre_error_delete(error);
  return nullptr;
}

}  // namespace
}  // namespace nacre::capi

using namespace nacre::capi;
namespace wasi = nacre::wasi;

extern "C" {

nacre_wasi_config_t* nacre_wasi_config_new(void) { return new nacre_wasi_config_t; }
void nacre_wasi_config_delete(nacre_wasi_config_t* c) { delete c; }

void nacre_wasi_config_inherit(nacre_wasi_config_t* c) {
  for (const int stream : {0, 1, 2}) nacre_wasi_config_inherit_stream(c, stream);
  nacre_wasi_config_inherit_clock(c);
  nacre_wasi_config_inherit_random(c);
}
void nacre_wasi_config_inherit_clock(nacre_wasi_config_t* c) {
  c->config.clock = wasi::system_clock();
}
void nacre_wasi_config_inherit_random(nacre_wasi_config_t* c) {
  c->config.random = wasi::system_random();
}
void nacre_wasi_config_set_random_seed(nacre_wasi_config_t* c, uint64_t seed) {
  c->config.random = wasi::seeded_random(seed);
}
void nacre_wasi_config_clock(nacre_wasi_config_t* c, nacre_wasi_now_t now,
                             nacre_wasi_advance_t advance, void* env) {
  c->config.clock = wasi::make_ref<CallbackClock>(now, advance, env);
}
void nacre_wasi_config_random(nacre_wasi_config_t* c, nacre_wasi_fill_t fill, void* env) {
  c->config.random = wasi::make_ref<CallbackRandom>(fill, env);
}
void nacre_wasi_config_set_neutral_terminal(nacre_wasi_config_t* c, bool on) {
  c->config.neutral_terminal = on;
}
void nacre_wasi_config_set_clock(nacre_wasi_config_t* c, uint64_t start, uint64_t step) {
  c->config.clock = wasi::stepping_clock(start, step);
}

void nacre_wasi_config_arg(nacre_wasi_config_t* c, const char* arg) {
  c->config.args.push_back(arg);
}
bool nacre_wasi_config_env(nacre_wasi_config_t* c, const char* name, const char* value) {
  if (*name == 0 || std::strchr(name, '=') != nullptr) return false;
  const std::string prefix = std::string(name) + "=";
  const std::string entry = prefix + value;
  for (auto& e : c->config.env) {
    if (!e.starts_with(prefix)) continue;
    e = entry;
    return true;
  }
  c->config.env.push_back(entry);
  return true;
}

void nacre_wasi_config_preopen(nacre_wasi_config_t* c, const char* host, const char* guest,
                               bool read_only) {
  wasi::Preopen p;
  p.host = host;
  p.guest = guest;
  p.access = read_only ? wasi::read_only : wasi::read_write;
  c->config.preopens.push_back(std::move(p));
}
void nacre_wasi_config_preopen_memory(nacre_wasi_config_t* c, const char* guest,
                                      uint64_t max_bytes) {
  wasi::Preopen p;
  p.guest = guest;
  p.directory = wasi::memory_directory(max_bytes);
  c->config.preopens.push_back(std::move(p));
}
void nacre_wasi_config_preopen_overlay(nacre_wasi_config_t* c, const char* host, const char* guest,
                                       uint64_t max_bytes) {
  c->overlays.push_back({c->config.preopens.size(), host});
  nacre_wasi_config_preopen_memory(c, guest, max_bytes);
}
nacre_error_t* nacre_wasi_config_add_file(nacre_wasi_config_t* c, const char* guest,
                                          const char* path, const void* bytes, size_t size) {
  for (const wasi::Preopen& p : c->config.preopens) {
    if (!p.directory || p.guest != guest) continue;
    const wasi::Errno e =
        wasi::add_file(*p.directory, path, {static_cast<const char*>(bytes), size});
    if (e == wasi::Errno::success) return nullptr;
    return io_error("'" + nacre::String(path) + "' cannot be added to '" + guest +
                    "': " + why_not_added(e));
  }
  return io_error("no directory in memory is named '" + nacre::String(guest) + "'");
}

void nacre_wasi_config_inherit_stream(nacre_wasi_config_t* c, int stream) {
  if (wasi::Stream* s = c->stream(stream)) *s = wasi::Stream::inherit();
}
void nacre_wasi_config_descriptor(nacre_wasi_config_t* c, int stream, int64_t native) {
  if (wasi::Stream* s = c->stream(stream)) *s = wasi::Stream::descriptor(native);
}
void nacre_wasi_config_input(nacre_wasi_config_t* c, const void* bytes, size_t size) {
  c->config.in = wasi::Stream::input({static_cast<const char*>(bytes), size});
}
void nacre_wasi_config_reader(nacre_wasi_config_t* c, nacre_wasi_read_t read, void* env) {
  c->config.in = wasi::Stream::reader(read, env);
}
void nacre_wasi_config_writer(nacre_wasi_config_t* c, int stream, nacre_wasi_write_t write,
                              void* env) {
  if (stream != 0 && c->stream(stream)) *c->stream(stream) = wasi::Stream::writer(write, env);
}

nacre_wasi_output_t* nacre_wasi_output_new(size_t max_bytes) {
  return new nacre_wasi_output_t{wasi::make_ref<Output>(max_bytes)};
}
void nacre_wasi_output_delete(nacre_wasi_output_t* o) { delete o; }
const char* nacre_wasi_output_data(const nacre_wasi_output_t* o, size_t* size) {
  *size = o->output->text().size();
  return o->output->text().data();
}
void nacre_wasi_output_clear(nacre_wasi_output_t* o) { o->output->text().clear(); }
void nacre_wasi_config_capture(nacre_wasi_config_t* c, int stream, const nacre_wasi_output_t* o) {
  if (stream != 0 && c->stream(stream))
    *c->stream(stream) = wasi::Stream(wasi::Ref<wasi::Handle>(o->output));
}

void nacre_wasi_config_listen(nacre_wasi_config_t* c, const char* address) {
  c->config.listeners.push_back(address);
}
void nacre_wasi_config_trace(nacre_wasi_config_t* c, nacre_wasi_trace_t trace, void* env) {
  c->trace = trace;
  c->trace_env = env;
}
void nacre_wasi_config_set_max_descriptors(nacre_wasi_config_t* c, uint32_t n) {
  c->config.max_descriptors = n;
}
void nacre_wasi_config_set_max_random_bytes(nacre_wasi_config_t* c, uint64_t n) {
  c->config.max_random_bytes = n;
}
void nacre_wasi_config_set_threads(nacre_wasi_config_t* c, bool on) { c->config.threads = on; }

nacre_error_t* nacre_linker_define_wasi(nacre_linker_t* l, nacre_wasi_config_t* config) {
  const std::unique_ptr<nacre_wasi_config_t> owned(config);
  if (nacre::Result<void> done = lay_over(*owned); !done) return error_of(std::move(done));
  if (owned->trace) set_tracer(owned->config, owned->trace, owned->trace_env);
  return error_of(wasi::add_to(l->linker, std::move(owned->config)));
}

nacre_error_t* nacre_wasi_run(const wasm_instance_t* instance, int* status) {
  return outcome(call_start(*instance), status);
}

// --- threads

bool nacre_wasi_uses_threads(const wasm_module_t* m) { return wasi::uses_threads(m->module); }

nacre_wasi_threads_t* nacre_wasi_threads_new(nacre_linker_t* l, const wasm_module_t* module,
                                             uint32_t max_threads) {
  return new nacre_wasi_threads_t(l->linker, module->module, max_threads);
}
void nacre_wasi_threads_set_fuel(nacre_wasi_threads_t* t, uint64_t fuel) {
  const std::lock_guard<std::mutex> lock(t->mutex);
  t->fuel = fuel;
}
void nacre_wasi_threads_set_timeout(nacre_wasi_threads_t* t, uint64_t ms) {
  const std::lock_guard<std::mutex> lock(t->mutex);
  t->timeout_ms = ms;
}
void nacre_wasi_threads_set_growth_callback(nacre_wasi_threads_t* t,
                                            nacre_growth_callback_t callback, void* env) {
  const std::lock_guard<std::mutex> lock(t->mutex);
  t->growth = callback;
  t->growth_env = env;
}
void nacre_wasi_threads_delete(nacre_wasi_threads_t* t) { delete t; }

nacre_error_t* nacre_wasi_threads_instantiate(nacre_wasi_threads_t* t, wasm_store_t* store,
                                              wasm_instance_t** out) {
  *out = nullptr;
  if (!store->owned) return make_error_object(nacre::detail::store_gone());
  const CallGuard guard(*store);
  nacre::Result<nacre::Instance> made = t->threads.instantiate(*store->owned);
  if (made) *out = new wasm_instance_t(store, *made);
  return error_of(std::move(made));
}

nacre_error_t* nacre_wasi_threads_run(nacre_wasi_threads_t* t, const wasm_instance_t* instance,
                                      int* status) {
  nacre_error_t* first = call_start(*instance);
  nacre::Result<void> result;
  if (first != nullptr) result = nacre::Error(first->error);
  const bool failed = first != nullptr;
  result = t->threads.finish(std::move(result));
  // The first thread's own error has its frames' places.
  if (failed && !result && result.error().message == first->error.message)
    return outcome(first, status);
  nacre_error_delete(first);
  return outcome(error_of(std::move(result)), status);
}

}  // extern "C"
