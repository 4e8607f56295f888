// Which addresses are nobody's business on the internet: loopback, private networks, link-local ones (cloud
// machines tell their credentials there), and all that is reserved. For `block_private`. Pure functions.
#pragma once

#include <string>
#include <sys/socket.h>

namespace integ::http {

// True for every address that is not a public one, also when an IPv6 address only wraps one of IPv4.
bool is_private_address(const sockaddr& address, socklen_t size) noexcept;

}  // namespace integ::http
