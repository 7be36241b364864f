"""Fills Russian sentences with inflected names: {slot:case}. Cases: n g d a i p. Writes jsonl."""
import random, re, json, sys, pymorphy3
R=random.Random(7); M=pymorphy3.MorphAnalyzer()
C=dict(n='nomn',g='gent',d='datv',a='accs',i='ablt',p='loct')
RULES='rules/common/'
import functools
@functools.lru_cache(200000)
def infl(word,tag,case,gender=None,plural=False):
    if case=='n' or not re.search('[а-яё]$',word): return word
    if '-' in word: return '-'.join(infl(w,tag,case,gender) for w in word.split('-'))
    best=None
    for p in M.parse(word):
        if p.word.replace('ё','е')!=word.lower().replace('ё','е') or 'nomn' not in p.tag: continue
        s=(tag in p.tag if tag else 0)*2+((gender in p.tag) if gender else 0)+( 'sing' in p.tag)*.5
        if best is None or s>best[0]: best=(s,p)
    if best is None: return word
    f=best[1].inflect({C[case]}) 
    if f is None: return word
    w=f.word
    return w[0].upper()+w[1:] if word[0].isupper() else w
def phrase(ws,case):  # adjective+noun phrases; first noun head only
    out=[];head=False
    for w in ws.split():
        if head or not re.search('[а-яё]$',w,re.I): out.append(w); continue
        ps=[p for p in M.parse(w) if 'nomn' in p.tag]
        if not ps: out.append(w); head=True; continue
        noun=[p for p in ps if 'NOUN' in p.tag]; adj=[p for p in ps if 'ADJF' in p.tag or 'PRTF' in p.tag]
        p=(adj or noun or ps)[0] if w!=ws.split()[-1] else (noun or adj or ps)[0]
        if 'NOUN' in p.tag: head=True
        if case=='n': out.append(w); continue
        f=p.inflect({C[case]})
        if f is None: out.append(w); continue
        x=f.word; 
        if case=='a' and 'ADJF' in p.tag and 'masc' in p.tag: x=w.lower()
        if w.isupper(): x=w
        elif w[0].isupper(): x=x[0].upper()+x[1:]
        out.append(x)
    return ' '.join(out)
def load(f,kind='LOC'):
    out=[]
    for l in open(RULES+f):
        if l.startswith('#'): continue
        c=l.rstrip('\n').split('\t')
        if len(c)<7 or c[1]!=kind: continue
        for g in c[6].split(';'):
            if g.startswith('ru:'):
                a=[x for x in g[3:].split('|') if not x.startswith('?')]
                if a and re.match('^[А-ЯЁ]',a[0]): out.append((a[0],int(c[5] or 0) if c[5].isdigit() else 0))
    return out
