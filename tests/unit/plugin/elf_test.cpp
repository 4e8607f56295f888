#include "plugin/elf.hpp"

#include "support.hpp"

#include <cstddef>
#include <elf.h>

namespace integ::plugin::test {
namespace {

TEST(Elf, ALibraryOfThisMachineIsFine) { EXPECT_EQ(elf_fault(fixture("good")), ""); }

TEST(Elf, WhatIsNoElfIsNamed) {
  const TemporaryFolder folder;
  EXPECT_EQ(elf_fault(folder.write("empty.so", "")), "an empty file");
  EXPECT_EQ(elf_fault(folder.write("text.so", "#!/bin/sh\necho plugin\n")), "no ELF file");
  EXPECT_EQ(elf_fault(folder.write("short.so",
                                   "\x7f"
                                   "EL")),
            "no ELF file");
  EXPECT_EQ(elf_fault(folder / "missing.so"), "unreadable (No such file or directory)");
}

// A mapped page beyond the end of the file is a SIGBUS, so no cut may pass, wherever it is.
TEST(Elf, EveryCutIsFound) {
  const TemporaryFolder folder;
  const std::string whole = content_of(fixture("good"));
  ASSERT_GT(whole.size(), 1000u);
  for (std::size_t length = 1; length < whole.size(); length += length < 256 ? 1 : 97) {
    EXPECT_NE(elf_fault(folder.write("cut.so", whole.substr(0, length))), "") << "cut to " << length;
  }
  EXPECT_EQ(elf_fault(folder.write("cut.so", whole.substr(0, whole.size() - 1))), "cut short");
  EXPECT_EQ(elf_fault(folder.write("cut.so", whole.substr(0, sizeof(Elf64_Ehdr) - 1))), "cut short");
}

TEST(Elf, AnotherMachineIsNamed) {
  const TemporaryFolder folder;
  std::string foreign = content_of(fixture("good"));
  foreign[offsetof(Elf64_Ehdr, e_machine)] = static_cast<char>(EM_S390);
  foreign[offsetof(Elf64_Ehdr, e_machine) + 1] = 0;
  EXPECT_EQ(elf_fault(folder.write("foreign.so", foreign)), "for another machine (s390)");
  std::string order = content_of(fixture("good"));
  order[EI_DATA] = order[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
  EXPECT_EQ(elf_fault(folder.write("order.so", order)), "for another machine (of the other byte order)");
  std::string size = content_of(fixture("good"));
  size[EI_CLASS] = size[EI_CLASS] == ELFCLASS64 ? ELFCLASS32 : ELFCLASS64;
  EXPECT_EQ(elf_fault(folder.write("size.so", size)), "for another machine (of another word size)");
}

TEST(Elf, OtherKindsOfFileAreNamed) {
  const TemporaryFolder folder;
  std::string object = content_of(fixture("good"));
  object[offsetof(Elf64_Ehdr, e_type)] = ET_REL;
  EXPECT_EQ(elf_fault(folder.write("object.so", object)), "no shared library (an object file)");
  object[offsetof(Elf64_Ehdr, e_type)] = ET_CORE;
  EXPECT_EQ(elf_fault(folder.write("core.so", object)), "no shared library");
}

// Offsets whose sum with a length overflows 64 bits lie inside nothing.
TEST(Elf, ForgedOffsetsDoNotOverflow) {
  const TemporaryFolder folder;
  std::string forged = content_of(fixture("good"));
  for (std::size_t i = 0; i < sizeof(Elf64_Off); ++i) forged[offsetof(Elf64_Ehdr, e_shoff) + i] = '\xff';
  EXPECT_EQ(elf_fault(folder.write("forged.so", forged)), "cut short");
  forged = content_of(fixture("good"));
  for (std::size_t i = 0; i < sizeof(Elf64_Off); ++i) forged[offsetof(Elf64_Ehdr, e_phoff) + i] = '\xff';
  EXPECT_EQ(elf_fault(folder.write("forged.so", forged)), "cut short");
}

}  // namespace
}  // namespace integ::plugin::test
