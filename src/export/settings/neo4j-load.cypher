// For a server that runs: put the CSV files into its import folder, then run this script. Running it again updates what is there.
CREATE CONSTRAINT article_id IF NOT EXISTS FOR (a:Article) REQUIRE a.id IS UNIQUE;
CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (e:Entity) REQUIRE e.id IS UNIQUE;
CREATE CONSTRAINT site_name IF NOT EXISTS FOR (s:Site) REQUIRE s.name IS UNIQUE;
CREATE CONSTRAINT date_value IF NOT EXISTS FOR (d:Date) REQUIRE d.value IS UNIQUE;
LOAD CSV FROM 'file:///articles.csv' AS r CALL (r) { MERGE (a:Article {id: r[0]}) SET a.title = r[1], a.published = r[2], a.language = r[3], a.site = r[4], a.url = r[5] } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///entities.csv' AS r CALL (r) { MERGE (e:Entity {id: r[0]}) SET e.name = r[1], e.type = r[2], e.articles = toInteger(r[3]), e.mentions = toInteger(r[4]) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///sites.csv' AS r CALL (r) { MERGE (:Site {name: r[0]}) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///dates.csv' AS r CALL (r) { MERGE (:Date {value: r[0]}) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///mentions.csv' AS r CALL (r) { MATCH (a:Article {id: r[0]}), (e:Entity {id: r[1]}) MERGE (a)-[m:MENTIONS]->(e) SET m.count = toInteger(r[2]), m.first = toInteger(r[3]) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///mentions_date.csv' AS r CALL (r) { MATCH (a:Article {id: r[0]}), (d:Date {value: r[1]}) MERGE (a)-[:MENTIONS_DATE]->(d) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///published.csv' AS r CALL (r) { MATCH (s:Site {name: r[0]}), (a:Article {id: r[1]}) MERGE (s)-[:PUBLISHED]->(a) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///duplicates.csv' AS r CALL (r) { MATCH (a:Article {id: r[0]}), (b:Article {id: r[1]}) MERGE (a)-[:DUPLICATE_OF]->(b) } IN TRANSACTIONS OF 1000 ROWS;
LOAD CSV FROM 'file:///co_occurs.csv' AS r CALL (r) { MATCH (a:Entity {id: r[0]}), (b:Entity {id: r[1]}) MERGE (a)-[c:CO_OCCURS]->(b) SET c.sentences = toInteger(r[2]), c.articles = toInteger(r[3]), c.weight = toFloat(r[4]) } IN TRANSACTIONS OF 1000 ROWS;
