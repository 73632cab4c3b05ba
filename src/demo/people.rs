//! Persons who do not exist: invented names, telephones in an impossible range, numbers of an unassigned district.

use super::calendar::{self, civil};
use super::random::Random;
use crate::kernel::{citizen_id, uscc};

const SURNAMES: [&str; 28] = [
    "叶", "林", "沈", "韩", "顾", "陆", "程", "乔", "白", "梅", "云", "江", "石", "秦", "宋", "罗", "方", "纪", "温",
    "苗", "柏", "岑", "庄", "欧阳", "上官", "东方", "司徒", "南宫",
];
const FIRST: [&str; 20] = [
    "知", "若", "初", "既", "亦", "可", "以", "未", "如", "且", "惟", "试", "例", "样", "拟", "虚", "念", "予", "与",
    "乐",
];
const SECOND: [&str; 20] = [
    "远", "禾", "川", "舟", "宁", "言", "溪", "桐", "岚", "屿", "然", "昔", "之", "朴", "棠", "遥", "帆", "默", "澄",
    "谷",
];

/// The district that no register assigns: everything numbered here is fictitious.
pub(crate) const FICTITIOUS_DISTRICT: &str = "330699";

/// An invented name of a person.
pub(crate) fn name(random: &mut Random) -> String {
    let surname = random.weighted(&SURNAME_WEIGHTS);
    let (first, second) = (FIRST[random.below(20)], SECOND[random.below(20)]);
    if random.chance(150) {
        format!("{}{second}", SURNAMES[surname])
    } else {
        format!("{}{first}{second}", SURNAMES[surname])
    }
}

const SURNAME_WEIGHTS: [u32; 28] =
    [14, 12, 12, 10, 10, 10, 9, 8, 7, 7, 7, 8, 6, 6, 8, 7, 8, 5, 5, 4, 4, 3, 5, 3, 1, 1, 1, 1];

/// A telephone number that cannot exist: no mobile number begins with 100.
pub(crate) fn phone(random: &mut Random) -> String {
    format!("100{:08}", random.below(100_000_000))
}

/// A citizen number of the unassigned district with a right check digit.
pub(crate) fn citizen_id(random: &mut Random, birth_day: i64) -> String {
    let mut text = format!("{FICTITIOUS_DISTRICT}{}{:03}", calendar::compact(birth_day), random.range(1, 999));
    text.extend(citizen_id::check_character(&text));
    text
}

/// The day of the 14th birthday; born on 29 February, it is 1 March.
pub(crate) fn fourteenth_birthday(birth_day: i64) -> i64 {
    let (year, month, day) = civil(birth_day);
    calendar::day(year + 14, month, day)
}

/// Who holds a unified social credit code; the first two characters and the letters of the organisation code.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Holder {
    /// A government body.
    Government,
    /// A public institution.
    Institution,
    /// A self-governing body of a village or a social organisation.
    Social,
    /// An enterprise.
    Enterprise,
}

/// The n-th unified social credit code of a kind of holder; number 14 of the enterprises has check remainder 0.
pub(crate) fn credit_code(holder: Holder, number: usize) -> String {
    let (class, letters) = match holder {
        Holder::Government => ("11", "MB"),
        Holder::Institution => ("12", "ME"),
        Holder::Social => ("52", "MJ"),
        Holder::Enterprise => ("91", "MA"),
    };
    let body = format!("{letters}{number:06}");
    let sum: u32 = body.bytes().zip([3, 7, 9, 10, 5, 8, 4, 2]).map(|(c, weight)| base36(c) * weight).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        digit => char::from(b'0' + digit as u8),
    };
    let mut text = format!("{class}{FICTITIOUS_DISTRICT}{body}{check}");
    text.extend(uscc::check_character(&text));
    text
}

fn base36(c: u8) -> u32 {
    u32::from(if c.is_ascii_digit() { c - b'0' } else { c - b'A' + 10 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credit_codes_agree_with_the_published_vectors() {
        assert_eq!(credit_code(Holder::Enterprise, 0), "91330699MA00000079");
        assert_eq!(credit_code(Holder::Enterprise, 14), "91330699MA00001460");
    }

    #[test]
    fn a_birthday_on_a_leap_day_falls_on_the_first_of_march() {
        assert_eq!(fourteenth_birthday(calendar::day(2012, 6, 15)), calendar::day(2026, 6, 15));
        assert_eq!(fourteenth_birthday(calendar::day(2012, 2, 29)), calendar::day(2026, 3, 1));
    }
}
