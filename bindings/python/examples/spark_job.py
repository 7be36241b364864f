"""Cleans a folder of pages in Parquet, or of WARC and JSONL files, and writes the records as Parquet.

    spark-submit spark_job.py pages/ records/
    spark-submit spark_job.py crawl/ records/ --files --survey dump.survey
"""

import argparse

import tamis.spark
from pyspark.sql import SparkSession

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("source", help="folder of Parquet, or with --files of files that tamis reads")
parser.add_argument("target", help="folder for the records")
parser.add_argument("--column", default="html", help="column that holds the pages or texts")
parser.add_argument("--files", action="store_true", help="the folder holds WARC, JSONL or CSV files, packed or not")
parser.add_argument("--survey", help="file that `tamis survey` wrote for the whole dump")
parser.add_argument("--master", help="address of the cluster, where spark-submit does not give one")
arguments = parser.parse_args()

builder = SparkSession.builder.appName("tamis")
if arguments.master:
    builder = builder.master(arguments.master).config("spark.ui.enabled", "false")
session = builder.getOrCreate()

survey = None
if arguments.survey:
    with open(arguments.survey, "rb") as file:
        survey = file.read()

if arguments.files:
    records = tamis.spark.clean_files(session.read.format("binaryFile").load(arguments.source), survey=survey)
else:
    records = tamis.spark.clean(session.read.parquet(arguments.source), arguments.column, survey=survey)
records.write.mode("overwrite").parquet(arguments.target)

written = session.read.parquet(arguments.target)
rejects = written.where("reject is not null").count()
print(f"{written.count() - rejects} records, {rejects} reject{'' if rejects == 1 else 's'} in {arguments.target}")
session.stop()
