import os
os.environ['OMP_NUM_THREADS']='1'
import numpy as np, natasha, glob
from navec import Navec
p=glob.glob(os.path.dirname(natasha.__file__)+'/data/emb/*.tar')[0]
nv=Navec.load(p)
words=[w for w in nv.vocab.words if w not in('<unk>','<pad>')]
# order by vocab frequency counts
counts=dict(zip(nv.vocab.words,nv.vocab.counts)) if hasattr(nv.vocab,'counts') else None
if counts: words.sort(key=lambda w:-counts[w])
words=[w for w in words if w.isalpha()][:100000]
X=np.stack([nv[w] for w in words]).astype(np.float32); X/=np.linalg.norm(X,axis=1,keepdims=True)+1e-9
def km(X,k,it,seed,n=30000):
    r=np.random.RandomState(seed); S=X[:n]; C=S[r.choice(len(S),k,replace=False)].copy()
    for t in range(it):
        a=np.argmax(S@C.T,axis=1)
        N=np.zeros_like(C); np.add.at(N,a,S); z=np.linalg.norm(N,axis=1)
        bad=z<1e-6; N[bad]=S[r.choice(len(S),bad.sum())]; C=N/(np.linalg.norm(N,axis=1,keepdims=True)+1e-9)
        print(k,t,flush=True)
    return np.concatenate([np.argmax(X[i:i+20000]@C.T,axis=1) for i in range(0,len(X),20000)])
c128=km(X,128,10,1); c1024=km(X,1024,8,2)
with open('clusters.ru.tsv','w') as f:
    for w,a,b in zip(words,c128,c1024): f.write(f'{w}\t{a}\t{b}\n')
for name in ['путин','москва','газпром','иванов','джон']:
    i=words.index(name) if name in words else None
    if i is not None: print(name,[words[j] for j in np.where(c1024==c1024[i])[0][:12]])
