// What makes an answer a good one, for http::Client: a page whose records can be sliced, or any whole body.
// Each belongs to one exchange, on the task's thread.
#pragma once

#include "http/exchange.hpp"
#include "json/reader.hpp"
#include "json/slicer.hpp"
#include "sync/body_format.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace integ::sync {

// Makes whole bodies JSON, as the request's parser says: the answer's body is replaced by it.
class BodyReader {
 public:
  BodyReader() = default;
  BodyReader(json::ReaderSpec spec, const json::ReadLimits& limits) : spec_(std::move(spec)), limits_(limits) {}

  const json::ReaderSpec& spec() const noexcept { return spec_; }
  // The same, but for JSON Lines.
  BodyReader of_lines() const;
  // Nothing has to be done, a body can be looked at while it arrives.
  bool plain() const noexcept { return spec_.plain(); }
  // Whether JSON is all that will do.
  bool wants_json() const noexcept { return spec_.format != json::ReaderSpec::Format::any || !spec_.wrappers.empty(); }
  // Whether this body, whole, has to be read before it is JSON; where no parser was named, its first bytes tell.
  bool has_to_read(std::string_view body) const noexcept;
  // Answers how many characters had no meaning. Throws json::ReadError.
  std::uint64_t read(http::Answer& answer) const;
  // What helps where a page has no array of records, "" where nothing does.
  std::string array_hint(std::string_view records) const;
  // The value at a pointer of a body that is JSON, or that can be read; "" where there is none.
  std::string value_at(const http::Answer& answer, std::string_view pointer) const;

 private:
  json::ReadBody read_as_json(const http::Answer& answer) const;

  json::ReaderSpec spec_;
  json::ReadLimits limits_;
};

// For emit_batch: slices while bytes arrive, or when all of them are there and have been read.
class SliceAcceptor final : public http::Acceptor {
 public:
  explicit SliceAcceptor(const json::SliceOptions& options, BodyReader reader = {});
  void begin() override;
  void head(const http::Answer& answer) override;
  void more(std::string& body) override;
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  // Of the accepted answer; nothing for one without a body (204, 205).
  std::optional<json::Slices> take() { return std::move(slices_); }

 private:
  BodyReader reader_;
  BodyFormat format_;
  json::SliceOptions options_;
  json::Slicer slicer_;
  std::optional<json::SliceError> failed_;
  std::optional<json::Slices> slices_;
};

// For fetch: without a parser, a body that begins like JSON has to be whole JSON, lines of it that are labelled so
// become an array, and any other is taken as it is.
class BodyAcceptor final : public http::Acceptor {
 public:
  explicit BodyAcceptor(BodyReader reader = {}) : reader_(std::move(reader)) {}
  void begin() override { json_.reset(); }
  void more(std::string&) override {}
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  std::optional<json::Document> take() { return std::move(json_); }

 private:
  BodyReader reader_;
  std::optional<json::Document> json_;
};

// A body of lines that ended with its connection and not at the end of a line: some of it is missing. `body` is the end
// of it, at least.
bool is_torn(const http::Answer& answer, std::string_view body);
http::Acceptor::Judgement torn_judgement();

// What the client is to do about a page that could not be sliced.
http::Acceptor::Judgement judgement_of(const json::SliceError& error, std::string_view body);
http::Acceptor::Judgement judgement_of(const json::ReadError& error);

}  // namespace integ::sync
