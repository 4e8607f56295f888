// Klaviyo's JSON:API and the list members of its older v2 API.
//   GET /api/profiles|events|lists?filter&sort&page[size]&page[cursor] -> {"data":[...],"links":{"next"}}
//   GET /api/v2/group/LIST/members/all?api_key&marker                  -> {"records":[...],"marker"}
// The first needs the header revision (400 without), filters by greater-than, greater-or-equal and less-than of one
// field, and sorts by it; page[size] over the API's own limit is 400.
#pragma once

#include "fixture_api/exchange.hpp"
#include "fixture_api/records.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fixture_api {

// Any thread may call anything.
class Klaviyo {
 public:
  static constexpr std::string_view api_key = "pk_fixture_9d8c7b";

  Klaviyo();

  // Nothing where the path is not one of Klaviyo's.
  std::optional<Response> answer(const Request& request) const;
  // Lists: profiles, events, lists and, by the id of their list, members.
  Records& records() { return records_; }
  // A resource as the API has it; `field` is updated or datetime.
  static Record resource(const std::string& type, const std::string& id, const std::string& field,
                         const std::string& time);

 private:
  Response resources(const Request& request, const std::string& name) const;
  Response members(const Request& request, const std::string& list) const;

  Records records_;
};

}  // namespace fixture_api
