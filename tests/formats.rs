//! Every format that is read, and what happens where a file of it is damaged. All files are made here.

use std::fs;
use std::io::Write;
use std::path::Path;

use tamis::read::dump::{Dump, Item};
use tamis::{Limits, Options, Pipeline, Reason, Record};

const ARTICLE: &str =
    "Le conseil municipal a voté mardi la rénovation de la halle, fermée depuis la tempête de janvier.";

static PIPELINE: std::sync::LazyLock<Pipeline> =
    std::sync::LazyLock::new(|| Pipeline::new(&Options { only: Some(Vec::new()), ..Options::default() }).unwrap());

/// What one file gives: records and reasons for rejects, with path, number, offset and length.
struct Read {
    all: Vec<(String, u64, u64, u64, Result<Record, Reason>)>,
}

impl Read {
    fn of(path: &Path) -> Read {
        Read::with(path, &Limits::default())
    }

    fn with(path: &Path, limits: &Limits) -> Read {
        let mut all = Vec::new();
        Dump::find(&[path.to_path_buf()]).unwrap().read(limits, &Default::default(), &mut |item| {
            let place = item.place();
            let result = match item {
                Item::Record(raw) => PIPELINE.process(&raw).map_err(|r| r.reason),
                Item::Reject(_, reject) => Err(reject.reason),
            };
            all.push((place.path.to_string(), place.record, place.offset, place.length, result));
            true
        });
        Read { all }
    }

    fn bytes(name: &str, bytes: impl AsRef<[u8]>) -> Read {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        Read::of(&path)
    }

    fn records(&self) -> Vec<&Record> {
        self.all.iter().filter_map(|a| a.4.as_ref().ok()).collect()
    }

    fn reasons(&self) -> Vec<Reason> {
        self.all.iter().filter_map(|a| a.4.as_ref().err().copied()).collect()
    }

