#include "json/reader_spec.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "json/charset.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

namespace integ::json {
namespace {

using Format = ReaderSpec::Format;

// Packed in packed in packed: more than a person means, and each one may multiply what it holds.
constexpr std::size_t kMostWrappers = 4;

struct Known {
  std::string_view name;
  Format format;
};
constexpr Known kFormats[] = {{"json", Format::json}, {"jsonl", Format::lines}, {"ndjson", Format::lines},
                              {"xml", Format::xml},   {"csv", Format::csv},     {"tsv", Format::csv}};

const std::vector<std::string>& known_layers() {
  static const std::vector<std::string> layers = {"gzip", "zip", "json", "jsonl", "ndjson", "xml", "csv", "tsv"};
  return layers;
}

std::string meant(std::string_view word, const std::vector<std::string>& candidates) {
  const std::optional<std::string> near = nearest(word, candidates);
  return near ? ", did you mean '" + *near + "'?" : "";
}

[[noreturn]] void unknown_layer(std::string_view name) {
  const std::string near = meant(name, known_layers());
  throw Error::of_status(INTEG_E_UNSUPPORTED, "there is no parser '" + sanitised(name, 40) + "'" + near +
                                                  (near.empty() ? ": " : " ") + "There are " + listed(known_layers()) +
                                                  ", as in 'gzip,csv'");
}

[[noreturn]] void refuse(std::string_view layer, const std::string& what) {
  throw Error::of_status(INTEG_E_ARGUMENT, "the parser '" + std::string(layer) + "': " + what);
}

// The options of one layer, handed to what knows them.
class Options {
 public:
  using Take = std::function<void(std::string_view raw)>;  // still percent-encoded
  explicit Options(std::string_view layer) : layer_(layer) {}

  Options& add(std::string name, Take take) {
    names_.push_back(std::move(name));
    takes_.push_back(std::move(take));
    return *this;
  }

  void read(std::string_view text) const {
    if (text.empty()) return;
    for (const std::string_view part : split(text, '&')) {
      const std::size_t equals = part.find('=');
      const std::string name = percent_decode(part.substr(0, equals));
      const auto found = std::find(names_.begin(), names_.end(), name);
      if (found == names_.end()) unknown(name);
      if (equals == std::string_view::npos) refuse(layer_, "the option '" + name + "' has no value");
      takes_[static_cast<std::size_t>(found - names_.begin())](part.substr(equals + 1));
    }
  }

 private:
  [[noreturn]] void unknown(const std::string& name) const {
    std::string message = "the parser '" + std::string(layer_) + "' has no option '" + sanitised(name, 40) + "'";
    const std::string near = meant(name, names_);
    message += near.empty() ? ": " : near + " ";
    message += names_.empty() ? "It has none" : "It has " + listed(names_);
    throw Error::of_status(INTEG_E_UNSUPPORTED, message);
  }

