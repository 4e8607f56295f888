#include "cli/transports.hpp"

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "http/curl_transport.hpp"

#include <utility>

namespace integ::cli {

namespace {

constexpr unsigned kOwnerOnly = 0600;  // masked, but still somebody's data

}  // namespace

Transports::Transports(Host& host, const TapeOptions& options) : host_(host), record_(options.record) {
  if (!options.record.empty() && !options.replay.empty()) {
    throw Error(Kind::config, "--record and --replay exclude each other: what is replayed is recorded already");
  }
  if (!record_.empty()) {
    recorder_.emplace(host.secrets());
    replace_file(record_, {}, kOwnerOnly);  // a place that can't be written is told before the run, not after it
  }
  if (!options.replay.empty()) {
    cassette_.emplace(http::parse_cassette(read_text_file(options.replay), options.replay), options.replay,
                      host.secrets());
  }
}

Transports::~Transports() {
  try {
    finish();
  } catch (const Error& error) {
    host_.log().error({}, error.what());
  }
}

std::unique_ptr<http::Transport> Transports::open(const http::Settings& settings) {
  if (cassette_) return std::make_unique<http::ReplayTransport>(*cassette_);
  auto network = std::make_unique<http::CurlTransport>(settings);
  if (!recorder_) return network;
  return std::make_unique<http::RecordingTransport>(std::move(network), *recorder_);
}

void Transports::finish() {
  if (record_.empty()) return;
  const std::string path = std::exchange(record_, {});
  replace_file(path, recorder_->text(), kOwnerOnly);
  const std::size_t count = recorder_->size();
  host_.log().info({}, with_separators(count) + (count == 1 ? " exchange" : " exchanges") + " recorded in " + path);
}

}  // namespace integ::cli
