#include "http/private_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>

namespace integ::http {

namespace {

using Bytes6 = std::array<std::uint8_t, 16>;

struct Net4 {
  std::uint32_t address;
  int bits;
};

// IANA's registry of IPv4 special-purpose addresses, and all from 224.0.0.0 on (multicast, reserved).
constexpr std::array<Net4, 14> kNets4 = {{
    {0x00000000, 8},   // 0.0.0.0/8, this host
    {0x0A000000, 8},   // 10.0.0.0/8
    {0x64400000, 10},  // 100.64.0.0/10, carriers
    {0x7F000000, 8},   // 127.0.0.0/8
    {0xA9FE0000, 16},  // 169.254.0.0/16, link-local
    {0xAC100000, 12},  // 172.16.0.0/12
    {0xC0000000, 24},  // 192.0.0.0/24
    {0xC0000200, 24},  // 192.0.2.0/24, documentation
    {0xC0A80000, 16},  // 192.168.0.0/16
    {0xC6120000, 15},  // 198.18.0.0/15, benchmarks
    {0xC6336400, 24},  // 198.51.100.0/24, documentation
    {0xCB007100, 24},  // 203.0.113.0/24, documentation
    {0xE0000000, 4},   // 224.0.0.0/4, multicast
    {0xF0000000, 4},   // 240.0.0.0/4, reserved
}};

bool is_private4(std::uint32_t address) noexcept {
  return std::any_of(kNets4.begin(), kNets4.end(),
                     [address](const Net4& net) { return (address ^ net.address) >> (32 - net.bits) == 0; });
}

std::uint32_t ipv4_at(const Bytes6& bytes, std::size_t at) noexcept {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
         bytes[at + 3];
}

bool starts_with(const Bytes6& bytes, std::initializer_list<std::uint8_t> start) noexcept {
  return std::equal(start.begin(), start.end(), bytes.begin());
}

bool is_private6(const Bytes6& bytes) noexcept {
  if (starts_with(bytes, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_private4(ipv4_at(bytes, 12));  // mapped
  if (starts_with(bytes, {0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0}))
    return is_private4(ipv4_at(bytes, 12));                                     // NAT64
  if (starts_with(bytes, {0x20, 0x02})) return is_private4(ipv4_at(bytes, 2));  // 6to4
  // Only 2000::/3 is given out; ::1, fc00::/7, fe80::/10 and ff00::/8 lie outside of it.
  if ((bytes[0] & 0xE0) != 0x20) return true;
  return starts_with(bytes, {0x20, 0x01, 0x0D, 0xB8});  // documentation
}

}  // namespace

bool is_private_address(const sockaddr& address, socklen_t size) noexcept {
  if (address.sa_family == AF_INET && size >= static_cast<socklen_t>(sizeof(sockaddr_in))) {
    sockaddr_in name{};
    std::memcpy(&name, &address, sizeof(name));
    return is_private4(ntohl(name.sin_addr.s_addr));
  }
  if (address.sa_family == AF_INET6 && size >= static_cast<socklen_t>(sizeof(sockaddr_in6))) {
    sockaddr_in6 name{};
    std::memcpy(&name, &address, sizeof(name));
    Bytes6 bytes{};
    std::memcpy(bytes.data(), &name.sin6_addr, bytes.size());
    return is_private6(bytes);
  }
  return true;  // what is not known is not public
}

}  // namespace integ::http
