// The verbs: each function declares one group of them under the program; the chosen one becomes `chosen`.
#pragma once

#include "api/cli/context.h"

namespace CLI {
class App;
}

namespace certmark::cli {

void AddInit(CLI::App& app, Action& chosen);
void AddTrust(CLI::App& app, Action& chosen);
void AddContext(CLI::App& app, Action& chosen);
void AddCompletion(CLI::App& app, Action& chosen);
void AddDoctor(CLI::App& app, Action& chosen);
void AddParty(CLI::App& app, Action& chosen);
void AddSelfCheck(CLI::App& app, Action& chosen);
void AddApply(CLI::App& app, Action& chosen);
void AddEvaluate(CLI::App& app, Action& chosen);
void AddDocument(CLI::App& app, Action& chosen);
void AddFile(CLI::App& app, Action& chosen);
void AddDecide(CLI::App& app, Action& chosen);
void AddStatus(CLI::App& app, Action& chosen);  ///< suspend, revoke, reinstate, withdraw
void AddOrder(CLI::App& app, Action& chosen);
void AddComplaint(CLI::App& app, Action& chosen);  ///< complain, complaint, report-build
void AddCase(CLI::App& app, Action& chosen);
void AddAppeal(CLI::App& app, Action& chosen);
void AddAccreditation(CLI::App& app, Action& chosen);
void AddBar(CLI::App& app, Action& chosen);
void AddProposal(CLI::App& app, Action& chosen);
void AddChallenge(CLI::App& app, Action& chosen);  ///< challenge, look-alikes
void AddShow(CLI::App& app, Action& chosen);       ///< show, bundle
void AddSearch(CLI::App& app, Action& chosen);
void AddBulk(CLI::App& app, Action& chosen);
void AddWork(CLI::App& app, Action& chosen);
void AddSubscription(CLI::App& app, Action& chosen);  ///< notices, subscription
void AddRecord(CLI::App& app, Action& chosen);
void AddVerify(CLI::App& app, Action& chosen);
void AddLog(CLI::App& app, Action& chosen);
void AddWitness(CLI::App& app, Action& chosen);
void AddMirror(CLI::App& app, Action& chosen);
void AddBackup(CLI::App& app, Action& chosen);
void AddRestore(CLI::App& app, Action& chosen);
void AddBackupKeys(CLI::App& backup, Action& chosen);    ///< under `backup`
void AddAcceptance(CLI::App& evaluate, Action& chosen);  ///< under `evaluate`
void AddLogFsck(CLI::App& log, Action& chosen);          ///< under `log`
void AddLogExport(CLI::App& log, Action& chosen);        ///< likewise
void AddLogWatch(CLI::App& log, Action& chosen);         ///< likewise
void AddLogSucceed(CLI::App& log, Action& chosen);       ///< likewise

}  // namespace certmark::cli
