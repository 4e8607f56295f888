// What makes an answer a good one, for http::Client: a page whose records can be sliced, or any whole body.
// Each belongs to one exchange, on the task's thread.
#pragma once

#include "http/exchange.hpp"
#include "json/slicer.hpp"

#include <optional>
#include <string>

namespace integ::sync {

// For emit_batch: slices while bytes arrive.
class SliceAcceptor final : public http::Acceptor {
 public:
  explicit SliceAcceptor(const json::SliceOptions& options) : slicer_(options) {}
  void begin() override;
  void more(std::string& body) override;
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  // Of the accepted answer; nothing for one without a body (204, 205).
  std::optional<json::Slices> take() { return std::move(slices_); }

 private:
  json::Slicer slicer_;
  std::optional<json::SliceError> failed_;
  std::optional<json::Slices> slices_;
};

// For fetch: a body that begins like JSON has to be whole JSON; any other is taken as it is.
class BodyAcceptor final : public http::Acceptor {
 public:
  void begin() override { json_.reset(); }
  void more(std::string&) override {}
  Judgement judge(http::Answer& answer) override;
  std::string value_at(const http::Answer& answer, std::string_view pointer) override;

  std::optional<json::Document> take() { return std::move(json_); }

 private:
  std::optional<json::Document> json_;
};

// What the client is to do about a page that could not be sliced.
http::Acceptor::Judgement judgement_of(const json::SliceError& error, std::string_view body);

}  // namespace integ::sync
