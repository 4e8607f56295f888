// Connectors for tests whose streams are whatever the server says, and an output of somebody else's.
//   GET URL/streams -> {"streams":[{"name","schema",...}]}, as below
//   GET URL/STREAM's path -> its pages
//   GET URL/STREAM's path/PART -> those of a part, part0 and so on, which `anything-in-parts` reads at once
// The output `tsv` writes a line a record: the stream's name, a tabulator, the record.
#include <integ/adapter.hpp>
#include <integ/sdk.hpp>

#include <array>
#include <map>

namespace {

struct Config {
  std::string url;
};
INTEG_FIELDS(Config, url)

struct Extra {
  std::string source;
};
INTEG_FIELDS(Extra, source)

struct Found {
  std::string name;
  std::string name_space = "";
  integ::Json schema;
  std::vector<std::string> keys;
  bool incremental = false;
  std::string path;
  std::string way;           // links, header, numbered, streamed, lines, fetched
  std::string records = "";  // pointers
  std::string record = "";
  bool extra = false;  // {"source":"here"} goes into each record; of a part, its name
  std::size_t parts = 0;
};
INTEG_FIELDS(Found, name, name_space, schema, keys, incremental, path, way, records, record, extra, parts)

struct Part {
  std::string name;
};
INTEG_FIELDS(Part, name)

struct State {
  std::optional<std::string> next;
  std::optional<bool> done;
};
INTEG_FIELDS(State, next, done)

void find_streams(integ::HttpContext& ctx) {
  const auto page = ctx.fetch(integ::Request(ctx.config<Config>().url).path("streams"));
  for (const Found& found : page.as<std::vector<Found>>("/streams")) {
    integ::Stream stream = found.incremental ? integ::incremental(found.name) : integ::non_incremental(found.name);
    stream.name_space(found.name_space).schema(found.schema.text).data(found).resumable();
    if (found.keys.size() == 1) stream.primary_key(found.keys[0]);
    if (found.keys.size() == 2) stream.primary_key(found.keys[0], found.keys[1]);
    ctx.add_stream(std::move(stream));
  }
}

// Pages that follow each other, a state after each. What comes to its end begins anew with the next run; of a part,
// once all others have come there, too.
template <class Pager, class... Option>
void follow(integ::HttpContext& ctx, const integ::Request& request, const Found& what, Pager pager,
            const Option&... options) {
  auto state = ctx.state<State>();
  integ::pages(ctx, request, pager.may_repeat(), what.records, integ::record(what.record),
               integ::checkpoint(state, state.next), options...);
  if (what.parts == 0) return ctx.emit_state(State{});
  ctx.emit_state(State{.next = {}, .done = true});
}

// All in one answer.
template <class... Option>
void all_at_once(integ::HttpContext& ctx, const integ::Request& request, const Found& what, const Option&... options) {
  integ::Response page;
  if (what.way == "fetched") {
    page = ctx.fetch(request);
    ctx.emit_response(page, what.records, integ::record(what.record), options...);
  } else {
    ctx.emit_batch(request, page, what.records, integ::record(what.record), integ::streaming(), options...);
  }
  ctx.emit_state(State{});
}

template <class... Option>
void read_by(integ::HttpContext& ctx, const Found& what, const Option&... options) {
  auto request = integ::Request(ctx.config<Config>().url).path(what.path);
  if (what.way == "links") return follow(ctx, request, what, integ::next_link("/next"), options...);
  if (what.way == "header") return follow(ctx, request, what, integ::link_header(), options...);
  if (what.way == "numbered") return follow(ctx, request, what, integ::page_number("page").prefetch(), options...);
  if (what.way == "lines") request.parser("jsonl");
  all_at_once(ctx, request, what, options...);
}

void read_stream(integ::HttpContext& ctx) {
  const auto what = ctx.data<Found>();
  if (what.extra) return read_by(ctx, what, integ::extra(Extra{"here"}));
  read_by(ctx, what);
}

void name_parts(integ::HttpContext& ctx) {
  const auto what = ctx.data<Found>();
  for (std::size_t i = 0; i < what.parts; ++i) {
    const std::string name = "part" + std::to_string(i);
    ctx.add_slice(name, Part{name});
  }
}

void read_part(integ::HttpContext& ctx) {
  if (ctx.state<State>().done.value_or(false)) return;
  auto what = ctx.data<Found>();
  const auto part = ctx.slice<Part>();
  what.path += "/" + part.name;
  read_by(ctx, what, integ::extra(Extra{part.name}));
}

void fold_parts(integ::HttpContext& ctx) { ctx.emit_state(State{}); }

// Nothing is buffered here, and all is the sink's once written.
class Tsv final : public integ::AdapterSession {
 public:
  explicit Tsv(const integ::AdapterContext& context) : context_(context) {}

  void stream(const integ::AdapterStream& stream, std::string_view) override {
    names_[stream.id()] = std::string(stream.name_space()) + "/" + std::string(stream.name()) + "\t";
  }
  void records(const integ::AdapterBatch& batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const std::array<integ_str, 3> parts{integ::detail::str(names_.at(batch.stream())), integ::detail::str(batch[i]),
                                           INTEG_STR_INIT("\n")};
      context_.write(parts);
    }
  }
  void state(const integ::AdapterStream&, std::string_view, std::uint64_t ticket) override { ticket_ = ticket; }
  std::uint64_t flush(integ::Flush) override {
    context_.sync();
    return ticket_;
  }
  void close(integ_status) override { context_.sync(); }

 private:
  integ::AdapterContext context_;
  std::map<const integ_stream*, std::string> names_;
  std::uint64_t ticket_ = 0;
};

}  // namespace

INTEG_PLUGIN(
    integ::Source::with_config<Config>("anything", "1.0.0").title("Anything").discover(find_streams, read_stream),
    integ::Source::with_config<Config>("anything-in-parts", "1.0.0")
        .title("Anything, in parts")
        .discover(find_streams, read_part)
        .dynamic(integ::non_incremental("").slices(name_parts).finish(fold_parts)),
    integ::Adapter("tsv", "1.0.0")
        .title("TSV")
        .flags(INTEG_ADAPTER_SELECTED_FIELDS)
        .opens([](const integ::AdapterContext& context) { return std::make_unique<Tsv>(context); }))
