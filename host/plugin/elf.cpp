#include "plugin/elf.hpp"

#include "base/files.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <optional>
#include <sys/stat.h>
#include <type_traits>
#include <unistd.h>

namespace integ::plugin {
namespace {

using Header = ElfW(Ehdr);
using Segment = ElfW(Phdr);
using Section = ElfW(Shdr);

class Reader {
 public:
  explicit Reader(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    struct stat status {};
    if (fd_ && ::fstat(fd_.get(), &status) == 0) size_ = static_cast<std::uint64_t>(status.st_size);
  }
  bool opened() const { return static_cast<bool>(fd_); }
  std::uint64_t size() const { return size_; }

  // Whether `length` bytes from `offset` lie inside the file; the sum may overflow in a forged header.
  bool holds(std::uint64_t offset, std::uint64_t length) const { return offset <= size_ && length <= size_ - offset; }

  template <typename T>
  std::optional<T> at(std::uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<T>);
    if (!holds(offset, sizeof(T))) return std::nullopt;
    T value{};
    const ssize_t got = ::pread(fd_.get(), &value, sizeof(T), static_cast<off_t>(offset));
    if (got != static_cast<ssize_t>(sizeof(T))) return std::nullopt;
    return value;
  }

 private:
  UniqueFd fd_;
  std::uint64_t size_ = 0;
};

std::string machine_name(unsigned machine) {
  switch (machine) {
    case EM_386:
      return "i386";
    case EM_X86_64:
      return "x86_64";
    case EM_ARM:
      return "arm";
    case EM_AARCH64:
      return "aarch64";
    case EM_RISCV:
      return "riscv";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390";
    case EM_MIPS:
      return "mips";
    case EM_LOONGARCH:
      return "loongarch";
    default:
      return "ELF machine " + std::to_string(machine);
  }
}

// Program headers: every segment inside the file, and something for the dynamic loader to read.
std::string segment_fault(const Reader& file, const Header& header) {
  if (header.e_phentsize != sizeof(Segment)) return "no ELF file (its program headers have a foreign size)";
  bool dynamic = false;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = file.at<Segment>(header.e_phoff + i * sizeof(Segment));
    if (!segment) return "cut short";
    if (segment->p_type == PT_DYNAMIC) dynamic = true;
    if (segment->p_type != PT_NULL && !file.holds(segment->p_offset, segment->p_filesz)) return "cut short";
  }
  return dynamic ? "" : "no shared library (it has no dynamic section)";
}

// Section headers end the file in what linkers write, so they are what a cut takes away first. A library
// stripped of them altogether is fine.
std::string section_fault(const Reader& file, const Header& header) {
  if (header.e_shoff == 0) return "";
  if (header.e_shnum != 0 && header.e_shentsize != sizeof(Section)) {
    return "no ELF file (its section headers have a foreign size)";
  }
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = file.at<Section>(header.e_shoff + i * sizeof(Section));
    if (!section) return "cut short";
    if (section->sh_type != SHT_NOBITS && section->sh_type != SHT_NULL &&
        !file.holds(section->sh_offset, section->sh_size)) {
      return "cut short";
    }
  }
  return "";
}

}  // namespace

std::string elf_fault(const std::string& path) {
  const Reader file(path);
  if (!file.opened()) return std::string("unreadable (") + std::strerror(errno) + ")";
  if (file.size() == 0) return "an empty file";
  const auto ident = file.at<std::array<unsigned char, EI_NIDENT>>(0);
  if (!ident || std::memcmp(ident->data(), ELFMAG, SELFMAG) != 0) return "no ELF file";
  // What this process is made of is the measure: whatever runs can be loaded by what runs.
  const auto own = Reader("/proc/self/exe").at<Header>(0);
  if (!own) return "";
  // The two places hold the same in the headers of 32 and of 64 bit, so a foreign class still has a name.
  const bool same_order = (*ident)[EI_DATA] == own->e_ident[EI_DATA];
  const auto machine = file.at<std::uint16_t>(offsetof(Header, e_machine));
  const auto type = file.at<std::uint16_t>(offsetof(Header, e_type));
  if (!machine || !type) return "cut short";
  if (!same_order) return "for another machine (of the other byte order)";
  if (*machine != own->e_machine) return "for another machine (" + machine_name(*machine) + ")";
  if ((*ident)[EI_CLASS] != own->e_ident[EI_CLASS]) return "for another machine (of another word size)";
  if (*type != ET_DYN) return *type == ET_REL ? "no shared library (an object file)" : "no shared library";
  const auto header = file.at<Header>(0);
  if (!header) return "cut short";
  const std::string fault = segment_fault(file, *header);
  return fault.empty() ? section_fault(file, *header) : fault;
}

}  // namespace integ::plugin
