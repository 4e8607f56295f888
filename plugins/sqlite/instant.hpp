// An instant as text.
#pragma once

#include <cstdint>
#include <string>

namespace integ_sqlite {

// RFC 3339 in UTC with milliseconds: 2024-01-02T03:04:05.678Z. `ms` since the Unix epoch.
std::string instant(std::int64_t ms);

}  // namespace integ_sqlite
