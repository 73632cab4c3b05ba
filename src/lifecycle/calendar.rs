//! 工作日历. Which days are worked, from `schema/reference/calendar.toml`; days of years not in it are not guessed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

use crate::kernel::clock;

/// Why a day could not be told.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The file is not what it should be.
    #[error("working calendar: {0}")]
    File(String),
    /// The year is not in the calendar.
    #[error("the working calendar has no year {0}")]
    Year(i32),
}

/// 工作日历.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Days that are not as their weekday says, by year.
    years: BTreeMap<i32, BTreeSet<NaiveDate>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: Vec<Year>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i32,
    off: Vec<String>,
    work: Vec<String>,
}

fn weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

impl Calendar {
    /// The calendar of this build.
    pub fn built_in() -> Result<Calendar, CalendarError> {
        Calendar::read(include_str!("../../schema/reference/calendar.toml"))
    }

    /// Reads a calendar. A holiday on a weekend or a worked weekday is a mistake in the file.
    pub fn read(text: &str) -> Result<Calendar, CalendarError> {
        let file: File = toml::from_str(text).map_err(|error| CalendarError::File(error.to_string()))?;
        let mut years = BTreeMap::new();
        for entry in file.year {
            let mut days = BTreeSet::new();
            let named = entry.off.iter().map(|day| (day, false)).chain(entry.work.iter().map(|day| (day, true)));
            for (name, worked) in named {
                let day = clock::parse_date(name).filter(|day| day.year() == entry.year && weekend(*day) == worked);
                let day = day.ok_or_else(|| CalendarError::File(format!("{name} cannot stand where it stands")))?;
                days.insert(day);
            }
            if years.insert(entry.year, days).is_some() {
                return Err(CalendarError::File(format!("{} is there twice", entry.year)));
            }
        }
        Ok(Calendar { years })
    }

    /// Whether a day is worked.
    pub fn works(&self, day: NaiveDate) -> Result<bool, CalendarError> {
        let special = self.years.get(&day.year()).ok_or(CalendarError::Year(day.year()))?;
        Ok(weekend(day) == special.contains(&day))
    }

    /// The working day so many working days after `day`, which itself does not count.
    pub fn after(&self, day: NaiveDate, working_days: i64) -> Result<NaiveDate, CalendarError> {
        let mut day = day;
        let mut left = working_days;
        while left > 0 {
            day = day.checked_add_days(Days::new(1)).ok_or(CalendarError::Year(day.year()))?;
            left -= i64::from(self.works(day)?);
        }
        Ok(day)
    }

    /// Working days after `day` up to `last`, which counts; 0 when it does not lie after it.
    pub fn between(&self, day: NaiveDate, last: NaiveDate) -> Result<i64, CalendarError> {
        let after = day.iter_days().skip(1).take_while(|day| *day <= last);
        after.map(|day| self.works(day).map(i64::from)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        clock::parse_date(text).unwrap()
    }

    #[test]
    fn holidays_and_worked_weekends_count() {
        let calendar = Calendar::built_in().unwrap();
        for (from, days, to) in [
            ("2026-03-31", 3, "2026-04-03"),
            // 清明: Monday 6 April is a holiday.
            ("2026-04-03", 1, "2026-04-07"),
            // 春节: Saturday 14 February is worked, then nothing until Tuesday the 24th.
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-13", 2, "2026-02-24"),
            ("2024-02-28", 1, "2024-02-29"),
            ("2025-12-31", 1, "2026-01-04"),
            ("2026-04-01", 0, "2026-04-01"),
        ] {
            assert_eq!(calendar.after(day(from), days), Ok(day(to)), "{from} + {days}");
        }
    }

    #[test]
    fn working_days_of_the_years_are_as_published() {
        let calendar = Calendar::built_in().unwrap();
        for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let worked = first.iter_days().take_while(|d| d.year() == year).filter(|d| calendar.works(*d).unwrap());
            assert_eq!(worked.count(), expected, "{year}");
        }
    }

    #[test]
    fn days_beyond_the_loaded_years_are_refused() {
        let calendar = Calendar::built_in().unwrap();
        assert_eq!(calendar.after(day("2026-12-30"), 1), Ok(day("2026-12-31")));
        assert_eq!(calendar.after(day("2026-12-30"), 2), Err(CalendarError::Year(2027)));
        assert_eq!(calendar.works(day("2023-12-31")), Err(CalendarError::Year(2023)));
    }

    #[test]
    fn a_holiday_on_a_sunday_is_a_mistake() {
        for text in [
            "[[year]]\nyear = 2026\noff = [\"2026-02-15\"]\nwork = []",
            "[[year]]\nyear = 2026\noff = []\nwork = [\"2026-02-16\"]",
            "[[year]]\nyear = 2026\noff = [\"2025-01-01\"]\nwork = []",
            "[[year]]\nyear = 2026\noff = [\"2026-02-30\"]\nwork = []",
        ] {
            assert!(matches!(Calendar::read(text), Err(CalendarError::File(_))), "{text}");
        }
    }
}
