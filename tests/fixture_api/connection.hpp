// One connection: request after request until a side closes it.
#pragma once

#include "fixture_api/listener.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <cstdint>

namespace fixture_api {

// Blocks; returns when the client left, when a delivery closed the connection, or when another thread shut the socket
// down.
void serve(boost::asio::ip::tcp::socket& socket, std::uint64_t number, const Listener::Answerer& answerer);

}  // namespace fixture_api
