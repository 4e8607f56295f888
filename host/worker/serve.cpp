#include "worker/serve.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "bridge/entries.hpp"
#include "worker/messages.hpp"

#include <exception>
#include <optional>
#include <utility>

namespace integ::worker {
namespace {

// How a call ended that returned, or threw what it must not.
struct Outcome {
  Ended how = Ended::returned;
  integ_status status = INTEG_OK;
  std::optional<Error> error;
  std::string thrown;
};

Outcome entered(const bridge::Entry& entry, bridge::Context& context) {
  Outcome out;
  try {
    out.status = bridge::direct_entries().enter(entry, context);
  } catch (const Error& error) {
    out.how = Ended::threw_error;
    out.error = error;
  } catch (const std::exception& error) {
    out.how = Ended::threw;
    out.thrown = replace_invalid_utf8(error.what());
  }
  return out;
}

void serve(Channel& channel, const plugin::LoadedConnector& connector, FarHost& host) {
  const std::string payload = channel.receive();
  FrameReader in(payload);
  if (in.one_of(Reply::end) != Reply::task) throw BrokenFrame("it is no task");
  Task task = get_task(in);
  in.end();
  FarTask far(channel, connector, host);
  FarBackend backend(far, 0);
  const plugin::LoadedStream* stream = task.discovered.get();
  if (!task.stream.empty()) stream = connector.stream(task.stream);
  bridge::Context context(task.phase, backend, std::move(task.documents),
                          stream == nullptr ? nullptr : &stream->descriptor);
  const bridge::Entry entry{task.function, connector, stream};
  Outcome outcome;
  if (bridge::has(entry)) {
    outcome = entered(entry, context);
  } else {
    outcome.how = Ended::threw_error;
    outcome.error = Error(Kind::plugin, "the plug-in's file was replaced since it was listed: start integ again");
  }
  FrameWriter done(Op::done);
  done.u8(static_cast<std::uint8_t>(outcome.how));
  done.i32(outcome.status);
  if (outcome.error) put(done, *outcome.error);
  if (outcome.how == Ended::threw) done.text(outcome.thrown);
  put(done, context.said());
  far.put_said(done);
  far.tell(std::move(done));
}

}  // namespace

void serve_task(UniqueFd socket, const plugin::LoadedConnector& connector, FarHost& host) noexcept {
  try {
    Channel channel(std::move(socket), kMostFromHost);
    serve(channel, connector, host);
  } catch (const std::exception&) {  // nobody is there to be told; the host sees the socket close
  }
}

}  // namespace integ::worker
