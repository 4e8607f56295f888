#include "sync/repeat_guard.hpp"

#include <bit>
#include <cstring>
#include <utility>

namespace integ::sync {
namespace {

constexpr std::uint64_t kOdd1 = 0x9E3779B97F4A7C15ULL;  // 2^64 / golden ratio
constexpr std::uint64_t kOdd2 = 0xC2B2AE3D27D4EB4FULL;

std::uint64_t load(const char* at) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

__extension__ using Product = unsigned __int128;

// Both halves of a product of two words: each bit of either reaches all of it. (Half a product carries upwards only:
// the top bits of two words would cancel out.) The way of wyhash.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) noexcept {
  const Product product = static_cast<Product>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

// Four independent lanes of two words, so that the multiplications overlap.
std::uint64_t fingerprint(std::string_view bytes, std::uint64_t seed) noexcept {
  constexpr std::size_t kLanes = 4;
  constexpr std::size_t kStep = 16;  // bytes of a lane
  std::uint64_t lanes[kLanes];
  for (std::size_t lane = 0; lane < kLanes; ++lane) lanes[lane] = seed + (lane + 1) * kOdd2;
  const char* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= kStep * kLanes; at += kStep * kLanes, left -= kStep * kLanes) {
#pragma GCC unroll 4  // or -O2 keeps the lanes in memory
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] = mixed(lanes[lane] ^ load(at + kStep * lane), kOdd1 ^ load(at + kStep * lane + 8));
    }
  }
  for (std::size_t lane = 0; left > 0; ++lane) {
    char block[kStep] = {};
    const std::size_t size = left < kStep ? left : kStep;
    std::memcpy(block, at, size);
    lanes[lane] = mixed(lanes[lane] ^ load(block), kOdd1 ^ load(block + 8));
    at += size;
    left -= size;
  }
  std::uint64_t out = bytes.size() ^ kOdd1;
  for (const std::uint64_t lane : lanes) out = mixed(out ^ lane, kOdd2 ^ std::rotl(lane, 32));
  return out;
}

bool RepeatGuard::repeats(std::string_view method, std::string_view url, std::string_view request_body,
                          std::string_view body) {
  return repeats(method, url, request_body, fingerprint(body));
}

bool RepeatGuard::repeats(std::string_view method, std::string_view url, std::string_view request_body,
                          std::uint64_t body) {
  const std::uint64_t request = fingerprint(request_body, fingerprint(url, fingerprint(method)));
  const auto [found, fresh] = seen_.try_emplace(request, body);
  if (fresh) return false;
  if (found->second == body) return true;
  found->second = body;
  return false;
}

bool RepeatGuard::repeats_nothing(std::string_view method, std::string_view url, std::string_view request_body,
                                  std::uint64_t body) {
  const std::uint64_t both = fingerprint(request_body, fingerprint(url, fingerprint(method, body)));
  if (std::exchange(last_empty_, both) != both) empty_in_a_row_ = 0;
  return ++empty_in_a_row_ >= kMostEmpty;
}

bool RepeatGuard::same_as_last(const std::vector<std::string_view>& records) {
  if (records.empty()) return false;
  std::uint64_t all = records.size();
  for (const std::string_view record : records) all = fingerprint(record, all);
  return same_hash_as_last(all);
}

bool RepeatGuard::same_hash_as_last(std::uint64_t records) { return std::exchange(last_records_, records) == records; }

}  // namespace integ::sync
