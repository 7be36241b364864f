import spacy,sys,json,os
model,prefix,out=sys.argv[1],sys.argv[2],sys.argv[3]
MAP={'PER':'PER','PERSON':'PER','LOC':'LOC','GPE':'LOC','FAC':'LOC','ORG':'ORG'}
nlp=spacy.load(model,exclude=['parser','lemmatizer','morphologizer','senter','attribute_ruler','tagger'])
for p in sys.argv[4:]:
    lines=[l.rstrip('\n') for l in open(p)]
    with open(f'{out}/{os.path.basename(p)[:-4]}.jsonl','w') as f:
        for d in nlp.pipe(lines,batch_size=64):
            sp=[]
            for e in d.ents:
                if e.label_ not in MAP: continue
                s,t=e.start_char,e.end_char
                if prefix=='en' :
                    if d.text[s:t].lower().startswith('the '): s+=4
                    if d.text[s:t].endswith("'s") or d.text[s:t].endswith("’s"): t-=2
                sp.append([s,t,MAP[e.label_]])
            f.write(json.dumps({'text':d.text,'spans':sp},ensure_ascii=False)+'\n')
