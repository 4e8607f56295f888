// What a plug-in reads of an answer.
#include "fake_backend.hpp"

namespace integ::bridge {
namespace {

using testing::answers;
using testing::Entered;
using ::testing::HasSubstr;
using testing::request;
using testing::value;

class Answered : public ::testing::Test {
 protected:
  void get(int status, std::string body) {
    in.backend.answer = answers(status, std::move(body));
    const integ_request asked = request("http://h/");
    ASSERT_EQ(in.host.fetch(in.handle(), &asked, &answer), INTEG_OK);
  }
  Entered in;
  integ_response* answer = nullptr;
};

TEST_F(Answered, StatusUrlBodyAndHeaders) {
  get(201, "bytes\xFF");
  EXPECT_EQ(in.host.response_status(answer), 201);
  EXPECT_EQ(view(in.host.response_url(answer)), "http://h/final");
  EXPECT_EQ(view(in.host.response_body(answer)), "bytes\xFF");
  integ_str text{};
  EXPECT_EQ(in.host.response_header(answer, str("X-a"), 0, &text), INTEG_OK);
  EXPECT_EQ(view(text), "1");
  EXPECT_EQ(in.host.response_header(answer, str("x-A"), 1, &text), INTEG_OK);
  EXPECT_EQ(view(text), "2");
  EXPECT_EQ(in.host.response_header(answer, str("x-a"), 2, &text), INTEG_OK);
  EXPECT_EQ(text.data, nullptr);
  EXPECT_EQ(in.host.response_header(answer, str("x-a"), 0, nullptr), INTEG_E_ARGUMENT);
}

TEST_F(Answered, JsonIsParsedWhenAskedForAndStays) {
  get(200, R"({"next":"http://h/2"})");
  const integ_node* root = in.host.response_json(in.handle(), answer);
  ASSERT_NE(root, nullptr);
  EXPECT_EQ(in.host.response_json(in.handle(), answer), root);
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), root, str("/next"), &out), INTEG_OK);
  EXPECT_EQ(view(out.text), "http://h/2");
}

TEST_F(Answered, ABodyThatIsNoJsonIsToldAndNoCrash) {
  get(200, "<html>");
  EXPECT_EQ(in.host.response_json(in.handle(), answer), nullptr);
  EXPECT_THAT(in.error(), HasSubstr("the answer"));
  integ_value out = value();
  EXPECT_EQ(in.host.get(in.handle(), nullptr, str("/next"), &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT);
  EXPECT_EQ(in.host.response_json(in.handle(), nullptr), nullptr);
}

TEST_F(Answered, ObservedFieldsAreValues) {
  get(200, "{}");
  integ_value out = value();
  EXPECT_EQ(in.host.observed(in.handle(), answer, 0, &out), INTEG_E_ARGUMENT) << "nothing was observed";
  auto* page = reinterpret_cast<Page*>(answer);
  page->observed = {R"("2024-01-02")", "", "[1,2]"};
  EXPECT_EQ(in.host.observed(in.handle(), answer, 0, &out), INTEG_OK);
  EXPECT_EQ(view(out.text), "2024-01-02");
  EXPECT_EQ(in.host.observed(in.handle(), answer, 1, &out), INTEG_OK);
  EXPECT_EQ(out.kind, INTEG_ABSENT) << "no record had it";
  EXPECT_EQ(in.host.observed(in.handle(), answer, 2, &out), INTEG_OK);
  EXPECT_EQ(out.count, 2U);
  integ_value first = value();
  EXPECT_EQ(in.host.item(in.handle(), out.node, 1, nullptr, &first), INTEG_OK);
  EXPECT_EQ(first.integer, 2);
  EXPECT_EQ(in.host.observed(in.handle(), answer, 3, &out), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.observed(in.handle(), answer, 0, nullptr), INTEG_E_ARGUMENT);
  EXPECT_EQ(in.host.observed(in.handle(), nullptr, 0, &out), INTEG_E_ARGUMENT);
}

TEST_F(Answered, AReleasedAnswerLetsItsBodyGo) {
  get(200, "body");
  const std::weak_ptr<std::string> body = reinterpret_cast<const Page*>(answer)->answer.body;
  in.host.response_release(in.handle(), answer);
  EXPECT_TRUE(body.expired());
  in.host.response_release(in.handle(), nullptr);
}

}  // namespace
}  // namespace integ::bridge
