// The host's side of one task: answers what the worker asks, with the backends of the host's own contexts, on the
// thread that entered.
//
// What comes from a worker is not believed: numbers of contexts and pages are looked up, a function is answered in the
// phases in which a plug-in may call it, and all else is a BrokenFrame.
#pragma once

#include "bridge/context.hpp"
#include "bridge/entries.hpp"
#include "worker/channel.hpp"
#include "worker/messages.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace integ::worker {

class NearTask {
 public:
  // Borrows both.
  NearTask(Channel& channel, bridge::Context& context) : channel_(channel), contexts_{&context} {}

  // Sends the task and serves it to its end: what the function returned, with what was said put into the contexts.
  // Throws what the function threw, ChannelClosed, BrokenFrame, and what the channel's wait throws.
  integ_status run(const bridge::Entry& entry);
  // States that were taken over so far.
  std::uint64_t states() const noexcept { return states_; }

 private:
  struct Held {
    bridge::Context* context;
    bridge::Page* page;
  };

  void serve(Op op, FrameReader& in);
  void answer(Op op, FrameReader& in);
  integ_status done(FrameReader& in);
  void log(FrameReader& in);
  void release(FrameReader& in);
  void prefetch(FrameReader& in);
  void body(FrameReader& in);
  void open_stream(bridge::Context& context, FrameReader& in);
  bridge::Flow simple(Op op, bridge::Backend& backend, FrameReader& in);
  bridge::Context& context_of(FrameReader& in) const;
  bridge::Page& page_of(bridge::Context& context, FrameReader& in);
  void send(FrameWriter reply);

  Channel& channel_;
  std::vector<bridge::Context*> contexts_;  // by number
  std::map<std::uint64_t, Held> pages_;     // by number
  std::uint64_t states_ = 0;
  bool deaf_ = false;  // the worker takes no more answers: what it has said already is read
};

}  // namespace integ::worker
