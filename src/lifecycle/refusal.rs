//! Why an action is refused: codes, and what they mean in words.

use crate::http::Language;

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The code.
    pub code: Code,
    /// The field of the input it is about; `None`: none in particular.
    pub field: Option<String>,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident $text:literal $zh:literal $en:literal;)*) => {
        /// 拒绝原因. Codes of refusals.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &[Code] = &[$(Code::$name,)*];

            /// The text in `userErrors`.
            pub fn text(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }

            /// What it means, in Chinese.
            pub fn zh(self) -> &'static str {
                match self { $(Code::$name => $zh,)* }
            }

            /// What it means, in English.
            pub fn en(self) -> &'static str {
                match self { $(Code::$name => $en,)* }
            }
        }
    };
}

codes! {
    /// 事项不存在: unknown, or not shown to the viewer.
    NotFound "NOT_FOUND" "事项不存在或您无权查看" "there is no such matter, or it is not yours to see";
    /// 版本冲突: changed since it was read.
    Conflict "CONFLICT" "事项已被他人更新，请刷新后重试" "it was changed since you read it: read it again";
    /// 幂等键重复: the key was used with another input.
    IdempotencyMismatch "IDEMPOTENCY_MISMATCH" "该请求标识已用于不同内容的请求" "this key was used for another request";
    /// 无权办理: the role may not, or not in this relation to the matter.
    NotPermitted "NOT_PERMITTED" "您的岗位无权办理此事项" "your posting may not do this here";
    /// 目的不符: the purpose of the request is reading alone.
    PurposeForbidden "PURPOSE_FORBIDDEN" "本次访问目的仅限查阅" "the purpose of this request is reading alone";
    /// 状态不符: not in this state.
    WrongState "WRONG_STATE" "事项当前状态不能办理此操作" "this cannot be done in the present state";
    /// 回避: the same person or organisation holds a duty that excludes it.
    ConflictOfInterest "CONFLICT_OF_INTEREST" "须回避：您或您的单位已承担与之冲突的职责" "you or your organisation hold a duty that excludes this";
    /// 缺少证据: evidence of a required phase is missing.
    EvidenceMissing "EVIDENCE_MISSING" "缺少必需的证据材料" "required evidence is missing";
    /// 证据不存在: no such content was uploaded.
    EvidenceUnknown "EVIDENCE_UNKNOWN" "证据文件不存在或上传未完成" "no content with this hash was uploaded";
    /// 证据非本人上传: uploaded by somebody else, or attached to another matter.
    EvidenceForeign "EVIDENCE_FOREIGN" "证据由他人上传或已用于其他事项" "it was uploaded by somebody else, or belongs to another matter";
    /// 证据类型不符: not of the kind that the phase needs.
    EvidenceType "EVIDENCE_TYPE" "证据类型与阶段不符" "its type does not fit the phase";
    /// 引用不存在: names an object that is unknown or not shown.
    ReferenceUnknown "REFERENCE_UNKNOWN" "所选对象不存在或您无权查看" "it names nothing that is known to you";
    /// 超出辖区: the place lies outside what the posting covers.
    PlaceOutside "PLACE_OUTSIDE" "地点不在您的辖区内" "the place lies outside what your posting covers";
    /// 地点不明: neither a site nor a grid is given, or the place does not fit.
    PlaceUnknown "PLACE_UNKNOWN" "地点不明或与场所位置不符" "the place is not known, or does not fit";
    /// 照片或说明缺失: neither a photo nor a reason.
    PhotoMissing "PHOTO_MISSING" "请上传照片或说明无法拍照的原因" "attach a photo or say why there is none";
    /// 期限无效: the deadline lies in the past, or not after the one it replaces.
    DeadlineInvalid "DEADLINE_INVALID" "期限须晚于当前时间和原期限" "the deadline must lie after now and after the present one";
    /// 期限已过: it is too late.
    TooLate "TOO_LATE" "已超过办理期限" "it is too late";
    /// 尚未到期: it is too early.
    TooEarly "TOO_EARLY" "尚未到可办理的时间" "it is too early";
    /// 仅限一般隐患: for a general hazard only.
    GeneralOnly "GENERAL_ONLY" "仅适用于一般隐患" "for general hazards only";
    /// 未经业务确认: the regulator has not confirmed the rectification of this round.
    GuidanceMissing "GUIDANCE_MISSING" "行业主管部门尚未确认整改" "the regulator has not confirmed the rectification";
    /// 缺少复工同意: the consent to resume is missing.
    ResumeConsentMissing "RESUME_CONSENT_MISSING" "缺少复工复产同意书" "the consent to resume is missing";
    /// 延期次数已满: extended as often as allowed.
    ExtensionsUsed "EXTENSIONS_USED" "延期次数已用完" "no extension is left";
    /// 延期申请未决: a request is open, or none is.
    ExtensionState "EXTENSION_STATE" "没有待审批的延期申请，或已有申请待审批" "a request is open already, or none is";
    /// 交办单位无效: the two assignees must differ, be of the right kind, and neither may be the unit.
    AssigneesInvalid "ASSIGNEES_INVALID" "业务指导与属地验收单位须不同且均非责任单位" "the two assignees must differ and neither may be the unit";
    /// 整改方案不全: a part of the plan is missing.
    PlanIncomplete "PLAN_INCOMPLETE" "整改方案缺项" "a part of the plan is missing";
    /// 已经办理: it was done already.
    AlreadyDone "ALREADY_DONE" "已经办理，无需重复" "it was done already";
    /// 已有交办单: it is under an order.
    UnderOrder "UNDER_ORDER" "该隐患已有交办单" "it is under an order";
    /// 输入不全: something that is required is not given, or not so.
    InputIncomplete "INPUT_INCOMPLETE" "输入不完整或不符合要求" "something required is missing or not as it must be";
    /// 当事人不足: a party is missing, or is there once only.
    PartiesMissing "PARTIES_MISSING" "当事人不足" "a party is missing";
    /// 当事人重复: the same party is given twice, or is there already.
    PartyTwice "PARTY_TWICE" "该当事人已登记或重复" "this party is there already, or given twice";
    /// 未经同意: a party does not consent.
    ConsentMissing "CONSENT_MISSING" "有当事人未同意" "a party does not consent";
    /// 签章不全: a signature or the seal is missing.
    SignaturesMissing "SIGNATURES_MISSING" "签字或盖章不全" "a signature or the seal is missing";
    /// 不予确认: it is not of the kinds that a court confirms.
    NotConfirmable "NOT_CONFIRMABLE" "身份、收养、婚姻关系不予司法确认" "courts do not confirm identity, adoption or marriage";
    /// 已达最高层级: there is no level above.
    TopLevel "TOP_LEVEL" "已达最高办理层级" "there is no level above";
    /// 应在村社办理: a small matter goes to the village first.
    VillageFirst "VILLAGE_FIRST" "小事应先分流至村社，或说明理由" "a small matter goes to the village first, or a reason is given";
    /// 疑似重复: an open matter of the same party is there.
    PossibleDuplicate "POSSIBLE_DUPLICATE" "疑似重复登记，请核对后确认" "an open matter of the same party is there: look, and confirm";
    /// 身份信息无效: an identity number or telephone is not one.
    IdentityInvalid "IDENTITY_INVALID" "身份证号或电话不正确" "the identity number or telephone is not one";
    /// 检查项无效: an item is not of this checklist, or is there twice.
    ItemInvalid "ITEM_INVALID" "检查项不属于该清单版本或重复" "an item is not of this checklist, or is there twice";
    /// 尚未办结: what it waits for has not ended.
    NotHandled "NOT_HANDLED" "处置尚未完成" "the handling has not ended";
    /// 须先复盘: a recurrence needs a review first.
    ReviewMissing "REVIEW_MISSING" "复发事项须先完成复盘" "a recurrence needs a review first";
    /// 超出工作日历: the working calendar ends before.
    CalendarMissing "CALENDAR_MISSING" "工作日历未载入该年度，无法计算期限" "the working calendar does not reach so far";
    /// 文件大小不符: an upload has 1 byte to 20 MB.
    UploadSize "UPLOAD_SIZE" "文件须大于0且不超过20兆字节" "a file has 1 byte to 20 MB";
    /// 待用的上传过多: too many slots are open or were filled and attached to nothing.
    UploadsOpen "UPLOADS_OPEN" "未使用的上传过多，请先用于事项或放弃" "too many uploads wait: attach or give up some";
    /// 暂时无法保存: a fault of ours kept this one of many from being written.
    TryAgain "TRY_AGAIN" "暂时无法保存，请稍后用同一标识重新提交" "it could not be written just now: send it again under the same key";
    /// 批量过大: more than one call takes.
    TooMany "TOO_MANY" "一次最多提交50条" "at most 50 in one call";
}

impl Code {
    /// What it means, in a language.
    pub fn message(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.zh(),
            Language::English => self.en(),
        }
    }

    /// The refusal with this code, of no field in particular.
    pub fn alone(self) -> Refusal {
        Refusal { code: self, field: None }
    }

    /// The refusal with this code, of a field of the input.
    pub fn of(self, field: impl Into<String>) -> Refusal {
        Refusal { code: self, field: Some(field.into()) }
    }
}

impl Refusal {
    /// The same refusal, of a field below another; empty: below none.
    #[must_use]
    pub fn under(self, outer: &str) -> Refusal {
        if outer.is_empty() {
            return self;
        }
        let field = match self.field {
            Some(inner) => format!("{outer}.{inner}"),
            None => outer.to_owned(),
        };
        Refusal { field: Some(field), ..self }
    }
}

/// The refusal, if the condition holds.
pub fn refused_if(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Err(refusal) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn codes_have_texts_of_their_own() {
        let texts: std::collections::BTreeSet<&str> = Code::ALL.iter().map(|code| code.text()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        assert!(Code::ALL.iter().all(|code| !code.zh().is_ascii() && code.en().is_ascii()));
    }
}
