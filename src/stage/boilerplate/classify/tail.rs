//! What stands behind the last paragraph. Once a line closes the article, what follows belongs to the page.

use super::super::cues::WEAK;
use super::super::shape::Shape;
use super::Judge;
use crate::document::BlockKind;

/// Words of a line without a full stop that is too long for a headline.
const BROKEN_OFF: usize = 18;

impl Judge<'_> {
    /// What stands behind the last paragraph.
    pub(super) fn tail(&mut self, live: &[usize], last: usize) {
        use BlockKind as K;
        let named = self.rules();
        let n = self.blocks.len();
        // Short sentences that go on behind a closing line are more likely the article than captions.
        let mut sentences = vec![0; n + 1 - last];
        for i in (last + 1..n).rev() {
            let counts = self.is_live(i) && self.shapes[i].is_sentence() && self.shapes[i].weight() < WEAK;
            sentences[i - last] = sentences.get(i + 1 - last).copied().unwrap_or(0) + usize::from(counts);
        }
        let (mut event, mut closed, mut signed) = (None, false, false);
        for i in last + 1..n {
            if !self.is_live(i) {
                if let Some(v) = self.verdicts[i].filter(|v| !matches!(v.kind, K::Duplicate | K::Dateline | K::Tagline))
                {
                    let alone = self.is_alone(i);
                    let closes = matches!(v.kind, K::CommentForm | K::Copyright | K::Byline)
                        || !alone && matches!(v.kind, K::Follow | K::Share | K::Cookie);
                    closed |= closes && sentences[i - last] <= 2;
                    // An offer between two sentences stands in the article, not behind it.
                    event =
                        if alone && (may_stand_inside(v.kind) || v.kind == K::Share) { event } else { Some(v.kind) };
                    signed |= v.kind == K::Byline;
                }
                continue;
            }
            if live.binary_search(&i).is_err() || self.safe[i] {
                continue;
            }
            let shape = &self.shapes[i];
            if let Some((kind, _)) = self.weak(i) {
                self.drop(i, kind, named.place, 0.75);
                event = event.or(Some(kind));
                continue;
            }
            let after_sentence = self.before(i).is_some_and(|j| self.shapes[j].stop && self.is_live(j));
            let ends = (i + 1..n).find(|&j| self.is_live(j)).is_none() || (i + 1 < n && self.strong(i + 1).is_some());
            if shape.name && event.is_none() && !signed && after_sentence && ends {
                self.drop(i, K::Byline, named.byline, 0.8);
                (event, closed, signed) = (Some(K::Byline), sentences[i - last] <= 2, true);
                continue;
            }
            let Some(kind) = event else { continue };
            // Behind an offer that may stand in an article, a single sentence says that it goes on.
            let heads_sentence = sentences[i - last] > if may_stand_inside(kind) { 0 } else { 2 };
            if shape.is_sentence() {
                if closed && !shape.quotes {
                    self.drop(i, K::Caption, named.tail, 0.7);
                }
            } else if shape.name && closed {
                self.drop(i, K::Credit, named.credit, 0.8);
            } else if !heads_sentence
                && (closed || !shape.item && self.blocks[i].kind != K::ListItem)
                && !shape.is_prose()
                && (closed || !is_broken_off(shape))
                && shape.points <= 200
            {
                let kind = if kind == K::Byline { K::Related } else { kind };
                self.drop(i, kind, named.tail, 0.75);
            }
        }
    }

    /// Whether the lines above and below stay, and the one below is a sentence, but none above the name of a photographer.
    fn is_alone(&self, i: usize) -> bool {
        let stays = |j: usize| j < self.blocks.len() && self.is_live(j) && self.shapes[j].weight() < WEAK;
        let named = self.shapes.get(i + 2).is_some_and(|s| s.name);
        i > 0 && stays(i - 1) && stays(i + 1) && self.shapes[i + 1].is_sentence() && !named
    }

    /// The block before, if any.
    pub(super) fn before(&self, i: usize) -> Option<usize> {
        (0..i).rev().take(4).find(|&j| self.is_live(j))
    }
}

/// A sentence and the start of another, as long as a paragraph: the last one of an article whose end was lost, or that ends with
/// a quotation.
fn is_broken_off(shape: &Shape) -> bool {
    !shape.stop && shape.sentences >= 1 && shape.words >= BROKEN_OFF
}

/// Offers that papers set between the paragraphs of an article.
fn may_stand_inside(kind: BlockKind) -> bool {
    use BlockKind as K;
    matches!(kind, K::Related | K::Newsletter | K::Subscribe | K::Paywall | K::Advert | K::SelfPromo)
}
