// Which of our streams a platform's name means.
#pragma once

#include "model/state.hpp"
#include "model/stream.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::protocol {

// Airbyte: name and namespace. Without a namespace, the only stream of that name; nullptr for none.
const Stream* find_stream(const std::vector<Stream>& streams, std::string_view name, std::string_view name_space);

// Singer knows one name: "orders", or "shop-orders" for a stream with the namespace shop.
std::string singer_id(std::string_view name, std::string_view name_space);
std::string singer_id(const Stream& stream);
const Stream* find_singer_stream(const std::vector<Stream>& streams, std::string_view id);

StreamId id_of(const Stream& stream);

}  // namespace integ::protocol