    fn only(&self) -> &Record {
        assert!(self.all.len() == 1 && self.reasons().is_empty(), "{:?}", self.all);
        self.records()[0]
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut out = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

fn zst(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// `{"id": "x", "text": "La halle rouvre jeudi."}` and a line feed, by xz.
const XZ: &[u8] = &[
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x01, 0x69, 0x22, 0xde, 0x36, 0x02, 0x00, 0x21, 0x01, 0x1c, 0x00, 0x00,
    0x00, 0x10, 0xcf, 0x58, 0xcc, 0x01, 0x00, 0x2d, 0x7b, 0x22, 0x69, 0x64, 0x22, 0x3a, 0x20, 0x22, 0x78, 0x22, 0x2c,
    0x20, 0x22, 0x74, 0x65, 0x78, 0x74, 0x22, 0x3a, 0x20, 0x22, 0x4c, 0x61, 0x20, 0x68, 0x61, 0x6c, 0x6c, 0x65, 0x20,
    0x72, 0x6f, 0x75, 0x76, 0x72, 0x65, 0x20, 0x6a, 0x65, 0x75, 0x64, 0x69, 0x2e, 0x22, 0x7d, 0x0a, 0x00, 0x00, 0x00,
    0x1e, 0x1a, 0x7b, 0x74, 0x00, 0x01, 0x42, 0x2e, 0x63, 0x95, 0x1f, 0x3e, 0x90, 0x42, 0x99, 0x0d, 0x01, 0x00, 0x00,
    0x00, 0x00, 0x01, 0x59, 0x5a,
];

fn lines(n: usize) -> String {
    (0..n)
        .map(|i| format!("{}\n", serde_json::json!({"id": format!("n{i}"), "text": format!("{ARTICLE} {i}")})))
        .collect()
}

fn warc(kind: &str, block: &[u8], length: impl std::fmt::Display) -> Vec<u8> {
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://journal.example/{}\r\nWARC-Date: 2024-03-14T08:30:00Z\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: {length}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{headers}\r\n").as_bytes(), body].concat()
}

fn page(n: usize) -> String {
    format!(
        "<html><head><title>Numéro {n}</title></head><body><article><p>{ARTICLE}</p><p>{ARTICLE} {n}</p></article></body></html>"
    )
}

fn response(n: usize) -> Vec<u8> {
    let answer = answer("", page(n).as_bytes());
    warc("response", &answer, answer.len())
}

/// A tar archive of plain files.
fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (name, bytes) in files {
        out.extend(tar_header(name, &format!("{:011o}", bytes.len()), b'0'));
        out.extend_from_slice(bytes);
        out.resize(out.len().next_multiple_of(512), 0);
    }
    out.extend([0; 1024]);
    out
}

fn tar_header(name: &str, size: &str, kind: u8) -> Vec<u8> {
    let mut block = vec![0; 512];
    block[..name.len()].copy_from_slice(name.as_bytes());
    block[100..107].copy_from_slice(b"0000644");
    block[124..124 + size.len()].copy_from_slice(size.as_bytes());
    block[156] = kind;
    block[257..263].copy_from_slice(b"ustar\0");
    block[148..156].fill(b' ');
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    block[148..155].copy_from_slice(format!("{sum:06o}\0").as_bytes());
    block
}

/// A zip archive: name, bytes, whether they are packed.
fn zip(files: &[(&str, &[u8], bool)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, bytes, packed) in files {
        let data = if *packed {
            let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            deflate.write_all(bytes).unwrap();
            deflate.finish().unwrap()
        } else {
            bytes.to_vec()
        };
        let mut check = flate2::Crc::new();
        check.update(bytes);
        let common = [
            &[20, 0, 0, 0, if *packed { 8 } else { 0 }, 0, 0, 0, 0, 0][..],
            &check.sum().to_le_bytes(),
            &(data.len() as u32).to_le_bytes(),
            &(bytes.len() as u32).to_le_bytes(),
            &(name.len() as u16).to_le_bytes(),
            &[0, 0],
        ]
        .concat();
        let at = (out.len() as u32).to_le_bytes();
        out.extend([b"PK\x03\x04", &common[..], name.as_bytes(), &data].concat());
        directory.extend([b"PK\x01\x02\x14\x00", &common[..], &[0; 10], &at, name.as_bytes()].concat());
    }
    let n = (files.len() as u16).to_le_bytes();
    let (size, at) = ((directory.len() as u32).to_le_bytes(), (out.len() as u32).to_le_bytes());
    [&out[..], &directory, b"PK\x05\x06\0\0\0\0", &n, &n, &size, &at, &[0, 0]].concat()
}

#[test]
fn packed_files_are_told_by_their_bytes() {
    let text = lines(3);
    for (name, bytes) in [
        ("a.jsonl.gz", gz(text.as_bytes())),
        ("a.jsonl.zst", zst(text.as_bytes())),
        ("a.jsonl.bz2", bz2(text.as_bytes())),
        ("wrong-name.jsonl", bz2(text.as_bytes())),
        ("none", gz(text.as_bytes())),
        ("twice.jsonl.gz.gz", gz(&gz(text.as_bytes()))),
        ("two-streams.jsonl.bz2", [bz2(lines(1).as_bytes()), bz2(lines(2).as_bytes())].concat()),
        ("two-frames.jsonl.zst", [zst(lines(1).as_bytes()), zst(lines(2).as_bytes())].concat()),
        ("two-members.jsonl.gz", [gz(lines(1).as_bytes()), gz(lines(2).as_bytes())].concat()),
    ] {
        let read = Read::bytes(name, bytes);
        assert_eq!((read.records().len(), read.reasons()), (3, vec![]), "{name}");
    }
    assert_eq!(Read::bytes("x.jsonl.xz", XZ).only().text, "La halle rouvre jeudi.");
    assert_eq!(Read::bytes("x.gz", gz(&gz(&gz(b"a")))).reasons(), [Reason::TooDeep]);
    for (name, bytes) in [("a.bz2", bz2(text.as_bytes())), ("a.zst", zst(text.as_bytes())), ("a.xz", XZ.to_vec())] {
        let read = Read::bytes(name, &bytes[..bytes.len() / 2]);
        assert_eq!(read.reasons(), [Reason::Damaged], "{name}");
    }
}

#[test]
fn json_in_arrays_and_over_several_lines() {
    let objects: Vec<_> = (0..3).map(|i| serde_json::json!({"id": i, "text": format!("{ARTICLE} {{\"[{i}")})).collect();
    let array = serde_json::to_string_pretty(&objects).unwrap();
    let read = Read::bytes("a.json", &array);
    assert_eq!(read.records().len(), 3);
    for (_, n, offset, length, _) in &read.all {
        let at = *offset as usize..(*offset + *length) as usize;
        assert_eq!(serde_json::from_str::<serde_json::Value>(&array[at]).unwrap(), objects[*n as usize]);
    }
    assert_eq!(Read::bytes("a.json", serde_json::to_string_pretty(&objects[0]).unwrap()).records().len(), 1);
    assert_eq!(Read::bytes("a", "[]").reasons(), [Reason::Empty]);
    // A quotation mark that is missing costs its object and no more.
    let broken = array.replacen("\"text\": \"Le", "\"text\": Le", 1);
    let read = Read::bytes("a.json", broken);
    assert_eq!((read.records().len(), read.reasons()), (2, vec![Reason::BadJson]));
    let cut = &array[..array.len() - 20];
    let read = Read::bytes("a.json", cut);
    assert_eq!((read.records().len(), read.reasons()), (2, vec![Reason::Damaged]));
    let mixed = format!("[{}, 12, null, {}]", objects[0], objects[1]);
    let read = Read::bytes("a.json", mixed);
    assert_eq!((read.records().len(), read.reasons()), (2, vec![Reason::BadJson, Reason::BadJson]));
}

#[test]
fn json_in_the_answer_of_a_service() {
    let article = |n: usize| {
        format!("{{\"title\": \"Le bac {n}\", \"text\": \"Le bac ne passe pas, dit le capitaine du port.\"}}")
    };
    let list = format!("[{},\n {}]", article(1), article(2));
    for answer in [
        format!(
            "{{\"status\": \"ok\", \"n\": 2, \"tags\": [\"a]\", {{}}], \"articles\": {list}, \"next\": {{\"page\": \"}}2\"}}}}\n"
        ),
        format!("{{\"response\": {{\"n\": 2, \"docs\": {list}}}, \"took\": 3}}"),
        format!("\u{feff}{{ \"data\" : {list} }}"),
    ] {
        for name in ["a.json", "a.jsonl", "a"] {
            let read = Read::bytes(name, &answer);
            assert!(read.reasons().is_empty(), "{name} {answer} {:?}", read.reasons());
            assert_eq!(read.records().len(), 2, "{name} {answer}");
        }
    }
    // An article may have lists of its own.
    let own = format!("{{\"text\": \"Le bac ne passe pas.\", \"items\": {list}}}");
    assert_eq!(Read::bytes("a.json", own).records().len(), 1);
}

#[test]
fn tables() {
    let rows = format!(
        "id;titre;title;text\r\n1;x;Un;\"{ARTICLE}\n\n{ARTICLE}\"\r\n\r\n2;y;\"Le \"\"deux\"\"\";{ARTICLE}\r\n3;a;b;c;d\r\n4;;;\r\n"
    );
    let read = Read::bytes("a.csv", &rows);
    let records = read.records();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].title.as_deref(), Some("Un"));
    assert_eq!(records[0].extra["titre"], "x");
    assert!(records[0].text.contains("\n\n"));
    assert_eq!(records[1].title.as_deref(), Some("Le \"deux\""));
    assert_eq!(read.reasons(), [Reason::BadRow, Reason::NoText]);
    let (_, _, offset, length, _) = &read.all[1];
    assert!(rows[*offset as usize..][..*length as usize].starts_with("2;y;"));
    // Found by its names, whatever the file is called.
    assert_eq!(Read::bytes("a.txt", format!("id\tTitle\tBody\n1\ta\t{ARTICLE}\n")).only().text, ARTICLE);
    // The charset is that of the file, not of each row.
    let latin = encoding_rs::WINDOWS_1252.encode(&rows.replace("Un;", "Été;")).0.into_owned();
    assert_eq!(Read::bytes("a.csv", latin).records()[0].title.as_deref(), Some("Été"));
    // A quotation mark that is never closed costs a line.
    let read = Read::bytes("a.csv", format!("id,text\n1,\"open\n2,{}\n", "le texte deux"));
    assert_eq!((read.records().len(), read.reasons()), (1, vec![Reason::BadRow]));
    let mut dump = Dump::find(&[]).unwrap();
    dump.layout = tamis::read::Layout::from_name("csv");
    assert!(dump.layout.is_some());
    // Nothing but ends of lines, of whatever kind.
    for blank in ["\n\r", "a,b\n\n\r\n", "a,b\n  "] {
        assert_eq!(Read::bytes("a.csv", blank).reasons(), [Reason::Empty], "{blank:?}");
    }
}

