// What a notice says, to programs and to people. Codes, states and names alone: no document, and nobody's name.
#pragma once

#include <string>
#include <string_view>

#include "api/mail_message.h"
#include "ca/notices.h"

namespace certmark::api {

/// NoticeJson is the body of a webhook, in the form of the Standard Webhooks: `type`, `timestamp`, and `data`, which is
/// the notice as REST shows it, with the `authority`.
Result<std::string> NoticeJson(std::string_view authority, const ca::Notice& notice);

/// NoticeMail is the same for people, in English and Chinese. `name` is that of the notice among all that are sent;
/// `subscription` is how to end it.
struct NoticeLetter {
  std::string_view authority, subscription, to, name;
  bool is_test = false;  ///< the authority is one for tests
};
Mail NoticeMail(const NoticeLetter& letter, const ca::Notice& notice);

}  // namespace certmark::api
