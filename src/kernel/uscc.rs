//! 统一社会信用代码 (GB 32100-2015): 18 characters with a check character over an alphabet of 31.

use std::fmt;

const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Why a text is no unified social credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UsccError {
    /// It has not 18 characters.
    #[error("a unified social credit code has 18 characters")]
    Length,
    /// It has a character outside the alphabet (I, O, S, V and Z do not occur).
    #[error("a unified social credit code has no such character")]
    Character,
    /// The check character is not the right one.
    #[error("the check character of the unified social credit code is wrong")]
    Check,
}

/// A unified social credit code with the right check character, in upper case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Uscc(String);

impl Uscc {
    /// Reads a code; lower case is accepted.
    pub fn parse(text: &str) -> Result<Self, UsccError> {
        let code = text.to_ascii_uppercase();
        if code.chars().count() != 18 {
            return Err(UsccError::Length);
        }
        let (body, check) = code.split_at_checked(17).ok_or(UsccError::Character)?;
        let expected = check_character(body).ok_or(UsccError::Character)?;
        match check.chars().next() {
            Some(found) if found == expected => Ok(Self(code)),
            Some(found) if u8::try_from(found).is_ok_and(|byte| ALPHABET.contains(&byte)) => Err(UsccError::Check),
            _ => Err(UsccError::Character),
        }
    }

    /// The code, 18 characters in upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The check character for the first 17 characters. `None`: not 17 characters of the alphabet.
pub fn check_character(body: &str) -> Option<char> {
    if body.len() != 17 {
        return None;
    }
    let mut weight = 1;
    let mut sum = 0;
    for byte in body.bytes() {
        sum += ALPHABET.iter().position(|known| *known == byte)? * weight;
        weight = weight * 3 % 31;
    }
    // Remainder 0 wraps to position 0; a plain 31 - r would run off the alphabet.
    ALPHABET.get((31 - sum % 31) % 31).map(|byte| char::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_codes_are_taken() {
        for code in [
            "91350100M000100Y43",
            "91330699MA00000079",
            "91330699MA00000154",
            "91330699MA2T3T3T9X",
            "91330699MA00001460",
        ] {
            assert_eq!(Uscc::parse(code).unwrap().as_str(), code);
        }
    }

    #[test]
    fn remainder_zero_gives_the_digit_zero() {
        assert_eq!(check_character("91330699MA0000146"), Some('0'));
    }

    #[test]
    fn lower_case_is_normalised() {
        assert_eq!(Uscc::parse("91350100m000100y43").unwrap().to_string(), "91350100M000100Y43");
    }

    #[test]
    fn bad_codes_are_refused_with_the_reason() {
        for (code, reason) in [
            ("91350100M000100Y42", UsccError::Check),
            ("91330699MA0000007I", UsccError::Character),
            ("I1350100M000100Y43", UsccError::Character),
            ("91350100M000100Y4", UsccError::Length),
            ("91350100M000100Y433", UsccError::Length),
            ("", UsccError::Length),
            ("统一社会信用代码统一社会信用代码统一", UsccError::Character),
        ] {
            assert_eq!(Uscc::parse(code), Err(reason), "{code}");
        }
    }
}
