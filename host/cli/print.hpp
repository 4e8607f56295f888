// What a verb prints for people, on standard output.
#pragma once

#include <string_view>

namespace integ::cli {

// Buffered. What goes wrong with it (a full disk) is told once, here or by output_is_whole(), whichever meets it.
void print(std::string_view text);
// Writes what is buffered; false when not all of the output got out. A reader that has left wants no message.
bool output_is_whole();

}  // namespace integ::cli
