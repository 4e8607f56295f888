// Values that are called like a secret, masked in text: nobody knows them yet, their names tell. Pure functions.
//
//   mask_named(R"({"error":"no","access_token":"x"})")   // {"error":"no","access_token":"***"}
#pragma once

#include "http/exchange.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace integ::http {

using IsSecretName = std::function<bool(std::string_view name)>;
// What stands in the place of a value; may be the value itself.
using MaskValue = std::function<std::string(std::string_view value)>;

// The strings that are members of a JSON object, or in arrays that are. The text may be cut, and be no JSON.
std::string mask_members(std::string_view json, const IsSecretName& is_secret);
// "a=1&access_token=x" as a query or a form. `mask` sees each name and value.
std::string mask_pairs(std::string_view pairs,
                       const std::function<std::string(std::string_view name, std::string_view value)>& mask);
// The parameters of URLs wherever they stand in a text, also where JSON or HTML has escaped their '&' and '='.
std::string mask_links(std::string_view text, const MaskValue& mask);

// All of it, and "token=x" and <token>x</token> in other text, for a piece of an answer that people are shown. "code"
// and "key" stay where they are no parameters of a URL: there they name a mistake.
std::string mask_named(std::string_view text);

// RFC 6749: a form with a grant_type. Its answer is a secret.
bool is_token_request(const Request& request);
// What a token server says of its refusal (RFC 6749, 5.2), "invalid_grant: expired"; "" where it says nothing.
std::string told_error(std::string_view body);

}  // namespace integ::http
