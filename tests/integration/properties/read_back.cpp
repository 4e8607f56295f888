#include "read_back.hpp"

#include "json_tree.hpp"
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

// The value of a member as it stands in the text, which begins with an object's members in a known order.
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
    if (!name.starts_with(begin)) continue;
    std::string text = folder.read(name);
    if (compression == "gzip") text = support::gunzipped(text);
    if (compression == "zstd") text = support::unzstd(text);
    out += text;
  }
  return out;
}

}  // namespace properties
