// Storm's query API, OData 4.
//   GET /Query/2.0/Orders/Orders?$select&$expand&$filter -> {"value":[...],"@odata.nextLink"}
//   GET /Query/2.0/Customers/Customers, /Query/2.0/Products/ProductSkus
// Objects are there only where they are expanded. Of filters, it knows the one that asks for what was updated or, never
// having been updated, created since a time; any other one is 400.
#pragma once

#include "fixture_api/exchange.hpp"
#include "fixture_api/records.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace fixture_api {

// Any thread may call anything.
class Storm {
 public:
  static constexpr std::string_view user = "21";
  static constexpr std::string_view password = "fixture-Storm-1a2b3c";

  Storm();

  // Nothing where the path is not one of Storm's.
  std::optional<Response> answer(const Request& request) const;
  // Lists: Orders/Orders, Customers/Customers, Products/ProductSkus.
  Records& records() { return records_; }
  // `updated` "" is null.
  static Record order(const std::string& id, const std::string& created, const std::string& updated);

 private:
  Records records_;
};

}  // namespace fixture_api
