// A connector, described: its configuration, where it may go, its streams.
//
//   integ::Source::with_config<Config>("shop", "1.2.0")
//       .title("Shop").documentation_url("https://...")
//       .stream(integ::incremental<Order>("orders").primary_key("/id"), read_orders)
//
// Built once when the plug-in is loaded, constant from then on: functions given to it run on many threads
// at once (unless serial) and share nothing they change. A handle: copies name the same connector.
#pragma once

#include <integ/context.hpp>
#include <integ/entry.hpp>
#include <integ/schema.hpp>
#include <integ/stream.hpp>

#include <concepts>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace integ {
inline namespace v1 {

class Source {
 public:
  // Name: [a-z0-9-]{1,64}; version: semver. C: a struct with INTEG_FIELDS. Without allowed_hosts() the
  // connector may go to the host of the member `url`, if C has one, and nowhere else.
  template <class C>
  static Source with_config(std::string name, std::string version) {
    Source source;
    source.parts_->texts[0] = std::move(name);
    source.parts_->texts[1] = std::move(version);
    source.parts_->texts[6] = config_schema<C>();
    About<C>::members([&](const auto&, std::size_t index) {
      if (About<C>::get().name(index) == "url") source.parts_->hosts = {"{config:/url}"};
    });
    return source;
  }

  Source& title(std::string text) { return set(2, std::move(text)); }
  Source& documentation_url(std::string url) { return set(3, std::move(url)); }
  Source& notes(std::string text) { return set(4, std::move(text)); }
  Source& license(std::string text) { return set(5, std::move(text)); }
  // Retry rules and limits as JSON, in the grammar of a pipeline's `http:`.
  Source& http(std::string json) { return set(7, std::move(json)); }
  // JSON by adapter, {"airbyte": {...}}.
  Source& annotations(std::string json) { return set(8, std::move(json)); }
  // "api.x.com", "*.x.com", "{config:/url}", "{config:/shop}.x.com".
  template <std::convertible_to<std::string>... Host>
  Source& allowed_hosts(Host... hosts) {
    return parts_->hosts = {std::move(hosts)...}, *this;
  }
  // Never two runs at once in one process.
  Source& serial() { return parts_->raw.flags |= INTEG_CONNECTOR_SERIAL, *this; }

  template <std::invocable<HttpContext&> F>
  Source& stream(Stream stream, F run) {
    stream.run(std::move(run));
    return this->stream(std::move(stream));
  }
  // A stream whose run() is said already, or one that an interleaved run emits to.
  Source& stream(Stream stream) {
    parts_->streams.push_back(std::make_unique<Stream>(std::move(stream)));
    return *this;
  }
  // One run for all streams without a run of their own; it reaches them by open_stream().
  template <std::invocable<HttpContext&> F>
  Source& interleaved(F run) {
    return parts_->interleaved.run = detail::phase(std::move(run)), *this;
  }
  // Streams known only at run time: `find` names them by add_stream(), `run` reads one, which data<T>()
  // describes.
  template <std::invocable<HttpContext&> F, std::invocable<HttpContext&> G>
  Source& discover(F find, G run) {
    parts_->discover = detail::phase(std::move(find));
    parts_->dynamic.run = detail::phase(std::move(run));
    return *this;
  }
  // More of the runner of discovered streams (slices, finish), by a Stream that lends its functions. What discover()
  // was told to run stays.
  Source& dynamic(Stream like) {
    detail::Phase run = std::move(parts_->dynamic.run);
    parts_->dynamic = std::move(like.phases());
    if (!parts_->dynamic.run) parts_->dynamic.run = std::move(run);
    return *this;
  }
  // Gets credentials and answers by set_auth().
  template <std::invocable<HttpContext&> F>
  Source& authorize(F function) {
    return parts_->authorize = detail::phase(std::move(function)), *this;
  }
  // Tries the connection, for every stream that has no check of its own.
  template <std::invocable<HttpContext&> F>
  Source& check(F function) {
    return parts_->check = detail::phase(std::move(function)), *this;
  }

  // The ABI's form, which points into this source's parts. Called when all is said.
  const integ_connector* descriptor() { return parts_->descriptor(); }

 private:
  // Apart, so that a Source may move and what the host points at does not. First in it what the C
  // functions get as `self`.
  struct Parts : detail::SourcePhases {
    std::string texts[9];  // name, version, title, docs, notes, license, config schema, http, annotations
    std::vector<std::string> hosts;
    std::vector<std::unique_ptr<Stream>> streams;

    integ_connector raw{};
    integ_runner dynamic_runner{}, interleaved_runner{};
    std::vector<integ_str> raw_hosts;
    std::vector<const integ_stream*> raw_streams;

    const integ_connector* descriptor() {
      for (auto* phases : {&dynamic, &interleaved}) {
        if (phases->run && !phases->check) phases->check = check;
      }
      raw_hosts.clear();
      raw_streams.clear();
      for (const auto& host : hosts) raw_hosts.push_back(detail::str(host));
      for (const auto& stream : streams) {
        if (stream->phases().run && !stream->phases().check) stream->phases().check = check;
        raw_streams.push_back(stream->descriptor());
      }
      integ_str* const fields[] = {&raw.name,    &raw.version,       &raw.title, &raw.documentation_url, &raw.notes,
                                   &raw.license, &raw.config_schema, &raw.http,  &raw.annotations};
      for (std::size_t i = 0; i < std::size(texts); ++i) *fields[i] = detail::str(texts[i]);
      raw.size = sizeof(raw);
      raw.allowed_hosts = raw_hosts.data();
      raw.allowed_hosts_count = raw_hosts.size();
      raw.streams = raw_streams.data();
      raw.stream_count = raw_streams.size();
      raw.self = static_cast<detail::SourcePhases*>(this);
      raw.discover = discover ? &detail::enter_source<&detail::SourcePhases::discover> : nullptr;
      raw.authorize = authorize ? &detail::enter_source<&detail::SourcePhases::authorize> : nullptr;
      raw.dynamic = detail::runner_of<&detail::SourcePhases::dynamic>(dynamic, dynamic_runner);
      raw.interleaved = detail::runner_of<&detail::SourcePhases::interleaved>(interleaved, interleaved_runner);
      return &raw;
    }
  };

  Source() : parts_(std::make_shared<Parts>()) {}
  Source& set(std::size_t which, std::string text) { return parts_->texts[which] = std::move(text), *this; }

  std::shared_ptr<Parts> parts_;
};

}  // namespace v1
}  // namespace integ
