//! Archives: a member is read like a file, and its name is a label, never a path.

pub(super) mod tar;
pub(super) mod zip;

/// Whether a member is left out like a hidden file in a folder.
fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| (part.starts_with('.') && part != "." && part != "..") || part == "__MACOSX")
}
