// What programs are answered: JSON, the socket, the feed.
#include "verifier-sdk/mirror/answer.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "tests/unit/mirror/mirror_fixture.h"
#include "verifier-sdk/core/json.h"
#include "verifier-sdk/mirror/feed.h"
#include "verifier-sdk/mirror/socket_server.h"

namespace certmark::mirror {
namespace {

using namespace certmark::testing;

class AnswerTest : public MirrorTest {
 protected:
  AnswerTest() {
    spec_.witnesses = {TestNoteKey::Witness("w1").vkey()};
    spec_.quorum = 1;
    log_.Add(log_.Credential({.package = "org.example.a", .number = NumberAt(1), .signers = {SignerAt(1)}}));
    log_.Add(log_.Credential({.package = "org.example.a", .number = NumberAt(2), .signers = {SignerAt(2)}, .to = {}}));
    log_.Add(log_.EventOf(EventKind::kSuspended, "org.example.a", NumberAt(2)));
    log_.Add(log_.Order(EventKind::kExposed, "org.example.a", OrderAt(5)));
    log_.Add(log_.Order(EventKind::kExposed, "org.example.b", OrderAt(6)));
    log_.Publish(kNow, {"w1"});
    EXPECT_TRUE(Follow(Honest(log_)));
    policy_.allow.insert(Allow::kTestAuthority);
  }
  std::string Feed(FeedFormat format) {
    std::string feed;
    EXPECT_TRUE(WriteFeed(*Open(), format, policy_, kNow, [&](std::string_view line) -> Result<void> {
      feed += line;
      return {};
    }));
    return feed;
  }

  GrownLog log_{Pki()};
};

TEST_F(AnswerTest, TellsEachSigningIdentitysCertification) {
  const std::string answer = AnswerLine(*Open(), R"({"app": "android:org.example.a"})", policy_, kNow);
  const auto document = json::Document::Parse(answer, 1 << 20);
  ASSERT_TRUE(document) << answer;
  const auto certifications = document->root().Array("certifications").value().Elements();
  ASSERT_EQ(certifications.size(), 2u);
  EXPECT_EQ(certifications[0].String("verdict").value(), "VALID");
  EXPECT_EQ(certifications[1].String("verdict").value(), "SUSPENDED");
  EXPECT_EQ(certifications[1].Strings("signers").value(), std::vector<std::string_view>{SignerAt(2)});
  EXPECT_EQ(document->root().Strings("openOrders").value(), std::vector<std::string_view>{OrderAt(5)});
}

TEST_F(AnswerTest, AnswersWhatIsNoQuestionWithAnError) {
  for (const char* wrong : {"", "{}", "[]", R"({"app": 1})", R"({"app": "android"})", "\xff", R"({"app": "a:b"})",
                            R"({"app": "android:org.example.a", "signer": ""})"}) {
    EXPECT_TRUE(AnswerLine(*Open(), wrong, policy_, kNow).starts_with("{\"error\":")) << wrong;
  }
}

TEST_F(AnswerTest, WritesARowForEachCertificationAndForOrdersAlone) {
  const std::string csv = Feed(FeedFormat::kCsv);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 4);
  EXPECT_TRUE(csv.starts_with("platform,package,certified,verdict,state,level,"));
  EXPECT_NE(csv.find("android,org.example.a,1,VALID,VALID,certified,CNCA-App-001,"), csv.npos) << csv;
  EXPECT_NE(csv.find("android,org.example.a,0,SUSPENDED,SUSPENDED,certified,"), csv.npos) << csv;
  EXPECT_NE(csv.find("android,org.example.b,0,,,,,,,0,1,"), csv.npos) << csv;
  std::string lines = Feed(FeedFormat::kJsonLines);
  for (std::size_t end = lines.find('\n'); end != lines.npos; end = lines.find('\n')) {
    EXPECT_TRUE(json::Document::Parse(lines.substr(0, end), 1 << 20)) << lines.substr(0, end);
    lines.erase(0, end + 1);
  }
  EXPECT_EQ(lines, "");
}

TEST_F(AnswerTest, WritesNoFormulaAndNoLineThatSomebodyCertified) {
  log_.Add(log_.Credential(
      {.package = "org.example.c", .number = NumberAt(3), .level = "=HYPERLINK(1)", .scheme = "one\nandroid,two"}));
  log_.Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  const std::string csv = Feed(FeedFormat::kCsv);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 5);
  EXPECT_NE(csv.find("android,org.example.c,1,VALID,VALID,'=HYPERLINK(1),\"one android,two\","), csv.npos) << csv;
}

