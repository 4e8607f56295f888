#include "run_case.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace properties {
namespace {

// A text in YAML, in which ${ would be a variable.
std::string in_yaml(const std::string& text) {
  std::string out = token_of(text);
  for (std::size_t at = out.find("${"); at != std::string::npos; at = out.find("${", at + 3)) out.insert(at, "$");
  return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

std::string singer_id(const Stream& stream) {
  return stream.name_space.empty() ? stream.name : stream.name_space + "-" + stream.name;
}

// Entries of Singer's metadata for all that is not chosen, and for what is.
void metadata(const std::vector<Property>& properties, const Chosen& chosen, const std::string& breadcrumb,
              std::string& out) {
  for (const Property& property : properties) {
    const auto found = chosen.below.find(property.name);
    const std::string at = breadcrumb + (breadcrumb.empty() ? "" : ",") + R"("properties",)" + token_of(property.name);
    const bool selected = chosen.whole || found != chosen.below.end();
    out += R"(,{"breadcrumb":[)" + at + R"(],"metadata":{"selected":)" + (selected ? "true" : "false") + "}}";
    if (!selected) continue;
    metadata(property.below, chosen.whole ? chosen : found->second, at + (property.of_objects ? R"(,"items")" : ""),
             out);
  }
}

// Names in a pipeline are one line.
bool has_line_breaks(const Chosen& chosen) {
  return std::ranges::any_of(
      pointers(chosen), [](const std::string& pointer) { return pointer.find_first_of("\t\n") != std::string::npos; });
}

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

PropertyTest::PropertyTest() {
  records_fit = false;
  plugins = {INTEG_PROPERTY_PLUGINS, integration::plugin_folder()};
}

std::vector<std::uint64_t> PropertyTest::seeds(std::uint64_t first, std::size_t count) {
  first = number_of("INTEG_PROPERTY_SEED", first);
  count = number_of("INTEG_PROPERTY_COUNT", std::getenv("INTEG_PROPERTY_SEED") == nullptr ? count : 1);
  std::vector<std::uint64_t> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(first + i);
  return out;
}

void PropertyTest::begin(std::uint64_t seed, bool in_parts) {
  seed_ = seed;
  in_parts_ = in_parts;
  prefix_ = "/c" + std::to_string(seed);
  Random random(seed);
  streams_ = streams(random, api.url(prefix_), in_parts);
  serve(api, prefix_, streams_);
  folder.write(file("config"), R"({"url":")" + api.url(prefix_) + "\"}");
}

Plan PropertyTest::plan(Random& random, const std::vector<std::string>& outputs, bool whole) {
  static constexpr std::size_t kConcurrencies[] = {1, 2, 20};
  Plan plan;
  plan.output = replaced(replaced(random.of(outputs), "FILE", file("out")), "FOLDER", folder.path());
  plan.isolated = integration::tests_are_isolated() || random.chance(30);
  plan.concurrency = random.of(kConcurrencies);
  plan.validated = random.chance(20);
  plan.full_refresh = random.chance(30);
  for (const Stream& stream : streams_) {
    const bool alone = plan.output.find("bare") != std::string::npos;
    if (!whole && (random.chance(20) || (alone && !plan.chosen.empty()))) continue;
    const bool cuts = !whole && !in_parts_ && plan.output != "source" && random.chance(40);
    Chosen chosen = cuts ? choice(random, stream.properties) : Chosen{true, {}};
    if (plan.is_pipeline() && has_line_breaks(chosen)) chosen = {true, {}};
    plan.chosen[stream.id()] = std::move(chosen);
  }
  if (plan.chosen.empty()) plan.chosen[streams_[0].id()] = {true, {}};
  return plan;
}

std::vector<std::string> PropertyTest::words(const Plan& plan, const std::string& state) {
  if (plan.is_pipeline()) {
    folder.write(file("p"), pipeline(plan));
    return {"run", file("p")};
  }
  folder.write(file("options"), std::string("concurrency: ") + std::to_string(plan.concurrency) +
                                    "\nvalidate: " + (plan.validated ? "warn" : "off") +
                                    "\nisolation: " + (plan.isolated ? "process" : "in_process") + "\n");
  const bool source = plan.output == "source";
  folder.write(file("catalog"), source ? configured_catalog(plan) : singer_catalog(plan));
  std::vector<std::string> words{plan.output, connector()};
  if (source) words.emplace_back("read");
  words.insert(words.end(), {"--config", file("config"), "--catalog", file("catalog"), "--options", file("options")});
  if (!state.empty()) {
    folder.write(file("state"), state);
    words.insert(words.end(), {"--state", file("state")});
  }
  return words;
}

std::string PropertyTest::pipeline(const Plan& plan) const {
  std::string out = std::string("name: p\nconnector: ") + connector() + "\nconfig: {url: \"" + api.url(prefix_) +
                    "\"}\nstate: {path: " + file("store") + "}\noutput: " + plan.output +
                    "\nconcurrency: " + std::to_string(plan.concurrency) +
                    "\nvalidate: " + (plan.validated ? "warn" : "off") +
                    "\nisolation: " + (plan.isolated ? "process" : "in_process") + "\nstreams:\n";
  for (const Stream& stream : streams_) {
    const auto chosen = plan.chosen.find(stream.id());
    if (chosen == plan.chosen.end()) continue;
    out += "  " + token_of(stream.name) + ": {";
    if (plan.full_refresh) out += "mode: full_refresh";
    if (!chosen->second.whole) {
      std::string fields;
      for (const std::string& pointer : pointers(chosen->second))
        fields += (fields.empty() ? "" : ", ") + in_yaml(pointer);
      out += std::string(plan.full_refresh ? ", " : "") + "fields: [" + fields + "]";
    }
    out += "}\n";
  }
  return out;
}

std::string PropertyTest::configured_catalog(const Plan& plan) const {
  std::string out;
  for (const Stream& stream : streams_) {
    if (!plan.chosen.contains(stream.id())) continue;
    const bool incremental = stream.incremental && !plan.full_refresh;
    out += (out.empty() ? "" : ",") + (R"({"stream":{"name":)" + token_of(stream.name)) +
           (stream.name_space.empty() ? "" : R"(,"namespace":)" + token_of(stream.name_space)) + R"(,"json_schema":)" +
           compact(schema_of(stream.properties)) + R"(,"supported_sync_modes":["full_refresh"]},"sync_mode":")" +
           (incremental ? "incremental" : "full_refresh") + R"(","destination_sync_mode":"append"})";
  }
  return R"({"streams":[)" + out + "]}";
}

