#include "fixture_api/faults.hpp"

namespace fixture_api {

Fault Fault::with_status(int status) {
  Fault fault;
  fault.instead = json_error(status, "planned fault");
  return fault;
}

Fault Fault::with_body(std::string body, std::string content_type) {
  Fault fault;
  fault.instead.emplace();
  fault.body(std::move(body), std::move(content_type));
  return fault;
}

Fault Fault::malformed_json() { return with_body(R"({"count":2,"next":null,"results":[{"name":"bulbasaur","url")"); }

Fault Fault::html() {
  return with_body("<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n",
                   "text/html; charset=utf-8");
}

Fault Fault::cut_body(std::size_t bytes) {
  Fault fault;
  fault.body_limit = bytes;
  return fault;
}

Fault Fault::stall_body(std::size_t bytes) {
  Fault fault = cut_body(bytes);
  fault.stall = true;
  return fault;
}

Fault Fault::close_connection() {
  Fault fault;
  fault.close = true;
  return fault;
}

Fault Fault::slow_first_byte(std::chrono::milliseconds delay) {
  Fault fault;
  fault.first_byte_delay = delay;
  return fault;
}

Fault& Fault::header(std::string name, std::string value) {
  if (!instead) instead.emplace();
  instead->headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

Fault& Fault::body(std::string text, std::string content_type) {
  if (!instead) instead.emplace();
  instead->body = std::move(text);
  instead->content_type = std::move(content_type);
  return *this;
}

Fault& Fault::delay(std::chrono::milliseconds value) {
  first_byte_delay = value;
  return *this;
}

Fault& Fault::at(std::size_t nth) {
  first = nth;
  return *this;
}

Fault& Fault::times(std::size_t value) {
  count = value;
  return *this;
}

void FaultPlan::add(std::string where, Fault fault) {
  const std::lock_guard lock(mutex_);
  entries_.push_back({std::move(where), std::move(fault)});
}

void FaultPlan::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
}

std::optional<Fault> FaultPlan::next(const Request& request) {
  const std::lock_guard lock(mutex_);
  std::optional<Fault> struck;
  for (Entry& entry : entries_) {
    if (entry.where != "*" && entry.where != request.path && entry.where != request.target) continue;
    ++entry.seen;
    const bool its_turn = entry.seen >= entry.fault.first && entry.seen - entry.fault.first < entry.fault.count;
    if (its_turn && !struck) struck = entry.fault;
  }
  return struck;
}

}  // namespace fixture_api
