#include "http/exchange.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>
#include <utility>

namespace integ::http {

const std::string* Answer::header(std::string_view name, std::uint32_t nth) const noexcept {
  for (const Header& each : headers) {
    if (equal_ignoring_case(each.name, name) && nth-- == 0) return &each.value;
  }
  return nullptr;
}

std::string linked_from(const Answer& page, std::string_view url, const std::vector<std::string>& beside) {
  if (page.status == 0 || page.url.empty()) return {};
  try {
    const Url to = Url::parse(url);
    if (to.same_origin(Url::parse(page.url))) return {};
    // The host alone: some writers escape the slashes before it, and the scheme's own port can be left out.
    const auto names = [&to](std::string_view text) { return text.find(to.host) != std::string_view::npos; };
    const bool named = (page.body && names(*page.body)) || std::any_of(beside.begin(), beside.end(), names) ||
                       std::any_of(page.headers.begin(), page.headers.end(),
                                   [&](const Header& header) { return names(header.value); });
    return named ? page.url : std::string();
  } catch (const Error&) {
    return {};  // no URL: whoever sends it will say so
  }
}

bool is_page(int status) noexcept { return status >= 200 && status < 300 && status != 204 && status != 205; }

void show(Answer& answer, Acceptor& acceptor) {
  constexpr std::size_t kPiece = 64u << 10;
  acceptor.begin();
  if (!is_page(answer.status) || !answer.body) return;
  acceptor.head(answer);
  try {
    if (!acceptor.streams()) return acceptor.more(*answer.body);
    const Body whole = std::exchange(answer.body, std::make_shared<std::string>());
    for (std::size_t at = 0; at < whole->size(); at += kPiece) {
      answer.body->append(*whole, at, kPiece);
      acceptor.more(*answer.body);
    }
  } catch (const Enough&) {
  }
}

}  // namespace integ::http
