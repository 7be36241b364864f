//! Lines by which a site turns to its reader: they invite, and name what they invite to. The verbs and the things are few in
//! any language; how they are put together is different on every site.

use super::senses::{self, ADDRESS, BUTTON, FUNCTION, INVITE, OFFERS, SECTION, Sense, Token};
use super::words::Words;
use crate::document::BlockKind;

/// Code points of the longest line that is judged by its words.
pub const LONGEST: usize = 320;

/// Languages that are told apart.
const TONGUES: usize = 48;

/// What a line offers, and how sure that is, 0 to 1.
pub type Offer = (BlockKind, f32);

/// Judges the words of a line of `points` code points.
pub fn read(tokens: &[Token], points: usize, stop: bool, words: &Words) -> Option<Offer> {
    row(tokens, points, stop).or_else(|| invitation(tokens, points, stop, words))
}

/// A row of buttons or of sections: nothing but their names.
fn row(tokens: &[Token], points: usize, stop: bool) -> Option<Offer> {
    if stop || points > 140 || tokens.len() > 24 {
        return None;
    }
    let (mut buttons, mut sections, mut glue) = (0, 0, 0);
    for token in tokens {
        if token.sense & BUTTON != 0 {
            buttons += 1;
        } else if token.sense & SECTION != 0 {
            sections += 1;
        } else if token.sense & FUNCTION != 0 {
            glue += 1;
        } else if !token.number {
            return None;
        }
    }
    let named = buttons + sections;
    if named < 2 || glue * 2 > named {
        return None;
    }
    let kind = if buttons >= sections { BlockKind::Share } else { BlockKind::Navigation };
    // "Culture and society" may be a heading; four sections in a row are a menu.
    Some((kind, if buttons >= 2 || named >= 4 && glue == 0 { 0.9 } else { 0.55 }))
}

/// Offers of which an article hardly ever says the like to its reader.
fn is_service(kind: BlockKind) -> bool {
    matches!(kind, BlockKind::Newsletter | BlockKind::Follow)
}

/// What the words of one language say.
#[derive(Clone, Copy, Default)]
struct Said {
    things: Sense,
    opens: bool,
    invites: usize,
    address: usize,
    function: usize,
}

fn invitation(tokens: &[Token], points: usize, stop: bool, words: &Words) -> Option<Offer> {
    let any = tokens.iter().fold(0, |any, token| any | token.sense);
    if any & OFFERS == 0 || any & (INVITE | ADDRESS) == 0 {
        return None;
    }
    let mut all = [Said::default(); TONGUES];
    for token in tokens {
        for (tongue, sense) in token.by {
            let said = &mut all[usize::from(*tongue) % TONGUES];
            said.things |= sense & OFFERS;
            said.invites += usize::from(sense & INVITE != 0);
            said.opens |= sense & INVITE != 0 && token.first;
            said.address += usize::from(sense & ADDRESS != 0);
            said.function += usize::from(sense & (FUNCTION | ADDRESS) != 0);
        }
    }
    let common = all[usize::from(senses::ANY)].things;
    let offers = all[1..].iter().filter_map(|said| {
        let things = said.things | common;
        // A sentence has words of its language besides those that are looked for.
        let is_sentence = tokens.len() < 6 || said.function * 10 >= tokens.len();
        let numbered = words.offers.iter().enumerate();
        let kind = numbered.filter(|(n, _)| things & senses::offer(*n) != 0).map(|(_, kind)| *kind).next();
        let weight = match kind {
            _ if !is_sentence => 0.0,
            // Where verbs of invitations are any verbs, a long sentence must also turn to the reader.
            Some(_) if said.opens && points <= 260 && (said.address > 0 || points <= 120 || !stop) => 0.9,
            Some(kind) if said.invites > 0 && said.address > 0 && points <= 160 && (!stop || is_service(kind)) => 0.86,
            Some(_) if said.invites > 0 && said.address > 0 && points <= 200 => 0.6,
            Some(_) if said.address > 0 && points <= 120 => 0.55,
            _ => 0.0,
        };
        kind.filter(|_| weight > 0.0).map(|kind| (kind, weight))
    });
    offers.fold(None, |best: Option<Offer>, next| if best.is_none_or(|b| b.1 < next.1) { Some(next) } else { best })
}

/// `text` without what stands between quotation marks, where that is short: the name of a newsletter is not speech.
/// `None` when somebody speaks.
pub fn unquoted(text: &str) -> Option<String> {
    let is_mark = |c: char| matches!(c, '«' | '»' | '“' | '”' | '„' | '"');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = 0;
    while let Some(open) = rest.find(is_mark) {
        out.push_str(&rest[..open]);
        let after = &rest[open..];
        let after = &after[after.chars().next().map_or(0, char::len_utf8)..];
        let close = after.find(is_mark)?;
        quoted += close;
        out.push(' ');
        rest = &after[close..];
        rest = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
    }
    out.push_str(rest);
    let speaks = text.starts_with(is_mark) || quoted * 5 > text.len() * 2;
    (!speaks).then_some(out)
}
