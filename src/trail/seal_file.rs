//! 签章文件. The file that seals are written to, a line each, for a place where the database's administrator cannot write.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::export::{ExportError, seal_line};
use super::seal::Seal;
use crate::kernel::private;

/// Appends a seal. A line that a full disk has cut short stays a line of its own: the seal does not go on in it.
pub(super) fn append(path: &Path, seal: &Seal) -> std::io::Result<()> {
    let mut file = private::writing().read(true).create(true).append(true).open(path)?;
    let begin = if is_torn(&mut file)? { "\n" } else { "" };
    // In one piece, so that a process that dies here leaves a whole line or none.
    let line = format!("{begin}{}\n", serde_json::json!({ "seal": seal }));
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// Whether the last line of a file has no end.
fn is_torn(file: &mut File) -> std::io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// The seals of a file, read one by one: there may be many. A line that is none is told and passed over, as a full disk
/// leaves such lines: it could as well be missing, and the seals after it reach over the same entries. A file that has
/// lines and no seal is refused.
pub fn seals(
    path: PathBuf,
    mut passed_over: impl FnMut(String),
) -> std::io::Result<impl Iterator<Item = Result<Seal, ExportError>>> {
    let mut lines = (1_u64..).zip(BufReader::new(File::open(&path)?).split(b'\n'));
    let (mut seals, mut others) = (0_u64, 0_u64);
    Ok(std::iter::from_fn(move || {
        let wrong = |problem: String| Some(Err(ExportError::Seals { file: path.clone(), problem }));
        for (number, line) in lines.by_ref() {
            let line = match line {
                Ok(line) => line,
                Err(error) => return wrong(error.to_string()),
            };
            match seal_line(&String::from_utf8_lossy(&line), number) {
                Ok(seal) => {
                    seals += 1;
                    return Some(Ok(seal));
                }
                Err(fault) => {
                    others += 1;
                    passed_over(format!("{}: {fault}: it is passed over", path.display()));
                }
            }
        }
        let nothing = seals == 0 && std::mem::take(&mut others) > 0;
        if nothing { wrong("no line of it is a seal".to_owned()) } else { None }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(at: i64) -> Seal {
        Seal { at, heads: vec![], algorithm: String::new(), key_id: String::new(), signature: String::new() }
    }

    /// Times of the seals that are read, or what is wrong, and what was passed over.
    fn read(path: &Path) -> (Result<Vec<i64>, String>, Vec<String>) {
        let mut told = vec![];
        let read: Result<Vec<Seal>, ExportError> = seals(path.to_owned(), |line| told.push(line)).unwrap().collect();
        (read.map(|all| all.iter().map(|seal| seal.at).collect()).map_err(|error| error.to_string()), told)
    }

    #[test]
    fn a_line_cut_short_costs_its_own_seal_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seals.jsonl");
        append(&path, &seal(1)).unwrap();
        append(&path, &seal(2)).unwrap();
        assert_eq!(read(&path), (Ok(vec![1, 2]), vec![]));
        // The disk is full in the middle of the second.
        let whole = std::fs::metadata(&path).unwrap().len();
        File::options().write(true).open(&path).unwrap().set_len(whole - 20).unwrap();
        let (last, told) = read(&path);
        assert_eq!((last, told.len()), (Ok(vec![1]), 1), "the last line is passed over and told");
        assert!(told[0].contains("seals.jsonl: line 2: a seal is not readable"), "{told:?}");
        append(&path, &seal(3)).unwrap();
        append(&path, &seal(4)).unwrap();
        let (read_on, told) = read(&path);
        assert_eq!((read_on, told.len()), (Ok(vec![1, 3, 4]), 1));
        // As a full disk may leave it as well: no line at all.
        std::fs::write(&path, "").unwrap();
        assert_eq!(read(&path), (Ok(vec![]), vec![]));
    }

    #[test]
    fn a_file_without_a_seal_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seals.jsonl");
        for bytes in [&b"{\"seal\":1}\n"[..], b"\n", b"\xff\xfe\n{}", b"{\"seal\":"] {
            std::fs::write(&path, bytes).unwrap();
            let (read, told) = read(&path);
            assert!(read.unwrap_err().ends_with("no line of it is a seal") && !told.is_empty());
        }
        assert!(seals(folder.path().join("none"), |_| {}).is_err());
    }
}
