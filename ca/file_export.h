// FileExport: a decided file put together for whoever may read it.
#pragma once

#include <string_view>

#include "ca/applications.h"
#include "ca/certifications.h"
#include "ca/decided_file.h"
#include "ca/desk.h"

namespace certmark::ca {

class FileExport {
 public:
  FileExport(const Desk& desk, const Applications& applications, const Certifications& certifications)
      : desk_(desk), applications_(applications), certifications_(certifications) {}

  /// Of: errors as Applications::Get, of the file and of each whose reports it carries. FailedPrecondition: it is not
  /// decided. Others as Certifications::Bundle.
  Result<DecidedFile> Of(const Party& caller, std::string_view id) const;

 private:
  const Desk& desk_;
  const Applications& applications_;
  const Certifications& certifications_;
};

}  // namespace certmark::ca
