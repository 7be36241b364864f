//! HTML's own words: which elements make blocks, which hold no text, and what class names say of a part of a page.
//!
//! Class names are English whatever the language of the page, but for a few that publishers write in theirs; they are
//! tables here, and not rule files, because they belong to the markup and not to any text.

/// An element breaks the line before and after itself.
pub const BLOCK: u16 = 1;
/// It has no end tag.
pub const VOID: u16 = 1 << 1;
/// What stands in it is never text of the page.
pub const UNSEEN: u16 = 1 << 2;
/// Its content is raw to the tokenizer, up to its end tag.
pub const RAW: u16 = 1 << 3;
/// A start tag closes a paragraph that is still open.
pub const ENDS_P: u16 = 1 << 4;
/// End tags inside do not reach beyond it.
pub const BARRIER: u16 = 1 << 5;
/// May stand in the head of a page.
pub const HEAD: u16 = 1 << 6;
/// A part of the page by its name: menus, footers.
pub const ASIDE: u16 = 1 << 7;

/// Known elements with their traits, sorted by name.
const TAGS: &[(&str, u16)] = &[
    ("a", 0),
    ("abbr", 0),
    ("address", BLOCK | ENDS_P),
    ("applet", UNSEEN | BARRIER),
    ("area", VOID),
    ("article", BLOCK | ENDS_P),
    ("aside", BLOCK | ENDS_P | ASIDE),
    ("audio", UNSEEN),
    ("b", 0),
    ("base", VOID | HEAD),
    ("big", 0),
    ("blockquote", BLOCK | ENDS_P),
    ("body", BLOCK),
    ("br", VOID),
    ("button", UNSEEN | BARRIER),
    ("canvas", UNSEEN),
    ("caption", BLOCK | BARRIER),
    ("center", BLOCK | ENDS_P),
    ("cite", 0),
    ("code", 0),
    ("col", VOID),
    ("colgroup", 0),
    ("datalist", UNSEEN),
    ("dd", BLOCK | ENDS_P),
    ("del", UNSEEN),
    ("details", BLOCK | ENDS_P),
    ("dialog", BLOCK | ENDS_P),
    ("dir", BLOCK | ENDS_P),
    ("div", BLOCK | ENDS_P),
    ("dl", BLOCK | ENDS_P),
    ("dt", BLOCK | ENDS_P),
    ("em", 0),
    ("embed", VOID),
    ("fieldset", BLOCK | ENDS_P),
    ("figcaption", BLOCK | ENDS_P),
    ("figure", BLOCK | ENDS_P),
    ("font", 0),
    ("footer", BLOCK | ENDS_P | ASIDE),
    ("form", BLOCK | ENDS_P),
    ("frame", VOID),
    ("frameset", UNSEEN),
    ("h1", BLOCK | ENDS_P),
    ("h2", BLOCK | ENDS_P),
    ("h3", BLOCK | ENDS_P),
    ("h4", BLOCK | ENDS_P),
    ("h5", BLOCK | ENDS_P),
    ("h6", BLOCK | ENDS_P),
    ("head", UNSEEN),
    ("header", BLOCK | ENDS_P),
    ("hgroup", BLOCK | ENDS_P),
    ("hr", BLOCK | VOID | ENDS_P),
    ("html", BLOCK),
    ("i", 0),
    ("iframe", UNSEEN | RAW),
    ("img", VOID),
    ("input", VOID),
    ("ins", 0),
    ("label", 0),
    ("legend", BLOCK),
    ("li", BLOCK | ENDS_P),
    ("link", VOID | HEAD),
    ("main", BLOCK | ENDS_P),
    ("map", UNSEEN),
    ("marquee", BLOCK | BARRIER),
    ("math", 0),
    ("menu", BLOCK | ENDS_P | ASIDE),
    ("meta", VOID | HEAD),
    ("nav", BLOCK | ENDS_P | ASIDE),
    ("noembed", UNSEEN | RAW),
    ("noframes", UNSEEN | RAW | HEAD),
    ("noscript", UNSEEN | HEAD),
    ("object", BARRIER),
    ("ol", BLOCK | ENDS_P),
    ("optgroup", UNSEEN),
    ("option", UNSEEN),
    ("p", BLOCK | ENDS_P),
    ("param", VOID),
    ("pre", BLOCK | ENDS_P),
    ("progress", UNSEEN),
    ("q", 0),
    ("rp", UNSEEN),
    ("rt", UNSEEN),
    ("ruby", 0),
    ("s", 0),
    ("script", UNSEEN | RAW | HEAD),
    ("search", BLOCK | ENDS_P | ASIDE),
    ("section", BLOCK | ENDS_P),
    ("select", UNSEEN | BARRIER),
    ("small", 0),
    ("source", VOID),
    ("span", 0),
    ("strike", 0),
    ("strong", 0),
    ("style", UNSEEN | RAW | HEAD),
    ("sub", 0),
    ("summary", BLOCK | ENDS_P),
    ("sup", 0),
    ("svg", UNSEEN),
    ("table", BLOCK | ENDS_P | BARRIER),
    ("tbody", BLOCK),
    ("td", BLOCK | BARRIER),
    ("template", UNSEEN | BARRIER | HEAD),
    ("textarea", UNSEEN | RAW),
    ("tfoot", BLOCK),
    ("th", BLOCK | BARRIER),
    ("thead", BLOCK),
    ("time", 0),
    ("title", UNSEEN | RAW | HEAD),
    ("tr", BLOCK),
    ("track", VOID),
    ("tt", 0),
    ("u", 0),
    ("ul", BLOCK | ENDS_P),
    ("video", UNSEEN),
    ("wbr", VOID),
    ("xmp", BLOCK | RAW),
];

