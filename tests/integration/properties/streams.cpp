#include "streams.hpp"

#include "support/packed.hpp"
#include "values.hpp"

#include <algorithm>
#include <map>

namespace properties {
namespace {

using fixture_api::Fault;

Json text(std::string_view of) { return Json::scalar(Json::Kind::string, token_of(of)); }

constexpr const char* kStreamNames[] = {"orders",       "Orders", "ORDERS",  "select",   "a b",      "a.b",
                                        "a/b",          "a-b",    "q\"uote", "it's",     "sqlite_x", "_integ_x",
                                        "sch\xC3\xB6n", "%2F",    "..",      "{stream}", "$x"};

// Distinct keys mostly, some that come again, and now and then none.
class Keys {
 public:
  Keys(Random& random, const std::vector<Property>& properties) : random_(random) {
    for (const Property& property : properties)
      strings_ = strings_ || (property.name == "id" && property.has("string"));
  }
  // Keys from before don't come again: of parts that are read at once, nobody knows which is the last of a key.
  void forget() { used_.clear(); }
  std::string next() {
    if (!used_.empty() && random_.chance(8)) return random_.of(used_);
    if (random_.chance(2)) return random_.chance(50) ? "null" : "";
    ++last_;
    std::string made = std::to_string(last_);
    if (random_.chance(10)) made = "1844674407370955161" + std::to_string(1000 + last_);
    if (random_.chance(5)) made = "-" + made;
    if (strings_ && random_.chance(30)) made = token_of("k" + made);
    return used_.emplace_back(std::move(made));
  }

 private:
  Random& random_;
  bool strings_ = false;
  std::size_t last_ = 0;
  std::vector<std::string> used_;
};

// What `extra` makes of a record: the member takes the place of all of that name, and stands last.
Json with_source(const Json& record, const std::string& source) {
  Json out = Json::object();
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    if (decoded(record.keys[i]) != "source") out.add(record.keys[i], record.items[i]);
  }
  out.add("\"source\"", text(source));
  return out;
}

// The key stands in an object of its own, if that is one.
void put_inside(Random& random, Json& record, const std::string& id) {
  for (std::size_t i = record.keys.size(); i-- > 0;) {
    if (record.keys[i] != "\"in\"") continue;
    record.keys.erase(record.keys.begin() + static_cast<std::ptrdiff_t>(i));
    record.items.erase(record.items.begin() + static_cast<std::ptrdiff_t>(i));
  }
  if (id.empty()) {
    if (random.chance(50)) record.add("\"in\"", value(random));
    return;
  }
  Json in = Json::object();
  if (random.chance(30)) in.add("\"more\"", value(random));
  in.add("\"id\"", parsed(id));
  record.add("\"in\"", std::move(in));
}

class Body {
 public:
  Body(Random& random, const Stream& stream) : random_(random), stream_(stream) {}