  std::string_view layer_;
  std::vector<std::string> names_;
  std::vector<Take> takes_;
};

bool boolean(std::string_view layer, std::string_view option, std::string_view raw) {
  if (raw == "true") return true;
  if (raw == "false") return false;
  refuse(layer, std::string(option) + "=" + sanitised(raw, 40) + ": expected true or false");
}

std::string charset(std::string_view layer, std::string_view raw) {
  std::string name = percent_decode(raw);
  if (!is_charset(name)) refuse(layer, "charset=" + sanitised(name, 40) + ": there is no such charset here");
  return name;
}

// Split before it is decoded, so that an encoded separator is a character of a name.
std::vector<std::string> names(std::string_view layer, std::string_view option, std::string_view raw, char separator) {
  std::vector<std::string> out;
  for (const std::string_view part : split(raw, separator)) {
    out.push_back(percent_decode(part));
    if (out.back().empty()) refuse(layer, std::string(option) + "=" + sanitised(raw, 80) + ": a name in it is empty");
  }
  return out;
}

// One character; it has to be ASCII, since rows are looked through byte by byte.
char character(std::string_view layer, std::string_view option, std::string_view raw) {
  const std::string value = percent_decode(raw);
  if (value == "tab") return '\t';
  if (value.size() != 1 || static_cast<unsigned char>(value[0]) >= 0x80 || value[0] == '\n' || value[0] == '\r' ||
      value[0] == '\0') {
    refuse(layer, std::string(option) + "=" + sanitised(value, 40) + ": expected one ASCII character");
  }
  return value[0];
}

// No element's name may begin with it, or two members could have one name; "#text" is taken.
std::string attribute_prefix(std::string_view raw) {
  std::string prefix = percent_decode(raw);
  const auto first = prefix.empty() ? static_cast<unsigned char>('@') : static_cast<unsigned char>(prefix[0]);
  const bool starts_names =
      (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '_' || first == ':' || first >= 0x80;
  if (starts_names || first == '#') {
    refuse("xml", "attributes=" + sanitised(prefix, 40) +
                      ": expected nothing, or what no name of an element begins with, as @, - or $");
  }
  return prefix;
}

void read_xml(std::string_view text, XmlOptions& xml) {
  Options("xml")
      .add("prefix", [&](std::string_view raw) { xml.prefix = names("xml", "prefix", raw, '.'); })
      .add("array", [&](std::string_view raw) { xml.arrays.push_back(names("xml", "array", raw, '.')); })
      .add("attributes", [&](std::string_view raw) { xml.attributes = attribute_prefix(raw); })
      .add("namespaces", [&](std::string_view raw) { xml.namespaces = boolean("xml", "namespaces", raw); })
      .add("charset", [&](std::string_view raw) { xml.charset = charset("xml", raw); })
      .read(text);
}

void check_columns(std::string_view layer, const std::vector<std::string>& columns) {
  std::vector<std::string> sorted = columns;
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end()) refuse(layer, "columns: '" + sanitised(*twice, 40) + "' comes twice");
}

void read_csv(std::string_view name, std::string_view text, CsvOptions& csv) {
  if (name == "tsv") csv.delimiter = '\t';
  const auto quote = [&](std::string_view raw) { return raw == "none" ? '\0' : character(name, "quote", raw); };
  const auto skip = [&](std::string_view raw) {
    std::size_t lines = 0;
    const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), lines);
    if (error != std::errc() || end != raw.data() + raw.size()) {
      refuse(name, "skip=" + sanitised(raw, 40) + ": expected a number of lines");
    }
    return lines;
  };
  Options(name)
      .add("delimiter", [&](std::string_view raw) { csv.delimiter = character(name, "delimiter", raw); })
      .add("quote", [&](std::string_view raw) { csv.quote = quote(raw); })
      .add("header", [&](std::string_view raw) { csv.header = boolean(name, "header", raw); })
      .add("columns", [&](std::string_view raw) { csv.columns = names(name, "columns", raw, ','); })
      .add("skip", [&](std::string_view raw) { csv.skip = skip(raw); })
      .add("charset", [&](std::string_view raw) { csv.charset = charset(name, raw); })
      .read(text);
  if (csv.delimiter == csv.quote) refuse(name, "delimiter and quote are the same character");
  check_columns(name, csv.columns);
}

void read_wrapper(std::string_view name, std::string_view options, ReaderSpec& spec) {
  Wrapper wrapper{name == "zip" ? Wrapper::Kind::zip : Wrapper::Kind::gzip, {}};
  Options known(name);
  if (name == "zip") known.add("entry", [&](std::string_view raw) { wrapper.entry = percent_decode(raw); });
  known.read(options);
  if (spec.wrappers.size() == kMostWrappers) {
    refuse(name, "more than " + std::to_string(kMostWrappers) + " layers around the data");
  }
  spec.wrappers.push_back(std::move(wrapper));
}

}  // namespace

ReaderSpec ReaderSpec::parse(std::string_view text) {
  ReaderSpec spec;
  if (text.empty()) return spec;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t name_end = std::min(text.find_first_of(",?", at), text.size());
    const std::string_view name = text.substr(at, name_end - at);
    const auto* const format =
        std::find_if(std::begin(kFormats), std::end(kFormats), [&](const Known& known) { return known.name == name; });
    const bool wrapper = name == "gzip" || name == "zip";
    if (!wrapper && format == std::end(kFormats)) unknown_layer(name);
    const bool has_options = name_end < text.size() && text[name_end] == '?';
    // A format's options go on to the end of the text, commas and all.
    const std::size_t end = !has_options ? name_end
                            : wrapper    ? std::min(text.find(',', name_end), text.size())
                                         : text.size();
    const std::string_view options = has_options ? text.substr(name_end + 1, end - name_end - 1) : std::string_view();
    if (wrapper) {
      read_wrapper(name, options, spec);
    } else {
      spec.format = format->format;
      spec.name = name;
      if (spec.format == Format::xml) {
        read_xml(options, spec.xml);
      } else if (spec.format == Format::csv) {
        read_csv(name, options, spec.csv);
      } else {
        Options(name).read(options);
      }
      if (end < text.size()) {
        refuse(name, "it is a format and so the last layer, but '" + sanitised(text.substr(end), 40) + "' follows");
      }
    }
    at = end + 1;
  }
  return spec;
}

}  // namespace integ::json