#[test]
fn crawls() {
    let wet = warc("conversion", ARTICLE.as_bytes(), ARTICLE.len());
    let chunked: Vec<u8> = page(3)
        .as_bytes()
        .chunks(100)
        .flat_map(|c| [format!("{:x}\r\n", c.len()).as_bytes(), c, b"\r\n"].concat())
        .collect();
    let chunked = answer("Transfer-Encoding: chunked\r\n", &[&chunked[..], b"0\r\n\r\n"].concat());
    let packed = answer("Content-Encoding: gzip\r\n", &gz(page(4).as_bytes()));
    let gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>x</p>";
    let picture = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG";
    let all = [
        warc("warcinfo", b"software: x", 11),
        response(1),
        warc("request", b"GET / HTTP/1.1\r\n\r\n", 18),
        wet,
        warc("response", &chunked, chunked.len()),
        warc("response", &packed, packed.len()),
        warc("response", gone, gone.len()),
        warc("response", picture, picture.len()),
        response(5),
    ];
    for bytes in [all.concat(), all.iter().flat_map(|r| gz(r)).collect()] {
        let read = Read::bytes("a.warc", bytes);
        let titles: Vec<_> = read.records().iter().map(|r| r.title.clone().unwrap_or_default()).collect();
        assert_eq!(titles, ["Numéro 1", "", "Numéro 3", "Numéro 4", "Numéro 5"]);
        assert_eq!(read.reasons(), [Reason::NoPage, Reason::NoPage]);
        assert_eq!(read.records()[0].captured.as_deref(), Some("2024-03-14T08:30:00Z"));
        assert!(read.records()[0].url.as_deref().unwrap().starts_with("https://journal.example/"));
        let whole = all.concat();
        let (_, _, offset, length, _) = &read.all[0];
        assert!(whole[*offset as usize..].starts_with(&response(1)[..*length as usize]));
    }
}

