// What the tests of this room share: frames made and read by hand, a pair of sockets, a connector of one function.
#pragma once

#include "base/files.hpp"
#include "plugin/plugin.hpp"
#include "worker/channel.hpp"
#include "worker/frame.hpp"
#include "worker/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <utility>

namespace integ::worker::testing {

// The payload of what a writer holds.
inline std::string payload_of(FrameWriter out) { return std::move(out).frame().substr(kFrameHead); }

// A reader behind the first byte, which says what a frame is.
struct Read {
  explicit Read(FrameWriter out) : payload(payload_of(std::move(out))), in(payload) { in.u8(); }
  std::string payload;
  FrameReader in;
};

inline std::pair<UniqueFd, UniqueFd> socket_pair() {
  std::array<int, 2> ends{};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

using Function = std::function<integ_status(const integ_host&, integ_http_context*)>;

// A connector with the streams "things" and "others", whose run is `run`, and with `run` as its other functions.
struct OneFunction {
  explicit OneFunction(Function run) : function(std::move(run)) {
    for (const char* name : {"things", "others"}) {
      auto stream = std::make_unique<plugin::LoadedStream>();
      stream->info.name = name;
      stream->descriptor.size = sizeof stream->descriptor;
      stream->descriptor.name = {stream->info.name.data(), stream->info.name.size()};
      stream->descriptor.self = &function;
      stream->has_runner = true;
      stream->runner.size = sizeof stream->runner;
      stream->runner.run = stream->runner.slices = stream->runner.check = stream->runner.finish = enter;
      loaded.streams.push_back(std::move(stream));
    }
    loaded.info.name = "one";
    loaded.self = &function;
    loaded.discover = loaded.authorize = loaded.interleaved.run = enter;
    loaded.has_interleaved = true;
  }
  static integ_status enter(void* self, const integ_host* host, integ_http_context* context) {
    return (*static_cast<Function*>(self))(*host, context);
  }
  Function function;
  plugin::LoadedConnector loaded;
};

}  // namespace integ::worker::testing
