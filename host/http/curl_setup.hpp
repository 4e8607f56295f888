// The options of one libcurl transfer, and what its result codes mean. Options that never change and
// those of the attempt are set together, so that a reused handle keeps nothing of its last request.
#pragma once

#include "http/curl_transfer.hpp"
#include "http/settings.hpp"
#include "http/transport.hpp"

#include <optional>
#include <string>

namespace integ::http {

// Whom connections may go to: where certificates of authorities come from, and which addresses are refused. For
// libcurl and for errors.
struct TrustStore {
  std::string file;          // "" libcurl's own default
  std::string folder;        // SSL_CERT_DIR
  std::string name;          // for people
  bool public_only = false;  // block_private
};
// `ca_bundle`, else SSL_CERT_FILE and SSL_CERT_DIR (libcurl itself reads neither), else the system's.
TrustStore trust_store(const Settings& settings);

struct SetupContext {
  const Settings& settings;
  const TrustStore& trust;
  CURLSH* share;
};

// Fills the transfer's handle, headers and limits. Throws TransportError for what can't be sent.
void set_up(Transfer& transfer, const Attempt& attempt, const SetupContext& context);

// Nothing for CURLE_OK. Asks the handle how far it came, so call it before the handle is reset.
std::optional<TransportError> error_of(const Transfer& transfer, CURLcode code, const TrustStore& trust);

}  // namespace integ::http