/// An element's name, for elements that HTML knows; all others are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag(u8);

impl Tag {
    /// Any element that HTML does not know: an inline one without traits.
    pub const UNKNOWN: Tag = Tag(u8::MAX);

    /// The element called `name`, which is in lower case.
    pub fn named(name: &[u8]) -> Tag {
        match TAGS.binary_search_by(|(tag, _)| tag.as_bytes().cmp(name)) {
            Ok(at) => Tag(u8::try_from(at).unwrap_or(u8::MAX)),
            Err(_) => Tag::UNKNOWN,
        }
    }

    /// Its name; `unknown` for those that HTML does not know.
    pub fn name(self) -> &'static str {
        TAGS.get(usize::from(self.0)).map_or("unknown", |(name, _)| name)
    }

    /// Whether it has one of `traits`.
    pub fn is(self, traits: u16) -> bool {
        TAGS.get(usize::from(self.0)).is_some_and(|(_, has)| has & traits != 0)
    }

    /// A number under [`Tag::COUNT`], for tables of counts.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// One more than the largest [`Tag::index`].
    pub const COUNT: usize = 256;

    /// Whether it is a heading, `h1` to `h6`.
    pub fn is_heading(self) -> bool {
        matches!(self.name().as_bytes(), [b'h', b'1'..=b'6'])
    }
}

/// What the words of an element's `class`, `id`, `role` and `itemprop` say of its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cues {
    /// Words that speak for an article.
    pub good: u8,
    /// Words that speak against one.
    pub bad: u8,
    /// A word that names a part that never belongs to the article, such as `newsletter`.
    pub never: bool,
    /// A word that names the text of an article itself, such as `articleBody`.
    pub body: bool,
    /// A word for text that is not shown to readers, such as `sr-only`.
    pub unseen: bool,
    /// A word that names what readers wrote.
    pub comments: bool,
    /// A word that names a date.
    pub date: bool,
    /// A word that names a picture or what is written below it.
    pub caption: bool,
}

/// Words that speak for an article.
const GOOD: &[&str] = &[
    "article",
    "articles",
    "artikel",
    "articulo",
    "articolo",
    "artigo",
    "beitrag",
    "blog",
    "body",
    "column",
    "content",
    "contents",
    "contenido",
    "contenu",
    "contenuto",
    "copy",
    "detail",
    "details",
    "editorial",
    "entry",
    "full",
    "hentry",
    "inhalt",
    "main",
    "news",
    "noticia",
    "page",
    "paragraph",
    "post",
    "postbody",
    "postcontent",
    "prose",
    "rich",
    "richtext",
    "story",
    "storybody",
    "text",
    "texte",
    "texto",
    "testo",
    "wysiwyg",
    "corps",
    "cuerpo",
];

