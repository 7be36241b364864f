//! What a survey of the dump says of the lines: those that stand in several documents of the site are the site's.

use super::Judge;
use crate::document::BlockKind;
use crate::survey::lines::Repeated;

/// Documents of a site in which a line must stand.
const DOCUMENTS: u32 = 3;
/// Documents of a site in which lines must begin with the same words and a colon.
const OPENINGS: u32 = 5;
/// Share of the documents of a site in which a line must stand, 0 to 1.
const SHARE: f32 = 0.01;
/// Share and number of documents from which on a heading is no heading: every article may have a "Background".
const HEADING: (f32, u32) = (0.4, 8);
/// Code points of the longest line that is judged.
const LONGEST: usize = 400;

impl Judge<'_> {
    /// Judges the lines that repeat. A document most of whose paragraphs repeat is a copy of others, and not they.
    pub(super) fn surveyed(&mut self) {
        let doc = self.doc;
        let Some(survey) = doc.survey() else { return };
        let often = |r: &Repeated, least: u32| r.documents >= least && r.share() >= SHARE;
        let lines: Vec<Option<Repeated>> = (0..self.blocks.len())
            .map(|i| {
                let judged = self.is_live(i) && !self.safe[i] && self.shapes[i].points <= LONGEST;
                judged.then(|| survey.line(doc.meta(), self.shapes[i].text)).filter(|r| often(r, DOCUMENTS))
            })
            .collect();
        let prose: Vec<usize> = (0..lines.len()).filter(|&i| self.is_live(i) && self.is_body(i)).collect();
        let copies = prose.iter().filter(|&&i| lines[i].is_some()).count();
        let is_copy = copies * 3 > prose.len();
        let rule = self.rules().repeated;
        for i in 0..lines.len() {
            let shape = &self.shapes[i];
            let Some(repeated) = lines[i] else {
                let opens = self.is_live(i) && !self.safe[i] && !shape.stop && shape.points <= 200;
                if opens && often(&survey.opening(doc.meta(), shape.text), OPENINGS) {
                    self.drop(i, BlockKind::Related, rule, 0.8);
                }
                continue;
            };
            let next = (i + 1..lines.len()).find(|&j| self.is_live(j));
            let heads = !shape.stop
                && shape.points <= 80
                && next.is_some_and(|j| lines[j].is_none() && self.shapes[j].is_sentence());
            let sure = repeated.share() >= HEADING.0 && repeated.documents >= HEADING.1;
            if self.is_body(i) && is_copy || heads && !sure {
                continue;
            }
            self.drop(i, if shape.stop { BlockKind::SelfPromo } else { BlockKind::Navigation }, rule, 0.8);
        }
    }
}