countries=[a for a,_ in load('countries.tsv') if len(a)<20 and ' ' not in a or R.random()<.3]
cities=load('cities.tsv'); big=[a for a,p in cities if p>500000]; small=[a for a,p in cities]
import faker.providers.person.ru_RU as F
P=F.Provider
rm=[n for n in P.first_names_male]; rf=[n for n in P.first_names_female]
lm=[n for n in P.last_names_male]; lf=[n for n in P.last_names_female]; mm=list(P.middle_names_male); mf=list(P.middle_names_female)
fm='Джон Майкл Дэвид Роберт Джеймс Уильям Ричард Томас Чарльз Джозеф Марк Пол Стивен Эндрю Джордж Кевин Брайан Эдвард Фрэнк Генри Питер Саймон Гарри Оливер Филипп Мартин Ганс Клаус Юрген Вольфганг Фридрих Карл Отто Густав Людвиг Жан Пьер Мишель Франсуа Андре Луи Жак Антуан Марио Джузеппе Антонио Франческо Лука Карлос Хосе Хуан Мигель Педро Фернандо Диего Пабло Луис Такаси Кэндзи Ахмед Мухаммед Али Хасан Ибрагим Раджив Санджай Чарли Билл Том Джек Бен Эрик Оскар Нильс Ларс Бьорн Матти Янош Ласло Вацлав Милош Зоран Драган Эмиль Лех Ежи Анджей'.split()
ff='Мэри Дженнифер Линда Элизабет Сьюзан Джессика Сара Карен Нэнси Маргарет Эмили Анна Мария Хелен Кейт Джейн Эмма Оливия Шарлотта Урсула Хайди Марта Ингрид Жанна Мари София Изабелла Джулия Лаура Кармен Лусия Пенелопа Амелия Кэролайн Хиллари Мелания Мишель Ангела Тереза Фатима Аиша Ракель Грета Астрид'.split()
fl='Смит Джонсон Уильямс Браун Джонс Миллер Дэвис Уилсон Андерсон Тейлор Томас Мур Мартин Джексон Томпсон Уайт Харрис Кларк Льюис Робинсон Уокер Янг Аллен Кинг Райт Скотт Грин Бейкер Адамс Нельсон Хилл Кэмпбелл Митчелл Робертс Картер Филлипс Эванс Тёрнер Паркер Коллинз Эдвардс Стюарт Моррис Мерфи Кук Роджерс Морган Купер Петерсон Рид Бейли Белл Келли Ховард Уорд Кокс Ричардсон Вуд Уотсон Брукс Беннетт Грей Хьюз Прайс Майерс Лонг Фостер Сандерс Росс Пауэлл Салливан Рассел Осборн Пирс Хопкинс Мюллер Шмидт Шнайдер Фишер Вебер Мейер Вагнер Беккер Шульц Хоффман Кох Бауэр Рихтер Кляйн Вольф Нойман Шварц Циммерман Браун Крюгер Дюпон Дюран Моро Лоран Симон Мишель Лефевр Леруа Руссо Винсент Фурнье Жирар Боннэ Росси Феррари Эспозито Бьянки Романо Коломбо Риччи Марино Греко Гарсия Мартинес Лопес Санчес Перес Гомес Фернандес Родригес Гонсалес Эрнандес Диас Торрес Рамирес Трюдо Трамп Клинтон Обама Буш Рейган Тэтчер Черчилль Макрон Саркози Меркель Коль Берлускони Накамура Танака Сузуки Ямамото Ким Пак Ли Чжан Ван Чен Сингх Патель Кумар Хуссейн Ахмади Юсуф Нильсен Хансен Йоханссон Линдгрен Виртанен Ковач Надь Новак Дворжак Ковальский Вишневский Йованович Петрович Тарло Кейн Дитрих Уинтур Седаль Кюри'.split()
ORG={'n':None}
orgs_inv='Facebook|Twitter|Google|Microsoft|Apple|Samsung|Sony|Uber|Spotify|Netflix|Amazon|YouTube|BBC|CNN|CBS|NBC|Reuters|Associated Press|The New York Times|The Guardian|Би-би-си|ООН|НАТО|ЕС|МВФ|ФБР|ЦРУ|НАСА|ФИФА|УЕФА|ЮНЕСКО|ОПЕК|ВОЗ|МГУ|КГБ|ФСБ|МВД|МИД|РЖД|ЛДПР|КПРФ|НХЛ|НБА|Intel|IBM|Ford|Toyota|Volkswagen|BMW|Airbus|Boeing|Adidas|Nike|Tesla|Nokia|Huawei|Disney|Warner Bros.|Marvel|Universal Pictures|Goldman Sachs|KFC|Motorola|Reddit|Slack|Hack Forums|Decca Records|RECO|BA'.split('|')
orgs_inf='Газпром|Роснефть|Сбербанк|Лукойл|Аэрофлот|Единая Россия|Справедливая Россия|Европейский союз|Европейская комиссия|Верховный суд|Конституционный суд|Государственная дума|Совет Федерации|Центральный банк|Министерство обороны|Министерство финансов|Следственный комитет|Генеральная прокуратура|Красный Крест|Белый дом|Пентагон|Конгресс|Сенат|Демократическая партия|Республиканская партия|Консервативная партия|Лейбористская партия|Социалистическая партия|Национальный фронт|Королевский флот|Британская академия|Русская православная церковь|Католическая церковь|Организация Объединённых Наций|Всемирный банк|Европейский парламент|Международный валютный фонд|Международный олимпийский комитет|Спартак|Зенит|Динамо|Локомотив|Реал|Барселона|Ювентус|Милан|Бавария|Челси|Арсенал|Ливерпуль|Манчестер Юнайтед|Российская академия наук|Оксфордский университет|Гарвардский университет|Кембриджский университет|Московский университет|Парижский университет|Калифорнийский университет|Комиссия по ценным бумагам|Агентство по охране окружающей среды|Национальная гвардия|Армия США|Сирийская армия|Талибан|Хамас|Хезболла|Аль-Каида|Исламское государство|Коммерсант|Известия|Ведомости|Шпигель|Интерфакс|Дойче банк'.split('|')
loc_inf='СССР|ГДР|ФРГ|Европа|Азия|Африка|Америка|Северная Америка|Южная Америка|Латинская Америка|Ближний Восток|Средиземное море|Чёрное море|Балтийское море|Тихий океан|Атлантический океан|Индийский океан|Кавказ|Сибирь|Урал|Крым|Дальний Восток|Альпы|Анды|Балканы|Волга|Днепр|Дунай|Рейн|Темза|Нил|Миссисипи|Калифорния|Флорида|Техас|Аляска|Онтарио|Бавария|Сицилия|Шотландия|Уэльс|Северная Ирландия|Нормандия|Каталония|Тоскана|Московская область|Ленинградская область|Краснодарский край|Республика Татарстан|Красная площадь|Невский проспект|Римская империя|Османская империя|Российская империя|Византия|Персия|Македония|Вавилон|Месопотамия|Древний Египет|Советский Союз|Соединённые Штаты|Великобритания|Земля|Луна|Марс|Северная Каролина|Новая Англия|Бали|Гавайи|Филиппины|Карибское море|Гонконг|Голливуд|Сан-Франциско|Нью-Йорк|Лос-Анджелес|Вашингтон|Лондон|Париж|Берлин|Пекин|Токио|США|Чикаго|Бостон|Рим|Вена|Мадрид'.split('|')
surn_extra=[]
import itertools
lat=[]
for l in open('models/entities/text/common.txt'):
    for k in('bandname','labelname','firmname','medianame'):
        if l.startswith(k+' = '): lat+=l.split(' = ')[1].strip().split(' | ')
