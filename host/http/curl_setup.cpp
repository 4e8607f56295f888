#include "http/curl_setup.hpp"

#include "base/text.hpp"

#include <cstdlib>
#include <new>
#include <string_view>
#include <system_error>

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

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

}  // namespace

TrustStore trust_store(const Settings& settings) {
  if (!settings.ca_bundle.empty()) return {settings.ca_bundle, {}, "ca_bundle " + settings.ca_bundle};
  std::string file = environment("SSL_CERT_FILE");
  std::string folder = environment("SSL_CERT_DIR");
  if (!file.empty()) return {file, folder, "SSL_CERT_FILE " + file};
  if (!folder.empty()) return {{}, folder, "SSL_CERT_DIR " + folder};
  return {{}, {}, "the system's certificate store"};
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
  set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_QUICK_EXIT, 1L);  // a cancelled name look-up is left behind, not waited for
  set(easy, CURLOPT_NOPROGRESS, 1L);
  set(easy, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set(easy, CURLOPT_TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings.connect_timeout.count()));
  set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (context.share != nullptr) set(easy, CURLOPT_SHARE, context.share);
  if (!context.trust.file.empty()) set(easy, CURLOPT_CAINFO, context.trust.file.c_str());
  if (!context.trust.folder.empty()) set(easy, CURLOPT_CAPATH, context.trust.folder.c_str());
  if (!settings.proxy.empty()) set(easy, CURLOPT_PROXY, settings.proxy.c_str());
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
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportError{Why::connect, text, false};
    case CURLE_COULDNT_CONNECT: {  // libcurl keeps the reason, "Connection refused", to itself
      long reason = 0;
      curl_easy_getinfo(transfer.easy.get(), CURLINFO_OS_ERRNO, &reason);
      if (reason != 0) text += ": " + std::generic_category().message(static_cast<int>(reason));
      return TransportError{Why::connect, text, false};
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
    case CURLE_SSL_CONNECT_ERROR:
      return TransportError{Why::tls, text, false};  // also what a handshake that was cut looks like
    case CURLE_URL_MALFORMAT:
      return TransportError{Why::bad_url, text, true};
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR: {
      long connects = 0;
      curl_easy_getinfo(transfer.easy.get(), CURLINFO_NUM_CONNECTS, &connects);
      const bool early = connects == 0 && transfer.head.empty();
      return TransportError{early ? Why::reset_early : Why::reset, text, false};
    }
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