  // Of these records, and `next` in it where that is a link. Notes the records' own texts.
  std::string document(std::vector<Record>& records, const std::string& next, bool last) {
    std::string list = "[" + blank();
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i > 0) list += "," + blank();
      list += element(records[i], false) + blank();
    }
    list += "]";
    std::string link = last ? (random_.chance(50) ? "null" : "\"\"") : token_of(next);
    const std::string begin = random_.chance(5) ? "\xEF\xBB\xBF" : "";
    if (stream_.records.empty()) return begin + blank() + list + blank();
    std::string inner = list;
    std::string name = stream_.records.substr(stream_.records.rfind('/') + 1);
    if (name == "~1~0") name = "/~";
    std::string out = members({{token_of(name), inner}, {"\"next\"", link}});
    if (stream_.records.rfind('/') > 0) {
      const std::string outer = stream_.records.substr(1, stream_.records.rfind('/') - 1);
      out = members({{token_of(outer), members({{token_of(name), inner}})}, {"\"next\"", link}});
    }
    return begin + blank() + out + blank();
  }
  std::string lines(std::vector<Record>& records) {
    std::string out;
    for (Record& record : records) {
      out += element(record, true);
      out += random_.chance(30) ? "\r\n" : "\n";
      if (random_.chance(15)) out += random_.chance(50) ? "\n" : "  \r\n";
    }
    if (random_.chance(40) && out.ends_with('\n')) out.pop_back();
    return out;
  }

 private:
  std::string blank() {
    static constexpr const char* kBlanks[] = {"", "", "", " ", "\n", "\r\n\t", "\n        "};
    return random_.of(kBlanks);
  }
  std::string element(Record& record, bool one_line) {
    std::string own = random_.chance(50) ? compact(record.json) : spaced(record.json, random_);
    if (one_line)
      std::ranges::replace_if(
          own, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    record.text = own;
    std::ranges::replace_if(
        record.text, [](char c) { return c == '\n' || c == '\r'; }, ' ');
    if (stream_.record.empty()) return own;
    return R"({"before":[{"node":{}}],"node":)" + own + R"(,"after":{"items":[]}})";
  }
  // With others around that are not meant.
  std::string members(std::vector<std::pair<std::string, std::string>> meant) {
    static constexpr const char* kJunk[] = {
        R"({"items":[{"id":0}],"next":"x"})", "[]", "null", "1e400", R"("\ud800")", R"([{"next":[{}]}])", "{}"};
    std::size_t junk = random_.below(3);
    std::string out = "{" + blank();
    bool first = true;
    while (!meant.empty() || junk > 0) {
      if (!first) out += "," + blank();
      first = false;
      if (junk > 0 && (meant.empty() || random_.chance(50))) {
        --junk;
        out += token_of("junk" + std::to_string(junk)) + blank() + ":" + blank() + random_.of(kJunk) + blank();
        continue;
      }
      const std::size_t at = random_.below(meant.size());
      out += meant[at].first + blank() + ":" + blank() + meant[at].second + blank();
      meant.erase(meant.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return out + "}";
  }

  Random& random_;
  const Stream& stream_;
};

// Those of the stream, or of a part of it, one behind the other.
void pages(Random& random, Stream& stream, const std::string& part, Keys& keys, const std::string& url) {
  static constexpr std::size_t kSizes[] = {0, 0, 1, 1, 2, 3, 5, 12, 40};
  const bool several = stream.has_states_between();
  const bool numbered = stream.way == "numbered";
  const std::size_t count = several ? 1 + random.below(5) : 1;
  const std::string path = stream.path + (part.empty() ? "" : "/" + part);
  for (std::size_t i = 0; i < count; ++i) {
    Page page;
    page.part = part;
    page.target = "/" + path;
    if (numbered) page.target += "?page=" + std::to_string(i + 1);
    if (!numbered && i > 0) page.target += "/" + std::to_string(i);
    std::size_t size = random.of(kSizes);
    if (numbered && size == 0) size = 1;  // an empty one is the end
    for (std::size_t k = 0; k < size; ++k) {
      const std::string id = stream.keyed ? keys.next() : "";
      Json made = record(random, stream.properties, stream.nested ? "" : id);
      if (stream.nested) put_inside(random, made, id);
      page.records.push_back({std::move(made), ""});
    }
    const bool last = i + 1 == count;
    const std::string next = url + "/" + path + "/" + std::to_string(i + 1);
    Body body(random, stream);
    page.response.body = stream.way == "lines" ? body.lines(page.records) : body.document(page.records, next, last);
    if (stream.way == "lines") page.response.content_type = "application/x-ndjson";
    if (stream.way == "header" && !last) page.response.headers.emplace_back("Link", "<" + next + ">; rel=\"next\"");
    if (random.chance(40)) {
      page.response.body = support::gzip(page.response.body);
      page.response.headers.emplace_back("Content-Encoding", "gzip");
    }
    page.response.chunked = random.chance(40);
    for (Record& record : page.records) {
      if (!stream.extra && part.empty()) continue;
      record.json = with_source(record.json, part.empty() ? "here" : part);
      record.text.clear();
    }
    stream.pages.push_back(std::move(page));
  }
}

std::string part_name(std::size_t number) { return "part" + std::to_string(number); }

void pages(Random& random, Stream& stream, const std::string& url) {
  Keys keys(random, stream.properties);
  if (stream.parts == 0) return pages(random, stream, "", keys, url);
  for (std::size_t i = 0; i < stream.parts; ++i, keys.forget()) pages(random, stream, part_name(i), keys, url);
}

Json described(const Stream& stream) {
  Json json = Json::object();
  json.add("\"name\"", text(stream.name));
  json.add("\"name_space\"", text(stream.name_space));
  json.add("\"schema\"", schema_of(stream.properties));
  json.add("\"keys\"",
           stream.keyed ? Json{Json::Kind::array, "", {}, {text(stream.nested ? "/in/id" : "/id")}} : Json::array());
  json.add("\"incremental\"", Json::scalar(Json::Kind::boolean, stream.incremental ? "true" : "false"));
  json.add("\"path\"", text(stream.path));
  json.add("\"way\"", text(stream.way));
  json.add("\"records\"", text(stream.records));
  json.add("\"record\"", text(stream.record));
  json.add("\"extra\"", Json::scalar(Json::Kind::boolean, stream.extra ? "true" : "false"));
  json.add("\"parts\"", Json::scalar(Json::Kind::number, std::to_string(stream.parts)));
  return json;
}

}  // namespace

std::vector<Stream> streams(Random& random, const std::string& url, bool in_parts) {
  static constexpr const char* kWays[] = {"links", "links", "header", "numbered", "streamed", "lines", "fetched"};
  static constexpr const char* kRecords[] = {"/items", "/items", "/data/list", "/~1~0", ""};
  std::vector<Stream> out;
  const std::size_t count = 1 + random.below(4);
  while (out.size() < count) {
    Stream stream;
    stream.name = random.chance(50) ? random.of(kStreamNames) : "s" + std::to_string(out.size());
    if (random.chance(20)) stream.name_space = random.chance(50) ? "shop" : "a b";
    if (std::ranges::any_of(out, [&](const Stream& other) { return other.name == stream.name; })) continue;
    stream.keyed = random.chance(60);
    stream.nested = stream.keyed && random.chance(25);
    stream.properties = properties(random, stream.keyed && !stream.nested);
    if (stream.nested) {
      Property id{.name = "id", .types = {"integer", "string"}};
      stream.properties.push_back({.name = "in", .types = {"object"}, .below = {std::move(id)}});
    }
    stream.incremental = random.chance(50);
    do {
      stream.way = random.of(kWays);
    } while (in_parts && !stream.has_states_between());
    stream.path = "s" + std::to_string(out.size());
    stream.records = random.of(kRecords);
    if (stream.way == "links" && stream.records.empty()) stream.records = "/items";
    if (stream.way == "lines") stream.records = "";
    if (random.chance(25)) stream.record = "/node";
    stream.extra = random.chance(20);
    if (in_parts) stream.parts = 1 + random.below(4);
    pages(random, stream, url);
    out.push_back(std::move(stream));
  }
  return out;
}

void serve(fixture_api::FixtureApi& api, const std::string& prefix, const std::vector<Stream>& streams) {
  Json list = Json::array();
  for (const Stream& stream : streams) {
    list.items.push_back(described(stream));
    if (stream.way == "numbered") {  // beyond the last
      std::vector<Record> none;
      Random plain(0);
      const std::string end = Body(plain, stream).document(none, "", true);
      if (stream.parts == 0) api.set_page(prefix + "/" + stream.path, end);
      for (std::size_t i = 0; i < stream.parts; ++i) {
        api.set_page(prefix + "/" + stream.path + "/" + part_name(i), end);
      }
    }
    for (const Page& page : stream.pages) api.set_page(prefix + page.target, page.response);
  }
  Json all = Json::object();
  all.add("\"streams\"", std::move(list));
  api.set_page(prefix + "/streams", compact(all));
}

void disturb(Random& random, fixture_api::FixtureApi& api, const std::string& prefix,
             const std::vector<Stream>& streams, std::size_t most) {
  for (const Stream& stream : streams) {
    for (const Page& page : stream.pages) {
      if (!random.chance(30)) continue;
      if (most-- == 0) return;
      const std::string target = prefix + page.target;
      switch (random.below(6)) {
        case 0:
          api.fail(target, Fault::with_status(503).header("Retry-After", "0"));
          break;
        case 1:
          api.fail(target, Fault::with_status(429).header("Retry-After", "0"));
          break;
        case 2:
          api.fail(target, Fault::close_connection());
          break;
        case 3:
          api.fail(target, Fault::malformed_json());
          break;
        default:
          api.fail(target, Fault::cut_body(random.below(page.response.body.size() + 1)));
      }
    }
  }
}

}  // namespace properties
