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
        // To the end, whatever is found, as the product does: so it is looked at many bytes at a time.
        if text.bytes().fold(false, |any, byte| any | (byte < 0x20) | (byte == b'"') | (byte == b'\\')) {
            // A text has a JSON always, with a quote on either side.
            let escaped = serde_json::to_string(text).unwrap_or_default();
            self.0.push_str(escaped.get(1..escaped.len() - 1).unwrap_or_default());
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
