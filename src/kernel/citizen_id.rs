//! 公民身份号码 (GB 11643-1999): 18 characters, a birth date and a check character (ISO 7064 MOD 11-2).

use std::fmt;

use chrono::{Datelike, NaiveDate};

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";

/// Why a text is no citizen identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CitizenIdError {
    /// It has not 18 characters.
    #[error("a citizen identity number has 18 characters")]
    Length,
    /// It has a character that is no digit (the last may be X).
    #[error("a citizen identity number has no such character")]
    Character,
    /// The check character is not the right one.
    #[error("the check character of the citizen identity number is wrong")]
    Check,
    /// The birth date does not exist or lies in the future.
    #[error("the birth date in the citizen identity number is not possible")]
    BirthDate,
}

/// A well-formed citizen identity number. Its debug form is masked, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct CitizenId {
    text: String,
    birth_date: NaiveDate,
}

impl CitizenId {
    /// Reads a number; a small x is accepted. `today` bounds the birth date. The division is not checked: divisions are
    /// abolished, people keep their numbers.
    pub fn parse(text: &str, today: NaiveDate) -> Result<Self, CitizenIdError> {
        let text = text.to_ascii_uppercase();
        if text.chars().count() != 18 {
            return Err(CitizenIdError::Length);
        }
        let (body, check) = text.split_at_checked(17).ok_or(CitizenIdError::Character)?;
        let expected = check_character(body).ok_or(CitizenIdError::Character)?;
        if !check.starts_with(expected) {
            return Err(CitizenIdError::Check);
        }
        let birth_date = text
            .get(6..14)
            .and_then(|digits| NaiveDate::parse_from_str(digits, "%Y%m%d").ok())
            .filter(|date| date.year() >= 1850 && *date <= today)
            .ok_or(CitizenIdError::BirthDate)?;
        Ok(Self { text, birth_date })
    }

    /// The number, 18 characters.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The birth date in the number.
    pub fn birth_date(&self) -> NaiveDate {
        self.birth_date
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CitizenId({})", super::mask::id(&self.text))
    }
}

/// The check character for the first 17 digits. `None`: not 17 digits.
pub fn check_character(body: &str) -> Option<char> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in body.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    CHECKS.get(usize::try_from(sum % 11).ok()?).map(|byte| char::from(*byte))
}

/// The fourteenth birthday: the first day on which a person is no longer under 14. Born on 29 February: 1 March.
pub fn fourteenth_birthday(birth_date: NaiveDate) -> Option<NaiveDate> {
    let year = birth_date.year() + 14;
    birth_date.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn parse(text: &str) -> Result<CitizenId, CitizenIdError> {
        CitizenId::parse(text, day("2026-11-22"))
    }

    #[test]
    fn valid_numbers_are_taken() {
        for number in [
            "360426199101010071",
            "11010519491231002X",
            "330699199001010019",
            "330699198512310027",
            "330699201206151034",
        ] {
            assert_eq!(parse(number).unwrap().as_str(), number);
        }
        assert_eq!(parse("11010519491231002x").unwrap().as_str(), "11010519491231002X");
        assert_eq!(parse("330699199001010019").unwrap().birth_date(), day("1990-01-01"));
    }

    #[test]
    fn bad_numbers_are_refused_with_the_reason() {
        for (number, reason) in [
            ("330699199002300018", CitizenIdError::BirthDate),
            ("36042619910101007", CitizenIdError::Length),
            ("360426199101010072", CitizenIdError::Check),
            ("36042619910101007I", CitizenIdError::Check),
            ("X60426199101010071", CitizenIdError::Character),
            ("身份号码身份号码身份号码身份号码身份", CitizenIdError::Character),
            ("", CitizenIdError::Length),
        ] {
            assert_eq!(parse(number), Err(reason), "{number}");
        }
    }

    #[test]
    fn nobody_is_born_tomorrow() {
        let born = "330699201206151034";
        assert!(CitizenId::parse(born, day("2012-06-15")).is_ok());
        assert_eq!(CitizenId::parse(born, day("2012-06-14")), Err(CitizenIdError::BirthDate));
    }

    #[test]
    fn under_fourteen_ends_on_the_birthday() {
        assert_eq!(fourteenth_birthday(day("2012-06-15")), Some(day("2026-06-15")));
        assert_eq!(fourteenth_birthday(day("2012-02-29")), Some(day("2026-03-01")));
    }

    #[test]
    fn the_debug_form_is_masked() {
        assert_eq!(format!("{:?}", parse("330699199001010019").unwrap()), "CitizenId(330699********0019)");
    }
}