class SocketTest : public AnswerTest {
 protected:
  SocketTest() : stop_(::eventfd(0, EFD_CLOEXEC)) {
    server_.emplace(SocketServer::Listen(Options()).value());
    serving_ = std::thread([this] { EXPECT_TRUE(server_->Serve(stop_.get())); });
  }
  ~SocketTest() override {
    const std::uint64_t one = 1;
    EXPECT_EQ(::write(stop_.get(), &one, sizeof one), 8);
    serving_.join();
  }
  SocketOptions Options() const {
    return {.index = directory(), .socket = directory() / "socket", .for_group = false, .policy = policy_, .clock = [] {
              return kNow;
            }};
  }
  io::Descriptor Connect() const {
    io::Descriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, (directory() / "socket").c_str());
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    const timeval patience{20, 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return fd;
  }
  static void Send(const io::Descriptor& fd, std::string_view text) {
    EXPECT_EQ(::send(fd.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  // Line is the next line that comes; without its end where the connection was closed.
  static std::string Line(const io::Descriptor& fd) {
    std::string line;
    for (char c = 0; ::recv(fd.get(), &c, 1, 0) == 1;) {
      line += c;
      if (c == '\n') break;
    }
    return line;
  }

  io::Descriptor stop_;
  std::optional<SocketServer> server_;
  std::thread serving_;
};

TEST_F(SocketTest, AnswersALineForALine) {
  const io::Descriptor fd = Connect();
  Send(fd, "{\"app\": \"android:org.example.a\"}\n{\"app\": \"andr");
  EXPECT_EQ(Line(fd), AnswerLine(*Open(), R"({"app": "android:org.example.a"})", policy_, kNow) + "\n");
  Send(fd, "oid:org.example.zzz\"}\n");
  EXPECT_NE(Line(fd).find("\"known\":false"), std::string::npos);
}

// Answers that are long, to many questions at once: they wait for one another, and none is left out.
TEST_F(SocketTest, AnswersEachOfManyQuestionsHoweverLongTheAnswers) {
  for (std::uint64_t i = 0; i < 15; ++i) {
    log_.Add(log_.UnsignedCredential(
        {.package = "org.example.long", .number = NumberAt(10 + i), .scheme = std::string(9000, 'x')}));
  }
  log_.Publish(kNow, {"w1"});
  ASSERT_TRUE(Follow(Honest(log_)));
  constexpr int kQuestions = 90;
  std::string questions;
  for (int i = 0; i < kQuestions; ++i) questions += "{\"app\": \"android:org.example.long\"}\n";
  const std::size_t long_answer = AnswerLine(*Open(), questions.substr(0, questions.find('\n')), policy_, kNow).size();
  ASSERT_GT(kQuestions * long_answer, std::size_t{8 * 1024 * 1024});
  const io::Descriptor fd = Connect();
  Send(fd, questions);
  std::vector<char> buffer(1 << 20);
  std::ptrdiff_t lines = 0;
  while (lines < kQuestions) {
    const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    ASSERT_GT(size, 0) << "after " << lines << " answers";
    lines += std::count(buffer.begin(), buffer.begin() + size, '\n');
  }
  EXPECT_EQ(lines, kQuestions);
}

TEST_F(SocketTest, IsForItsOwnerAlone) {
  struct stat status {};
  ASSERT_EQ(::stat((directory() / "socket").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(SocketTest, EndsAConnectionWhoseQuestionHasNoEnd) {
  const io::Descriptor fd = Connect();
  Send(fd, std::string(2 * kMaxQuestion, 'x'));
  EXPECT_EQ(Line(fd), "");
  const io::Descriptor other = Connect();
  Send(other, "{}\n");
  EXPECT_TRUE(Line(other).starts_with("{\"error\":"));
}

// Of two that begin at once the second may take the first's for one that nobody listens on.
TEST_F(SocketTest, LeavesASocketThatAnotherMadeInPlaceOfItsOwn) {
  SocketOptions options = Options();
  options.socket = directory() / "taken";
  std::optional<SocketServer> first(SocketServer::Listen(options).value());
  std::filesystem::remove(options.socket);
  std::optional<SocketServer> second(SocketServer::Listen(options).value());
  first.reset();
  EXPECT_TRUE(std::filesystem::exists(options.socket));
  second.reset();
  EXPECT_FALSE(std::filesystem::exists(options.socket));
}

TEST_F(SocketTest, TakesNoSocketThatSomebodyListensOn) {
  EXPECT_EQ(SocketServer::Listen(Options()).error().code, ErrorCode::kFailedPrecondition);
  SocketOptions elsewhere = Options();
  elsewhere.socket = directory() / "current";
  EXPECT_EQ(SocketServer::Listen(elsewhere).error().code, ErrorCode::kInvalidArgument);
  // One of another kind cannot be asked, and is somebody's perhaps.
  elsewhere.socket = directory() / "datagrams";
  const io::Descriptor datagrams(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, elsewhere.socket.c_str());
  ASSERT_EQ(::bind(datagrams.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(SocketServer::Listen(elsewhere).error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(std::filesystem::exists(elsewhere.socket));
}

}  // namespace
}  // namespace certmark::mirror
