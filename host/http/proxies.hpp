// The URLs of proxies: what is wrong with one, and what is secret in it. Pure but for the environment.
#pragma once

#include "base/secrets.hpp"

#include <string>
#include <string_view>

namespace integ::http {

// Why libcurl could not use it, without showing it; "" when it can, and for "" and "none".
std::string proxy_fault(std::string_view proxy);
// The passwords in a configured proxy and in those of the environment, which libcurl reads by itself.
void register_proxies(std::string_view configured, Secrets& secrets);

}  // namespace integ::http
