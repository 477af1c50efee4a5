// SPDX-License-Identifier: Apache-2.0
//
// Script values as arguments and as patterns of results.
#pragma once

#include <span>
#include <string>

#include "nacre/result.hpp"
#include "nacre/value.hpp"
#include "text/value.hpp"

namespace nacre::script {

// The value a constant stands for.
Result<Value> to_value(StoreContext store, const text::ScriptValue& v);
// Whether a result is what the pattern says. Floats compare by bits unless a NaN pattern is given.
bool matches(const text::ScriptValue& pattern, const Value& value);
// A NaN as assert_return_canonical_nan and assert_return_arithmetic_nan want it.
bool matches_nan(const Value& value, text::NanPattern pattern);

std::string print_values(std::span<const Value> values);
std::string print_values(std::span<const text::ScriptValue> values);

}  // namespace nacre::script
