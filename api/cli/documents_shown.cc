#include "api/cli/documents_shown.h"

#include "api/cli/words.h"

namespace certmark::cli {

void Show(Console& console, const v1::Document& document) {
  console.Line(document.name() + "  " + v1::Document::State_Name(document.state()) + "  " + document.kind());
  console.Field("of", document.parent());
  console.Field("type", document.media_type());
  console.Field("digest", document.digest());
  console.Field("size", std::to_string(document.size()) + " bytes");
  console.Field("handed in", TimeText(document.upload_time()) + " by " + document.upload_by());
  console.Field("kept until", TimeText(document.keep_until()) + " at least");
}

void ShowList(Console& console, const v1::ListDocumentsResponse& documents) {
  Table table({{"DOCUMENT"}, {"STATE"}, {"KIND"}, Cuttable("TYPE"), {"BYTES"}, {"HANDED IN"}, {"BY"}});
  for (const v1::Document& document : documents.documents()) {
    table.Row({document.name(), v1::Document::State_Name(document.state()), document.kind(), document.media_type(),
               std::to_string(document.size()), TimeText(document.upload_time()), document.upload_by()});
  }
  console.List(table);
}

}  // namespace certmark::cli