#[test]
fn lengths_that_lie_cost_one_record() {
    let block = answer("", page(2).as_bytes());
    let (n, page) = (block.len(), |length: &str| warc("response", &block, length));
    for length in [
        (n - 50).to_string(),
        (n + 50).to_string(),
        (n + 4000).to_string(),
        "-5".into(),
        "18446744073709551617".into(),
        "9223372036854775807".into(),
        "99999999".into(),
        "x".into(),
        String::new(),
    ] {
        let read = Read::bytes("a.warc", [response(1), page(&length), response(3), response(4)].concat());
        let titles: Vec<_> = read.records().iter().map(|r| r.title.clone().unwrap_or_default()).collect();
        assert_eq!(titles, ["Numéro 1", "Numéro 3", "Numéro 4"], "{length}");
        assert_eq!(read.reasons(), [Reason::Damaged], "{length}");
    }
    let whole = [response(1), response(2)].concat();
    let read = Read::bytes("a.warc", &whole[..whole.len() - 60]);
    assert_eq!((read.records().len(), read.reasons()), (1, vec![Reason::Damaged]));
    // A damaged member of a packed crawl costs its record.
    let mut middle = gz(&response(2));
    let at = middle.len() / 2;
    middle[at..at + 8].fill(0xff);
    let read = Read::bytes("a.warc.gz", [gz(&response(1)), middle, gz(&response(3))].concat());
    assert_eq!((read.records().len(), read.reasons()), (2, vec![Reason::Damaged]));
}

#[test]
fn feeds() {
    let rss = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY a \"&x;&x;\">]>\
         <rss xmlns:content=\"c\" xmlns:dc=\"d\"><channel><title>Le Courrier</title><language>fr</language><!-- <item> -->\
         <item><title>Halle &amp; gare</title><link>https://journal.example/1</link><guid>g1</guid><dc:creator>Léa Roche</dc:creator>\
         <pubDate>Thu, 14 Mar 2024 08:30:00 +0100</pubDate><category>Ville</category><description>&a;</description>\
         <content:encoded><![CDATA[<p>{ARTICLE}</p><p>Fin </item> de tout.</p>]]></content:encoded></item>\
         <item><title>Deux<item><title>Trois</title><description>{ARTICLE}</description></item></channel></rss>"
    );
    let read = Read::bytes("a.xml", rss);
    let records = read.records();
    assert_eq!(read.reasons(), [Reason::Damaged], "an item that is never closed");
    assert_eq!(records.len(), 2);
    let one = records[0];
    assert_eq!(one.title.as_deref(), Some("Halle & gare"));
    assert_eq!(
        (one.id.as_str(), one.url.as_deref(), one.site.as_deref()),
        ("g1", Some("https://journal.example/1"), Some("Le Courrier"))
    );
    assert_eq!(one.published.as_ref().unwrap().value.as_deref(), Some("2024-03-14T08:30:00+01:00"));
    assert_eq!((&one.authors[..], &one.keywords[..]), (&["Léa Roche".to_string()][..], &["Ville".to_string()][..]));
    assert_eq!(one.text, format!("{ARTICLE}\n\nFin de tout."));
    let atom = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\"><title>F</title><entry><title type=\"html\">&lt;b&gt;Titre&lt;/b&gt;</title>\
         <link rel=\"self\" href=\"x\"/><link href=\"https://journal.example/2\"/><id>u2</id><updated>2024-03-14T08:30:00Z</updated>\
         <author><name>Léa</name></author><content type=\"xhtml\"><div><p>{ARTICLE}</p></div></content></entry></feed>"
    );
    let read = Read::bytes("a", atom);
    let record = read.only();
    assert_eq!((record.title.as_deref(), record.url.as_deref()), (Some("Titre"), Some("https://journal.example/2")));
    assert_eq!(record.text, ARTICLE);
}

#[test]
fn entities_are_never_expanded() {
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY e0 \"rire\">");
    for i in 1..12 {
        bomb.push_str(&format!("<!ENTITY e{i} \"{}\">", format!("&e{};", i - 1).repeat(10)));
    }
    bomb.push_str("<!ENTITY file SYSTEM \"file:///etc/passwd\">]><rss><channel><item><title>T</title>");
    bomb.push_str(&format!("<description>{ARTICLE} &e11; &file;</description></item></channel></rss>"));
    let read = Read::bytes("a.xml", bomb);
    let text = &read.only().text;
    assert!(text.len() < ARTICLE.len() + 40 && !text.contains("root:"), "{text}");
}

