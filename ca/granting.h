// Granting: from a decided file to a credential, in one commit with the file, released only as a stranger would accept
// it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ca/application.h"
#include "ca/application_evidence.h"
#include "ca/certifications.h"
#include "ca/desk.h"
#include "verifier-sdk/core/verify.h"

namespace certmark::ca {

class Granting {
 public:
  Granting(const Desk& desk, Certifications& certifications);

  /// Answer says when a decider who grants is answered.
  enum class Answer : std::uint8_t {
    kAcceptable,  ///< once verifiers accept the bundle: where the trust list demands witnesses, once these have
                  ///< cosigned
    kPublished,   ///< once a signed checkpoint covers the credential, which witnesses may still have to see
  };
  struct Decided {
    Application application;
    Hash etag;  ///< of its record
    /// bundle is the credential's, when granted: released, VALID to the verifier. None: it is issued and published, but
    /// the witnesses take long; Certifications::Bundle has it once they have cosigned.
    std::optional<std::string> bundle;
    bool witnessed = false;  ///< the bundle needs no AllowUnwitnessed
  };
  struct Granted {
    const Stored<Application>& read;
    Application application;      ///< as decided
    const ApplicationForm& form;  ///< the file's
    const Scheme& scheme;
    Answer answer;
  };
  /// Issue turns a granted file into a credential; `change` holds what the decision brought so far.
  Result<Decided> Issue(Granted granted, const ActEntry& act, ledger::Change change);

  /// Reissue adds to `change` that a VALID certification is superseded by one with the same facts and the same end,
  /// signed by today's signer under `scheme`, which shows what its operator is called now, and returns that. It rests
  /// on the decision of the same file, which goes on under the new number. FailedPrecondition: the file is not here or
  /// was not granted; its reports do not show it conform to that edition; the signer's certificate ends before it. The
  /// caller commits, and says why in its act.
  Result<Certification> Reissue(const Stored<Certification>& read, const Scheme& scheme, ledger::Change& change) const;

 private:
  /// Moment is what a credential says of when it is granted, and not of its file: what its operator is called then, and
  /// from when to when it is valid.
  struct Moment {
    const Party& holder;
    Time from, until;
  };
  /// SignedFor is a credential that verifiers will accept, not logged yet, and the certification that it makes.
  struct SignedFor {
    Certification certification;
    std::string jws;
  };
  /// Basis is a decided file, read, and the edition by which it is judged.
  struct Basis {
    const Application& application;
    const ApplicationForm& form;
    const Evaluations& evaluations;
    const Scheme& scheme;
  };
  /// SignFor signs what a decided file comes to: what was checked is what is signed.
  Result<SignedFor> SignFor(const Basis& basis, const Moment& moment) const;
  /// Announce answers for a file whose certification is committed: when that may be released, with its bundle.
  Result<Decided> Announce(Decided decided, const Certification& certification, bool is_witnessed) const;
  /// BaseOf is the certification that the file changes, checked again; nothing where it changes none, or where what
  /// took its place is granted again.
  Result<std::optional<Stored<Certification>>> BaseOf(const Basis& basis) const;
  /// EndOf is when what is granted ends that is not a new term: with its base, or with what was wrongly revoked.
  /// FailedPrecondition: that is over.
  Result<std::optional<Time>> EndOf(const Application& application) const;
  /// GrantOf is what the credential will say, all of it from the decided file, the evidence it stands on and `moment`.
  /// REQUIRES: the decision.
  Result<Grant> GrantOf(const Basis& basis, const std::vector<Application::CarriedReport>& evidence,
                        const Moment& moment) const;
  /// CheckAcceptable verifies a signed credential before it is logged, with all but proof and status.
  Result<void> CheckAcceptable(const Certification& certification, std::string_view jws) const;
  /// RequireValid: Internal for anything but VALID.
  Result<void> RequireValid(const Verifier& verifier, const Certification& certification,
                            std::string_view bundle) const;

  const Desk& desk_;
  Certifications& certifications_;
  // Strangers, as demanding as can be at the time: once all are asked; before witnesses have seen it; before it is
  // logged. What one of them has verified, the signatures that many bundles share, none verifies again: each stranger
  // finds the same, and no outcome depends on it.
  const Verifier accepting_, unwitnessed_, unlogged_;
};

}  // namespace certmark::ca
