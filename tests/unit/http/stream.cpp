#include "stream.hpp"

#include "sockets.hpp"

#include <array>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

namespace integ::http::testing {

namespace {

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

std::unique_ptr<BIO, Free> reader(const std::string& text) {
  std::unique_ptr<BIO, Free> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  require(bio != nullptr, "BIO_new_mem_buf");
  return bio;
}

std::unique_ptr<X509, Free> certificate_of(const std::string& pem) {
  std::unique_ptr<X509, Free> certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
  require(certificate != nullptr, "PEM_read_bio_X509");
  return certificate;
}

int choose_http2(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                 unsigned offered_size, void*) {
  static constexpr std::array<unsigned char, 3> kHttp2{2, 'h', '2'};
  unsigned char* out = nullptr;
  const int found = SSL_select_next_proto(&out, size, kHttp2.data(), kHttp2.size(), offered, offered_size);
  *chosen = out;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

struct TlsContext::Impl {
  std::unique_ptr<SSL_CTX, Free> context{SSL_CTX_new(TLS_server_method())};
};

TlsContext::TlsContext(const Tls& tls) : impl_(std::make_unique<Impl>()) {
  SSL_CTX* context = impl_->context.get();
  require(context != nullptr, "SSL_CTX_new");
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(reader(tls.identity.key).get(), nullptr, nullptr, nullptr));
  require(SSL_CTX_use_certificate(context, certificate_of(tls.identity.certificate).get()) == 1, "the certificate");
  require(SSL_CTX_use_PrivateKey(context, key.get()) == 1, "the key");
  if (tls.old) {
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
  }
  if (tls.http2) SSL_CTX_set_alpn_select_cb(context, &choose_http2, nullptr);
  if (!tls.client_authority.empty()) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate_of(tls.client_authority).get());
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
}

TlsContext::~TlsContext() = default;

struct Stream::Session {
  std::unique_ptr<SSL, Free> ssl;
};

Stream::Stream(int fd, const TlsContext* tls) : fd_(fd) {
  if (tls == nullptr) return;
  session_ = std::make_unique<Session>();
  session_->ssl.reset(SSL_new(tls->impl_->context.get()));
  require(session_->ssl != nullptr && SSL_set_fd(session_->ssl.get(), fd) == 1, "SSL_new");
}

Stream::~Stream() = default;

bool Stream::open(int wake) {
  const bool good = !session_ || SSL_accept(session_->ssl.get()) == 1;
  ERR_clear_error();
  if (good) return true;
  // Unread bytes would make a reset of the close, and the reset would overtake the alert.
  ::shutdown(fd_.get(), SHUT_WR);
  std::array<char, 4096> rest{};
  while (wait_readable(fd_.get(), wake) && ::recv(fd_.get(), rest.data(), rest.size(), 0) > 0) {
  }
  return false;
}

std::size_t Stream::receive(char* into, std::size_t size, int wake) {
  const bool buffered = session_ && SSL_pending(session_->ssl.get()) > 0;
  if (!buffered && !wait_readable(fd_.get(), wake)) return 0;
  const ssize_t n =
      session_ ? SSL_read(session_->ssl.get(), into, static_cast<int>(size)) : ::recv(fd_.get(), into, size, 0);
  ERR_clear_error();
  return n > 0 ? static_cast<std::size_t>(n) : 0;
}

void Stream::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t n = session_
                          ? SSL_write(session_->ssl.get(), bytes.data() + sent, static_cast<int>(bytes.size() - sent))
                          : ::send(fd_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    ERR_clear_error();
    if (n <= 0) return;  // the client left
    sent += static_cast<std::size_t>(n);
  }
}

}  // namespace integ::http::testing