#[test]
fn messages() {
    let message = |n: usize| {
        format!(
            "Received: from a by b\r\nFrom: Léa Roche <lea@journal.example>\r\nTo: x@y.example\r\nSubject: Num=C3=A9ro =?utf-8?Q?num=C3=A9ro?= {n}\r\n\
             Date: Thu, 14 Mar 2024 08:30:00 +0100\r\nMessage-ID: <{n}@journal.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{ARTICLE}\r\n"
        )
    };
    let read = Read::bytes("a.eml", message(1));
    let record = read.only();
    assert_eq!((record.id.as_str(), record.text.trim()), ("1@journal.example", ARTICLE));
    assert!(record.title.as_deref().unwrap().ends_with("numéro 1"));
    assert_eq!(record.authors, ["Léa Roche"]);
    let mailbox: String = (0..3)
        .map(|n| {
            format!(
                "From lea@journal.example Thu Mar 14 08:30:00 2024\n{}\n>From the top\n\n",
                message(n).replace('\r', "")
            )
        })
        .collect();
    let read = Read::bytes("inbox", mailbox);
    assert_eq!((read.records().len(), read.reasons()), (3, vec![]));
    assert!(read.records()[2].text.trim().ends_with("\n\nFrom the top"), "{:?}", read.records()[2].text);
}

#[test]
fn wikis_and_agencies() {
    let wiki = "<mediawiki xmlns=\"x\"><siteinfo><sitename>W</sitename></siteinfo><page><title>La halle</title><ns>0</ns><id>4</id><revision><id>9</id>\
         <timestamp>2024-03-14T08:30:00Z</timestamp><text bytes=\"9\">{{date|14 mars}}'''La halle''' &lt;ref&gt;x&lt;/ref&gt; rouvre à [[Évian|la ville]].</text></revision></page>\
         <page><title>Discussion</title><ns>1</ns><revision><text>x</text></revision></page>\
         <page><title>R</title><ns>0</ns><redirect title=\"x\"/><revision><text>#REDIRECT [[x]]</text></revision></page></mediawiki>".to_string();
    let read = Read::bytes("a.xml", wiki);
    assert_eq!(read.reasons(), [Reason::NoPage, Reason::NoPage]);
    assert_eq!(
        (read.records()[0].title.as_deref(), read.records()[0].text.as_str()),
        (Some("La halle"), "La halle  rouvre à la ville.")
    );
    let nitf = format!(
        "<nitf><head><docdata><doc-id id-string=\"q1\"/><date.issue norm=\"20240314T083000+0100\"/></docdata></head><body><body.head><hedline><hl1>La halle\n rouvre</hl1>\
         </hedline><byline>Par <person>Léa Roche</person></byline></body.head><body.content><p>{ARTICLE}</p><p>Fin <em>de</em> tout.</p></body.content></body></nitf>"
    );
    let read = Read::bytes("a.xml", nitf);
    let record = read.only();
    assert_eq!((record.title.as_deref(), record.id.as_str()), (Some("La halle rouvre"), "q1"));
    assert_eq!(record.text, format!("{ARTICLE}\n\nFin de tout."));
    assert_eq!(record.authors, ["Léa Roche"]);
    assert_eq!(record.published.as_ref().unwrap().value.as_deref(), Some("2024-03-14T08:30:00+01:00"));
    let item = |n: usize| {
        format!(
            "<newsItem guid=\"urn:{n}\" xml:lang=\"fr\"><itemMeta><versionCreated>2024-03-14T08:30:00+01:00</versionCreated></itemMeta><contentMeta><headline>Numéro {n}</headline>\
             </contentMeta><contentSet><inlineXML><html><body><p>{ARTICLE}</p></body></html></inlineXML></contentSet></newsItem>"
        )
    };
    let read = Read::bytes("a.xml", format!("<newsMessage><itemSet>{}{}</itemSet></newsMessage>", item(1), item(2)));
    assert_eq!((read.records().len(), read.reasons()), (2, vec![]));
    assert_eq!((read.records()[1].id.as_str(), read.records()[1].text.as_str()), ("urn:2", ARTICLE));
}

#[test]
fn archives_and_their_names() {
    let text = lines(2);
    let inner = zip(&[
        ("dir/page.html", page(1).as_bytes(), true),
        ("../../evil.txt", ARTICLE.as_bytes(), false),
        ("a.jsonl.gz", &gz(text.as_bytes()), true),
        (".hidden", b"x", false),
    ]);
    let read = Read::bytes("a.zip", &inner);
    let paths: Vec<_> = read.all.iter().map(|a| a.0.clone()).collect();
    assert_eq!(paths, ["a.zip!/dir/page.html", "a.zip!/../../evil.txt", "a.zip!/a.jsonl.gz", "a.zip!/a.jsonl.gz"]);
    assert_eq!((read.records().len(), read.reasons()), (4, vec![]));
    let mut outer = tar(&[("./a.txt", ARTICLE.as_bytes()), ("in.zip", &inner)]);
    let link = tar_header("link", "00000000000", b'2');
    outer.splice(0..0, link);
    for (name, bytes) in [("a.tar", outer.clone()), ("a.tar.gz", gz(&outer)), ("a", bz2(&outer))] {
        let read = Read::bytes(name, bytes);
        assert_eq!((read.records().len(), read.reasons()), (5, vec![Reason::Unreadable]), "{name}");
        assert_eq!(read.all[1].0, format!("{name}!/a.txt"));
        assert_eq!(read.all[2].0, format!("{name}!/in.zip!/dir/page.html"));
    }
    assert_eq!(
        Read::bytes("a.zip", zip(&[("b.zip", &zip(&[("c.zip", &inner, true)]), true)])).reasons(),
        [Reason::TooDeep]
    );
    assert_eq!(Read::bytes("a.zip", zip(&[])).reasons(), [Reason::Empty]);
}

