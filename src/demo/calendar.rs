//! Days, hours and the rhythm of the year at Shaoxing (UTC+8, no summer time).

use super::random::Random;

/// One minute in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;
/// One hour in milliseconds.
pub(crate) const HOUR: i64 = 60 * MINUTE;
/// One day in milliseconds.
pub(crate) const DAY: i64 = 24 * HOUR;
const OFFSET: i64 = 8 * HOUR;

/// The day of an instant, counted from 1970-01-01.
pub(crate) fn day_of(ms: i64) -> i64 {
    (ms + OFFSET).div_euclid(DAY)
}

/// The first instant of a day.
pub(crate) fn day_start(day: i64) -> i64 {
    day * DAY - OFFSET
}

/// Year, month and day of a day (days_to_civil, proleptic Gregorian).
pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    (yoe + era * 400 + i64::from(month <= 2), month, doy - (153 * mp + 2) / 5 + 1)
}

/// The day of a date.
pub(crate) fn day(year: i64, month: i64, day: i64) -> i64 {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let doy = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

/// `YYYY-MM-DD`.
pub(crate) fn date(number: i64) -> String {
    let (y, m, d) = civil(number);
    format!("{y:04}-{m:02}-{d:02}")
}

/// `YYYYMMDD`.
pub(crate) fn compact(number: i64) -> String {
    let (y, m, d) = civil(number);
    format!("{y:04}{m:02}{d:02}")
}

/// The year of an instant.
pub(crate) fn year_of(ms: i64) -> i64 {
    civil(day_of(ms)).0
}

/// Whether a day is a Saturday or a Sunday.
pub(crate) fn weekend(number: i64) -> bool {
    // 1970-01-01 was a Thursday.
    matches!((number + 3).rem_euclid(7), 5 | 6)
}

/// How busy a day is: fewer matters at weekends, more before the spring festival, fewer in the holiday week.
pub(crate) fn busy(number: i64) -> f64 {
    let (_, month, _) = civil(number);
    let by_month = [1.18, 0.86, 1.02, 0.98, 0.99, 1.04, 1.06, 1.05, 1.0, 0.92, 0.99, 1.1];
    let festival = [day(2025, 1, 29), day(2026, 2, 17)].iter().any(|f| (0..7).contains(&(number - f)));
    by_month[(month - 1) as usize] * if weekend(number) { 0.62 } else { 1.0 } * if festival { 0.4 } else { 1.0 }
}

/// Whether a day lies in the six weeks before a spring festival, when wage disputes peak.
pub(crate) fn before_festival(number: i64) -> bool {
    [day(2025, 1, 29), day(2026, 2, 17)].iter().any(|f| (1..42).contains(&(f - number)))
}

/// An instant of the day in the double hump of working hours; now and then in the evening.
pub(crate) fn working_instant(random: &mut Random, number: i64) -> i64 {
    const BY_HOUR: [u32; 24] = [2, 1, 1, 1, 1, 2, 6, 14, 60, 96, 104, 72, 24, 40, 92, 98, 84, 50, 22, 26, 24, 16, 8, 4];
    let hour = random.weighted(&BY_HOUR) as i64;
    day_start(number) + hour * HOUR + random.range(0, 59) * MINUTE + random.range(0, 59) * 1000
}

/// The same instant, or if it lies at night, at an office hour of the same or the next morning.
pub(crate) fn office_hours(random: &mut Random, ms: i64) -> i64 {
    let number = day_of(ms);
    let hour = (ms - day_start(number)) / HOUR;
    match hour {
        8..=17 => ms,
        0..=7 => day_start(number) + 8 * HOUR + random.range(15, 150) * MINUTE,
        _ => day_start(number + 1) + 8 * HOUR + random.range(15, 150) * MINUTE,
    }
}
