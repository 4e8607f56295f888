#include "sync/sample.hpp"

#include "sync/discover.hpp"
#include "sync/stream_glance.hpp"

#include <exception>
#include <memory>
#include <utility>

namespace integ::sync {
namespace {

void run(StreamGlance& glance, const Sample& sample) {
  if (glance.runner()->slices == nullptr) return glance.run(nullptr);
  for (const Slice& slice : glance.slices()) {
    if (sample.pages_left == 0) return;
    glance.run(&slice);
  }
}

// What it throws, unless it was cancelled.
template <class Body>
std::optional<Error> error_of(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    if (error.kind() == Kind::cancelled) throw;
    return error;
  } catch (const std::exception& error) {
    return Error(Kind::internal, error.what());
  }
  return std::nullopt;
}

}  // namespace

std::vector<SampledStream> sample(Connection& connection, const DiscoveredStreams& discovered, const Catalog& catalog,
                                  std::uint64_t pages, const SeeRecords& see) {
  const plugin::LoadedConnector& connector = connection.connector();
  std::vector<SampledStream> out(catalog.streams.size());
  std::vector<Sample> samples(out.size());
  std::vector<std::unique_ptr<StreamGlance>> interleaved;
  std::vector<std::size_t> fed_together;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Stream& stream = catalog.streams[i].stream;
    samples[i] = {pages, [&see, i](const std::vector<std::string_view>& records) { see(i, records); }};
    const plugin::LoadedStream* loaded = find_stream(connector, discovered, stream);
    if (loaded == nullptr) throw Error(Kind::internal, "stream " + stream.name + " is not loaded");
    const integ_runner* runner = runner_of(connector, *loaded);
    auto glance = std::make_unique<StreamGlance>(connection, *loaded, runner, &samples[i]);
    if (runner == nullptr) {
      interleaved.push_back(std::move(glance));
      fed_together.push_back(i);
      continue;
    }
    connection.services().cancellation.throw_if_cancelled();
    out[i].error = error_of([&] { run(*glance, samples[i]); });
  }
  if (!interleaved.empty()) {
    const std::optional<Error> error = error_of([&] { glance_interleaved(connection, interleaved); });
    for (const std::size_t i : fed_together) out[i].error = error;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i].pages = pages - samples[i].pages_left;
    if (out[i].error) out[i].error->at({.stream = catalog.streams[i].stream.name});
  }
  return out;
}

}  // namespace integ::sync
