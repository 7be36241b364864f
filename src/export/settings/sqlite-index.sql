INSERT INTO search(search) VALUES ('rebuild');
CREATE INDEX articles_id ON articles(id);
CREATE INDEX articles_published ON articles(published_day);
CREATE INDEX mentions_entity ON mentions(entity);
CREATE INDEX mentions_article ON mentions(article);
CREATE INDEX dates_article ON dates(article);
CREATE INDEX dates_value ON dates(value);
CREATE INDEX co_occurs_entity ON co_occurs(entity, weight);