#[test]
fn damaged_archives() {
    let whole = zip(&[("a.txt", ARTICLE.as_bytes(), false), ("b.txt", ARTICLE.as_bytes(), true)]);
    assert_eq!(Read::bytes("a.zip", &whole[..whole.len() - 30]).reasons(), [Reason::Damaged]);
    // One byte of a member that is stored.
    let mut wrong = whole.clone();
    wrong[60] ^= 1;
    let read = Read::bytes("a.zip", wrong);
    assert_eq!((read.records().len(), read.reasons()), (1, vec![Reason::Damaged]));
    let files: Vec<(&str, &[u8])> =
        vec![("a.txt", ARTICLE.as_bytes()), ("b.txt", ARTICLE.as_bytes()), ("c.txt", ARTICLE.as_bytes())];
    let mut wrong = tar(&files);
    wrong[1024 + 10] = b'?';
    let read = Read::bytes("a.tar", &wrong);
    assert_eq!((read.records().len(), read.reasons()), (2, vec![Reason::Damaged]));
    let read = Read::bytes("a.tar", &tar(&files)[..1600]);
    assert_eq!((read.records().len(), read.reasons()), (1, vec![Reason::Damaged]));
    for size in ["77777777777", "99999999999", "\u{7f}"] {
        let mut lie = tar_header("a.txt", size, b'0');
        lie.extend(ARTICLE.as_bytes());
        assert_eq!(Read::bytes("a.tar", lie).reasons().len(), 1, "{size}");
    }
}

#[test]
fn bombs_are_told_while_they_unfold() {
    let blank = vec![b'a'; 80 << 20];
    let small = gz(&blank);
    assert_eq!(Read::bytes("a.jsonl.gz", &small).reasons(), [Reason::LineTooLong, Reason::TooLarge]);
    assert_eq!(Read::bytes("a.txt.gz", gz(&small)).reasons(), [Reason::TooLarge]);
    assert_eq!(Read::bytes("a.zip", zip(&[("a.txt", &blank, true)])).reasons(), [Reason::TooLarge]);
    let limits = Limits { held_archive_bytes: 1000, ..Limits::default() };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip.gz");
    fs::write(&path, gz(&zip(&[("a.txt", &blank[..4000], false)]))).unwrap();
    assert_eq!(Read::with(&path, &limits).reasons(), [Reason::TooLarge]);
}

#[test]
fn what_is_packed_again_and_again_is_opened_twice_at_most() {
    let line =
        b"{\"id\": \"a\", \"text\": \"Le bac ne passera pas avant la fin du mois, dit le capitaine du port.\"}\n";
    let twice = gz(&gz(line));
    assert_eq!(Read::bytes("a.jsonl.gz.gz", &twice).records().len(), 1);
    let read = Read::bytes("a.jsonl.gz.gz.gz", gz(&twice));
    assert_eq!((read.records().len(), read.reasons()), (0, vec![Reason::TooDeep]));
}

