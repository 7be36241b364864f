//! Formats that are no text in any charset.

/// Magic numbers: offset in the file, bytes, name.
const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (0, b"%PDF-", "a PDF file"),
    (0, b"PK\x03\x04", "a zip archive"),
    (0, b"PK\x05\x06", "a zip archive"),
    (0, b"\x1f\x8b", "gzip data"),
    (0, b"\x28\xb5\x2f\xfd", "zstd data"),
    (0, b"\xfd7zXZ\0", "xz data"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (4, b"1AY&SY", "bzip2 data"),
    (257, b"ustar", "a tar archive"),
    (0, b"\x7fELF", "an ELF program"),
    (0, b"\xca\xfe\xba\xbe", "a program"),
    (0, b"\xcf\xfa\xed\xfe", "a program"),
    (0, b"\0asm", "a WebAssembly program"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (0, b"SQLite format 3\0", "an SQLite database"),
    (0, b"OggS\0", "an Ogg file"),
    (4, b"ftyp", "an MP4 file"),
    (8, b"WEBPVP8", "a WebP image"),
    (8, b"WAVEfmt", "a WAV file"),
    (8, b"AVI LIST", "an AVI file"),
];

/// Bytes of the head that are looked at for control characters.
const SAMPLE: usize = 8192;

/// What binary format the first bytes are of, by magic number.
pub(super) fn by_magic(head: &[u8]) -> Option<&'static str> {
    MAGIC.iter().find(|(at, magic, _)| head.get(*at..).is_some_and(|rest| rest.starts_with(magic))).map(|m| m.2)
}

/// Whether there are more control characters than a damaged text has. Not for UTF-16 and UTF-32.
pub(super) fn by_controls(head: &[u8]) -> Option<&'static str> {
    let head = &head[..head.len().min(SAMPLE)];
    let nul = head.iter().filter(|b| **b == 0).count();
    let control = head.iter().filter(|b| matches!(b, 1..=8 | 14..=26 | 28..=31 | 127)).count();
    if nul >= 8 && nul * 10 > head.len() {
        Some("binary data (many NUL bytes)")
    } else if control >= 8 && (control * 12 > head.len() || nul > 0 && control * 20 > head.len()) {
        Some("binary data (many control characters)")
    } else {
        None
    }
}
