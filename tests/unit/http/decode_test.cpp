// Decoding: every cut of every kind of body, whole ones at every split.
#include "http/decode.hpp"

#include "http/buffer_pool.hpp"
#include "http/transport.hpp"
#include "packed.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace integ::http {
namespace {

using testing::brotli_packed;
using testing::packed;
using testing::zstd_packed;

constexpr int kGzip = MAX_WBITS + 16;
constexpr int kZlib = MAX_WBITS;
constexpr int kRaw = -MAX_WBITS;

const DecodeLimits kLimits{.max_body = 64u << 20, .brotli = brotli_is_built()};

std::string decoded(const std::string& encoding, const std::string& bytes, std::size_t step = std::string::npos,
                    const DecodeLimits& limits = kLimits) {
  Decoder decoder(encoding, limits);
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size())) {
    decoder.feed(std::string_view(bytes).substr(at, step), out, [] {});
  }
  decoder.finish();
  return out;
}

TransportError refusal(const std::string& encoding, const std::string& bytes, const DecodeLimits& limits = kLimits) {
  try {
    decoded(encoding, bytes, std::string::npos, limits);
  } catch (const TransportError& error) {
    return error;
  }
  ADD_FAILURE() << "not refused";
  return {};
}

const std::string kText = R"({"results":[{"name":"pikachu"},{"name":"bulbasaur"}],"next":null})";

TEST(Decode, EveryKindAtEverySplit) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"", kText},
      {"identity", kText},
      {"gzip", packed(kText, kGzip)},
      {"x-GZIP", packed(kText, kGzip)},
      {"deflate", packed(kText, kZlib)},
      {"Deflate", packed(kText, kRaw)},
      {"gzip", packed(kText.substr(0, 20), kGzip) + packed(kText.substr(20), kGzip)},
      {"gzip", packed(kText, kGzip) + packed("", kGzip)},
      {"gzip", packed("", kGzip) + packed(kText, kGzip)},
      {"gzip", packed(kText, kGzip) + std::string(37, '\0')},
      {"gzip, identity", packed(kText, kGzip)},
      {"zstd", zstd_packed(kText)},
      {"ZSTD", zstd_packed(kText.substr(0, 20)) + zstd_packed("") + zstd_packed(kText.substr(20))},
  };
  for (const auto& [encoding, bytes] : kinds) {
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
      ASSERT_EQ(decoded(encoding, bytes, step), kText) << encoding << " in pieces of " << step;
    }
  }
}

TEST(Decode, EveryTruncationIsFoundAtTheEnd) {
  for (const auto& [encoding, bytes] :
       std::vector<std::pair<std::string, std::string>>{{"gzip", packed(kText, kGzip)},
                                                        {"deflate", packed(kText, kZlib)},
                                                        {"deflate", packed(kText, kRaw)},
                                                        {"zstd", zstd_packed(kText)}}) {
    for (std::size_t size = 1; size < bytes.size(); ++size) {
      const TransportError error = refusal(encoding, bytes.substr(0, size));
      EXPECT_EQ(error.why, TransportError::Why::decode) << encoding << " of " << size;
      EXPECT_FALSE(error.permanent) << "a cut body may come whole the next time";
    }
  }
  const std::string first = packed(kText, kGzip);
  for (std::size_t more = 1; more < first.size(); ++more) {  // inside the second member
    EXPECT_EQ(refusal("gzip", first + first.substr(0, more)).why, TransportError::Why::decode) << more;
  }
}

