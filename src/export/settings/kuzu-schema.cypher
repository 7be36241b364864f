CREATE NODE TABLE Article(id STRING, title STRING, published STRING, language STRING, site STRING, url STRING, PRIMARY KEY(id));
CREATE NODE TABLE Entity(id STRING, name STRING, type STRING, articles INT64, mentions INT64, PRIMARY KEY(id));
CREATE NODE TABLE Site(name STRING, PRIMARY KEY(name));
CREATE NODE TABLE Day(value STRING, PRIMARY KEY(value));
CREATE REL TABLE Mentions(FROM Article TO Entity, count INT64, first INT64);
CREATE REL TABLE MentionsDate(FROM Article TO Day);
CREATE REL TABLE Published(FROM Site TO Article);
CREATE REL TABLE DuplicateOf(FROM Article TO Article);
CREATE REL TABLE CoOccurs(FROM Entity TO Entity, sentences INT64, articles INT64, weight DOUBLE);
