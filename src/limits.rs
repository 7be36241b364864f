//! Every cap in one place, each with its reason. A document over a cap is rejected or cut, never allowed to hurt the run.

/// The caps that hold for one document and one file.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Bytes of one document. News articles are under 1 MiB; whole pages under 8.
    pub document_bytes: usize,
    /// Bytes of one line of JSONL: an article with its page beside it fits several times.
    pub line_bytes: usize,
    /// Bytes that one compressed file may unfold to; a bomb of 1 GiB is 1 MiB of gzip.
    pub unpacked_bytes: u64,
    /// How many times larger than its file unpacked data may be. Text packs 3 to 10 times, logs up to 100.
    pub unpack_ratio: u64,
    /// How often a file may be packed over: once, and once more for what was packed without looking.
    pub packings: usize,
    /// Archives around a file: one, and one that was put into another.
    pub archives: usize,
    /// Bytes of a zip archive that is packed or inside another, and so is held in memory.
    pub held_archive_bytes: usize,
    /// Open elements of an HTML page: browsers cap at 512 too.
    pub html_depth: usize,
    /// Attributes kept of one tag. Real tags have under 40.
    pub html_attributes: usize,
    /// Blocks of one document.
    pub blocks: usize,
    /// Seconds that a document may take, and 20 more for each megabyte: the last resort against a fault that never ends. The
    /// largest documents take a fraction of it.
    pub document_seconds: u64,
    /// Share of the letters of a document, 0 to 1, that must be kept; under it the boilerplate stage keeps more and flags it.
    pub kept_share: f32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            document_bytes: 16 << 20,
            line_bytes: 32 << 20,
            unpacked_bytes: 64 << 30,
            unpack_ratio: 250,
            packings: 2,
            archives: 2,
            held_archive_bytes: 64 << 20,
            html_depth: 512,
            html_attributes: 64,
            blocks: 200_000,
            document_seconds: 60,
            kept_share: 0.2,
        }
    }
}
