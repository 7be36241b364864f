"""Puts the frequent words of navec (Russian, in the package natasha) into classes by k-means, twice, as WORD, coarse and fine
class a line, the frequent first.

clusters.py OUT OUT2
"""
import os
os.environ["OMP_NUM_THREADS"] = "1"
import glob
import sys

import natasha
import numpy as np
from navec import Navec

WORDS = 170_000
SAMPLE = 30_000
vectors = Navec.load(glob.glob(os.path.dirname(natasha.__file__) + "/data/emb/*.tar")[0])
words = [w for w in vectors.vocab.words if w.isalpha()]
if hasattr(vectors.vocab, "counts"):
    counts = dict(zip(vectors.vocab.words, vectors.vocab.counts))
    words.sort(key=lambda w: -counts[w])
words = words[:WORDS]
points = np.stack([vectors[w] for w in words]).astype(np.float32)
points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9


def classes(k, rounds, seed):
    random = np.random.RandomState(seed)
    sample = points[:SAMPLE]
    middles = sample[random.choice(len(sample), k, replace=False)].copy()
    for _ in range(rounds):
        nearest = np.argmax(sample @ middles.T, axis=1)
        sums = np.zeros_like(middles)
        np.add.at(sums, nearest, sample)
        empty = np.linalg.norm(sums, axis=1) < 1e-6
        sums[empty] = sample[random.choice(len(sample), empty.sum())]
        middles = sums / (np.linalg.norm(sums, axis=1, keepdims=True) + 1e-9)
    return np.concatenate([np.argmax(points[i : i + 20_000] @ middles.T, axis=1) for i in range(0, len(points), 20_000)])


for out, coarse, fine in (
    (sys.argv[1], classes(128, 10, 1), classes(1024, 8, 2)),
    (sys.argv[2], classes(64, 10, 5), classes(512, 8, 6)),
):
    with open(out, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{w}\t{a}\t{b}\n" for w, a, b in zip(words, coarse, fine))