TEST(Decode, BrokenDataIsFound) {
  std::string bytes = packed(std::string(10'000, 'x') + kText, kGzip);
  bytes[bytes.size() - 6] = static_cast<char>(bytes[bytes.size() - 6] ^ 1);  // its checksum
  EXPECT_EQ(refusal("gzip", bytes).why, TransportError::Why::decode);
  for (std::size_t at = 0; at + 1 < bytes.size(); ++at) {  // whatever is wrong ends in an error or the true text
    std::string wrong = bytes;
    wrong[at] = static_cast<char>(wrong[at] ^ 0x10);
    try {
      EXPECT_EQ(decoded("gzip", wrong), std::string(10'000, 'x') + kText) << at;
    } catch (const TransportError& error) {
      EXPECT_EQ(error.why, TransportError::Why::decode) << at;
    }
  }
  std::string frame = zstd_packed(std::string(10'000, 'x') + kText);
  frame.back() = static_cast<char>(frame.back() ^ 1);
  EXPECT_EQ(refusal("zstd", frame).why, TransportError::Why::decode);
  EXPECT_EQ(refusal("zstd", zstd_packed(kText) + "garbage").why, TransportError::Why::decode);
  EXPECT_EQ(refusal("gzip", "not gzip at all").why, TransportError::Why::decode);
  EXPECT_EQ(refusal("gzip", packed(kText, kGzip) + "garbage").why, TransportError::Why::decode);
}

TEST(Decode, AnUnknownEncodingIsRefusedByName) {
  const TransportError error = refusal("br", "x", {.max_body = 1000});
  EXPECT_TRUE(error.permanent);
  EXPECT_NE(error.message.find("br"), std::string::npos) << error.message;
  EXPECT_TRUE(refusal("gzip, gzip", "x").permanent);
}

TEST(Decode, WhatIsAnnouncedIsWhatIsDecoded) {
  EXPECT_EQ(accept_encoding(false), "gzip, deflate, zstd, identity");
  EXPECT_EQ(accept_encoding(true), "gzip, deflate, zstd, br, identity");
  EXPECT_EQ(decoded("zstd", zstd_packed(kText, 23)), kText);
  const TransportError error = refusal("zstd", zstd_packed(kText, 24));
  EXPECT_TRUE(error.permanent);
  EXPECT_NE(error.message.find("8 MiB"), std::string::npos) << error.message;
}

TEST(Decode, LargeBodiesOfEveryKindInPiecesOfTheWire) {
  std::string text;
  for (std::uint32_t i = 0; text.size() < 3'000'000; i = i * 1'664'525 + 1'013'904'223)
    text += std::to_string(i >> 7) + ",";
  for (const auto& [encoding, bytes] :
       std::vector<std::pair<std::string, std::string>>{{"gzip", packed(text, kGzip) + packed(text, kGzip)},
                                                        {"deflate", packed(text + text, kZlib)},
                                                        {"deflate", packed(text + text, kRaw)},
                                                        {"zstd", zstd_packed(text, 23) + zstd_packed(text)}}) {
    for (const std::size_t step : {std::size_t{997}, std::size_t{65'536}, bytes.size()}) {
      EXPECT_TRUE(decoded(encoding, bytes, step) == text + text) << encoding << " in pieces of " << step;
    }
  }
}

class DecodeBrotli : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!brotli_is_built()) GTEST_SKIP() << "this build has no Brotli";
  }
};

TEST_F(DecodeBrotli, AtEverySplitAndEveryCut) {
  const std::string bytes = brotli_packed(kText);
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    ASSERT_EQ(decoded("br", bytes, step), kText) << "in pieces of " << step;
  }
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const TransportError error = refusal("br", bytes.substr(0, size));
    EXPECT_EQ(error.why, TransportError::Why::decode) << size;
    EXPECT_FALSE(error.permanent);
  }
  EXPECT_EQ(refusal("br", bytes + "garbage").why, TransportError::Why::decode);
  EXPECT_EQ(refusal("br", "\xFF\xFF\xFF\xFF").why, TransportError::Why::decode);
}

TEST_F(DecodeBrotli, ABombIsStopped) {
  const std::string bomb = brotli_packed(std::string(32u << 20, ' '));
  EXPECT_EQ(refusal("br", bomb).why, TransportError::Why::too_large);
  std::string text;
  for (std::uint32_t i = 0; text.size() < 3'000'000; i = i * 1'664'525 + 1'013'904'223) text += std::to_string(i) + ",";
  EXPECT_TRUE(decoded("br", brotli_packed(text), 997) == text);
}

TEST(Decode, NoBodyIsEncodedInNothing) { EXPECT_EQ(decoded("gzip", ""), ""); }

TEST(Decode, TheCapCountsDecodedBytes) {
  DecodeLimits limits = kLimits;
  limits.max_body = 100'000;
  EXPECT_EQ(decoded("", std::string(100'000, 'x'), 4096, limits).size(), 100'000u);
  EXPECT_EQ(refusal("", std::string(100'001, 'x'), limits).why, TransportError::Why::too_large);
  const TransportError error = refusal("gzip", packed(std::string(100'001, 'x'), kGzip), limits);
  EXPECT_EQ(error.why, TransportError::Why::too_large);
  EXPECT_TRUE(error.permanent);
}

TEST(Decode, ABombIsStoppedByItsRatio) {
  const std::string below(1u << 20, 'x');  // a megabyte may be as uniform as it likes
  EXPECT_EQ(decoded("gzip", packed(below, kGzip)).size(), below.size());
  const TransportError error = refusal("gzip", packed(std::string(8u << 20, 'x'), kGzip));
  EXPECT_EQ(error.why, TransportError::Why::too_large);
  EXPECT_NE(error.message.find("200"), std::string::npos) << error.message;
}

TEST(Decode, TheReaderSeesTheBodyGrow) {
  const std::string text(1'000'000, 'y');
  std::string mixed = text;
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = static_cast<char>('a' + (i * i + i / 7) % 23);
  const std::string bytes = packed(mixed, kGzip);
  Decoder decoder("gzip", kLimits);
  std::string out;
  std::vector<std::size_t> sizes;
  decoder.feed(bytes, out, [&] { sizes.push_back(out.size()); });
  decoder.finish();
  ASSERT_GT(sizes.size(), 8u);
  EXPECT_EQ(sizes.back(), mixed.size()) << "the last bytes are told, too";
  EXPECT_TRUE(std::is_sorted(sizes.begin(), sizes.end()));
  EXPECT_EQ(out, mixed);
}

TEST(BufferPool, ABufferIsUsedAgainWithRoomBehindItsEnd) {
  BufferPool pool;
  Body first = pool.take(1000);
  EXPECT_GE(first->capacity(), 1000 + kSpareCapacity);
  first->assign(900, 'x');
  const std::string* address = first.get();
  Body second = first;
  first.reset();
  EXPECT_EQ(pool.kept(), 0u) << "somebody still holds it";
  second.reset();
  EXPECT_EQ(pool.kept(), 1u);
  const Body again = pool.take(500);
  EXPECT_EQ(again.get(), address);
  EXPECT_TRUE(again->empty());
}

TEST(BufferPool, WhatItKeepsIsBoundedAndItMayDieFirst) {
  Body survivor;
  {
    BufferPool pool(10'000, 4);
    std::vector<Body> bodies;
    for (int i = 0; i < 10; ++i) bodies.push_back(pool.take(100));
    bodies.push_back(pool.take(1'000'000));
    bodies.clear();
    EXPECT_LE(pool.kept(), 4u);
    EXPECT_GE(pool.kept(), 1u);
    survivor = pool.take(10);
    survivor->assign("still here");
  }
  EXPECT_EQ(*survivor, "still here");
}

}  // namespace
}  // namespace integ::http