std::string PropertyTest::singer_catalog(const Plan& plan) const {
  std::string out;
  for (const Stream& stream : streams_) {
    const auto chosen = plan.chosen.find(stream.id());
    const bool selected = chosen != plan.chosen.end();
    std::string below;
    if (selected && !chosen->second.whole) metadata(stream.properties, chosen->second, "", below);
    out += (out.empty() ? "" : ",") + (R"({"tap_stream_id":)" + token_of(singer_id(stream))) + R"(,"stream":)" +
           token_of(singer_id(stream)) + R"(,"schema":)" + compact(schema_of(stream.properties)) +
           R"(,"metadata":[{"breadcrumb":[],"metadata":{"selected":)" + (selected ? "true" : "false") +
           (plan.full_refresh ? R"(,"replication-method":"FULL_TABLE")" : "") + "}}" + below + "]}";
  }
  return R"({"streams":[)" + out + "]}";
}

Records PropertyTest::by_stream(const Plan& plan, const std::string& out) const {
  std::map<std::string, std::string> ids;
  for (const Stream& stream : streams_) ids[singer_id(stream)] = stream.id();
  if (plan.output == "source") return of_airbyte(out);
  if (plan.output == "tap") return of_singer(out, ids);
  std::string compression = "none";
  for (const char* name : {"gzip", "zstd"}) {
    if (plan.is_file() && plan.output.find(name) != std::string::npos) compression = name;
  }
  const bool to_file = plan.output.find("path:") != std::string::npos;
  const std::string text = to_file ? contents(folder, file("out") + ".", compression) : out;
  if (plan.output.find("airbyte") != std::string::npos) return of_airbyte(text);
  if (plan.output.find("singer") != std::string::npos) return of_singer(text, ids);
  if (plan.output.find("tsv") != std::string::npos) return of_tsv(text);
  if (plan.output.find("bare") != std::string::npos) return of_bare_lines(text, plan.chosen.begin()->first);
  return of_lines(text);
}

