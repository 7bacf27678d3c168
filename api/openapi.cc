#include "api/openapi.h"

#include <google/protobuf/descriptor.h>

#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "api/contract.h"
#include "api/openapi_schema.h"
#include "api/rest_route.h"
#include "certmark/v1/access.pb.h"
#include "verifier-sdk/core/json.h"

namespace certmark::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using google::protobuf::ServiceDescriptor;

constexpr std::string_view kAbout =
    "A voluntary certification of apps: who applies, evaluates, decides and registers, and what anybody may read. The "
    "same "
    "methods as by gRPC. Numbers of 64 bits are text, bytes are base64, in a path or a query lower-case hex; an "
    "unknown "
    "member or parameter is refused, and what is said by 0 or by an empty "
    "text is said by leaving it out. What is read has an ETag. A request that changes something may be sent again "
    "under "
    "the same requestId. Documents of an application are carried as they are, without JSON. Trust lists, status lists, "
    "the log, marks and keys have a page of their own: FORMATS.md, section 10.";
constexpr std::string_view kParty =
    "A client certificate of the authority's Party CA, on the party listener. Roles are the registry's.";

// kUploadPath is DocumentSite::kUpload, as PathOf would write it.
constexpr std::string_view kUploadPath = "/v1/applications/{parent}/documents";

// Operation is one path of an RPC, with the name that it has among all.
struct Operation {
  RestRoute route;
  std::string id;
};
using Paths = std::map<std::string, std::vector<Operation>>;

// PathOf is a route's path as OpenAPI writes it: /v1/applications/{name}:accept.
std::string PathOf(const RestRoute& route) {
  std::string path;
  for (std::size_t i = 0; i < route.path.size(); ++i) {
    std::string segment = route.path.SegmentAt(i);
    for (std::size_t v = 0; segment == "*" && v < route.in_path.size(); ++v) {
      const RestTemplate::Variable& variable = route.path.variables()[v];
      if (variable.begin <= i && i < variable.end) segment = "{" + route.in_path[v]->json_name() + "}";
    }
    path += "/" + segment;
  }
  return path + route.path.verb();
}

Paths DescribedPaths() {
  Paths paths;
  for (const MethodDescriptor* rpc : Rpcs()) {
    const MethodDescriptor* described = DescribedContract().FindMethodByName(rpc->full_name());
    auto routes = RoutesOf(*described).value();
    int count = 0;
    for (RestRoute& route : routes) {
      const std::string id = rpc->name() + (++count > 1 ? std::to_string(count) : "");
      std::string path = PathOf(route);
      paths[std::move(path)].push_back({std::move(route), id});
    }
  }
  return paths;
}

class Description {
 public:
  std::string Take() {
    out_.Object([&] {
      out_.Member("openapi", "3.1.0");
      Info();
      out_.Key("servers").Array([&] { out_.Object([&] { out_.Member("url", "/"); }); });
      Tags();
      out_.Key("paths").Object([&] {
        for (const auto& [path, operations] : DescribedPaths()) Path(path, operations);
        out_.Key("/v1/documents/{name}:read").Object([&] { out_.Key("get").Object([&] { Download(); }); });
      });
      Components();
    });
    return out_.Take();
  }

 private:
  void Info() {
    out_.Key("info").Object([&] {
      out_.Member("title", "Certmark");
      out_.Member("version", "v1");
      out_.Member("description", kAbout);
      out_.Key("license").Object([&] {
        out_.Member("name", "Apache License 2.0");
        out_.Member("identifier", "Apache-2.0");
      });
    });
  }

  void Tags() {
    out_.Key("tags").Array([&] {
      for (const ServiceDescriptor* service : Services()) {
        out_.Object([&] {
          out_.Member("name", service->name());
          const std::string comment = CommentOf(*DescribedContract().FindServiceByName(service->full_name()));
          if (!comment.empty()) out_.Member("description", comment);
        });
      }
    });
  }

  void Path(const std::string& path, const std::vector<Operation>& operations) {
    out_.Key(path).Object([&] {
      for (const Operation& operation : operations) {
        const bool is_get = operation.route.verb == RestRoute::Verb::kGet;
        out_.Key(is_get ? "get" : "post").Object([&] { Describe(operation); });
      }
      if (path == kUploadPath) out_.Key("post").Object([&] { Upload(); });
    });
  }

  // ---- The streams, which document_site.h carries

  void Upload() {
    const MethodDescriptor& rpc = Stream("certmark.v1.OperatorService.UploadDocument");
    out_.Key("parameters").Array([&] {
      TextParameter("parent", "path", "of the application");
      TextParameter("kind", "query", "a code of the scheme");
      TextParameter("Content-Digest", "header", "of the whole document (RFC 9530): `sha-256=:base64:`");
    });
    out_.Key("requestBody").Object([&] { Content("*/*", [&] { out_.Object([] {}); }); });
    out_.Key("responses").Object([&] {
      out_.Key("200").Object([&] {
        out_.Member("description", "kept");
        InJson([&] { schemas_.Refer(*rpc.output_type()); });
      });
      out_.Key("default").Object([&] { out_.Member("$ref", "#/components/responses/Problem"); });
    });
  }

  void Download() {
    Stream("certmark.v1.PartyService.ReadDocument");
    out_.Key("parameters").Array([&] { TextParameter("name", "path", "of the document"); });
    out_.Key("responses").Object([&] {
      out_.Key("200").Object([&] {
        out_.Member("description", "the document, under its own media type, and its Content-Digest");
        Content("*/*", [&] { out_.Object([] {}); });
      });
      out_.Key("default").Object([&] { out_.Member("$ref", "#/components/responses/Problem"); });
    });
  }

