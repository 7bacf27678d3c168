// Where a process that serves writes its log.
#pragma once

#include <string>

namespace certmark::api {

/// LogToStderr has the log of this process go to standard error, each line with its time in UTC; what is below `level`
/// (trace, debug, info, warn, error) is left out. `name` is the logger's. Once in a process, before it serves.
void LogToStderr(const std::string& name, const std::string& level);

}  // namespace certmark::api
