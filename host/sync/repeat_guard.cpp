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

// A step of a lane: for a given word a bijection of the lane, and for a given lane one of the word, so that
// two texts of one length which differ in one word of a lane never end alike. A product carries upwards only: the
// turn is what brings a word's top bits down, or two of them in one lane would cancel out.
std::uint64_t stepped(std::uint64_t lane, std::uint64_t word) noexcept { return std::rotl(lane ^ word, 23) * kOdd1; }

}  // namespace

// Eight independent lanes, so that the multiplications overlap.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) noexcept {
  constexpr std::size_t kLanes = 8;
  std::uint64_t lanes[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] = seed + lane * kOdd2;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 8 * kLanes; at += 8 * kLanes, left -= 8 * kLanes) {
#pragma GCC unroll 8  // or -O2 keeps the lanes in memory
    for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] = stepped(lanes[lane], load(at + 8 * lane));
  }
  for (std::size_t lane = 0; left > 0; ++lane) {
    std::uint64_t word = 0;
    const std::size_t size = left < 8 ? left : 8;
    std::memcpy(&word, at, size);
    lanes[lane] = stepped(lanes[lane], word);
    at += size;
    left -= size;
  }
  std::uint64_t out = bytes.size();
  for (const std::uint64_t lane : lanes) out = std::rotl(stepped(out, lane ^ (lane >> 32)), 29);
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
