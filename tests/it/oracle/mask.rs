//! Masked forms as the domain model (part 7) has them, written a second time.

/// How a field is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mask {
    /// Surname and stars.
    Name,
    /// Head and tail of the number.
    Phone,
    /// Region and the last four.
    Id,
    /// As far as the village.
    Address,
    /// Words that say it was withheld.
    Text,
}

/// Surnames of two characters.
const DOUBLE: &str =
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 闻人 长孙 宇文 轩辕 端木 独孤 南宫 公羊";

impl Mask {
    /// The masked form of a value.
    pub(crate) fn of(self, plain: &str) -> String {
        let length = plain.chars().count();
        let cut = |from: usize, to: usize| plain.chars().skip(from).take(to - from).collect::<String>();
        match self {
            Mask::Name => name(plain),
            Mask::Phone if length == 11 => format!("{}****{}", cut(0, 3), cut(7, 11)),
            Mask::Id if length == 18 => format!("{}********{}", cut(0, 6), cut(14, 18)),
            Mask::Phone | Mask::Id => panic!("the city holds a number of another form"),
            Mask::Address => address(plain),
            Mask::Text => "【已隐去】".to_owned(),
        }
    }
}

fn name(plain: &str) -> String {
    let length = plain.chars().count();
    let double = length > 2 && DOUBLE.split(' ').any(|surname| plain.starts_with(surname));
    let kept = if double { 2 } else { 1 };
    let surname: String = plain.chars().take(kept).collect();
    surname + &"*".repeat((length - kept).min(2))
}

/// The city writes 街道村居示例路N号: the first word for a village before the street ends what may be told.
fn address(plain: &str) -> String {
    let (place, _) = plain.split_once("示例路").unwrap_or_else(|| panic!("{plain} is no address of the city"));
    let ends = ["社区", "村委会", "居委会", "村"].into_iter().filter_map(|end| Some((place.find(end)?, end.len())));
    let (at, length) = ends.min_by_key(|(at, length)| (*at, usize::MAX - length)).expect("a village");
    format!("{}***", &place[..at + length])
}

#[test]
fn both_ways_of_masking_agree() {
    use fengqiao::kernel::mask;
    for plain in ["叶青", "叶青青", "欧阳明", "欧阳明远", "欧阳", "司徒一", "南宫适之"] {
        assert_eq!(Mask::Name.of(plain), mask::name(plain), "{plain}");
    }
    assert_eq!(Mask::Phone.of("10000000001"), "100****0001");
    assert_eq!(Mask::Phone.of("10012345678"), mask::phone("10012345678"));
    assert_eq!(Mask::Id.of("330699199001010019"), "330699********0019");
    assert_eq!(Mask::Id.of("330699199001010019"), mask::id("330699199001010019"));
    let address = "柯桥街道管墅社区居委会示例路89号";
    assert_eq!(Mask::Address.of(address), mask::address(address));
}
