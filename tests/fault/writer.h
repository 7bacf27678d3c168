// The writing process of the fault tests: this very program, started with another first argument. What it is told it
// says on standard output, a line at a time, in one write each: what was said was true before it was said.
#pragma once

#include <string>

namespace certmark::ledger {

/// WriterMain runs the mode that the arguments name and returns the exit code, or nothing where they name none:
/// `--write DIRECTORY NAME`: appends from several threads until it is killed.
/// `--append DIRECTORY NAME COUNT`: appends COUNT entries one after another, each as published, and goes on after a
/// failure, which it reports as `failed CODE: MESSAGE`; `refused CODE: MESSAGE` if the ledger did not open, `opened`
/// if it did, `stopped CODE: MESSAGE` at the end if the log has stopped.
/// `--check DIRECTORY`: reads reports on standard input, opens the ledger, holds it to them, appends one entry more;
/// prints what is wrong, or `refused CODE: MESSAGE`, or `good`.
int WriterMain(int argc, char** argv);
/// IsWriterMode tells whether WriterMain is meant.
bool IsWriterMode(int argc, char** argv);

}  // namespace certmark::ledger