#[test]
fn utf_16_in_every_layout() {
    let wide = |text: &str| -> Vec<u8> {
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let text = lines(2);
    for (name, text) in [
        ("a.jsonl", text.clone()),
        ("a.json", format!("[{}]", text.trim().replace('\n', ","))),
        ("a.csv", format!("id,text\n1,\"{ARTICLE}\"\n2,\"{ARTICLE}\"\n")),
    ] {
        let read = Read::bytes(name, wide(&text));
        assert_eq!((read.records().len(), read.reasons()), (2, vec![]), "{name}");
        assert!(read.records()[0].text.starts_with(ARTICLE));
    }
}

#[test]
fn binary_files_and_empty_ones_are_named() {
    for (name, bytes, want) in [
        ("a.txt", &b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], Reason::Binary),
        ("a.txt", b"", Reason::Empty),
        ("a.jsonl", b"\n \n", Reason::Empty),
        ("a.csv", b"id,text\n", Reason::Empty),
        ("a.xml", b"<rss><channel></channel></rss>", Reason::Empty),
        ("a.warc", b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n", Reason::Empty),
        ("a.gz", &gz(b""), Reason::Empty),
    ] {
        assert_eq!(Read::bytes(name, bytes).reasons(), [want], "{name}");
    }
}

/// A sound file of each kind.
fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let item = |n: usize| format!("<item><title>N{n}</title><description>{ARTICLE}</description></item>");
    let message = |n: usize| {
        format!(
            "From a@b Thu Mar 14 08:30:00 2024\nReceived: x\nSubject: {n}\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Transfer-Encoding: base64\n\nTGUgbWFpcmU=\n--b--\n\n"
        )
    };
    let wiki = |n: usize| {
        format!(
            "<page><title>P{n}</title><ns>0</ns><revision><text>{{{{x|[[a|b]]}}}} ''{ARTICLE}'' [http://x y]</text></revision></page>"
        )
    };
    let chunked = answer("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", b"5\r\nabcde\r\n0\r\n\r\n");
    let files: Vec<(&str, &[u8])> = vec![("a.txt", ARTICLE.as_bytes()), ("b/c.txt", ARTICLE.as_bytes())];
    let packed = zip(&[("a.txt", ARTICLE.as_bytes(), true), ("b.txt", ARTICLE.as_bytes(), false)]);
    vec![
        ("a.jsonl", lines(4).into_bytes()),
        ("a.json", format!("[\n  {}\n]", lines(4).trim().replace('\n', ",\n  ")).into_bytes()),
        ("a.csv", format!("id,title,text\n1,\"a \"\"b\"\"\",{ARTICLE:?}\n2,b,x\n").into_bytes()),
        ("a.warc", [response(1), warc("response", &chunked, chunked.len()), response(2)].concat()),
        ("a.warc.gz", [gz(&response(1)), gz(&response(2)), gz(&response(3))].concat()),
        ("a.rss", format!("<rss><channel><title>C</title>{}{}</channel></rss>", item(1), item(2)).into_bytes()),
        ("a.mbox", (message(1) + &message(2)).into_bytes()),
        ("a.xml", format!("<mediawiki>{}{}</mediawiki>", wiki(1), wiki(2)).into_bytes()),
        ("a.nitf", format!("<nitf><body><body.content><p>{ARTICLE}</p></body.content></body></nitf>").into_bytes()),
        ("a.html", page(1).into_bytes()),
        ("a.tar", tar(&files)),
        ("a.tar.gz", gz(&tar(&files))),
        ("a.zip", packed),
        ("a.jsonl.gz", gz(lines(9).as_bytes())),
        ("a.jsonl.bz2", bz2(lines(9).as_bytes())),
        ("a.jsonl.zst", zst(lines(9).as_bytes())),
        ("a.jsonl.xz", XZ.to_vec()),
    ]
}

#[test]
fn damage_at_random_never_stops_reading_and_is_never_passed_over_in_silence() {
    let rounds: usize = std::env::var("TAMIS_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(150);
    let limits = Limits { line_bytes: 1 << 16, document_bytes: 1 << 16, unpacked_bytes: 1 << 24, ..Limits::default() };
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |n: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % n.max(1) as u64) as usize
    };
    for (name, sound) in samples() {
        for round in 0..rounds {
            let mut bytes = sound.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                match random(7) {
                    0 => bytes[at] ^= 1 << random(8),
                    1 => bytes[at] = random(256) as u8,
                    2 => bytes.truncate(at + 1),
                    3 => drop(bytes.splice(at..at, sound[random(sound.len())..].to_vec())),
                    4 => drop(bytes.drain(at..(at + random(40)).min(bytes.len()))),
                    5 => drop(bytes.splice(at..at, [b"\"<>{}[]\n,\0\xff|="[random(13)]])),
                    _ => bytes[at..].iter_mut().take(random(12)).for_each(|b| *b = 0xff),
                }
                bytes.truncate(1 << 15);
            }
            let mut items = 0;
            let mut last = (String::new(), 0, 0);
            let started = std::time::Instant::now();
            Dump::default().read_bytes(name, &bytes, &limits, &mut |item| {
                let place = item.place();
                if let Item::Record(raw) = item {
                    if *place.path == *last.0 {
                        assert!(place.offset >= last.2, "{name} {round}: records overlap");
                    }
                    last = (place.path.to_string(), place.record, place.offset + place.length);
                    if let Err(reject) = PIPELINE.process(&raw) {
                        assert_ne!(reject.reason, Reason::Internal, "{name} {round}: {}", reject.detail);
                    }
                }
                items += 1;
                true
            });
            assert!(items > 0, "{name} {round}: nothing was said of it");
            assert!(started.elapsed().as_secs() < 10, "{name} {round} took {:?}", started.elapsed());
        }
    }
}

