//! Gradient boosting: small trees, each grown leaf by leaf over histograms.
//!
//! At most one row of a group is what is looked for. The loss is that of a choice among the rows of a group and none of them,
//! which for groups of one row is the logistic loss.

use tamis::stage::boilerplate::learned::forest::LEAF;

use crate::random::Random;

/// What is seen of a line, and whether it is what is looked for.
pub type Row<const SEEN: usize> = ([f32; SEEN], bool);

const RATE: f32 = 0.08;
/// Percent of the rows that a tree sees.
const PART: usize = 60;
/// Pull of what a leaf says towards zero.
const PULL: f32 = 1.0;
/// Rows of the smallest leaf.
const LEAST: usize = 20;
/// Thresholds of one feature at most.
const BINS: usize = 64;

/// A split of one leaf.
#[derive(Clone, Copy)]
struct Split {
    gain: f32,
    feature: usize,
    bin: usize,
}

enum Node {
    Leaf(f32),
    Ask { feature: usize, bin: usize, threshold: f32, left: usize },
}

/// Trees for groups of rows, as the program reads them.
pub fn grow<const SEEN: usize>(groups: &[Vec<Row<SEEN>>], trees: usize, leaves: usize) -> Vec<u8> {
    let rows: Vec<Row<SEEN>> = groups.iter().flatten().copied().collect();
    let share = rows.iter().filter(|r| r.1).count() as f32 / rows.len().max(1) as f32;
    let start = (share / (1.0 - share)).ln();
    let thresholds: Vec<Vec<f32>> = (0..SEEN).map(|f| thresholds(&rows, f)).collect();
    let bins: Vec<[u8; SEEN]> = rows
        .iter()
        .map(|(seen, _)| std::array::from_fn(|f| thresholds[f].partition_point(|t| *t < seen[f]) as u8))
        .collect();
    let mut odds = vec![start; rows.len()];
    let mut forest = Vec::new();
    let mut random = Random(1);
    for _ in 0..trees {
        let mut slopes = Vec::with_capacity(rows.len());
        let mut rest = &odds[..];
        for group in groups {
            let (own, behind) = rest.split_at(group.len());
            let most = own.iter().copied().fold(0.0, f32::max);
            let sum = (-most).exp() + own.iter().map(|o| (o - most).exp()).sum::<f32>();
            slopes.extend(group.iter().zip(own).map(|((_, gold), odds)| {
                let p = (odds - most).exp() / sum;
                (f32::from(u8::from(*gold)) - p, p * (1.0 - p))
            }));
            rest = behind;
        }
        // Each tree sees a part of the rows, so that none is learned by heart.
        let part: Vec<usize> = (0..rows.len()).filter(|_| random.below(100) < PART).collect();
        forest.push(tree(part, &bins, &slopes, &thresholds, leaves, &mut odds));
    }
    to_bytes(start, &forest)
}

/// Values between which the rows are parted, so that about as many lie in each part.
fn thresholds<const SEEN: usize>(rows: &[Row<SEEN>], feature: usize) -> Vec<f32> {
    let mut values: Vec<f32> = rows.iter().map(|r| r.0[feature]).collect();
    values.sort_by(f32::total_cmp);
    let mut parts: Vec<f32> = (1..BINS).map(|n| values[n * (values.len() - 1) / BINS]).collect();
    parts.dedup();
    parts
}

