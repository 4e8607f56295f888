// What is shown of URLs that are none, for url.cpp.
#pragma once

#include <string>
#include <string_view>

namespace integ {

// Without its query, and without all that may be user information: a password that should have been encoded may hold
// any delimiter, so it reaches to the last '@'.
std::string shown_of_bad(std::string_view text);

}  // namespace integ