/// Words that speak against one.
const BAD: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "agegate",
    "author",
    "authors",
    "autor",
    "banner",
    "bio",
    "blogroll",
    "bottom",
    "box",
    "button",
    "buttons",
    "byline",
    "carousel",
    "categories",
    "category",
    "combx",
    "community",
    "contact",
    "copyright",
    "credit",
    "credits",
    "cta",
    "date",
    "disclaimer",
    "extra",
    "fb",
    "feed",
    "filter",
    "foot",
    "footer",
    "footnote",
    "gallery",
    "gdpr",
    "hidden",
    "infos",
    "legal",
    "legends",
    "links",
    "list",
    "login",
    "masthead",
    "media",
    "meta",
    "metadata",
    "more",
    "next",
    "outbrain",
    "pager",
    "poll",
    "pop",
    "prev",
    "print",
    "profile",
    "rating",
    "rail",
    "recent",
    "rss",
    "scroll",
    "shop",
    "shopping",
    "shoutbox",
    "side",
    "skip",
    "skyscraper",
    "slider",
    "slideshow",
    "subnav",
    "supplemental",
    "tab",
    "tabs",
    "tag",
    "tags",
    "teaser",
    "teasers",
    "thumb",
    "thumbnail",
    "tool",
    "tools",
    "top",
    "tweet",
    "twitter",
    "ticker",
    "video",
    "vote",
    "warning",
    "yom",
];

/// Words that name a part that is never the article.
const NEVER: &[&str] = &[
    "addtoany",
    "addthis",
    "advertisement",
    "advertising",
    "advertisment",
    "adsbygoogle",
    "anzeige",
    "breadcrumb",
    "breadcrumbs",
    "consent",
    "cookie",
    "cookies",
    "crumbs",
    "dropdown",
    "linkbox",
    "menu",
    "menus",
    "modal",
    "mostread",
    "nav",
    "navbar",
    "navi",
    "navigation",
    "newsletter",
    "newsletters",
    "overlay",
    "paging",
    "pagination",
    "partage",
    "partager",
    "popular",
    "popup",
    "postnav",
    "promo",
    "promos",
    "promotion",
    "pub",
    "publicite",
    "publicidad",
    "recirc",
    "recirculation",
    "recommendation",
    "recommendations",
    "recommended",
    "related",
    "relacionadas",
    "relacionados",
    "remark",
    "share",
    "sharebar",
    "sharedaddy",
    "sharing",
    "sidebar",
    "sitemap",
    "social",
    "socials",
    "sociale",
    "sponsor",
    "sponsored",
    "sponsors",
    "subscribe",
    "subscription",
    "taboola",
    "teads",
    "toolbar",
    "trending",
    "verwandte",
    "werbung",
    "widget",
    "widgets",
    "zergnet",
];

/// Words that name what readers wrote.
const COMMENTS: &[&str] = &[
    "comment",
    "commentaire",
    "commentaires",
    "commentlist",
    "comments",
    "comentarios",
    "comentario",
    "commenti",
    "disqus",
    "discussion",
    "kommentar",
    "kommentare",
    "reaction",
    "reactions",
    "replies",
    "reply",
    "respond",
    "responses",
    "guestbook",
    "leserbriefe",
];

/// Words that name the text of an article itself, run together.
const BODIES: &[&str] = &[
    "articlebody",
    "articlecontent",
    "articletext",
    "entrycontent",
    "maincontent",
    "postbody",
    "postcontent",
    "storybody",
    "storycontent",
    "storytext",
    "newsbody",
    "newstext",
    "textbody",
    "bodytext",
    "artikeltext",
    "articulocuerpo",
    "postentry",
    "fulltext",
];

/// Names of parts that are never the article, run together.
const NEVER_NAMES: &[&str] = &[
    "aboutauthor",
    "abouttheauthor",
    "authorbio",
    "authorbox",
    "authorinfo",
    "authorprofile",
    "autorbox",
    "autorenbox",
    "factbox",
    "faktaboks",
    "faktabox",
    "infobox",
    "readalso",
    "readmore",
    "relatedarticle",
    "relatedpost",
    "relatednews",
];

