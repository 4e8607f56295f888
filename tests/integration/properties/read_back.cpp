#include "read_back.hpp"

#include "json_tree.hpp"
#include "support/folder.hpp"
#include "support/packed.hpp"

#include <functional>
#include <stdexcept>

namespace properties {
namespace {

void each_line(const std::string& lines, const std::function<void(const std::string&)>& take) {
  for (std::size_t at = 0; at < lines.size();) {
    const std::size_t end = lines.find('\n', at);
    if (end == std::string::npos) return;  // of a run that was killed
    take(lines.substr(at, end - at));
    at = end + 1;
  }
}

std::string unpacked(std::string text, const std::string& compression) {
  if (compression == "gzip") return support::gunzipped(text);
  if (compression == "zstd") return support::unzstd(text);
  return text;
}

// The content of what a file: URL names.
std::string file_of(const std::string& url) {
  std::string path;
  for (std::size_t at = std::string("file://").size(); at < url.size(); ++at) {
    path += url[at] == '%' ? static_cast<char>(std::stoi(url.substr(at + 1, 2), nullptr, 16)) : url[at];
    if (url[at] == '%') at += 2;
  }
  return support::file_text(path);
}

const Json* member(const Json& json, const std::string& key) {
  for (std::size_t i = 0; i < json.keys.size(); ++i) {
    if (json.keys[i] == token_of(key)) return &json.items[i];
  }
  return nullptr;
}
std::string text(const Json& json, const std::string& key) {
  const Json* found = member(json, key);
  return found == nullptr ? "" : decoded(found->token);
}

// Between the end of `before` and the beginning of what the line ends with. Nothing of a record's own can be taken for
// `before`, since that is the first of its kind and names are quoted.
std::string between(const std::string& line, const std::string& before, const std::string& after) {
  const std::size_t begin = line.find(before);
  const std::size_t end = line.rfind(after);
  if (begin == std::string::npos || end == std::string::npos || begin + before.size() > end) {
    throw std::runtime_error("no record in " + line.substr(0, 200));
  }
  return line.substr(begin + before.size(), end - begin - before.size());
}

}  // namespace

Records of_airbyte(const std::string& lines) {
  Records out;
  each_line(lines, [&](const std::string& line) {
    if (!line.starts_with(R"({"type":"RECORD")")) return;
    const Json message = parsed(line);
    const Json& record = *member(message, "record");
    out[text(record, "namespace") + "/" + text(record, "stream")].push_back(between(line, R"(,"data":)", "}}"));
  });
  return out;
}

Records of_singer(const std::string& lines, const std::map<std::string, std::string>& ids) {
  Records out;
  each_line(lines, [&](const std::string& line) {
    if (line.starts_with(R"({"type":"BATCH")")) {
      const Json message = parsed(line);
      std::vector<std::string>& records = out[ids.at(text(message, "stream"))];
      const std::string compression = text(*member(message, "encoding"), "compression");
      for (const Json& url : member(message, "manifest")->items) {
        const std::string held = unpacked(file_of(decoded(url.token)), compression);
        each_line(held, [&](const std::string& record) { records.push_back(record); });
      }
    }
    if (!line.starts_with(R"({"type":"RECORD")")) return;
    const Json message = parsed(line);
    out[ids.at(text(message, "stream"))].push_back(between(line, R"(,"record":)", R"(,"time_extracted":)"));
  });
  return out;
}

Records of_lines(const std::string& lines) {
  Records out;
  each_line(lines, [&](const std::string& line) {
    const Json json = parsed(line);
    out[text(json, "namespace") + "/" + text(json, "stream")].push_back(between(line, R"(,"record":)", "}"));
  });
  return out;
}

Records of_bare_lines(const std::string& lines, const std::string& stream) {
  Records out;
  each_line(lines, [&](const std::string& line) { out[stream].push_back(line); });
  return out;
}

Records of_tsv(const std::string& lines) {
  Records out;
  each_line(lines, [&](const std::string& line) {
    const std::size_t tab = line.find('\t');
    out[line.substr(0, tab)].push_back(line.substr(tab + 1));
  });
  return out;
}

std::string contents(const support::TempFolder& folder, const std::string& begin, const std::string& compression) {
  std::string out;
  for (const std::string& name : folder.files()) {
    // What a run that was killed had not put in its place yet ends otherwise.
    const bool in_place = name.ends_with(".jsonl") || name.ends_with(".gz") || name.ends_with(".zst");
    if (!name.starts_with(begin) || !in_place) continue;
    out += unpacked(folder.read(name), compression);
  }
  return out;
}

}  // namespace properties