#[test]
#[cfg(feature = "parquet")]
fn rows_of_parquet() {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    let schema = parse_message_type("message m { required binary id (UTF8); required binary text (UTF8); }").unwrap();
    let mut writer = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for column in [["p1", "p2"], [ARTICLE, "La halle."]] {
        let mut open = group.next_column().unwrap().unwrap();
        let values: Vec<ByteArray> = column.iter().map(|v| ByteArray::from(*v)).collect();
        open.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
        open.close().unwrap();
    }
    group.close().unwrap();
    let bytes = writer.into_inner().unwrap();
    for (name, bytes) in [("a.parquet", bytes.clone()), ("a.parquet.gz", gz(&bytes)), ("unnamed", bytes.clone())] {
        let read = Read::bytes(name, bytes);
        let records = read.records();
        assert_eq!(records.len(), 2, "{name}: {:?}", read.reasons());
        assert_eq!((records[0].id.as_str(), records[0].text.as_str()), ("p1", ARTICLE));
    }
    assert_eq!(Read::bytes("a.parquet", &bytes[..bytes.len() / 2]).reasons(), [Reason::Damaged]);
}

#[test]
#[cfg(not(feature = "parquet"))]
fn parquet_is_named_where_it_is_not_read() {
    assert_eq!(Read::bytes("a.parquet", b"PAR1\x15\x04\x15\x10PAR1").reasons(), [Reason::UnknownFormat]);
}

#[test]
fn microdata_tells_who_wrote_and_when() {
    let article =
        "Le conseil municipal a voté mardi la rénovation de la halle, fermée depuis la tempête de janvier. ".repeat(6);
    let page = format!(
        r#"<html lang="fr"><body><article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">La halle
        rouvrira</h1><p>Texte : <span itemprop="author" itemscope><b itemprop="name">Léa Roche</b>, rédactrice</span></p>
        <meta itemprop="datePublished" content="2024-03-14T10:00:00+01:00"><time itemprop="dateModified"
        datetime="2024-03-15">vendredi</time><div itemprop="articleBody"><p>{article}</p><p>{article}</p></div></article></body></html>"#
    );
    let read = Read::bytes("page.html", page);
    let record = read.only();
    assert_eq!(record.title.as_deref(), Some("La halle rouvrira"));
    assert_eq!(record.authors, ["Léa Roche"]);
    let published = record.published.as_ref().expect("a date");
    assert_eq!(published.value.as_deref(), Some("2024-03-14T10:00:00+01:00"));
    assert_eq!(published.how.as_deref(), Some("meta"));
    assert_eq!(record.modified.as_deref(), Some("2024-03-15"));
}

#[test]
fn the_day_that_readers_are_shown_is_that_of_publication() {
    let article =
        "Le conseil municipal a voté mardi la rénovation de la halle, fermée depuis la tempête de janvier. ".repeat(6);
    let published = |head: &str, shown: &str| {
        let page = format!(
            r#"<html lang="fr"><head>{head}</head><body><article><h1>La halle rouvrira</h1>{shown}<p>{article}</p>
            <p>{article}</p></article></body></html>"#
        );
        let read = Read::bytes("page.html", page);
        let of = |p: &tamis::write::record::Published| {
            (p.value.clone().unwrap_or_default(), p.how.clone().unwrap_or_default())
        };
        read.only().published.as_ref().map(of).map_or_else(Default::default, |(day, how)| (day, how.to_string()))
    };
    let linked = r#"<script type="application/ld+json">{"@type":"NewsArticle","headline":"La halle rouvrira",
        "datePublished":"2024-03-02T10:00:00+01:00","dateModified":"2024-03-14T10:00:00+01:00"}</script>"#;
    let day = |head: &str, shown: &str| published(head, shown).0.get(..10).unwrap_or_default().to_string();
    // Nothing but the program's data says the older day …
    assert_eq!(published(linked, r#"<p class="date">14 mars 2024</p>"#), ("2024-03-14".into(), "text".into()));
    // … and here readers see it too, the change is called one, or follows on the next day.
    assert_eq!(day(linked, r#"<p class="date">14 mars 2024</p><p>Première version : 2 mars 2024</p>"#), "2024-03-02");
    assert_eq!(day(linked, r#"<p class="date">Mis à jour le 14 mars 2024</p>"#), "2024-03-02");
    let next = linked.replace("2024-03-14", "2024-03-03");
    assert_eq!(day(&next, r#"<p class="date">3 mars 2024</p>"#), "2024-03-02");
    // A meta tag in the text is not seen, a sheet of a calendar and figures between bars are.
    assert_eq!(day("", r#"<meta itemprop="x" class="date" content="2024-03-14">"#), "");
    assert_eq!(day("", r#"<div class="date"><b>14</b><i>mars</i><b>2024</b></div>"#), "2024-03-14");
    assert_eq!(day("", r#"<p class="date">14 | 03 | 2024</p>"#), "2024-03-14");
    let state = r#"<script type="application/json">{"page":{"publishedAt":"2024-03-14T10:00:00Z"}}</script>"#;
    assert_eq!(published(state, ""), ("2024-03-14T10:00:00Z".into(), "meta".into()));
}
