#include "sync/repeat_guard.hpp"

#include <bit>
#include <cstring>

namespace integ::sync {
namespace {

constexpr std::uint64_t kOdd1 = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio
constexpr std::uint64_t kOdd2 = 0xC2B2AE3D27D4EB4FULL;

std::uint64_t load(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

std::uint64_t mixed(std::uint64_t lane, std::uint64_t word) noexcept {
  return std::rotl(lane ^ (word * kOdd2), 29) * kOdd1;
}

}  // namespace

// Four independent lanes, so that the multiplications overlap.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) noexcept {
  std::uint64_t lanes[4] = {seed ^ kOdd1, seed + kOdd2, seed ^ bytes.size(), ~seed};
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 32; at += 32, left -= 32) {
    for (std::size_t lane = 0; lane < 4; ++lane) lanes[lane] = mixed(lanes[lane], load(at + 8 * lane));
  }
  for (; left >= 8; at += 8, left -= 8) lanes[0] = mixed(lanes[0], load(at));
  std::uint64_t tail = 0;
  if (left > 0) std::memcpy(&tail, at, left);
  lanes[1] = mixed(lanes[1], tail);
  std::uint64_t out = bytes.size();
  for (const std::uint64_t lane : lanes) out = mixed(out ^ (lane >> 32), lane);
  return out ^ (out >> 31);
}

bool RepeatGuard::repeats(std::string_view method, std::string_view url, std::string_view request_body,
                          std::string_view body) {
  const std::uint64_t request = fingerprint(request_body, fingerprint(url, fingerprint(method)));
  const std::uint64_t answer = fingerprint(body);
  const auto [found, fresh] = seen_.try_emplace(request, answer);
  if (fresh) return false;
  if (found->second == answer) return true;
  found->second = answer;
  return false;
}

}  // namespace integ::sync
