// A scheme file with one of everything, small enough to be read at a glance.
#pragma once

#include <string>

namespace certmark::ca::testing {

inline std::string SchemeText() {
  return R"({
  "id": "Small", "edition": "2026", "level": "basic",
  "name": {"en": "A small scheme", "zh": "小方案"},
  "open": true,
  "standards": ["GB/T 1"], "scope": ["collection", "use"],
  "parameters": {
    "validity_days": 100, "renewal_from_days": 21, "incident_bar_days": 22, "revocation_bar_days": 23,
    "control_proof": "laboratory", "control_criterion": "A/2", "audit_waived": false, "open_range": true,
    "rectification_days": 24, "rectification_rounds": 3, "return_days": 25, "decision_days": 26, "proposal_days": 27,
    "suspension_days": 28, "suspension_asked_days": 29, "order_working_days": 11, "exposed_days": 30,
    "appeal_working_days": 12, "appeal_answer_days": 31, "complaint_working_days": 13, "report_review_days": 32,
    "retention_granted_days": 33, "retention_ended_days": 34, "key_backup_days": 19
  },
  "roles": [
    {"role": "operator", "en": "O", "zh": "甲"}, {"role": "laboratory", "en": "L", "zh": "乙"},
    {"role": "auditor", "en": "A", "zh": "丙"}, {"role": "reviewer", "en": "R", "zh": "丁"},
    {"role": "decider", "en": "D", "zh": "戊"}, {"role": "surveillance-officer", "en": "S", "zh": "己"},
    {"role": "appeals-officer", "en": "P", "zh": "庚"}, {"role": "registrar", "en": "G", "zh": "辛"},
    {"role": "relying-party", "en": "Y", "zh": "壬"}
  ],
  "documents": [
    {"code": "form", "en": "Form", "zh": "表", "required_for": [], "max_bytes": 5, "media_types": ["text/plain"]},
    {"code": "policy", "en": "Policy", "zh": "政策", "required_for": ["initial", "renewal"], "max_bytes": 1000,
     "media_types": ["application/pdf"]}
  ],
  "catalogues": [
    {"id": "A", "en": "First", "zh": "第一", "criteria": [
      {"code": "A/1.1", "category": "C1", "mandatory": false, "en": "One.", "zh": "一。"},
      {"code": "A/2", "category": "C2", "mandatory": true, "en": "Two.", "zh": "二。"}
    ]},
    {"id": "B", "en": "Second", "zh": "第二", "criteria": [
      {"code": "B/1", "category": "C3", "mandatory": true, "platforms": ["ios"], "en": "Three.", "zh": "三。"}
    ]}
  ],
  "necessary_information": {
    "id": "N",
    "items": [{"code": "location", "en": "Location", "zh": "位置"}, {"code": "origin", "en": "Origin", "zh": "起点"}],
    "types": [
      {"number": 1, "code": "map", "en": "Map", "zh": "地图", "items": ["location"]},
      {"number": 2, "code": "camera", "en": "Camera", "zh": "相机", "items": []}
    ]
  },
  "reasons": [
    {"code": "holder-request", "uses": ["suspension", "withdrawal"], "en": "Asked for.", "zh": "申请。"},
    {"code": "not-corrected", "uses": ["revocation"], "en": "Not corrected.", "zh": "未纠正。"},
    {"code": "order-overdue", "uses": ["suspension"], "en": "Overdue.", "zh": "逾期。"},
    {"code": "rectification-overdue", "uses": ["refusal"], "en": "Too late.", "zh": "过期。"},
    {"code": "unlawful-operator", "uses": ["refusal"], "en": "Unlawful.", "zh": "违法。"},
    {"code": "major-incident", "uses": ["refusal"], "en": "Incident.", "zh": "事件。"},
    {"code": "revocation-impact", "uses": ["refusal"], "en": "Revoked.", "zh": "撤销。"},
    {"code": "control-not-proven", "uses": ["refusal"], "en": "Whose?", "zh": "未证明。"},
    {"code": "misuse", "uses": ["suspension"], "en": "Misuse.", "zh": "滥用。"},
    {"code": "anything", "en": "Anything.", "zh": "其他。",
     "uses": ["annulment", "return", "reinstatement", "order", "order-met", "case", "appeal-upheld",
              "appeal-dismissed", "accreditation", "reassignment"]},
    {"code": "no-finding", "uses": ["case-closing"], "en": "Nothing.", "zh": "无。"},
    {"code": "corrected", "uses": ["case-closing"], "en": "Corrected.", "zh": "已纠正。"},
    {"code": "suspended", "uses": ["case-closing"], "en": "Suspended.", "zh": "暂停。"},
    {"code": "revoked", "uses": ["case-closing"], "en": "Revoked.", "zh": "撤销。"},
    {"code": "ordered", "uses": ["case-closing"], "en": "Ordered.", "zh": "责令整改。"}
  ],
  "calendar": {"utc_offset": "+08:00", "until": "2026-12-31", "holidays": ["2026-10-01", "2026-10-03"],
               "worked": ["2026-10-10"]}
})";
}

}  // namespace certmark::ca::testing
