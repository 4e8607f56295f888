// Profiles, events and lists of a Klaviyo account by its JSON:API, and the members of one list by it and by the older
// v2 API. Profiles and events come sorted by their time, so each page leaves a state.
#include <integ/sdk.hpp>

namespace {

struct Config {
  std::string url = "https://a.klaviyo.com/api";
  integ::Secret api_key;
  std::string revision = "2026-04-15";
  std::optional<std::string> list_id;
  std::optional<integ::DateTime> start_date;
};
INTEG_FIELDS(Config, url, api_key, revision, list_id, start_date)

void integ_describe(integ::About<Config>& about) {
  about.title("Klaviyo").field(&Config::url).title("URL").description("The base of the API.").base_url();
  about.field(&Config::api_key).title("API key").description("A private key with read scopes: pk_...");
  about.field(&Config::revision)
      .title("Revision")
      .description("Of the API: a date.")
      .pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}([.][a-z]+)?$", "a date, 2026-04-15 say");
  about.field(&Config::list_id).title("List").description("Whose profiles list_profiles and members read.");
  about.field(&Config::start_date)
      .title("Start date")
      .description("The first run reads profiles and events since then; without it, all of them.");
}

struct ProfileAttributes {
  std::string email, phone_number, external_id, first_name, last_name, organization, locale, title, image;
  integ::DateTime created, updated, last_event_date;
  integ::JsonObject location, properties;
};
INTEG_FIELDS(ProfileAttributes, email, phone_number, external_id, first_name, last_name, organization, locale, title,
             image, created, updated, last_event_date, location, properties)

struct EventAttributes {
  std::int64_t timestamp;
  integ::DateTime datetime;
  std::string uuid;
  integ::JsonObject event_properties;
};
INTEG_FIELDS(EventAttributes, timestamp, datetime, uuid, event_properties)

struct ListAttributes {
  std::string name, opt_in_process;
  integ::DateTime created, updated;
};
INTEG_FIELDS(ListAttributes, name, opt_in_process, created, updated)

// What JSON:API calls a resource.
template <class Attributes>
struct Resource {
  std::string type, id;
  Attributes attributes;
  integ::JsonObject relationships, links;
};
template <class Attributes>
INTEG_FIELDS(Resource<Attributes>, type, id, attributes, relationships, links)

struct Member {
  std::string id, email, phone_number, push_token;
  integ::DateTime created;
};
INTEG_FIELDS(Member, id, email, phone_number, push_token, created)

integ::Request resources(const integ::HttpContext& ctx, const std::string& name, int page_size) {
  const auto config = ctx.config<Config>();
  return integ::Request(config.url)
      .path(name)
      .header("revision", config.revision)
      .header("Accept", "application/vnd.api+json")
      .query("page[size]", page_size);
}

// Profiles by `updated`, events by `datetime`: oldest first, from a minute before the state's time on (several may
// share a second, and profiles have no greater-or-equal) to the beginning of the run.
void read_changes(integ::HttpContext& ctx, const std::string& name, const std::string& type, const std::string& field,
                  int page_size) {
  auto start = ctx.config<Config>().start_date;
  if (start) start = start->earlier(std::chrono::seconds(1));
  integ::Windowed window(ctx, std::chrono::minutes(1), start);
  std::string filter = "less-than(" + field + "," + window.to().text() + ")";
  if (window.from()) filter = "greater-than(" + field + "," + window.from()->text() + ")," + filter;
  const auto request = resources(ctx, name, page_size)
                           .query("filter", filter)
                           .query("sort", field)
                           .query("fields[" + type + "]", integ::selected(ctx, "/attributes"));
  integ::pages(ctx, request, integ::next_link("/links/next"), "/data", window.sorted("/attributes/" + field));
  window.finish();
}

void read_profiles(integ::HttpContext& ctx) { read_changes(ctx, "profiles", "profile", "updated", 100); }
void read_events(integ::HttpContext& ctx) { read_changes(ctx, "events", "event", "datetime", 200); }

void read_lists(integ::HttpContext& ctx) {
  integ::pages(ctx, resources(ctx, "lists", 10), integ::next_link("/links/next"), "/data");
}

// The list that the configuration names is the one slice: without it there is nothing to read.
void name_list(integ::HttpContext& ctx) {
  const auto list = ctx.config<Config>().list_id;
  if (list && !list->empty()) return ctx.add_slice(*list);
  ctx.log(integ::LogLevel::warn, "there are no members to read: the configuration names no list_id");
}

void read_list_profiles(integ::HttpContext& ctx) {
  const auto request = resources(ctx, "lists", 100).segment(*ctx.config<Config>().list_id).path("profiles");
  integ::pages(ctx, request, integ::next_link("/links/next"), "/data");
}

// The v2 API knows its key by a parameter, and the next page by a number that is 0 or missing at the end.
void read_members(integ::HttpContext& ctx) {
  const auto config = ctx.config<Config>();
  auto request = integ::Request(config.url).path("v2/group").segment(*config.list_id).path("members/all");
  request.no_auth().query("api_key", config.api_key);
  integ::pages(ctx, request, integ::cursor("marker", "/marker").has_more("/marker"), "/records");
}

template <class Attributes>
integ::Stream changing(const char* name, const char* field) {
  return integ::incremental<Resource<Attributes>>(name)
      .primary_key("/id")
      .order_by(integ::ascending(field))
      .iterate_by(field);
}

}  // namespace

INTEG_PLUGIN(integ::Source::with_config<Config>("klaviyo", "1.0.0")
                 .title("Klaviyo")
                 .documentation_url("https://developers.klaviyo.com/en/reference/api_overview")
                 .authorize(integ::auth::header("Authorization", "/api_key", "Klaviyo-API-Key "))
                 .stream(changing<ProfileAttributes>("profiles", "/attributes/updated"), read_profiles)
                 .stream(changing<EventAttributes>("events", "/attributes/datetime"), read_events)
                 .stream(integ::non_incremental<Resource<ListAttributes>>("lists").primary_key("/id"), read_lists)
                 .stream(integ::non_incremental<Resource<ProfileAttributes>>("list_profiles")
                             .primary_key("/id")
                             .slices(name_list),
                         read_list_profiles)
                 .stream(integ::non_incremental<Member>("members").primary_key("/id").slices(name_list), read_members))
