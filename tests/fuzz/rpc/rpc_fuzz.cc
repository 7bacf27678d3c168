// Every RPC through the dispatch: calls of anybody, one after the other, over one authority.
//
// Whatever is asked: nothing crashes; what is refused is refused by the table of errors, as the caller's fault and in a
// line that every transport can carry, and has changed nothing; what reads changes nothing; an answer is one that a
// client can read; a request that its caller has named is done once; nobody but staff is told what the public wrote;
// and in the end the whole of the authority agrees with its log.
#include <google/protobuf/message.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>

#include "api/access.h"
#include "api/contract.h"
#include "api/dispatch.h"
#include "api/document_transfer.h"
#include "api/errors.h"
#include "api/log_watch.h"
#include "ca/fsck.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/rpc/call_maker.h"
#include "tests/fuzz/rpc/cast.h"
#include "verifier-sdk/core/utf8.h"

namespace certmark::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

// Which RPC has its turn; null: each.
const MethodDescriptor* turn = nullptr;
// What this process has done: a fuzzer whose calls are all refused sees little.
struct {
  std::size_t asked = 0, answered = 0;
  std::set<const MethodDescriptor*> rpcs;  // that were answered
} done;

bool IsTold() {
  static const bool told = std::getenv("CERTMARK_FUZZ_TELL") != nullptr;
  return told;
}

// Reads: a document is read on the record, which is a change.
bool Reads(const MethodDescriptor& rpc) {
  const auto begins = [&](const char* with) { return rpc.name().starts_with(with); };
  return begins("Get") || begins("List") || begins("LookUp") || begins("Find") || begins("Prove") ||
         begins("BatchGet") || begins("Search") || begins("Count") || begins("Watch");
}

bool IsOneLine(std::string_view text) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  return IsUtf8(text) && std::ranges::none_of(text, is_control);
}

// HasReadableTexts: protobuf takes no message with a `string` that is not UTF-8, and writes one all the same.
bool HasReadableTexts(const Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  for (const FieldDescriptor* member : set) {
    for (int i = 0; i < (member->is_repeated() ? reflection.FieldSize(message, member) : 1); ++i) {
      if (member->type() == FieldDescriptor::TYPE_STRING) {
        if (!IsUtf8(member->is_repeated() ? reflection.GetRepeatedString(message, member, i)
                                          : reflection.GetString(message, member)))
          return false;
      } else if (member->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        if (!HasReadableTexts(member->is_repeated() ? reflection.GetRepeatedMessage(message, member, i)
                                                    : reflection.GetMessage(message, member)))
          return false;
      }
    }
  }
  return true;
}

// HasMember: a path of what is blamed, `roles[0]`, begins with a member of the request.
bool HasMember(const Message& request, std::string_view path) {
  const std::string name(path.substr(0, std::min(path.find_first_of(".["), path.size())));
  return request.GetDescriptor()->FindFieldByName(name) != nullptr;
}

class Town {
 public:
  Town() { cast_.Tell(live_); }

  // Play makes the calls that an input stands for.
  void Play(FuzzedDataProvider& bytes) {
    constexpr int kMaxCalls = 8;
    for (int i = 0; i < kMaxCalls && bytes.remaining_bytes() > 0; ++i) {
      if (bytes.ConsumeIntegralInRange(0, 15) == 0) LetTimePass(bytes);
      Call(bytes);
    }
  }
  // IsOld: it has grown so far that inputs would become slow, or so old that its certificates end.
  bool IsOld() const { return calls_ > 2'000 || Acts() > 1'000 || passed_ > kMaxLife; }
  // Leave is the end of it: all that was done agrees with the log.
  void Leave() {
    ca::FsckOptions options;
    options.lists = std::span(&cast_.office().authority().trust, 1);
    options.party_ca = &cast_.office().authority().party_ca;
    const auto report = ca::FsckAuthority(cast_.office().store(), options);
    Hold(report.has_value(), "the authority can be checked");
    for (const ledger::Finding& finding : report->findings.list()) {
      std::fprintf(stderr, "%s: %s, not %s\n", finding.place.c_str(), finding.found.c_str(), finding.expected.c_str());
    }
    Hold(report->findings.list().empty(), "the authority agrees with its log");
  }

 private:
  static constexpr Seconds kMaxLife = 60 * ca::testing::kDay;

  std::uint64_t Acts() const {
    return ledger::Head::Decode(cast_.office().store().Head().value()).value().tree(ledger::kRecordLog).size;
  }

