//! Masked forms of personal data. Total on any text, and masking twice changes nothing more.

/// 复姓 that keep two characters.
const DOUBLE_SURNAMES: [&str; 20] = [
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "闻人", "长孙",
    "宇文", "轩辕", "端木", "独孤", "南宫", "公羊",
];

/// Endings of the village part of an address, longest first.
const VILLAGE_ENDS: [&str; 4] = ["村委会", "居委会", "社区", "村"];
const TOWNSHIP_ENDS: [&str; 3] = ["街道", "镇", "乡"];
const COUNTY_ENDS: [&str; 3] = ["区", "县", "市"];

/// A name: the surname and one or two stars, `叶*`, `欧阳**`.
pub fn name(name: &str) -> String {
    let chars: Vec<char> = name.trim().chars().collect();
    let kept = match chars.len() {
        0 => return String::new(),
        1 => 0,
        2 => 1,
        _ if DOUBLE_SURNAMES.iter().any(|surname| surname.chars().eq(chars.iter().take(2).copied())) => 2,
        _ => 1,
    };
    let stars = (chars.len() - kept).min(2);
    chars.iter().take(kept).copied().chain(std::iter::repeat_n('*', stars)).collect()
}

/// A telephone number: `138****0001`. Numbers under 11 characters keep their last two at most.
pub fn phone(phone: &str) -> String {
    match phone.chars().count() {
        0 => String::new(),
        1..=5 => "****".to_owned(),
        6..=10 => ends(phone, 0, 4, 2),
        _ => ends(phone, 3, 4, 4),
    }
}

/// An identity number: `330699********0019`. Anything under 15 characters is hidden whole.
pub fn id(id: &str) -> String {
    match id.chars().count() {
        0 => String::new(),
        1..=14 => "********".to_owned(),
        length => ends(id, 6, (length - 10).min(8), 4),
    }
}

/// An address: as far as the village, else the township, else the county, then `***`. Nothing is kept that holds a
/// number or a street.
pub fn address(address: &str) -> String {
    if address.is_empty() {
        return String::new();
    }
    let levels: [&[&str]; 3] = [&VILLAGE_ENDS, &TOWNSHIP_ENDS, &COUNTY_ENDS];
    let kept = levels.iter().find_map(|ends| place_prefix(address, ends)).unwrap_or_default();
    format!("{kept}***")
}

fn ends(text: &str, head: usize, stars: usize, tail: usize) -> String {
    let length = text.chars().count();
    let first = text.chars().take(head);
    let last = text.chars().skip(length.saturating_sub(tail));
    first.chain(std::iter::repeat_n('*', stars)).chain(last).collect()
}

/// The text up to the first of `ends` that closes a place name, if that much names no street and no number.
fn place_prefix<'a>(address: &'a str, ends: &[&str]) -> Option<&'a str> {
    let cut = address.char_indices().map(|(at, _)| at).find_map(|at| {
        let rest = address.get(at..)?;
        let end = ends.iter().find(|end| rest.starts_with(**end))?;
        // 新村路 is a street, not the village 新村.
        let is_street = rest.get(end.len()..)?.starts_with(['路', '街', '巷', '弄', '道', '大']);
        (at > 0 && !is_street).then_some(at + end.len())
    })?;
    let prefix = address.get(..cut)?;
    let tells_more =
        prefix.chars().any(|c| c.is_numeric() || matches!(c, '号' | '幢' | '室' | '路' | '弄' | '巷' | '栋'));
    (!tells_more).then_some(prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_keep_the_surname() {
        for (plain, masked) in [
            ("叶青", "叶*"),
            ("叶青青", "叶**"),
            ("欧阳明", "欧阳*"),
            ("欧阳明远", "欧阳**"),
            ("欧阳", "欧*"),
            ("叶", "*"),
            ("", ""),
            ("阿依古丽·买买提", "阿**"),
            ("Ann Lee", "A**"),
        ] {
            assert_eq!(name(plain), masked, "{plain}");
        }
    }

    #[test]
    fn phones_and_ids_keep_their_ends() {
        assert_eq!(phone("10000000001"), "100****0001");
        assert_eq!(phone("10012345678"), "100****5678");
        assert_eq!(phone("0575-85120001"), "057****0001");
        assert_eq!(phone("85120001"), "****01");
        assert_eq!(phone("110"), "****");
        assert_eq!(id("330699199001010019"), "330699********0019");
        assert_eq!(id("330699900101001"), "330699*****1001");
        assert_eq!(id("33069919900101"), "********");
    }

    #[test]
    fn addresses_stop_at_the_village() {
        for (plain, masked) in [
            ("绍兴市柯桥区柯岩街道新未庄社区3幢502室", "绍兴市柯桥区柯岩街道新未庄社区***"),
            ("柯桥区福全街道五星村88号", "柯桥区福全街道五星村***"),
            ("柯桥街道新村路12号", "柯桥街道***"),
            ("柯桥街道人民路12号3幢(东浦社区)", "柯桥街道***"),
            ("人民路12号3幢502室", "***"),
            ("村", "***"),
            ("", ""),
        ] {
            assert_eq!(address(plain), masked, "{plain}");
        }
    }

    proptest! {
        #[test]
        fn masking_is_total_and_idempotent(text in "\\PC*|[0-9]{0,30}|[村镇乡区县市社街道路号幢0-9一二]{0,20}") {
            for mask in [name, phone, id, address] {
                let once = mask(&text);
                prop_assert_eq!(mask(&once), once.clone(), "{} of {}", once, text);
            }
        }

        #[test]
        fn a_mask_never_tells_the_middle(number in "[0-9]{18}", phone_number in "1[0-9]{10}") {
            let birth_part = number.get(6..14).unwrap_or_default();
            let masked = id(&number);
            prop_assert_eq!(masked.get(6..14), Some("********"), "{}", birth_part);
            let masked_phone = phone(&phone_number);
            prop_assert_eq!(masked_phone.get(3..7), Some("****"));
        }

        #[test]
        fn a_masked_address_holds_no_house_number(text in "[村镇乡区县市社街道路号幢0-9一二]{0,20}") {
            prop_assert!(!address(&text).chars().any(char::is_numeric));
        }
    }
}