  // Stream writes what is the same for a stream as for every RPC.
  const MethodDescriptor& Stream(const char* name) {
    const MethodDescriptor& rpc = *DescribedContract().FindMethodByName(name);
    About(rpc, rpc.name());
    return rpc;
  }

  void TextParameter(std::string_view name, std::string_view in, std::string_view description) {
    out_.Object([&] {
      out_.Member("name", name);
      out_.Member("in", in);
      out_.Member("required", true);
      out_.Member("description", description);
      out_.Key("schema").Object([&] { out_.Member("type", "string"); });
    });
  }

  // ---- One message for another

  void About(const MethodDescriptor& rpc, const std::string& id) {
    out_.Member("operationId", id);
    out_.Key("tags").Array([&] { out_.String(rpc.service()->name()); });
    const std::string comment = CommentOf(rpc);
    if (!comment.empty()) out_.Member("description", comment);
    WhoseItIs(rpc);
  }

  void Describe(const Operation& operation) {
    const RestRoute& route = operation.route;
    About(*route.rpc, operation.id);
    Parameters(route);
    if (route.verb == RestRoute::Verb::kPost) {
      out_.Key("requestBody").Object([&] { InJson([&] { schemas_.Body(route); }); });
    }
    Responses(route);
  }

  void WhoseItIs(const MethodDescriptor& rpc) {
    const v1::Access& access = rpc.options().GetExtension(v1::access);
    out_.Key("security").Array([&] {
      if (!access.acts().empty()) out_.Object([&] { out_.Key("party").Array([] {}); });
    });
    if (access.acts().empty()) return;
    out_.Strings("x-certmark-acts", {access.acts().begin(), access.acts().end()});
  }

  void Parameters(const RestRoute& route) {
    const Descriptor& request = *route.rpc->input_type();
    out_.Key("parameters").Array([&] {
      for (const FieldDescriptor* member : route.in_path) Parameter(*member, "path");
      for (int i = 0; route.verb == RestRoute::Verb::kGet && i < request.field_count(); ++i) {
        if (!route.IsInPath(*request.field(i))) Parameter(*request.field(i), "query");
      }
    });
  }

  void Parameter(const FieldDescriptor& member, std::string_view in) {
    out_.Object([&] {
      out_.Member("name", member.json_name());
      out_.Member("in", in);
      if (in == "path") out_.Member("required", true);
      const std::string comment = CommentOf(member);
      if (!comment.empty()) out_.Member("description", comment);
      out_.Key("schema");
      schemas_.Parameter(member);
    });
  }

  void Responses(const RestRoute& route) {
    out_.Key("responses").Object([&] {
      out_.Key("200").Object([&] {
        out_.Member("description", "done");
        Content(route.media_type, [&] { Answer(route); });
      });
      if (route.verb == RestRoute::Verb::kGet) {
        out_.Key("304").Object([&] { out_.Member("description", "as the If-None-Match of the request has it"); });
      }
      out_.Key("default").Object([&] { out_.Member("$ref", "#/components/responses/Problem"); });
    });
  }

  void Answer(const RestRoute& route) {
    if (route.answer == nullptr) return schemas_.Refer(*route.rpc->output_type());
    const bool is_json = route.media_type.ends_with("json");
    out_.Object([&] { out_.Member("type", is_json ? "object" : "string"); });
  }

  template <class Schema>
  void Content(std::string_view media_type, Schema schema) {
    out_.Key("content").Object([&] {
      out_.Key(media_type).Object([&] {
        out_.Key("schema");
        schema();
      });
    });
  }
  template <class Schema>
  void InJson(Schema schema) {
    Content("application/json", schema);
  }

  void Components() {
    out_.Key("components").Object([&] {
      out_.Key("schemas").Object([&] {
        schemas_.Components();
        Problem();
      });
      out_.Key("responses").Object([&] {
        out_.Key("Problem").Object([&] {
          out_.Member("description", "not answered, and why");
          Content("application/problem+json",
                  [&] { out_.Object([&] { out_.Member("$ref", "#/components/schemas/Problem"); }); });
        });
      });
      out_.Key("securitySchemes").Object([&] {
        out_.Key("party").Object([&] {
          out_.Member("type", "mutualTLS");
          out_.Member("description", kParty);
        });
      });
    });
  }

  // Problem is what api/errors.h writes (RFC 9457).
  void Problem() {
    constexpr std::pair<const char*, const char*> kMembers[] = {
        {"type", "about:blank"},
        {"title", "for people, and the same for every problem of a code"},
        {"detail", "a line for people, which may change"},
        {"code", "NOT_FOUND and its like; what HTTP itself refuses has none"},
        {"reason", "by which a program tells it, as docs/API.md lists them"},
        {"field", "of the request, that is to blame: `certificateRequest`, `roles[0]`"},
        {"resource", "that the request names"},
    };
    out_.Key("Problem").Object([&] {
      out_.Member("type", "object");
      out_.Key("properties").Object([&] {
        for (const auto& [name, description] : kMembers) {
          out_.Key(name).Object([&, text = description] {
            out_.Member("type", "string");
            out_.Member("description", text);
          });
        }
        out_.Key("status").Object([&] { out_.Member("type", "integer"); });
      });
    });
  }

  json::Writer out_;
  OpenApiSchemas schemas_{out_};
};

}  // namespace

std::string OpenApiJson() {
  return Description().Take();
}

}  // namespace certmark::api
