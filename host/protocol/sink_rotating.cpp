// A file in parts: NAME.00001.EXT, NAME.00002.EXT and so on, each a file of its own.
//
// A part is complete (synced, in its place) before the next begins, so readers may take all parts but the last while a
// run goes on. A record never lies in two parts. What a run replaces is taken away at its first sync, when the first of
// its own parts has come into its place; killed before it, all is as it was.
#include "base/error.hpp"
#include "protocol/sink.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

namespace integ::protocol {
namespace {

constexpr std::size_t kDigits = 5;

// "orders" and ".jsonl.gz" of "orders.jsonl.gz".
std::pair<std::string, std::string> parts_of_name(const std::string& name) {
  std::size_t end = name.size();
  for (const std::string_view packed : {".gz", ".zst"}) {
    if (name.ends_with(packed)) end = name.size() - packed.size();
  }
  const std::size_t dot = name.rfind('.', end - 1);
  const std::size_t at = dot == std::string::npos || dot == 0 || end == 0 ? end : dot;
  return {name.substr(0, at), name.substr(at)};
}

// Numbers of the parts that are there, rising.
std::vector<unsigned> existing_parts(const std::string& path) {
  const std::filesystem::path whole(path);
  const auto [stem, extension] = parts_of_name(whole.filename().string());
  std::vector<unsigned> out;
  std::error_code ignored;
  const std::filesystem::path folder = whole.has_parent_path() ? whole.parent_path() : std::filesystem::path(".");
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.size() < stem.size() + 1 + kDigits + extension.size()) continue;
    const std::string digits = name.substr(stem.size() + 1, name.size() - stem.size() - 1 - extension.size());
    const bool number = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; }) && digits.size() < 10;
    if (!number) continue;
    const auto part = static_cast<unsigned>(std::strtoul(digits.c_str(), nullptr, 10));
    if (std::filesystem::path(part_path(path, part)).filename() == name) out.push_back(part);
  }
  std::ranges::sort(out);
  return out;
}

class RotatingSink final : public Sink {
 public:
  RotatingSink(std::string path, bool append, const FileShape& shape) : path_(std::move(path)), shape_(shape) {
    const std::vector<unsigned> existing = existing_parts(path_);
    if (append && !existing.empty()) {
      number_ = existing.back();
    } else {
      stale_ = existing;
    }
    part_ = file_sink(part_path(path_, number_), append, shape_.compression);
    if (append && part_->file_bytes() >= shape_.rotate_bytes) next();
  }

  void write(std::span<const std::string_view> parts) override {
    if (part_->file_bytes() >= shape_.rotate_bytes) {
      sync();
      next();
    }
    part_->write(parts);
  }
  void flush() override { part_->flush(); }
  void sync() override {
    part_->sync();
    for (const unsigned part : std::exchange(stale_, {})) {
      if (part == number_) continue;
      std::error_code error;
      std::filesystem::remove(part_path(path_, part), error);
      if (error) {
        throw Error(Kind::output,
                    "cannot take an earlier run's " + part_path(path_, part) + " away: " + error.message());
      }
    }
  }
  bool safe_when_flushed() const noexcept override { return part_->safe_when_flushed(); }

 private:
  void next() {
    ++number_;
    part_ = file_sink(part_path(path_, number_), false, shape_.compression);
  }

  std::string path_;
  FileShape shape_;
  unsigned number_ = 1;
  std::vector<unsigned> stale_;  // parts of an earlier run
  std::unique_ptr<Sink> part_;
};

}  // namespace

std::string parts_beginning(const std::string& path) {
  const std::filesystem::path whole(path);
  return (whole.parent_path() / (parts_of_name(whole.filename().string()).first + ".")).string();
}

std::string part_path(const std::string& path, unsigned number) {
  const std::filesystem::path whole(path);
  const auto [stem, extension] = parts_of_name(whole.filename().string());
  return (whole.parent_path() / fmt::format("{}.{:05}{}", stem, number, extension)).string();
}

std::unique_ptr<Sink> rotating_sink(const std::string& path, bool append, const FileShape& shape) {
  return std::make_unique<RotatingSink>(path, append, shape);
}

}  // namespace integ::protocol
