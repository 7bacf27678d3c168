#include "api/contract.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include <memory>
#include <unordered_map>

#include "certmark/v1/authority.pb.h"
#include "certmark/v1/http.pb.h"
#include "certmark/v1/laboratory.pb.h"
#include "certmark/v1/operator.pb.h"
#include "certmark/v1/party.pb.h"
#include "certmark/v1/public.pb.h"
#include "certmark/v1/registrar.pb.h"
#include "verifier-sdk/core/result.h"

// A FileDescriptorSet, which protos/CMakeLists.txt makes of the contract.
extern const unsigned char certmark_contract_described[];
extern const unsigned long certmark_contract_described_size;

namespace certmark::api {

std::vector<const google::protobuf::ServiceDescriptor*> Services() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const auto* of_its_file : {v1::GetTrustListRequest::descriptor(), v1::GetSelfRequest::descriptor(),
                                  v1::CreateApplicationRequest::descriptor(), v1::SubmitReportRequest::descriptor(),
                                  v1::ConfirmActRequest::descriptor(), v1::ListEnrolmentsRequest::descriptor()}) {
    services.push_back(of_its_file->file()->service(0));
  }
  return services;
}

namespace {

std::vector<const google::protobuf::MethodDescriptor*> Declared() {
  std::vector<const google::protobuf::MethodDescriptor*> rpcs;
  for (const auto* service : Services()) {
    for (int i = 0; i < service->method_count(); ++i) rpcs.push_back(service->method(i));
  }
  return rpcs;
}

std::unordered_map<const google::protobuf::Descriptor*, std::size_t> Places() {
  std::unordered_map<const google::protobuf::Descriptor*, std::size_t> places;
  for (std::size_t i = 0; i < Rpcs().size(); ++i) places.emplace(Rpcs()[i]->input_type(), i);
  return places;
}

bool DeclaresToRead(const google::protobuf::MethodDescriptor& rpc) {
  const auto& options = rpc.options();
  return options.GetExtension(v1::http).verb_case() == v1::Http::kGet ||
         options.idempotency_level() == google::protobuf::MethodOptions::NO_SIDE_EFFECTS;
}

std::vector<bool> Reads() {
  std::vector<bool> reads;
  for (const auto* rpc : Rpcs()) reads.push_back(DeclaresToRead(*rpc));
  return reads;
}

std::unique_ptr<google::protobuf::DescriptorPool> Described() {
  google::protobuf::FileDescriptorSet files;
  const bool parsed =
      files.ParseFromArray(certmark_contract_described, static_cast<int>(certmark_contract_described_size));
  if (!parsed) Die("the contract that was built in does not parse");
  auto pool = std::make_unique<google::protobuf::DescriptorPool>();
  for (const auto& file : files.file()) {
    if (pool->BuildFile(file) == nullptr) Die("the contract that was built in does not hold together");
  }
  return pool;
}

}  // namespace

const std::vector<const google::protobuf::MethodDescriptor*>& Rpcs() {
  static const auto rpcs = Declared();
  return rpcs;
}

std::size_t PlaceOf(const google::protobuf::Descriptor& request) {
  static const auto places = Places();
  const auto found = places.find(&request);
  return found == places.end() ? Rpcs().size() : found->second;
}

bool IsRead(const google::protobuf::Descriptor& request) {
  static const auto reads = Reads();
  const std::size_t place = PlaceOf(request);
  return place < reads.size() && reads[place];
}

const google::protobuf::DescriptorPool& DescribedContract() {
  static const auto pool = Described();
  return *pool;
}

}  // namespace certmark::api
