// What makes an answer a good one, for http::Client: a page whose records can be sliced, or any whole body.
// Each belongs to one exchange, on the task's thread.
#pragma once

#include "http/exchange.hpp"
#include "json/slicer.hpp"
#include "sync/body_format.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace integ::sync {

// For emit_batch: slices while bytes arrive.
class SliceAcceptor final : public http::Acceptor {
 public:
  explicit SliceAcceptor(const json::SliceOptions& options, BodyFormat format = {})
      : options_(options), format_(format), slicer_(options) {}
  void begin() override;
  void head(const http::Answer& answer) override;
  void more(std::string& body) override;
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  // Of the accepted answer; nothing for one without a body (204, 205).
  std::optional<json::Slices> take() { return std::move(slices_); }

 private:
  json::SliceOptions options_;
  BodyFormat format_;
  json::Slicer slicer_;
  std::optional<json::SliceError> failed_;
  std::optional<json::Slices> slices_;
};

// For fetch: a body that begins like JSON has to be whole JSON, and lines of it, where they are asked for, an array;
// any other is taken as it is.
class BodyAcceptor final : public http::Acceptor {
 public:
  explicit BodyAcceptor(BodyFormat format = {}) : format_(format) {}
  void begin() override { json_.reset(); }
  void more(std::string&) override {}
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  std::optional<json::Document> take() { return std::move(json_); }

 private:
  Judgement judge_lines(http::Answer& answer);

  BodyFormat format_;
  std::optional<json::Document> json_;
};

// A body of lines that ended with its connection and not at the end of a line: some of it is missing. `body` is the end
// of it, at least.
bool is_torn(const http::Answer& answer, std::string_view body);
http::Acceptor::Judgement torn_judgement();

// The JSON text at a pointer of the answer's body; "" where nothing is.
std::string json_value_at(const http::Answer& answer, std::string_view pointer);

// What the client is to do about a page that could not be sliced.
http::Acceptor::Judgement judgement_of(const json::SliceError& error, std::string_view body);

}  // namespace integ::sync
