#include "base/secrets.hpp"

#include "base/text.hpp"
#include "base/url.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace integ {
namespace {

constexpr std::size_t kShortest = 5;  // below it a search would blank ordinary text

constexpr std::size_t kUnmistakable = 12;  // from here on nothing else looks like it

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char byte : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(byte);
    have += 8;
    while (have >= 6) {
      have -= 6;
      out += kBase64[(bits >> have) & 63];
    }
  }
  if (have > 0) out += kBase64[(bits << (6 - have)) & 63];
  return out;
}

// What a value looks like inside the base64 of a longer text, when `before` bytes (mod 3) precede it: the
// characters that depend on the value alone.
std::string base64_inside(std::string_view value, std::size_t before) {
  const std::string text = base64(std::string(before, '\0') + std::string(value));
  const std::size_t begin = (before * 8 + 5) / 6;           // first character free of the bytes before
  const std::size_t end = (before + value.size()) * 8 / 6;  // first that depends on the bytes after
  return end > begin ? text.substr(begin, end - begin) : std::string();
}

// A text without its percent-encoding. Encoders differ in what they leave as it is and in the case of their digits, so
// encoded secrets are searched here and not by how one of them would write it.
class Decoded {
 public:
  explicit Decoded(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      const std::optional<char> escaped = percent_escape(text, at);
      if (escaped) {
        escapes_.push_back(text_.size());
        at += 2;
      }
      text_ += escaped.value_or(text[at]);
    }
  }
  const std::string& text() const { return text_; }
  bool differs() const { return !escapes_.empty(); }
  // Where in the original the byte at `at` begins.
  std::size_t original(std::size_t at) const {
    const auto before = std::lower_bound(escapes_.begin(), escapes_.end(), at) - escapes_.begin();
    return at + 2 * static_cast<std::size_t>(before);
  }

 private:
  std::string text_;
  std::vector<std::size_t> escapes_;  // places in text_, rising
};

// As it stands inside a JSON string, for what no decoder has seen.
std::string json_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

template <class F>
void for_each_place(std::string_view text, const std::vector<std::string>& patterns, F f) {
  for (const std::string& pattern : patterns) {
    for (std::size_t at = text.find(pattern); at != std::string_view::npos; at = text.find(pattern, at + 1)) {
      f(at, at + pattern.size());
    }
  }
}

std::string url_safe(std::string text) {
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

}  // namespace

void Secrets::add(std::string_view value) {
  if (value.empty()) return;
  const std::unique_lock lock(mutex_);
  if (std::find(values_.begin(), values_.end(), value) != values_.end()) return;
  values_.emplace_back(value);
  if (value.size() < kShortest) return;
  std::vector<std::string> forms;
  forms.emplace_back(value);
  forms.push_back(json_escaped(value));
  forms.push_back(sanitised(value, value.size()));  // a key of several lines, after it was shown on one
  for (std::size_t before = 0; before < 3; ++before) {
    std::string inside = base64_inside(value, before);
    if (inside.size() < kShortest) continue;
    forms.push_back(url_safe(inside));
    forms.push_back(std::move(inside));
  }
  for (std::string& form : forms) {
    if (form.size() < kShortest) continue;
    if (std::find(patterns_.begin(), patterns_.end(), form) == patterns_.end()) patterns_.push_back(std::move(form));
  }
}

void Secrets::add_login(std::string_view user, std::string_view password) {
  add(password);
  std::string basic = base64(std::string(user) + ':' + std::string(password));
  add(basic);
  basic.resize((basic.size() + 3) / 4 * 4, '=');
  add(basic);
}

bool Secrets::empty() const {
  const std::shared_lock lock(mutex_);
  return values_.empty();
}

// All places are found in the text as it was, and those that overlap become one: of two secrets that share bytes
// no rest is left, and nothing is searched inside the mask.
std::string Secrets::mask(std::string_view text) const {
  std::vector<std::pair<std::size_t, std::size_t>> places;  // begin, end
  {
    const std::shared_lock lock(mutex_);
    for_each_place(text, patterns_, [&](std::size_t begin, std::size_t end) { places.emplace_back(begin, end); });
    if (const Decoded decoded(patterns_.empty() ? std::string_view() : text); decoded.differs()) {
      for_each_place(decoded.text(), patterns_, [&](std::size_t begin, std::size_t end) {
        places.emplace_back(decoded.original(begin), decoded.original(end));
      });
    }
  }
  std::sort(places.begin(), places.end());
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < places.size();) {
    const std::size_t begin = places[i].first;
    std::size_t end = places[i].second;
    for (++i; i < places.size() && places[i].first < end; ++i) end = std::max(end, places[i].second);
    out.append(text, done, begin - done) += kMask;
    done = end;
  }
  out.append(text, done);
  return out;
}

bool Secrets::stands_in(std::string_view text) const {
  const std::shared_lock lock(mutex_);
  if (patterns_.empty()) return false;
  const auto in = [this](std::string_view searched) {
    bool found = false;
    for_each_place(searched, patterns_, [&](std::size_t begin, std::size_t end) {
      const bool goes_on =
          (begin > 0 && is_alnum(searched[begin - 1])) || (end < searched.size() && is_alnum(searched[end]));
      found = found || !goes_on || end - begin >= kUnmistakable;
    });
    return found;
  };
  if (in(text)) return true;
  const Decoded decoded(text);
  return decoded.differs() && in(decoded.text());
}

bool Secrets::contains(std::string_view value) const {
  const std::shared_lock lock(mutex_);
  return std::find(values_.begin(), values_.end(), value) != values_.end();
}

bool is_secret_name(std::string_view name) {
  constexpr std::array<std::string_view, 29> kNames = {"access_token",
                                                       "refresh_token",
                                                       "id_token",
                                                       "auth_token",
                                                       "session_token",
                                                       "token",
                                                       "client_secret",
                                                       "secret",
                                                       "password",
                                                       "passwd",
                                                       "api_key",
                                                       "apikey",
                                                       "key",
                                                       "code",
                                                       "assertion",
                                                       "client_assertion",
                                                       "code_verifier",
                                                       "sig",
                                                       "signature",
                                                       "x_amz_signature",
                                                       "x_amz_security_token",
                                                       "x_amz_credential",
                                                       "x_goog_signature",
                                                       "x_goog_credential",
                                                       "appsecret_proof",
                                                       "oauth_token",
                                                       "oauth_signature",
                                                       "private_key",
                                                       "pwd"};
  std::string plain = lower(name);
  std::replace(plain.begin(), plain.end(), '-', '_');
  return std::find(kNames.begin(), kNames.end(), plain) != kNames.end();
}

}  // namespace integ
