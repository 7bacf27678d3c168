#include "api/grpc_reflection.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/impl/server_builder_option.h>

#include <memory>
#include <vector>

namespace certmark::api {
namespace {

// A builder comes with the plugins that the libraries of the process have put there. It keeps those that are asked for.
class OnlyThese final : public grpc::ServerBuilderOption {
 public:
  explicit OnlyThese(Reflection reflection) : reflection_(reflection) {}

  void UpdateArguments(grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
    if (reflection_ == Reflection::kOff) return;
    plugins->push_back(std::make_unique<grpc::reflection::ProtoServerReflectionPlugin>());
  }

 private:
  const Reflection reflection_;
};

}  // namespace

void SetReflection(grpc::ServerBuilder& builder, Reflection reflection) {
  builder.SetOption(std::make_unique<OnlyThese>(reflection));
}

}  // namespace certmark::api
