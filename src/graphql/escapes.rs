//! `\u{1F600}` and pairs of surrogates in strings, which the parser does not read: written out before it parses.

use std::borrow::Cow;

use super::error::{Code, Error};
use super::guard::end_of_string;

/// The text with every escape of a code point beyond four digits, and every pair of surrogates, written out.
pub fn read(text: &str) -> Result<Cow<'_, str>, Error> {
    if !text.contains("\\u") {
        return Ok(Cow::Borrowed(text));
    }
    let bytes = text.as_bytes();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    while let Some(byte) = bytes.get(at) {
        let end = match byte {
            b'"' => end_of_string(bytes, at),
            b'#' => at + bytes[at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(bytes.len() - at),
            _ => at + bytes[at..].iter().position(|b| matches!(b, b'"' | b'#')).unwrap_or(bytes.len() - at),
        };
        // The scan goes by bytes and may end within a character, or beyond the end.
        let end = (end.min(text.len())..).find(|end| text.is_char_boundary(*end)).unwrap_or(text.len());
        let part = &text[at..end];
        if *byte == b'"' && !part.starts_with("\"\"\"") {
            string(part, &mut out)?
        } else {
            out.push_str(part)
        }
        at = end;
    }
    Ok(Cow::Owned(out))
}

fn string(part: &str, out: &mut String) -> Result<(), Error> {
    let mut rest = part;
    while let Some(found) = rest.find('\\') {
        let (before, escape) = rest.split_at(found);
        out.push_str(before);
        let taken = match escape.strip_prefix("\\u") {
            Some(digits) => 2 + code_point(digits, out).ok_or_else(wrong)?,
            None => {
                let two = escape.char_indices().nth(2).map_or(escape.len(), |(end, _)| end);
                out.push_str(&escape[..two]);
                two
            }
        };
        rest = &escape[taken..];
    }
    out.push_str(rest);
    Ok(())
}

/// Writes the character of an escape and says how long the escape is; `None`: it is none.
fn code_point(digits: &str, out: &mut String) -> Option<usize> {
    if let Some(braced) = digits.strip_prefix('{') {
        let end = braced.find('}')?;
        write(char::from_u32(hex(&braced[..end])?)?, out);
        return Some(end + 2);
    }
    let high = hex(digits.get(..4)?)?;
    if !(0xD800..0xE000).contains(&high) {
        write(char::from_u32(high)?, out);
        return Some(4);
    }
    let low = hex(digits.get(4..)?.strip_prefix("\\u")?.get(..4)?)?;
    let paired = (0xD800..0xDC00).contains(&high) && (0xDC00..0xE000).contains(&low);
    let whole = paired.then(|| 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?;
    write(char::from_u32(whole)?, out);
    Some(10)
}

fn hex(digits: &str) -> Option<u32> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit());
    plain.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

/// As itself, or as an escape that the parser reads.
fn write(character: char, out: &mut String) {
    if character.is_control() || matches!(character, '"' | '\\') {
        out.push_str(&format!("\\u{:04x}", u32::from(character)));
    } else {
        out.push(character);
    }
}

fn wrong() -> Error {
    Error::new(Code::ParseFailed, "the document is not GraphQL: a string has an escape that is no character")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_written_out() {
        for (text, expected) in [
            (r#"{ a(b: "x\u{1F600}y\u{7eb9}") }"#, "{ a(b: \"x😀y纹\") }"),
            (r#"{ a(b: "\uD83D\uDE00") }"#, "{ a(b: \"😀\") }"),
            (r#"{ a(b: "\u7eb9\u0022\u{5C}\u{0000000a}\\u{41}\n") }"#, r#"{ a(b: "纹\u0022\u005c\u000a\\u{41}\n") }"#),
            ("{ a } \"\\u0041\\", "{ a } \"A\\"),
            ("{ a } \"\\u0041\\纹", "{ a } \"A\\纹"),
            (r#"{ a(b: """\u{41}""") # \u{41}"#, r#"{ a(b: """\u{41}""") # \u{41}"#),
        ] {
            assert_eq!(read(text).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_character_is_refused() {
        for escape in
            [r"\uD83D", r"\uDE00\uD83D", r"\uD83Dx", r"\u{110000}", r"\u{D800}", r"\u{}", r"\u{+1}", r"\u12", r"\u{41"]
        {
            assert!(read(&format!("{{ a(b: \"{escape}\") }}")).is_err(), "{escape}");
        }
    }
}
