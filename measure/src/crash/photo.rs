//! Photos, each another one, and how they are uploaded.

use std::io::Cursor;

use image::{ImageFormat, RgbImage};
use serde_json::json;
use xtask::product::Client;

use crate::dice::Dice;
use crate::reporters::{self, Answer, Reporter};

const SLOT: &str = "mutation($input: RequestUploadInput!) { requestUpload(input: $input) {
    upload { url } userErrors { code field message } } }";
/// Pixels of a side.
const SIDE: u32 = 32;

/// A photo that shows nothing; of another seed it is another one.
pub(super) fn of(seed: u64) -> Result<Vec<u8>, String> {
    let mut dice = Dice::new(seed);
    let noise = RgbImage::from_fn(SIDE, SIDE, |_, _| image::Rgb([(); 3].map(|()| dice.below(256) as u8)));
    let mut bytes = Cursor::new(vec![]);
    noise.write_to(&mut bytes, ImageFormat::Jpeg).map_err(|error| format!("a photo: {error}"))?;
    Ok(bytes.into_inner())
}

/// Uploads content into a slot of its own; the hash that it is stored by. Where the server dies it is done again from the
/// beginning, as by somebody who has forgotten the slot.
pub(super) fn upload(client: &mut Client, reporter: &Reporter, content: &[u8]) -> Result<Answer<String>, String> {
    let input = json!({ "type": "JPEG", "size": content.len() });
    let body = json!({ "query": SLOT, "variables": { "input": input } }).to_string();
    let (status, text) = client.post(&reporter.token, &body)?;
    let url = |payload: &serde_json::Value| payload["upload"]["url"].as_str().map(str::to_owned);
    Ok(match reporters::answered(&status, &text, "requestUpload", url) {
        Answer::Done(slot) => client.upload(&slot, content)?.map_or_else(Answer::Later, Answer::Done),
        Answer::Later(why) => Answer::Later(why),
        Answer::Refused(why) => Answer::Refused(why),
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn each_seed_has_a_photo_of_its_own() {
        assert_eq!(of(1).unwrap(), of(1).unwrap());
        assert_ne!(of(1).unwrap(), of(2).unwrap());
    }
}
