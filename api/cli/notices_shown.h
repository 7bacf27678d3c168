// What people and programs read of notices and subscriptions.
#pragma once

#include <string>

#include "api/cli/output.h"
#include "certmark/v1/party.pb.h"

namespace certmark::cli {

void ShowList(Console& console, const v1::ListNoticesResponse& notices);
void ShowList(Console& console, const v1::ListSubscriptionsResponse& subscriptions);

/// StandingOf is how a subscription stands, in a word: "sends", "fails", "stopped".
std::string StandingOf(const v1::Subscription& subscription);

void Show(Console& console, const v1::Subscription& subscription);

/// FateOf is what holds of it now and what comes next, in one sentence.
std::string FateOf(const v1::Subscription& subscription);

}  // namespace certmark::cli
