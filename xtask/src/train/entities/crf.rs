//! A linear-chain conditional random field, trained with AdaGrad.

use tamis::stage::entities::training::{TAGS, may_follow};

/// What was learnt.
pub struct Crf {
    /// What speaks for a tag after another; the last row is for the start.
    pub transitions: [[f32; TAGS]; TAGS + 1],
    /// What speaks for each tag, by row.
    pub rows: Vec<[f32; TAGS]>,
}

const NEVER: f32 = -1e9;

/// A sentence: the rows of each word, its tag, and what the sentence weighs.
pub type Example = (Vec<Vec<u32>>, Vec<u8>, f32);

impl Crf {
    fn new(bits: u32) -> Crf {
        Crf { transitions: [[0.0; TAGS]; TAGS + 1], rows: vec![[0.0; TAGS]; 1 << bits] }
    }

    fn add(&mut self, other: &Crf, share: f32) {
        let add = |to: &mut [f32; TAGS], from: &[f32; TAGS]| to.iter_mut().zip(from).for_each(|(t, f)| *t += f * share);
        self.rows.iter_mut().zip(&other.rows).for_each(|(to, from)| add(to, from));
        self.transitions.iter_mut().zip(&other.transitions).for_each(|(to, from)| add(to, from));
    }
}

/// Trains on sentences, several times in different order, and takes the mean of all: what one has learnt by chance is
/// outweighed.
pub fn train(sentences: &[Example], bits: u32, how: &How) -> Crf {
    let mut mean = Crf::new(bits);
    (0..how.runs).for_each(|run| mean.add(&once(sentences, bits, how, run), 1.0 / how.runs as f32));
    mean
}

/// Trains on sentences in an order of its own, and takes the mean of the second half of all rounds.
fn once(sentences: &[Example], bits: u32, how: &How, run: u32) -> Crf {
    let &How { rounds, rate, decay, dropout, .. } = how;
    let (mut crf, mut mean) = (Crf::new(bits), Crf::new(bits));
    let averaged = rounds.div_ceil(2);
    let mut squares = vec![[0.1f32; TAGS]; 1 << bits];
    let mut transition_squares = [[0.1f32; TAGS]; TAGS + 1];
    let mut order: Vec<usize> = (0..sentences.len()).collect();
    let mut random = Random(777 + u64::from(run));
    let mut heard: Vec<Vec<u32>> = Vec::new();
    for round in 0..rounds {
        for i in (1..order.len()).rev() {
            order.swap(i, random.next() as usize % (i + 1));
        }
        let rate = rate * (1.0 - 0.7 * round as f32 / rounds as f32);
        let mut loss = 0.0;
        for &n in &order {
            let (words, tags, weight) = &sentences[n];
            // What is left out of a word is left out of this sentence alone, so that no feature leans on another.
            heard.resize(words.len(), Vec::new());
            for (heard, rows) in heard.iter_mut().zip(words) {
                heard.clear();
                heard.extend(rows.iter().filter(|_| random.next() as f32 >= dropout * Random::MOST));
            }
            loss += step(
                &mut crf,
                &mut squares,
                &mut transition_squares,
                &heard,
                tags,
                *weight,
                rate,
                decay,
                1.0 / (1.0 - dropout),
            );
        }
        eprint!("{round}: {loss:.0} ");
        if round + averaged >= rounds {
            mean.add(&crf, 1.0 / averaged as f32);
        }
    }
    eprintln!();
    mean
}

/// How it is trained.
pub struct How {
    /// How often all text is gone through.
    pub rounds: usize,
    /// Step of AdaGrad.
    pub rate: f32,
    /// Pull towards zero.
    pub decay: f32,
    /// How often it is trained, to take the mean.
    pub runs: u32,
    /// The share of what is seen that is left out each time.
    pub dropout: f32,
}

struct Random(u64);

impl Random {
    const MOST: f32 = (1u64 << 31) as f32;

