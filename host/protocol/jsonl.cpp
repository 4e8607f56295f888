// JSON Lines: {"stream":"orders","record":{...}} or, bare, the record alone; one file, or with {stream} in
// the path one a stream. Nothing but records: states are kept beside, by the host.
#include "base/text.hpp"
#include "json/text.hpp"
#include "protocol/builtin.hpp"
#include "protocol/compressor.hpp"
#include "protocol/output.hpp"

#include <array>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

namespace integ::protocol {
namespace {

constexpr std::string_view kPlaceholder = "{stream}";
// Of a part of a rotated file, in bytes: below it a large run makes more files than a folder is good for.
constexpr double kSmallestPart = 64.0 * 1024;
constexpr double kLargestPart = 1024.0 * 1024 * 1024 * 1024;

// A stream's name as part of a file's name: no separators, no control characters, and never the same for two
// names, since the escape character is escaped, too.
std::string file_name_of(const Stream& stream) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  const std::string name = stream.name_space.empty() ? stream.name : stream.name_space + "." + stream.name;
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F || c == '/' || c == '\\' || c == '%' || (c == '.' && out.empty())) {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

std::string path_for(std::string path, const Stream& stream) {
  const std::string name = file_name_of(stream);
  for (std::size_t at = path.find(kPlaceholder); at != std::string::npos; at = path.find(kPlaceholder, at)) {
    path.replace(at, kPlaceholder.size(), name);
    at += name.size();
  }
  return path;
}

FileShape shape_of(const json::Node& options) {
  FileShape shape;
  shape.compression = compression_of(options.string("compression"));
  const json::Node* rotate = options.member("rotate");
  if (rotate == nullptr) return shape;
  const std::optional<double> bytes = parse_bytes(rotate->text);
  if (!bytes || *bytes < kSmallestPart || *bytes > kLargestPart) {
    throw Error(Kind::config,
                "rotate: expected a size from 64KiB to 1TiB, like 100MB, got " + sanitised(rotate->text, 80));
  }
  shape.rotate_bytes = static_cast<std::uint64_t>(*bytes);
  return shape;
}

class JsonlSession final : public Session {
 public:
  explicit JsonlSession(const SessionContext& context) : sinks_(context.sinks), tickets_(context) {
    if (context.options != nullptr) {
      path_ = std::string(context.options->string("path"));
      const json::Node* bare = context.options->member("bare");
      bare_ = bare != nullptr && bare->boolean;
      shape_ = shape_of(*context.options);
    }
    if (path_.find(kPlaceholder) == std::string::npos) {
      shared_.emplace(context, shape_);
      outputs_.push_back(&*shared_);
    } else if (sinks_ == nullptr) {
      throw Error(Kind::internal, "jsonl: opened with a path but without sinks");
    } else if (path_.find('/', path_.find(kPlaceholder)) == std::string::npos) {
      sinks_->check(path_);  // the folder, which is that of every stream
    }
  }

  void stream(const Stream& stream, const Selection& selection) override {
    if (shared_) shared_->announce(selection);
    const auto [at, is_new] = streams_.try_emplace(&stream);
    if (!is_new) return;
    Target& target = at->second;
    if (!bare_) {
      target.prefix = R"({"stream":)" + json::quoted(stream.name);
      if (!stream.name_space.empty()) target.prefix += R"(,"namespace":)" + json::quoted(stream.name_space);
      target.prefix += R"(,"record":)";
    }
    if (shared_) return;
    const std::string path = path_for(path_, stream);
    const auto [owner, unused] = owners_.emplace(path, stream.name);
    if (!unused) {
      throw Error(Kind::config,
                  "the streams " + owner->second + " and " + stream.name + " would share the file " + path);
    }
    target.file.emplace(*sinks_, path, shape_);
    target.file->announce(selection);
    outputs_.push_back(&*target.file);
  }

  void records(const Batch& batch) override {
    const auto found = streams_.find(batch.stream);
    if (found == streams_.end()) throw Error(Kind::internal, "jsonl: a stream was not announced before its data");
    Target& target = found->second;
    Sink& sink = shared_ ? shared_->sink() : target.file->sink();
    std::array<std::string_view, 3> parts{target.prefix, {}, bare_ ? std::string_view("\n") : std::string_view("}\n")};
    for (const std::string_view record : batch.records) {
      parts[1] = record;
      sink.write(parts);
    }
  }

  void state(const Stream& /*stream*/, std::string_view /*json*/, std::uint64_t ticket) override {
    tickets_.write(ticket);
  }

  // People read of these on standard error, from the host.
  void event(Event /*kind*/, std::string_view /*json*/) override {}

  std::uint64_t flush(Flush how) override { return tickets_.flush(how, outputs_); }

  void close(integ_status how_it_ended) override {
    for (Output* output : outputs_) output->finish(how_it_ended);
  }

 private:
  struct Target {
    std::string prefix;
    std::optional<Output> file;  // with {stream} alone
  };

  Sinks* sinks_;
  std::string path_;
  bool bare_ = false;
  FileShape shape_;
  std::optional<Output> shared_;  // unless the path has {stream}
  Tickets tickets_;
  std::unordered_map<const Stream*, Target> streams_;  // its nodes stay where they are
  std::map<std::string, std::string> owners_;          // path to stream
  std::vector<Output*> outputs_;                       // shared_, or the files of streams_
};

class JsonlAdapter final : public Adapter {
 public:
  std::string name() const override { return "jsonl"; }
  std::string version() const override { return "1.0.0"; }
  std::string title() const override { return "JSON Lines"; }
  std::string documentation_url() const override { return "https://jsonlines.org"; }
  std::string options_schema() const override {
    return path_options_schema(
        R"("bare":{"type":"boolean","default":false,"title":"Bare",)"
        R"("description":"Records alone, without the name of their stream."},)"
        R"("compression":{"type":"string","enum":["none","gzip","zstd"],"default":"none",)"
        R"("title":"Compression","description":"Of the file; its name is the path's."},)"
        R"("rotate":{"type":["string","integer"],"pattern":"^[0-9.]+ *([kKmMgG]i?[bB]?|[bB])?$","title":"Rotate",)"
        R"("description":"The size, like 100MB, at which a new part of the file begins: )"
        R"(orders.00001.jsonl, orders.00002.jsonl and so on for orders.jsonl."})");
  }
  bool selected_fields() const override { return true; }
  std::unique_ptr<Session> open(const SessionContext& context) override {
    return std::make_unique<JsonlSession>(context);
  }
};

}  // namespace

std::unique_ptr<Adapter> jsonl_adapter() { return std::make_unique<JsonlAdapter>(); }

}  // namespace integ::protocol