  void LetTimePass(FuzzedDataProvider& bytes) {
    constexpr std::array<Seconds, 5> kSteps = {Seconds{1}, Seconds{3'600}, ca::testing::kDay, 3 * ca::testing::kDay,
                                               16 * ca::testing::kDay};
    const Seconds step = bytes.PickValueInArray(kSteps);
    passed_ += step;
    if (passed_ > kMaxLife) return;
    cast_.office().Advance(step);
    Hold(cast_.office().service().desk().status().Refresh().has_value(), "status lists are signed again");
    const auto run = cast_.office().service().deadlines().Run(100);
    Hold(run.has_value(), "the clock acts");
    for (const auto& failure : run->failures)
      std::fprintf(stderr, "%s: %s\n", failure.subject.c_str(), failure.error.message.c_str());
    Hold(run->failed == 0, "the clock does what is due");
  }

  const MethodDescriptor& Choose(FuzzedDataProvider& bytes) const {
    // What others do meanwhile is how an RPC gets something to be called about.
    if (turn != nullptr && bytes.ConsumeIntegralInRange(0, 3) != 0) return *turn;
    return *api::Rpcs()[bytes.ConsumeIntegralInRange<std::size_t>(0, api::Rpcs().size() - 1)];
  }

  void Call(FuzzedDataProvider& bytes) {
    ++calls_;
    ++done.asked;
    rpc_ = &Choose(bytes);
    // Mostly somebody who may: there is nothing behind the refusal of the others.
    who_ = bytes.ConsumeIntegralInRange<std::size_t>(0, cast_.callers() - 1);
    if (bytes.ConsumeIntegralInRange(0, 7) != 0) {
      for (std::size_t i = 0; i < cast_.callers() && !MayCall(); ++i) who_ = (who_ + 1) % cast_.callers();
    }
    request_ = MakeRequest(bytes, live_, *rpc_->input_type());
    if (bytes.ConsumeBool()) cast_.SignNow(bytes, *request_);
    if (IsTold()) Tell();
    const std::uint64_t before = Acts();
    if (rpc_->client_streaming()) {
      Upload(bytes);
    } else if (rpc_->server_streaming()) {
      Stream();
    } else {
      Ask(before);
    }
    if (Reads(*rpc_)) Hold(Acts() == before, "a reading changes nothing");
  }
  bool MayCall() const { return api::RequireAccess(cast_.CallerAt(who_), *rpc_->input_type()).has_value(); }

  void Ask(std::uint64_t before) {
    const api::Caller caller = cast_.CallerAt(who_);
    const auto answer = NewMessage(*rpc_->output_type());
    if (const auto refusal = dispatch_.Answer(caller, *request_, *answer)) {
      CheckRefusal(*refusal);
      Hold(Acts() == before, "what is refused changes nothing");
      return;
    }
    CheckAnswer(*answer);
    CheckDoneOnce(caller, *answer);
    Answered();
    live_.Learn(*answer);
  }
  void Answered() {
    ++done.answered;
    done.rpcs.insert(rpc_);
    live_.Keep(*request_);
  }
  void CheckRefusal(const api::Refusal& refusal) const {
    const auto hold = [&](bool holds, const char* property) {
      if (!holds || IsTold()) std::fprintf(stderr, "  %s: %s\n", refusal.reason.c_str(), refusal.message.c_str());
      Hold(holds, property);
    };
    const auto code = api::CodeOfGrpc(refusal.grpc);
    hold(code && api::Row(*code).http == refusal.http, "a refusal is of the table");
    for (const char* fault : {"INTERNAL", "CORRUPTION", "OUTCOME_UNKNOWN", "UNAVAILABLE"})
      hold(refusal.reason != fault, "a refusal is the caller's fault");
    hold(!refusal.message.empty() && refusal.message.size() <= 2'048, "a refusal says why, and not much more");
    hold(IsOneLine(refusal.message) && IsOneLine(refusal.field) && IsOneLine(refusal.resource),
         "a refusal is in lines of text");
    hold(refusal.field.empty() || HasMember(*request_, refusal.field), "what is blamed is a member of the request");
  }
  void CheckAnswer(const Message& answer) const {
    const std::string written = answer.SerializeAsString();
    Hold(written.size() <= api::kMaxAnswerBytes, "an answer is one that clients take");
    Hold(HasReadableTexts(answer), "an answer's texts are UTF-8");
    Hold(cast_.IsStaff(who_) || written.find(kMark) == written.npos, "what the public wrote is for staff");
  }
  // A request with a name of its caller's, sent again.
  void CheckDoneOnce(const api::Caller& caller, const Message& first) {
    const auto* id = request_->GetDescriptor()->FindFieldByName("request_id");
    if (id == nullptr || request_->GetReflection()->GetString(*request_, id).empty()) return;
    const std::uint64_t before = Acts();
    const auto second = NewMessage(*rpc_->output_type());
    const auto refusal = dispatch_.Answer(caller, *request_, *second);
    if (refusal) std::fprintf(stderr, "  again: %s: %s\n", refusal->reason.c_str(), refusal->message.c_str());
    Hold(!refusal, "what was done is answered again");
    Hold(second->SerializeAsString() == first.SerializeAsString(), "and by the same answer");
    Hold(Acts() == before, "and not done again");
  }

  // Streams are the transport's to carry; what it asks in between is asked here.
  void CheckRefusal(const Error& error) const { CheckRefusal(api::OutwardRefusal(error)); }
  Result<void> Uploaded(FuzzedDataProvider& bytes, v1::Document& document) {
    const api::Caller caller = cast_.CallerAt(who_);
    CM_TRY(api::RequireAccess(caller, *rpc_->input_type()));
    api::DocumentUpload upload(handlers_);
    CM_TRY(upload.Take(caller, static_cast<const v1::UploadDocumentRequest&>(*request_)));
    std::string whole;
    while (bytes.ConsumeIntegralInRange(0, 3) != 0) {
      v1::UploadDocumentRequest message;
      message.set_chunk(bytes.ConsumeRandomLengthString(1'024));
      whole += message.chunk();
      if (bytes.ConsumeIntegralInRange(0, 7) == 0) Alter(bytes, live_, message);
      CM_TRY(upload.Take(caller, message));
    }
    v1::UploadDocumentRequest digest;
    digest.set_digest("sha256:" + Sha256(AsBytes(whole)).Hex());
    if (bytes.ConsumeIntegralInRange(0, 7) != 0) CM_TRY(upload.Take(caller, digest));
    document = CM_TRY(upload.Finish());
    return {};
  }
  void Upload(FuzzedDataProvider& bytes) {
    v1::Document document;
    const auto uploaded = Uploaded(bytes, document);
    if (!uploaded) return CheckRefusal(uploaded.error());
    CheckAnswer(document);
    Answered();
    live_.Learn(document);
  }

  Result<void> Read(const api::Caller& caller, const v1::ReadDocumentRequest& read) {
    api::DocumentSending sending(CM_TRY(handlers_.BeginReading(caller, read)));
    v1::ReadDocumentResponse message;
    while (CM_TRY(sending.Next(message))) CheckAnswer(message);
    return {};
  }
  Result<void> Watch(const api::Caller& caller, const v1::WatchLogRequest& watch) {
    using api::LogWatch;
    LogWatch watching = CM_TRY(handlers_.BeginWatching(caller, watch));
    v1::WatchLogResponse message;
    while (CM_TRY(watching.Fill(message, LogWatch::IfNothing::kWait)) == LogWatch::Next::kMessage) {
      CheckAnswer(message);
      message.Clear();
    }
    return {};
  }
  Result<void> Streamed() {
    const api::Caller caller = cast_.CallerAt(who_);
    CM_TRY(api::RequireAccess(caller, *rpc_->input_type()));
    if (rpc_->input_type() == v1::ReadDocumentRequest::descriptor())
      return Read(caller, static_cast<const v1::ReadDocumentRequest&>(*request_));
    return Watch(caller, static_cast<const v1::WatchLogRequest&>(*request_));
  }
  void Stream() {
    const auto streamed = Streamed();
    if (!streamed) return CheckRefusal(streamed.error());
    Answered();
  }

  void Tell() const {
    std::fprintf(stderr, "%s by %zu: %.4000s\n", rpc_->name().c_str(), who_, request_->ShortDebugString().c_str());
  }
  // Hold stops the fuzzer with the call at hand where a property does not hold.
  void Hold(bool holds, const char* property) const {
    if (!holds && rpc_ != nullptr) Tell();
    Require(holds, property);
  }

  Cast cast_;
  certmark::testing::TempDir files_;
  api::Handlers handlers_{cast_.office().service(), ca::AuthorityFiles(files_.path())};
  api::CallLimits limits_{{}, {}};
  api::Dispatch dispatch_{handlers_, limits_};
  LiveValues live_;
  std::size_t calls_ = 0;
  Seconds passed_{0};
  // The call at hand.
  const MethodDescriptor* rpc_ = nullptr;
  std::size_t who_ = 0;
  std::unique_ptr<Message> request_;
};

std::unique_ptr<Town> town;

void LeaveTown() {
  if (!town) return;
  town->Leave();
  town.reset();
}

void LeaveForGood() {
  LeaveTown();
  std::printf("fuzzed: %zu of %zu calls were answered, of %zu RPCs\n", done.answered, done.asked, done.rpcs.size());
}

}  // namespace
}  // namespace certmark::fuzz

// CERTMARK_FUZZ_TURN is a number, or an RPC's name: whose turn it is. Without it, all have theirs.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  using namespace certmark;
  spdlog::set_level(spdlog::level::off);
  const auto& rpcs = api::Rpcs();
  const char* said = std::getenv("CERTMARK_FUZZ_TURN");
  if (said == nullptr) return 0;
  const auto named = std::ranges::find_if(rpcs, [&](const auto* rpc) { return rpc->name() == said; });
  const std::size_t place = named == rpcs.end() ? std::strtoul(said, nullptr, 10) % rpcs.size()
                                                : static_cast<std::size_t>(named - rpcs.begin());
  fuzz::turn = rpcs[place];
  std::printf("fuzzing %s, %zu of %zu RPCs\n", fuzz::turn->full_name().c_str(), place + 1, rpcs.size());
  std::fflush(stdout);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certmark::fuzz;
  if (!town) town = std::make_unique<Town>();
  // The last one is left before libcrypto, which was there first, is taken down.
  [[maybe_unused]] static const int at_exit = std::atexit(LeaveForGood);
  FuzzedDataProvider bytes(data, size);
  town->Play(bytes);
  if (town->IsOld()) LeaveTown();
  return 0;
}
