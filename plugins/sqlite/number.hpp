// How a JSON number is kept: as SQLite's integer or real where a reader gets its digits back, else as text.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace integ_sqlite {

struct OwnText {};  // the number's own text is what has to be kept
using Stored = std::variant<OwnText, std::int64_t, double>;

// An integer when it is the plain spelling of an int64; a double when `text` is its shortest spelling, in either
// notation, with or without ".0" (3.7, 0.30000000000000004, 100.0, 1.5e-07). Not so: 18446744073709551617, 1e400,
// 1884518522.1684267241 (digits lost), 1.10, 1e5, -0 (another spelling would come back).
Stored stored(std::string_view text) noexcept;

}  // namespace integ_sqlite