/// Words that name a date of publication or of the last change.
const DATES: &[&str] = &[
    "created",
    "createdate",
    "date",
    "dateline",
    "dates",
    "datetime",
    "dato",
    "datum",
    "fecha",
    "lastmod",
    "modified",
    "postdate",
    "posted",
    "pubdate",
    "publication",
    "publish",
    "published",
    "publishing",
    "pubtime",
    "stand",
    "submitted",
    "time",
    "timestamp",
    "updated",
];

/// Words that name a picture or what is written below it.
const CAPTIONS: &[&str] = &[
    "bild",
    "bildquelle",
    "bildunterschrift",
    "caption",
    "credit",
    "credits",
    "foto",
    "gallery",
    "image",
    "imagen",
    "img",
    "legende",
    "media",
    "photo",
    "picture",
    "video",
];

/// Names, whole, of text that only screen readers and printers get.
const UNSEEN_NAMES: &[&str] = &[
    "hidden",
    "is-hidden",
    "d-none",
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screenreader",
    "hide-visually",
    "sr-text",
];

impl Cues {
    /// Reads the value of one attribute: names apart by white space, words apart by `-`, `_` and case.
    pub fn read(&mut self, value: &str) {
        for name in value.split_ascii_whitespace().take(24) {
            let lower = name.to_ascii_lowercase();
            self.unseen |= UNSEEN_NAMES.contains(&lower.as_str());
            let together: String = lower.chars().filter(char::is_ascii_alphabetic).take(40).collect();
            self.body |= BODIES.iter().any(|b| together.contains(b));
            if NEVER_NAMES.iter().any(|n| together.contains(n)) {
                self.never = true;
                self.bad = self.bad.saturating_add(1);
            }
            let mut start = 0;
            // Behind a capital inside a name, short words are mostly pieces of generated names.
            let mut capital = false;
            let bytes = name.as_bytes();
            for end in 1..=bytes.len() {
                let splits = end == bytes.len()
                    || !bytes[end].is_ascii_alphabetic()
                    || (bytes[end].is_ascii_uppercase() && bytes[end - 1].is_ascii_lowercase());
                if splits {
                    let word = lower.get(start..end).unwrap_or_default();
                    let word = word.trim_matches(|c: char| !c.is_ascii_alphabetic());
                    if !capital || word.len() > 3 {
                        self.word(word);
                    }
                    capital = end < bytes.len() && bytes[end].is_ascii_alphabetic();
                    start = end;
                }
            }
        }
    }

    fn word(&mut self, word: &str) {
        if word.len() < 2 {
            return;
        }
        self.date |= DATES.binary_search(&word).is_ok();
        self.caption |= CAPTIONS.binary_search(&word).is_ok();
        if GOOD.contains(&word) {
            self.good = self.good.saturating_add(1);
        } else if NEVER.contains(&word) {
            self.never = true;
            self.bad = self.bad.saturating_add(1);
        } else if COMMENTS.contains(&word) {
            self.comments = true;
            self.bad = self.bad.saturating_add(1);
        } else if BAD.contains(&word) {
            self.bad = self.bad.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(TAGS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(Tag::named(b"h2").name(), "h2");
        assert!(Tag::named(b"h2").is_heading() && !Tag::named(b"hr").is_heading());
        assert_eq!(Tag::named(b"amp-img"), Tag::UNKNOWN);
        assert!(DATES.is_sorted() && CAPTIONS.is_sorted());
    }

    #[test]
    fn names_are_read_word_by_word() {
        let cues = |value: &str| {
            let mut cues = Cues::default();
            cues.read(value);
            cues
        };
        assert_eq!(cues("postContent main_text").good, 4);
        assert!(cues("article-body").body);
        assert!(cues("side-nav__list").never);
        assert!(!cues("unavailable").never);
        assert!(cues("CommentList").comments);
        assert!(cues("sr-only").unseen);
        assert!(cues("navBar").never && cues("main-nav").never);
        assert!(!cues("hNavRRP").never);
    }
}
