// SPDX-License-Identifier: Apache-2.0
//
// CompileOptions: what is decided for one module when it is compiled, beside the engine's Config.
//
//   struct Count : nacre::FunctionListener {                       // nacre/listener.hpp
//     std::atomic<int> calls = 0;
//     void before(nacre::ListenerCall&, nacre::Span<const nacre::Value>) override { ++calls; }
//   } count;
//   nacre::CompileOptions options;
//   options.listeners = [&](const nacre::FunctionInfo& f) {
//     return f.name == "parse" ? &count : nullptr;
//   };
//   auto module = nacre::Module::compile(engine, bytes, options);
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "nacre/detail/guard.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/function.hpp"
#include "nacre/list.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"

namespace NACRE_PUBLIC nacre {

class FunctionListener;

// A function of a module, as its binary describes it. The views are valid as long as the module.
struct FunctionInfo {
  uint32_t index = 0;        // in the module's function index space: imports come first
  StringView name;           // from the name section; empty without one
  StringView module_name;    // likewise
  FuncType type;             // its parameters and results
  List<StringView> exports;  // the names it is exported under
  bool imported = false;     // whether it comes from outside
  StringView import_module, import_name;  // of an imported function
};

// What to call it in front of people: what it is imported as ("env.log"), its name, the first name
// it is exported under, or "func[7]".
String to_string(const FunctionInfo& function);

// A callable as bool(): whether to stop compiling. A C++ exception it throws means yes.
class StopFunction : public Function<bool()> {
 public:
  // An empty one.
  StopFunction() = default;
  // An empty one.
  StopFunction(std::nullptr_t) {}
  // Any callable; it is moved or copied in. An empty Function gives an empty one.
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, StopFunction> &&
           std::is_invocable_r_v<bool, std::decay_t<F>&>) StopFunction(F&& f) {
    if constexpr (std::is_same_v<std::remove_cvref_t<F>, Function<bool()>>)
      if (!f) return;
    Function<bool()>::operator=(detail::guard<true>(std::forward<F>(f)));
  }
};

// A plain value, for designated initialisers.
struct CompileOptions {
  // Asked once for every function, imported ones included, in the order of their indices, by the
  // thread that compiles and before any code is made: which listener hears its calls, or null. A
  // function without one has the code it would have without this option. One listener may serve any
  // number of functions. The module keeps a copy of the callable, and destroys it with the last
  // handle, instance and store that use the module: what it owns (a std::shared_ptr it has
  // captured, say) lives long enough. Listeners it merely refers to must live as long. Empty:
  // nobody listens.
  Function<FunctionListener*(const FunctionInfo&)> listeners = {};
  // Asked while bodies of functions are validated and code is made, after every few kilobytes and
  // by all threads that compile, at the same time: true ends the compilation with
  // ErrorKind::interrupted, as soon as each thread has finished the function it is at. A deadline
  // or a flag, say. Not asked any more once compile has returned. Empty: nothing stops it.
  StopFunction stop = {};
};

}  // namespace nacre
