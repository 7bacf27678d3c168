// HTTP as it comes over the wire.
#include <gtest/gtest.h>

#include "ledger/tiles.h"
#include "tests/integration/server/ceremony_fixture.h"
#include "verifier-sdk/core/checkpoint.h"
#include "verifier-sdk/core/merkle.h"
#include "verifier-sdk/core/note.h"
#include "verifier-sdk/core/trust_list.h"

namespace certmark::testing {
namespace {

class Http : public ::testing::Test {
 protected:
  TlsClient Connect() const {
    return TlsClient(ports_.public_http,
                     {.roots_pem = ceremony_.roots_pem(), .credentials = {}, .max_version = 0, .alpn = ""});
  }
  static std::string Request(const std::string& method, const std::string& target, const std::string& headers = "") {
    return method + " " + target + " HTTP/1.1\r\nHost: ca.example\r\n" + headers + "\r\n";
  }
  std::string Get(const std::string& target) const {
    TlsClient client = Connect();
    client.Send(Request("GET", target));
    return client.ReadResponse();
  }

  Ceremony ceremony_;
  std::unique_ptr<api::Daemon> daemon_ = api::Daemon::Start(ceremony_.Config(), {}).value();
  api::Daemon::Ports ports_ = daemon_->ports();
};

// What follows each two-byte length is one entry.
std::vector<std::string> Entries(const std::string& bundle) {
  std::vector<std::string> entries;
  for (std::size_t at = 0; at + 2 <= bundle.size();) {
    const std::size_t size = static_cast<unsigned char>(bundle[at]) * 256u + static_cast<unsigned char>(bundle[at + 1]);
    entries.push_back(bundle.substr(at + 2, size));
    at += 2 + size;
  }
  return entries;
}

TEST_F(Http, ServesALogThatAStrangerCanVerify) {
  const TrustList trust = TrustList::AcceptFirst(BodyOf(Get("/trust")), ceremony_.report().pin).value();
  const Note note = Note::Parse(BodyOf(Get("/log/1/checkpoint"))).value();
  ASSERT_EQ(note.Check(trust.logs()[0].key).state, Note::State::kGood);
  const Checkpoint checkpoint = Checkpoint::Parse(note.text()).value();
  ASSERT_EQ(checkpoint.origin, "ca.example/log/1");
  ASSERT_GT(checkpoint.size, 0u);
  ASSERT_LT(checkpoint.size, 256u);

  const std::string width = ".p/" + std::to_string(checkpoint.size);
  const auto entries = Entries(BodyOf(Get("/log/1/tile/entries/000" + width)));
  const std::string hashes = BodyOf(Get("/log/1/tile/0/000" + width));
  ASSERT_EQ(entries.size(), checkpoint.size);
  ASSERT_EQ(hashes.size(), checkpoint.size * 32);
  std::vector<Hash> leaves;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    leaves.push_back(LeafHash(AsBytes(entries[i])));
    EXPECT_EQ(AsText(leaves[i].view()), hashes.substr(i * 32, 32)) << i;
  }
  // RFC 6962 §2.1, as it is written there.
  const auto root = [&](const auto& self, std::size_t begin, std::size_t end) -> Hash {
    if (end - begin == 1) return leaves[begin];
    std::size_t split = 1;
    while (split * 2 < end - begin) split *= 2;
    return NodeHash(self(self, begin, begin + split), self(self, begin + split, end));
  };
  EXPECT_EQ(root(root, 0, leaves.size()), checkpoint.root);
}

TEST_F(Http, SaysTheSameOfEveryAnswer) {
  const std::string response = Get("/trust");
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/jwt");
  EXPECT_EQ(HeaderOf(response, "Content-Length"), std::to_string(BodyOf(response).size()));
  EXPECT_EQ(HeaderOf(response, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(response, "Server"), "certmark");
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(HeaderOf(response, "Strict-Transport-Security").empty());
  EXPECT_FALSE(HeaderOf(response, "ETag").empty());
}

TEST_F(Http, GivesBrowsersOfOtherSitesNothingOfAParty) {
  TlsClient client(
      ports_.party_http,
      {.roots_pem = ceremony_.roots_pem(), .credentials = ceremony_.registrar(), .max_version = 0, .alpn = ""});
  client.Send(Request("GET", "/trust"));
  const std::string response = client.ReadResponse();
  EXPECT_EQ(StatusOf(response), 200);
  EXPECT_EQ(HeaderOf(response, "Access-Control-Allow-Origin"), "");
}

TEST_F(Http, KeepsAConnectionForTheNextRequest) {
  TlsClient client = Connect();
  client.Send(Request("GET", "/trust") + Request("GET", "/status"));  // both at once
  const std::string first = client.ReadResponse();
  EXPECT_EQ(StatusOf(first), 200);
  EXPECT_EQ(HeaderOf(client.ReadResponse(), "Content-Type"), "application/json");
  client.Send(Request("HEAD", "/trust"));
  const std::string head = client.ReadResponse(TlsClient::Expect::kNoBody);
  EXPECT_EQ(HeaderOf(head, "Content-Length"), HeaderOf(first, "Content-Length"));
  client.Send(Request("GET", "/trust", "If-None-Match: " + HeaderOf(first, "ETag") + "\r\n"));
  const std::string unchanged = client.ReadResponse(TlsClient::Expect::kNoBody);
  EXPECT_EQ(StatusOf(unchanged), 304);
  client.Send(Request("GET", "/trust", "Connection: close\r\n"));
  EXPECT_EQ(StatusOf(client.ReadAll()), 200);  // and the server closes
}

TEST_F(Http, SendsTheWholePlainTileWhateverPartOrCodingIsAskedFor) {
  const std::string path = "/log/1/tile/0/000.p/1";
  const std::string whole = BodyOf(Get(path));
  ASSERT_EQ(whole.size(), 32u);
  TlsClient client = Connect();
  for (const char* header : {"Range: bytes=0-3\r\n", "Range: bytes=0-3\r\nIf-Range: \"x\"\r\n",
                             "Accept-Encoding: gzip, br\r\n", "Accept-Encoding: identity;q=0\r\n"}) {
    client.Send(Request("GET", path, header));
    const std::string response = client.ReadResponse();
    EXPECT_EQ(StatusOf(response), 200) << header;
    EXPECT_EQ(BodyOf(response), whole) << header;
    EXPECT_EQ(HeaderOf(response, "Content-Encoding"), "") << header;
    EXPECT_EQ(HeaderOf(response, "Content-Range"), "") << header;
  }
}

TEST_F(Http, TellsAHeadOfATileAllButItsBytes) {
  TlsClient client = Connect();
  client.Send(Request("GET", "/log/1/tile/0/000.p/1"));
  const std::string get = client.ReadResponse();
  client.Send(Request("HEAD", "/log/1/tile/0/000.p/1") +
              Request("GET", "/log/1/tile/0/000.p/1", "If-None-Match: " + HeaderOf(get, "ETag") + "\r\n"));
  const std::string head = client.ReadResponse(TlsClient::Expect::kNoBody);
  const std::string unchanged = client.ReadResponse(TlsClient::Expect::kNoBody);
  EXPECT_EQ(StatusOf(head), 200);
  EXPECT_EQ(StatusOf(unchanged), 304);
  for (const char* name : {"ETag", "Cache-Control", "Access-Control-Allow-Origin"}) {
    EXPECT_EQ(HeaderOf(head, name), HeaderOf(get, name)) << name;
    EXPECT_EQ(HeaderOf(unchanged, name), HeaderOf(get, name)) << name;
  }
  EXPECT_EQ(HeaderOf(head, "Content-Length"), "32");
  EXPECT_EQ(HeaderOf(head, "Content-Type"), "application/octet-stream");
}

TEST_F(Http, RefusesWhatIsMalformedAndClosesWhereItCannotGoOn) {
  const struct {
    const char* mutation;
    std::string bytes;
    int status;
  } kRows[] = {
      {"no HTTP", "hello\r\n\r\n", 400},
      {"a control character in the target", "GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"another version", "GET / HTTP/9.9\r\nHost: x\r\n\r\n", 400},
      {"a header without colon", "GET / HTTP/1.1\r\nHost x\r\n\r\n", 400},
      {"two lengths", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {"a negative length", "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
      {"a body", "GET /trust HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx", 400},
      {"a coding that is not known", "GET /trust HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 400},
      {"a chunked body", "GET /trust HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"too much header", "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(9000, 'a') + "\r\n\r\n", 431},
  };
  for (const auto& row : kRows) {
    TlsClient client = Connect();
    client.Send(row.bytes);
    const std::string response = client.ReadAll();  // to the end: it closes
    EXPECT_EQ(StatusOf(response), row.status) << row.mutation << ": " << response;
    EXPECT_EQ(HeaderOf(response, "Content-Type"), "application/problem+json") << row.mutation;
    EXPECT_EQ(HeaderOf(response, "Connection"), "close") << row.mutation;
  }
}

TEST_F(Http, RefusesABadRequestOnAConnectionThatGoesOn) {
  const struct {
    const char* mutation;
    std::string bytes;
    int status;
  } kRows[] = {
      {"no Host", "GET /trust HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /trust HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"a parent", "GET /trust/../keys/log.pem HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"an encoded parent", "GET /crl/%2e%2e%2fkeys%2flog.pem HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"a NUL", "GET /trust%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"half an escape", "GET /trust%2 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"another method", "DELETE /trust HTTP/1.1\r\nHost: x\r\n\r\n", 405},
      {"a method of nobody's", "BREW /trust HTTP/1.1\r\nHost: x\r\n\r\n", 405},
      {"nothing there", "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", 404},
  };
  TlsClient client = Connect();
  for (const auto& row : kRows) {
    client.Send(row.bytes);
    EXPECT_EQ(StatusOf(client.ReadResponse()), row.status) << row.mutation;
  }
}

}  // namespace
}  // namespace certmark::testing
