//! 上传申请. The mutation that opens a slot for content, and its types.

use async_graphql::indexmap::IndexMap;
use async_graphql_value::{ConstValue, Name};
use serde_json::json;

use super::error::Error;
use super::execute::Execution;
use super::model::{Arg, EnumDef, FieldDef, InputDef, Model, ObjectDef};
use super::mutate::broken;
use super::mutations::client_mutation_id;
use super::plain;
use super::select::Selected;
use crate::files::kind::Kind;
use crate::files::link::Slot;
use crate::kernel::clock::rfc3339;
use crate::lifecycle::case::Values;
use crate::lifecycle::refusal::Code;
use crate::lifecycle::write::slot::{ACTION, Asked};
use crate::lifecycle::write::{Acting, IdempotencyKey, fingerprint};

/// Codes that it can be refused with.
const CODES: [Code; 5] =
    [Code::NotPermitted, Code::PurposeForbidden, Code::IdempotencyMismatch, Code::UploadSize, Code::UploadsOpen];

/// The field of the mutation root.
pub(super) fn field() -> FieldDef {
    let doc = "申请上传. Opens a slot for content that you want to attach: send it to url in parts (tus 1.0.0), then name its \
               hash in the mutation that attaches it. What is not attached within 24 hours is thrown away.";
    FieldDef::new("RequestUploadPayload!", doc).with(vec![Arg::new(
        "input",
        "RequestUploadInput!",
        "输入. What is given.",
    )])
}

/// Adds its types.
pub(super) fn add(model: &mut Model) {
    let fields = vec![
        Arg::new("type", "UploadType!", "类型. What the content is; another one is refused when it has come."),
        Arg::new("size", "Int!", "大小. Bytes, at most 20 MB."),
        client_mutation_id(),
    ];
    let doc = "requestUpload 的输入. What is to be uploaded.".to_owned();
    model.inputs.insert("RequestUploadInput".into(), InputDef { doc, fields });
    let values = CODES.iter().map(|code| (code.text().to_owned(), format!("{}. {}.", code.zh(), code.en()))).collect();
    let doc = "requestUpload 的拒绝代码. Why it was refused.".to_owned();
    model.enums.insert("RequestUploadErrorCode".into(), EnumDef { doc, values });
    let f = |ty: &str, doc: &'static str| FieldDef::new(ty, doc);
    let error = ObjectDef::new("requestUpload 的拒绝. A refusal; nothing was written.")
        .field("code", f("RequestUploadErrorCode!", "代码. Why."))
        .field("field", f("String", "字段. The field of the input that it is about. Null: none in particular."))
        .field("message", f("String!", "说明. In the language that the request accepts."));
    let payload = ObjectDef::new("requestUpload 的结果. What came of it.")
        .field("upload", f("UploadSlot", "上传位. The slot. Null: refused."))
        .field("userErrors", f("[RequestUploadError!]!", "拒绝. Why it was refused. Empty: it is done."))
        .field("clientMutationId", f("String", "请求标识. As it was given. Null: none was."));
    let slot = ObjectDef::new("上传位. A slot for content.")
        .field("url", f("String!", "地址. Path below the address of the API; whoever has it may upload, so keep it."))
        .field(
            "expiresAt",
            f("DateTime!", "有效至. Until when it takes content, and until when that must be attached."),
        )
        .field("size", f("Int!", "大小. Bytes that it takes."));
    for (name, object) in [("RequestUploadError", error), ("RequestUploadPayload", payload), ("UploadSlot", slot)] {
        model.objects.insert(name.into(), object);
    }
}

impl<'d> Execution<'_, 'd> {
    /// Opens a slot.
    pub(super) async fn slot(
        &mut self,
        input: &IndexMap<Name, ConstValue>,
        selected: &Selected<'d>,
    ) -> Result<(), Error> {
        let now = self.compiler.lens.now_ms;
        let Some(writing) = &self.writing else { return Err(Error::internal(&"nothing can be written here")) };
        let kind = match input.get("type") {
            Some(ConstValue::Enum(name)) => Kind::of_code(name.as_str()),
            _ => None,
        };
        let kind = kind.ok_or_else(|| Error::internal(&"no such type"))?;
        let size = match input.get("size") {
            Some(ConstValue::Number(size)) => size.as_i64().unwrap_or_default(),
            _ => 0,
        };
        let given = match input.get("clientMutationId") {
            Some(ConstValue::String(key)) => Some(key.clone()),
            _ => None,
        };
        let mut values = Values::new();
        values.insert("type".to_owned(), kind.code().into());
        values.insert("size".to_owned(), size.into());
        let fingerprint = fingerprint(ACTION, &values);
        let key = writing.key_of(given.as_deref(), selected.key)?.map(|key| IdempotencyKey { key, fingerprint });
        let acting = Acting { actor: &writing.actor, purpose: writing.purpose, lens: Some(&self.compiler.lens) };
        let (asked, operation) = (Asked { kind, size }, writing.operation_of(ACTION));
        let opened = writing.writer.open_slot(acting, asked, key.as_ref(), &operation, now).await.map_err(broken)?;
        let value = match opened {
            Ok(slot) => {
                let url = Slot { upload: slot.id }.path(self.compiler.sealer);
                let upload = json!({ "url": url, "expiresAt": rfc3339(slot.expires_at), "size": size });
                json!({ "upload": upload, "userErrors": [], "clientMutationId": given })
            }
            Err(refusal) => json!({ "userErrors": self.told(&[refusal]), "clientMutationId": given }),
        };
        plain::write(&self.compiler.reader, "RequestUploadPayload", &value, &selected.sets, &mut self.writer.out)
    }
}
