#!/bin/sh
# For an empty database that does not run. Usage: sh import.sh DATABASE
neo4j-admin database import full "$1" --skip-duplicate-nodes --multiline-fields=true \
  --nodes=Article=articles-header.csv,articles.csv \
  --nodes=Entity=entities-header.csv,entities.csv \
  --nodes=Site=sites-header.csv,sites.csv \
  --nodes=Date=dates-header.csv,dates.csv \
  --relationships=MENTIONS=mentions-header.csv,mentions.csv \
  --relationships=MENTIONS_DATE=mentions_date-header.csv,mentions_date.csv \
  --relationships=PUBLISHED=published-header.csv,published.csv \
  --relationships=DUPLICATE_OF=duplicates-header.csv,duplicates.csv \
  --relationships=CO_OCCURS=co_occurs-header.csv,co_occurs.csv
