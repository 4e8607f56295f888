#include "http/curl_setup.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "http/private_address.hpp"

#include <cstdlib>
#include <new>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace integ::http {

namespace {

// One recv(2) of a page from loopback or a fast network; the default of 16 KiB costs 30 of them.
constexpr long kReceiveBuffer = 512L << 10;
constexpr long kKeepAliveIdleSeconds = 30;

std::size_t on_body(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->received({data, size}) ? size : 0;
}

std::size_t on_header(char* data, std::size_t, std::size_t size, void* self) {
  return static_cast<Transfer*>(self)->received_header({data, size}) ? size : 0;
}

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK) throw TransportError{TransportError::Why::other, curl_easy_strerror(code), true};
}

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

bool has(const Request& request, std::string_view name) {
  for (const Header& header : request.headers) {
    if (equal_ignoring_case(header.name, name)) return true;
  }
  return false;
}

void set_headers(Transfer& transfer, const Request& request) {
  HeaderList list;
  for (const Header& header : request.headers) {
    // An empty value is written "Name;": libcurl takes "Name:" as a wish to leave its own header out.
    append(list, header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  append(list, "Expect:");  // an answer of 100 that never comes costs a second
  if (!has(request, "Content-Type")) append(list, "Content-Type:");
  transfer.request_headers = std::move(list);
  set(transfer.easy.get(), CURLOPT_HTTPHEADER, transfer.request_headers.get());
}

void set_method(Transfer& transfer, const Request& request) {
  CURL* easy = transfer.easy.get();
  if (request.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request.body.data());
    if (request.method != "POST") set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    return;
  }
  if (request.method != "GET") set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

// Sees the address that a name has been resolved to, which no look-up of ours could be sure of.
curl_socket_t open_public_socket(void*, curlsocktype, curl_sockaddr* address) {
  if (is_private_address(address->addr, address->addrlen)) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int close_socket(void* self, curl_socket_t socket) {
  static_cast<Transfer*>(self)->closed(socket);
  return ::close(socket);
}

void set_trust(CURL* easy, const Settings& settings, const TrustStore& trust) {
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!trust.file.empty()) set(easy, CURLOPT_CAINFO, trust.file.c_str());
  // A file given stands for all that is trusted: libcurl would go on reading the system's folder beside it.
  if (!trust.folder.empty()) {
    set(easy, CURLOPT_CAPATH, trust.folder.c_str());
  } else if (!trust.file.empty()) {
    set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (settings.client_certificate.empty()) return;
  const std::string& key = settings.client_key.empty() ? settings.client_certificate : settings.client_key;
  set(easy, CURLOPT_SSLCERT, settings.client_certificate.c_str());
  set(easy, CURLOPT_SSLKEY, key.c_str());
  if (!settings.client_key_password.empty()) set(easy, CURLOPT_KEYPASSWD, settings.client_key_password.c_str());
}

void set_network(CURL* easy, const Settings& settings) {
  // libcurl itself reads http_proxy, https_proxy, all_proxy and no_proxy; "" keeps it from doing so.
  std::string proxy = settings.proxy == "none" ? std::string() : settings.proxy;
  const bool direct = settings.proxy == "none" || (settings.block_private && proxy.empty());
  if (direct || !proxy.empty()) set(easy, CURLOPT_PROXY, proxy.c_str());
  if (!settings.no_proxy.empty()) set(easy, CURLOPT_NOPROXY, settings.no_proxy.c_str());
  // Behind a proxy the only address that is seen here is the proxy's, which is private as a rule.
  if (settings.block_private && direct) set(easy, CURLOPT_OPENSOCKETFUNCTION, &open_public_socket);
}

// Whether what OpenSSL says will be the same the next time: an error of its own or an alert of the other side, but not
// a connection that went away in the midst of it, or a server in trouble.
bool is_lasting_tls_failure(std::string_view text) {
  const std::string lowered = lower(text);
  const auto says = [&](std::string_view words) { return lowered.find(words) != std::string::npos; };
  return (says("error:") || says("alert")) && !says("unexpected eof") && !says("internal error") &&
         !says("close notify");
}

// What a proxy said instead of opening a tunnel; that is not the server's answer.
TransportError refused_by_proxy(long status, const std::string& text) {
  const std::string said = "the proxy refused the tunnel with " + std::to_string(status);
  if (status == 407)
    return {TransportError::Why::connect,
            said +
                "; it asks for a user and a password, which go into "
                "the proxy's URL",
            true};
  const bool lasting = status < 500 && status != 408 && status != 429;
  return {TransportError::Why::connect, said + " (" + text + ")", lasting};
}

// libcurl names whom it tried to reach; where that is not the URL's host it was a proxy.
std::string with_proxy_named(CURL* easy, std::string text) {
  char* effective = nullptr;
  curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &effective);
  if (effective == nullptr) return text;
  const Url url = Url::parse(effective);
  std::string host = url.host;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (text.find(host + " port " + std::to_string(url.port) + " ") == std::string::npos) {
    text += " (the proxy: see proxy under http, and http_proxy, https_proxy and all_proxy in the environment)";
  }
  return text;
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

TrustStore trust_store(const Settings& settings) {
  TrustStore out;
  out.public_only = settings.block_private;
  if (!settings.ca_bundle.empty()) {
    out.file = settings.ca_bundle;
    out.name = "ca_bundle " + settings.ca_bundle;
    return out;
  }
  out.file = environment("SSL_CERT_FILE");
  out.folder = environment("SSL_CERT_DIR");
  if (!out.file.empty()) {
    out.name = "SSL_CERT_FILE " + out.file;
  } else if (!out.folder.empty()) {
    out.name = "SSL_CERT_DIR " + out.folder;
  } else {
    out.name = "the system's certificate store";
  }
  return out;
}

void set_up(Transfer& transfer, const Attempt& attempt, const SetupContext& context) {
  const Request& request = *attempt.request;
  const Settings& settings = context.settings;
  CURL* easy = transfer.easy.get();
  curl_easy_reset(easy);  // keeps connections, sessions and the share

  set(easy, CURLOPT_URL, request.url.c_str());
  set(easy, CURLOPT_PATH_AS_IS, 1L);
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(settings.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancelled name look-up is left behind, not waited for
  set(easy, CURLOPT_NOPROGRESS, 1L);
  set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  if (context.share != nullptr) set(easy, CURLOPT_SHARE, context.share);
  set_trust(easy, settings, context.trust);
  set_network(easy, settings);
  set(easy, CURLOPT_CLOSESOCKETFUNCTION, &close_socket);
  set(easy, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&transfer));
  if (attempt.fresh_connection) set(easy, CURLOPT_FRESH_CONNECT, 1L);

  set_method(transfer, request);
  set_headers(transfer, request);
  set(easy, CURLOPT_WRITEFUNCTION, &on_body);
  set(easy, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_HEADERFUNCTION, &on_header);
  set(easy, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(transfer.error_text));

  transfer.max_head = settings.max_headers;
  transfer.first_byte = attempt.first_byte.count() > 0 ? attempt.first_byte : settings.first_byte_timeout;
  transfer.silence = settings.silence_timeout;
  transfer.total = attempt.total.count() > 0 ? attempt.total : settings.total_timeout;
}

std::optional<TransportError> error_of(const Transfer& transfer, CURLcode code, const TrustStore& trust) {
  using Why = TransportError::Why;
  if (code == CURLE_OK) return std::nullopt;
  std::string text = transfer.error_text[0] != '\0' ? transfer.error_text : curl_easy_strerror(code);
  if (transfer.head_too_large) {
    return TransportError{Why::too_large, "the headers of the answer are larger than max_headers", true};
  }
  if (code == CURLE_OUT_OF_MEMORY &&
      !transfer.head.complete()) {  // libcurl's own limit of one line, and its word for it
    return TransportError{Why::too_large, "a header of the answer is larger than 100 KiB", true};
  }
  // libcurl shows the proxy's URL then, user and password in it.
  if (text.starts_with("Unsupported proxy")) {
    return TransportError{Why::bad_url,
                          "the proxy can't be used: expected [http://|https://|socks5://][USER:PASSWORD@]HOST[:PORT], "
                          "where user and password are percent-encoded (see proxy under http, and http_proxy, "
                          "https_proxy and all_proxy in the environment)",
                          true};
  }
  long tunnel = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_HTTP_CONNECTCODE, &tunnel);
  if (tunnel >= 300 && transfer.head.empty()) return refused_by_proxy(tunnel, text);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportError{Why::connect, text, false};
    case CURLE_COULDNT_CONNECT: {  // libcurl keeps the reason, "Connection refused", to itself
      long reason = 0;
      curl_easy_getinfo(transfer.easy.get(), CURLINFO_OS_ERRNO, &reason);
      // No socket was as much as opened: open_public_socket() did not let any of the addresses pass.
      if (reason == 0 && trust.public_only)
        return TransportError{Why::connect, text + ": its address is a private one (block_private)", true};
      if (reason != 0) text += ": " + std::generic_category().message(static_cast<int>(reason));
      return TransportError{Why::connect, with_proxy_named(transfer.easy.get(), std::move(text)), false};
    }
    case CURLE_OPERATION_TIMEDOUT: {  // only the connection's own limit is left to libcurl
      return TransportError{Why::connect, "no connection in time: " + text, false};
    }
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
      return TransportError{Why::tls, text + " (checked against " + trust.name + ")", true};
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_NOTFOUND:
      return TransportError{Why::tls, text + " (" + trust.name + ")", true};
    case CURLE_SSL_CONNECT_ERROR:  // also what a handshake that was cut looks like
      return TransportError{Why::tls, text, is_lasting_tls_failure(text)};
    case CURLE_URL_MALFORMAT:
      return TransportError{Why::bad_url, text, true};
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: {
      // TLS 1.3 tells a client only after the handshake that its certificate is not good enough.
      if (transfer.head.empty() && is_lasting_tls_failure(text)) {
        return TransportError{Why::tls, text, true};
      }
      long connects = 0;
      curl_easy_getinfo(transfer.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
      const bool early = connects == 0 && transfer.head.empty();
      return TransportError{early ? Why::reset_early : Why::reset, text, false};
    }
    // A stream that the server refused by itself (RST_STREAM) was sent again by libcurl, whatever its method. One that
    // it never began because it is leaving (GOAWAY) ends like this with 7.88, and so does a session that broke.
    case CURLE_HTTP2:
      return TransportError{transfer.head.empty() ? Why::reset_early : Why::reset, text, false};
    case CURLE_HTTP2_STREAM:
    case CURLE_PARTIAL_FILE:
      return TransportError{Why::reset, "the answer was cut: " + text, false};
    case CURLE_UNSUPPORTED_PROTOCOL:  // the URL's scheme was checked before: this is about the answer
    case CURLE_WEIRD_SERVER_REPLY:
      return TransportError{Why::reset, "what came back is no HTTP answer: " + text, false};
    default:
      return TransportError{Why::other, text, false};
  }
}

}  // namespace integ::http
