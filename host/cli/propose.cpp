#include "cli/propose.hpp"

#include "cli/cpp_struct.hpp"
#include "cli/print.hpp"
#include "json/infer.hpp"
#include "json/schema_compare.hpp"
#include "json/text.hpp"
#include "sync/sample.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::cli {
namespace {

struct Seen {
  json::Inference inference;
  std::uint64_t records = 0;
};

std::string proposal_json(const Stream& stream, const Seen& seen, std::uint64_t pages) {
  std::string out;
  json::ObjectWriter writer(out);
  writer.text("stream", stream.name);
  if (!stream.name_space.empty()) writer.text("namespace", stream.name_space);
  writer.number("pages", static_cast<long long>(pages)).number("records", static_cast<long long>(seen.records));
  if (seen.inference.is_full()) writer.boolean("partial", true);
  writer.raw("schema", seen.inference.schema());
  const json::Document declared = json::Document::parse(stream.json_schema, "the schema of stream " + stream.name);
  writer.raw("comparison", json::json_of(json::compare_with_schema(seen.inference.shape(), declared.root())));
  writer.close();
  return out;
}

std::string proposal_cpp(const Stream& stream, const Seen& seen, std::uint64_t pages) {
  const json::Shape& shape = seen.inference.shape();
  const std::string head = "// " + json::quoted(stream.name) + ", " + std::to_string(pages) + " page(s), " +
                           std::to_string(seen.records) + " record(s)";
  if (shape.values) return head + ": too many names for a struct; say .schema(...) instead.\n";
  if (shape.members.empty()) return head + ": no member was seen.\n";
  return head + (seen.inference.is_full() ? "; not all that was seen found room.\n" : ".\n") +
         cpp_structs(shape, stream.name);
}

}  // namespace

bool propose(Host& host, sync::Connection& connection, const sync::DiscoveredStreams& discovered,
             const Catalog& catalog, const DiscoverOptions& options) {
  std::vector<Seen> seen(catalog.streams.size());
  const auto sampled = sync::sample(connection, discovered, catalog, options.infer,
                                    [&seen](std::size_t stream, const std::vector<std::string_view>& records) {
                                      Seen& to = seen[stream];
                                      to.records += records.size();
                                      for (const std::string_view record : records) {
                                        to.inference.see(json::Document::parse(std::string(record), "a record").root());
                                      }
                                    });
  bool good = true;
  for (std::size_t i = 0; i < sampled.size(); ++i) {
    const Stream& stream = catalog.streams[i].stream;
    if (sampled[i].error) {
      good = false;
      host.complain(*sampled[i].error);
    }
    if (sampled[i].error && seen[i].records == 0) continue;
    if (options.format == "cpp") {
      print((i == 0 ? "" : "\n") + proposal_cpp(stream, seen[i], sampled[i].pages));
    } else {
      print(proposal_json(stream, seen[i], sampled[i].pages) + "\n");
    }
  }
  return good;
}

}  // namespace integ::cli
