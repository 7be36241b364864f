CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT, content_id TEXT, title TEXT, subtitle TEXT, text TEXT, authors TEXT, site TEXT, url TEXT,
    section TEXT, language TEXT, keywords TEXT,
    published TEXT,     -- as fine as it is known
    published_day TEXT, -- the first day that may be meant
    flags TEXT, duplicate_of TEXT
);
CREATE TABLE entities (id TEXT PRIMARY KEY, name TEXT, type TEXT, articles INTEGER, mentions INTEGER);
CREATE TABLE mentions (article INTEGER REFERENCES articles(number), entity TEXT REFERENCES entities(id), count INTEGER, first INTEGER, in_title INTEGER);
CREATE TABLE dates (article INTEGER REFERENCES articles(number), start INTEGER, "end" INTEGER, "in" TEXT, text TEXT, type TEXT, value TEXT);
-- Each pair stands here both ways.
CREATE TABLE co_occurs (entity TEXT REFERENCES entities(id), other TEXT REFERENCES entities(id), sentences INTEGER, articles INTEGER, weight REAL);
CREATE VIRTUAL TABLE search USING fts5(title, subtitle, text, content = 'articles', content_rowid = 'number', tokenize = "unicode61 remove_diacritics 2");
