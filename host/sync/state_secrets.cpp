#include "sync/state_secrets.hpp"

#include "base/error.hpp"
#include "base/query.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "json/document.hpp"
#include "json/text.hpp"

#include <algorithm>
#include <utility>

namespace integ::sync {
namespace {

// As a parameter's value may be written: percent-encoded, or as forms have it, with '+' for a space.
bool is_secret(std::string_view value, const Secrets& secrets) {
  std::string spaced(value);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  for (const std::string& each : {std::string(value), percent_decode(value), percent_decode(spaced)}) {
    if (secrets.contains(each) || secrets.stands_in(each)) return true;
  }
  return false;
}

// A URL, or the end of one, without those of the parameters whose value is a secret.
std::string without_parameters(std::string_view url, const std::vector<std::string>& parameters,
                               const Secrets& secrets) {
  const std::size_t question = url.find('?');
  if (question == std::string_view::npos) return std::string(url);
  const std::size_t end = std::min(url.find('#', question), url.size());
  bool cut = false;
  const std::string kept = pairs_without(
      url.substr(question + 1, end - question - 1), [&](std::string_view written, std::string_view value) {
        const std::string name = percent_decode(written);
        const bool credential = std::find(parameters.begin(), parameters.end(), name) != parameters.end();
        const bool secret = credential && is_secret(value, secrets);
        cut = cut || secret;
        return secret;
      });
  if (!cut) return std::string(url);
  std::string out(url.substr(0, question));
  if (!kept.empty()) (out += '?') += kept;
  return out.append(url.substr(end));
}

[[noreturn]] void refuse(const std::string& where) {
  throw Error::of_status(
      INTEG_E_ARGUMENT,
      "a secret stands in " + where +
          ", and states are stored and shown: keep a cursor or a page there, and add the secret when the request is "
          "made (set_auth puts it on each, and then it is cut from links)");
}

class Cleaning {
 public:
  Cleaning(const std::vector<std::string>& parameters, const Secrets& secrets)
      : parameters_(parameters), secrets_(secrets) {}

  // Writes the value out again, as it may be stored.
  void write(const json::Node& node, const std::string& pointer) {
    switch (node.type) {
      case json::Type::string: {
        const std::string kept = without_parameters(node.text, parameters_, secrets_);
        changed_ = changed_ || kept != node.text;
        if (secrets_.stands_in(kept)) refuse("the state at " + pointer);
        json::append_quoted(out_, kept);
        break;
      }
      case json::Type::object:
        out_ += '{';
        for (std::uint64_t i = 0; i < node.count; ++i) {
          if (i > 0) out_ += ',';
          if (secrets_.stands_in(node.keys[i])) refuse("the name of a member of the state");
          json::append_quoted(out_, node.keys[i]);
          out_ += ':';
          write(node.items[i], pointer + '/' + std::string(node.keys[i]));
        }
        out_ += '}';
        break;
      case json::Type::array:
        out_ += '[';
        for (std::uint64_t i = 0; i < node.count; ++i) {
          if (i > 0) out_ += ',';
          write(node.items[i], pointer + '/' + std::to_string(i));
        }
        out_ += ']';
        break;
      default:
        if (secrets_.stands_in(node.text)) refuse("the state at " + pointer);
        out_ += node.text;
    }
  }
  bool changed() const { return changed_; }
  std::string take() { return std::move(out_); }

 private:
  const std::vector<std::string>& parameters_;
  const Secrets& secrets_;
  std::string out_;
  bool changed_ = false;
};

}  // namespace

std::string without_secrets(std::string state, const std::vector<std::string>& parameters, const Secrets& secrets) {
  // Escaped text shows what it holds only when it is read.
  const bool may_hold = secrets.stands_in(state) || state.find('\\') != std::string::npos ||
                        (!parameters.empty() && state.find('?') != std::string::npos);
  if (!may_hold || secrets.empty()) return state;
  const json::Document document = json::Document::parse(state, "the emitted state");
  Cleaning cleaning(parameters, secrets);
  cleaning.write(document.root(), "");
  return cleaning.changed() ? cleaning.take() : state;
}

void refuse_secret_key(std::string_view key, const Secrets& secrets) {
  if (secrets.stands_in(key)) refuse("the key of a slice, which is a part of the state");
}

}  // namespace integ::sync
