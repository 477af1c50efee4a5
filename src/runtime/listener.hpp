// SPDX-License-Identifier: Apache-2.0
//
// Listening to functions. Which functions of a module are listened to is known when its code is
// made (CompiledModule::listeners); engines make other code for them, which tells when they are
// entered, when they return and when they make a tail call. A frame that goes away otherwise is
// found when a trap or an exception is raised, and told about when the frames are gone:
//
//   - of a trap, engines put the frames into Store::listening; Store::call tells when the engine
//     has come back (report_unwound),
//   - of an exception that is caught, the engine tells before the handler runs (tell_passed).
//
// Exactly one end is told of every frame whose beginning was told. A frame that told its end and is
// still there, because it is about to make a tail call or because its listener failed, is
// Listening::ended_frame; frames whose beginning was not told yet, engines know by their code.
//
// Host functions are listened to as imports of a module: its instances get a function that stands
// for them (listened_import).
#pragma once

#include <cstdint>
#include <vector>

#include "nacre/result.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

// Those of a module; made by the layer above. Immutable, shared by threads.
class ModuleListeners {
 public:
  virtual ~ModuleListeners() = default;
  // Whether somebody listens to the function with this index.
  virtual bool listens(uint32_t func) const = 0;
  // The slots are flattened as for HostCallback; references in them are brought up to date after
  // the listener ran. A Trap other than none: the call is to end with it, as if a host function
  // had returned it.
  virtual Trap before(Instance& instance, uint32_t func, Slot* params) const = 0;
  virtual Trap after(Instance& instance, uint32_t func, Slot* results) const = 0;
  virtual Trap tail_call(Instance& instance, uint32_t func) const = 0;
  // `depth` of the frame when it was there; 0: it is there, ask the engine.
  virtual void unwound(Instance& instance, uint32_t func, uint64_t depth,
                       const Error& why) const = 0;
};

struct UnwoundFrame {
  Instance* instance;
  uint32_t func;
  uint64_t depth;  // from 1, the outermost
};

// What a store has beside, once it has an instance of a module with listeners.
struct Listening {
  uintptr_t ended_frame = 0;          // by its frame pointer
  std::vector<UnwoundFrame> unwound;  // by the trap that ends the call; innermost first
};

// Tells about store.listening->unwound. What the store knows of the trap stays.
void report_unwound(Store& store, Trap trap);
// Tells about frames that an exception has passed; gives the exception, which may have moved.
GcRef tell_passed(Store& store, const std::vector<UnwoundFrame>& frames, GcRef exception);

// The function that stands for the host function `target`, import `index` of the instance.
Func* listened_import(Instance& instance, uint32_t index, Func* target);

}  // namespace nacre::runtime
