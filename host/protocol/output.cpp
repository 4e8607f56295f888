#include "protocol/output.hpp"

#include <algorithm>
#include <utility>

namespace integ::protocol {

Output::Output(const SessionContext& context, const FileShape& shape)
    : sinks_(context.sinks), shape_(shape), open_(context.sink) {
  if (context.options != nullptr) path_ = std::string(context.options->string("path"));
  if (path_.empty()) {
    if (!shape.plain()) throw Error(Kind::config, "compression and rotate are for a file: expected a path");
    if (open_ == nullptr) throw Error(Kind::internal, "the session was opened without a sink and without a path");
    return;
  }
  open_ = nullptr;
  if (sinks_ == nullptr) throw Error(Kind::internal, "the session was opened with a path but without sinks");
  check_place();
}

Output::Output(Sinks& sinks, std::string path, const FileShape& shape)
    : sinks_(&sinks), path_(std::move(path)), shape_(shape) {
  check_place();
}

void Output::check_place() {
  const bool parts = shape_.rotate_bytes > 0;
  sinks_->check(parts ? part_path(path_, 1) : path_);
  sinks_->tidy(parts ? parts_beginning(path_) : path_);
}

Sink& Output::sink() {
  if (open_ == nullptr) {
    own_ = sinks_->open(path_, append_, shape_);
    open_ = own_.get();
  }
  used_ = true;
  return *open_;
}

void Output::flush() {
  if (used_) open_->flush();
}

void Output::sync() {
  if (used_) open_->sync();
}

void Output::finish(integ_status how_it_ended) {
  if (how_it_ended == INTEG_E_OUTPUT) return;  // it would only fail again
  if (how_it_ended == INTEG_OK) sink();
  sync();
}

std::uint64_t Tickets::flush(Flush how, std::span<Output* const> outputs) {
  const bool need_sync =
      std::any_of(outputs.begin(), outputs.end(), [](const Output* output) { return !output->safe_when_flushed(); });
  const auto now = std::chrono::steady_clock::now();
  if (how == Flush::now || (need_sync && written_ > safe_ && now >= next_sync_)) {
    for (Output* output : outputs) output->sync();
    next_sync_ = now + std::chrono::seconds(1);
    safe_ = written_;
  } else {
    for (Output* output : outputs) output->flush();
    if (!need_sync) safe_ = written_;
  }
  return safe_;
}

std::string path_options_schema(std::string_view further_properties) {
  std::string schema =
      R"({"$schema":"http://json-schema.org/draft-07/schema#","type":"object","additionalProperties":false,)"
      R"("properties":{"path":{"type":"string","minLength":1,"title":"Path",)"
      R"("description":"The file to write; standard output when absent."})";
  if (!further_properties.empty()) schema.append(",").append(further_properties);
  return schema += "}}";
}

}  // namespace integ::protocol
