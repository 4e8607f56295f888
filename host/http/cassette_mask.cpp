#include "http/cassette_mask.hpp"

#include "base/text.hpp"
#include "http/named_secrets.hpp"

#include <algorithm>
#include <array>

namespace integ::http {

namespace {

bool is_secret_header(const Header& header) {
  constexpr std::array<std::string_view, 5> kNames = {"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie",
                                                      "Authentication-Info"};
  return header.secret || std::any_of(kNames.begin(), kNames.end(),
                                      [&](std::string_view name) { return equal_ignoring_case(header.name, name); });
}

std::string masked_pairs(std::string_view pairs, const Secrets& secrets) {
  return mask_pairs(pairs, [&](std::string_view name, std::string_view value) {
    const bool secret = is_secret_name(name) || secrets.contains(value);
    return std::string(secret && !value.empty() ? kMask : value);
  });
}

std::string masked_links(std::string_view text, LinkMasks& links) {
  return mask_links(text, [&links](std::string_view value) { return links.of(value); });
}

}  // namespace

std::string LinkMasks::of(std::string_view value) {
  if (value.starts_with(kMask)) return std::string(value);
  const std::size_t number = numbers_.try_emplace(std::string(value), numbers_.size() + 1).first->second;
  return std::string(kMask) + (number == 1 ? std::string() : std::to_string(number));
}

std::string cassette_body(const std::string& body, const Secrets& secrets, LinkMasks& links) {
  const std::string_view start = trimmed(std::string_view(body).substr(0, 64));
  std::string out;
  if (start.starts_with('{') || start.starts_with('[')) {
    out = mask_members(body, is_secret_name);
  } else if (body.size() < 65'536 && body.find('=') != std::string::npos && body.find('\n') == std::string::npos) {
    out = masked_pairs(body, secrets);
  } else {
    out = body;
  }
  return secrets.mask(masked_links(out, links));
}

std::string cassette_header(const Header& header, const Secrets& secrets, LinkMasks& links) {
  if (is_secret_header(header) || secrets.contains(header.value)) return std::string(kMask);
  if (equal_ignoring_case(header.name, "Location")) return cassette_url(header.value, secrets);
  return secrets.mask(masked_links(header.value, links));
}

std::string cassette_url(std::string_view url, const Secrets& secrets) {
  std::string out(url.substr(0, url.find('#')));
  const std::size_t question = out.find('?');
  std::string query = question == std::string::npos ? std::string() : out.substr(question + 1);
  out.erase(std::min(question, out.size()));
  const std::size_t authority = out.find("://");
  if (authority != std::string::npos) {
    const std::size_t end = std::min(out.find('/', authority + 3), out.size());
    const std::size_t at = out.rfind('@', end);
    if (at != std::string::npos && at > authority) out.replace(authority + 3, at - authority - 3, kMask);
  }
  if (question != std::string::npos) (out += '?') += masked_pairs(query, secrets);
  return secrets.mask(out);
}

}  // namespace integ::http
