// No secret in a state: states are stored, shown, and handed to platforms.
#pragma once

#include "base/secrets.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace integ::sync {

// The state, a JSON object, as it may be stored. Servers repeat a key in the links that they make: the parameters by
// which credentials go are cut from URLs, for they are put back on whatever is sent. What else holds a secret can't be
// cut without breaking it: throws INTEG_E_ARGUMENT, which names the place and not the value.
std::string without_secrets(std::string state, const std::vector<std::string>& parameters, const Secrets& secrets);

// The same error for a slice's key, which becomes a part of the stream's state.
void refuse_secret_key(std::string_view key, const Secrets& secrets);

}  // namespace integ::sync
