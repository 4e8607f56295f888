// Files that are compressed while they are written, in pieces that stand for themselves: a gzip member or a zstd frame
// from one sync to the next, so that what was synced can be read whatever happens after it. Several behind each other
// are one text to every reader of both formats (RFC 1952 2.2, RFC 8878 3.1).
#pragma once

#include "protocol/sink.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace integ::protocol {

// "gzip" and "zstd", as options name them; every other name is none.
FileShape::Compression compression_of(std::string_view name);

// Over `inner`, which it owns; `inner` itself for no compression. Safe by sync() alone.
std::unique_ptr<Sink> compressed(std::unique_ptr<Sink> inner, FileShape::Compression compression);

// The length of the file up to and with its last whole member or frame. Throws Error of kind output.
off_t whole_members(FileShape::Compression compression, int fd, const std::string& path);

}  // namespace integ::protocol
