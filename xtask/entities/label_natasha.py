import sys,json,os
from natasha import Segmenter,NewsEmbedding,NewsNERTagger,Doc
seg=Segmenter(); emb=NewsEmbedding(); tag=NewsNERTagger(emb)
for p in sys.argv[1:]:
    with open(f'lab/{os.path.basename(p)[:-4]}.jsonl','w') as f:
        for l in open(p):
            t=l.rstrip('\n'); d=Doc(t); d.segment(seg); d.tag_ner(tag)
            f.write(json.dumps({'text':t,'spans':[[s.start,s.stop,s.type] for s in d.spans]},ensure_ascii=False)+'\n')
