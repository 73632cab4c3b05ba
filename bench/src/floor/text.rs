//! JSON, written by hand.

use fengqiao::kernel::clock::rfc3339;

/// Most answers are smaller.
const USUAL: usize = 16 * 1024;

/// An answer under construction.
pub(super) struct Text(pub(super) String);

impl Default for Text {
    fn default() -> Text {
        Text(String::with_capacity(USUAL))
    }
}

impl Text {
    pub(super) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Between the items of a list: a comma, but before the first.
    pub(super) fn between(&mut self, at: usize) {
        if at > 0 {
            self.0.push(',');
        }
    }

    pub(super) fn string(&mut self, text: &str) {
        self.0.push('"');
        if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            let escaped = serde_json::to_string(text).unwrap_or_default();
            self.0.push_str(escaped.trim_matches('"'));
        } else {
            self.0.push_str(text);
        }
        self.0.push('"');
    }

    pub(super) fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.string(text),
            None => self.raw("null"),
        }
    }

    pub(super) fn instant(&mut self, at: Option<i64>) {
        match at {
            Some(at) => self.string(&rfc3339(at)),
            None => self.raw("null"),
        }
    }

    pub(super) fn number(&mut self, number: i64) {
        self.0.push_str(itoa::Buffer::new().format(number));
    }

    pub(super) fn boolean(&mut self, is: bool) {
        self.raw(if is { "true" } else { "false" });
    }
}
