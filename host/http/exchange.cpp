#include "http/exchange.hpp"

#include "base/text.hpp"

namespace integ::http {

const std::string* Answer::header(std::string_view name, std::uint32_t nth) const noexcept {
  for (const Header& each : headers) {
    if (equal_ignoring_case(each.name, name) && nth-- == 0) return &each.value;
  }
  return nullptr;
}

}  // namespace integ::http
