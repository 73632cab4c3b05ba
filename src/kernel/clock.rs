//! Time: instants are milliseconds since 1970 UTC, days are days of Asia/Shanghai (UTC+8, no daylight saving).

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

const DAY_MS: i64 = 86_400_000;
const SHANGHAI_MS: i64 = 8 * 3_600_000;
/// The years that an input may name; the formatters clamp to the same range.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A source of the present instant, so that tests and the demo can fix it.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 UTC.
    fn now_ms(&self) -> i64;
}

/// The clock of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where everybody else gets the time")]
    fn now_ms(&self) -> i64 {
        Utc::now().timestamp_millis()
    }
}

/// A clock that stands still at the given milliseconds since 1970 UTC.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub i64);

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0
    }
}

/// The day in Shanghai at an instant, as `YYYY-MM-DD`. Instants outside the years 1900 to 2199 are clamped.
pub fn shanghai_date(ms: i64) -> String {
    let local = local(ms);
    let mut out = String::with_capacity(10);
    push_date(&mut out, local.date());
    out
}

/// The day of the week in Shanghai at an instant; 1 is Monday.
pub fn shanghai_weekday(ms: i64) -> u32 {
    local(ms).weekday().number_from_monday()
}

/// An instant in RFC 3339 with Shanghai's offset, e.g. `2025-03-12T09:30:00+08:00`. Milliseconds appear only when they
/// are not 0. Instants outside the years 1900 to 2199 are clamped.
pub fn rfc3339(ms: i64) -> String {
    let local = local(ms);
    let mut out = String::with_capacity(29);
    push_date(&mut out, local.date());
    for (mark, value) in [('T', local.hour()), (':', local.minute()), (':', local.second())] {
        out.push(mark);
        push_digits(&mut out, value, 2);
    }
    let millis = local.and_utc().timestamp_subsec_millis();
    if millis != 0 {
        out.push('.');
        push_digits(&mut out, millis, 3);
    }
    out.push_str("+08:00");
    out
}

/// Reads an RFC 3339 instant, offset required. `None`: not of that form, a leap second, or outside 1900 to 2199.
/// Digits beyond milliseconds are cut off.
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    if text.len() > 40 || text.as_bytes().get(10) != Some(&b'T') {
        return None;
    }
    let instant = DateTime::parse_from_rfc3339(text).ok()?;
    let in_range = YEARS.contains(&instant.year()) && instant.timestamp_subsec_millis() < 1000;
    in_range.then(|| instant.timestamp_millis())
}

/// Reads a day `YYYY-MM-DD`. `None`: not of exactly that form, no such day, or outside the years 1900 to 2199.
pub fn parse_date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes.iter().enumerate().all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    if !shaped {
        return None;
    }
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    YEARS.contains(&date.year()).then_some(date)
}

/// The first instant of a day of Shanghai. `None`: `date` is not a day that [`parse_date`] takes.
pub fn day_start_ms(date: &str) -> Option<i64> {
    Some(parse_date(date)?.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis() - SHANGHAI_MS)
}

/// Whether a day of Shanghai begins at this instant.
pub fn starts_day(ms: i64) -> bool {
    ms.wrapping_add(SHANGHAI_MS).rem_euclid(DAY_MS) == 0
}

fn local(ms: i64) -> NaiveDateTime {
    let first = year_start_ms(*YEARS.start());
    let last = year_start_ms(*YEARS.end() + 1) - 1;
    let shifted = ms.saturating_add(SHANGHAI_MS).clamp(first, last);
    DateTime::from_timestamp_millis(shifted).unwrap_or_default().naive_utc()
}

fn year_start_ms(year: i32) -> i64 {
    NaiveDate::from_ymd_opt(year, 1, 1).map_or(0, |day| i64::from(day.to_epoch_days()) * DAY_MS)
}

fn push_date(out: &mut String, date: NaiveDate) {
    push_digits(out, date.year().unsigned_abs(), 4);
    out.push('-');
    push_digits(out, date.month(), 2);
    out.push('-');
    push_digits(out, date.day(), 2);
}

fn push_digits(out: &mut String, value: u32, width: u32) {
    for place in (0..width).rev() {
        let digit = value / 10_u32.pow(place) % 10;
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MORNING: i64 = 1_741_743_000_000; // 2025-03-12T09:30:00+08:00

    #[test]
    fn instants_print_with_the_offset_of_shanghai() {
        assert_eq!(rfc3339(MORNING), "2025-03-12T09:30:00+08:00");
        assert_eq!(rfc3339(MORNING + 7), "2025-03-12T09:30:00.007+08:00");
        assert_eq!(rfc3339(-1), "1970-01-01T07:59:59.999+08:00");
    }

    #[test]
    fn the_day_turns_at_sixteen_hours_utc() {
        let midnight = day_start_ms("2025-03-12").unwrap();
        assert_eq!(shanghai_date(midnight - 1), "2025-03-11");
        assert_eq!(shanghai_date(midnight), "2025-03-12");
        assert!(starts_day(midnight) && !starts_day(midnight - 1) && !starts_day(i64::MAX));
        assert_eq!((shanghai_weekday(midnight - 1), shanghai_weekday(midnight)), (2, 3));
        assert_eq!(rfc3339(midnight), "2025-03-12T00:00:00+08:00");
    }

    #[test]
    fn instants_read_back_from_any_offset() {
        assert_eq!(parse_rfc3339("2025-03-12T09:30:00+08:00"), Some(MORNING));
        assert_eq!(parse_rfc3339("2025-03-12T01:30:00Z"), Some(MORNING));
        assert_eq!(parse_rfc3339("2025-03-12T01:30:00.0079Z"), Some(MORNING + 7));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "2025-03-12",
            "2025-03-12T09:30:00",
            "2025-03-12 09:30:00+08:00",
            "2025-02-30T00:00:00Z",
            "2016-12-31T23:59:60Z",
            "0001-01-01T00:00:00Z",
            "9999-12-31T00:00:00Z",
            "二〇二五-03-12T09:30:00Z",
        ] {
            assert_eq!(parse_rfc3339(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2025-2-3",
            "2025-02-30",
            "+2025-02-03",
            " 2025-02-03",
            "20250203",
            "1899-12-31",
            "2200-01-01",
            "2025-02-03 ",
        ] {
            assert_eq!(parse_date(text), None, "{text}");
        }
        assert_eq!(parse_date("2024-02-29").map(|day| day.to_string()).as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn formatting_is_total() {
        assert_eq!(rfc3339(i64::MIN), "1900-01-01T00:00:00+08:00");
        assert_eq!(rfc3339(i64::MAX), "2199-12-31T23:59:59.999+08:00");
    }

    proptest::proptest! {
        #[test]
        fn printing_and_reading_agree(ms in -2_208_988_800_000_i64..7_258_000_000_000) {
            proptest::prop_assert_eq!(parse_rfc3339(&rfc3339(ms)), Some(ms));
        }
    }
}