teams='Спартак|Зенит|Динамо|Локомотив|Торпедо|Ротор|Крылья Советов|Авангард|Металлург|Барселона|Реал|Атлетико|Валенсия|Севилья|Ювентус|Милан|Интер|Рома|Лацио|Наполи|Бавария|Боруссия|Шальке|Вердер|Челси|Арсенал|Ливерпуль|Эвертон|Тоттенхэм|Ноттингем Форест|Манчестер Сити|Манчестер Юнайтед|Уотерфорд Юнайтед|Селтик|Рейнджерс|Аякс|Фейеноорд|Порту|Бенфика|Галатасарай|Фенербахче|Партизан|Црвена Звезда|Олимпиакос|Брешиа|Пескара|Некакса|Блэкпул|Ривер Плейт|Бока Хуниорс|Нью-Йорк Рейнджерс|Чикаго Блэкхокс|Калгари Флэймз|Лос-Анджелес Лейкерс|Бостон Селтикс|Детройт Пистонс'.split('|')
def fill(slot,case):
    if slot=='lat': return R.choice(lat),'ORG'
    if slot=='team': return '«'+infl(R.choice(teams),None,case)+'»' if R.random()<.8 else '«'+R.choice(teams)+'»','ORGQ'
    if slot=='sel': return {'n':'сборная','g':'сборной','d':'сборной','a':'сборную','i':'сборной','p':'сборной'}[case]+' '+fill('land','g')[0],'ORG'
    if slot=='any': return (R.choice(small) if R.random()<.6 else R.choice(fl+lm)),'LOC'
    if slot=='title': return ' '.join(R.choice('Shadow River Fire Night Dragon Star Winter Machine Forever Lucky Storm Dream'.split()) for _ in range(R.randint(1,2))),'X'
    if slot in('per','man','woman'):
        woman = slot=='woman' or (slot=='per' and R.random()<.35); ru=R.random()<.4; g='femn' if woman else 'masc'
        if ru:
            f=R.choice(rf if woman else rm); l=R.choice(lf if woman else lm); parts=[infl(f,'Name',case,g),infl(l,'Surn',case,g)]
            if R.random()<.12: parts.insert(1,infl(R.choice(mf if woman else mm),'Patr',case,g))
        else:
            f=R.choice(ff if woman else fm); l=R.choice(fl)
            parts=[infl(f,'Name',case,g),l if woman else infl(l,'Surn',case,g)]
            if R.random()<.06: parts.insert(1,R.choice('АБВГДЕКМНРСТФ')+'.')
        return ' '.join(parts),'PER'
    if slot=='last':
        ru=R.random()<.4
        if ru: return infl(R.choice(lm),'Surn',case,'masc') if R.random()<.7 else infl(R.choice(lf),'Surn',case,'femn'),'PER'
        return infl(R.choice(fl),'Surn',case,'masc'),'PER'
    if slot=='first': return infl(R.choice(rm+fm),'Name',case,'masc') if R.random()<.6 else infl(R.choice(rf+ff),'Name',case,'femn'),'PER'
    if slot=='king': return infl(R.choice(fm[25:60]+rm[:20]),'Name',case,'masc')+' '+R.choice('I II III IV V VI VII'.split()),'PER'
    if slot=='city':
        r=R.random(); w=R.choice(big) if r<.55 else R.choice(small)
        return (phrase(w,case) if ' ' in w else infl(w,'Geox',case)),'LOC'
    if slot=='land': w=R.choice(countries); return (phrase(w,case) if ' ' in w else infl(w,'Geox',case)),'LOC'
    if slot=='loc': w=R.choice(loc_inf); return (phrase(w,case) if ' ' in w else infl(w,'Geox',case)),'LOC'
    if slot=='org':
        if R.random()<.5: return R.choice(orgs_inv),'ORG'
        return phrase(R.choice(orgs_inf),case),'ORG'
    if slot=='orgq':
        return '«'+R.choice(orgs_inf+[R.choice(fl),R.choice(small)])+'»','ORGQ'
    raise KeyError(slot)
lines=[l.rstrip('\n') for l in open(sys.argv[1]) if l.strip() and not l.startswith('#')]
N=int(sys.argv[2])
with open(sys.argv[3],'w') as out:
    for n in range(N):
        t='';sp=[];pos=0;line=lines[n%len(lines)]
        for m in re.finditer(r'\{(\w+)(?::(\w))?\}',line):
            t+=line[pos:m.start()]; pos=m.end()
            if m[1]=='y': t+=str(R.randint(1800,2020)); continue
            if m[1]=='k': t+=str(R.randint(2,300)); continue
            w,k=fill(m[1],m[2] or 'n'); s=len(t); t+=w
            if k=='X': pass
            elif k=='ORGQ': sp.append([s+1,len(t)-1,'ORG'])
            else: sp.append([s,len(t),k])
        t+=line[pos:]; out.write(json.dumps({'text':t,'spans':sp},ensure_ascii=False)+'\n')
