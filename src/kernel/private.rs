//! Files and folders that other users of the machine cannot read.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Creates a folder and those above it, mode 0700. Folders that exist stay as they are.
pub fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Options for writing a file that, if it is created, has mode 0600.
pub fn writing() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Writes a new file that is there whole or not at all, whatever stops it: under another name first, and on the disk before
/// it gets its own. Says whether it is ours; of several that write it at once, one is the first, and the others find it.
pub fn write_whole(path: &Path, options: &mut OpenOptions, bytes: &[u8]) -> io::Result<bool> {
    let begun = path.with_added_extension(format!("new-{}", std::process::id()));
    let mut file = options.create(true).truncate(true).open(&begun)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    match fs::hard_link(&begun, path) {
        Ok(()) => fs::remove_file(&begun)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            fs::remove_file(&begun)?;
            return Ok(false);
        }
        // Not every file system has a second name for a file.
        Err(_) => fs::rename(&begun, path)?,
    }
    // The name as well, where folders can be written out.
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(true)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn only_the_owner_may_read() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("a/b");
        create_folder(&folder).unwrap();
        create_folder(&folder).unwrap();
        writing().create_new(true).open(folder.join("c")).unwrap();
        for (path, mode) in [("a", 0o700), ("a/b", 0o700), ("a/b/c", 0o600)] {
            let found = std::fs::metadata(base.path().join(path)).unwrap().permissions().mode();
            assert_eq!(found & 0o777, mode, "{path}");
        }
    }

    #[test]
    fn what_was_begun_is_written_anew() {
        let base = tempfile::tempdir().unwrap();
        let path = base.path().join("key.pem");
        // Left by one that was stopped.
        fs::write(base.path().join(format!("key.pem.new-{}", std::process::id())), "half of some").unwrap();
        assert!(write_whole(&path, &mut writing(), b"whole").unwrap());
        assert!(!write_whole(&path, &mut writing(), b"later").unwrap(), "another was first");
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(base.path()).unwrap().count(), 1);
    }
}
