// Credentials that an `authorize` function answers with:
//
//   ctx.set_auth(integ::Auth().bearer(token).valid_for(std::chrono::hours(1)));
//
// What needs no code is in authorize.hpp and oauth.hpp. All of it is secret, and goes on every request to an allowed
// host from then on.
#pragma once

#include <integ/request.hpp>

#include <chrono>
#include <string_view>

namespace integ {
inline namespace v1 {

class Auth {
 public:
  template <class T>
  Auth& bearer(const T& token) {
    return parts_.bearer(token), *this;
  }
  template <class T>
  Auth& basic(std::string_view user, const T& password) {
    return parts_.basic_auth(user, password), *this;
  }
  template <class T>
  Auth& header(std::string_view name, const T& value) {
    return parts_.secret_header(name, value), *this;
  }
  template <class T>
  Auth& query(std::string_view name, const T& value) {
    return parts_.secret_query(name, value), *this;
  }
  // The host asks again before it is over; without it, only at a 401.
  Auth& valid_for(std::chrono::milliseconds time) { return valid_ = time, *this; }

  const Request& parts() const { return parts_; }
  std::chrono::milliseconds valid() const { return valid_; }

 private:
  Request parts_;
  std::chrono::milliseconds valid_{0};
};

}  // namespace v1
}  // namespace integ
