//! Which of our languages a client takes, by `Accept-Language` (RFC 9110, 12.5.4).

use axum::http::{HeaderMap, header};

use super::Language;

/// The language with the higher weight; Chinese when neither is named, or both alike.
pub(super) fn accepted(headers: &HeaderMap) -> Language {
    let (mut chinese, mut english) = (None, None);
    let all = headers.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    for range in all.flat_map(|text| text.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1.0), |q| q.parse::<f32>().ok());
        let Some(weight) = weight.filter(|weight| (0.0..=1.0).contains(weight)) else { continue };
        let best = match tag.split('-').next() {
            Some("zh") => &mut chinese,
            Some("en") => &mut english,
            _ => continue,
        };
        *best = Some(best.unwrap_or(0.0_f32).max(weight));
    }
    match (chinese, english) {
        (chinese, Some(english)) if english > chinese.unwrap_or(0.0) => Language::English,
        _ => Language::Chinese,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_language_wins_and_chinese_otherwise() {
        for (text, expected) in [
            ("", Language::Chinese),
            ("en", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en;q=0.3, zh;q=0.2", Language::English),
            ("en, zh", Language::Chinese),
            ("fr, de;q=0.9", Language::Chinese),
            ("en;q=0", Language::Chinese),
            ("en;q=x", Language::Chinese),
            ("*", Language::Chinese),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, text.parse().unwrap());
            assert_eq!(accepted(&headers), expected, "{text}");
        }
    }
}
