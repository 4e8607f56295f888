#include "worker/control.hpp"

#include "base/text.hpp"
#include "worker/messages.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

namespace integ::worker {
namespace {

// The longest refusal that is passed on: a loader's message with a path or two.
constexpr std::size_t kLongest = 8192;
// A worker reads its orders at once; one that does not for so long is stopped, or never will.
constexpr int kPatience_ms = 10'000;

constexpr char kTask = 't';
constexpr char kCancelled = 'c';

std::string head() { return std::string(INTEG_VERSION) + " " + std::to_string(kProtocol) + "\n"; }

// One byte with room for a descriptor beside it. Not movable: the header points into it.
struct Message {
  Message() {
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = ancillary.data();
    header.msg_controllen = ancillary.size();
  }
  Message(const Message&) = delete;
  Message& operator=(const Message&) = delete;

  char kind = 0;
  iovec part{&kind, 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> ancillary{};
  msghdr header{};
};

}  // namespace

bool send_first_word(int control, std::string_view refusal) noexcept {
  try {
    const std::string message = head() + sanitised(refusal, kLongest - 1000);
    return ::send(control, message.data(), message.size(), MSG_NOSIGNAL) >= 0;
  } catch (const std::exception&) {
    return false;
  }
}

std::optional<std::string> receive_first_word(int control) {
  std::string message(kLongest, '\0');
  const ssize_t got = ::recv(control, message.data(), message.size(), 0);
  if (got <= 0) return std::nullopt;
  message.resize(static_cast<std::size_t>(got));
  if (!message.starts_with(head())) return "the program was replaced while it ran, or its worker went astray";
  return replace_invalid_utf8(message.substr(head().size()));
}

bool send_task(int control, int socket) noexcept {
  Message message;
  message.kind = kTask;
  cmsghdr* rights = CMSG_FIRSTHDR(&message.header);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(rights), &socket, sizeof socket);
  for (;;) {
    if (::sendmsg(control, &message.header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd wait{control, POLLOUT, 0};
    if (::poll(&wait, 1, kPatience_ms) == 0) return false;
  }
}

bool send_cancelled(int control) noexcept { return ::send(control, &kCancelled, 1, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0; }

Order receive_order(int control) noexcept {
  Message message;
  ssize_t got = 0;
  while ((got = ::recvmsg(control, &message.header, MSG_CMSG_CLOEXEC)) < 0 && errno == EINTR) {
  }
  Order out;
  if (got <= 0) return out;
  const cmsghdr* rights = CMSG_FIRSTHDR(&message.header);
  if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int socket = -1;
    std::memcpy(&socket, CMSG_DATA(rights), sizeof socket);
    out.socket = UniqueFd(socket);
  }
  out.kind = message.kind == kTask && out.socket ? Order::Kind::task : Order::Kind::cancelled;
  return out;
}

}  // namespace integ::worker
