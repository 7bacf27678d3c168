// How the verbs end that answer with one resource.
#pragma once

#include <string>

#include "api/cli/notices_shown.h"
#include "api/cli/resources.h"
#include "api/cli/session.h"
#include "api/cli/surveillance_shown.h"
#include "api/cli/work_shown.h"

namespace certmark::cli {

/// Finish shows a resource, and at the end says in one sentence what was done, or else what holds of it.
template <class Resource>
Result<Exit> Finish(Context& context, const Resource& resource, const std::string& sentence) {
  Show(context.console(), resource);
  CM_TRY(ShowObject(context.console(), resource));
  context.console().Line(sentence);
  return Exit::kOk;
}
template <class Resource>
Result<Exit> Finish(Context& context, const Resource& resource) {
  return Finish(context, resource, FateOf(resource));
}

/// ShowOne asks the authority, as the home's party, for what bears that name, and ends as Finish.
template <class Request, class Resource>
Result<Exit> ShowOne(Context& context, const std::string& name, Result<Resource> (Client::*get)(const Request&)) {
  PartySession session = CM_TRY(PartySession::Open(context));
  Request request;
  request.set_name(name);
  return Finish(context, CM_TRY((session.client.*get)(request)));
}

}  // namespace certmark::cli
