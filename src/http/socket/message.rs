//! Messages of `graphql-transport-ws`, read strictly and written without copies of the answer.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::http::{Request, body};

/// Longest id of an operation.
const LONGEST_ID: usize = 128;

/// What a client says.
pub(super) enum Message {
    /// It begins, perhaps with a token.
    Init { token: Option<String> },
    /// It asks whether we are there, perhaps with a fresh token.
    Ping { token: Option<String> },
    /// It is there.
    Pong,
    /// It asks for something.
    Subscribe { id: String, request: Box<Request> },
    /// It wants no more of it.
    Complete { id: String },
}

#[derive(Deserialize)]
struct Members<'m> {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
    #[serde(borrow)]
    payload: Option<&'m RawValue>,
}

/// Reads a message, or says in a few words what is wrong with it.
pub(super) fn read(text: &str) -> Result<Message, &'static str> {
    let members: Members<'_> = serde_json::from_str(text).map_err(|_| "not a message of the protocol")?;
    let id = || match &members.id {
        Some(id) if (1..=LONGEST_ID).contains(&id.len()) => Ok(id.clone()),
        _ => Err("the id must have 1 to 128 bytes"),
    };
    Ok(match members.kind.as_str() {
        "connection_init" => Message::Init { token: token(members.payload)? },
        "ping" => Message::Ping { token: token(members.payload)? },
        "pong" => {
            token(members.payload)?;
            Message::Pong
        }
        "subscribe" => {
            let payload = members.payload.ok_or("the payload is missing")?;
            Message::Subscribe { id: id()?, request: Box::new(body::read(payload.get().as_bytes())?) }
        }
        "complete" => Message::Complete { id: id()? },
        _ => return Err("a type that clients do not send"),
    })
}

/// The token in the payload: its member `authorization`, as the header has it.
fn token(payload: Option<&RawValue>) -> Result<Option<String>, &'static str> {
    let Some(payload) = payload else { return Ok(None) };
    let object: Option<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(payload.get()).map_err(|_| "the payload must be an object or null")?;
    let object = object.unwrap_or_default();
    let found = object.iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let Some((_, value)) = found else { return Ok(None) };
    let text = value.as_str().ok_or("authorization must be a text")?;
    let bare = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
        _ => text,
    };
    Ok(Some(bare.to_owned()))
}

/// `next` with an answer.
pub(super) fn next(id: &str, answer: &[u8]) -> String {
    framed(id, "next", answer)
}

/// `error` with the errors of an answer without data.
pub(super) fn error(id: &str, answer: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refused<'a> {
        #[serde(borrow)]
        errors: &'a RawValue,
    }
    let errors = serde_json::from_slice::<Refused<'_>>(answer).map_or("[]", |refused| refused.errors.get());
    framed(id, "error", errors.as_bytes())
}

/// `complete`.
pub(super) fn complete(id: &str) -> String {
    format!(r#"{{"id":{},"type":"complete"}}"#, serde_json::Value::from(id))
}

fn framed(id: &str, kind: &str, payload: &[u8]) -> String {
    let id = serde_json::Value::from(id);
    // Answers are written from valid texts alone.
    format!(r#"{{"id":{id},"type":"{kind}","payload":{}}}"#, String::from_utf8_lossy(payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "not a message"),
            ("[]", "not a message"),
            (r#"{"id":"1"}"#, "not a message"),
            (r#"{"type":1}"#, "not a message"),
            (r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#, "do not send"),
            (r#"{"type":"connection_ack"}"#, "do not send"),
            (r#"{"type":"connection_init","payload":"x"}"#, "object or null"),
            (r#"{"type":"connection_init","payload":{"authorization":7}}"#, "must be a text"),
            (r#"{"type":"ping","payload":[]}"#, "object or null"),
            (r#"{"type":"subscribe","payload":{"query":"{a}"}}"#, "1 to 128"),
            (r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#, "1 to 128"),
            (r#"{"type":"subscribe","id":7,"payload":{"query":"{a}"}}"#, "not a message"),
            (r#"{"type":"subscribe","id":"1"}"#, "payload is missing"),
            (r#"{"type":"subscribe","id":"1","payload":{}}"#, "query is missing"),
            (r#"{"type":"subscribe","id":"1","payload":"{a}"}"#, "JSON object"),
            (r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#, "variables must"),
            (r#"{"type":"complete"}"#, "1 to 128"),
        ] {
            let refused = read(text).err().unwrap_or_default();
            assert!(refused.contains(reason), "{text}: {refused}");
            assert!(refused.len() < 100, "a reason of a close frame is short");
        }
    }

    #[test]
    fn tokens_are_found_in_the_payload() {
        for (text, expected) in [
            (r#"{"type":"connection_init"}"#, None),
            (r#"{"type":"connection_init","payload":null}"#, None),
            (r#"{"type":"connection_init","payload":{"Authorization":"bearer a.b.c"}}"#, Some("a.b.c")),
            (r#"{"type":"connection_init","payload":{"authorization":"a.b.c"}}"#, Some("a.b.c")),
        ] {
            let Ok(Message::Init { token }) = read(text) else { panic!("{text}") };
            assert_eq!(token.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn frames_carry_the_answer_as_it_is() {
        assert_eq!(next("a\"b", br#"{"data":{}}"#), r#"{"id":"a\"b","type":"next","payload":{"data":{}}}"#);
        let refused = error("1", br#"{"errors":[{"message":"no"}]}"#);
        assert_eq!(refused, r#"{"id":"1","type":"error","payload":[{"message":"no"}]}"#);
        assert_eq!(complete("1"), r#"{"id":"1","type":"complete"}"#);
    }
}
