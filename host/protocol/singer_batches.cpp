#include "protocol/singer_batches.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "json/text.hpp"
#include "protocol/compressor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <random>

namespace integ::protocol {
namespace {

constexpr std::string_view kScheme = "file://";

// The folder that `root` names: a file URL, as the SDK wants it, or a path.
std::filesystem::path folder_of(std::string_view root, const std::string& base) {
  std::string path(root);
  if (root.starts_with(kScheme)) {
    path = percent_decode(root.substr(kScheme.size()));
    if (!path.starts_with('/')) {
      throw Error(Kind::config, "batch_config.storage.root: expected file:///FOLDER, or a path, got " +
                                    sanitised(root, 80) + ": a file URL is absolute and names no host");
    }
  } else if (root.find("://") != std::string_view::npos) {
    throw Error(Kind::config, "batch_config.storage.root: expected file:///FOLDER, or a path, got " +
                                  sanitised(root, 80) + ": batches are written to this machine's file system alone");
  }
  return std::filesystem::absolute(std::filesystem::path(base) / path).lexically_normal();
}

// Of the stream's name what stands for itself in a URL: readers differ in what they decode.
std::string plain_name(const std::string& id) {
  std::string out = id;
  std::ranges::replace_if(
      out, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '_' && c != '.'; }, '_');
  return out;
}

std::string file_url(const std::string& path) {
  std::string out(kScheme);
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t slash = std::min(path.find('/', at), path.size());
    out += percent_encode(std::string_view(path).substr(at, slash - at));
    if (slash < path.size()) out += '/';
    at = slash + 1;
  }
  return out;
}

std::string random_name() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace

SingerBatches::SingerBatches(const json::Node& config, Sinks& sinks, const std::string& folder)
    : sinks_(sinks), run_(random_name()), batch_size_(std::stoull(std::string(config.member("batch_size")->text))) {
  const json::Node* storage = config.member("storage");
  start_ = (folder_of(storage->string("root"), folder) / storage->string("prefix")).string();
  compression_ = config.member("encoding")->string("compression");
  shape_.compression = compression_of(compression_);
  json::ObjectWriter encoding(encoding_);
  encoding.text("format", "jsonl").text("compression", compression_);
  encoding.close();
  sinks_.check(start_ + "batch.jsonl");
  sinks_.tidy(start_);
}

void SingerBatches::open(const std::string& id, Stream& stream) {
  const std::string_view packed = compression_ == "gzip" ? ".gz" : compression_ == "zstd" ? ".zst" : "";
  stream.path = fmt::format("{}{}-{}-{:05}.jsonl{}", start_, plain_name(id), run_, ++files_, packed);
  stream.file = sinks_.open(stream.path, false, shape_);
  stream.records = 0;
}

void SingerBatches::records(const std::string& id, std::span<const std::string_view> lines) {
  Stream& stream = streams_[id];
  for (const std::string_view line : lines) {
    if (!stream.file) open(id, stream);
    const std::array<std::string_view, 2> parts{line, "\n"};
    stream.file->write(parts);
    if (++stream.records >= batch_size_) finish(id, stream);
  }
}

void SingerBatches::state(const std::string& id, std::string_view json, std::uint64_t ticket) {
  last_ticket_ = ticket;
  Stream& stream = streams_[id];
  if (!stream.file) {
    due_.bookmarks.emplace_back(id, json);
    return;
  }
  if (!stream.held) {
    stream.first_held_ticket = ticket;
    waiting_.insert(ticket);
  }
  stream.held = json;
}

void SingerBatches::finish(const std::string& id) {
  if (const auto found = streams_.find(id); found != streams_.end()) finish(id, found->second);
}

void SingerBatches::finish_all() {
  for (auto& [id, stream] : streams_) finish(id, stream);
}

void SingerBatches::finish(const std::string& id, Stream& stream) {
  if (!stream.file) return;
  stream.file->sync();
  stream.file.reset();
  json::ObjectWriter message(due_.lines);
  message.text("type", "BATCH")
      .text("stream", id)
      .raw("encoding", encoding_)
      .raw("manifest", json::string_array({file_url(stream.path)}));
  message.close();
  due_.lines += '\n';
  if (!stream.held) return;
  waiting_.erase(stream.first_held_ticket);
  due_.bookmarks.emplace_back(id, std::move(*stream.held));
  stream.held.reset();
}

SingerBatches::Due SingerBatches::due() { return std::exchange(due_, {}); }

std::string batch_option_schema() {
  return R"("batch_config":{"type":"object","additionalProperties":false,"required":["storage"],"title":"Batches",)"
         R"("description":"BATCH messages: records go into files, which the messages name.","properties":{)"
         R"("encoding":{"type":"object","additionalProperties":false,"default":{},"properties":{)"
         R"("format":{"type":"string","enum":["jsonl"],"default":"jsonl"},)"
         R"("compression":{"type":"string","enum":["gzip","zstd","none"],"default":"gzip"}}},)"
         R"("storage":{"type":"object","additionalProperties":false,"required":["root"],"properties":{)"
         R"("root":{"type":"string","minLength":1,"description":"The folder, as file:///FOLDER or a path."},)"
         R"("prefix":{"type":"string","pattern":"^[^/]*$","default":"",)"
         R"("description":"What the name of each file begins with."}}},)"
         R"("batch_size":{"type":"integer","minimum":1,"maximum":1000000000,"default":10000,)"
         R"("description":"The most records of a file."}}})";
}

}  // namespace integ::protocol
