#include "ca/trust_payload.h"

#include "verifier-sdk/core/json.h"

namespace certmark::ca {
namespace {

void WriteLog(json::Writer& w, const TrustList::LogKey& log) {
  w.Object([&] {
    w.Member("origin", log.origin);
    w.Member("vkey", log.key.ToVkey());
    w.Member("url", log.url);
    if (log.final_size) w.Member("finalSize", *log.final_size);
  });
}

void WriteBlock(json::Writer& w, const TrustList::Block& block) {
  w.Object([&] {
    w.Member("spki", block.spki.Hex());
    if (!block.from_index) return;
    w.Member("fromIndex", *block.from_index);
    w.Member("origin", block.origin);
  });
}

}  // namespace

std::string TrustPayload(const TrustDraft& draft) {
  json::Writer w;
  w.Object([&] {
    w.Member("iss", draft.iss);
    w.Member("seq", draft.seq);
    w.Member("iat", ToEpoch(draft.iat));
    w.Member("exp", ToEpoch(draft.exp));
    w.Member("environment", draft.environment == TrustList::Environment::kProduction ? "production" : "test");
    w.Key("eku").Object([&] {
      w.Member("credential", draft.oids.credential);
      w.Member("status", draft.oids.status);
    });
    w.Key("roots").Array([&] {
      for (const Certificate& root : draft.roots) w.String(Base64Encode(root.der()));
    });
    w.Key("logs").Array([&] {
      for (const TrustList::LogKey& log : draft.logs) WriteLog(w, log);
    });
    w.Strings("witnesses", draft.witnesses);
    w.Member("quorum", draft.quorum);
    w.Key("blocked").Array([&] {
      for (const TrustList::Block& block : draft.blocked) WriteBlock(w, block);
    });
  });
  return w.Take();
}

TrustDraft NextDraft(const TrustList& list, Time now) {
  TrustDraft draft;
  draft.iss = list.iss();
  draft.seq = list.seq() + 1;
  draft.iat = now;
  draft.exp = now + kTrustLife;
  draft.environment = list.environment();
  draft.oids = {list.credential_eku(), list.status_eku()};
  draft.roots = list.roots();
  draft.logs = list.logs();
  for (const NoteKey& witness : list.witnesses()) draft.witnesses.push_back(witness.ToVkey());
  draft.quorum = list.quorum();
  draft.blocked = list.blocked();
  return draft;
}

}  // namespace certmark::ca
