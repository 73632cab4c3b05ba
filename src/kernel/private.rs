//! Files and folders that other users of the machine cannot read.

use std::fs::{DirBuilder, OpenOptions};
use std::io;
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
}
