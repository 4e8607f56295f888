#include "http/allow_list.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace integ::http {

namespace {

std::string host_and_port(const Url& url) {
  return url.explicit_port ? url.host + ":" + std::to_string(url.port) : url.host;
}

std::vector<std::string> entries(const std::vector<std::string>& from) {
  std::vector<std::string> out;
  for (const std::string& entry : from) {
    if (entry.empty()) continue;
    out.push_back(entry.find("://") == std::string::npos ? lower(entry) : host_and_port(Url::parse(entry)));
  }
  return out;
}

bool any_matches(const std::vector<std::string>& list, const Url& url) {
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) { return host_matches(entry, url); });
}

}  // namespace

AllowList::AllowList(const std::vector<std::string>& connector, const std::vector<std::string>& narrowed)
    : connector_(entries(connector)), narrowed_(entries(narrowed)) {}

bool AllowList::allows(const Url& url) const {
  return any_matches(connector_, url) && (narrowed_.empty() || any_matches(narrowed_, url));
}

void AllowList::require(const Url& url, const std::string& origin) const {
  if (allows(url)) return;
  std::string message = "the host " + host_and_port(url) + " is not allowed";
  if (!origin.empty()) message += " (it was named by " + origin + ")";
  if (connector_.empty()) {
    throw Error(Kind::config, message + ": the connector allows no host at all; it has to list its hosts");
  }
  const bool by_operator = any_matches(connector_, url);
  message += "; allowed " + std::string(by_operator ? "by the pipeline" : "by the connector") + ": " +
             listed(by_operator ? narrowed_ : connector_);
  message += by_operator ? "; add it to allowed_hosts under http"
                         : "; set the connector's own URL option to that host, or pin_origin: true under http to keep "
                           "the configured origin (allowed_hosts can only narrow the connector's list)";
  throw Error(Kind::config, message);
}

}  // namespace integ::http