    /// A number below 2^31.
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.0 >> 33) as u32
    }
}

fn log_sum(values: &[f32]) -> f32 {
    let most = values.iter().copied().fold(f32::MIN, f32::max);
    most + values.iter().map(|v| (v - most).exp()).sum::<f32>().ln()
}

#[allow(clippy::too_many_arguments)]
fn step(
    crf: &mut Crf,
    squares: &mut [[f32; TAGS]],
    transition_squares: &mut [[f32; TAGS]; TAGS + 1],
    words: &[Vec<u32>],
    tags: &[u8],
    weight: f32,
    rate: f32,
    decay: f32,
    louder: f32,
) -> f64 {
    let n = words.len();
    let scores: Vec<[f32; TAGS]> = words
        .iter()
        .map(|rows| {
            let mut sum = [0.0; TAGS];
            for &row in rows {
                sum.iter_mut().zip(crf.rows[row as usize]).for_each(|(s, w)| *s += w);
            }
            sum.map(|s| s * louder)
        })
        .collect();
    let mut ahead = vec![[NEVER; TAGS]; n];
    let mut behind = vec![[0f32; TAGS]; n];
    for tag in (0..TAGS).filter(|t| may_follow(TAGS, *t)) {
        ahead[0][tag] = scores[0][tag] + crf.transitions[TAGS][tag];
    }
    for i in 1..n {
        for tag in 0..TAGS {
            let mut all = [NEVER; TAGS];
            for before in (0..TAGS).filter(|b| may_follow(*b, tag)) {
                all[before] = ahead[i - 1][before] + crf.transitions[before][tag];
            }
            ahead[i][tag] = log_sum(&all) + scores[i][tag];
        }
    }
    for i in (0..n.saturating_sub(1)).rev() {
        for tag in 0..TAGS {
            let mut all = [NEVER; TAGS];
            for next in (0..TAGS).filter(|t| may_follow(tag, *t)) {
                all[next] = crf.transitions[tag][next] + scores[i + 1][next] + behind[i + 1][next];
            }
            behind[i][tag] = log_sum(&all);
        }
    }
    let total = log_sum(&ahead[n - 1]);
    let mut loss = 0.0;
    let mut transitions = [[0f32; TAGS]; TAGS + 1];
    for i in 0..n {
        let right = usize::from(tags[i]);
        let mut gradient = [0f32; TAGS];
        for tag in 0..TAGS {
            gradient[tag] = (ahead[i][tag] + behind[i][tag] - total).exp();
        }
        loss -= f64::from(gradient[right].max(1e-9).ln());
        gradient[right] -= 1.0;
        if i == 0 {
            transitions[TAGS].iter_mut().zip(gradient).for_each(|(t, g)| *t += g);
        } else {
            for before in 0..TAGS {
                for tag in (0..TAGS).filter(|t| may_follow(before, *t)) {
                    let way = ahead[i - 1][before] + crf.transitions[before][tag] + scores[i][tag] + behind[i][tag];
                    transitions[before][tag] += (way - total).exp();
                }
            }
            transitions[usize::from(tags[i - 1])][right] -= 1.0;
        }
        if gradient.iter().all(|g| g.abs() < 1e-3) {
            continue;
        }
        for &row in &words[i] {
            let (weights, squares) = (&mut crf.rows[row as usize], &mut squares[row as usize]);
            for tag in 0..TAGS {
                let g = weight * louder * gradient[tag] + decay * weights[tag];
                squares[tag] += g * g;
                weights[tag] -= rate * g / squares[tag].sqrt();
            }
        }
    }
    for (from, row) in transitions.iter().enumerate() {
        for (tag, g) in row.iter().enumerate().filter(|(_, g)| **g != 0.0) {
            let g = weight * g;
            transition_squares[from][tag] += g * g;
            crf.transitions[from][tag] -= rate * g / transition_squares[from][tag].sqrt();
        }
    }
    loss
}
