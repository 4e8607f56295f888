#include "fixture_api/connection.hpp"

#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <poll.h>
#include <string_view>

namespace fixture_api {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;
using boost::beast::error_code;

constexpr std::size_t chunk_bytes = 1000;
constexpr std::uint64_t request_body_cap = 64u << 20;  // far above what any test sends

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }
boost::beast::string_view beast_view(std::string_view text) { return {text.data(), text.size()}; }

Request taken(http::request<http::string_body>& message, std::uint64_t connection) {
  Request request;
  request.method = view(message.method_string());
  set_target(request, view(message.target()));
  for (const auto& field : message) request.headers.emplace_back(view(field.name_string()), view(field.value()));
  request.body = std::move(message.body());
  request.connection = connection;
  return request;
}

// False when the other side left, or this one is told to stop, before the time is over. A negative time has no end.
bool still_there_after(tcp::socket& socket, std::chrono::milliseconds time) {
  pollfd waited{socket.native_handle(), POLLRDHUP, 0};
  return ::poll(&waited, 1, static_cast<int>(time.count())) == 0;
}

http::response<http::empty_body> head_of(const Response& response, bool keep_alive) {
  http::response<http::empty_body> head;
  head.version(11);
  head.result(static_cast<unsigned>(response.status));
  if (!response.content_type.empty()) head.set(http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) head.insert(name, value);
  head.keep_alive(keep_alive);
  if (response.chunked || response.pieces) {
    head.chunked(true);
  } else if (response.status != 204 && response.status != 304) {
    head.content_length(response.body.size());
  }
  return head;
}

void write_body(tcp::socket& socket, const Response& response, std::string_view sent, bool whole, error_code& error) {
  if (!response.chunked) {
    boost::asio::write(socket, boost::asio::buffer(sent.data(), sent.size()), error);
    return;
  }
  for (std::size_t at = 0; at < sent.size() && !error; at += chunk_bytes) {
    const std::string_view piece = sent.substr(at, chunk_bytes);
    boost::asio::write(socket, http::make_chunk(boost::asio::buffer(piece.data(), piece.size())), error);
  }
  if (whole && !error) boost::asio::write(socket, http::make_chunk_last(), error);
}

// False when the body broke off.
bool write_pieces(tcp::socket& socket, const Response& response, error_code& error) {
  for (auto piece = response.pieces(); !error; piece = response.pieces()) {
    if (!piece) return false;
    if (piece->empty()) break;
    boost::asio::write(socket, http::make_chunk(boost::asio::buffer(*piece)), error);
  }
  if (!error) boost::asio::write(socket, http::make_chunk_last(), error);
  return true;
}

// True when the connection can take another request.
bool deliver(tcp::socket& socket, const Delivery& delivery, bool head_only, bool keep_alive) {
  if (delivery.first_byte_delay.count() > 0 && !still_there_after(socket, delivery.first_byte_delay)) return false;
  if (delivery.close) return false;

  const Response& response = delivery.response;
  const std::size_t limit = delivery.body_limit.value_or(response.body.size());
  const bool whole = limit >= response.body.size();
  error_code error;
  http::response<http::empty_body> head = head_of(response, keep_alive);
  http::response_serializer<http::empty_body> serializer(head);
  http::write_header(socket, serializer, error);
  if (!error && !head_only && response.pieces) {
    if (!write_pieces(socket, response, error)) return false;
  } else if (!error && !head_only) {
    write_body(socket, response, std::string_view(response.body).substr(0, std::min(limit, response.body.size())),
               whole, error);
  }
  if (error) return false;
  if (delivery.stall) still_there_after(socket, std::chrono::milliseconds(-1));
  return whole && !delivery.stall && keep_alive;
}

}  // namespace

void serve(tcp::socket& socket, std::uint64_t number, const Listener::Answerer& answerer) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(request_body_cap);
    error_code error;
    http::read_header(socket, buffer, parser, error);
    if (error) return;
    if (parser.get()[http::field::expect] == beast_view("100-continue")) {
      http::response<http::empty_body> go_on(http::status::continue_, 11);
      http::write(socket, go_on, error);
    }
    if (!error) http::read(socket, buffer, parser, error);
    if (error) return;

    http::request<http::string_body> message = parser.release();
    const bool head_only = message.method() == http::verb::head;
    const bool keep_alive = message.keep_alive();
    if (!deliver(socket, answerer(taken(message, number)), head_only, keep_alive)) return;
  }
}

}  // namespace fixture_api
