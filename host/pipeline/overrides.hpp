// `--set key=value`, put into the tree before it is substituted and read.
#pragma once

#include "pipeline/pipeline.hpp"

namespace integ::pipeline {

// Makes the maps on the way; a number names an entry of a list. Throws where the path leads through a text.
void apply(Value& root, const Override& override_);

}  // namespace integ::pipeline
