// SPDX-License-Identifier: Apache-2.0
//
// Machines no compiler makes code for.
#include "os/cpu.hpp"

namespace nacre::os {

CpuArch cpu_arch() { return CpuArch::other; }
CpuFeatures cpu_features() { return {}; }

}  // namespace nacre::os