Records PropertyTest::written(const Plan& plan, const std::string& out) const {
  const Records found = by_stream(plan, out);
  if (!in_parts_) return found;
  Records parts;
  for (const auto& [id, records] : found) {
    // Each record says last which part it is of.
    for (const std::string& text : records) parts[id + " " + decoded(parsed(text).items.back().token)].push_back(text);
  }
  return parts;
}

std::map<std::string, std::vector<Record>> PropertyTest::all(const Plan& plan) const {
  std::map<std::string, std::vector<Record>> out;
  for (const Stream& stream : streams_) {
    const auto chosen = plan.chosen.find(stream.id());
    if (chosen == plan.chosen.end()) continue;
    Chosen kept = chosen->second;  // the key is, whatever was chosen
    if (stream.nested) keep(kept, {"in", "id"});
    for (const Page& page : stream.pages) {
      std::vector<Record>& records = out[stream.id(page)];
      for (const Record& record : page.records) {
        records.push_back(kept.whole ? record : Record{cut(record.json, kept), ""});
      }
    }
  }
  return out;
}

void PropertyTest::expect(const Plan& plan, const std::string& out,
                          const std::map<std::string, std::vector<Record>>& wanted) const {
  if (plan.is_sqlite()) {
    const integration::Database database(folder.path(file("out") + ".db"));
    for (const Stream& stream : streams_) {
      std::set<std::string> ids;
      for (const Page& page : stream.pages) ids.insert(stream.id(page));
      std::vector<Json> records;
      bool any = false;
      for (const std::string& id : ids) {
        const auto found = wanted.find(id);
        any = any || found != wanted.end();
        if (found == wanted.end()) continue;
        for (const Record& record : found->second) records.push_back(record.json);
      }
      if (!any) continue;
      EXPECT_EQ(difference(database, stream, records, plan.output.find("append") != std::string::npos), "")
          << stream.id();
    }
    return;
  }
  Records found = written(plan, out);
  for (const auto& [id, records] : wanted) {
    const std::vector<std::string>& texts = found[id];
    ASSERT_EQ(texts.size(), records.size()) << "records of " << id;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      ASSERT_EQ(compact(parsed(texts[i])), compact(records[i].json)) << "record " << i << " of " << id;
      if (!records[i].text.empty()) {
        ASSERT_EQ(texts[i], records[i].text) << "record " << i << " of " << id;
      }
    }
    found.erase(id);
  }
  for (const auto& [id, texts] : found) EXPECT_TRUE(texts.empty()) << "records of " << id << ", which was not wanted";
}

std::string PropertyTest::state_after(const Plan& plan, const std::string& out) {
  std::map<std::string, std::string> last;  // by descriptor
  std::string value;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = out.find('\n', at);
    if (end == std::string::npos) break;
    const std::string line = out.substr(at, end - at);
    at = end + 1;
    if (!line.starts_with(R"({"type":"STATE")")) continue;
    const Json message = parsed(line);
    if (plan.output == "tap") {
      value = compact(message.items[1]);
    } else {
      last[compact(message.items[1].items[1].items[0])] = compact(message.items[1]);
    }
  }
  if (plan.output == "tap") return value;
  std::string list;
  for (const auto& [stream, state] : last) list += (list.empty() ? "[" : ",") + state;
  return list.empty() ? list : list + "]";
}

}  // namespace properties
