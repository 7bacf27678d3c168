// OpenApi: the HTTP form of every RPC, described by OpenAPI 3.1 for those who make clients and for those who read.
#pragma once

#include <string>

namespace certmark::api {

/// OpenApiJson is the description, made of the contract alone: the same in every daemon of a version. It says of each
/// path what it takes and answers, and whom it is for; docs/openapi.json is it as it was last looked at.
std::string OpenApiJson();

}  // namespace certmark::api
