//! What is no running text has no language, and what is running text has one.

use tamis::{Format, Options, Pipeline, RawRecord};

fn language(pipeline: &Pipeline, text: &str) -> String {
    let record = pipeline.process(&RawRecord::new("t", Format::Text, text)).unwrap();
    record.language.code
}

/// The same numbers on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// `words` words of letters from `alphabet`.
    fn gibberish(&mut self, alphabet: &[char], words: usize) -> String {
        let mut text = String::new();
        for _ in 0..words {
            for _ in 0..4 + self.below(7) {
                text.push(*self.of(alphabet));
            }
            text.push(' ');
        }
        text
    }

    fn names(&mut self, n: usize) -> String {
        const FIRST: &[&str] = &[
            "Anna", "Pierre", "Luis", "Mary", "Olga", "Hans", "Giulia", "Ahmed", "Wei", "Lars", "Piotr", "Tomáš",
            "João", "Ayşe", "Karin", "Marco", "Inês", "Ivan",
        ];
        const LAST: &[&str] = &[
            "Dupont", "Schmidt", "Rossi", "García", "Smith", "Novak", "Kowalski", "Ivanov", "Nielsen", "Yılmaz",
            "Santos", "Nguyen", "Haddad", "Visser", "Horváth", "Popescu", "Weber", "López",
        ];
        let names: Vec<_> = (0..n).map(|_| format!("{} {}", self.of(FIRST), self.of(LAST))).collect();
        names.join(", ")
    }
}

const CODE: &[&str] = &[
    "fn main() { let total = items.iter().map(|x| x * 2).sum::<u32>(); println!(\"{}\", total); }",
    "def load(path): return [row.strip().split(\"\\t\") for row in open(path)]",
    "button.addEventListener(\"click\", (e) => { e.preventDefault(); form.submit(); });",
    "if (ptr == NULL) { fprintf(stderr, \"out of memory\\n\"); exit(EXIT_FAILURE); }",
    ".article p { margin: 0 auto; color: #333; font-size: 14px; } .nav a:hover { text-decoration: none; }",
    "<div class=\"x\"><span id=\"y\">{{ item.title }}</span></div>",
    "for f in *.txt; do mv \"$f\" \"${f%.txt}.bak\"; done && rm -rf /tmp/build_*",
    "public static void main(String[] args) throws IOException { List<String> xs = new ArrayList<>(); }",
    "var x=window.dataLayer||[];function gtag(){dataLayer.push(arguments)};gtag('js',new Date());",
    "{\"@context\":\"https://schema.example\",\"@type\":\"NewsArticle\",\"image\":[\"x.jpg\"],\"width\":640}",
    "int main(void){ int a[10]; for(int i=0;i<10;++i) a[i]=i*i; return 0; }",
    "impl<T: Clone> From<Vec<T>> for Stack<T> { fn from(v: Vec<T>) -> Self { Stack { items: v } } }",
];

#[test]
fn nineteen_in_twenty_texts_that_say_nothing_are_undetermined() {
    let only = Some(vec!["encoding".into(), "language".into()]);
    let pipeline = Pipeline::new(&Options { only, ..Options::default() }).unwrap();
    let mut chance = Chance(7);
    let latin: Vec<char> = ('a'..='z').collect();
    let cyrillic: Vec<char> = ('а'..='я').collect();
    let ids: Vec<char> = ('a'..='z').chain('0'..='9').collect();
    let mut texts: Vec<String> = CODE.iter().map(ToString::to_string).collect();
    for n in 0..60 {
        texts.push(chance.gibberish(&latin, 6 + n % 12));
        texts.push(chance.gibberish(&cyrillic, 6 + n % 12));
        texts.push(chance.gibberish(&ids, 5 + n % 9));
        texts.push(chance.names(4 + n % 8));
        let row: Vec<_> = (0..12).map(|_| format!("{}.{:02}", chance.below(900), chance.below(100))).collect();
        texts.push(format!("{} km", row.join(" ")));
    }
    let missed: Vec<_> =
        texts.iter().map(|text| (language(&pipeline, text), text)).filter(|(code, _)| code != "und").collect();
    assert!(missed.len() * 20 <= texts.len(), "{} of {}: {missed:#?}", missed.len(), texts.len());
}

#[test]
fn running_text_is_never_undetermined() {
    let only = Some(vec!["encoding".into(), "language".into()]);
    let pipeline = Pipeline::new(&Options { only, ..Options::default() }).unwrap();
    for (want, text) in [
        ("fr", "Jean Dupont, Marie Martin et Paul Durand ont été élus."),
        ("fr", "Le 3 mars, 12 000 euros ; le 4 mars, 15 000 euros ; rien depuis."),
        ("en", "Prices rose 3.2% in May, 3.4% in June and 3.9% in July 2023."),
        (
            "en",
            "Write to ann.lee@post.example or see http://post.example/f3a9c07b11d4e8/22 ======= and ask for the form.",
        ),
        ("de", "Angela Merkel, Olaf Scholz und Friedrich Merz trafen sich in Berlin."),
        ("es", "El Real Madrid ganó 3-1 al Barcelona en el estadio Santiago Bernabéu."),
        ("ru", "Иван Петров, Ольга Иванова и Пётр Сидоров приехали в Москву."),
        ("ky", "Бишкекте жаңы китепкана ачылды, окуучулар абдан кубанычта."),
        ("kk", "Алматыда жаңа кітапхана ашылды, оқушылар өте қуанышты болды."),
        ("tr", "Belediye başkanı yeni köprünün yarın açılacağını söyledi."),
        ("zh", "市长昨天宣布新桥将于明天开放。"),
        ("ja", "市長は昨日、新しい橋が明日開通すると発表した。"),
        ("el", "Ο δήμαρχος ανακοίνωσε χθες ότι η νέα γέφυρα ανοίγει αύριο."),
    ] {
        assert_eq!(language(&pipeline, text), want, "{text}");
    }
}
