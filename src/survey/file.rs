//! The file of a survey: one canonical run of bytes, packed with gzip. Equal surveys are equal files.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use super::Survey;
use super::lines::Page;
use super::signature::BINS;
use crate::error::Error;
use crate::limits::Limits;
use crate::read::capped::Capped;
use crate::run::output;

/// First bytes of the unpacked file, with the version of its form.
const MAGIC: &[u8] = b"tamis survey 1\n";
/// Bytes of the longest name of a file or id.
const NAME: usize = 1 << 16;

impl Survey {
    /// Writes the survey to `path`.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let failed = |e| Error::io(path, "write to", e);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packed.write_all(&self.to_bytes()).map_err(failed)?;
        output::replace(path, &packed.finish().map_err(failed)?)
    }

    /// Reads the survey at `path`.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read or is no survey.
    pub fn read(path: &Path) -> Result<Survey, Error> {
        let mut bytes = Vec::new();
        Capped::open(path, &Limits::default(), Arc::default())
            .and_then(|file| file.unpacked().read_to_end(&mut bytes))
            .map_err(|e| Error::io(path, "read", e))?;
        Survey::from_bytes(&bytes)
            .ok_or_else(|| Error::Usage(format!("{} is no survey of this version of tamis", path.display())))
    }

    /// The survey as bytes, the same for equal surveys.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        // Most cells of a small dump are empty.
        const RUN: usize = 64;
        let runs =
            self.words.cells.chunks(RUN).enumerate().filter(|(_, run)| run.iter().fold(0, |all, cell| all | cell) > 0);
        let full: Vec<usize> =
            runs.flat_map(|(n, run)| (0..run.len()).filter(|i| run[*i] > 0).map(move |i| n * RUN + i)).collect();
        number(full.len() as u64, &mut out);
        let mut last = 0;
        for i in full {
            number((i - last) as u64, &mut out);
            out.push(self.words.cells[i]);
            last = i;
        }
        number(self.sites.all.len() as u64, &mut out);
        for (site, pages) in &self.sites.all {
            out.extend(site.to_le_bytes());
            number(pages.len() as u64, &mut out);
            for (key, page) in pages {
                out.extend(key.to_le_bytes());
                out.extend(page.signature);
                number(page.lines.len() as u64, &mut out);
                page.lines.iter().for_each(|line| out.extend(line.to_le_bytes()));
            }
        }
        number(self.documents.all.len() as u64, &mut out);
        for ((least, path, record, id), bins) in &self.documents.all {
            out.extend(least.to_le_bytes());
            text(path, &mut out);
            number(*record, &mut out);
            text(id, &mut out);
            out.extend(bins);
        }
        out
    }

    /// The survey that [`Survey::to_bytes`] has written; `None` for any other bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Survey> {
        let mut input = Input(bytes.strip_prefix(MAGIC)?);
        let mut survey = Survey::default();
        let mut at = 0usize;
        for _ in 0..input.number()? {
            at = at.checked_add(usize::try_from(input.number()?).ok()?)?;
            *survey.words.cells.get_mut(at)? = input.bytes::<1>()?[0];
        }
        for _ in 0..input.number()? {
            let site = u64::from_le_bytes(input.bytes()?);
            for _ in 0..input.number()? {
                let key = u64::from_le_bytes(input.bytes()?);
                let signature = input.bytes()?;
                let n = usize::try_from(input.number()?).ok()?;
                let lines = input.take(n.checked_mul(4)?)?.chunks_exact(4);
                let lines = lines.map(|l| u32::from_le_bytes([l[0], l[1], l[2], l[3]])).collect();
                survey.sites.insert(site, key, Page { signature, lines });
            }
        }
        let mut last: Arc<str> = "".into();
        for _ in 0..input.number()? {
            let least = u64::from_le_bytes(input.bytes()?);
            let path = input.text()?;
            if *path != *last {
                last = path.into();
            }
            let record = input.number()?;
            let id = input.text()?.into();
            let bins: [u8; BINS] = input.bytes()?;
            survey.documents.insert((least, last.clone(), record, id), bins);
        }
        input.0.is_empty().then_some(survey)
    }
}

/// Seven bits a byte, the lowest first.
fn number(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn text(text: &str, out: &mut Vec<u8>) {
    number(text.len() as u64, out);
    out.extend(text.as_bytes());
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.bytes()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn text(&mut self) -> Option<&'a str> {
        let n = usize::try_from(self.number()?).ok().filter(|n| *n <= NAME)?;
        std::str::from_utf8(self.take(n)?).ok()
    }
}