fn tree<const SEEN: usize>(
    part: Vec<usize>,
    bins: &[[u8; SEEN]],
    slopes: &[(f32, f32)],
    thresholds: &[Vec<f32>],
    leaves: usize,
    odds: &mut [f32],
) -> Vec<Node> {
    let says = |rows: &[usize]| {
        let (sum, weight) = rows.iter().fold((0.0, 0.0), |(s, w), r| (s + slopes[*r].0, w + slopes[*r].1));
        RATE * sum / (weight + PULL)
    };
    let mut nodes = vec![Node::Leaf(says(&part))];
    let first = best(&part, bins, slopes, thresholds);
    let mut open: Vec<(usize, Vec<usize>, Option<Split>)> = vec![(0, part, first)];
    for _ in 1..leaves {
        let gain = |o: &(usize, Vec<usize>, Option<Split>)| o.2.map_or(0.0, |s| s.gain);
        let Some(n) = (0..open.len()).max_by(|a, b| gain(&open[*a]).total_cmp(&gain(&open[*b]))) else { break };
        let (node, rows, Some(split)) = open.swap_remove(n) else { break };
        let (left, right): (Vec<usize>, Vec<usize>) =
            rows.into_iter().partition(|r| usize::from(bins[*r][split.feature]) <= split.bin);
        let at = nodes.len();
        nodes[node] = Node::Ask {
            feature: split.feature,
            bin: split.bin,
            threshold: thresholds[split.feature][split.bin],
            left: at,
        };
        for (node, rows) in [(at, left), (at + 1, right)] {
            nodes.push(Node::Leaf(says(&rows)));
            let split = best(&rows, bins, slopes, thresholds);
            open.push((node, rows, split));
        }
    }
    for (seen, odds) in bins.iter().zip(odds) {
        let mut at = 0;
        while let Node::Ask { feature, bin, left, .. } = nodes[at] {
            at = left + usize::from(usize::from(seen[feature]) > bin);
        }
        if let Node::Leaf(value) = nodes[at] {
            *odds += value;
        }
    }
    nodes
}

/// The split of `rows` that gains most.
fn best<const SEEN: usize>(
    rows: &[usize],
    bins: &[[u8; SEEN]],
    slopes: &[(f32, f32)],
    thresholds: &[Vec<f32>],
) -> Option<Split> {
    let mut best: Option<Split> = None;
    let score = |sum: f32, weight: f32| sum * sum / (weight + PULL);
    for feature in 0..SEEN {
        let mut parts = [(0.0_f32, 0.0_f32, 0_usize); BINS];
        for &row in rows {
            let part = &mut parts[usize::from(bins[row][feature])];
            (part.0, part.1, part.2) = (part.0 + slopes[row].0, part.1 + slopes[row].1, part.2 + 1);
        }
        let total = parts.iter().fold((0.0, 0.0, 0), |a, p| (a.0 + p.0, a.1 + p.1, a.2 + p.2));
        let mut left = (0.0, 0.0, 0);
        for (bin, part) in parts.iter().enumerate().take(thresholds[feature].len()) {
            left = (left.0 + part.0, left.1 + part.1, left.2 + part.2);
            if left.2 < LEAST || total.2 - left.2 < LEAST {
                continue;
            }
            let gain = score(left.0, left.1) + score(total.0 - left.0, total.1 - left.1) - score(total.0, total.1);
            if gain > best.map_or(1e-6, |b| b.gain) {
                best = Some(Split { gain, feature, bin });
            }
        }
    }
    best
}

fn to_bytes(start: f32, forest: &[Vec<Node>]) -> Vec<u8> {
    let mut nodes = Vec::new();
    let mut roots = Vec::new();
    for tree in forest {
        let first = nodes.len() / 8;
        roots.extend(u16::try_from(first).expect("more nodes than a file can hold").to_le_bytes());
        for node in tree {
            let (asked, next, value) = match node {
                Node::Leaf(value) => (LEAF, 0, *value),
                Node::Ask { feature, threshold, left, .. } => (*feature as u8, first + left, *threshold),
            };
            nodes.extend([asked, 0]);
            nodes.extend(u16::try_from(next).expect("more nodes than a file can hold").to_le_bytes());
            nodes.extend(value.to_le_bytes());
        }
    }
    let mut bytes = start.to_le_bytes().to_vec();
    bytes.extend((nodes.len() as u32 / 8).to_le_bytes());
    bytes.extend((forest.len() as u16).to_le_bytes());
    bytes.extend(roots);
    bytes.extend(nodes);
    bytes
}
