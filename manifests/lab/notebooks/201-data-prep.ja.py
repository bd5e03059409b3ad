# Databricks notebook source
# MAGIC %md
# MAGIC # 201: データ準備
# MAGIC
# MAGIC S3 に取り込んだ SAP の受注データを読み込み、前処理を行い、モデル開発で使うテーブルを作成します。

# COMMAND ----------

dbutils.widgets.text("source", "s3://YOUR-BUCKET/sap/sales-orders/", "SAP データの場所")
dbutils.widgets.text("table", "default.sales_orders_prepared", "作成するテーブル")
source = dbutils.widgets.get("source")
table = dbutils.widgets.get("table")

# COMMAND ----------

# MAGIC %md ## データの読み込み

# COMMAND ----------

orders = spark.read.option("header", True).option("inferSchema", True).csv(source)
display(orders.limit(20))

# COMMAND ----------

# MAGIC %md ## 前処理: 重複と欠損を取り除き、列名と型を揃える

# COMMAND ----------

from pyspark.sql import functions as F

prepared = (
    orders.toDF(*[name.strip().lower().replace(" ", "_") for name in orders.columns])
    .dropDuplicates()
    .dropna(how="all")
    .withColumn("prepared_at", F.current_timestamp())
)

# COMMAND ----------

# MAGIC %md ## 次のラボで使うテーブルの作成

# COMMAND ----------

prepared.write.mode("overwrite").saveAsTable(table)
display(spark.table(table).limit(20))
