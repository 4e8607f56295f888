// Documents looked up: get, item, values of every kind and of every size.
#include "fake_backend.hpp"

#include <cstddef>
#include <cstring>
#include <limits>

namespace integ::bridge {
namespace {

using testing::Entered;
using testing::value;

Documents config(std::string text) {
  Documents out;
  out[INTEG_DOC_CONFIG] = document_of(std::move(text));
  return out;
}

class Looked : public ::testing::Test {
 protected:
  integ_value at(std::string_view pointer) {
    integ_value out = value();
    EXPECT_EQ(in.host.get(in.handle(), root(), str(pointer), &out), INTEG_OK) << pointer;
    return out;
  }
  const integ_node* root() { return in.host.document(in.handle(), INTEG_DOC_CONFIG); }

  Entered in{Phase::run, config(R"({"n":null,"b":true,"i":-9223372036854775808,"u":18446744073709551617,)"
                                R"("d":0.30000000000000004,"s":"a\u00e9\n","a":[1,{"x":"y"}],"o":{"k/~":1},"":7})")};
};

TEST_F(Looked, EveryKindHasItsMembers) {
  EXPECT_EQ(at("/n").kind, INTEG_NULL);
  EXPECT_EQ(at("/b").kind, INTEG_BOOL);
  EXPECT_EQ(at("/b").integer, 1);
  EXPECT_EQ(at("/i").kind, INTEG_INT);
  EXPECT_EQ(at("/i").integer, std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(at("/u").kind, INTEG_DOUBLE) << "does not fit";
  EXPECT_EQ(view(at("/u").text), "18446744073709551617");
  EXPECT_EQ(at("/d").kind, INTEG_DOUBLE);
  EXPECT_EQ(at("/d").number, 0.1 + 0.2);
  EXPECT_EQ(view(at("/d").text), "0.30000000000000004");
  EXPECT_EQ(at("/s").kind, INTEG_STRING);
  EXPECT_EQ(view(at("/s").text), "a\xC3\xA9\n");
  EXPECT_EQ(at("/s").node, nullptr);
  EXPECT_EQ(at("/a").kind, INTEG_ARRAY);
  EXPECT_EQ(at("/a").count, 2U);
  EXPECT_EQ(at("/o").kind, INTEG_OBJECT);
  EXPECT_EQ(at("/o/k~1~0").integer, 1);
  EXPECT_EQ(at("/").integer, 7);
  EXPECT_EQ(at("").count, 9U);
}

TEST_F(Looked, WhatIsNotThereIsAbsent) {
  for (const char* pointer : {"/x", "/n/x", "/a/2", "/a/-", "/a/01", "/s/0"})
    EXPECT_EQ(at(pointer).kind, INTEG_ABSENT) << pointer;
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), nullptr, str("/x"), &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT);
}

TEST_F(Looked, AnIllFormedPointerIsAnArgumentError) {
  integ_value out = value();
  for (const char* pointer : {"x", "/~2", "/a~"}) {
    EXPECT_EQ(in.host.get(in.handle(), root(), str(pointer), &out), INTEG_E_ARGUMENT) << pointer;
  }
  EXPECT_FALSE(in.error().empty());
}

TEST_F(Looked, NodesLeadFurther) {
  const integ_node* array = at("/a").node;
  ASSERT_NE(array, nullptr);
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), array, str("/1/x"), &out), INTEG_OK);
  EXPECT_EQ(view(out.text), "y");
  integ_str key{"?", 1};
  EXPECT_EQ(in.host.item(in.handle(), array, 0, &key, &out), INTEG_OK);
  EXPECT_EQ(out.integer, 1);
  EXPECT_EQ(key.data, nullptr) << "an element has no key";
  EXPECT_EQ(in.host.item(in.handle(), root(), 7, &key, &out), INTEG_OK);
  EXPECT_EQ(view(key), "o");
  EXPECT_EQ(in.host.item(in.handle(), root(), 7, nullptr, &out), INTEG_OK);
  EXPECT_EQ(in.host.item(in.handle(), root(), 9, &key, &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT);
  EXPECT_EQ(in.host.item(in.handle(), root(), ~std::uint64_t{0}, &key, &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT);
  EXPECT_EQ(in.host.item(in.handle(), nullptr, 0, &key, &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT);
}

TEST_F(Looked, AnOlderPluginsSmallerValueIsFilledAsFarAsItGoes) {
  for (const std::size_t size :
       {offsetof(integ_value, integer), offsetof(integ_value, number), offsetof(integ_value, text)}) {
    integ_value out;
    std::memset(&out, 0xAB, sizeof out);
    out.size = static_cast<std::uint32_t>(size);
    ASSERT_EQ(in.host.get(in.handle(), root(), str("/a"), &out), INTEG_OK);
    EXPECT_EQ(out.size, size);
    EXPECT_EQ(out.kind, INTEG_ARRAY);
    const auto* bytes = reinterpret_cast<const unsigned char*>(&out);
    for (std::size_t i = size; i < sizeof out; ++i) EXPECT_EQ(bytes[i], 0xAB) << "byte " << i << " is beyond it";
  }
}

TEST_F(Looked, ANewerPluginLearnsHowMuchThisHostKnows) {
  struct {
    integ_value value;
    std::uint64_t later;
  } out{};
  out.value.size = sizeof out;
  out.later = 17;
  ASSERT_EQ(in.host.get(in.handle(), root(), str("/i"), &out.value), INTEG_OK);
  EXPECT_EQ(out.value.size, sizeof(integ_value)) << "INTEG_HAS must not find what nobody filled";
  EXPECT_EQ(out.later, 17U);
}

TEST_F(Looked, NoValueOrOneTooSmallIsAnArgumentError) {
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), root(), str(""), nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.item(in.handle(), root(), 0, nullptr, nullptr), INTEG_E_ARGUMENT);
  for (const std::uint32_t size : {0U, 3U, 4U, 7U}) {
    out.size = size;
    EXPECT_EQ(in.host.get(in.handle(), root(), str(""), &out), INTEG_E_ARGUMENT) << size;
  }
}

TEST_F(Looked, DocumentsThatAreNotThereReadAsNull) {
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), in.host.document(in.handle(), INTEG_DOC_STATE), str(""), &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_NULL);
  EXPECT_EQ(in.host.document(in.handle(), -1), nullptr);
  EXPECT_EQ(in.host.document(in.handle(), INTEG_DOC_SLICES + 1), nullptr);
}

}  // namespace
}  // namespace integ::bridge
