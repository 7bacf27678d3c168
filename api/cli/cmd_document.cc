// document: what is handed in with a file, sent, listed, read.
#include "api/cli/arguments.h"
#include "api/cli/commands.h"
#include "api/cli/documents_shown.h"
#include "api/cli/finishing.h"
#include "api/cli/hand_in.h"
#include "api/cli/read_document_file.h"
#include "api/cli/words.h"

namespace certmark::cli {
namespace {

using api::Collection;

// ---- document upload

struct UploadArguments {
  std::string application, kind, type, file;
};

void DeclareUpload(CLI::App& verb, UploadArguments& a) {
  Hold(verb.add_option("APPLICATION", a.application, "The application"), NameForm(Collection::kApplications))
      ->required();
  verb.add_option("FILE", a.file, "The document")->type_name("FILE")->required();
  verb.add_option("--kind", a.kind, "What it is, as the scheme names it: privacy-policy, inventory …")
      ->type_name("KIND")
      ->required();
  verb.add_option("--type", a.type, "Its media type (default: by the file's name)")->type_name("TYPE");
}

Result<Exit> RunUpload(Context& context, const UploadArguments& a) {
  const std::string type = a.type.empty() ? CM_TRY(MediaTypeOf(a.file)) : a.type;
  PartySession session = CM_TRY(PartySession::Open(context));
  const std::string application = FullName(Collection::kApplications, a.application);
  const v1::Document document = CM_TRY(HandIn(session.client, application, {a.kind, a.file, type}));
  return Finish(context, document, "Handed in as " + document.name() + ".");
}

// ---- document list

struct ListArguments {
  std::string parent;
};

Form ParentForm() {
  return Form::Of("NAME", [](std::string_view text) { return api::ParseSubject(text); });
}

void DeclareList(CLI::App& verb, ListArguments& a) {
  Hold(verb.add_option("PARENT", a.parent,
                       "What they belong to: applications/ID, complaints/ID, cases/ID or appeals/ID"),
       ParentForm())
      ->required();
}

Result<Exit> RunList(Context& context, const ListArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  v1::ListDocumentsRequest request;
  request.set_parent(a.parent);
  const v1::ListDocumentsResponse response = CM_TRY(session.client.ListDocuments(request));
  ShowList(context.console(), response);
  CM_TRY(ShowObject(context.console(), response));
  context.console().Line(a.parent + " has " + Counted(response.documents_size(), "document") + ".");
  return Exit::kOk;
}

// ---- document read

struct ReadArguments {
  std::string name, out;
};

void DeclareRead(CLI::App& verb, ReadArguments& a) {
  Hold(verb.add_option("DOCUMENT", a.name, "The document"), NameForm(Collection::kDocuments))->required();
  verb.add_option("--out", a.out, "Where to put it: a new file")->type_name("FILE")->required();
}

Result<Exit> RunRead(Context& context, const ReadArguments& a) {
  PartySession session = CM_TRY(PartySession::Open(context));
  ReadDocumentFile file(CM_TRY(NewFile::Create(a.out)));
  v1::ReadDocumentRequest request;
  request.set_name(FullName(Collection::kDocuments, a.name));
  const v1::Document document =
      CM_TRY(session.client.ReadDocument(request, [&](std::string_view piece) { return file.Write(piece); }));
  CM_TRY(file.Keep(document.kind()));
  return Finish(context, document,
                "Read into " + a.out + ", and it is what its record says; that it was read is on record.");
}

}  // namespace

void AddDocument(CLI::App& app, Action& chosen) {
  CLI::App* document = app.add_subcommand("document", "Documents of a file: send, list, read");
  document->require_subcommand(1);
  document->group("Every party");
  document->footer("Example:\n  certmark document upload --help");
  Verb<UploadArguments>(*document, "upload", "Operators: hand in a document with an application.",
                        "certmark document upload applications/7q2k… policy.pdf --kind privacy-policy", DeclareUpload,
                        RunUpload, chosen);
  Watchable(Verb<ListArguments>(*document, "list",
                                "The documents of a file or what was written on it, those that are erased too.",
                                "certmark document list applications/7q2k…", DeclareList, RunList, chosen));
  Verb<ReadArguments>(*document, "read", "Read a document; that it was read is on record.",
                      "certmark document read documents/m3f8… --out policy.pdf", DeclareRead, RunRead, chosen);
}

}  // namespace certmark::cli
