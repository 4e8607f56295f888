// Frames over a real socket: whole ones of every size, and ends that come too early.
#include "unit/worker/support.hpp"

#include <cstring>
#include <thread>
#include <unistd.h>

namespace integ::worker::testing {
namespace {

using ::testing::HasSubstr;

std::string frame_of(std::size_t size) {
  FrameWriter out(Op::log);
  out.text(std::string(size, 'x'));
  return std::move(out).frame();
}

void write_raw(int fd, const std::string& bytes) {
  ASSERT_EQ(::write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

std::string length(std::uint64_t size) {
  std::string out(sizeof size, '\0');
  std::memcpy(out.data(), &size, sizeof size);
  return out;
}

TEST(Channel, FramesOfEverySizeComeWholeAndInOrder) {
  auto [near, far] = socket_pair();
  const std::vector<std::size_t> sizes{0, 1, 100, 65'519, 65'520, 65'536, 3u << 20, 5, 200'000, 7};
  std::thread sender([&sizes, socket = std::make_shared<UniqueFd>(std::move(far))]() mutable {
    Channel channel(std::move(*socket), kMostFromHost);
    for (const std::size_t size : sizes) channel.send(frame_of(size));
  });
  Channel channel(std::move(near), kMostFromWorker);
  for (const std::size_t size : sizes) {
    const std::string payload = channel.receive();
    FrameReader in(payload);
    in.u8();
    EXPECT_EQ(in.text().size(), size);
    in.end();
  }
  sender.join();
  EXPECT_THROW(channel.receive(), ChannelClosed);
}

TEST(Channel, AnEmptyOrTooLargeFrameIsBroken) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{101}, ~std::uint64_t{0}}) {
    auto [near, far] = socket_pair();
    write_raw(far.get(), length(size) + std::string(200, 'x'));
    Channel channel(std::move(near), 100);
    EXPECT_THROW(channel.receive(), BrokenFrame) << size;
  }
}

TEST(Channel, AFrameThatIsCutByTheEndIsClosed) {
  const std::string whole = frame_of(20);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    auto [near, far] = socket_pair();
    write_raw(far.get(), whole.substr(0, size));
    far.reset();
    Channel channel(std::move(near), 100);
    EXPECT_THROW(channel.receive(), ChannelClosed) << size;
  }
}

TEST(Channel, WhatWasSentBeforeTheEndIsRead) {
  auto [near, far] = socket_pair();
  write_raw(far.get(), frame_of(1) + frame_of(2));
  far.reset();
  Channel channel(std::move(near), 100);
  EXPECT_THROW(
      {
        for (;;) channel.send(frame_of(100));
      },
      ChannelClosed);
  EXPECT_EQ(channel.receive().size(), 10U);
  EXPECT_EQ(channel.receive().size(), 11U);
  EXPECT_THROW(channel.receive(), ChannelClosed);
}

// Whoever has to wait asks; the answer may be that there is nothing to wait for.
TEST(Channel, AWaitMayEndIt) {
  auto [near, far] = socket_pair();
  Channel channel(std::move(near), 100, [](int, short) { throw std::runtime_error("enough"); });
  EXPECT_THROW(channel.receive(), std::runtime_error);
  EXPECT_THROW(channel.send(frame_of(64u << 20)), std::runtime_error);
}

}  // namespace
}  // namespace integ::worker::testing
